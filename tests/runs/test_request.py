"""A request step is a run: judged by its status and body, its result beside its output."""

from __future__ import annotations

import json
import shlex
import socket
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from support.loopback import serving
from support.runs import run

from handrail.runbook.model import Expected
from handrail.runs.record import RunFiles
from handrail.runs.verdict import judge


class _Echo(BaseHTTPRequestHandler):
    """Answers with what it was asked; /status/NNN with that status."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status = int(self.path.rpartition("/")[2]) if self.path.startswith("/status/") else 200
        text = json.dumps({"method": self.command, "path": self.path, "body": body.decode(),
                           "token": self.headers.get("X-Token"), "type": self.headers.get("Content-Type")})
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_POST = do_PUT = do_DELETE = _answer

    def log_message(self, *arguments: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[str]:
    with serving(_Echo) as address:
        yield address


def _script(*arguments: str) -> str:
    return shlex.join([sys.executable, "-m", "handrail.runs.request", *arguments])


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    import handrail
    monkeypatch.setenv("PYTHONPATH", str(Path(handrail.__file__).parents[1]))


def test_a_post_shows_status_and_body_and_leaves_a_result(runs: Path, server: str) -> None:
    state, output = run(runs / "run", _script("POST", f"{server}/api/gmail/watch/stop", "--data", '{"now": true}'))
    assert state.exit == 0
    first, _, body = output.decode().partition("\n")
    assert first.startswith("HTTP/1.0 200 OK (") and first.endswith(" ms)")
    assert json.loads(body) == {"method": "POST", "path": "/api/gmail/watch/stop", "body": '{"now": true}',
                                "token": None, "type": "application/json"}
    assert "\n  " in body, "indented"
    result = json.loads((runs / "run" / "result.json").read_text())
    assert (result["status"], result["method"], result["kind"]) == (200, "POST", "request")
    expected = Expected(kind="json", value='{"method": "POST"}', lines=(1, 1))
    assert judge(expected, state, output).word == "passed"
    assert judge(Expected(kind="status", value="200", lines=(1, 1)), state, output).word == "passed"
    assert judge(Expected(kind="status", value="201", lines=(1, 1)), state, output).word == "failed"


@pytest.mark.parametrize("status", [400, 404, 500, 503])
def test_an_http_error_fails_by_itself(runs: Path, server: str, status: int) -> None:
    state, output = run(runs / "run", _script("GET", f"{server}/status/{status}"))
    assert state.exit == 22 and f" {status} " in output.decode().splitlines()[0]
    assert judge(None, state, output).word == "failed"


def test_a_refused_connection_is_told_apart(runs: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    state, output = run(runs / "run", _script("GET", f"http://127.0.0.1:{port}/status"))
    assert state.exit == 7 and b"connection refused" in output
    assert judge(Expected(kind="failure", value="connection refused", lines=(1, 1)), state, output).word == "passed"


def test_an_endless_answer_is_too_slow(runs: Path) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        state, output = run(runs / "run", _script("GET", url, "--timeout", "0.3"))
    assert state.exit == 28 and b"no answer in time" in output


@pytest.mark.parametrize("url", ["/no/base", "gopher://x/", "http://[::bad"])
def test_what_is_no_url_is_said_in_a_sentence(runs: Path, url: str) -> None:
    state, output = run(runs / "run", _script("GET", url))
    assert state.exit == 3 and b"Traceback" not in output and len(output.splitlines()) == 1


def test_a_path_below_a_base_and_a_header_from_the_environment(runs: Path, server: str) -> None:
    """A token reaches the server; neither ps nor the output nor a file shows it."""
    state, output = run(runs / "run", _script("PUT", "/x", "--base", server, "--header-from", "AUTH"),
                        env={"AUTH": "X-Token: canary-55aa"}, secrets=("canary-55aa",))
    assert state.exit == 0
    assert json.loads(output.partition(b"\n")[2])["token"] == "[secret]"
    assert not [path for path in (runs / "run").iterdir() if path.is_file() and b"canary-55aa" in path.read_bytes()]
    assert RunFiles(runs / "run").exists
