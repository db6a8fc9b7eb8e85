"""What a fence is for: commands, a transcript, output, a template, a decision, configuration, a query, plain text."""

from __future__ import annotations

import json
import re
from typing import Any, Literal, NamedTuple

from . import lines as look
from .vocabulary import either

Role = Literal["commands", "transcript", "client", "expected", "template", "decision", "reference", "request", "checklist", "other"]

SHELLS = frozenset(
    [
        "bash",
        "sh",
        "shell",
        "zsh",
        "fish",
        "ksh",
        "console",
        "terminal",
        "shellsession",
        "shell-session",
        "sh-session",
        "shellscript",
        "cmd",
        "bat",
        "batch",
        "batchfile",
        "dos",
        "powershell",
        "ps1",
        "ps",
        "pwsh",
        "posh",
        "doscon",
        "command",
        "commands",
        "cli",
        "bash-session",
    ]
)
POWERSHELLS = frozenset(["powershell", "ps1", "ps", "pwsh", "posh"])
_CONFIG = frozenset(
    [
        "yaml",
        "yml",
        "toml",
        "ini",
        "hcl",
        "terraform",
        "tf",
        "conf",
        "cfg",
        "nginx",
        "apache",
        "dockerfile",
        "docker",
        "xml",
        "properties",
        "env",
        "dotenv",
        "crontab",
        "cron",
        "systemd",
        "service",
        "unit",
        "editorconfig",
        "jsonnet",
        "cue",
        "rego",
        "helm",
        "mustache",
        "jinja",
        "jinja2",
        "diff",
        "patch",
        "csv",
        "tsv",
    ]
)
_QUERIES = frozenset(
    [
        "promql",
        "logql",
        "kusto",
        "kql",
        "spl",
        "sql",
        "psql",
        "mysql",
        "pgsql",
        "plsql",
        "tsql",
        "sqlite",
        "cypher",
        "flux",
        "influxql",
        "esql",
        "graphql",
        "es",
        "lucene",
        "traceql",
    ]
)
_SCRIPTS = frozenset(
    [
        "python",
        "py",
        "python3",
        "js",
        "javascript",
        "ts",
        "typescript",
        "jsx",
        "tsx",
        "go",
        "golang",
        "ruby",
        "rb",
        "perl",
        "pl",
        "rust",
        "rs",
        "java",
        "kotlin",
        "scala",
        "c",
        "cpp",
        "c++",
        "csharp",
        "cs",
        "php",
        "lua",
        "r",
        "groovy",
        "swift",
        "elixir",
        "erlang",
        "haskell",
        "html",
        "css",
        "scss",
        "vue",
        "svelte",
        "awk",
        "sed",
        "makefile",
        "make",
        "mermaid",
        "plantuml",
        "dot",
        "graphviz",
        "d2",
    ]
)
_TEXTS = frozenset(
    ["text", "txt", "plain", "plaintext", "log", "logs", "output", "none", "ascii", "nohighlight", "raw", "out"]
)
_MARKDOWN = frozenset(["markdown", "md", "mdx", "email", "eml", "html-template"])
_TEMPLATE_WORDS = re.compile(rf"\b{either('template_place')}\b", re.I)
_EXPECTED_LEAD = re.compile(rf"\b{either('expected_lead')}\b", re.I)
_ERROR_SECTION = re.compile(
    r"\b(?:error cases?|example errors?|common errors?|known errors?|failure examples?|wrong usage)\b", re.I
)
_ERROR_OUTPUT = re.compile(r"^\s*(?:.*\b(?:error|fatal|failed|denied|cannot|unable)\b.*|exit [1-9]\d*)\s*$", re.I)
_DECIDES = re.compile(r"\b(?:yes|no)\b\s*(?:→|->|[:↓]|‚Üí|\|)|\?\s*(?:→|->|‚Üí|$)|(?:→|->|‚Üí).*\?", re.I | re.M)
_DECISION_WORDS = re.compile(rf"\b{either('decision_place')}\b", re.I)
_LEVEL_LINE = re.compile(
    r"^\s*(?:level|tier|l|p|sev-?|t)\s*\d|^\s*\d+\s*(?:-|–|to|\+)\s*\d*\s*(?:min|h|hours|minutes)", re.I | re.M
)
_LADDER = re.compile(rf"\b{either('ladder_place')}", re.I)
_NUMBERED = re.compile(r"^\s*\d{1,2}[.)]\s+[A-Z]")
_SQL = re.compile(
    r"^\s*(?:--.*\n\s*)*(?:SELECT\s|INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|CREATE\s+(?:UNIQUE\s+)?(?:TABLE|INDEX|DATABASE|ROLE|USER|VIEW)"
    r"|ALTER\s+(?:TABLE|SYSTEM|ROLE|USER|DATABASE)|DROP\s+(?:TABLE|INDEX|DATABASE|USER)|WITH\s+\w+\s+AS|EXPLAIN\s|GRANT\s+\w+.*\bTO\b"
    r"|VACUUM\b|TRUNCATE\s|SET\s+\w+\s*=|SHOW\s+\w+[\w\s]*;?\s*$)", re.I
)
_CRON = re.compile(r"^\s*(?:@(?:daily|hourly|weekly|reboot|monthly)|(?:[\d*/,-]+\s+){5})\S")
_BLANK_LABEL = re.compile(
    r"^\s*(?:[-*]\s*)?(?:\*\*)?[A-Z][\w /&'-]{1,40}:(?:\*\*)?\s*(?:\[|<|\{\{|_{2,}|$|@\[|[A-Z#]*\[)", re.M
)
_BRACKETED = re.compile(r"\[(?![ xX]\])[A-Za-z][^\]\n]{0,80}\](?!\()|<[A-Za-z][^>\n]{1,60}>|_{4,}|\{\{\s*\w")
_REQUEST = re.compile(r"^\s*(?:GET|POST|PUT|PATCH|DELETE|HEAD)\s+(?:/|https?://)\S+", re.M)


