"""A real curl, whose globbing turns {agent} into the word agent: a server hears exactly the value, and nothing runs
while a blank is open."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from support.desks import Desk, a_desk, done, refused

from handrail.operator.operator import Consent
from handrail.runbook.placeholders import fill, find

CURL = shutil.which("curl")
pytestmark = pytest.mark.skipif(CURL is None, reason="there is no curl here")

VALUES = ("web-1", "two words", "a/b?c=d&e#f", "{1..3}", "[1-3]", "{a,b}", "$(id)", "`id`", "o'hara", 'say "hi"',
          "100%", "ü→✓", "back\\slash", "a;b|c>d<e", "*", "~", "!x", "-d", "line\nbreak")


@dataclass
class Heard:
    """What one request said."""

    path: str
    query: dict[str, list[str]]
    header: str
    body: bytes = field(default=b"")


class Server(ThreadingHTTPServer):
    """Writes down what it hears."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.heard: list[Heard] = []
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        query = parse_qs(parts.query, keep_blank_values=True)
        self.server.heard.append(Heard(parts.path, query, self.headers.get("X-Agent", ""), body))  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.shutdown()
    server.server_close()


def segment(heard: Heard) -> str:
    return unquote(heard.path.removeprefix("/agents/").removesuffix("/stop"))


PLACES: dict[str, tuple[str, Callable[[Heard], str]]] = {
    "brace, plain": ("curl -s -X POST {url}/agents/{agentId}/stop", segment),
    "brace, double quotes": ('curl -s -X POST "{url}/agents/{agentId}/stop"', segment),
    "brace, single quotes": ("curl -s -X POST '{url}/agents/{agentId}/stop'", segment),
    "brackets": ("curl -s -X POST '{url}/agents/[Agent Name]/stop'", segment),
    "angles, plain": ("curl -s -X POST {url}/agents/<agent-name>/stop", segment),
    "angles, quoted": ('curl -s -X POST "{url}/agents/<agent-name>/stop"', segment),
    "variable": ('curl -s -X POST "{url}/agents/$AGENT_ID/stop"', segment),
    "query": ('curl -s "{url}/agents?name={agentId}&limit=50"', lambda heard: heard.query["name"][0]),
    "JSON body": ("""curl -s {url}/agents -H 'Content-Type: application/json' -d '{"name": "<agent>"}'""",
                  lambda heard: str(json.loads(heard.body)["name"])),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("shell", ["bash", "dash", "zsh"])
def test_the_server_hears_exactly_the_value(server: Server, place: str, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed here")
    template, said = PLACES[place]
    command = template.replace("{url}", server.address)
    (blank,) = find(command)
    for value in VALUES:
        server.heard.clear()
        filled = fill(command, {blank.name: value})
        ended = subprocess.run([shell, "-c", filled], capture_output=True, timeout=60, check=False,
                               env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/nowhere"})
        assert ended.returncode == 0, (filled, ended.stderr)
        assert [said(heard) for heard in server.heard] == [value], filled
    if "limit" in command:
        assert server.heard[0].query["limit"] == ["50"]


def test_unfilled_curl_asks_for_something_else(server: Server) -> None:
    """The control: why an open blank must not run. curl ends well, and an agent called agentId is stopped."""
    subprocess.run([str(CURL), "-s", "-X", "POST", f"{server.address}/agents/{{agentId}}/stop"], check=True, timeout=60)
    assert segment(server.heard[0]) == "agentId"


@pytest.fixture
def desk(tmp_path: Path, server: Server) -> Iterator[Desk]:
    runbook = f"# Agents\n\n```bash\n# Stop it\ncurl -s -X POST {server.address}/agents/{{agentId}}/stop\n```\n"
    with a_desk(tmp_path, runbook) as desk:
        yield desk


def test_a_step_with_an_open_blank_does_not_run_and_names_it(desk: Desk, server: Server) -> None:
    record = desk.open()
    key = desk.key(record, "Stop it")
    prepared = desk.operator.prepared(record, key)
    answer = refused(desk.operator.start_step(record.id, key, Consent(prepared.command)))
    assert answer.code == "blank"
    assert "agentId" in answer.sentence
    assert server.heard == []
    record = done(desk.operator.fill(record.id, record.calls[0].id, {"agentId": "{1..3} a"}))
    desk.run(record, "Stop it")
    assert [segment(heard) for heard in server.heard] == ["{1..3} a"]
