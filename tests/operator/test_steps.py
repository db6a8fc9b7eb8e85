"""Steps through the operator: on disk before anything runs, judged by what is expected, refused when in doubt."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from support.desks import Desk, a_desk, done, refused
from support.loopback import serving
from support.waiting import wait_until

from handrail.incident.archive import Archive
from handrail.incident.incident import Incident
from handrail.operator.operator import Consent

RUNBOOK = """\
# Restart the mill

## Look

```bash
# Say hello
echo hello
```

```bash
# Ask the mill
printf '{"turning": false, "speed": 0}\\n'
# Expected: {"turning": true}
```

```bash
# Fail plainly
ls /nowhere-at-all
```

## Change

```bash
# Write it down
touch "$PWD/written"
```

```bash
# Remember
MILL=west; export MILL; cd /
```

```bash
# Recall
echo "mill=$MILL in $(pwd)"
```

```bash
# Remove the sack
rm -rf ./sacks/old-sack
```

```bash
# Turn the wheel
echo turning <wheel>
```

```bash
# Wait long
sleep 300
```

- Tell the miller
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("HOME", str(tmp_path))
    with a_desk(tmp_path, RUNBOOK) as desk:
        yield desk


def _on_disk(desk: Desk, record: Incident) -> Incident:
    return Archive(desk.state).read(record.id)


def test_a_start_is_on_disk_before_the_future_resolves_and_before_anything_runs(desk: Desk) -> None:
    record = desk.open()
    attempt = desk.start(record, "Say hello")
    stored = _on_disk(desk, record)
    assert [one.run for one in stored.item(desk.key(record, "Say hello")).attempts] == [attempt.run]
    ended = desk.ended(record, "Say hello")
    started = next(event for event in stored.events if event.kind == "step_started")
    meta = desk.operator.watcher.run(record.id, attempt.run).meta()
    assert meta is not None
    assert started.recorded_at.timestamp() <= meta["t0_ns"] / 1e9
    assert desk.output(record, ended) == "hello\n"


def test_nothing_expected_ends_as_ran_and_a_person_judges(desk: Desk) -> None:
    record = desk.open()
    assert desk.run(record, "Say hello").verdict == "ran"
    key = desk.key(record, "Say hello")
    assert done(desk.operator.judge(record.id, key, True)).item(key).word == "confirmed"
    assert refused(desk.operator.judge(record.id, key, False)).code == "already-judged"


def test_what_ran_may_look_wrong(desk: Desk) -> None:
    record = desk.open()
    desk.run(record, "Say hello")
    key = desk.key(record, "Say hello")
    assert done(desk.operator.judge(record.id, key, False)).item(key).word == "failed"


def test_a_wrong_answer_with_exit_0_fails(desk: Desk) -> None:
    record = desk.open()
    ended = desk.run(record, "Ask the mill")
    assert (ended.verdict, ended.exit) == ("failed", 0)
    assert "turning" in ended.why


def test_the_end_that_is_shown_is_on_disk(desk: Desk) -> None:
    record = desk.open()
    ended = desk.run(record, "Fail plainly")
    assert ended.verdict == "failed"
    stored = _on_disk(desk, record)
    assert stored.item(desk.key(record, "Fail plainly")).last == ended
    finish = next(event for event in stored.events if event.kind == "step_finished")
    assert finish.id == f"finish:{ended.run}"
    assert finish.actor.name == "handrail"
    out = desk.operator.watcher.run(record.id, ended.run).output()
    assert finish.data["bytes"] == len(out)
    assert finish.data["sha256"] == __import__("hashlib").sha256(out).hexdigest()


def test_a_change_needs_a_yes_to_exactly_what_would_run(desk: Desk) -> None:
    record = desk.open()
    key = desk.key(record, "Write it down")
    assert refused(desk.operator.start_step(record.id, key)).code == "not-confirmed"
    assert refused(desk.operator.start_step(record.id, key, Consent("touch something else"))).code == "changed"
    assert not (desk.state.root.parent / "written").exists()
    assert desk.run(record, "Write it down").verdict == "ran"
    assert (desk.state.root.parent / "written").exists()


def test_a_yes_to_a_command_whose_value_changed_is_void(desk: Desk) -> None:
    record = desk.open()
    key = desk.key(record, "Turn the wheel")
    call = key.partition(":")[0]
    assert refused(desk.operator.start_step(record.id, key, desk.consent(record, key))).code == "blank"
    assert desk.operator.prepared(record, key).blanks == ("wheel",)
    filled = done(desk.operator.fill(record.id, call, {"wheel": "north"}))
    consent = desk.consent(filled, key)
    assert "north" in consent.command
    done(desk.operator.fill(record.id, call, {"wheel": "south"}))
    assert refused(desk.operator.start_step(record.id, key, consent)).code == "changed"


