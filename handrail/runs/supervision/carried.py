"""What the shell left behind, as text that the next step's shell reads: env.sh.

The wrappers in `shells/` dump twice into memory of ours: before the step and after it. Fields end in NUL, the first
of each record is its kind:

    v NAME VALUE DECLARATION    a variable; the declaration as the shell prints it (bash, zsh)
    s LISTING / x LISTING       all of `set` / all of `export -p` (a shell that cannot do better)
    f TEXT    functions         o TEXT    options to be set again
    u MASK    umask             d PATH PREVIOUS    the directory it stands in, and the one that `cd -` means
    =         the step begins   .         the dump is whole

What the step did not touch is not carried, nor is anything that shows a secret.
"""

from __future__ import annotations

END = b"# end of what is carried\n"
FIELDS = {b"v": 3, b"s": 1, b"x": 1, b"f": 1, b"o": 1, b"u": 1, b"d": 2, b"=": 0, b".": 0}

# Counters, what a shell finds out by itself, and what belongs to one process only.
OWN = frozenset(b"""
    _ BASHOPTS BASHPID BASH_ARGC BASH_ARGV BASH_ARGV0 BASH_CMDS BASH_ALIASES BASH_COMMAND BASH_LINENO BASH_SOURCE
    BASH_SUBSHELL BASH_EXECUTION_STRING BASH_VERSINFO COLUMNS COMP_WORDBREAKS DIRSTACK EPOCHREALTIME EPOCHSECONDS
    ERRNO EUID FUNCNAME GROUPS HISTCMD LINENO LINES OLDPWD OPTARG OPTERR OPTIND PIPESTATUS PPID PWD RANDOM SECONDS
    SHELLOPTS SHLVL SRANDOM TTYIDLE UID ZSH_SUBSHELL ZSH_ARGZERO ZSH_EVAL_CONTEXT HANDRAIL_RUN
    HANDRAIL_CARRIED HANDRAIL_MONITOR HANDRAIL_SERVICE HANDRAIL_REQUEST
    status pipestatus argv LOGCHECK WATCHFMT zle_bracketed_paste
""".split())

# Options that would write into the transcript, run nothing, or make the next shell wait for keys.
NOT_CARRIED = frozenset(b"""
    xtrace verbose noexec exec interactive monitor history histexpand emacs vi onecmd privileged stdin nolog debug
    shinstdin singlecommand zle login restricted
""".split())

TYPE_CHECKING = False
if TYPE_CHECKING:
    from handrail.runs.supervision.masking import Mask

    Record = tuple[bytes, ...]
    Variables = dict[bytes, tuple[bytes, bytes]]  # name -> value, declaration


def environment(dump: bytes, flavour: str, functions: list[tuple[str, bytes]], mask: Mask) -> bytes | None:
    """The text of env.sh; None when the dump is not whole, and so the step's environment was not captured.

    Plain variables, umask and directory are written so that any shell can read them, the rest for the same shell.
    """
    halves = _halves(dump)
    if halves is None:
        return None
    before, after = halves
    old, new = _variables(before), _variables(after)
    everywhere = [b"unset " + name + b"\n" for name in old if name not in new and _is_carried(name)]
    here = [text for _, text in functions]
    for name, (value, declaration) in new.items():
        if _is_carried(name) and old.get(name) != (value, declaration):
            flags = _flags(declaration)
            if not flags & set("aAnT") and _has_value(declaration):
                everywhere.append((b"export " if "x" in flags else b"") + name + b"=" + quote(value) + b"\n")
            if flags - {"x"} or not _has_value(declaration):
                here.append(declaration.rstrip(b"\n") + b"\n")
    for kind, *fields in after:
        if kind == b"u":
            everywhere.append(b"umask " + fields[0].strip() + b"\n")
        elif kind == b"d":
            everywhere.append(_enter(*fields))
        elif kind == b"f":
            here.append(fields[0])
    loose, strict = _changed_options(before, after)
    same_shell = b"".join(text for text in [*loose, *here, *strict] if not mask.shows(text))
    if same_shell:
        same_shell = b'if [ "$__handrail_shell" = %s ]; then eval %s; fi\n' % (flavour.encode(), quote(same_shell))
    return b"".join([*(line for line in everywhere if not mask.shows(line)), same_shell, END])


