"""The part of the fold that is the checklist: calls, items, attempts, values and decisions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from handrail.incident.events import Event
from handrail.incident.incident import Attempt, Call, ItemState, ItemWord, Value
from handrail.incident.reading import number_in, text_in, texts_in, whole_in

# The words that an end can have; the same as `runs.verdict` knows, without what judging needs.
VERDICTS: frozenset[str] = frozenset({
    "passed", "ran", "failed", "inconclusive", "stopped", "timed out", "unknown", "did not start", "lost",
})


class Steps:
    """What was done to each item (`CALL:ITEM`), in the order it was recorded."""

    def __init__(self) -> None:
        self.calls: dict[str, Call] = {}
        self.items: dict[str, _Item] = {}
        self.values: dict[tuple[str, str], Value] = {}
        self.decisions: dict[str, str] = {}
        self.handlers: dict[str, Callable[[Event, datetime], None]] = {
            "call_opened": self._call_opened,
            "value": self._value,
            "decision": self._decision,
            "step_started": self._started,
            "step_finished": self._finished,
            "step_seen": self._seen,
            "step_ticked": lambda event, at: self._set(event, at, "ticked"),
            "step_skipped": self._skipped,
            "step_deferred": lambda event, at: self._set(event, at, "deferred"),
            "step_overridden": lambda event, at: self._set(event, at, "overridden"),
        }

    def fields(self) -> dict[str, Any]:
        return {
            "calls": tuple(self.calls.values()),
            "items": {key: item.state() for key, item in self.items.items()},
            "values": tuple(self.values.values()),
            "decisions": dict(self.decisions),
        }

    def _call_opened(self, event: Event, at: datetime) -> None:
        data = event.data
        if call := text_in(data, "call"):
            self.calls.setdefault(call, Call(
                call, text_in(data, "document"), text_in(data, "sha256"), texts_in(data, "section"),
                text_in(data, "parent"), text_in(data, "title"), at))

    def _value(self, event: Event, at: datetime) -> None:
        data = event.data
        call, name, new = text_in(data, "call"), text_in(data, "name"), data.get("new")
        secret = data.get("secret") is True
        if not name:
            return
        if isinstance(new, str) or secret:
            text = "" if secret or not isinstance(new, str) else new
            self.values[call, name] = Value(name, text, call, event.actor.name, secret)
        else:
            self.values.pop((call, name), None)

    def _decision(self, event: Event, at: datetime) -> None:
        key, choice = text_in(event.data, "item"), text_in(event.data, "choice")
        if key and choice:
            self.decisions[key] = choice
            self._item(key).become("ticked", event.actor.name, at, choice)

    def _started(self, event: Event, at: datetime) -> None:
        data = event.data
        key, run = text_in(data, "item"), text_in(data, "run")
        if not (key and run) or run in self._item(key).attempts:
            return
        item = self._item(key)
        by = text_in(data, "by") or event.actor.name  # in a chain: who began that
        item.attempts[run] = Attempt(run, text_in(data, "command"), text_in(data, "original"), text_in(data, "risk"),
                                     at, by)
        item.become("running", by, at)

    def _finished(self, event: Event, at: datetime) -> None:
        data = event.data
        key, run, verdict = text_in(data, "item"), text_in(data, "run"), text_in(data, "verdict")
        item = self.items.get(key)
        start = item.attempts.get(run) if item else None
        if item is None or start is None or start.verdict:
            return
        item.attempts[run] = Attempt(
            run, start.command, start.original, start.risk, start.started_at, start.by,
            verdict if verdict in VERDICTS else "unknown", text_in(data, "why"),
            whole_in(data, "exit"), whole_in(data, "signal"), number_in(data, "seconds"), at,
            texts_in(data, "remarks"))
        item.follow_the_last_attempt(at)

    def _seen(self, event: Event, at: datetime) -> None:
        """The operator judges a step that ran with nothing expected; anything else is overridden, never seen away."""
        item = self.items.get(text_in(event.data, "item"))
        last = item.last if item else None
        ok = event.data.get("ok")
        if item is None or last is None or last.verdict != "ran" or not isinstance(ok, bool):
            return
        if text_in(event.data, "run") not in ("", last.run):
            return
        if ok:
            item.become("confirmed", event.actor.name, at, event.reason)
        else:
            item.become("failed", event.actor.name, at, event.reason or "looked wrong")
        item.seen = ok

    def _skipped(self, event: Event, at: datetime) -> None:
        self._set(event, at, "not applicable" if event.data.get("applies") is False else "skipped")

    def _set(self, event: Event, at: datetime, word: ItemWord) -> None:
        if key := text_in(event.data, "item"):
            self._item(key).become(word, event.actor.name, at, event.reason)

    def _item(self, key: str) -> _Item:
        return self.items.setdefault(key, _Item())


class _Item:
    """An item while it is added up."""

    __slots__ = ("at", "attempts", "by", "reason", "seen", "word")

    def __init__(self) -> None:
        self.word: ItemWord = "open"
        self.by = self.reason = ""
        self.at: datetime | None = None
        self.seen: bool | None = None
        self.attempts: dict[str, Attempt] = {}

    @property
    def last(self) -> Attempt | None:
        return next(reversed(self.attempts.values()), None)

    def become(self, word: ItemWord, by: str, at: datetime, reason: str = "") -> None:
        self.word, self.by, self.at, self.reason, self.seen = word, by, at, reason, None

    def follow_the_last_attempt(self, at: datetime) -> None:
        """Once nothing runs the word is the verdict of the last start, unless a person said otherwise meanwhile."""
        last = self.last
        if self.word != "running" or last is None or not all(attempt.verdict for attempt in self.attempts.values()):
            return
        self.become(cast(ItemWord, last.verdict), last.by, at, last.why)

    def state(self) -> ItemState:
        return ItemState(self.word, self.by, self.at, self.reason, self.seen, tuple(self.attempts.values()))
