"""A canary that was entered as a secret is looked for everywhere: in each file, in the arguments of every process of
ours, in whatever can be exported. The control shows that the search would find it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import ClassVar

import pytest
from msgspec.structs import replace
from support.contents import holding
from support.desks import Desk, a_desk, done, refused
from support.loopback import serving
from support.waiting import wait_until

from handrail.clock import SystemClock
from handrail.incident.archive import Archive
from handrail.incident.in_ps import in_ps
from handrail.incident.incident import Attempt, Incident
from handrail.incident.prepare import HIDDEN, SEEN
from handrail.library import Library
from handrail.pack.pack import builtin
from tui.crash import report_crash

MARK = "siskin"  # its first letters, which no shell quotes and no test is called by
CANARY = "siskin'7f3a \"9c$x"
BOOK = """# Vault

## Open

```bash
# Print it
printf '%s\\n' "<API_TOKEN>"; export KEPT="<API_TOKEN>"; set -x; : "<API_TOKEN>"
```

```bash
# Feed it
cat <<END
<API_TOKEN>
END
```

```bash
# Give it as an argument
/bin/sh -c 'sleep 0.4; echo said "$1"' as "<API_TOKEN>"
```

```bash {every=0.1 tries=2}
# Watch it
for n in 1 2 3 4; do sleep 0.05; done; echo "<API_TOKEN>"
```

```http
POST /vault?key=<API_TOKEN>
X-Token: <API_TOKEN>

{"token": "<API_TOKEN>"}
```
"""


class _Echo(BaseHTTPRequestHandler):
    """Answers with the path that was asked for, slowly enough to look at who asks."""

    paths: ClassVar[list[str]] = []
    bodies: ClassVar[list[dict[str, str]]] = []
    tokens: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        self.paths.append(self.path)
        self.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.tokens.append(self.headers["X-Token"])
        threading.Event().wait(0.3)
        text = self.path.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *arguments: object) -> None:
        """Quiet."""


@pytest.fixture
def base() -> Iterator[str]:
    with serving(_Echo) as address:
        yield address


@pytest.fixture
def desk(tmp_path: Path, base: str) -> Iterator[Desk]:
    with a_desk(tmp_path, BOOK, packs=(replace(builtin("plain"), base=base),)) as made:
        made.operator.start_polling()
        yield made


def arguments() -> list[bytes]:
    """The command lines of every process that there is."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found.append((entry / "cmdline").read_bytes())
            except OSError:
                continue
    return found


def bare(text: bytes) -> bytes:
    """Without what quoting adds."""
    return text.translate(None, b"'\"\\$")


def showing(folder: Path, canary: str) -> list[Path]:
    """The files below `folder` in which the canary stands, however it is quoted; also percent-encoded."""
    looks = {bare(canary.encode()), b"siskin%277f3a"}
    return holding(folder, lambda data: any(look in bare(data) for look in looks))


def run_watched(desk: Desk, record: Incident, key: str) -> tuple[Attempt, list[bytes]]:
    """Run a step; while it lives, every command line is looked at. Its end, and those that showed the canary."""
    seen: list[bytes] = []
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            seen.extend(line for line in arguments() if MARK.encode() in line)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        incident = desk.operator.watcher.incident(record.id)
        assert incident is not None
        started = done(desk.operator.start_step(record.id, key, desk.consent(incident, key)))
        run = started.item(key).last
        assert run is not None

        def ended() -> Attempt | None:
            now = desk.operator.watcher.incident(record.id)
            last = now.item(key).last if now else None
            return last if last is not None and last.run == run.run and last.verdict else None
        return wait_until(ended, 30), seen
    finally:
        over.set()
        watcher.join()


def test_a_canary_is_in_no_file_and_in_no_argument_of_ours(desk: Desk, tmp_path: Path) -> None:
    record = desk.open()
    done(desk.operator.fill_secret(record.id, "1", "API_TOKEN", CANARY))
    said = {}
    for row in desk.operator.watcher.checklist(record.id).rows:  # type: ignore[union-attr]
        if row.item is None or not row.item.runs:
            continue
        attempt, seen = run_watched(desk, record, row.key)
        output = desk.output(record, attempt)
        assert attempt.verdict in ("ran", "passed"), (row.title, attempt, output)
        assert MARK not in output
        said[row.title] = (output, seen)
    by_words = {title.split()[0]: value for title, value in said.items()}
    assert all("[secret]" in output for output, _ in said.values()), "each step had it, and said it"
    assert any(line.startswith(b"/bin/sh") for line in by_words["Give"][1]), "the control: this step shows it itself"
    for title, (_, seen) in said.items():
        ours = [line for line in seen if b"handrail" in line or line.startswith((b"/bin/bash\0-c", b"bash\0-c"))]
        assert ours == [], title
        assert seen == [] or title.startswith("Give"), title
    assert any(MARK in path for path in _Echo.paths), "the request was sent with it"
    assert (_Echo.bodies[-1], _Echo.tokens[-1]) == ({"token": CANARY}, CANARY), "in its body and its header, exactly"

    note = done(desk.operator.note(record.id, f"I typed {CANARY} into it"))
    assert [event.data["text"] for event in note.events if event.kind == "note"] == ["I typed [secret] into it"]
    skip = done(desk.operator.skip(record.id, next(iter(desk.requests(record))) + "x", f"because {CANARY}"))
    assert skip.events[-1].reason == "because [secret]"
    report_crash(ValueError(f"no such host: {CANARY}"), desk.state.root, desk.operator.secrets.hide)
    assert list((desk.state.root / "crashes").iterdir())
    assert showing(tmp_path, CANARY) == []


