"""The parser behind `syntax`: one pass over shell text that never raises and never goes back."""

from __future__ import annotations

import re

from .shell_text import ANGLE_BLANK, LONGEST, Region, Simple

_PLAIN = re.compile(r"[^\s;&|<>()$`'\"\\#]+")
_ASSIGN = re.compile(r"[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=")
_HEREDOC = re.compile(r"<<(-?)[ \t]*(?:'([^'\n]*)'|\"([^\"\n]*)\"|\\?([\w.+-]+))")
_REDIRECT = re.compile(r"(?:&>>?|>>|>\||>&|<&|<>|>|<)")
_QUERY = re.compile(r"&[\w.-]+=")
_VARIABLE = re.compile(r"\$(?:[A-Za-z_]\w*|[0-9@*#?$!-])")

_OPENERS = frozenset({"if", "for", "while", "until", "case", "select", "{"})
_LOOPS = frozenset({"while", "until", "for"})
_CLOSERS = frozenset({"fi", "done", "esac", "}"})
_BETWEEN = frozenset({"then", "do", "else", "elif", "in", "!", "time", "function", "coproc"})
_DEEPEST = 24


class Parser:
    def __init__(self, text: str, at: int, *, alone: bool, depth: int = 0, level: int = 0, stop: int = -1) -> None:
        self.text = text
        self.at = at
        self.stop = min(len(text), at + LONGEST) if stop < 0 else stop
        self.alone = alone
        self.depth = depth
        self.level = level
        self.closer = ""
        self.found: list[Simple] = []
        self.nest: list[str] = []
        self.loops = 0
        self.waiting: list[tuple[re.Match[str], Simple]] = []
        self.regions: list[Region] = []
        self.broken = False

    def commands_until(self, closer: str) -> bool:
        """Read commands up to `closer` (")", "`" or the end). True when nothing was left open."""
        text = self.text
        self.closer = closer
        current = Simple(depth=self.depth)
        joined = False
        started = self.at
        while self.at < self.stop:
            ch = text[self.at]
            if ch in " \t\r":
                self.at += 1
            elif ch == "\n":
                self.at += 1
                if self.waiting:
                    self._bodies()
                current = self._end(current)
                if self.alone and not self.nest and not joined and text[started : self.at].strip():
                    return not self.broken
            elif text.startswith(("\\\n", "\\\r\n"), self.at):
                self.at = text.index("\n", self.at) + 1
            elif ch == "#" and self._starts_word():
                end = text.find("\n", self.at, self.stop)
                end = self.stop if end < 0 else end
                self.regions.append(Region(self.at, end, "comment"))
                self.at = end
            elif ch == closer:
                self.at += 1
                self._end(current)
                return True
            elif ch in ";&|" and not text.startswith("&>", self.at):
                current, joined = self._operator(current)
            elif ch == "(":
                current = self._parenthesis(current)
                joined = False
            elif ch == ")":
                self.at += 1
                current = Simple(depth=self.depth)
            elif ch in "<>&":
                self._redirect(current)
                joined = False
            else:
                self._word(current)
                joined = False
        if self.waiting:
            self.broken = True
            self._bodies()
        self._end(current)
        return not closer and not self.nest and not joined and not self.broken

    def _end(self, current: Simple) -> Simple:
        """Close the command, unless it is empty; answer the one to go on with."""
        if not (current.words or current.assigns or current.redirects or current.fed):
            return current
        if current.name not in ("for", "case", "select"):
            current.looped = self.loops > 0
            self.found.append(current)
        return Simple(depth=self.depth)

    def _operator(self, current: Simple) -> tuple[Simple, bool]:
        for operator in ("&&", "||", ";;", "|&", "|", "&", ";"):
            if self.text.startswith(operator, self.at):
                break
        self.at += len(operator)
        current.background = operator == "&"
        following = self._end(current)
        if operator in ("|", "|&") and following is not current:
            following.upstream = current
        return following, operator in ("&&", "||", "|", "|&")

    def _parenthesis(self, current: Simple) -> Simple:
        text = self.text
        if not current.words and text.startswith("((", self.at) and self._skip_arithmetic():
            return current
        self.at += 1
        if current.words:
            end = self.at
            while end < self.stop and text[end] in " \t":
                end += 1
            if text.startswith(")", end):  # the head of a function
                self.at = end + 1
                return Simple(depth=self.depth)
        self._inner(")", substitution=False)
        return current

    def _inner(self, closer: str, *, substitution: bool) -> None:
        if self.level >= _DEEPEST:
            self.broken = True
            self.at = self.stop
            return
        begin = self.at
        inner = self._nested(self.at, self.stop, int(substitution))
        if not inner.commands_until(closer):
            self.broken = True
        self.at = inner.at
        self.found.extend(inner.found)
        self.regions.append(Region(begin, self.at, "backticks" if closer == "`" else "code"))

    def _nested(self, at: int, stop: int, deeper: int = 1) -> Parser:
        inner = Parser(self.text, at, alone=False, depth=self.depth + deeper, level=self.level + 1, stop=stop)
        inner.regions = self.regions
        return inner

    def _starts_word(self) -> bool:
        return self.at == 0 or self.text[self.at - 1] in " \t\n;&|()"

    def _skip_arithmetic(self) -> bool:
        end = self.text.find("))", self.at, self.at + 400)
        if end < 0:
            return False
        self.at = end + 2
        return True

    def _redirect(self, current: Simple) -> None:
        text = self.text
        if text.startswith("<<<", self.at):
            self.at += 3
            current.fed.append(self._target())
            return
        here = _HEREDOC.match(text, self.at)
        if here:
            self.waiting.append((here, current))
            self.at = here.end()
            return
        blank = ANGLE_BLANK.match(text, self.at)
        if blank:
            self._word(current)
            return
        if text[self.at : self.at + 2] in ("<(", ">("):
            begin = self.at
            self.at += 2
            self._inner(")", substitution=True)
            current.words.append(text[begin : self.at])
            return
        operator = _REDIRECT.match(text, self.at)
        self.at = operator.end() if operator else self.at + 1
        current.redirects.append((operator[0] if operator else ">", self._target()))

    def _target(self) -> str:
        """The word behind a redirection: never a keyword and never an assignment."""
        self._blanks()
        if self.at >= self.stop or self.text[self.at] in "\n;|)":
            return ""
        return self._spelt(first=False)[0]

    def _blanks(self) -> None:
        while self.at < self.stop and self.text[self.at] in " \t":
            self.at += 1

    def _bodies(self) -> None:
        for opening, owner in self.waiting:
            self._body(opening, owner)
        self.waiting = []

    def _body(self, opening: re.Match[str], owner: Simple) -> None:
        """Take in a here-document: up to the line that is its mark, or to the end of the text."""
        text = self.text
        expands = opening[4] is not None and "\\" not in opening[0]
        mark = next((group for group in opening.groups()[1:] if group is not None), "")
        begin = at = self.at
        while at < self.stop:
            end = text.find("\n", at, self.stop)
            end = self.stop if end < 0 else end
            if text[at:end].strip() == mark:
                self.at = min(end + 1, self.stop)
                break
            at = end + 1
        else:
            self.broken = True
            self.at = at = self.stop
        owner.fed.append(text[begin:at])
        kind = "heredoc" if expands else "raw"
        line_end = text.find("\n", at, self.at)
        closed = (at, self.at if line_end < 0 else line_end)
        self.regions.append(Region(begin, at, kind, opening.span(), closed))
        if expands and self.level < _DEEPEST:
            self._inside_body(begin, at)

    def _inside_body(self, begin: int, end: int) -> None:
        """Commands in the substitutions of a here-document run as well."""
        place = begin
        while (place := self.text.find("$(", place, end)) >= 0:
            if self.text[place - 1] != "\\" and not self.text.startswith("$((", place):
                inner = self._nested(place + 2, end)
                inner.commands_until(")")
                self.found.extend(inner.found)
                self.regions.append(Region(place + 2, inner.at, "code"))
                place = max(inner.at, place + 2)
            else:
                place += 2

    def _spelt(self, *, first: bool) -> tuple[str, str, bool]:
        """The word that stands here, as the command sees it and as it is written, and whether it is quoted."""
        text = self.text
        begin = self.at
        parts: list[str] = []
        quoted = False
        while self.at < self.stop:
            plain = _PLAIN.match(text, self.at, self.stop)
            if plain:
                parts.append(plain[0])
                self.at = plain.end()
                continue
            ch = text[self.at]
            if ch == "'":
                quoted = True
                end = text.find("'", self.at + 1, self.stop)
                if end < 0:
                    self.broken = True
                    end = self.stop
                parts.append(text[self.at + 1 : end])
                self.regions.append(Region(self.at, end, "single"))
                self.at = min(end + 1, self.stop)
            elif ch == '"':
                quoted = True
                parts.append(self._double())
            elif ch == "\\":
                if text.startswith(("\\\n", "\\\r\n"), self.at):
                    break
                parts.append(text[self.at + 1 : self.at + 2])
                self.at = min(self.at + 2, self.stop)
            elif ch == "$":
                parts.append(self._dollar())
            elif ch == "`" and self.closer != "`":
                parts.append(self._backticks())
            elif ch == "#" and self.at > begin:
                parts.append(ch)
                self.at += 1
            elif ch == "<" and (blank := ANGLE_BLANK.match(text, self.at, self.stop)):
                parts.append(blank[0])
                self.at = blank.end()
            elif ch == "(" and parts and parts[-1].endswith("=") and first:
                self.at += 1
                end = text.find(")", self.at, self.stop)
                end = self.stop if end < 0 else end
                parts.append("(" + text[self.at : end] + ")")
                self.at = min(end + 1, self.stop)
            elif ch == "&" and parts and _QUERY.match(text, self.at) and "://" in text[begin : self.at]:
                parts.append(ch)  # the author meant the address, whatever a shell makes of it
                self.at += 1
            else:
                break
        if self.at == begin:  # a sign that means nothing here; going on matters more than what it is
            parts.append(text[begin])
            self.at += 1
        return "".join(parts), text[begin : self.at], quoted

    def _word(self, current: Simple) -> None:
        text = self.text
        word, raw, quoted = self._spelt(first=not current.words)
        if raw.isdigit() and self.at < self.stop and text[self.at] in "<>":
            return  # the number of what is redirected
        if not current.words and not quoted:
            if raw in _OPENERS:
                self.nest.append(raw)
                self.loops += raw in _LOOPS
                if raw in ("if", "while", "until", "{"):
                    return
            elif raw in _CLOSERS:
                if self.nest:
                    self.loops -= self.nest.pop() in _LOOPS
                return
            elif raw in _BETWEEN:
                return
        if not current.words and (assigned := _ASSIGN.match(raw)):
            current.assigns.append((assigned[0].rstrip("+="), word.partition("=")[2]))
            return
        if raw == "[[" and not current.words:
            end = text.find("]]", self.at, self.stop)
            if end >= 0:
                self.at = end + 2
                word = "["
        current.words.append(word)

    def _double(self) -> str:
        begin = self.at
        word = self._double_text()
        self.regions.append(Region(begin, self.at, "double"))
        return word

    def _double_text(self) -> str:
        text = self.text
        self.at += 1
        parts: list[str] = []
        while self.at < self.stop:
            ch = text[self.at]
            if ch == '"':
                self.at += 1
                return "".join(parts)
            if ch == "\\" and self.at + 1 < self.stop:
                following = text[self.at + 1]
                parts.append("" if following == "\n" else following if following in '"\\$`' else ch + following)
                self.at += 2
            elif ch == "$" and not text.startswith("$'", self.at):
                parts.append(self._dollar())
            elif ch == "`" and self.closer != "`":
                parts.append(self._backticks())
            else:
                end = self.at + 1
                while end < self.stop and text[end] not in '"\\$`':
                    end += 1
                parts.append(text[self.at : end])
                self.at = end
        self.broken = True
        return "".join(parts)

    def _backticks(self) -> str:
        self.at += 1
        begin = self.at
        self._inner("`", substitution=True)
        return "$(" + self.text[begin : self.at - 1] + ")"

    def _dollar(self) -> str:
        text = self.text
        begin = self.at
        if text.startswith("$((", begin) and self._skip_arithmetic():
            return text[begin : self.at]
        if text.startswith("$(", begin):
            self.at += 2
            self._inner(")", substitution=True)
            return text[begin : self.at]
        if text.startswith("${", begin):
            end = text.find("}", begin, self.stop)
            self.at = self.stop if end < 0 else end + 1
            return text[begin : self.at]
        if text.startswith("$'", begin):
            end = text.find("'", begin + 2, self.stop)
            self.at = self.stop if end < 0 else end + 1
            self.regions.append(Region(begin, self.at, "ansi"))
            return text[begin + 2 : self.at - 1]
        variable = _VARIABLE.match(text, begin, self.stop)
        self.at = variable.end() if variable else begin + 1
        return text[begin : self.at]
