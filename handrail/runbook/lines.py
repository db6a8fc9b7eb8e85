"""What one line looks like: a command, a prompt, a sentence, a log line, a table row, a piece of a diagram."""

from __future__ import annotations

import re
from functools import lru_cache

from .tools import on_change, standard
from .vocabulary import either, words

PROMPT = re.compile(
    r"^(?P<indent>\s*)(?P<prompt>\$|[a-z][\w.-]{1,40}\$(?=\s+[a-z./])"
    r"|[\w.-]+@[\w.-]+(?:[: ][^\s$#%>]*)?\s?[$#%]|\[[\w.-]+@[\w.-]+(?:\s[^\]]*)?\]\s?[$#%]"
    r"|(?:bash|sh|ksh|zsh)-[\d.]+[$#]|\([\w.-]+\)\s\$|PS(?: [A-Z]:[^>]*)?>|[A-Z]:\\[^>]*>|❯|➜(?:\s+\S+)?|root#)"
    r"\s+(?=\S)"
)
_NUMBERED = re.compile(r"^\s*\d{1,2}[.)]\s+(\S.*)$")
ROOT_PROMPT = re.compile(r"^\s*#\s+(?=\S)")
CLIENT_PROMPT = re.compile(
    r"^\s*(?P<prompt>mysql>|MariaDB \[[^\]]*\]>|[\w-]+[=-][#>]|sqlite>|redis(?: [\d.:]+)?>"
    r"|[\w.-]+:\d{2,5}(?:\[\d+\])?>|mongos?h?>"
    r"|[\w-]+:(?:PRIMARY|SECONDARY)>|cqlsh(?::\w+)?>|SQL>|RMAN>|\w+ \[direct: [^\]]*\] \w+>|nats>|ftp>|sftp>|\(qemu\)"
    r"|>>>|irb\([^)]*\)[\d:>*]*>|In \[\d+\]:|iex\(\d+\)>|\[\d+\] pry\([^)]*\)>|ghci>|scala>|jshell>"
    r"|ceph>|influx>|ksql>|spark-sql>)\s+(?=\S)"
)
COMMENT = re.compile(r"^\s*(?:#+(?!!)\s?|REM\s|//\s|::\s)(.*)$")
_DRAWING = re.compile(r"[├└│┌┐┘┬┴┼─━╔╗╚╝║═▼▲►◄↓↑⬇➡]|[‚√][îÜÄÂ]|\+-{2,}|-->|<--|^\s*\|\s*$|^\s*[vV]\s*$")
_ARROWS = re.compile(r"→|->|=>|⇒|‚Üí|â†’")
_LOG = re.compile(
    r"^\s*(?:\[?\d{4}[-/]\d\d[-/]\d\d|\[?\d\d:\d\d:\d\d|[A-Z][a-z]{2}\s+\d{1,2}\s\d\d:\d\d|(?:level|ts|time|msg)="
    r"|\d+\s+\w+\.go:\d+|[IWEF]\d{4}\s)|^\s*(?:ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL|Error|Warning|panic|Traceback)[:\s\[]"
)
_TABLE = re.compile(
    r"^\s*(?:\|.*\||\+[-=+]+\+|[-=]{3,}(?:\s+[-=]{3,})*\s*$|[A-Z][A-Z_()%/-]{1,}(?:\s{2,}[A-Z][A-Z_ ()%/-]+)+\s*$)"
)
_KEY = re.compile(r"^\s*-?\s*[\"']?[A-Za-z][\w ./()-]*[\"']?\s*:(?:\s|$)")
_ASSIGN = re.compile(r"^\s*(?:export\s+|set\s+|local\s+)?[A-Za-z_]\w*=\S?|^\s*\$(?:env:)?\w+\s*=\s*\S")
_LOOSE_ASSIGN = re.compile(r"^\w+ = |^\w+=[^\s,\"']+,\s|^\w+=\"[^\"]*\"\s+\w+=\"")
_PATH = re.compile(r"^(?:\.{0,2}/|~/)[\w.@<{$-][\w./@<>{}$*+-]*$|^[\w./-]+\.(?:sh|py|pl|rb|ps1|exe|bat)$")
_VERB_NOUN = re.compile(r"^[A-Z][a-z]+-[A-Z][A-Za-z]+$")
_OPTION = re.compile(r"(?:^|\s)--?[A-Za-z][\w-]*(?:[= ]|$)|\s\|\s|\s>>?\s|\s&&\s|\\$")
_LEADING = frozenset({"sudo", "doas", "do", "then", "else", "time", "nohup", "exec", "!", "env", "watch", "&&", "||"})
_PROSE = re.compile(
    r"\b(?:the|is|are|was|will|should|must|that|this|then|you|your|we|our|have|has|been|with|of|for an?|if|when"
    r"|not)\b", re.I
)
#: A file emptied or overwritten by hand, without a program: `> app.log`, `: >app.log`; and a program behind an alias.
_EMPTIES = re.compile(r"(?::\s*)?>{1,2}\s*(?:/|~/|\./|\$\{?\w+\}?/|<)[\w./<>{}$*+~-]*(?:\s+#.*)?$|:\s+\S*\$")
#: PowerShell: a script called by its path, a static method.
_CALLED = re.compile(r"&\s+(?:\.{1,2}[\\/]|[\"'][A-Z]:|\$\w)\S|\[[A-Z]\w+(?:\.\w+)*\]::\w+\(")
_SIGNS = ":>&["
_UNALIASED = re.compile(r"\\(?=(?:rm|cp|mv|ln)\s)")
#: `update-ca-certificates`, `restart-all`: a program whose name says what to do.
_TOLD_WORD = re.compile(r"([a-z]+)(?:-[a-z0-9]+)+$")
_NO_START = ("#", "//", "|", "+-", "<!--", "{", "}", "[", "- ", "* ", "> ", "(P)", "...")
_CHECKBOX = re.compile(r"^\s*(?:[-*]\s*)?(?:\[[ xX✓]?\]|[☐☑□])\s+(?=\S)")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_BLOCK = re.compile(r"^(?:resource|provider|module|variable|output|terraform|data|locals|source|build)\b[^|;]*\{\s*$")
_INI = re.compile(r"^\[\s*[\w.-]+\s*\]$")
_TYPED = re.compile(r"[\"'$={}]|--")
_BEGINS = re.compile(r"^[\w.$<{@~/-]")
_NAME = re.compile(r"^[a-z][\w.+-]*$")
_STOPS = re.compile(r"[a-z)],\s|[a-z]\.$")
_STATES = re.compile(r"^\S+\s+= |^\S+ (?:is|are|was|has)\b")
_SETS = re.compile(r"^[A-Za-z_]\w*=\S*$")
_JSON = re.compile(r"^\s*[{}\[\]],?\s*$|^\s*\"[\w.-]+\"\s*:")
_PRINTED = re.compile(r"^(?:\d|[A-Z\"'(<*•\[{-]|\w+: |\.{3}$)")
_COLUMNS = re.compile(r"^\S+\s{2,}\S+(?:\s\S+)?\s{2,}\S")
_QUERY = re.compile(
    rf"^\(?\s*{either('promql')}(?:\s+(?:by|without)\b|\s*\()|^\(*[a-z_:][\w:]*\{{(?:[^}}]*[=~!]|\s*$)"
    r"|^\(*[a-z_:]\w*_(?:total|bytes|seconds|bucket|count|sum|info|status|ratio)\b(?!\s*=)|^\{\s*\w+\s*(?:=~|!=|!~|=)\s*\""
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
    return prose >= 2 and not _OPTION.search(text) and not _TYPED.search(text)


@lru_cache(maxsize=8192)
def is_command(line: str, trusting: bool = False) -> bool:
    """R3: a known tool, a path, a Verb-Noun, an assignment, or a lower-case word with an option or a pipe.

    `trusting` is for fences that say they hold commands: there any lower-case word may be a program.
    """
    text = line.strip()
    if text[:1] in _SIGNS and text and (_EMPTIES.match(text) or _CALLED.match(text)):
        return True
    if not text or text.startswith(_NO_START):
        return text.startswith(("[ ", "[[ ", "{ ")) and not _CHECKBOX.match(text) and not _INI.match(text)
    drawn = is_drawing(text) and "|" not in text and is_drawing(_QUOTED.sub("", text))
    if drawn or is_query(text) or _BLOCK.match(text):
        return False
    said = _after_prefixes(text.split())
    first = said[0]
    bare = said[0][1:] if _UNALIASED.match(text) else first.strip("\"'`;()")
    columns = _TABLE.match(text) or _COLUMNS.search(text)
    if _LOG.match(text) or (columns and not (is_tool(bare) and _OPTION.search(text))):
        return False
    if first in words("control"):
        return len(said) > 1 or first in ("fi", "done", "esac", "}", "{", "else", "then", "do")
    if _ASSIGN.match(text):
        return not _LOOSE_ASSIGN.match(text)
    if _PATH.match(bare):
        return not is_sentence(text)
    if _VERB_NOUN.match(bare):
        return True
    if not _BEGINS.match(bare) or bare.endswith(":") or first.startswith(("`", "--")):
        return False
    if bare.startswith("$") and len(said) > 1:
        return True
    if is_sentence(text):
        return False
    if is_tool(bare) and (bare == bare.lower() or "." in bare or bare in ("Rscript", "VBoxManage", "zkCli.sh")):
        return bare not in words("ordinary") or trusting or len(said) <= 3 or bool(_OPTION.search(text))
    if not _NAME.match(bare):
        return False
    if text.startswith(("sudo ", "doas ")):
        return True
    if trusting and len(said) == 1 and (told := _TOLD_WORD.match(text)):
        return told[1] in words("verbs")
    if _OPTION.search(text):
        return not _KEY.match(text) or "--" in text
    if trusting and (len(said) > 9 or _STOPS.search(text) or len(_PROSE.findall(text)) > 1):
        return False
    stated = _KEY.match(text) or _STATES.match(text)
    return trusting and len(said) > 1 and not stated


def _after_prefixes(words: list[str]) -> list[str]:
    """The words from the program on: sudo and watch with their options, VAR=x, do and then left out."""
    while len(words) > 1 and (words[0] in _LEADING or _SETS.match(words[0])):
        if words[1][0] in "|;&":
            return words
        if words[0] in ("sudo", "doas"):
            if all(word.startswith("-") for word in words[1:]):
                return words
            while len(words) > 2 and words[1].startswith("-"):
                words = words[:1] + words[2 + (words[1] in ("-u", "-g")) :]
        elif words[0] == "watch":
            while len(words) > 2 and words[1].startswith("-"):
                words = words[:1] + words[2 + (words[1] in ("-n", "--interval") and len(words) > 3) :]
        words = words[1:]
    return words


def without_numbers(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The commands of a numbered list that stands in a fence, without the numbers; any other fence as it is."""
    found = [_NUMBERED.match(line) for line in lines if line.strip()]
    if len(found) < 2 or not all(one and is_command(one[1], True) for one in found):
        return lines
    if 2 * sum(is_tool(one[1].split()[0]) for one in found if one) < len(found):
        return lines
    return tuple(_NUMBERED.sub(r"\1", line) for line in lines)


def is_block(text: str) -> bool:
    """The first line of a block of Terraform."""
    return bool(_BLOCK.match(text.strip()))


def is_query(text: str) -> bool:
    """PromQL or LogQL, in whatever fence it stands."""
    return bool(_QUERY.match(text))


def is_drawing(text: str) -> bool:
    """Boxes, branches and arrows."""
    return bool(_DRAWING.search(text)) or bool(_ARROWS.search(text))


def has_arrow(text: str) -> bool:
    return bool(_ARROWS.search(text))


def is_output(line: str) -> bool:
    """A line that only a program prints: a log line, a table row, a border, JSON."""
    return bool(_LOG.match(line) or _TABLE.match(line) or _JSON.match(line))


def is_printed(line: str) -> bool:
    """A line that stands after a command and is none: output, `key: value`, a count, a message."""
    text = line.strip()
    if is_command(text, True):
        return False
    if is_output(text) or is_key_value(text) or text.endswith(":"):
        return True
    return bool(_PRINTED.match(text))


def checkbox(line: str) -> str:
    """The text behind a box to tick, "" when the line has none."""
    match = _CHECKBOX.match(line)
    return line[match.end() :].strip() if match else ""


def is_table_row(line: str) -> bool:
    return bool(_TABLE.match(line))


def is_log(line: str) -> bool:
    return bool(_LOG.match(line))


def is_key_value(line: str) -> bool:
    return bool(_KEY.match(line))


on_change(is_tool.cache_clear)
on_change(is_command.cache_clear)
