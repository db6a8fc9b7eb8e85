"""The decoys themselves: they notice what comes from a drill, and are not troubled by who else is on this host."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from support.decoys import REAL_PORTS, Beside, beside
from support.waiting import wait_until

__all__ = ["beside"]
# Leaves its parent, as a supervisor or somebody else's console does, then asks and waits for the end of the answer.
ASKS = """
import os, socket, sys, time
parent = os.getpid()
if os.fork():
    sys.exit()
os.setsid()
while os.getppid() == parent:
    time.sleep(0.01)
link = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5)
link.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
try:
    link.recv(1)
except ConnectionError:
    pass
open(sys.argv[2], "w").close()
"""


def ask(port: int, done: Path, **more: str) -> None:
    env = {"PATH": os.environ["PATH"], **more}
    subprocess.run([sys.executable, "-c", ASKS, str(port), str(done)], env=env, cwd="/", check=True)
    wait_until(done.exists, 30, "the answer")


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is not this test's."""
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture
def port(beside: Beside) -> int:
    for port in REAL_PORTS:
        if beside.listens(port):
            return port
    pytest.skip("something real listens on the runbook's ports")


def test_who_else_polls_the_ports_is_nobody_of_ours(beside: Beside, port: int, elsewhere: Path) -> None:
    ask(port, elsewhere / "done")
    assert beside.untouched()


def test_what_this_test_starts_is_noticed(beside: Beside, port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 5) as link:
        link.recv(1)
    wait_until(lambda: beside.calls == [port], 30, "noticed")
    assert not beside.untouched()


def test_a_step_that_has_left_is_noticed(beside: Beside, port: int, elsewhere: Path, tmp_path: Path) -> None:
    ask(port, elsewhere / "done", HANDRAIL_RUN=str(tmp_path / "drill/runs/1"))
    wait_until(lambda: beside.calls == [port], 30, "noticed")
