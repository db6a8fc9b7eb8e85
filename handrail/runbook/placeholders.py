"""Blanks in a command: what must be known before it runs. Found as people spell them, filled so that shells agree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import NamedTuple

from .model import Placeholder
from .shell_text import ANGLE_BLANK, CHOICE
from .vocabulary import words

_BRACE = re.compile(
    r"(?<![$%#@^{\\\w.])\{([A-Za-z][\w-]{1,40}(?:[ ][\w-]+){0,3})\}(?!\})"
    r"|(?<=[/=:\w.])(?<![$%#@^{\\])\{([A-Za-z][\w-]{1,40})\}(?!\})"
)
_SQUARE = re.compile(
    r"(?<![\w$\\\[.\])!?^*+])\[("
    r"[A-Z][A-Z0-9_/ #-]*[A-Z0-9#]|[A-Za-z][a-z]+(?:[-_ /][A-Za-z0-9/]+)+|[A-Z]?[a-z]{3,}|[A-Z])\](?![(\[*+?{\w\]:])"
)
_SQUARE_ANY = re.compile(r"(?<!\\)\[(?![ xX]\]|\^|!|\[)([^\[\]\n]{1,120})\](?![(\[:])")
_NOT_SQUARE = re.compile(r"\w-\w|[a-z]-[a-z].*|[\d:,.\s*@]+|[\"'{].*")
#: Blanks of a template that something renders: `{{ namespace }}`, `__CLUSTER__`, `@@HOST@@`. Go's begin with a dot.
_RENDERED = re.compile(
    r"(?<![$\w{])\{\{-?\s*(?!end\b|else\b|break\b|continue\b)([A-Za-z_][\w.-]*)\s*-?\}\}(?!\})"
    r"|(?<!\w)__(?!FILE__|LINE__)([A-Z][A-Z0-9_]*?)__(?!\w)|(?<!\w)@@([A-Z][A-Z0-9_]*)@@")
_ADDRESS = re.compile(r"(?<![\w.-])(?=[\d.]*[xXyY]\b)(?:\d{1,3}|[xXyY]{1,3})(?:\.(?:\d{1,3}|[xXyY]{1,3})){3}(?![\w.-])")
_DAY = re.compile(r"(?<![A-Za-z\d])\d{4}-(?:XX|xx|\d\d)-(?:XX|xx)(?![A-Za-z\d])")
_PERCENT = re.compile(r"(?<![\w%'\"])%([A-Za-z][A-Za-z_]{2,30})%(?!['\"])")
_SHOUTED = re.compile(
    r"(?<![\w$])(?<!\$\{)(?:(?:YOUR|NEW|MY|INSERT|REPLACE|ENTER|TARGET|OLD|SOME)[_-](?:[A-Z0-9]+[_-])*[A-Z0-9]+"
    r"|CHANGE_?ME|REPLACE_?ME|TO_?BE_?(?:REPLACED|FILLED|CHANGED|SET)|FIXME|TODO_[A-Z_]+)(?![\w=])"
)
_CAPITALS = re.compile(r"(?<![\w$%.\\*-])(?<!\$\{)[A-Z][A-Z0-9]*(?:[-_][A-Z0-9]+)*(?![\w%=*,]|\.\w)(?!['\"]?\s*[:=])")
_YOURS = re.compile(r"(?<![\w$])your[-_][a-z0-9]+(?:[-_.][a-z0-9]+)*", re.I)
_CROSSES = re.compile(r"(?<![A-WYZa-wyz])(?:x{3,}|X{3,})(?![A-WYZa-wyz])[\w+-]*")
_BEFORE_CROSSES = re.compile(r"[\w.+-]+$")
_DOTTED = re.compile(r"\.\.\.[A-Za-z][\w -]*\.\.\.")
_DATE = re.compile(r"(?<![\w'\"%+(])YYYY-?MM-?DD(?:[T_-]?HH:?MM(?::?SS)?)?(?![\w'\")])")
_PATH_TO = re.compile(r"(?<![\w.])(?:[\w~.]*)?/path/to/[\w./-]*\w|(?<![\w/])path/to/[\w./-]*\w")
_STANDIN = re.compile(r"(?<![\w.-])host\d(?![\w-])")
_VARIABLE = re.compile(r"(?<!\\)\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")
_ARGUMENT = re.compile(r"(?<!\\)\$(?:\{([1-9])\}|([1-9]))")
_ASSIGNED = re.compile(
    r"(?:^|[\s;&|({`])(?:export\s+|local\s+|declare\s+(?:-\w+\s+)?|readonly\s+|typeset\s+(?:-\w+\s+)?|set\s+|setx\s+|env\s+)?"
    r"([A-Za-z_]\w*)(?:\[[^\]]*\])?\+?=|\bfor\s+([A-Za-z_]\w*)\b"
    r"|\bread\s+(?:-\w+\s+(?:\"[^\"]*\"\s+|'[^']*'\s+)?)*((?:[A-Za-z_]\w*\s*)+)|\$([A-Za-z_]\w*)\s*=[^=]"
    r"|\bprintf\s+-v\s+([A-Za-z_]\w*)|\bselect\s+([A-Za-z_]\w*)\s+in|--arg(?:json)?\s+([A-Za-z_]\w*)"
    r"|\bset\s+-x\s+([A-Za-z_]\w*)|\b(?:mapfile|readarray)\s+(?:-t\s+)?([A-Za-z_]\w*)|\bgetopts\s+\S+\s+([A-Za-z_]\w*)"
)
_GIVES = re.compile(r"\b(?:for|read|printf|select|set|mapfile|readarray|getopts)\s|--arg")
_REGIONS = re.compile(
    r"'[^']*'|\"(?:\\.|[^\"\\])*\"|\\.|(?:^|(?<=[\s;&|(]))#[^\n]*|<<-?\s*'(\w+)'[^\n]*\n.*?\n\s*\1(?=\n|$)", re.S
)
#: Before a name that is meant as it stands: a variable to print, a secret to set, a text to look for.
_LITERAL = re.compile(
    r"(?:\b(?:export|unset|printenv|read|local|declare|grep|egrep|rg|echo|printf|config:get|config:unset|getconf)\b[^|;&\n]*"
    r"|\b(?:secret|variable|env)s? (?:set|delete|remove|unset|get)\s+|\bset env\b.*|\bsignal=?\s*|\bkill -|-s\s+SIG.*)$"
)
_SAYS = re.compile(
    r"\s*(?:echo|printf|Write-Host|Write-Output)\s+(?:-\w+\s+)?"
    r"[\"']\W*(?:usage|try|run|example|e\.g|hint|syntax)\b", re.I
)
_SQL = re.compile(r"\b(?:SELECT|INSERT|UPDATE|DELETE|ALTER|CREATE|DROP|FROM|WHERE|GRANT|SHOW)\s", re.I)


#: Tools whose program is an argument, as it stands before that.
_PROGRAMS = ("jq ", "yq ", "awk ", "perl ", "sed ", "jsonpath=", "go-template=")


_NAMES = re.compile(r"[-_](?:NAME|ID|IP|HOST|HOSTNAME|URL|TOKEN|PASSWORD|ADDRESS|EMAIL)$")


class _Spot(NamedTuple):
    at: int
    spelling: str
    name: str


@lru_cache(64)
def assigned(text: str) -> frozenset[str]:
    """Names that a shell text gives a value: assignments, loops, read, getopts."""
    if "=" not in text and not _GIVES.search(text):
        return frozenset()
    names: set[str] = set()
    for match in _ASSIGNED.finditer(text):
        for group in match.groups():
            if group:
                names.update(group.split())
    return frozenset(names)


def find(command: str, known: AbstractSet[str] = frozenset(), *, script: bool = False) -> tuple[Placeholder, ...]:
    """The blanks of a command, in order, each spelling once. `known` are variables the document gives a value.

    `script` says that the text is a whole script, whose $1 must be asked for.
    """
    own = assigned(command)
    given = known if own <= known else known | own
    visible, expanding = _views(command)
    spots = [*_bracketed(command, visible), *_spelt_out(visible, given), *_variables(expanding, given)]
    if script and "()" not in command and "function " not in command:
        spots += [_Spot(match.start(), match[0], match[1] or match[2]) for match in _ARGUMENT.finditer(expanding)]
    return _placeholders(spots)


def find_in_template(text: str) -> tuple[Placeholder, ...]:
    """The blanks of a text to fill in and send: bracketed words of any case, angle brackets, shouted words."""
    spots = [_Spot(match.start(), match[0], match[1]) for match in _SQUARE_ANY.finditer(text)]
    for match in ANGLE_BLANK.finditer(text):
        if match[0][1:-1].lower() not in words("tags"):
            spots.append(_Spot(match.start(), match[0], match[0][1:-1]))
    spots += [_Spot(match.start(), match[0], match[0]) for match in _SHOUTED.finditer(text)]
    for match in re.finditer(r"\{\{\s*[A-Za-z][\w .-]*\}\}|(?<!\{)\{[A-Za-z][\w -]*\}(?!\})", text):
        spots.append(_Spot(match.start(), match[0], match[0].strip("{}").strip()))
    return _placeholders(spots)


def fill(command: str, values: Mapping[str, str], blanks: Sequence[Placeholder] | None = None) -> str:
    """The command with its blanks filled by name, quoted so that the program receives exactly the values.

    `blanks` are the item's; without them they are looked for in the command. A blank without a value stays as it is.
    """
    from .filling import substitute  # it asks the tool table, and most commands have no blank

    if not values:
        return command
    return substitute(command, find(command) if blanks is None else blanks, values)


def open_blanks(
    command: str, values: Mapping[str, str], blanks: Sequence[Placeholder] | None = None
) -> tuple[str, ...]:
    """Names of the blanks that have no value yet, in order."""
    wanted = find(command) if blanks is None else blanks
    return tuple(dict.fromkeys(blank.name for blank in wanted if blank.name not in values))


# --- the ways to spell a blank


def _bracketed(command: str, visible: str) -> Iterator[_Spot]:
    """<x>, {x}, [X] and %x%, where they are not syntax of the shell, of jq or of a here-document's file."""
    for match in ANGLE_BLANK.finditer(visible):
        inside = match[0][1:-1]
        before = visible[match.start() - 1 : match.start()]
        if _is_said(visible, match.start()):
            continue
        if inside.lower() not in words("tags") and before not in ("<", "P", "-") and not inside.startswith("http"):
            yield _Spot(match.start(), match[0], inside.strip("\"' "))
    for match in _BRACE.finditer(visible):
        name = match[1] or match[2]
        if name not in ("print", "end") and not _in_program(visible, match.start()):
            yield _Spot(match.start(), match[0], name)
    if ("{{" in visible or "__" in visible or "@@" in visible) and "ansible" not in visible:
        for match in _RENDERED.finditer(visible):
            yield _Spot(match.start(), match[0], match[1] or match[2] or match[3])
    levels, documents = words("levels"), "<<" in command
    for match in (_SQUARE_ANY if documents else _SQUARE).finditer(visible):
        start, name = match.start(), match[1]
        if name in levels or _NOT_SQUARE.fullmatch(name) or _in_program(visible, start):
            continue
        before = visible[max(0, start - 6) : start].rstrip()
        if before[-1:] == ":" and before[:-1].rstrip().endswith(('"', "'")):
            continue  # a list in JSON
        if not documents or _SQUARE.match(visible, start) or _in_heredoc(command, start):
            yield _Spot(start, match[0], name)
    for match in CHOICE.finditer(visible):
        if not _in_quotes(visible, match.start()) and visible[match.start() - 1 : match.start()] in ("", " ", "=", "/"):
            yield _Spot(match.start(), match[0], match[0][1:-1])
    for match in _PERCENT.finditer(visible):
        if match[1] not in words("standard_variables"):
            yield _Spot(match.start(), match[0], match[1])