def test_a_chain_has_it_and_keeps_it_nowhere(desk: Desk, tmp_path: Path) -> None:
    """The conductor outlives the console, and no console gives the second step its secret."""
    record = desk.open()
    done(desk.operator.fill_secret(record.id, "1", "API_TOKEN", CANARY))
    incident = desk.operator.watcher.incident(record.id)
    assert incident is not None
    keys = [desk.key(record, title) for title in ("Print it", "Feed it")]
    agreed = [(key, desk.consent(incident, key)) for key in keys]
    done(desk.operator.start_chain(record.id, agreed))
    for title in ("Print it", "Feed it"):
        ended = desk.ended(record, title, 30)
        assert "[secret]" in desk.output(record, ended) and MARK not in desk.output(record, ended)
    wait_until(lambda: not (desk.operator.watcher.incident(record.id) or incident).going(), 30)
    assert showing(tmp_path, CANARY) == []


def test_what_holds_it_is_refused_where_it_would_be_kept(desk: Desk, tmp_path: Path) -> None:
    record = desk.open()
    done(desk.operator.fill_secret(record.id, "1", "API_TOKEN", CANARY))
    key = desk.key(record, "Feed it")
    for act in (desk.operator.edit_step(record.id, key, f"echo {CANARY!r}"),
                desk.operator.replace_in_steps(record.id, "cat", CANARY),
                desk.operator.fill_in(record.id, "1", "other", CANARY),
                desk.operator.give_command(record.id, "1", "other", f"echo {CANARY!r}")):
        assert refused(act).code == "secret"
    assert showing(tmp_path, CANARY) == []


def test_the_control_finds_what_was_entered_as_an_ordinary_value(desk: Desk, tmp_path: Path) -> None:
    record = desk.open()
    done(desk.operator.fill_in(record.id, "1", "API_TOKEN", CANARY))
    _, seen = run_watched(desk, record, desk.key(record, "Give it as an argument"))
    assert seen
    names = {path.name for path in showing(tmp_path, CANARY)}
    assert {"step.sh", "out"} <= names and any(name.endswith(".json") for name in names)


def test_a_secret_too_short_to_be_masked_is_still_in_no_script(desk: Desk) -> None:
    record = desk.open()
    done(desk.operator.fill_secret(record.id, "1", "API_TOKEN", "7q%"))
    attempt = desk.run(record, "Feed it")
    kept = desk.operator.watcher.run(record.id, attempt.run).folder / "step.sh"
    assert "7q%" not in kept.read_text() and HIDDEN in kept.read_text()


def test_the_exports_are_without_it(desk: Desk) -> None:
    from tui.commands import show

    record = desk.open()
    done(desk.operator.fill_secret(record.id, "1", "API_TOKEN", CANARY))
    desk.run(record, "Feed it")
    incident = Archive(desk.state).read(record.id)
    checklist = Library(desk.state).checklist(incident)
    text = "\n".join(show._text(incident, checklist, {}, SystemClock().now()))
    data = show._json(incident, checklist, {}, SystemClock().now())
    assert "API_TOKEN" in text and (HIDDEN in data or ascii(HIDDEN)[1:-1] in data)
    assert MARK not in text + data + repr(desk.operator.secrets) + repr(desk.operator.prepared(
        incident, desk.key(record, "Feed it")))


@pytest.mark.parametrize("command, visible", [
    ("mysql -p•• db", True), ("sudo sh -c 'echo ••'", True), ("curl -H 'X: ••' u", True), ("env T=•• tool", True),
    ("x=$(tool --key ••)", True), ("eval 'tool ••'", True), ("a; b ••", True),
    ("tool <<END\n••\nEND", False), ("printf %s •• | tool --stdin", False), ("T=•• tool", False),
    ("export T=••", False), ("tool <<< ••", False), ("echo •• > file", False), ("[ $x = •• ] && tool", False),
])
def test_where_ps_shows_it(command: str, visible: bool) -> None:
    assert in_ps(command, "••") is visible


def test_what_ps_would_show_is_said_before_it_runs(desk: Desk) -> None:
    record = desk.open()
    done(desk.operator.fill_secret(record.id, "1", "API_TOKEN", CANARY))
    incident = desk.operator.watcher.incident(record.id)
    assert incident is not None
    says = {}
    for row in desk.operator.watcher.checklist(record.id).rows:  # type: ignore[union-attr]
        if row.item is not None and row.item.runs:
            prepared = desk.operator.prepared(incident, row.key)
            says[row.number] = prepared.in_ps
            assert (SEEN in prepared.notes) is prepared.in_ps
    assert says == {1: False, 2: False, 3: True, 4: False, 5: False}
