"""What a fence is for: commands, a transcript, output, a template, a decision, configuration, a query, plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from . import devices
from . import lines as look
from .vocabulary import either, words

Role = Literal[
    "commands", "transcript", "client", "request", "expected", "template", "decision", "reference", "checklist",
    "device", "other",
]
_LONGEST = 40_000

_WARNED_OF = re.compile(
    r"^\W*(?:bad|wrong|incorrect|don['’]?t|do not(?: do)?(?: this)?|never(?: do)?(?: this)?|anti-?pattern|not like this"
    r"|(?:bad|wrong) (?:example|way|practice))(?: (?:do this|run this|this))?\W*$", re.I)
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
_PROGRAM = re.compile(
    r"`([a-z][\w.-]{1,30})`\s+(?:CLI|command(?:[- ]line)?|tool|client|utility|program|binary)\b", re.I)
_TELLING = re.compile(
    r"\b(?:templates?|comms|communications?|messages?|announcements?|notifications?|status page|broadcast)\b", re.I)
_SENDS = re.compile(
    r"\b(?:send|post|write|mail|e-?mail|announce|reply|notify|tell|inform|paste)\b[^\n]{0,80}:\s*$", re.I)
_LADDER = re.compile(rf"\b{either('ladder_place')}", re.I)
_NUMBERED = re.compile(r"^\s*\d{1,2}[.)]\s+[A-Z]")
_SQL = re.compile(
    r"^\s*(?:--.*\n\s*)*(?:SELECT\s|INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM"
    r"|CREATE\s+(?:UNIQUE\s+)?(?:TABLE|INDEX|DATABASE|ROLE|USER|VIEW)|ALTER\s+(?:TABLE|SYSTEM|ROLE|USER|DATABASE)"
    r"|DROP\s+(?:TABLE|INDEX|DATABASE|USER)|WITH\s+\w+\s+AS|EXPLAIN\s|GRANT\s+\w+.*\bTO\b"
    r"|VACUUM\b|TRUNCATE\s|SET\s+\w+\s*=|SHOW\s+\w+[\w\s]*;?\s*$)", re.I
)
_CRON = re.compile(r"^\s*(?:@(?:daily|hourly|weekly|reboot|monthly)|(?:[\d*/,-]+\s+){5})\S")
_BLANK_LABEL = re.compile(
    r"^\s*(?:[-*]\s*)?(?:\*\*)?[A-Z][\w /&'-]{1,40}:(?:\*\*)?\s*(?:\[|<|\{\{|_{2,}|$|@\[|[A-Z#]*\[)", re.M
)
_BRACKETED = re.compile(r"\[(?![ xX]\])[A-Za-z][^\]\n]{0,80}\](?!\()|<[A-Za-z][^>\n]{1,60}>|_{4,}|\{\{\s*\w")
_REQUEST = re.compile(r"^\s*(?:GET|POST|PUT|PATCH|DELETE|HEAD)\s+(?:/|https?://|_[a-z]|[\w.*<>-]+/_[a-z])\S+", re.M)
_BODY = re.compile(r"^\s*(?:GET|POST|PUT|PATCH|DELETE|HEAD)\s+\S+\s*\n\s*\{", re.M)


class Place(NamedTuple):
    """Where a fence stands: the headings over it, the text right before it, and whether a command came right before."""

    headings: tuple[str, ...]
    lead: str
    after_command: bool
    lead_is_bold: bool = False
    programs: frozenset[str] = frozenset()  # that the document itself names as such


def is_warned_of(text: str) -> bool:
    """Whether a label or a comment says that what follows is how not to do it."""
    return bool(_WARNED_OF.match(text[-80:]))


def role(language: str, body: tuple[str, ...], place: Place) -> Role:
    """R2: by evidence, in order: prompts, what the language says, what the content shows."""
    written = [line for line in body if line.strip()]
    if not written:
        return "other"
    text = "\n".join(body)[:_LONGEST]
    if is_warned_of(place.lead) or (look.COMMENT.match(written[0]) and is_warned_of(written[0])):
        return "other"
    code_of_others = words("scripts") | words("configurations")
    if language not in code_of_others and devices.is_session(written):
        return "device"
    if language not in code_of_others and any(look.CLIENT_PROMPT.match(line) for line in written):
        return "client"
    no_shell = code_of_others | words("markdowns") | words("queries")
    if language not in no_shell and any(look.PROMPT.match(line) for line in written):
        return "other" if _is_error_example(written, place) else "transcript"
    if language in words("shells") | {""} and at_root_prompts(written, language):
        return "transcript"
    if language in words("shells") or (not language and body[0].startswith("#!") and "sh" in body[0]):
        return _in_a_shell_fence(written, text, place)
    if language == "http" and _REQUEST.search(text):
        return "request"
    if language in words("markdowns"):
        return "template"
    if language in words("configurations"):
        return "expected" if place.after_command and _expects(place) else "other"
    if language in words("queries") | words("scripts"):
        return "other"
    asks = language in ("json", "json5", "jsonc", "es", "console", "kibana", "")
    if asks and _REQUEST.match(text) and _BODY.match(text):
        return "request"
    if language in ("json", "json5", "jsonc"):
        return "expected" if _expects(place) or (place.after_command and not place.lead) else "other"
    return _by_content(written, text, place, language)


def _in_a_shell_fence(written: list[str], text: str, place: Place) -> Role:
    code = [line for line in written if not look.COMMENT.match(line)]
    if not code or code[0].startswith("#!"):
        return "commands"
    if look.is_query(code[0]) or look.is_block(code[0]):
        return "other"
    commands = sum(look.is_command(line, True) for line in code)
    if commands and (look.is_command(code[0], True) or commands * 2 >= len(code)):
        return "commands"
    if look.is_drawing(text):
        return _drawing(text, place)
    shown = place.after_command or _expects(place)
    return "expected" if shown or any(look.is_log(line) or look.is_table_row(line) for line in written) else "other"


def at_root_prompts(written: list[str], language: str) -> bool:
    """Fences in which every line is `# command`, or that say they are consoles and begin so: the # is a prompt."""
    prompted = [match for line in written if (match := look.ROOT_PROMPT.match(line))]
    commands = [match.string[match.end() :] for match in prompted]
    if not language and len(prompted) == 1 and len(written) > 2 and _prints_only(written[1:]):
        return look.ROOT_PROMPT.match(written[0]) is not None and look.is_command(commands[0], True)
    if not commands or not look.ROOT_PROMPT.match(written[0]):
        return False
    if not all(look.is_tool(command.split()[0]) and look.is_command(command) for command in commands):
        return False
    if len(prompted) == len(written):
        return True
    others = [line for line in written if not look.ROOT_PROMPT.match(line)]
    return language in words("consoles") and not any(look.is_command(line) for line in others)


