"""The program that runs a chain: it belongs to nobody, so that no console has to live for the next step to begin.

Started as a file (`python -I -S conductor.py`) with the plan on standard input. Standard library and our own only.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handrail.runs.chain import Link
    from handrail.runs.verdict import Verdict

LOOK = 1.0  # s between looks at a run, beside being woken
PATIENCE = 1.0  # s that output of a descendant which still holds the terminal is waited for, as the record does


def main() -> None:
    """Read the plan, leave the console's process tree, and run the chain to its end."""
    from handrail.runs.chain import read_plan

    with os.fdopen(os.dup(0), "rb") as request:
        request.seek(0)
        folder, go_on, links = read_plan(request.read())
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    if os.fork():
        os._exit(0)
    os.setsid()
    told = threading.Event()

    def be_told(number: int, frame: FrameType | None) -> None:
        told.set()

    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, be_told)
    birth(folder)
    end(folder, conduct(folder, go_on, links, told))


def birth(folder: Path) -> None:
    """The chain's folder, locked for the life of this process before anybody can see it. Raises OSError."""
    import fcntl

    from handrail.paths import FILE_MODE, FOLDER_MODE

    temporary = folder.with_name(f".{folder.name}.{os.getpid()}")
    temporary.mkdir(FOLDER_MODE, parents=True)
    lock = os.open(temporary / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    fcntl.flock(lock, fcntl.LOCK_EX)
    if folder.exists():  # this chain runs, or has run
        os._exit(1)
    temporary.rename(folder)


def conduct(folder: Path, go_on: bool, links: list[Link], told: threading.Event) -> str:
    """Run the steps one after another; why it ended, in a sentence without a full stop."""
    from dataclasses import replace

    from handrail.errors import HandrailError
    from handrail.runs.carry import captured
    from handrail.runs.chain import ends
    from handrail.runs.launch import launch

    carry_from, bad = None, 0
    for at, link in enumerate(links):
        if told.is_set():
            return f"it was told to end before {link.name}"
        if (by := stopped_by(folder)) is not None:
            return f"{by} stopped it before {link.name}"
        spec = link.spec if at == 0 else replace(link.spec, carry_from=carry_from or links[0].spec.carry_from)
        try:
            launch(spec)
        except HandrailError as error:
            return f"{link.name} could not be started: {error}"
        verdict = wait(link)
        if ends(verdict, go_on=go_on):
            return f"{link.name} ended: {verdict.word}" + (f", {verdict.why}" if verdict.why else "")
        bad += verdict.word not in ("passed", "ran")
        if captured(spec.folder):
            carry_from = spec.folder
    return f"all {len(links)} ran, {bad} without success" if bad else f"all {len(links)} ran"


def wait(link: Link) -> Verdict:
    """Wait for the end of a run and judge it as the record will."""
    import time
    from datetime import UTC, datetime

    from handrail.runs.control import Waker
    from handrail.runs.record import RunFiles
    from handrail.runs.verdict import judge

    files, news, began = RunFiles(link.spec.folder), threading.Event(), datetime.now(UTC)
    waker = Waker(link.spec.folder, news.set)
    ended = None
    try:
        while True:
            news.clear()
            state = files.state(began, datetime.now(UTC))
            if state.word not in ("starting", "running"):
                ended = ended or time.monotonic()
                if not state.background or time.monotonic() - ended > PATIENCE:
                    return judge(link.wanted, state, files.output() if link.wanted else b"")
            news.wait(LOOK)
    finally:
        waker.close()


def stopped_by(folder: Path) -> str | None:
    """Who asked that no further step begins."""
    from handrail.runs.supervision.folder import stop_mark

    try:
        return Path(stop_mark(str(folder))).read_text("utf-8", "replace")
    except OSError:
        return None


def end(folder: Path, why: str) -> None:
    """Tell how it ended, whole or not at all."""
    import json
    from contextlib import suppress

    from handrail.runs.supervision.folder import stop_mark

    with suppress(OSError):
        Path(stop_mark(str(folder))).unlink()
    (folder / ".end.json").write_text(json.dumps({"why": why}))
    (folder / ".end.json").rename(folder / "end.json")


if __name__ == "__main__":
    sys.path.append(str(Path(__file__).resolve().parents[2]))
    main()