def test_what_destroys_needs_the_word(desk: Desk) -> None:
    sack = desk.state.root.parent / "sacks" / "old-sack"
    sack.mkdir(parents=True)
    record = desk.open()
    key = desk.key(record, "Remove the sack")
    prepared = desk.operator.prepared(record, key)
    assert (prepared.risk, prepared.word) == ("destructive", "old-sack")
    assert refused(desk.operator.start_step(record.id, key)).code == "not-confirmed"
    assert refused(desk.operator.start_step(record.id, key, Consent(prepared.command))).code == "wrong-word"
    assert refused(desk.operator.start_step(record.id, key, Consent(prepared.command, "y"))).code == "wrong-word"
    assert sack.exists()
    desk.run(record, "Remove the sack")
    assert not sack.exists()


def test_a_step_that_ran_runs_again_only_when_asked_for(desk: Desk) -> None:
    record = desk.open()
    first = desk.run(record, "Say hello")
    key = desk.key(record, "Say hello")
    assert refused(desk.operator.start_step(record.id, key)).code == "already-ran"
    second = desk.run(record, "Say hello", again=True)
    assert second.run != first.run
    assert len(_on_disk(desk, record).item(key).attempts) == 2


def test_a_running_step_is_not_started_twice_and_can_be_stopped(desk: Desk) -> None:
    record = desk.open()
    attempt = desk.start(record, "Wait long")
    key = desk.key(record, "Wait long")
    refusal = refused(desk.operator.start_step(record.id, key, desk.consent(record, key), again=True))
    assert refusal.code == "already-running"
    assert "kim" in refusal.sentence
    wait_until(lambda: desk.operator.watcher.run(record.id, attempt.run).state().word == "running")
    done(desk.operator.stop_step(record.id, attempt.run))
    ended = desk.ended(record, "Wait long")
    assert ended.verdict == "stopped"
    assert "kim" in ended.why
    assert refused(desk.operator.stop_step(record.id, attempt.run)).code == "not-running"


def test_an_incident_with_a_running_step_cannot_be_closed(desk: Desk) -> None:
    record = desk.open()
    desk.start(record, "Wait long")
    assert refused(desk.operator.close_incident(record.id)).code == "still-running"


def test_the_next_step_starts_where_the_last_one_left(desk: Desk) -> None:
    record = desk.open()
    key = desk.key(record, "Recall")
    assert desk.operator.prepared(record, key).cwd == str(desk.state.root.parent)
    desk.run(record, "Remember")
    now = desk.operator.watcher.incident(record.id)
    assert now is not None
    assert desk.operator.prepared(now, key).cwd == "/"
    assert desk.output(record, desk.run(record, "Recall")) == "mill=west in /\n"


def test_a_step_beside_another_does_not_feed_the_next(desk: Desk) -> None:
    record = desk.open()
    slow = desk.start(record, "Wait long")
    desk.run(record, "Remember")
    done(desk.operator.stop_step(record.id, slow.run))
    desk.ended(record, "Wait long")
    assert "mill=west" not in desk.output(record, desk.run(record, "Recall"))


def test_human_steps_are_ticked_and_never_started(desk: Desk) -> None:
    record = desk.open()
    key = desk.key(record, "Tell the miller")
    assert refused(desk.operator.start_step(record.id, key)).code == "not-a-step"
    assert done(desk.operator.tick(record.id, key)).item(key).word == "ticked"
    assert refused(desk.operator.tick(record.id, "1:nothing")).code == "not-a-step"
    assert refused(desk.operator.tick(record.id, desk.key(record, "Say hello"))).code == "not-a-tick"


def test_a_step_for_the_inside_of_another_program_never_runs_here(desk: Desk) -> None:
    desk.runbook.write_text("# Mill\n\n```bash\nssh mill-1\nrm -rf sacks\n```\n")
    record = desk.open()
    checklist = desk.operator.watcher.checklist(record.id)
    assert checklist is not None
    inner = next(row for row in checklist.rows if row.item is not None and "rm" in row.item.command)
    assert inner.item is not None
    assert inner.item.inside is not None
    assert refused(desk.operator.start_step(record.id, inner.key, desk.consent(record, inner.key))).code == "inside"


FOREIGN = """# Mill

```powershell
# Rewritten
wsl -d Ubuntu -- echo hello
```

```powershell
# Not rewritten
Restart-Service Mill
```
"""


def test_what_is_written_for_another_shell_runs_only_when_rewritten(desk: Desk) -> None:
    desk.runbook.write_text(FOREIGN)
    record = desk.open()
    prepared = desk.operator.prepared(record, desk.key(record, "Rewritten"))
    assert (prepared.command, prepared.refused) == ("echo hello", None)
    assert "wsl -d Ubuntu" in prepared.notes[0]
    assert desk.output(record, desk.run(record, "Rewritten")) == "hello\n"
    key = desk.key(record, "Not rewritten")
    refusal = refused(desk.operator.start_step(record.id, key, desk.consent(record, key)))
    assert refusal.code == "other-shell"
    assert "Restart-Service" in refusal.sentence


