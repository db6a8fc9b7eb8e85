"""What a document says a command should give, as something that can be compared."""

from __future__ import annotations

import json
import re

from .model import Expected, ExpectedKind

_LABEL = re.compile(
    r"^(?:expected(?:\s+(?:output|response|result|outcome|value|return|answer))?|(?:sample|example)\s+(?:output|response)"
    r"|output|returns?|response|should\s+(?:return|show|print|output|see|be))\s*(?::|=|->|→|=>)\s*"
    r"|^expect(?:ed|s)?\b[\s:]*|^should\s+(?:return|show|print|output|see|be)\s+", re.I
)
_HEADED = re.compile(r"^(?:expected|sample|example)\b[^\n{\[]{0,60}:[ \t]*\n", re.I)
_FAILURES = re.compile(
    r"connection refused|connection timed out|timed? ?out|no such host|could not resolve|not found|permission denied"
    r"|forbidden|unauthori[sz]ed|unreachable|no route to host|no such file", re.I
)
_STATUS = re.compile(
    r"^(?:HTTP(?:/[\d.]+)?\s*|status(?:\s+code)?\s*:?\s*)([1-5]\d\d)\b"
    r"|^([1-5]\d\d)\s+(?:OK|Created|Accepted|No Content)\b", re.I
)
_EXIT = re.compile(r"^(?:exit|return)\s*(?:code|status)?\s*:?\s*(\d{1,3})$", re.I)
_NUMBER = re.compile(r"^(?:value\s+|number\s+)?(>=|<=|==|>|<|≥|≤)\s*(-?[\d.,]+)\s*(%|ms|s|m|MB|GB|KB)?(?:\s|$)")
_IN_WORDS = {
    "less than": "<", "fewer than": "<", "below": "<", "under": "<", "at most": "<=", "no more than": "<=",
    "more than": ">", "greater than": ">", "above": ">", "over": ">", "at least": ">=", "exactly": "==",
}
_WORDED = re.compile(rf"^(?:is\s+|be\s+)?({'|'.join(_IN_WORDS)})\s+(-?[\d.,]+)\s*(%|ms|s|MB|GB)?", re.I)
_MATCHES = re.compile(
    r"(?:a )?(?:match(?:es|ing)?(?: of)?|reg(?:ular )?ex(?:p|pression)?)\s*:?\s*"
    r"(?P<mark>[`/\"'])(?P<pattern>.+)(?P=mark)\.?", re.I
)
_QUOTED = re.compile(r"[\"'`](.+?)[\"'`]\.?")
_PLAIN = re.compile(r"[\w./:@%+-]{1,60}")


def understood(text: str, lines: tuple[int, int], *, promised: bool = True) -> Expected:
    """The expectation in a text. `promised` is False for output that was only shown: its values are an example."""
    value = _LABEL.sub("", _HEADED.sub("", text.strip(), count=1), count=1).strip()
    kind, wanted = _kind(value) if promised and value else ("shown", value)
    return Expected(kind=kind, value=wanted, lines=lines)


def _kind(value: str) -> tuple[ExpectedKind, str]:
    if value[:1] in ("{", "[") and _is_json(value):
        return "json", value
    if "\n" in value:
        return "shown", value
    if match := _STATUS.match(value):
        return "status", match[1] or match[2]
    if match := _EXIT.match(value):
        return "exit", match[1]
    if match := _NUMBER.match(value):
        return "number", f"{match[1].replace('≥', '>=').replace('≤', '<=')} {match[2].rstrip('.,')}"
    if (match := _MATCHES.fullmatch(value)) and _is_pattern(match["pattern"]):
        return "regex", match["pattern"]
    if match := _WORDED.match(value):
        return "number", f"{_IN_WORDS[match[1].lower()]} {match[2].rstrip('.,')}"
    if match := _FAILURES.search(value):
        return "failure", match[0].lower()
    if match := _QUOTED.fullmatch(value):
        return "text", match[1]
    return ("text", value) if _PLAIN.fullmatch(value) else ("shown", value)


def _is_pattern(text: str) -> bool:
    """Whether it may be matched: a pattern from a document must not be able to keep whoever judges a run for hours."""
    if len(text) > 300 or re.search(r"\)[+*{]", text) or len(re.findall(r"(?<!\\)[+*]|\{\d*,\}", text)) > 3:
        return False
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _is_json(text: str) -> bool:
    """Whether values can be compared; an ellipsis or a comment makes it an illustration."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
