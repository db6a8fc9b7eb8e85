"""Every step of every section, started as an operator starts it: it harms nothing beside the world, and what would is
refused with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.decoys import Beside, beside
from support.runbook_corpus import ALWAYSCLAW
from support.waiting import wait_until
from support.worlds import ask

from handrail.drill.world import World
from handrail.errors import Refusal
from handrail.incident.checklist import Row
from handrail.incident.incident import Attempt, Incident
from handrail.operator.operator import Consent, Operator
from handrail.pack.pack import builtin

__all__ = ["beside"]
# What the ticks before a step stand for, which a person does in a browser.
TICKED = {"gmail/status": "/auth/gmail/consent", "sessions/health": "/api/browser/sessions/login"}
SECRET = b"a-new-practised-secret\n"


def rows(operator: Operator, incident: Incident) -> list[Row]:
    checklist = operator.watcher.checklist(incident.id)
    assert checklist is not None
    return [row for row in checklist.rows if row.item is not None and row.item.runs]


def walk(world: World, operator: Operator, file: Path, beside: Beside) -> list[tuple[Row, str]]:
    """Start every step of the document, in order; each with what became of it."""
    record = operator.open_file(file).result(20)
    assert isinstance(record, Incident)
    ended = []
    for row in rows(operator, record):
        for word, path in TICKED.items() if file.name == "rotation.md" else ():
            if word in (row.item.command if row.item is not None else ""):
                ask(world, path, "POST")
        now = operator.watcher.incident(record.id)
        assert now is not None
        prepared = operator.prepared(now, row.key)
        for blank in prepared.blanks:
            operator.fill(record.id, row.key.partition(":")[0], {blank: "SK0practice"}).result(10)
        prepared = operator.prepared(operator.watcher.incident(record.id) or now, row.key)
        if prepared.refused is not None:
            ended.append((row, f"refused: {prepared.refused.sentence}"))
            continue
        answer = operator.start_step(record.id, row.key, Consent(prepared.command, prepared.word)).result(20)
        assert isinstance(answer, Incident), answer
        ended.append((row, end_of(operator, record, row).verdict))
        assert beside.untouched(), f"{row.title}: {beside.calls}"
    return ended


def end_of(operator: Operator, record: Incident, row: Row) -> Attempt:
    """Waits for the end, and types the secret where one is asked for."""
    typed = set()

    def ended() -> Attempt | None:
        now = operator.watcher.incident(record.id)
        last = now.item(row.key).last if now is not None else None
        waits = last is not None and not last.verdict and "read -r -s" in last.command and last.run not in typed
        if waits and last is not None and b"New secret" in operator.watcher.run(record.id, last.run).output():
            typed.add(last.run)
            operator.type_in(record.id, last.run, SECRET).result(10)
        return last if last is not None and last.verdict else None

    found = wait_until(ended, 40, f"the end of {row.title}")
    assert found is not None
    return found


@pytest.mark.parametrize("name", sorted(
    path.name for path in builtin("alwaysclaw").runbooks if path.name not in ("messages.md", "review.md")))
def test_every_step_of_a_runbook_stays_inside(world: World, operator: Operator, beside: Beside, name: str) -> None:
    ended = walk(world, operator, world.pack_folder / name, beside)
    assert len(ended) >= 5 and {verdict for _, verdict in ended} <= {"ran", "passed"}, ended
    assert not any(SECRET.strip() in path.read_bytes() for path in world.state.rglob("*") if path.is_file())


def test_every_step_of_the_original_stays_inside(world: World, operator: Operator, beside: Beside) -> None:
    if not ALWAYSCLAW.exists():
        pytest.skip("the original runbook is not beside this checkout")
    ended = walk(world, operator, ALWAYSCLAW, beside)
    assert len(ended) == 37
    sections = {row.item.section[-1] for row, _ in ended if row.item is not None}
    assert sections == {
        "Gmail Kill Switch", "Twilio Kill Switch", "Browser Kill Switch", "Voice Kill Switch",
        "Gmail OAuth Token Rotation", "Twilio API Key Rotation", "Browser Profile Credential Rotation",
        "Command History Export", "Loop State Dump", "Channel Event Trace", "Memory Snapshot",
    }
    # Two need a person's consent in a browser before them; one expects a refused port of a gateway that answers.
    bad = [(row.item.section[-1], row.title) for row, verdict in ended
           if row.item is not None and verdict not in ("ran", "passed")]
    assert [section for section, _ in bad] == ["Gmail Kill Switch", "Voice Kill Switch", "Gmail OAuth Token Rotation"]
    assert [title.partition(" ")[0] for _, title in bad] == ["Re-authenticate", "Verify", "Re-create"]


@pytest.mark.parametrize(("command", "why"), [
    ("sudo systemctl stop alwaysclaw-voice", "It starts sudo"),
    ("ssh edge-3 uptime", "It starts ssh"),
    ("python3 -c 1", "It starts python3"),
    ("/usr/bin/curl http://localhost:3100/", "It starts /usr/bin/curl"),
    ("cat /etc/passwd", "It names /etc/passwd"),
    ("rm -rf ~root", "It names ~root"),
    ("cat ../../../../secret", "It names ../../../../secret"),
    ("curl http://localhost:22/", "It reaches localhost:22"),
    ("curl http://192.0.2.7:3100/", "It reaches 192.0.2.7:3100"),
    ("echo x > /tmp/elsewhere", "It names /tmp/elsewhere"),
    ("find . -exec ssh x ';'", "It starts ssh"),
])
def test_a_step_that_would_leave_is_refused_and_says_why(
        world: World, operator: Operator, beside: Beside, tmp_path: Path, command: str, why: str) -> None:
    (tmp_path / "leaving.md").write_text(f"# Leaving\n\n```bash\n# Try it\n{command}\n```\n")
    record = operator.open_file(tmp_path / "leaving.md").result(20)
    assert isinstance(record, Incident)
    [row] = rows(operator, record)
    prepared = operator.prepared(record, row.key)
    assert prepared.refused is not None and prepared.refused.code == "outside-the-world"
    assert prepared.refused.sentence.startswith(why), prepared.refused.sentence
    answer = operator.start_step(record.id, row.key, Consent(prepared.command, prepared.word)).result(20)
    assert isinstance(answer, Refusal) and answer.code == "outside-the-world"
    assert not list(world.state.glob("runs/*/*")), "nothing was started"
    assert beside.untouched()