def _changed_options(before: list[Record], after: list[Record]) -> tuple[list[bytes], list[bytes]]:
    """The lines of `shopt -p` (functions may need them to be read) and of `set +o` (to be set last) that differ."""
    was, now = ([line for kind, *fields in records if kind == b"o" for line in fields[0].splitlines(True)]
                for records in (before, after))
    changed = [line for line in now if line not in was and line.split()[-1] not in NOT_CARRIED]
    return ([line for line in changed if line.startswith(b"shopt")],
            [line for line in changed if not line.startswith(b"shopt")])


def quote(value: bytes) -> bytes:
    """`value` as one word that every shell reads as it is."""
    return b"'" + value.replace(b"'", b"'\\''") + b"'"


def _enter(directory: bytes, previous: bytes) -> bytes:
    """Go there; where it is gone, stand in a place that is gone, as the shell would: never somewhere else."""
    gone = b'"$__handrail_gone"'
    lost = b"{ command -p mkdir %s && cd %s && command -p rmdir %s; }" % (gone, gone, gone)
    first = b"cd -- " + quote(previous) + b" 2>/dev/null\n" if previous else b""
    return first + b"cd -- " + quote(directory) + b" 2>/dev/null || " + lost + b"\n"


def _halves(dump: bytes) -> tuple[list[Record], list[Record]] | None:
    """The records before the step and those after it, from the last dump that is whole."""
    fields = dump.split(b"\0")
    records: list[Record] = []
    begins: list[int] = []
    at = 0
    while at < len(fields) - 1:
        kind = fields[at]
        count = FIELDS.get(kind)
        if count is None:
            return None
        if kind == b"=":
            begins.append(len(records))
        records.append(tuple(fields[at:at + 1 + count]))
        at += 1 + count
    if not begins or records[-1] != (b".",) or at != len(fields) - 1:
        return None
    return records[:begins[0]], records[begins[-1] + 1:]


def _variables(records: list[Record]) -> Variables:
    found: Variables = {}
    exported: set[bytes] = set()
    for kind, *fields in records:
        if kind == b"v":
            found[fields[0]] = (fields[1], fields[2])
        elif kind == b"x":
            exported.update(name for name, _ in _listing(fields[0], b"export "))
        elif kind == b"s":
            found.update((name, (value, b"export =" if name in exported else b"=")) for name, value in
                         _listing(fields[0]))
    return found


def _listing(text: bytes, prefix: bytes = b"") -> list[tuple[bytes, bytes]]:
    """Names and values from `set` or `export -p`: NAME='it'"'"'s', one after another, newlines only inside quotes."""
    found: list[tuple[bytes, bytes]] = []
    at = 0
    while at < len(text):
        line = text.find(b"\n", at)
        line = len(text) if line < 0 else line
        equals = text.find(b"=", at, line)
        if equals < 0:
            found.append((text[at + len(prefix):line], b""))
            at = line + 1
            continue
        name, value, at = text[at + len(prefix):equals], [], equals + 1
        while at < len(text) and text[at:at + 1] != b"\n":
            mark = text[at:at + 1]
            if mark in (b"'", b'"'):
                close = text.find(mark, at + 1)
                close = len(text) if close < 0 else close
                value.append(text[at + 1:close])
                at = close + 1
            else:
                value.append(mark)
                at += 1
        found.append((name, b"".join(value)))
        at += 1
    return found


def _flags(declaration: bytes) -> set[str]:
    """The attributes in `declare -ax NAME=...`, `export NAME=...`, `typeset -gi NAME=...`."""
    words = declaration.split(b"=", 1)[0].split()
    given = b"".join(word for word in words if word.startswith(b"-")).decode("latin-1")
    letters = {letter for letter in given if letter.isalpha()}
    return (letters | ({"x"} if words[:1] == [b"export"] else set())) - {"g"}


def _has_value(declaration: bytes) -> bool:
    return b"=" in declaration


def _is_carried(name: bytes) -> bool:
    return name not in OWN and not name.startswith(b"__handrail_") and name.decode("latin-1").isidentifier()
