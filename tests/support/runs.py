"""Starting real runs and looking at what becomes of them."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from support.waiting import wait_until

from handrail.runs.launch import RunSpec, launch
from handrail.runs.record import RunFiles, RunState
from handrail.runs.tree import tree


def start(folder: Path, script: str, **fields: Any) -> RunFiles:
    """Launch `script` as a run in `folder`, in the temporary folder beside it unless told otherwise."""
    cwd = fields.pop("cwd", folder.parent)
    cwd.mkdir(parents=True, exist_ok=True)
    launch(RunSpec(folder=folder, script=script, cwd=cwd, **fields))
    return RunFiles(folder)


def ended(files: RunFiles, seconds: float = 30.0) -> RunState:
    """The state of the run once it is over; its whole output has arrived."""
    def over() -> RunState | None:
        state = files.state()
        return state if state.word not in ("starting", "running") and not state.background else None
    return wait_until(over, seconds, f"the run in {files.folder} is over: {files.state()}, {files.tail(500)!r}")


def says(files: RunFiles, text: bytes, seconds: float = 30.0) -> None:
    """Wait until the output holds `text`."""
    wait_until(lambda: text in files.output(), seconds, f"{text!r} in {files.tail(500)!r}")


def run(folder: Path, script: str, **fields: Any) -> tuple[RunState, bytes]:
    """Launch, wait for the end, and answer the state and the output."""
    files = start(folder, script, **fields)
    return ended(files), files.output()


def supervisor(files: RunFiles) -> int:
    """The supervisor's pid, once the run is born."""
    return int(wait_until(lambda: (files.meta() or {}).get("supervisor"), what="meta.json")["pid"])


def step(files: RunFiles) -> int:
    """The step's pid, once it has one."""
    return int(wait_until(lambda: (files.meta() or {}).get("step"), what="the step's pid")["pid"])


def sleeps(files: RunFiles) -> None:
    """Wait until the step has got to its `sleep`: between fork and exec a hang-up of the terminal would not end it."""
    wait_until(lambda: "sleep" in {process.name for process in tree(files)}, what="the step sleeps")


def belonging_to(folder: Path) -> list[int]:
    """The living processes that a run started: its folder stands in their environment."""
    mark = b"HANDRAIL_RUN=" + os.fsencode(folder.absolute()) + b"\0"
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if mark in (entry / "environ").read_bytes() + b"\0":
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def end_all(folders: Iterator[Path] | list[Path]) -> None:
    """Kill what tests left running: the supervisors and the processes of these runs, by their ids."""
    for folder in folders:
        files = RunFiles(folder)
        pids = belonging_to(folder)
        if files.state().word == "running" and (meta := files.meta()):
            pids.append(int(meta["supervisor"]["pid"]))
        for pid in pids:
            _kill(pid)


def end_below(folder: Path) -> None:
    """Kill the runs that a test left running in state folders somewhere below `folder`."""
    end_all([run for run in folder.glob("**/runs/*/*") if RunFiles(run).state().word in ("running", "starting")])


def lines_of(files: RunFiles) -> list[str]:
    """The output as text lines."""
    return files.output().decode().splitlines()


def holds(predicate: Callable[[], bool], seconds: float) -> bool:
    """Whether it comes true within `seconds`, as an answer instead of a failure."""
    try:
        wait_until(predicate, seconds)
    except AssertionError:
        return False
    return True


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
