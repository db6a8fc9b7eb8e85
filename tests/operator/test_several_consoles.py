"""Two people, two processes, one record: one act has one effect, and an end is taken in by whoever is there."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import consoles
from support.consoles import Elsewhere
from support.desks import Desk, a_desk
from support.runs import supervisor
from support.waiting import wait_until

from handrail.incident.archive import Archive
from handrail.incident.incident import Incident

RUNBOOK = """\
# Mill

```bash
# Grind
echo started >> "$HOME/started"; sleep 0.7; echo ground
```

```bash
# Grind slowly
sleep 4
```

```bash
# Grind for ever
sleep 300
```
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("HOME", str(tmp_path))
    with a_desk(tmp_path, RUNBOOK) as desk:
        yield desk


@pytest.fixture
def others(tmp_path: Path) -> Iterator[list[Elsewhere]]:
    found: list[Elsewhere] = []
    yield found
    for other in found:
        other.leave()


def _stored(desk: Desk, record: Incident) -> Incident:
    return Archive(desk.state).read(record.id)


def test_two_operators_who_start_one_step_start_it_once(desk: Desk, others: list[Elsewhere]) -> None:
    record = desk.open()
    key = desk.key(record, "Grind")
    others.extend(Elsewhere(desk.state.root.parent, name) for name in ("ade", "bo"))
    for other in others:
        other.asks(consoles.start, record.id, key)
    answers = [other.answer() for other in others]
    assert sorted(code for code, _ in answers) == ["already-running", "started"]
    winner = ("ade", "bo")[[code for code, _ in answers].index("started")]
    sentence = next(text for code, text in answers if code == "already-running")
    assert winner in sentence, "the second is told who was first"
    desk.operator.start_polling()
    assert desk.ended(record, "Grind").by == winner
    assert (desk.state.root.parent / "started").read_text() == "started\n"
    assert [event.kind for event in _stored(desk, record).events].count("step_started") == 1


def test_the_end_of_a_run_is_recorded_once_though_many_see_it_at_once(desk: Desk, others: list[Elsewhere]) -> None:
    """The consoles are stopped while the step ends, so that all of them wake up to the same news."""
    record = desk.open()
    starter, *watching = (Elsewhere(desk.state.root.parent, name) for name in ("ade", "bo", "cy", "di"))
    others.extend((starter, *watching))
    _, run = starter.does(consoles.start, record.id, desk.key(record, "Grind slowly"))
    for other in watching:
        other.does(consoles.watch)
        other.does(consoles.sees, run)
    starter.kill()
    for other in watching:
        os.kill(other.pid, signal.SIGSTOP)
    files = desk.operator.watcher.run(record.id, run)
    wait_until(lambda: files.state().word == "ended")
    for other in watching:
        os.kill(other.pid, signal.SIGCONT)
    for other in watching:
        assert other.does(consoles.wait_for_the_end, record.id, "Grind slowly") == "ran"
        other.does(consoles.note, record.id, "seen")  # behind whatever this console still had to write
    kinds = [event.kind for event in _stored(desk, record).events]
    assert kinds.count("step_finished") == 1


def test_a_killed_console_leaves_its_step_running_and_another_records_the_end(
        desk: Desk, others: list[Elsewhere]) -> None:
    record = desk.open()
    key = desk.key(record, "Grind")
    first = Elsewhere(desk.state.root.parent, "ade")
    others.append(first)
    code, run = first.does(consoles.start, record.id, key)
    assert code == "started"
    supervisor(desk.operator.watcher.run(record.id, run))
    first.kill()
    files = desk.operator.watcher.run(record.id, run)
    wait_until(lambda: files.state().word == "ended")
    assert _stored(desk, record).item(key).word == "running", "nobody was there to see it end"

    desk.operator.start_polling()
    ended = desk.ended(record, "Grind")
    assert (ended.by, ended.verdict) == ("ade", "ran")
    assert desk.output(record, ended) == "ground\n"
    finish = [event for event in _stored(desk, record).events if event.kind == "step_finished"]
    assert len(finish) == 1
    took = (finish[0].occurred_at - ended.started_at).total_seconds()
    assert took == pytest.approx(ended.seconds or 0, abs=0.01), "it ended when it ended, not when somebody looked"


def test_a_step_that_runs_is_seen_and_stopped_by_another(desk: Desk, others: list[Elsewhere]) -> None:
    record = desk.open()
    key = desk.key(record, "Grind for ever")
    other = Elsewhere(desk.state.root.parent, "ade")
    others.append(other)
    _, run = other.does(consoles.start, record.id, key)
    desk.operator.start_polling()
    wait_until(lambda: (state := desk.operator.watcher.now().runs.get(run)) and state.word == "running")
    desk.operator.stop_step(record.id, run).result(10)
    ended = desk.ended(record, "Grind for ever")
    assert ended.verdict == "stopped"
    assert "kim" in ended.why


def test_a_note_of_another_process_is_seen_within_a_second(desk: Desk, others: list[Elsewhere]) -> None:
    record = desk.open()
    desk.operator.start_polling()
    wait_until(lambda: desk.operator.watcher.now().activity)
    other = Elsewhere(desk.state.root.parent, "ade")
    others.append(other)
    other.does(consoles.note, record.id, "the mill smells")
    line = wait_until(lambda: next((line for line in desk.operator.watcher.now().activity
                                    if line.text == "the mill smells"), None), 1.0)
    assert line.by == "ade"
    assert desk.operator.watcher.incident(record.id).notes == 1  # type: ignore[union-attr]