def _spelt_out(visible: str, given: AbstractSet[str]) -> Iterator[_Spot]:
    """YOUR_X, your-x, xxx runs, ...x..., /path/to/x, host1, and nouns in capitals: POD_NAME, -n NAMESPACE."""
    small = visible.lower()
    shouts = small != visible
    for sign, pattern in (("", _SHOUTED), ("your", _YOURS), ("host", _STANDIN), ("path/to/", _PATH_TO)):
        for match in pattern.finditer(visible) if (sign in small if sign else shouts) else ():
            yield _Spot(match.start(), match[0], match[0].rpartition("path/to/")[2])
    for match in _DATE.finditer(visible) if "yyyy" in small and "format" not in small else ():
        yield _Spot(match.start(), match[0], match[0])
    if "xxx" in small and "mktemp" not in small:
        for match in _CROSSES.finditer(visible):
            head = _BEFORE_CROSSES.search(visible, max(0, match.start() - 80), match.start())
            start = head.start() if head else match.start()
            spelling = visible[start : match.end()].rstrip(".")
            yield _Spot(start, spelling, spelling)
    if "xx" in small or ".x" in small or ".y" in small:
        for match in (*_ADDRESS.finditer(visible), *_DAY.finditer(visible)):
            yield _Spot(match.start(), match[0], match[0])
    for match in _DOTTED.finditer(visible) if "..." in small else ():
        yield _Spot(match.start(), match[0], match[0].strip("."))
    for match in _CAPITALS.finditer(visible) if shouts else ():
        if len(match[0]) >= 2 and match[0] not in given and _is_noun(visible, match):
            yield _Spot(match.start(), match[0], match[0])