def _prints_only(lines: list[str]) -> bool:
    """Tables and borders: what stands over them was typed."""
    return all(look.is_output(line) or line.strip() == "..." or line.lstrip()[:1] in ("+", "|") for line in lines)


def _drawing(text: str, place: Place) -> Role:
    around = " ".join((*place.headings[-1:], place.lead))
    if _LEVEL_LINE.search(text) and (_LADDER.search(around) or _LADDER.search(text)) and not _DECIDES.search(text):
        return "reference"
    if _TEMPLATE_WORDS.search(around) and is_template(text, place):
        return "template"
    if _DECIDES.search(text) or (look.has_arrow(text) and _DECISION_WORDS.search(around)):
        return "decision"
    return "other"


def _by_content(written: list[str], text: str, place: Place, language: str) -> Role:
    """A fence whose language says nothing: "" and "text" are a coin toss, an unknown one is not taken for a shell."""
    unknown = bool(language) and language not in words("texts")
    first = written[0]
    follows = place.after_command and not unknown
    if not unknown and is_sent(written, place):
        return "template"
    if follows and (look.is_output(first) or (_expects(place) and not look.is_command(first))):
        return "expected"
    if _is_checklist(written):
        return "checklist"
    if len(_BRACKETED.findall(text)) >= 2 and _BLANK_LABEL.search(text) and is_template(text, place):
        return "template"
    if _SQL.match(text) or _CRON.match(first):
        return "other"
    if look.is_drawing(text) and not any(look.is_tool(line.split()[0]) for line in written if line[0] not in " \t"):
        drawn = _drawing(text, place)
        if drawn != "other" or "|" not in text:
            return drawn
    if not unknown and _holds_commands(written, place.programs, tagged=bool(language)):
        return "commands"
    if is_template(text, place):
        return "template"
    if _REQUEST.match(text):
        return "request" if len(written) == 1 else "other"
    if _LEVEL_LINE.search(text) and _LADDER.search(" ".join((*place.headings[-1:], place.lead))):
        return "reference"
    if follows and (not place.lead or _expects(place)):
        return "expected"
    if _expects(place) and any(look.is_log(line) or look.is_output(line) or ":" in line for line in written):
        return "expected"
    return "other"


def is_sent(written: Sequence[str], place: Place) -> bool:
    """A message to send: the sentence before says so, and it holds words for people, no command, output or data."""
    if not _SENDS.search(place.lead):
        return False
    return not any(look.is_command(line) or look.is_output(line) for line in written) and any(
        len(re.findall(r"[A-Za-z]{2,}", line)) > 3 for line in written)


def programs(texts: Iterable[str]) -> frozenset[str]:
    """What a document calls a program, such as "the `millctl` CLI": a table of tools does not know every house."""
    return frozenset(match[1] for text in texts if "`" in text for match in _PROGRAM.finditer(text))


def _holds_commands(written: list[str], own: frozenset[str], *, tagged: bool) -> bool:
    """The first line is a command, or most are; a fence tagged as text needs both."""
    code = [line for line in written if not look.COMMENT.match(line)]
    if not code:
        return False
    found = [look.is_command(line) or (line.split()[0] in own and look.is_command(line, True)) for line in code]
    commands, leads = sum(found), found[0]
    if not leads and (tagged or commands * 2 <= len(code) or look.is_log(code[0])):
        return False
    if tagged and commands * 2 < len(code):
        return False
    first = code[0].split()[0].strip("\"'`")
    return look.is_tool(first) or first in own or not _mostly_labels(code)


def _is_checklist(written: list[str]) -> bool:
    boxes = sum(bool(look.checkbox(line)) for line in written)
    numbers = sum(bool(_NUMBERED.match(line)) for line in written)
    return boxes * 3 >= len(written) or (numbers * 2 > len(written) and len(written) > 2)


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


def is_filled_in(text: str, place: Place) -> bool:
    """A message in a quote: it has blanks, and stands under a heading or label about telling people."""
    around = " ".join((*place.headings[-1:], place.lead))
    return bool(_BRACKETED.search(text) and _TELLING.search(around))


def _expects(place: Place) -> bool:
    return bool(_EXPECTED_LEAD.search(place.lead[-240:])) or (
        place.lead_is_bold and bool(re.search(r"output|expected|response", place.lead, re.I))
    )


def _is_error_example(written: list[str], place: Place) -> bool:
    if not any(_ERROR_SECTION.search(heading) for heading in place.headings[-2:]):
        return False
    return any(_ERROR_OUTPUT.match(line) for line in written if not look.PROMPT.match(line))
