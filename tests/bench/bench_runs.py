"""A step: its start, its end when told, and what it can write, beside `script`, `tmux` and a bare terminal."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from support.runs import belonging_to, ended, says, start, step

from handrail.runs.control import stop
from handrail.runs.record import RunFiles
from handrail.runs.supervision import processes

ROUNDS = 30
LINES = 3_000_000
FLOOD = f"yes 'an ordinary line of a log, 2026-11-21T03:12:04Z INFO all is well' | head -n {LINES}"
BYTES = LINES * 66


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _starts(folder)
        _cancels(folder)
        _throughput(folder)


def _starts(folder: Path) -> None:
    """From `launch` to the first byte on disk, and to the end; beside how soon the others have it in their file."""
    returned, first, over = [], [], []
    rivals: dict[str, list[float]] = {name: [] for name in RIVALS}
    for n in range(ROUNDS):
        began = time.perf_counter()
        files = start(folder / f"start{n}", "echo hello")
        returned.append(time.perf_counter() - began)
        out, end = files.folder / "out", files.folder / "exit.json"
        _until(lambda out=out: out.exists() and out.stat().st_size)
        first.append(time.perf_counter() - began)
        _until(end.exists)
        over.append(time.perf_counter() - began)
        ended(files)
        for name, rival in RIVALS.items():
            log = folder / f"{name}{n}"
            began = time.perf_counter()
            with rival(log, "echo hello; sleep 5"):
                _until(lambda log=log: log.exists() and b"hello" in log.read_bytes())
                rivals[name].append(time.perf_counter() - began)
    others = ", ".join(f"{name} {_p50(times)}" for name, times in rivals.items())
    print(f"launch returns {_p50(returned)}, first byte on disk {_p50(first)}, end on disk {_p50(over)} "
          f"(to reach: 5, 30 ms); first byte on disk with {others or 'no rival here'}")


def _cancels(folder: Path) -> None:
    """Until nothing of the step is left; the others, told in their own way, and what of it lives on a second later."""
    polite = []
    rivals: dict[str, list[float]] = {name: [] for name in RIVALS}
    for n in range(10):
        files = start(folder / f"polite{n}", "echo ready; sleep 100")
        says(files, b"ready")
        polite.append(_stopping(files))
        for name, rival in RIVALS.items():
            mark, log = folder / f"{name}-polite{n}", folder / f"{name}-polite{n}.log"
            with rival(log, f"echo $$ > {mark}; exec sleep 100") as stop_it:
                _until(lambda mark=mark: mark.exists() and mark.read_text().strip())
                began = time.perf_counter()
                stop_it()
                _until(lambda mark=mark: not _alive(mark))
                rivals[name].append(time.perf_counter() - began)
    files = start(folder / "stubborn", STUBBORN)
    says(files, b"ready")
    stubborn = _stopping(files)
    left = {name: _left_by(name, folder) for name in RIVALS}
    others = ", ".join(f"{name} {_p50(times)}" for name, times in rivals.items())
    lives = ", ".join(f"{name} leaves {count} running" for name, count in left.items())
    print(f"cancel: polite {_p50(polite)}, stubborn {stubborn:.1f} s with {_of(files)} left (to reach: 50 ms, 5.5 s, "
          f"none); polite with {others}; of the stubborn {lives}")


STUBBORN = "trap '' INT TERM HUP; echo ready; while :; do sleep 1; done"


def _of(files: RunFiles) -> int:
    return len(belonging_to(files.folder))


def _left_by(name: str, folder: Path) -> int:
    """How many of a stubborn shell and what it started live on a while after it was told to end."""
    mark = folder / f"{name}-stubborn"
    with RIVALS[name](folder / f"{name}-stubborn.log", f"echo $$ > {mark}; {STUBBORN}") as stop_it:
        _until(lambda: mark.exists() and mark.read_text().strip())
        stop_it()
        time.sleep(6)
        alive = _alive(mark)
    if alive:
        os.kill(int(mark.read_text()), 9)
    return int(alive)


def _alive(mark: Path) -> bool:
    return processes.status(int(mark.read_text()))[0] not in ("", "Z")


def _stopping(files: RunFiles) -> float:
    step(files)
    began = time.perf_counter()
    stop(files.folder, "bench")
    _until((files.folder / "exit.json").exists)
    return time.perf_counter() - began


def _until(so: Callable[[], object]) -> None:
    limit = time.monotonic() + 30
    while not so():
        if time.monotonic() > limit:
            raise TimeoutError
        time.sleep(0.0003)


@contextlib.contextmanager
def _in_script(log: Path, command: str) -> Iterator[Callable[[], object]]:
    """`command` under script(1), which writes `log`; what ends it is a signal."""
    process = subprocess.Popen(["script", "-qfc", command, str(log)], stdout=subprocess.DEVNULL,
                               stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process.terminate
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def _in_tmux(log: Path, command: str) -> Iterator[Callable[[], object]]:
    """`command` in a window of a tmux server of its own, its output piped into `log`; what ends it is kill-session."""
    tmux = ["tmux", "-S", f"{log}.sock", "-f", "/dev/null"]
    subprocess.run([*tmux, "new-session", "-d", "-s", "bench", command, ";", "pipe-pane", f"cat >> {log}"], check=True)
    try:
        yield lambda: subprocess.run([*tmux, "kill-session", "-t", "bench"], capture_output=True, check=False)
    finally:
        subprocess.run([*tmux, "kill-server"], capture_output=True, check=False)


RIVALS = {name: rival for name, rival in (("script", _in_script), ("tmux", _in_tmux)) if shutil.which(name)}


def _throughput(folder: Path) -> None:
    """The same flood, kept in a file by each."""
    print(f"capture of {BYTES / 1e6:.0f} MB: {_rate(_bare, folder)} bare terminal read in Python, "
          f"{_rate(_supervised, folder)} supervisor, {_rate(_script, folder)} script, {_rate(_tmux, folder)} tmux")


def _rate(record: Callable[[Path], float | None], folder: Path) -> str:
    out = folder / "flood"
    shutil.rmtree(out, ignore_errors=True)
    seconds = record(out)
    return "(not here)" if seconds is None else f"{BYTES / seconds / 1e6:.0f} MB/s"


def _supervised(out: Path) -> float:
    return ended(start(out, FLOOD), 300).seconds


def _bare(out: Path) -> float:
    master, slave = os.openpty()
    began = time.perf_counter()
    process = subprocess.Popen(["bash", "-c", f"stty -opost; {FLOOD}"], stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    with out.with_suffix(".bare").open("wb", buffering=0) as file:
        while True:
            try:
                if not (data := os.read(master, 65536)):
                    break
            except OSError:
                break
            file.write(data)
    process.wait()
    os.close(master)
    return time.perf_counter() - began


def _script(out: Path) -> float | None:
    if not shutil.which("script"):
        return None
    began = time.perf_counter()
    subprocess.run(["script", "-q", "-c", FLOOD, str(out.with_suffix(".script"))], stdout=subprocess.DEVNULL,
                   stdin=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def _tmux(out: Path) -> float | None:
    if not shutil.which("tmux"):
        return None
    log, done = out.with_suffix(".tmux"), out.with_suffix(".done")
    tmux = ["tmux", "-S", str(out.with_suffix(".sock")), "-f", "/dev/null"]
    go = out.with_suffix(".go")
    wait = f"while [ ! -e {go} ]; do sleep 0.01; done; {FLOOD}; touch {done}"
    subprocess.run([*tmux, "new-session", "-d", wait], check=True)
    subprocess.run([*tmux, "pipe-pane", f"cat > {shlex.quote(str(log))}"], check=True)
    began = time.perf_counter()
    go.touch()
    while not done.exists():
        time.sleep(0.005)
    seconds = time.perf_counter() - began
    subprocess.run([*tmux, "kill-server"], capture_output=True, check=False)
    return seconds


def _p50(seconds: list[float]) -> str:
    return f"p50 {statistics.median(seconds) * 1000:.1f} ms"
