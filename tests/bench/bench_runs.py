"""A step: its start, its end when told, and what it can write, beside `script`, `tmux` and a bare terminal."""

from __future__ import annotations

import os
import shlex
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from support.runs import ended, says, start, step

from handrail.runs.control import stop
from handrail.runs.record import RunFiles

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
    """From `launch` to the first byte on disk, and to the end."""
    returned, first, over = [], [], []
    for n in range(ROUNDS):
        began = time.perf_counter()
        files = start(folder / f"start{n}", "echo hello")
        returned.append(time.perf_counter() - began)
        out, end = files.folder / "out", files.folder / "exit.json"
        while not (out.exists() and out.stat().st_size):
            time.sleep(0.0003)
        first.append(time.perf_counter() - began)
        while not end.exists():
            time.sleep(0.0003)
        over.append(time.perf_counter() - began)
        ended(files)
    print(f"launch returns {_p50(returned)}, first byte on disk {_p50(first)}, end on disk {_p50(over)} "
          "(to reach: 5, 30 ms)")


def _cancels(folder: Path) -> None:
    polite = []
    for n in range(10):
        files = start(folder / f"polite{n}", "echo ready; sleep 100")
        says(files, b"ready")
        polite.append(_stopping(files))
    files = start(folder / "stubborn", "trap '' INT TERM; echo ready; while :; do sleep 1; done")
    says(files, b"ready")
    print(f"cancel: polite {_p50(polite)}, stubborn {_stopping(files):.1f} s (to reach: 50 ms, 5.5 s)")


def _stopping(files: RunFiles) -> float:
    step(files)
    began = time.perf_counter()
    stop(files.folder, "bench")
    while not (files.folder / "exit.json").exists():
        time.sleep(0.0005)
    return time.perf_counter() - began


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
