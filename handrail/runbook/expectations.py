"""What a document says a command should give, as something that can be compared."""

from __future__ import annotations

import json
import re

from .model import Expected, ExpectedKind

LABEL = re.compile(
    r"^(?:expected(?:\s+(?:output|response|result|outcome|value|return|answer))?|should\s+(?:return|show|print|output|see|be)"
    r"|(?:sample|example)\s+(?:output|response)|output|returns?|response)\s*(?::|=|->|→|=>)\s*|^expect(?:ed|s)?\b[\s:]*|^should\s+(?:return|show|print|output|see|be)\s+",
    re.I,
)
_FAILURES = re.compile(
    r"connection refused|connection timed out|timed? ?out|no such host|could not resolve|not found|permission denied|forbidden"
    r"|unauthori[sz]ed|unreachable|no route to host|no such file",
    re.I,
)
_STATUS = re.compile(
    r"^(?:HTTP(?:/[\d.]+)?\s*|status(?:\s+code)?\s*:?\s*)([1-5]\d\d)\b|^([1-5]\d\d)\s+(?:OK|Created|Accepted|No Content)\b",
    re.I,
)
_EXIT = re.compile(r"^(?:exit|return)\s*(?:code|status)?\s*:?\s*(\d{1,3})$", re.I)
_NUMBER = re.compile(r"^(?:value\s+|number\s+)?(>=|<=|==|>|<|≥|≤)\s*(-?[\d.,]+)\s*(%|ms|s|m|MB|GB|KB)?(?:\s|$)")
_IN_WORDS = {
    "less than": "<",
    "below": "<",
    "under": "<",
    "fewer than": "<",
    "at most": "<=",
    "no more than": "<=",
    "more than": ">",
    "above": ">",
    "over": ">",
    "greater than": ">",
    "at least": ">=",
    "exactly": "==",
}
_WORDED = re.compile(rf"^(?:is\s+|be\s+)?({'|'.join(_IN_WORDS)})\s+(-?[\d.,]+)\s*(%|ms|s|MB|GB)?", re.I)


def understood(text: str, lines: tuple[int, int], *, promised: bool = True) -> Expected:
    """The expectation in a text. `promised` is False for output that was only shown as an example."""
    value = LABEL.sub("", text.strip(), count=1).strip()
    kind, wanted = _kind(value, promised)
    return Expected(kind=kind, value=wanted, lines=lines)


def _kind(value: str, promised: bool) -> tuple[ExpectedKind, str]:
    if value[:1] in ("{", "[") and len(value) > 2:
        whole = _json(value)
        if whole:
            return "json", whole
    one_line = "\n" not in value
    if not promised or not one_line or not value:
        return "shown", value
    if match := _STATUS.match(value):
        return "status", match[1] or match[2]
    if match := _EXIT.match(value):
        return "exit", match[1]
    if match := _NUMBER.match(value):
        return "number", f"{match[1].replace('≥', '>=').replace('≤', '<=')} {match[2].rstrip('.,')}"
    if match := _WORDED.match(value):
        return "number", f"{_IN_WORDS[match[1].lower()]} {match[2].rstrip('.,')}"
    if match := _FAILURES.search(value):
        return "failure", match[0].lower()
    quoted = re.fullmatch(r"[\"'`](.+?)[\"'`]\.?", value)
    if quoted:
        return "text", quoted[1]
    if re.fullmatch(r"[\w./:@%+-]{1,60}", value):
        return "text", value
    return "shown", value


def _json(text: str) -> str:
    """The text if it is JSON whose example values can be compared; '...' and comments make it an illustration."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return text
