"""What a run proved. Exit 0 is not success when the runbook says what to expect."""

from __future__ import annotations

import contextlib
import json
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from handrail.runs.record import CONTROL, RunState
from handrail.runs.remarks import named

VerdictWord = Literal[
    "passed", "ran", "failed", "inconclusive", "stopped", "timed out", "unknown", "did not start", "lost",
]

CURL_REFUSED = 7  # curl's exit status for "could not connect", and that of our own request steps
SHOWN = 60  # characters of a value in a reason

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le, ">=": operator.ge, "==": operator.eq, "!=": operator.ne, "<": operator.lt, ">": operator.gt,
    "=": operator.eq, "≤": operator.le, "≥": operator.ge, "≠": operator.ne,
}
COMPARISON = re.compile(r"\s*(<=|>=|==|!=|<|>|=|≤|≥|≠)?\s*(-?[0-9][0-9_,]*(?:\.[0-9]+)?)\s*(%?)\s*")
NUMBER = re.compile(r"(?<![\w.])-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?!\.?\w)")
OPENING = re.compile(r"[{\[]")
TRIED = 20_000_000  # characters, about, that are read in vain before hostile output is given up
WINDOW = 4096
STATUS = re.compile(r"^HTTP/[0-9.]+ ([0-9]{3})", re.MULTILINE)