def test_an_end_whose_runbook_is_gone_is_recorded_and_is_no_success(desk: Desk) -> None:
    desk.runbook.write_text("# Mill\n\n```bash\n# Look\nuptime\n```\n\n```bash\n# Grind\necho grinding; sleep 1\n```\n")
    record = desk.open()
    key = desk.key(record, "Grind")
    desk.start(record, "Grind")
    desk.operator.close()
    for document in desk.state.documents.glob("*.md"):
        document.unlink()
    with a_desk(desk.state.root.parent) as other:
        other.operator.start_polling()
        wait_until(lambda: _on_disk(other, record).item(key).word != "running")
        assert _on_disk(other, record).item(key).word == "inconclusive"


def test_the_same_file_opens_the_same_checklist_until_its_bytes_change(desk: Desk) -> None:
    record = desk.open()
    assert desk.open().id == record.id
    desk.runbook.write_text(RUNBOOK + "\n- Feed the cat\n")
    other = desk.open()
    assert other.id != record.id
    checklist = desk.operator.watcher.checklist(record.id)
    assert checklist is not None
    assert "Feed the cat" not in [row.title for row in checklist.rows], "a running checklist keeps its frozen copy"


def test_a_supervisor_that_cannot_be_spawned_is_on_record(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    record = desk.open()
    key = desk.key(record, "Say hello")
    state = done(desk.operator.start_step(record.id, key)).item(key)
    assert state.word == "did not start"
    assert _on_disk(desk, record).item(key).word == "did not start"


class _Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        status = 500 if "broken" in self.path else 200
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        body = json.dumps({"path": self.path, "sent": sent, "type": self.headers.get("Content-Type")}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with serving(_Answers) as address:
        yield address


def _pack(folder: Path, base: str) -> Path:
    folder.mkdir()
    (folder / "handrail.toml").write_text(f'name = "Mill"\nbase = "{base}"\n[scheme.P1]\nrank = 1\n')
    return folder


REQUESTS = "# Mill\n\n1. Start it: `POST /api/start`\n2. Break it: `POST /api/broken`\n"


def test_a_request_is_a_run_that_fails_by_its_status(tmp_path: Path, server: str) -> None:
    from handrail.pack.pack import load

    with a_desk(tmp_path, REQUESTS, packs=(load(_pack(tmp_path / "pack", server)),)) as desk:
        record = desk.open()
        keys = desk.requests(record)
        assert len(keys) == 2
        for key, word in zip(keys, ("ran", "failed"), strict=True):
            prepared = desk.operator.prepared(record, key)
            assert prepared.command.startswith(f"POST {server}/api/")
            done(desk.operator.start_step(record.id, key, Consent(prepared.command, prepared.word)))
            wait_until(lambda key=key: _on_disk(desk, record).item(key).word not in ("running", "open"))
            assert _on_disk(desk, record).item(key).word == word


def test_the_body_that_a_sentence_tells_is_seen_before_and_arrives_whole(tmp_path: Path, server: str) -> None:
    from handrail.pack.pack import load
    from handrail.values.sheet import blanks

    book = ('# Mill\n\n1. Send `POST /api/mode` with body `{"mode": "safe", "why": "<why>"}`\n'
            '2. Send `POST /api/mode`, which answers `{"mode": "safe"}`\n')
    pack = load(_pack(tmp_path / "pack", server))
    with a_desk(tmp_path, book, packs=(pack,)) as desk:
        record = desk.open()
        with_body, without = desk.requests(record)
        checklist = desk.operator.watcher.checklist_of(record)
        assert [blank.name for blank in blanks(record, checklist, with_body, pack, {})] == ["why"]
        record = done(desk.operator.fill_in(record.id, "1", "why", 'the "north" wheel'))
        arrived = []
        for key in (with_body, without):
            prepared = desk.operator.prepared(record, key)
            arrived.append(prepared.command.partition("\n\n")[2])
            done(desk.operator.start_step(record.id, key, Consent(prepared.command, prepared.word)))
            wait_until(lambda key=key: _on_disk(desk, record).item(key).word not in ("running", "open"))
            attempt = _on_disk(desk, record).item(key).attempts[-1]
            answer = json.loads(desk.output(record, attempt).partition("\n")[2])
            assert answer["sent"] == arrived[-1], "what was seen is what was sent"
            assert answer["type"] == ("application/json" if arrived[-1] else None)
        assert json.loads(arrived[0]) == {"mode": "safe", "why": 'the "north" wheel'} and arrived[1] == ""


def test_a_request_without_a_host_is_refused(tmp_path: Path) -> None:
    with a_desk(tmp_path, REQUESTS) as desk:
        record = desk.open()
        key = desk.requests(record)[0]
        prepared = desk.operator.prepared(record, key)
        assert prepared.refused is not None
        consent = Consent(prepared.command, prepared.word)
        assert refused(desk.operator.start_step(record.id, key, consent)).code == "no-base"


def test_the_port_is_really_refused_when_nobody_listens(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = f"# Reach it\ncurl -sS http://127.0.0.1:{port}/\n# Expected: connection refused"
    markdown = f"# Mill\n\n```bash\n{command}\n```\n"
    with a_desk(tmp_path, markdown) as desk:
        record = desk.open()
        assert desk.run(record, "Reach it").verdict == "passed"
