"""A run's output as it comes, for people and for programs; and the way out of it that leaves the step running."""

from __future__ import annotations

import codecs
import json
import os
import signal
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from handrail.clock import iso
from handrail.runs.control import Waker, stop
from handrail.text import clean, clean_block, row
from tui.commands.look import painted, took

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from handrail.incident.incident import Attempt, Incident
    from handrail.operator.operator import Operator
    from handrail.runbook.model import Item

PERIOD = 0.1
BLOCK = 1 << 16
# So long (s) after the first Ctrl-C a second one still means: stop the step.
SECOND_CHANCE = 2.0


class Out:
    """Says what happens: output on stdout, the rest on stderr; or everything as JSON lines on stdout."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = b""

    def opened(self, record: Incident) -> None:
        self._event("opened", {"id": record.id, "document": record.calls[0].document, "title": record.title})
        self._tell(f"{record.id}  {record.title}")

    def started(self, step: Item, attempt: Attempt) -> None:
        self._event("started", {"item": step.id, "title": step.title, "run": attempt.run, "command": attempt.command,
                                "risk": attempt.risk, "at": iso(attempt.started_at)})
        command = clean_block(attempt.command).replace("\n", "\n  ")
        self._tell(f"▶ {step.title}\n$ {command}", block=True)

    def output(self, data: bytes, run: str, *, last: bool) -> None:
        """Raw into a pipe; on a terminal line by line, made harmless."""
        if self._as_json:
            if text := self._decoder.decode(data, last):
                self._event("output", {"run": run, "text": text})
        elif not sys.stdout.isatty():
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        else:
            *lines, self._rest = (self._rest + data).split(b"\n")
            if last and self._rest:
                lines, self._rest = [*lines, self._rest], b""
            for line in lines:
                click.echo(painted(row(line, limit=BLOCK)), color=True)

    def waits(self, record: str, question: str) -> None:
        self._event("waits", {"question": question})
        self._tell(f"It waits for an answer: {question}  Give it in the console: handrail {record}")

    def finished(self, step: Item, attempt: Attempt) -> None:
        self._event("finished", {"item": step.id, "run": attempt.run, "verdict": attempt.verdict, "why": attempt.why,
                                 "exit": attempt.exit, "signal": attempt.signal, "seconds": attempt.seconds,
                                 "remarks": attempt.remarks})
        why = f": {attempt.why}" if attempt.why else ""
        self._tell(f"{attempt.verdict.upper()} after {took(attempt.seconds or 0.0)}{why}")
        for remark in attempt.remarks:
            self._tell(f"  {remark}")

    def needs_a_person(self, record: Incident, step: Item) -> None:
        self._event("needs-a-person", {"id": record.id, "item": step.id, "title": step.title})
        self._tell(f"Here a person is needed: {step.title}\nGo on in the console: handrail {record.id}", block=True)

    def left_open(self, record: Incident) -> None:
        self._event("left-open", {"id": record.id})
        self._tell(f"Go on in the console: handrail {record.id}")

    def done(self, record: Incident) -> None:
        self._event("done", {"id": record.id})

    def detaching(self) -> None:
        self._tell("Leaving it to run. Ctrl-C once more within 2s stops it.")

    def detached(self, record: str, run: str) -> None:
        self._event("detached", {"id": record, "run": run})
        self._tell(f"The step runs on. Attach to it: handrail {record}   How it ended: handrail show {record}")

    def stopping(self) -> None:
        self._tell("Stopping it: INT now, TERM after 3s, KILL after 5s.")

    def _event(self, name: str, data: dict[str, Any]) -> None:
        if self._as_json:
            click.echo(json.dumps({"event": name, **data}))

    def _tell(self, text: str, *, block: bool = False) -> None:
        if not self._as_json:
            click.echo(clean_block(text) if block else clean(text), err=True)


def follow(operator: Operator, record: str, key: str, attempt: Attempt, out: Out) -> Attempt | None:
    """Stream a run until its end is on record. None when the operator left it running."""
    folder = operator.state.run(record, attempt.run)
    news = threading.Event()
    leave = operator.watcher.subscribe(news.set)
    waker = Waker(folder, news.set)
    reader = _Reader(operator, record, attempt.run, out)
    with _interrupts(news) as presses:
        try:
            return _follow(operator, record, key, attempt, out, news, reader, presses)
        finally:
            leave()
            waker.close()


def _follow(operator: Operator, record: str, key: str, attempt: Attempt, out: Out, news: threading.Event,
            reader: _Reader, presses: list[float]) -> Attempt | None:
    stopping = False
    while True:
        news.wait(PERIOD)
        news.clear()
        reader.read()
        known = operator.watcher.incident(record)
        ended = next((one for one in known.item(key).attempts if one.run == attempt.run), None) if known else None
        if ended is not None and ended.verdict:
            reader.read(last=True)
            return ended
        if len(presses) == 1 and not stopping:
            if presses[0] == 0.0:
                presses[0] = time.monotonic()
                out.detaching()
            elif time.monotonic() - presses[0] > SECOND_CHANCE:
                reader.read(last=True)
                out.detached(record, attempt.run)
                return None
        elif len(presses) > 1 and not stopping:
            stopping = True
            out.stopping()
            stop(operator.state.run(record, attempt.run), operator.actor.name)


class _Reader:
    """What the run wrote since the last look."""

    def __init__(self, operator: Operator, record: str, run: str, out: Out) -> None:
        self._files = operator.watcher.run(record, run)
        self._record = record
        self._run = run
        self._out = out
        self._at = 0
        self._asked = ""

    def read(self, *, last: bool = False) -> None:
        try:
            descriptor = os.open(self._files.folder / "out", os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        try:
            while data := os.pread(descriptor, BLOCK, self._at):
                self._at += len(data)
                self._out.output(data, self._run, last=False)
        finally:
            os.close(descriptor)
        if last:
            self._out.output(b"", self._run, last=True)
        elif (question := self._files.state().waits) != self._asked:
            self._asked = question
            if question:
                self._out.waits(self._record, clean(question))


@contextmanager
def _interrupts(news: threading.Event) -> Iterator[list[float]]:
    """Collects the presses of Ctrl-C instead of dying of the first. The step is in another session and gets none."""
    presses: list[float] = []

    def press(_: int, __: FrameType | None) -> None:
        presses.append(0.0)
        news.set()

    before = signal.signal(signal.SIGINT, press)
    try:
        yield presses
    finally:
        signal.signal(signal.SIGINT, before)
