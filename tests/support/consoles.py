"""Operators in processes of their own: what two people on two terminals are."""

from __future__ import annotations

import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.desks import Desk
from support.waiting import wait_until

from handrail.incident.events import Actor
from handrail.incident.incident import Incident

SPAWN = multiprocessing.get_context("spawn")
SECONDS = 30.0


class Elsewhere:
    """An operator in another process. It does one thing at a time and answers what came of it."""

    def __init__(self, folder: Path, name: str) -> None:
        self._pipe, there = SPAWN.Pipe()
        self._process = SPAWN.Process(target=_serve, args=(str(folder), name, there), daemon=True)
        self._process.start()
        there.close()

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    def asks(self, act: Callable[..., Any], *words: Any) -> None:
        """Tell it to do `act(desk, *words)`; `act` is a function of a module."""
        self._pipe.send((act, words))

    def answer(self) -> Any:
        assert self._pipe.poll(SECONDS), "the other operator does not answer"
        good, value = self._pipe.recv()
        assert good, value
        return value

    def does(self, act: Callable[..., Any], *words: Any) -> Any:
        self.asks(act, *words)
        return self.answer()

    def kill(self) -> None:
        """kill -9: nothing is tidied up."""
        os.kill(self.pid, signal.SIGKILL)
        self._process.join(SECONDS)

    def leave(self) -> None:
        if self._process.is_alive():
            self._pipe.send(None)
            self._process.join(5)
        if self._process.is_alive():
            self.kill()


def _serve(folder: str, name: str, pipe: Any) -> None:
    desk = Desk(Path(folder), actor=Actor(name, "oncall", "pts/9", "", "edge-3"))
    try:
        while (asked := pipe.recv()) is not None:
            act, words = asked
            try:
                pipe.send((True, act(desk, *words)))
            except BaseException:
                pipe.send((False, traceback.format_exc()))
    except (EOFError, OSError):
        pass
    finally:
        desk.operator.close()


# -- what they can be asked to do; answers are plain values


def start(desk: Desk, id: str, key: str) -> tuple[str, str]:
    """("started", run) or (refusal's code, its sentence)."""
    desk.operator.watcher.refresh()
    record = desk.operator.watcher.incident(id)
    assert record is not None
    answer = desk.operator.start_step(id, key, desk.consent(record, key)).result(SECONDS)
    if isinstance(answer, Incident):
        last = answer.item(key).last
        assert last is not None
        return "started", last.run
    return answer.code, answer.sentence


def watch(desk: Desk) -> None:
    """Do what a console does by itself."""
    desk.operator.start_polling()


def sees(desk: Desk, run: str) -> None:
    """Wait until this console shows the run as running."""
    wait_until(lambda: (state := desk.operator.watcher.now().runs.get(run)) and state.word == "running")


def wait_for_the_end(desk: Desk, id: str, title: str) -> str:
    record = desk.operator.watcher.incident(id)
    assert record is not None
    return desk.ended(record, title).verdict


def note(desk: Desk, id: str, text: str) -> int:
    answer = desk.operator.note(id, text).result(SECONDS)
    assert isinstance(answer, Incident), answer
    return answer.rev