class Expectation(Protocol):
    """What a run should give: a kind and a value as the runbook's model has them (`ExpectedKind`)."""

    @property
    def kind(self) -> str: ...

    @property
    def value(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """A word and the reason in a short sentence: ("failed", 'connected is true, expected false')."""

    word: VerdictWord
    why: str


def judge(expected: Expectation | None, state: RunState, output: bytes) -> Verdict:
    """What the run in `state`, which wrote `output`, proved. Never `passed` without an expectation that held.

    A run that goes on is `unknown`; so is whatever ended in a way that cannot be told. What outlived a stop is named.
    """
    verdict = _judged(expected, state, output)
    if state.word != "ended" or not state.left or verdict.word not in ("stopped", "timed out"):
        return verdict
    return Verdict(verdict.word, f"{verdict.why}; could not be ended: {named(state.left)}")


def _judged(expected: Expectation | None, state: RunState, output: bytes) -> Verdict:
    if unfinished := _not_its_own_end(state):
        return unfinished
    if state.told is not None:
        return _told(state, *state.told)
    text = CONTROL.sub("", output.decode("utf-8", "replace"))
    if expected is None or expected.kind == "shown":
        return _unexpecting(state)
    if expected.kind == "exit":
        return _exit(expected.value, state)
    if expected.kind == "failure":
        return _failure(expected.value, state, text)
    found = {"json": _json, "text": _text, "regex": _regex, "number": _number, "status": _status,
             "retry": _text, "steady": _text}[expected.kind](expected.value, text)
    if found.word == "passed" and not _succeeded(state):
        return Verdict("failed", f"{ending(state)}, though {found.why}")
    if found.word != "passed" and not _succeeded(state):
        return Verdict(found.word, f"{ending(state)}; {found.why}")
    return found


def ending(state: RunState) -> str:
    """How it ended by itself: "exit 3", "signal 9"."""
    return f"signal {state.signal}" if state.signal is not None else f"exit {state.exit}"


def _not_its_own_end(state: RunState) -> Verdict | None:
    if state.word == "lost":
        return Verdict("lost", state.why)
    if state.word == "did not start":
        return Verdict("did not start", state.why)
    if state.word in ("starting", "running"):
        return Verdict("unknown", "it has not ended yet")
    if state.timed_out:
        return Verdict("timed out", f"ended after {state.seconds:.0f} s")
    if state.stopped_by:
        return Verdict("stopped", f"by {state.stopped_by}")
    if state.exit is None and state.signal is None:
        return Verdict("unknown", "how it ended was not recorded; check the target")
    return None


def _told(state: RunState, word: str, why: str) -> Verdict:
    """What a monitor or a service says of itself; good news only when its exit status says the same."""
    if word in ("passed", "ran") and _succeeded(state):
        return Verdict("passed" if word == "passed" else "ran", why)
    if word == "inconclusive":
        return Verdict("inconclusive", why)
    return Verdict("failed", why if word == "failed" else f"{ending(state)}, though it says {word!r}")


def _succeeded(state: RunState) -> bool:
    return state.exit == 0


def _unexpecting(state: RunState) -> Verdict:
    if _succeeded(state) and state.screen:
        return Verdict("ran", "exit 0, in the whole terminal")
    return Verdict("ran", "exit 0, and nothing says what to expect") if _succeeded(state) else (
        Verdict("failed", ending(state)))


def _exit(value: str, state: RunState) -> Verdict:
    try:
        wanted = int(value.strip().removeprefix("exit").strip())
    except ValueError:
        return Verdict("inconclusive", f"{_short(value)} is not an exit status")
    if state.exit == wanted:
        return Verdict("passed", f"exit {wanted}, as expected")
    return Verdict("failed", f"{ending(state)}, expected exit {wanted}")


def _failure(value: str, state: RunState, text: str) -> Verdict:
    wanted = value.strip()
    if "refused" in wanted.lower():
        said = "connection refused" in text.lower()
        if state.exit == CURL_REFUSED or "curl: (7)" in text or (said and not _succeeded(state)):
            return Verdict("passed", f"{wanted}, as expected")
        if said:  # a log line, or a body that tells of another refusal
            return Verdict("inconclusive", "exit 0, though the output speaks of a refused connection")
    elif not _succeeded(state) and wanted.lower() in text.lower():
        return Verdict("passed", f"{wanted}, as expected")
    if _succeeded(state):
        return Verdict("failed", f"it succeeded, expected {wanted}")
    return Verdict("failed", f"{ending(state)}, which is not {wanted}")


def _text(value: str, text: str) -> Verdict:
    wanted, said = " ".join(value.split()), " ".join(text.split())
    if says(wanted, said):
        return Verdict("passed", f"the output says {_short(value)}")
    if wanted in said:
        return Verdict("failed", f"the output says {_short(value)} only inside another word, or after a not")
    return Verdict("failed", f"the output does not say {_short(value)}")


def says(wanted: str, said: str) -> bool:
    """Whether it stands there in whole words: inactive is not active, 10 errors are not 0 errors, not ready is not
    ready."""
    before = r"(?<![\w-])(?<!\d[.,])(?<!\bnot )(?<!\bno )" if wanted[:1].isalnum() else ""
    after = r"(?![\w]|-\w)" if wanted[-1:].isalnum() else ""
    return re.search(before + re.escape(wanted) + after, said) is not None


def _regex(value: str, text: str) -> Verdict:
    try:
        found = re.search(value, text, re.MULTILINE)
    except re.error as error:
        return Verdict("inconclusive", f"the expected pattern cannot be read: {error}")
    if found:
        return Verdict("passed", f"the output matches {_short(value)}")
    return Verdict("failed", f"nothing in the output matches {_short(value)}")


def _status(value: str, text: str) -> Verdict:
    wanted = re.findall(r"\b[1-5][0-9]{2}\b", value)
    found = STATUS.findall(text)
    if not wanted:
        return Verdict("inconclusive", f"{_short(value)} is not an HTTP status")
    if not found:
        return Verdict("inconclusive", f"the output shows no HTTP status, expected {value.strip()}")
    if found[-1] in wanted:
        return Verdict("passed", f"HTTP {found[-1]}, as expected")
    return Verdict("failed", f"HTTP {found[-1]}, expected {value.strip()}")


def _number(value: str, text: str) -> Verdict:
    wanted = COMPARISON.fullmatch(value)
    if wanted is None:
        return Verdict("inconclusive", f"{_short(value)} is not a comparison")
    found = _the_number(text)
    if found is None:
        count = len(NUMBER.findall(text))
        return Verdict("inconclusive", f"the output holds {count} numbers, and which one is meant is not said") if (
            count) else Verdict("failed", f"no number in the output, expected {value.strip()}")
    if COMPARISONS[wanted[1] or "=="](_value(found), _value(wanted[2])):
        return Verdict("passed", f"{found} is {value.strip()}")
    return Verdict("failed", f"{found}, expected {value.strip()}")


def _the_number(text: str) -> str | None:
    """The only number of the output, else the only one of its last line."""
    last = text.strip().rpartition("\n")[2]
    for part in (text, last):
        if len(found := NUMBER.findall(part)) == 1:
            return str(found[0])
    return None


def _value(number: str) -> float:
    return float(number.replace(",", "").replace("_", ""))


def _json(value: str, text: str) -> Verdict:
    try:
        wanted = json.loads(value)
    except ValueError:
        return Verdict("inconclusive", "what to expect is not readable as JSON")
    found = _documents(text)
    if not found:
        return Verdict("failed", "the output holds no JSON" if text.strip() else "there is no output, expected JSON")
    difference = _difference(wanted, _meant(wanted, found), "")
    return Verdict("failed", difference) if difference else Verdict("passed", "the output is as expected")


def _documents(text: str) -> list[Any]:
    """The JSON objects and arrays in the output, whatever stands around them; else the bare value that is all of it."""
    with contextlib.suppress(ValueError, RecursionError):
        return [json.loads(text)]
    found: list[Any] = []
    decoder = json.JSONDecoder()
    at = in_vain = 0
    while in_vain < TRIED and (match := OPENING.search(text, at)):
        at = match.start()
        if at > WINDOW:  # an error counts the lines before it, each time
            text, at = text[at:], 0
        try:
            document, at = decoder.raw_decode(text, at)
            found.append(document)
        except json.JSONDecodeError as error:
            in_vain += 100 + error.pos - at
            at += 1
        except RecursionError:
            at += 1000
    return found


def _meant(wanted: Any, found: list[Any]) -> Any:
    """The last document that could be the one: of the same type, for an object with one of the keys."""
    for document in reversed(found):
        if type(document) is type(wanted) and (not isinstance(wanted, dict) or not wanted or wanted.keys() & document):
            return document
    return found[-1]


def _difference(wanted: Any, found: Any, path: str) -> str:
    """The first place where `found` is not a superset of `wanted`, in words; "" when it is one everywhere."""
    here = path or "the output"
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key, value in wanted.items():
            inner = f"{path}.{key}" if path else str(key)
            if key not in found:
                return f"{inner} is missing, expected {_short_json(value)}"
            if difference := _difference(value, found[key], inner):
                return difference
        return ""
    if isinstance(wanted, list) and isinstance(found, list):
        if len(wanted) != len(found):
            return f"{here} has {len(found)} entries, expected {len(wanted)}"
        pairs = enumerate(zip(wanted, found, strict=True))
        return next((difference for index, (each, other) in pairs
                     if (difference := _difference(each, other, f"{path}[{index}]"))), "")
    return "" if _same(wanted, found) else f"{here} is {_short_json(found)}, expected {_short_json(wanted)}"


def _same(wanted: Any, found: Any) -> bool:
    """JSON equality: 1 is 1.0, but true is not 1."""
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    return bool(wanted == found)


def _short_json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _short(value: str) -> str:
    return _short_json(value.strip())
