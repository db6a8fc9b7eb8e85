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
#: "active for 5 minutes", "stays `green` for 10 min", "Running within 2 minutes".
_IN_TIME = re.compile(
    r"(?:(?:it|this|which|that)\s+)?(?:(?:should|must|will)\s+)?(?:(?:be(?:come)?|is|are|becomes|stays?|remains?|keeps?|holds?"
    r"|reads?|says?|shows?|reports?|prints?|turns?|reach(?:es)?)\s+)?"
    r"(?P<what>`[^`\n]{1,60}`|\"[^\"\n]{1,60}\"|'[^'\n]{1,60}'|[\w./:@%+-]{1,60})\s+"
    r"(?P<how>for|within|in\s+(?:under|less\s+than))\s+(?:(?:at\s+least|at\s+most|about|the\s+next|up\s+to|a)\s+)*"
    r"(?P<many>\d+(?:\.\d+)?|an?|one)[\s-]*(?P<unit>s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?)\b"
    r"(?:\s+(?:on end|straight|in a row))?\W*", re.I
)
#: What one does in a time, or how a thing looks to a person: no word that the output would say.
_NOT_SAID = re.compile(
    r"(?:complet|finish|return|respond|succe|end|exit|done|work|recover|drop|updat|start|stop|run|load|stable|steady"
    r"|unchanged|normal|low|high|idle|quiet|flat|fast|slow|clear|visible|available|up|down|it|this|back|and|or|not)"
    r"(?:e?s|ed|e|ning|ing|s to \w+)?|\d+(?:[.,]\d+)?%?", re.I
)
_QUOTED = re.compile(r"[\"'`](.+?)[\"'`]\.?")
_PLAIN = re.compile(r"[\w./:@%+-]{1,60}")


def understood(text: str, lines: tuple[int, int], *, promised: bool = True) -> Expected:
    """The expectation in a text. `promised` is False for output that was only shown: its values are an example."""
    value = _LABEL.sub("", _HEADED.sub("", text.strip(), count=1), count=1).strip()
    if promised and (lasting := _in_time(value, lines)):
        return lasting
    kind, wanted = _kind(value) if promised and value else ("shown", value)
    return Expected(kind=kind, value=wanted, lines=lines)


def once(expected: Expected | None) -> Expected | None:
    """The expectation of what must not be repeated: what has to hold for a time is shown, and a person judges."""
    if expected is None or expected.kind not in ("retry", "steady"):
        return expected
    how = "for" if expected.kind == "steady" else "within"
    value = f"{expected.value} {how} {expected.seconds:g} s"
    return Expected(kind="shown", value=value, lines=expected.lines)


def _in_time(value: str, lines: tuple[int, int]) -> Expected | None:
    """What has to hold for a time, or to come to be so within one."""
    match = _IN_TIME.fullmatch(value) if len(value) < 200 else None
    if match is None:
        return None
    what = match["what"]
    wanted = what.strip("`\"'").strip()
    if not wanted or (what == wanted and _NOT_SAID.fullmatch(what)):
        return None
    many = float(match["many"]) if match["many"][0].isdigit() else 1.0
    seconds = many * {"s": 1, "m": 60, "h": 3600}[match["unit"][0].lower()]
    kind: ExpectedKind = "steady" if match["how"].lower() == "for" else "retry"
    return Expected(kind=kind, value=wanted, lines=lines, seconds=seconds)


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
