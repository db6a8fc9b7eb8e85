"""What stands beside a practice world and must not be touched: files, a process, the runbook's real ports."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

REAL_PORTS = (3100, 3101)


@dataclass
class Beside:
    """What stands beside a world and must not be touched."""

    files: Path
    process: subprocess.Popen[bytes]
    calls: list[int] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)

    def listens(self, port: int) -> bool:
        """Whether it is the decoy that listens there, and not something real."""
        return port in self.ports

    def untouched(self) -> bool:
        kept = {path.relative_to(self.files).as_posix(): path.read_text()
                for path in self.files.rglob("*") if path.is_file()}
        return kept == DECOYS and self.process.poll() is None and not self.calls


DECOYS = dict.fromkeys(("state/auth/gmail-tokens.json", "state/browser/profiles/mail/cookies", ".bash_history"), "real")


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Beside]:
    """A home like the practised one, a process every pattern matches, and listeners on the runbook's real ports."""
    for name, text in DECOYS.items():
        (tmp_path / "real" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "real" / name).write_text(text)
    monkeypatch.setenv("HOME", str(tmp_path / "real"))
    process = subprocess.Popen(["chromium --user-data-dir=/x/alwaysclaw-profile-mine"],
                               executable=shutil.which("cat"), stdin=subprocess.PIPE)
    found = Beside(tmp_path / "real", process)
    listeners = []
    for port in REAL_PORTS:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:  # something real listens there; it shows in the answers if a step reaches it
            listener.close()
            continue
        listener.listen()
        listeners.append(listener)
        found.ports.append(port)
        threading.Thread(target=_count, args=(listener, port, found.calls, tmp_path), daemon=True).start()
    yield found
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in it
        listener.close()
    process.kill()
    process.communicate()


def _count(listener: socket.socket, port: int, calls: list[int], mine: Path) -> None:
    while True:
        try:
            link, peer = listener.accept()
        except OSError:
            return
        with link:
            if not belongs_to_others(peer[1], port, mine):
                calls.append(port)


def belongs_to_others(source: int, port: int, mine: Path) -> bool:
    """Whether who connected from port `source`, and waits for an answer, has nothing to do with this test: another
    console may poll the same port. Ours is this process, what it started, and what was started with something below
    `mine` in its environment or its words, such as a step that has left us. Who cannot be found counts as ours."""
    pid = next((one.pid for one in psutil.net_connections("tcp4")
                if one.pid and one.raddr and (one.laddr.port, one.raddr.port) == (source, port)), None)
    if pid is None:
        return False
    try:
        process = psutil.Process(pid)
        family = {pid, *(parent.pid for parent in process.parents())}
        about = [*process.environ().values(), *process.cmdline(), process.cwd()]
    except psutil.Error:
        return False
    return os.getpid() not in family and not any(str(mine) in text for text in about)
