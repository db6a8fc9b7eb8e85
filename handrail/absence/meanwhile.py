"""What happened while nobody looked: what ran, ended and was answered, by whom, and what still runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from handrail.absence.mark import Mark
from handrail.activity import line
from handrail.board import names
from handrail.incident.checklist import Checklist
from handrail.incident.incident import Incident
from handrail.runs.record import RunFiles, RunState

# What a clock or the record does by itself is on the screen anyhow.
NO_NEWS = frozenset({"deadline_set", "target_pinned", "call_opened"})


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened. `running` is True for what goes on; `key` is CALL:ITEM where it is about one.

    The text has passed `handrail.text`.
    """

    at: datetime
    incident_id: str
    title: str
    by: str
    text: str
    word: str = ""
    key: str = ""
    running: bool = False


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """All of it, oldest first, what runs last. `since` is when the console last looked; `left` as in a Mark."""

    since: datetime
    left: bool
    news: tuple[News, ...]


def meanwhile(mark: Mark, incidents: Iterable[Incident], checklist_of: Callable[[Incident], Checklist],
              files_of: Callable[[str, str], RunFiles], now: datetime) -> Meanwhile | None:
    """What is news to whoever saw as much as `mark`; None when there is none. `incidents` have all their events."""
    news: list[News] = []
    running: list[News] = []
    for incident in incidents:
        name_of = names(checklist_of(incident))
        seen = mark.seen.get(incident.id, 0)
        for event in incident.events:
            if event.n > seen and event.kind not in NO_NEWS:
                told = line(incident.id, event, name_of)
                item = event.data.get("item")
                news.append(News(event.recorded_at, incident.id, incident.title, told.by, told.text, told.word,
                                 item if isinstance(item, str) else ""))
        for key, state in incident.items.items():
            for attempt in state.attempts:
                files = files_of(incident.id, attempt.run)
                if attempt.ended_at is not None and attempt.ended_at < mark.at:
                    continue
                news += [_answered(incident, key, name_of(key), answer.by, answer.at)
                         for answer in files.answers() if answer.at > mark.at]
                if not attempt.verdict:
                    running.append(_running(incident, key, name_of(key), attempt.by,
                                            files.state(attempt.started_at, now), now))
    if not news and not (running and mark.seen):
        return None
    return Meanwhile(mark.at, mark.left, (*sorted(news, key=lambda one: one.at), *running))


def _answered(incident: Incident, key: str, name: str, by: str, at: datetime) -> News:
    return News(at, incident.id, incident.title, by, f"{name} was answered", "answered", key)


def _running(incident: Incident, key: str, name: str, by: str, state: RunState, now: datetime) -> News:
    what = f"{name} WAITS FOR YOU" if state.waits else f"{name} still runs"
    return News(now, incident.id, incident.title, by, what, "waits" if state.waits else "running", key, True)