class Info(NamedTuple):
    language: str
    attributes: dict[str, Any]


def info(text: str) -> Info:
    """Language and attributes of a fence: `sh {"name":"x"}`, `bash { name=x }`, `{.bash name=x}`, `bash title="x"`."""
    text = text.strip()
    if not text:
        return Info("", {})
    head, brace, rest = text.partition("{")
    if brace and rest.rstrip().endswith("}"):
        language = head.strip().split(" ")[0].strip()
        inside = rest.rstrip()[:-1]
        attributes = _attributes("{" + inside + "}", inside)
        if not language and inside.lstrip().startswith("."):
            language = inside.lstrip()[1:].split()[0]
        return Info(language.lower(), attributes)
    words = text.split()
    language = re.split(r"[:,{]", words[0])[0]
    return Info(language.lower(), _attributes("", " ".join(words[1:])) if len(words) > 1 else {})


def _attributes(as_json: str, loose: str) -> dict[str, Any]:
    if as_json:
        try:
            found = json.loads(as_json)
            if isinstance(found, dict):
                return {str(key): _truth(value) for key, value in found.items()}
        except (ValueError, RecursionError):
            pass
    pairs = re.findall(r"([A-Za-z][\w.-]*)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s,}]+)", loose)
    return {key: _truth(value.strip("\"'")) for key, value in pairs}


def _truth(value: Any) -> Any:
    return value == "true" if value in ("true", "false") else value


class Place(NamedTuple):
    """Where a fence stands: the headings over it, the text right before it, and whether a command came right before."""

    headings: tuple[str, ...]
    lead: str
    after_command: bool
    lead_is_bold: bool = False


def role(language: str, body: tuple[str, ...], place: Place, *, indented: bool = False) -> Role:
    """R2: by evidence, in order."""
    text = "\n".join(body)
    written = [line for line in body if line.strip()]
    if not written:
        return "other"
    if any(look.CLIENT_PROMPT.match(line) for line in written) and language not in _SCRIPTS | _CONFIG:
        return "client"
    prompted = any(look.PROMPT.match(line) for line in written)
    if prompted and language not in _SCRIPTS | _MARKDOWN | _CONFIG | _QUERIES:
        if _is_error_example(written, place):
            return "other"
        return "transcript"
    if language in SHELLS or (not language and body[0].startswith("#!") and "sh" in body[0]):
        return _in_a_shell_fence(written, text, place)
    if language == "http" and _REQUEST.search(text):
        return "request"
    if language in _MARKDOWN:
        return "template"
    if language in _QUERIES | _SCRIPTS | _CONFIG:
        return "expected" if language in _CONFIG and place.after_command and _expects(place) else "other"
    if language in ("json", "json5", "jsonc"):
        return "expected" if _expects(place) or (place.after_command and not place.lead) else "other"
    return _by_content(
        written, text, place, tagged_text=language in _TEXTS, unknown=bool(language) and language not in _TEXTS
    )