def _is_noun(visible: str, match: re.Match[str]) -> bool:
    parts = set(re.split(r"[-_]", match[0]))
    line = visible[visible.rfind("\n", 0, match.start()) + 1 : match.start()]
    if _LITERAL.search(line) or _in_program(visible, match.start()):
        return False
    if len(parts) > 1:
        if re.search(r"[:=]\s*\"$", line) and _NAMES.search(match[0]):
            return True  # the value in a body: {"index": "INDEX_NAME"}
        return bool(parts & words("blank_nouns")) and not re.search(r"[\w]\($|['\"]$", line[-2:] + "")
    if re.search(r"(?:-o|--output|--columns|--fields|--format)[ =]?$", line):
        return False
    asked = re.search(r"(?:\s-{1,2}[\w-]+[ =]|[/:@]|^\s*\S+ (?:\S+ )*)$", line)
    return match[0] in words("lone_nouns") and bool(asked) and not _SQL.search(visible)


def _variables(expanding: str, given: AbstractSet[str]) -> Iterator[_Spot]:
    """$VAR that the document never assigns and that is not standard."""
    for match in _VARIABLE.finditer(expanding):
        name = match[1] or match[2]
        if name in given or name in words("standard_variables") or expanding.startswith("$env:", match.start()):
            continue
        yield _Spot(match.start(), match[0], name)


