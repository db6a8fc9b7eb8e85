"""What a step becomes when it runs: one run of its command, a monitor that asks again and again, a service that is
started and awaited, or a program that needs the whole terminal."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from handrail.clock import short_duration
from handrail.quantities import seconds
from handrail.runbook.model import Expected, Item
from handrail.runbook.shell import judge
from handrail.runbook.syntax import commands

FormKind = Literal["plain", "monitor", "service", "terminal"]
# What ends a monitor: its expectation holds, the command succeeds, fails, or says something else than before.
Until = Literal["expected", "succeeds", "fails", "changes", ""]

EVERY = 5.0  # s between rounds where nobody says
SELDOM = 30.0  # s, where what is asked for has to hold for minutes
TRIES = 10  # rounds of a retry where nobody says
# They wait for a person, and one line is enough for them.
ASK = frozenset({"read", "select", "passwd", "chpasswd", "kinit", "ssh-keygen", "ssh-copy-id", "ssh-add", "gpg"})
READY_WITHIN = 60.0  # s that a service has until it must be ready

_UNIT = r"(\d+(?:\.\d+)?)\s*(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?)\b"
_FOR = re.compile(rf"\bfor\s+(?:at\s+least\s+|about\s+|the\s+next\s+)?{_UNIT}", re.IGNORECASE)
_EVERY = re.compile(rf"\bevery\s+{_UNIT}", re.IGNORECASE)
_TIMES = re.compile(r"\b(?:up\s+to\s+|at\s+most\s+)?(\d{1,4})\s+(?:times|tries|attempts|retries)\b", re.IGNORECASE)
_MONITORS = re.compile(r"\b(?:monitor|watch|observe|stays?|remains?|holds?|keeps?|stable|steady|continuously)\b",
                       re.IGNORECASE)
_RETRIES = re.compile(r"\b(?:retry|repeat|try\s+again|until|wait\s+(?:for|until)|poll|keep\s+checking)\b",
                      re.IGNORECASE)

_END = r"\s*[;\n]\s*"
_SLEEP = r"sleep\s+(?P<n>[\d.]+)(?P<u>[smh]?)"
_BODY = r"(?P<body>.+?)"
_ENDLESS = re.compile(rf"while\s+(?:true|:|\[\s*1\s*\]){_END}do\s+{_BODY}{_END}{_SLEEP}{_END}done", re.DOTALL)
_WHILE_SLEEP = re.compile(rf"while\s+{_SLEEP}{_END}do\s+{_BODY}{_END}done", re.DOTALL)
_CONDITION = re.compile(
    rf"(?P<word>until|while)\s+(?P<not>!\s+)?{_BODY}{_END}do\s+(?:echo\s+[^;\n]*{_END})?{_SLEEP}{_END}done", re.DOTALL)
_WATCH_FLAGS = frozenset("bcdegptwx")


@dataclass(frozen=True, slots=True)
class Form:
    """How `command` runs. Times are in seconds; 0 is no limit.

    A monitor runs it every `every` until `until` is so, and has been for `hold`; at most for `limit`, at most `tries`
    rounds. A service is started and awaited until it is `ready` (an address, a port, a text it says; "" for the first
    port it opens), at most for `limit`.
    """

    kind: FormKind = "plain"
    command: str = ""
    every: float = 0.0
    until: Until = ""
    hold: float = 0.0
    limit: float = 0.0
    tries: int = 0
    ready: str = ""

    @property
    def endless(self) -> bool:
        """Whether only a stop ends it, for all that can be said before."""
        return self.kind == "terminal" or (self.kind == "monitor" and not (self.limit or self.tries))

    @property
    def note(self) -> str:
        """What the screen says about it before it runs; "" for a plain run."""
        if self.kind == "terminal":
            return "takes the whole terminal; ctrl+] comes back"
        if self.kind == "service":
            what = f"says {self.ready}" if self.ready else "listens"
            return f"started apart from this console; done once it {what}, at most {short_duration(self.limit)}"
        if self.kind == "monitor":
            return ", ".join(filter(None, (f"monitors every {_short(self.every)}", self._ends())))
        return ""

    def _ends(self) -> str:
        what = {"expected": "what is expected holds", "succeeds": "it succeeds", "fails": "it fails",
                "changes": "it says something else", "": ""}[self.until]
        ends = [f"until {what}" if what and not self.hold else ""]
        if self.hold:
            ends.append(f"until {what or 'it succeeds'} for {_short(self.hold)} on end")
        if self.tries:
            ends.append(f"at most {self.tries} times")
        if self.limit:
            ends.append(f"for {_short(self.limit)}" if not what else f"at most {_short(self.limit)}")
        return ", ".join(filter(None, ends)) or "until you stop it"


def form_of(item: Item, command: str) -> Form:
    """The form of `item` when it runs `command`, its values and rewrites in place."""
    expects = item.expected is not None and item.expected.kind != "shown"
    monitor = _watched(command) or _looped(command) or _told(item, command)
    if monitor is not None:
        if expects and item.expected is not None:
            monitor = _until_expected(monitor, item.expected)
        return _with_attributes(monitor, item.attributes)
    if item.kind == "http":
        return Form(command=command)
    if item.interactive and _takes_the_screen(item, command):
        return Form("terminal", command)
    if _is_service(item, command):
        ready = str(item.attributes.get("ready", "") or (item.expected.value if item.expected is not None and
                                                       item.expected.kind == "text" else ""))
        return Form("service", command, limit=_duration(item.attributes.get("within")) or READY_WITHIN, ready=ready)
    return Form(command=command)


def _watched(command: str) -> Form | None:
    """`watch -n 5 CMD`: full-screen, so that into a transcript it writes nothing but control codes."""
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    if len(command.strip().splitlines()) != 1 or any(mark in words for mark in ("|", "&&", "||", ";", ">", "&")):
        return None
    before = []
    while words and (words[0] == "sudo" or re.fullmatch(r"\w+=\S*", words[0])):
        before.append(words.pop(0))
    if not words or words.pop(0).rpartition("/")[2] != "watch":
        return None
    every, apart = 2.0, False
    until: Until = ""
    while words and words[0].startswith("-") and words[0] != "-":
        word = words.pop(0)
        if word == "--":
            break
        flag, _, value = word.partition("=") if word.startswith("--") else (word[:2], "", word[2:])
        if flag in ("-n", "--interval"):
            value = value or (words.pop(0) if words else "")
            every = _number(value) or every
        elif flag in ("-q", "--equexit"):
            return None
        elif flag.startswith("--") or set(word[1:]) <= _WATCH_FLAGS:
            letters = "" if word.startswith("--") else word[1:]
            until = "changes" if "g" in letters or flag == "--chgexit" else until
            until = "fails" if "e" in letters or flag == "--errexit" else until
            apart = apart or "x" in letters or flag == "--exec"
        else:
            return None
    if not words:
        return None
    inner = shlex.join(words) if apart else " ".join(words)
    if before:
        inner = f"{shlex.join(before)} sh -c {shlex.quote(inner)}" if "sudo" in before else (
            f"{shlex.join(before)} {inner}")
    return Form("monitor", inner, every, until)


def _looped(command: str) -> Form | None:
    text = command.strip().rstrip(";").strip()
    for pattern in (_ENDLESS, _WHILE_SLEEP):
        if (match := pattern.fullmatch(text)) and "sleep" not in match["body"] and "break" not in match["body"]:
            return Form("monitor", match["body"].strip().rstrip(";"), _pause(match))
    match = _CONDITION.fullmatch(text)
    if match and "sleep" not in match["body"] and not re.match(r"(true|:|read)\b", match["body"].strip()):
        waits_for_success = (match["word"] == "until") != bool(match["not"])
        return Form("monitor", match["body"].strip(), _pause(match), "succeeds" if waits_for_success else "fails")
    return None


def _told(item: Item, command: str) -> Form | None:
    """What the attributes of the fence, its expectation, or the words around it say; words only of what reads."""
    given = any(name in item.attributes for name in ("every", "until", "tries", "hold", "for"))
    kind = item.expected.kind if item.expected is not None else ""
    if kind in ("retry", "steady") and (item.risk != "read" or item.interactive):
        kind = "shown"  # what changes something is not repeated because a sentence speaks of time
    told = item.expected.seconds if item.expected is not None else 0.0
    words = item.title if item.title != command else ""
    hold, every = _said(_FOR, words), _said(_EVERY, words)
    times = int(match[1]) if (match := _TIMES.search(words)) else 0
    monitors, retries = _MONITORS.search(words), _RETRIES.search(words)
    by_words = item.risk == "read" and not item.interactive and bool(
        (hold and monitors) or ((times or every) and (retries or monitors)))
    if not (given or kind in ("retry", "steady") or by_words):
        return None
    expects = bool(kind) and kind != "shown"
    steady = kind == "steady" or bool(hold and not retries and kind != "retry")
    hold = told or hold
    every = every or (SELDOM if hold >= 300 and steady else EVERY)
    if not steady:
        return Form("monitor", command, every, "expected" if expects else "succeeds",
                    limit=hold, tries=times or (0 if hold else TRIES))
    if expects:
        return Form("monitor", command, every, "expected", hold=hold or 60.0)
    return Form("monitor", command, every, limit=hold)


def _until_expected(form: Form, expected: Expected) -> Form:
    """The monitor that ends once what is expected is so, has been for the time that is said, or took longer than it."""
    hold = expected.seconds if expected.kind == "steady" else 0.0
    limit = expected.seconds if expected.kind == "retry" else 0.0
    return replace(form, until="expected", hold=hold or form.hold, limit=limit or form.limit)


def _with_attributes(form: Form, attributes: Mapping[str, Any]) -> Form:
    """`{every=30s for=10m tries=5 hold=2m}` behind the language of the fence has the last word."""
    hold = _duration(attributes.get("hold"))
    tries = attributes.get("tries")
    return replace(
        form,
        every=_duration(attributes.get("every")) or form.every,
        hold=hold or form.hold,
        limit=_duration(attributes.get("for")) or form.limit,
        tries=int(tries) if tries is not None and str(tries).isdigit() else 0 if hold else form.tries,
        until=form.until or ("succeeds" if hold else ""),
    )


def _takes_the_screen(item: Item, command: str) -> bool:
    """Whether it is more than a program that asks: answers to questions are given beside the output."""
    if item.attributes.get("interactive") is True:
        return True
    return any(judge([simple]).interactive and simple.name.rpartition("/")[2] not in ASK
               for simple in commands(command) if simple.words)


def _is_service(item: Item, command: str) -> bool:
    """A server in the foreground: as a step of its own it would never end, and die with whoever started it."""
    if item.attributes.get("background") is True or "ready" in item.attributes:
        return True
    found = commands(command)
    if not item.long_running or item.risk == "read" or not found:
        return False
    return not any(simple.looped or simple.background for simple in found)


def _pause(match: re.Match[str]) -> float:
    return _in_seconds(match["n"], match["u"] or "s")


def _said(pattern: re.Pattern[str], words: str) -> float:
    match = pattern.search(words)
    return _in_seconds(match[1], match[2]) if match else 0.0


def _in_seconds(number: str, unit: str) -> float:
    return (_number(number) or 0.0) * {"s": 1, "m": 60, "h": 3600}[unit[0].lower()]


def _duration(given: object) -> float:
    """`30s`, `10m`, or bare seconds; 0 for anything else."""
    text = str(given or "").strip()
    return seconds(text) or _number(text) or 0.0


def _number(text: str) -> float | None:
    try:
        return float(text) if float(text) > 0 else None
    except ValueError:
        return None


def _short(duration: float) -> str:
    return short_duration(duration) if duration == int(duration) else f"{duration:g}s"
