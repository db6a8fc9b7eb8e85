"""Blanks in a command: what must be known before it can run. Found as people spell them, filled so that shells agree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .model import Placeholder
from .syntax import ANGLE_BLANK

_TAGS = frozenset(
    [
        "a",
        "b",
        "i",
        "p",
        "br",
        "hr",
        "li",
        "ul",
        "ol",
        "td",
        "tr",
        "th",
        "div",
        "span",
        "html",
        "head",
        "body",
        "title",
        "script",
        "style",
        "table",
        "code",
        "pre",
        "img",
        "h1",
        "h2",
        "h3",
        "h4",
        "em",
        "strong",
        "xml",
        "string",
        "int",
        "bool",
        "void",
    ]
)
_BRACE = re.compile(
    r"(?<![$%#@^{\\\w.])\{([A-Za-z][\w-]{1,40}(?:[ ][\w-]+){0,3})\}(?!\})|(?<=[/=:\w.])(?<![$%#@^{\\])\{([A-Za-z][\w-]{1,40})\}(?!\})"
)
_SQUARE = re.compile(
    r"(?<![\w$\\\[.\])!?^*+])\[((?:[A-Z][A-Z0-9_/ #-]*[A-Z0-9#]|[A-Za-z][a-z]+(?:[-_ /][A-Za-z0-9/]+)+|[A-Z]?[a-z]{3,}|[A-Z]))\](?![(\[*+?{\w\]:])"
)
_SQUARE_ANY = re.compile(r"(?<!\\)\[(?![ xX]\]|\^|!|\[)([^\[\]\n]{1,120})\](?![(\[:])")
_PERCENT = re.compile(r"(?<![\w%])%([A-Za-z][A-Za-z_]{2,30})%")
_SHOUTED = re.compile(
    r"(?<![\w$])(?<!\$\{)(?:(?:YOUR|NEW|MY|INSERT|REPLACE|ENTER|TARGET|OLD|SOME)[_-](?:[A-Z0-9]+[_-])*[A-Z0-9]+"
    r"|CHANGE_?ME|REPLACE_?ME|FIXME|TODO_[A-Z_]+)(?![\w=])"
)
_YOURS = re.compile(r"(?<![\w$])your[-_][a-z0-9]+(?:[-_.][a-z0-9]+)*", re.I)
_CROSSES = re.compile(r"[\w.+-]*(?<![A-WYZa-wyz])(?:x{3,}|X{3,})(?![A-WYZa-wyz])[\w+-]*")
_DOTTED = re.compile(r"\.\.\.[A-Za-z][\w -]*\.\.\.")
_STANDIN = re.compile(r"(?<![\w.-])host\d(?![\w-])")
_VARIABLE = re.compile(r"(?<!\\)\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")
_ARGUMENT = re.compile(r"(?<!\\)\$(?:\{([1-9])\}|([1-9]))")
_LEVELS = frozenset(
    {
        "ERROR",
        "WARN",
        "WARNING",
        "INFO",
        "DEBUG",
        "FATAL",
        "CRITICAL",
        "OK",
        "PASS",
        "FAIL",
        "YES",
        "NO",
        "NOTICE",
        "TRACE",
    }
)
_STANDARD = frozenset(
    [
        "HOME",
        "USER",
        "PATH",
        "PWD",
        "OLDPWD",
        "SHELL",
        "HOSTNAME",
        "HOST",
        "LOGNAME",
        "TERM",
        "LANG",
        "LC_ALL",
        "EDITOR",
        "VISUAL",
        "PAGER",
        "UID",
        "EUID",
        "PPID",
        "RANDOM",
        "SECONDS",
        "LINENO",
        "BASH",
        "BASH_SOURCE",
        "BASH_VERSION",
        "FUNCNAME",
        "PIPESTATUS",
        "IFS",
        "PS1",
        "PS2",
        "OPTARG",
        "OPTIND",
        "REPLY",
        "TMPDIR",
        "TMP",
        "TEMP",
        "DISPLAY",
        "SSH_AUTH_SOCK",
        "SSH_CLIENT",
        "SSH_CONNECTION",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_STATE_HOME",
        "XDG_CACHE_HOME",
        "XDG_RUNTIME_DIR",
        "SUDO_USER",
        "MAIL",
        "HISTFILE",
        "HISTSIZE",
        "COLUMNS",
        "LINES",
        "MACHTYPE",
        "OSTYPE",
        "HOSTTYPE",
        "KUBECONFIG",
        "GOPATH",
        "JAVA_HOME",
        "EPOCHSECONDS",
        "USERPROFILE",
        "APPDATA",
        "LOCALAPPDATA",
        "PROGRAMFILES",
        "WINDIR",
        "SYSTEMROOT",
        "COMPUTERNAME",
        "USERNAME",
        "COMSPEC",
        "PROGRAMDATA",
        "NF",
        "NR",
        "FNR",
        "FS",
        "OFS",
        "ORS",
        "true",
        "false",
        "null",
        "env",
        "PSScriptRoot",
        "PSVersionTable",
        "Error",
        "Matches",
        "Host",
        "PROFILE",
        "args",
        "input",
    ]
)
_ASSIGNED = re.compile(
    r"(?:^|[\s;&|({`])(?:export\s+|local\s+|declare\s+(?:-\w+\s+)?|readonly\s+|typeset\s+(?:-\w+\s+)?|set\s+|setx\s+|env\s+)?"
    r"([A-Za-z_]\w*)(?:\[[^\]]*\])?\+?=|\bfor\s+([A-Za-z_]\w*)\b|\bread\s+(?:-\w+\s+(?:\"[^\"]*\"\s+|'[^']*'\s+)?)*((?:[A-Za-z_]\w*\s*)+)"
    r"|\$([A-Za-z_]\w*)\s*=[^=]|\bprintf\s+-v\s+([A-Za-z_]\w*)|\bselect\s+([A-Za-z_]\w*)\s+in|--arg(?:json)?\s+([A-Za-z_]\w*)"
    r"|\bset\s+-x\s+([A-Za-z_]\w*)|\b(?:mapfile|readarray)\s+(?:-t\s+)?([A-Za-z_]\w*)|\bgetopts\s+\S+\s+([A-Za-z_]\w*)"
)


def assigned(text: str) -> set[str]:
    """Names that a shell text gives a value: assignments, loops, read, getopts."""
    names: set[str] = set()
    for match in _ASSIGNED.finditer(text):
        for group in match.groups():
            if group:
                names.update(group.split())
    return names


def find(command: str, known: Iterable[str] = (), *, script: bool = False) -> tuple[Placeholder, ...]:
    """The blanks of a command, in order, each spelling once. `known` are variables the document gives a value.

    `script` says that the text is a whole script, whose $1 must be asked for.
    """
    found: dict[str, Placeholder] = {}
    given = {*known, *assigned(command)}
    visible, expanding = _views(command)
    spots: list[tuple[int, str, str]] = []
    for match in ANGLE_BLANK.finditer(visible):
        inside = match[0][1:-1]
        before = visible[match.start() - 1 : match.start()]
        if (
            inside.lower() in _TAGS
            or (before in ("<", "P", "=", "-") and before != "=")
            or inside.startswith(("http", "/"))
        ):
            continue
        spots.append((match.start(), match[0], inside))
    for match in _BRACE.finditer(visible):
        name = match[1] or match[2]
        if name != "print" and not _in_jq(visible, match.start()):
            spots.append((match.start(), match[0], name))
    for match in (_SQUARE_ANY if "<<" in command else _SQUARE).finditer(visible):
        if (
            match[1] not in _LEVELS
            and not re.fullmatch(r"\w-\w|[a-z]-[a-z].*|[\d:,.\s*@]+|[\"'{].*", match[1])
            and not (_in_jq(visible, match.start()))
            and not (_SQUARE.match(visible, match.start()) is None and not _in_heredoc(command, match.start()))
        ):
            spots.append((match.start(), match[0], match[1]))
    for match in _PERCENT.finditer(visible):
        if match[1] not in _STANDARD:
            spots.append((match.start(), match[0], match[1]))
    for pattern in (_SHOUTED, _YOURS, _STANDIN):
        spots.extend((match.start(), match[0], match[0]) for match in pattern.finditer(visible))
    for match in _CROSSES.finditer(visible):
        if "mktemp" not in visible:
            spots.append((match.start(), match[0].rstrip("."), match[0].rstrip(".")))
    spots.extend((match.start(), match[0], match[0].strip(".")) for match in _DOTTED.finditer(visible))
    for match in _VARIABLE.finditer(expanding):
        name = match[1] or match[2]
        if name not in given and name not in _STANDARD and not expanding.startswith("$env:", match.start()):
            spots.append((match.start(), match[0], name))
    if script and "()" not in command and "function " not in command:
        spots.extend((match.start(), match[0], match[1] or match[2]) for match in _ARGUMENT.finditer(expanding))
    for _, spelling, name in _apart(sorted(spots)):
        found.setdefault(spelling, Placeholder(spelling=spelling, name=name.strip()))
    return tuple(found.values())


_SUPPOSED = re.compile(r"\b(?:suppose|supposing|assume|assuming|(?:in )?this example|in the example)\b", re.I)
_TOKEN = re.compile(r"`([^`\s]+)`|(?<![\w`])([\w:/.@-]*\d[\w:/.@-]*)(?![\w`])")
_PROVIDE = re.compile(r"^\W*(?:provide|supply|specify|give)\b(?P<what>[^.\n]*)", re.I | re.M)
_FILE = re.compile(r"(?<![\w/.=-])[\w-]+\.(?:sql|dump|gz|tar|tgz|json|ya?ml|bak|csv|db|txt|pem|key|crt|zip)(?![\w./])")
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+]*://[^\s\"'`|;&]+")
_SPECIFIC = re.compile(r"\b(?:specific|particular|affected|certain|given|individual)\s+([A-Za-z]{3,})", re.I)
_PAIR = re.compile(r"[\"']?\b(\w+)[\"']?\s*[:=]\s*[\"']?([A-Za-z][\w.-]+)")


def stand_ins(command: str, told: str, particular: dict[str, str]) -> tuple[Placeholder, ...]:
    """Example values that the prose marks as standing for one's own.

    "Suppose the ID is X", "Provide a backup file", and "for a specific cli" over `cli=x`. `particular` remembers the
    values of the last kind with their keys, for the commands that follow in the document.
    """
    found: dict[str, str] = {}
    if _SUPPOSED.search(told):
        for code, word in _TOKEN.findall(told):
            token = (code or word).rstrip(".:,")
            if len(token) >= 4 and re.search(r"\d", token) and re.search(rf"(?<!\w){re.escape(token)}(?!\w)", command):
                found[token] = token
    if provide := _PROVIDE.search(told):
        if re.search(r"\bfiles?\b", provide["what"], re.I) and (file := _FILE.search(command)):
            found[file[0]] = "file"
        if re.search(r"\b(?:connection string|dsn|ur[li]|address|endpoint)\b", provide["what"], re.I) and (
            address := _ADDRESS.search(command)
        ):
            found[address[0]] = "address"
    nouns = [noun.lower().rstrip("s") for noun in _SPECIFIC.findall(told)]
    for key, value in _PAIR.findall(command):
        if any(key.lower().startswith(noun) for noun in nouns) and value not in ("true", "false", "null", "http", "https"):
            particular[value] = key
        if particular.get(value, "")[:3].lower() == key[:3].lower():
            found[value] = key
    return tuple(Placeholder(spelling=spelling, name=name) for spelling, name in found.items())


def find_in_template(text: str) -> tuple[Placeholder, ...]:
    """The blanks of a text to fill in and send: bracketed words of any case, angle brackets, shouted words."""
    found: dict[str, Placeholder] = {}
    spots = [(match.start(), match[0], match[1]) for match in _SQUARE_ANY.finditer(text)]
    spots.extend(
        (match.start(), match[0], match[0][1:-1])
        for match in ANGLE_BLANK.finditer(text)
        if match[0][1:-1].lower() not in _TAGS
    )
    spots.extend((match.start(), match[0], match[0]) for match in _SHOUTED.finditer(text))
    spots.extend(
        (match.start(), match[0], match[0].strip("{}").strip())
        for match in re.finditer(r"\{\{\s*[A-Za-z][\w .-]*\}\}|(?<!\{)\{[A-Za-z][\w -]*\}(?!\})", text)
    )
    for _, spelling, name in _apart(sorted(spots)):
        found.setdefault(spelling, Placeholder(spelling=spelling, name=name.strip()))
    return tuple(found.values())


def _apart(spots: list[tuple[int, str, str]]) -> Iterator[tuple[int, str, str]]:
    end = -1
    for spot in sorted(spots, key=lambda one: (one[0], -len(one[1]))):
        if spot[0] >= end:
            yield spot
            end = spot[0] + len(spot[1])


def _in_jq(text: str, place: int) -> bool:
    """Whether the place is in a jq or awk program, outside its strings: there {x} and [x] are syntax."""
    before = text[max(0, place - 300) : place]
    start = max(before.rfind(f"{tool} ") for tool in ("jq", "yq", "awk", "perl", "sed"))
    if start < 0:
        return False
    program = before[start:]
    quotes = program.count("'")
    return quotes % 2 == 1 and program.rpartition("'")[2].count('"') % 2 == 0


def _in_heredoc(command: str, place: int) -> bool:
    mark = command.find("<<")
    line_end = command.find("\n", mark)
    return 0 <= mark < place and line_end >= 0 and place > line_end


_REGIONS = re.compile(
    r"'[^']*'|\"(?:\\.|[^\"\\])*\"|\\.|(?:^|(?<=[\s;&|(]))#[^\n]*|<<-?\s*'(\w+)'[^\n]*\n.*?\n\s*\1(?=\n|$)", re.S
)


def _views(command: str) -> tuple[str, str]:
    """The text without comments, and the text without comments and without what single quotes keep from expanding."""
    visible = list(command)
    expanding = list(command)
    for match in _REGIONS.finditer(command):
        piece = match[0]
        if piece.startswith("#"):
            for at in range(match.start(), match.end()):
                visible[at] = expanding[at] = " "
        elif piece.startswith(("'", "<<")):
            for at in range(match.start(), match.end()):
                if expanding[at] != "\n":
                    expanding[at] = " "
    return "".join(visible), "".join(expanding)


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