# --- small things


def _is_said(text: str, place: int) -> bool:
    """Whether the place only shows how to call something: `echo "Usage: ..."`, on a line that writes no file."""
    start = text.rfind("\n", 0, place) + 1
    end = text.find("\n", place)
    line = text[start : end if end >= 0 else len(text)]
    return bool(_SAYS.match(line)) and line.count('"') in (0, 2) and not re.search(r"[\"']\s*[|>&;]", line)


def _placeholders(spots: Iterable[_Spot]) -> tuple[Placeholder, ...]:
    """Spots in order, the longest of those that overlap, each spelling once."""
    found: dict[str, Placeholder] = {}
    end = -1
    for spot in sorted(spots, key=lambda one: (one.at, -len(one.spelling))):
        if spot.at >= end:
            found.setdefault(spot.spelling, Placeholder(spelling=spot.spelling, name=spot.name.strip()))
            end = spot.at + len(spot.spelling)
    return tuple(found.values())


@lru_cache(8)
def _names_program(text: str) -> bool:
    return any(tool in text for tool in _PROGRAMS)


def _in_program(text: str, place: int) -> bool:
    """Whether the place is in a jq or awk program or a jsonpath, outside strings: there {x} and [x] are syntax."""
    if not _names_program(text):
        return False
    before = text[max(0, place - 300) : place]
    start = max(before.rfind(tool) for tool in _PROGRAMS)
    if start < 0:
        return False
    program = before[start:]
    return program.count("'") % 2 == 1 and program.rpartition("'")[2].count('"') % 2 == 0


def _in_quotes(text: str, place: int) -> bool:
    line = text[text.rfind("\n", 0, place) + 1 : place]
    return line.count("'") % 2 == 1 or line.count('"') % 2 == 1


def _in_heredoc(command: str, place: int) -> bool:
    mark = command.find("<<")
    line_end = command.find("\n", mark)
    return 0 <= mark < place and 0 <= line_end < place


def _views(command: str) -> tuple[str, str]:
    """The text without comments, and the text without comments and without what single quotes keep from expanding."""
    if "'" not in command and "#" not in command:
        return command, command
    visible = list(command)
    expanding = list(command)
    for match in _REGIONS.finditer(command):
        if match[0].startswith("#"):
            visible[match.start() : match.end()] = expanding[match.start() : match.end()] = " " * len(match[0])
        elif match[0].startswith(("'", "<<")):
            for at in range(match.start(), match.end()):
                if expanding[at] != "\n":
                    expanding[at] = " "
    return "".join(visible), "".join(expanding)
