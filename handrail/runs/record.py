"""A run as any reader sees it: computed from the files of its folder alone, never from belief."""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from handrail.runs import given_back, remarks
from handrail.runs.supervision import processes
from handrail.runs.supervision.folder import stop_mark
from handrail.runs.supervision.recorder import RECORD

RunWord = Literal["starting", "running", "ended", "lost", "did not start"]

STARTS_WITHIN = 10.0  # s until a run without a folder did not start
ASKS_AFTER = 1.0  # s of silence before a line that looks like a question is one
TAIL = 4096  # bytes in which the last line is looked for
COUNTED = 1 << 20  # bytes after the last index record whose lines are counted
MIB = 1 << 20

CONTROL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|[\x00-\x08\x0b-\x1f\x7f]")
QUESTION = re.compile(r"[:?]\s*$|password|passphrase|\[y/n\]|\(y/n\)|\(yes/no\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """Something an operator typed into a step. `text` is None where the terminal did not show it."""

    at: datetime
    by: str
    text: str | None


@dataclass(frozen=True, slots=True)
class RunState:
    """What the folder says now.

    `word`: starting (no folder for at most 10 s), running (the supervisor holds its lock), ended (exit.json is there),
    lost (nobody saw the end), did not start. `why` explains the last two in a sentence ("the machine restarted").
    `exit` or `signal` is set when ended. `seconds` is how long it ran, or has run so far. `stopped_by` names who
    stopped it; `stopping` who asked for that `stopping_for` seconds ago, while it still runs. `timed_out` is set when
    a limit ended it. `background` is True while a descendant still holds the tty. `left` lists processes ("PID name")
    still alive after the end. `output_bytes` and `output_lines` count `out`. `silent` is seconds since the last byte.
    `waits` is the prompt-like last line when it waits for input, else "". `echo` is False while the program hides what
    is typed. `pid` is the step's process, while it runs or lives on although lost. `error` says what could not be kept.
    `progress` is how far a monitor or a service is, in a few words. `told` is the word and the reason of the verdict
    where the program itself judges what it waited for, as those two do; None where it does not.
    `screen` is True where the program has, or had, the whole terminal. `typist` is who types into it, whose last key
    was `typist_silent` seconds ago: nobody else can until that is half a minute.
    `captured` is False when an ended step's environment was not captured, so that the next starts from an older one.
    `remarks` are sentences about what was not kept, does not carry over, or would end it.
    """

    word: RunWord
    why: str = ""
    exit: int | None = None
    signal: int | None = None
    seconds: float = 0.0
    stopped_by: str = ""
    timed_out: bool = False
    background: bool = False
    left: tuple[str, ...] = ()
    output_bytes: int = 0
    output_lines: int = 0
    silent: float = 0.0
    waits: str = ""
    echo: bool = True
    pid: int | None = None
    error: str = ""
    stopping: str = ""
    stopping_for: float = 0.0
    captured: bool = True
    progress: str = ""
    told: tuple[str, str] | None = None
    screen: bool = False
    typist: str = ""
    typist_silent: float = 0.0
    remarks: tuple[str, ...] = ()


class RunFiles:
    """The folder of one run, which need not exist. Reads only; nothing is kept open between two calls."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def exists(self) -> bool:
        """Whether the run was born."""
        return (self.folder / "lock").exists()

    def meta(self) -> Mapping[str, Any] | None:
        """What was to run, where, by whom, and which processes do; None when it is not there or not whole."""
        return self._json("meta.json")

    def output(self, limit: int = MIB) -> bytes:
        """The first `limit` bytes of what it wrote."""
        return self._read(0, limit)

    def tail(self, limit: int = MIB) -> bytes:
        """The last `limit` bytes of what it wrote."""
        return self._read(max(0, self._size() - limit), limit)

    def answers(self) -> tuple[Answer, ...]:
        """Who typed what and when, oldest first."""
        found = []
        for line in self._text("in.log").splitlines():
            try:
                entry = json.loads(line)
                found.append(Answer(datetime.fromtimestamp(entry["at_ns"] / 1e9, UTC), entry["by"], entry["text"]))
            except (ValueError, KeyError, TypeError):
                continue  # half a line on a full disk
        return tuple(found)

    def state(self, started: datetime | None = None, now: datetime | None = None) -> RunState:
        """The state at `now`. `started` is when the start was recorded; without it a missing run is still starting."""
        now = now or datetime.now(UTC)
        if not self.exists:
            if started is None or (now - started).total_seconds() < STARTS_WITHIN:
                return RunState("starting", stopping=self._stopped_before_birth())
            return RunState("did not start", why="no supervisor came up within 10 s")
        end = self._json("exit.json")
        if end is None:
            if self._is_locked():
                return self._running(now)
            end = self._json("exit.json")  # it may have ended between the two looks
        return self._lost() if end is None else self._ended(end)

    def _stopped_before_birth(self) -> str:
        try:
            return Path(stop_mark(str(self.folder))).read_text("utf-8", "replace")
        except OSError:
            return ""

    def _running(self, now: datetime) -> RunState:
        meta = self.meta() or {}
        size, written = self._output()
        born = float(meta.get("t0_ns", now.timestamp() * 1e9)) / 1e9
        silent = max(0.0, now.timestamp() - max(written, born))
        hidden = self._text("noecho")
        stopping = self._json("stopping") or {}
        typing = self._json("typing") or {}
        return RunState(
            "running",
            seconds=max(0.0, now.timestamp() - born),
            output_bytes=size,
            output_lines=self._lines(size),
            silent=silent,
            waits=self._question(silent, hidden),
            echo=not hidden,
            pid=(meta.get("step") or {}).get("pid"),
            stopping=str(stopping.get("by", "")) or ("the time limit" if stopping.get("timed_out") else ""),
            stopping_for=max(0.0, now.timestamp() - stopping["at_ns"] / 1e9) if "at_ns" in stopping else 0.0,
            screen=self._has_the_screen(meta),
            typist=str(typing.get("by", "")),
            typist_silent=max(0.0, now.timestamp() - typing["at_ns"] / 1e9) if "at_ns" in typing else 0.0,
            remarks=remarks.while_running(meta),
            progress=CONTROL.sub("", str((self._json("progress.json") or {}).get("text", ""))) if judges(meta) else "",
        )

    def _ended(self, end: Mapping[str, Any]) -> RunState:
        size, _ = self._output()
        meta = self.meta() or {}
        left = tuple(
            f"{each['pid']} {processes.name(each['pid']) or each['name']}"
            for each in end.get("left", ()) if _lives(each)
        )
        refused = str(end.get("refused", ""))
        return RunState(
            "did not start" if refused else "ended",
            why=refused,
            exit=end.get("exit"),
            signal=end.get("signal"),
            stopped_by=str(end.get("stopped_by", "")),
            timed_out=bool(end.get("timed_out")),
            background=not (self.folder / "closed").exists() and self._is_locked(),
            left=left,
            seconds=float(end.get("seconds", 0.0)),
            output_bytes=size,
            output_lines=self._lines(size),
            error=str(end.get("error", "")) or given_back.said(self.folder),
            captured=bool(end.get("captured")),
            told=self._told(),
            screen=self._has_the_screen(meta),
            remarks=remarks.once_ended(meta, end, left),
        )

    def _has_the_screen(self, meta: Mapping[str, Any]) -> bool:
        return meta.get("form") == "terminal" or (self.folder / "screen").exists()

    def _told(self) -> tuple[str, str] | None:
        result = self._json("result.json") if judges(self.meta() or {}) else None
        return (str(result.get("word", "")), str(result.get("why", ""))) if result else None

    def _lost(self) -> RunState:
        meta = self.meta() or {}
        size, _ = self._output()
        step = meta.get("step") or {}
        pid = None
        if meta.get("host") != os.uname().nodename:
            host = meta.get("host")
            why = f"it ran on {host}; only that machine knows" if host else "its meta.json is missing or damaged"
        elif meta.get("boot_id") != processes.boot_id():
            why = "the machine restarted"
        elif _lives(step):
            pid = step["pid"]
            why = f"its supervisor is gone; the step lives on as {pid}"
        elif fault := self._text("fault").strip().rpartition("\n")[2]:
            why = f"its supervisor failed, and nobody saw the end: {fault}"
        else:
            why = "its supervisor is gone, and nobody saw the end"
        return RunState("lost", why=why, pid=pid, output_bytes=size, output_lines=self._lines(size))

    def _is_locked(self) -> bool:
        """Whether the supervisor lives: it holds the lock from before the folder could be seen until it ends."""
        try:
            fd = os.open(self.folder / "lock", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(fd)
        return False

    def _output(self) -> tuple[int, float]:
        """The size of `out` in bytes and when it last grew (s since the epoch)."""
        try:
            found = (self.folder / "out").stat()
        except OSError:
            return 0, 0.0
        return found.st_size, found.st_mtime if found.st_size else 0.0

    def _size(self) -> int:
        return self._output()[0]

    def _lines(self, size: int) -> int:
        """Newlines in `out`: those the index has counted, and those after its last record."""
        offset = lines = 0
        try:
            with (self.folder / "idx").open("rb") as file:
                whole = os.fstat(file.fileno()).st_size // RECORD.size
                if whole:
                    file.seek((whole - 1) * RECORD.size)
                    offset, lines, _ = RECORD.unpack(file.read(RECORD.size))
        except OSError:
            pass
        return lines + self._read(offset, min(max(0, size - offset), COUNTED)).count(b"\n")

    def _question(self, silent: float, hidden: str) -> str:
        """The last line, when it asks. A hidden answer, line by line, is a password whatever the line says."""
        line = CONTROL.sub("", self.tail(TAIL).rpartition(b"\n")[2].decode("utf-8", "replace"))
        asks = bool(QUESTION.search(line))
        if hidden == "line" or (asks and (hidden or silent >= ASKS_AFTER)):
            return line.strip() or "(it hides what you type)"
        return ""

    def _read(self, offset: int, limit: int) -> bytes:
        try:
            with (self.folder / "out").open("rb") as file:
                return os.pread(file.fileno(), limit, offset)
        except OSError:
            return b""

    def _text(self, name: str) -> str:
        try:
            return (self.folder / name).read_text("utf-8", "replace")
        except OSError:
            return ""

    def _json(self, name: str) -> Mapping[str, Any] | None:
        try:
            found = json.loads((self.folder / name).read_bytes())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None


def judges(meta: Mapping[str, Any]) -> bool:
    """Whether the program of a run judges by itself what it waited for."""
    return meta.get("form") in ("monitor", "service")


def _lives(process: Mapping[str, Any]) -> bool:
    """Whether this very process is still there; a number alone may have been given to another."""
    try:
        state, _, start = processes.status(int(process["pid"]))
    except (KeyError, TypeError, ValueError):
        return False
    return state not in ("", "Z") and start == process.get("start")
