"""What one line looks like: a command, a prompt, a sentence, a log line, a table row, a piece of a diagram."""

from __future__ import annotations

import re
from functools import lru_cache

from .tools import standard

PROMPT = re.compile(
    r"^(?P<indent>\s*)(?P<prompt>"
    r"\$|[\w.-]+@[\w.-]+(?:[: ][^\s$#%>]*)?\s?[$#%]|\[[\w.-]+@[\w.-]+(?:\s[^\]]*)?\]\s?[$#%]|(?:bash|sh|ksh|zsh)-[\d.]+[$#]"
    r"|\([\w.-]+\)\s\$|PS(?: [A-Z]:[^>]*)?>|[A-Z]:\\[^>]*>|❯|➜(?:\s+\S+)?|root#)\s+(?=\S)"
)
ROOT_PROMPT = re.compile(r"^\s*#\s+(?=\S)")
CLIENT_PROMPT = re.compile(
    r"^\s*(?P<prompt>mysql>|MariaDB \[[^\]]*\]>|[\w-]+[=-][#>]|sqlite>|redis(?: [\d.:]+)?>|[\d.]+:\d+>|mongos?h?>|[\w-]+:(?:PRIMARY|SECONDARY)>"
    r"|cqlsh(?::\w+)?>|SQL>|RMAN>|\w+ \[direct: [^\]]*\] \w+>|nats>|ftp>|sftp>|\(qemu\)|ceph>|influx>|ksql>|spark-sql>)\s+(?=\S)"
)
COMMENT = re.compile(r"^\s*(?:#(?![!#\w-])\s?|#(?=[A-Z]\w* )|REM\s|//\s|::\s|#+\s+)(.*)$")
DRAWING = re.compile(r"[├└│┌┐┘┬┴┼─━╔╗╚╝║═▼▲►◄↓↑⬇➡]|[‚√][îÜÄÂ]|\+-{2,}|-->|<--|^\s*\|\s*$|^\s*[vV]\s*$")
_ARROWS = re.compile(r"→|->|=>|⇒|‚Üí|â†’|\u2192")
_LOG = re.compile(
    r"^\s*(?:\[?\d{4}[-/]\d\d[-/]\d\d|\[?\d\d:\d\d:\d\d|[A-Z][a-z]{2}\s+\d{1,2}\s\d\d:\d\d|(?:level|ts|time|msg)=|\d+\s+\w+\.go:\d+|[IWEF]\d{4}\s)"
    r"|^\s*(?:ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL|Error|Warning|panic|Traceback)[:\s\[]"
)
_TABLE = re.compile(
    r"^\s*(?:\|.*\||\+[-=+]+\+|[-=]{3,}(?:\s+[-=]{3,})*\s*$|[A-Z][A-Z_()%/-]{1,}(?:\s{2,}[A-Z][A-Z_ ()%/-]+)+\s*$)"
)
_KEY = re.compile(r"^\s*-?\s*[\"']?[A-Za-z][\w ./()-]*[\"']?\s*:(?:\s|$)")
_WORD = re.compile(r"^[A-Za-z_./~$<{\"'(\[!-][^\s]*")
_ASSIGN = re.compile(r"^\s*(?:export\s+|set\s+|local\s+)?[A-Za-z_]\w*=\S?|^\s*\$(?:env:)?\w+\s*=\s*\S")
_PATH = re.compile(r"^(?:\.{0,2}/|~/)[\w.@<{$-][\w./@<>{}$*+-]*$|^[\w./-]+\.(?:sh|py|pl|rb|ps1|exe|bat)$")
_VERB_NOUN = re.compile(r"^[A-Z][a-z]+-[A-Z][A-Za-z]+$")
_OPTION = re.compile(r"(?:^|\s)--?[A-Za-z][\w-]*(?:[= ]|$)|\s\|\s|\s>>?\s|\s&&\s|\\$")
_LEADING = frozenset(
    {"sudo", "do", "then", "else", "time", "nohup", "exec", "!", "env", "doas", "watch", "&&", "|", "||"}
)
_CONTROL = frozenset(
    {
        "if",
        "for",
        "while",
        "until",
        "case",
        "fi",
        "done",
        "esac",
        "else",
        "elif",
        "then",
        "do",
        "{",
        "}",
        "function",
        "return",
        "select",
    }
)
_PROSE = re.compile(
    r"\b(?:the|is|are|was|will|should|must|that|this|then|you|your|we|our|have|has|been|with|of|for an?|if|when|not)\b",
    re.I,
)
#: Programs whose names are also ordinary words; alone they do not make a line a command.
_ORDINARY = frozenset(
    [
        "open",
        "check",
        "test",
        "time",
        "date",
        "top",
        "host",
        "service",
        "mail",
        "watch",
        "find",
        "make",
        "at",
        "more",
        "less",
        "last",
        "history",
        "wait",
        "read",
        "script",
        "view",
        "help",
        "man",
        "source",
        "format",
        "move",
        "copy",
        "rename",
        "mark",
        "file",
        "type",
        "set",
        "start",
        "stop",
        "restart",
        "kill",
        "update",
        "install",
        "split",
        "join",
        "cut",
        "link",
        "sort",
        "print",
        "port",
        "sleep",
        "true",
        "false",
        "go",
        "node",
        "step",
        "task",
        "run",
        "exec",
        "flow",
        "route",
        "bind",
        "local",
        "users",
        "w",
        "who",
        "info",
        "locate",
        "expect",
        "trap",
        "let",
        "users",
        "size",
    ]
)