def _in_a_shell_fence(written: list[str], text: str, place: Place) -> Role:
    code = [line for line in written if not look.COMMENT.match(line)]
    if not code:
        return "commands"
    if code[0].startswith("#!"):
        return "commands"
    if look.is_query(code[0]):
        return "other"
    commands = sum(look.is_command(line, True) for line in code)
    if commands and (look.is_command(code[0], True) or commands * 2 >= len(code)):
        return "commands"
    return _shown(text, place)


def _shown(text: str, place: Place) -> Role:
    if look.is_drawing(text):
        return _drawing(text, place)
    if place.after_command or _expects(place):
        return "expected"
    written = [line for line in text.split("\n") if line.strip()]
    if any(look.is_log(line) or look.is_table_row(line) for line in written):
        return "expected"
    return "other"


def _drawing(text: str, place: Place) -> Role:
    around = " ".join((*place.headings[-1:], place.lead))
    if _LEVEL_LINE.search(text) and (_LADDER.search(around) or _LADDER.search(text)) and not _DECIDES.search(text):
        return "reference"
    if _TEMPLATE_WORDS.search(around) and is_template(text, place):
        return "template"
    if _DECIDES.search(text) or (look.has_arrow(text) and _DECISION_WORDS.search(around)):
        return "decision"
    return "other"


def _by_content(written: list[str], text: str, place: Place, *, tagged_text: bool, unknown: bool) -> Role:
    around = " ".join((*place.headings[-1:], place.lead))
    if (
        not unknown
        and place.after_command
        and (look.is_output(written[0]) or (_expects(place) and not look.is_command(written[0])))
    ):
        return "expected"
    if sum(bool(look.checkbox(line)) for line in written) * 3 >= len(written):
        return "checklist"
    if sum(bool(_NUMBERED.match(line)) for line in written) * 2 > len(written) and len(written) > 2:
        return "checklist"
    if len(_BRACKETED.findall(text)) >= 2 and _BLANK_LABEL.search(text) and is_template(text, place):
        return "template"
    if _SQL.match(text) or _CRON.match(written[0]):
        return "other"
    if look.is_drawing(text) and not any(
        look.is_tool(line.split()[0]) for line in written if not line.startswith((" ", "\t"))
    ):
        drawn = _drawing(text, place)
        if drawn != "other" or "|" not in text:
            return drawn
    code = [line for line in written if not look.COMMENT.match(line) or line.lstrip().startswith("#!")]
    commands = sum(look.is_command(line) for line in code)
    leads = bool(code) and look.is_command(code[0])
    if not unknown and commands and (leads or (commands * 2 > len(code) and not tagged_text and not look.is_log(code[0]))):
        first = code[0].split()[0].strip("\"'`")
        if not (tagged_text and commands * 2 < len(code)) and (look.is_tool(first) or not _mostly_labels(code)):
            return "commands"
    if is_template(text, place):
        return "template"
    if _REQUEST.match(text):
        return "request" if len(written) == 1 else "other"
    if _LEVEL_LINE.search(text) and _LADDER.search(around):
        return "reference"
    if not unknown and (place.after_command and (not place.lead or _expects(place))):
        return "expected"
    if _expects(place) and any(look.is_log(line) or look.is_output(line) or ":" in line for line in written):
        return "expected"
    return "other"


def _mostly_labels(code: list[str]) -> bool:
    labels = sum(bool(_BLANK_LABEL.match(line)) or (look.is_key_value(line) and "--" not in line) for line in code)
    return labels * 2 > len(code)


def is_template(text: str, place: Place) -> bool:
    """Text with blanks to fill in: bracketed words, labels with nothing behind them, in a place that says so."""
    around = " ".join((*place.headings[-2:], place.lead))
    if any(re.search(r"\btemplates?\b", heading, re.I) for heading in place.headings) and _BRACKETED.search(text):
        return True
    blanks = len(_BRACKETED.findall(text))
    labels = len(_BLANK_LABEL.findall(text))
    if blanks and (labels or _TEMPLATE_WORDS.search(around)):
        return True
    if blanks >= 3:
        return True
    return bool(re.search(r"\btemplates?\b", around, re.I)) and not look.is_drawing(text) and bool(text.strip())


def _expects(place: Place) -> bool:
    return bool(_EXPECTED_LEAD.search(place.lead[-240:])) or (
        place.lead_is_bold and bool(re.search(r"output|expected|response", place.lead, re.I))
    )


def _is_error_example(written: list[str], place: Place) -> bool:
    if not any(_ERROR_SECTION.search(heading) for heading in place.headings[-2:]):
        return False
    return any(_ERROR_OUTPUT.match(line) for line in written if not look.PROMPT.match(line))
