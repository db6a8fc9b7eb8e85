"""An ssh server on loopback with keys of its own, for tests that log in as a person would."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

from support.waiting import wait_until


class NoServer(Exception):
    """Why nobody can log in here; the reason of a skip."""


@contextlib.contextmanager
def a_server(folder: Path) -> Iterator[tuple[list[str], int]]:
    """The command that logs in as this account, and the server's pid. Raises NoServer."""
    server = shutil.which("sshd") or (Path("/usr/sbin/sshd").exists() and "/usr/sbin/sshd")
    if not server or not shutil.which("ssh"):
        raise NoServer("no ssh server is installed here")
    for key in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key], check=True)
    port = _free_port()
    (folder / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/user.pub\n"
        f"PidFile {folder}/pid\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n")
    process = subprocess.Popen([server, "-D", "-e", "-f", folder / "config"], stderr=subprocess.DEVNULL)
    login = ["ssh", "-tt", "-q", "-p", str(port), "-i", str(folder / "user"), "-o", "StrictHostKeyChecking=no",
             "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes", "127.0.0.1"]
    try:
        wait_until(lambda: subprocess.run([*login, "true"], capture_output=True, check=False).returncode == 0, 10)
    except AssertionError:
        process.kill()
        process.wait()
        raise NoServer("the ssh server cannot be logged in to here") from None
    try:
        yield login, process.pid
    finally:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def as_words(env: dict[str, str]) -> str:
    """An environment as the words before a remote command."""
    return " ".join(f"{name}={value}" for name, value in env.items() if os.linesep not in value)
