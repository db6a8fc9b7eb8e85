"""The words of shell text: what is quoted, what is substituted, and where a word ends."""

from __future__ import annotations

import re

from .ansi_quotes import decoded, end_of
from .shell_text import ANGLE_BLANK, CHOICE, Region

_PLAIN = re.compile(r"[^\s;&|<>()$`'\"\\#\[{]+")
#: A word in which no sign means anything, up to where it ends.
_WHOLE = re.compile(r"[^\s;&|<>()$`'\"\\#\[{]+(?=[\s;|)>]|$)")
_NO_PARAMETER = re.compile(r"[^}$`]+")
_QUERY = re.compile(r"&[\w.-]+=")
_VARIABLE = re.compile(r"\$(?:[A-Za-z_]\w*|[0-9@*#?$!-])")


def _balanced(text: str) -> bool:
    depth = 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return False
    return depth == 0


class Words:
    """A place in a text, and the words that stand there. Who reads commands says what `inside` does."""

    text: str
    at: int
    stop: int
    closer: str
    broken: bool
    regions: list[Region]

    def inside(self, closer: str, *, substitution: bool) -> None:
        """Read the commands up to `closer`, of a parenthesis or of a substitution."""
        raise NotImplementedError

    def substitutions(self, begin: int, end: int) -> None:
        """Read the commands in the substitutions of a stretch that is no text of commands itself."""
        raise NotImplementedError

    def spelt(self, *, first: bool) -> tuple[str, str, bool]:
        """The word that stands here, as the command sees it and as it is written, and whether it is quoted."""
        text = self.text
        begin = self.at
        whole = _WHOLE.match(text, begin, self.stop)
        if whole:
            self.at = whole.end()
            return whole[0], whole[0], False
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
            elif ch in "[{" or (ch == "#" and self.at > begin):
                choice = CHOICE.match(text, self.at, self.stop)
                parts.append(choice[0] if choice else ch)
                self.at += len(parts[-1])
            elif ch == "<" and (blank := ANGLE_BLANK.match(text, self.at, self.stop)):
                parts.append(blank[0])
                self.at = blank.end()
            elif ch == "(" and parts and parts[-1].endswith("=") and first:
                parts.append(self._array())
            elif ch == "&" and parts and _QUERY.match(text, self.at) and "://" in text[begin : self.at]:
                parts.append(ch)  # the author meant the address, whatever a shell makes of it
                self.at += 1
            else:
                break
        if self.at == begin:  # a sign that means nothing here; going on matters more than what it is
            parts.append(text[begin])
            self.at += 1
        return "".join(parts), text[begin : self.at], quoted

    def skip_arithmetic(self) -> bool:
        end = self.text.find("))", self.at, self.at + 400)
        if end < 0:
            return False
        if not _balanced(self.text[self.at : end].lstrip("$")[2:]):
            return False  # two subshells and no arithmetic
        begin, self.at = self.at, end + 2
        self.substitutions(begin, end)
        return True

    def _array(self) -> str:
        begin = self.at
        self.at += 1
        while self.at < self.stop and self.text[self.at] != ")":
            if self.text[self.at] in " \t\r\n":
                self.at += 1
            else:
                self.spelt(first=False)
        self.at = min(self.at + 1, self.stop)
        return self.text[begin : self.at]

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
        self.inside("`", substitution=True)
        return "$(" + self.text[begin : self.at - 1] + ")"

    def _dollar(self) -> str:
        text = self.text
        begin = self.at
        if text.startswith("$((", begin) and self.skip_arithmetic():
            return text[begin : self.at]
        if text.startswith("$(", begin):
            self.at += 2
            self.inside(")", substitution=True)
            return text[begin : self.at]
        if text.startswith("${", begin):
            return self._parameter(begin)
        if text.startswith("$'", begin):
            end = end_of(text, begin + 2, self.stop)
            self.broken = self.broken or end < 0
            self.at = self.stop if end < 0 else end + 1
            self.regions.append(Region(begin, self.at, "ansi"))
            return decoded(text[begin + 2 : self.stop if end < 0 else end])
        variable = _VARIABLE.match(text, begin, self.stop)
        self.at = variable.end() if variable else begin + 1
        return text[begin : self.at]

    def _parameter(self, begin: int) -> str:
        """`${x}`, and `${x:-$(...)}` with the commands in it. One that is never closed ends with the text."""
        text = self.text
        end = text.find("}", begin, self.stop)
        if end < 0:
            self.at = self.stop
            return text[begin : self.stop]
        self.at = begin + 2
        depth = 1
        while self.at < self.stop:
            plain = _NO_PARAMETER.match(text, self.at, self.stop)
            if plain:
                self.at = plain.end()
            elif text[self.at] == "}":
                depth -= 1
                if not depth:
                    break
                self.at += 1
            elif text.startswith("${", self.at):
                depth += 1
                self.at += 2
            elif text[self.at] == "$":
                self._dollar()
            elif text[self.at] == "`" and self.closer != "`":
                self._backticks()
            else:
                self.at += 1
        self.at = min(self.at + 1, self.stop)
        return text[begin : self.at]
