"""What the words of a step may come to, as far as that can be told before it runs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import product

from handrail.bounds.script import Choice, Command, Glob, Number, Output, Piece, Text, Undecidable, Use, Word, every

# Signs in a value for what is not known: a text without a slash and without a dot, maybe empty; anything at all; what
# stands for names of files, found there; numbers of processes of the world, as a text of the first sort.
SOME, ANY, WILD, OURS = "\ue001", "\ue002", "\ue003", "\ue004"
# So many values of one word are looked at, each of so many characters.
MOST, LONGEST = 128, 20_000

# What steers the shell or the programs that it starts. A step of a practice world leaves them alone.
STEERING = re.compile(
    r"PATH|HOME|IFS|ENV|CDPATH|SHELL|PWD|OLDPWD|TMPDIR|TMP|TEMP|PS\d|PROMPT_COMMAND|SHELLOPTS|BASHOPTS|GLOBIGNORE|FIGNORE|"
    r"EXECIGNORE|OPTIND|LD_\w+|BASH\w*|POSIX\w*|LC_\w+|LANG\w*|LOC\w+|NLSPATH|GCONV_PATH|TZ\w*|TERM\w*|EDITOR|VISUAL|"
    r"PAGER|\w+_OPTIONS|\w*_(?:proxy|PROXY)|CURL_\w+|SSL_\w+|SSLKEYLOGFILE|XDG_\w+|AWK\w+|GAWK\w*|JQ_\w+|LS_\w+|GREP_\w+|"
    r"TAR_\w+|BLOCK\w*|HOST\w*|HANDRAIL\w*|PYTHON\w*|UID|EUID|PPID|[A-Z]+_PRELOAD")
# Variables of the shell itself that stand in no environment.
_OF_THE_SHELL = re.compile(r"_|BASH\w*|IFS|PPID|U?E?UID|HOSTTYPE|MACHTYPE|OSTYPE|SHELL\w*|PS\d|DIRSTACK|GROUPS|OPT\w+|"
                           r"REPLY|MAPFILE|COPROC|COMP_\w+|FUNCNAME|PIPESTATUS|HISTCMD|TTYIDLE|ERRNO|PWD|OLDPWD|HOSTNAME|"
                           r"LINES|COLUMNS|MAILCHECK|SHLVL")
_WILDCARDS = re.compile(r"[*?\[\]]")
_NUMBERS = frozenset({"?", "#", "$", "RANDOM", "SECONDS", "LINENO", "EPOCHSECONDS"})
# Formats of `date` that print neither slashes nor dots nor blanks.
_STAMP = re.compile(r"\+(?:%[-_0^#]?[aAbBCdeFgGhHIjklmMNpsSTuUVwWyYzZ]|[A-Za-z0-9_:+-])*")


class Values:
    """The variables of one step: what they are before it, and what it makes of them."""

    def __init__(self, commands: list[Command], before: Mapping[str, str], folder: str) -> None:
        self.before = {**before, "HOME": folder, "PWD": folder}
        self.order = list(every(commands))
        self.assigned: dict[str, list[tuple[int, Word | str]]] = {}
        self.settled: dict[str, int] = {}
        self.used: dict[str, int] = {}
        self.open: set[str] = set()
        self.known: dict[str, frozenset[str]] = {}
        for at, command in enumerate(self.order):
            self._note(at, command)

    def _note(self, at: int, command: Command) -> None:
        for word in (*(value for _, value in command.assigns), *command.words,
                     *(target for _, target in command.redirects), *command.bodies):
            for name in _names(word):
                self.used.setdefault(name, at)
        for name, value in command.assigns:
            self.assigned.setdefault(name, []).append((at, value))
            if command.sure and not command.words and name not in self.used:
                self.settled.setdefault(name, at)
        for name, given in _set_by(command):
            self.assigned.setdefault(name, []).append((at, given))
            # A loop over words that are there for certain runs its body.
            if command.sure and name not in self.used and any(isinstance(given, tuple) and _stands(word) for word in (
                    command.words[1:] if command.kind == "for" else ())):
                self.settled.setdefault(name, at)

    def set_by(self, command: Command) -> list[str]:
        """The variables that a command sets."""
        return [*(name for name, _ in command.assigns), *(name for name, _ in _set_by(command))]

    def of(self, word: Word) -> frozenset[str]:
        """Everything that a word may come to, unknown parts as SOME, ANY and WILD; of too many only {ANY}."""
        return self._joined([self._piece(piece) for piece in word])

    def _joined(self, found: Sequence[Collection[str]]) -> frozenset[str]:
        count = 1
        for texts in found:
            count *= len(texts)
        if count > MOST or sum(max(map(len, texts), default=0) for texts in found) > LONGEST:
            return frozenset({ANY})
        return frozenset("".join(texts) for texts in product(*found))

    def fields(self, word: Word) -> frozenset[str]:
        """As `of`, taken apart where the shell would take apart what stands outside quotes."""
        loose = [piece for piece in word if isinstance(piece, (Use, Output)) and not piece.quoted]
        if not loose:
            return self.of(word)
        texts = self._joined([{_WILDCARDS.sub(WILD, text) for text in self._piece(piece)} if piece in loose
                              else self._piece(piece) for piece in word])
        parts: set[str] = set()
        for text in texts:
            parts.update(text.split() or [""])
        if any(re.search(f"{WILD}[^/]*/", text) for piece in loose for text in self.of((piece,))):
            parts.add(ANY)  # names of files may hold blanks
        return frozenset(parts)

    def _piece(self, piece: Piece) -> frozenset[str]:
        match piece:
            case Text(text):
                return frozenset({text})
            case Glob():
                return frozenset({WILD})
            case Choice(texts):
                return frozenset({*texts, f"{{{','.join(texts)}}}"})  # not every sh expands it
            case Number(names):
                for name in names:
                    if not all(re.fullmatch(rf"\d*|{SOME}|{OURS}", text) for text in self._variable(name)):
                        raise Undecidable(f"It calculates with {name}, which is only known when it runs")
                return frozenset({SOME})
            case Use():
                return self._use(piece)
            case Output(commands):
                said = {_says(command) for command in commands} - {""}
                return frozenset({said.pop() if len(said) == 1 else "" if not said else ANY})

    def _use(self, use: Use) -> frozenset[str]:
        own = self._variable(use.name)
        if use.form == "part":
            return frozenset({""}) if own == frozenset({""}) else frozenset({ANY})
        if use.form == ":?":
            return own - {""} or frozenset({"0"})  # the step ends there
        if use.form == "-":
            return own | self.of(use.other)
        if use.form == "+":
            return frozenset({""}) | self.of(use.other)
        return own

    def _variable(self, name: str) -> frozenset[str]:
        if name == "!":
            return frozenset({OURS})
        if name in _NUMBERS:
            return frozenset({SOME})
        if not name[0].isalpha() and name[0] != "_":
            return frozenset({ANY})
        if name in self.known:
            return self.known[name]
        if name in self.open:  # x=$x/more, round and round
            return frozenset({ANY})
        found: set[str] = set()
        if name not in self.settled:
            found.add(self._before(name))
        self.open.add(name)
        for _, given in self.assigned.get(name, ()):
            found |= {given} if isinstance(given, str) else self.of(given)
        self.open.discard(name)
        self.known[name] = frozenset(found) if len(found) <= MOST else frozenset({ANY})
        return self.known[name]

    def _before(self, name: str) -> str:
        if name in self.before:
            value = self.before[name]
            return ANY if re.search(r"[\ue000-\uf8ff]", value) else value
        return ANY if _OF_THE_SHELL.fullmatch(name) else ""


def _names(word: Iterable[Piece]) -> Iterable[str]:
    for piece in word:
        if isinstance(piece, Use):
            yield piece.name
            yield from _names(piece.other)
        elif isinstance(piece, Number):
            yield from piece.names


def _stands(word: Word) -> bool:
    """Whether this is a word whatever its expansions come to."""
    return any(isinstance(piece, (Glob, Choice)) or (isinstance(piece, Text) and piece.text) for piece in word)


def _text(word: Word) -> str:
    return "".join(piece.text for piece in word if isinstance(piece, Text)) if all(
        isinstance(piece, Text) for piece in word) else ANY


def _set_by(command: Command) -> list[tuple[str, Word | str]]:
    """(name, value) of what a builtin sets, other than by an assignment. Raises Undecidable."""
    if command.kind:
        variable = _name(command.words[0]) if command.kind == "for" else ""
        return [(variable, word) for word in command.words[1:] if variable]
    name = _text(command.words[0]) if command.words else ""
    if name in ("export", "local", "unset"):
        found: list[tuple[str, Word | str]] = []
        for word in command.words[1:]:
            first = word[0].text if word and isinstance(word[0], Text) else ANY
            variable, equals, rest = first.partition("=")
            if first.startswith("-") and len(word) == 1 and name == "export" and first in ("-p", "-n", "--"):
                continue
            if not variable.isidentifier():
                raise Undecidable(f"What it {'unsets' if name == 'unset' else 'sets'} is only known when it runs")
            if equals:
                found.append((variable, (Text(rest), *word[1:])))
            elif len(word) > 1:
                raise Undecidable("What it sets is only known when it runs")
            elif name == "unset":
                found.append((variable, ""))
        return found
    if name == "read":
        variables = [_text(word) for word in command.words[1:]]
        skip = False
        named = []
        for text in variables:
            if skip:
                skip = False
            elif re.fullmatch(r"-[rs]*[pntuNd]", text):
                skip = True
            elif re.fullmatch(r"-[rs]+", text):
                continue
            elif text.isidentifier():
                named.append(text)
            else:
                raise Undecidable("What it reads into is only known when it runs")
        return [(variable, ANY) for variable in named or ["REPLY"]]
    if name == "getopts":
        raise Undecidable("What it sets is only known when it runs")
    return []


def _name(word: Word) -> str:
    text = _text(word)
    if not text.isidentifier():
        raise Undecidable("What it sets is only known when it runs")
    return text


def _says(command: Command) -> str:
    """What a command prints: "" for nothing, SOME for a time or a number, OURS, or ANY."""
    words = [_text(word) for word in command.words]
    if any(operator != "<" and _text(target) != "/dev/null" for operator, target in command.redirects):
        return ANY
    match words[:1]:
        case ["date"]:
            formats = [word for word in words[1:] if word.startswith("+")]
            known = len(formats) == 1 and _STAMP.fullmatch(formats[0]) is not None
            return SOME if known and {*words[1:]} <= {"-u", "--utc", *formats} else ANY
        case ["pgrep"]:
            return ANY if any(re.match(r"-\w*[al]|--list|\ue002", word) for word in words[1:]) else OURS
        case ["seq"]:
            return SOME if all(word.isdigit() for word in words[1:]) else ANY
        case ["wc"]:
            fed = any(operator == "<" for operator, _ in command.redirects)
            return SOME if fed and all(re.fullmatch(r"-[clmw]+", word) for word in words[1:]) else ANY
        case ["true" | "false" | ":"]:
            return ""
    return ANY
