"""An operator at work: a real Operator on a real folder, with a runbook written for the test."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

from support.runs import end_all, step
from support.waiting import wait_until

from handrail.clock import Clock, SystemClock
from handrail.errors import Refusal
from handrail.incident.events import Actor
from handrail.incident.incident import Attempt, Incident
from handrail.operator.operator import Answer, Consent, Operator
from handrail.pack.pack import Pack, builtin
from handrail.paths import State

KIM = Actor("kim", "oncall", "pts/3", "192.0.2.7", "edge-3")
SECONDS = 20.0


def done(future: Future[Answer]) -> Incident:
    """The incident of an act that must not be refused."""
    answer = future.result(SECONDS)
    assert isinstance(answer, Incident), answer
    return answer


def refused(future: Future[Answer]) -> Refusal:
    """The refusal of an act that must be."""
    answer = future.result(SECONDS)
    assert isinstance(answer, Refusal), answer
    return answer


class Desk:
    """An operator, a folder and a runbook whose steps are found by their titles."""

    def __init__(self, folder: Path, markdown: str = "", *, actor: Actor = KIM, packs: tuple[Pack, ...] = (),
                 clock: Clock | None = None) -> None:
        self.state = State(folder / "state")
        self.state.make()
        self.runbook = folder / "runbook.md"
        if markdown:
            self.runbook.write_text(markdown, "utf-8")
        self.operator = Operator(self.state, packs or (builtin("plain"),), clock or SystemClock(), actor)

    def open(self) -> Incident:
        """The checklist of the runbook."""
        return done(self.operator.open_file(self.runbook))

    def key(self, record: Incident, title: str) -> str:
        """CALL:ITEM of the one item with this title."""
        checklist = self.operator.watcher.checklist(record.id)
        assert checklist is not None
        found = [row.key for row in checklist.rows if row.item is not None and row.title == title]
        assert len(found) == 1, (title, [row.title for row in checklist.rows])
        return found[0]

    def requests(self, record: Incident) -> list[str]:
        """CALL:ITEM of each request, in order."""
        checklist = self.operator.watcher.checklist(record.id)
        assert checklist is not None
        return [row.key for row in checklist.rows if row.item is not None and row.item.kind == "http"]

    def consent(self, record: Incident, key: str) -> Consent:
        """The yes of somebody who saw the step as it stands, and typed what was asked for."""
        prepared = self.operator.prepared(record, key)
        return Consent(prepared.command, prepared.word)

    def start(self, record: Incident, title: str, *, again: bool = False) -> Attempt:
        key = self.key(record, title)
        started = done(self.operator.start_step(record.id, key, self.consent(record, key), again))
        attempt = started.item(key).last
        assert attempt is not None
        return attempt

    def ended(self, record: Incident, title: str, seconds: float = SECONDS) -> Attempt:
        """The last attempt of a step once its end is on record."""
        key = self.key(record, title)

        def over() -> Attempt | None:
            incident = self.operator.watcher.incident(record.id)
            last = incident.item(key).last if incident else None
            return last if last is not None and last.verdict else None
        return wait_until(over, seconds, f"the end of {title!r} on record")

    def run(self, record: Incident, title: str, *, again: bool = False) -> Attempt:
        self.start(record, title, again=again)
        return self.ended(record, title)

    def output(self, record: Incident, attempt: Attempt) -> str:
        return self.operator.watcher.run(record.id, attempt.run).output().decode()

    def close(self) -> None:
        """Leave, and end what runs: also what was just started and is not born yet."""
        self.operator.watcher.refresh()
        running = [self.operator.watcher.run(record.id, attempt.run)
                   for record in self.operator.watcher.open() for _, attempt in record.running()]
        self.operator.close()
        for files in running:
            wait_until(lambda files=files: files.exists or files.state().word != "starting", what="the run's birth")
            if files.state().word == "running":
                step(files)
        end_all(list(self.state.root.glob("runs/*/*")))


@contextlib.contextmanager
def a_desk(folder: Path, markdown: str = "", **options: object) -> Iterator[Desk]:
    """A desk that is cleared afterwards: nothing of it runs on."""
    desk = Desk(folder, markdown, **options)  # type: ignore[arg-type]
    try:
        yield desk
    finally:
        desk.close()