@lru_cache(maxsize=4096)
def is_tool(word: str) -> bool:
    """Whether a word names a program of the tool table."""
    return standard().known(word.rpartition("/")[2])


def is_sentence(line: str) -> bool:
    """Prose rather than a command: a capital first, words like "the", a full stop."""
    text = line.strip()
    words = text.split()
    if len(words) < 3:
        return False
    if (
        text.endswith((".", ":", "!"))
        and not text.endswith((" .", "/.", ".."))
        and _PROSE.search(text)
        and words[0][:1].isupper()
    ):
        return True
    prose = len(_PROSE.findall(text))
    return prose >= 2 and not _OPTION.search(text) and not re.search(r"[\"'$={}]|--", text)


def is_command(line: str) -> bool:
    """R3: a known tool, a path, a Verb-Noun, an assignment, or a lower-case word with an option or a pipe."""
    text = line.strip()
    if not text or text.startswith(("#", "//", "|", "+-", "<!--", "{", "}", "[", "- ", "* ", "> ")):
        return text.startswith(("[ ", "[[ ", "{ "))
    if is_drawing(text) and "|" not in text:
        return False
    words = text.split()
    while words and (words[0] in _LEADING or re.match(r"^[A-Za-z_]\w*=\S*$", words[0])) and len(words) > 1:
        if words[0] in ("sudo", "doas", "nohup") or "=" in words[0]:
            while len(words) > 2 and words[1].startswith("-"):
                words = words[:1] + words[2 + (words[1] in ("-u", "-g")) :]
        words = words[1:]
    first = words[0]
    bare = first.strip("\"'`;()")
    if _LOG.match(text) or (_TABLE.match(text) and not is_tool(bare)):
        return False
    if first in _CONTROL:
        return len(words) > 1 or first in ("fi", "done", "esac", "}", "{", "else", "then", "do")
    if _ASSIGN.match(text) and not re.match(r"^\w+ = ", text):
        return True
    if _PATH.match(bare):
        return not is_sentence(text)
    if _VERB_NOUN.match(bare):
        return True
    if not re.match(r"^[\w.$<{@~/-]", bare) or bare.endswith(":"):
        return False
    if bare.startswith("$") and len(words) > 1:
        return True
    if is_sentence(text):
        return False
    if is_tool(bare) and (bare == bare.lower() or bare in ("Rscript", "VBoxManage", "zkCli.sh") or "." in bare):
        return bare not in _ORDINARY or len(words) == 1 or bool(_OPTION.search(text)) or len(words) <= 3
    if re.match(r"^[a-z][\w.+-]*$", bare) and _OPTION.search(text):
        return not _KEY.match(text) or "--" in text
    return False


def is_drawing(text: str) -> bool:
    """Boxes, branches and arrows."""
    return bool(DRAWING.search(text)) or bool(_ARROWS.search(text))


def has_arrow(text: str) -> bool:
    return bool(_ARROWS.search(text))


def is_output(line: str) -> bool:
    """A line that only a program prints: a log line, a table row, a border, JSON."""
    return bool(_LOG.match(line) or _TABLE.match(line) or re.match(r"^\s*[{}\[\]],?\s*$|^\s*\"[\w.-]+\"\s*:", line))


def is_table_row(line: str) -> bool:
    return bool(_TABLE.match(line))


def is_log(line: str) -> bool:
    return bool(_LOG.match(line))


def is_key_value(line: str) -> bool:
    return bool(_KEY.match(line))
