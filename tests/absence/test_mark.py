"""What a console had seen outlives it, and what happened since is told once, to the same person only."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.consoles import Elsewhere, note
from support.desks import KIM, a_desk, done
from support.runs import says
from support.waiting import wait_until

from handrail.absence.drafts import Drafts
from handrail.absence.mark import Marking, take
from handrail.absence.meanwhile import Meanwhile, meanwhile
from handrail.paths import State
from handrail.runs import control

RUNBOOK = """# Slow

## Do

Ask for a name:

```sh
read name; echo "hello $name"
```

Wait for good:

```sh
sleep 61
```
"""
LOST = """
import sys, time
from pathlib import Path
from handrail.absence.mark import Marking
from handrail.incident.events import Actor
from handrail.incident.incident import Incident
from handrail.paths import State
looked = (Incident(id="INC-1", rev=3),)
marking = Marking(State(Path(sys.argv[1])), lambda: Actor(sys.argv[2], "oncall"), lambda: looked)
marking.start()
time.sleep(90)
"""


@pytest.fixture
def state(tmp_path: Path) -> State:
    state = State(tmp_path / "state")
    state.make()
    return state


def lose_a_console(state: State, name: str = "kim") -> None:
    """A console that has seen three events of INC-1, and is killed."""
    process = subprocess.Popen([sys.executable, "-c", LOST, str(state.root), name])
    file = state.seen / f"{process.pid}.json"
    try:
        wait_until(lambda: file.exists() and file.read_bytes().endswith(b"}"), 30, "the mark is written")
        assert take(state, replace(KIM, name=name)) is None, "a console that lives is not lost"
    finally:
        process.kill()
        process.wait()


def test_what_a_killed_console_had_seen_is_told_once(state: State) -> None:
    lose_a_console(state)
    mark = take(state, KIM)
    assert mark is not None
    assert (dict(mark.seen), mark.left) == ({"INC-1": 3}, False)
    assert take(state, KIM) is None
    assert list(state.seen.iterdir()) == []


def test_it_is_told_to_nobody_else(state: State) -> None:
    lose_a_console(state)
    assert take(state, replace(KIM, name="ade")) is None
    assert take(state, KIM) is not None


def test_who_left_without_a_running_step_missed_nothing(state: State) -> None:
    for running in (False, True):
        marking = Marking(state, lambda: KIM, lambda: ())
        marking.start()
        marking.leave(running=running)
        mark = take(state, KIM)
        assert (mark is not None and mark.left) is running


def test_what_is_no_mark_is_swept_and_told_nobody(state: State) -> None:
    state.seen.mkdir()
    (state.seen / "1.json").write_text('{"name": "kim", "acc')
    (state.seen / "2.json").write_text("[1]")
    assert take(state, KIM) is None
    assert list(state.seen.iterdir()) == []


def test_what_ran_ended_and_was_answered_meanwhile_and_by_whom(tmp_path: Path) -> None:
    with a_desk(tmp_path, RUNBOOK) as desk:
        record = desk.open()
        desk.operator.start_polling()
        asked = desk.start(record, "Ask for a name")
        marking = Marking(desk.state, lambda: KIM, desk.operator.watcher.open)
        marking.start()
        file = desk.state.seen / f"{os.getpid()}.json"
        wait_until(lambda: asked.run and file.read_bytes().endswith(b"}"), 30)
        marking.leave(running=True)
        ade = Elsewhere(tmp_path, "ade")
        try:
            ade.does(note, record.id, "the pods are back")
        finally:
            ade.leave()
        wait_until(lambda: desk.operator.watcher.run(record.id, asked.run).exists)
        assert control.type_in(desk.operator.watcher.run(record.id, asked.run).folder, b"world\n", "ade")
        says(desk.operator.watcher.run(record.id, asked.run), b"hello world")
        desk.ended(record, "Ask for a name")
        waiting = desk.start(record, "Wait for good")
        wait_until(lambda: desk.operator.watcher.run(record.id, waiting.run).state().word == "running")
        told = tell(desk)
        assert told is not None
        lines = [(one.by, one.text.partition(" ")[0] if one.running else one.text, one.running) for one in told.news]
        assert ("ade", "the pods are back", False) in lines
        assert any(one.by == "ade" and one.text.endswith("was answered") for one in told.news)
        assert any("Ask for a name ran" in one.text for one in told.news)
        assert told.news[-1].running and "Wait for good still runs" in told.news[-1].text
        assert told.news[-1].key == desk.key(record, "Wait for good")
        assert tell(desk) is None, "it is told once"


def tell(desk) -> Meanwhile | None:
    mark = take(desk.state, KIM)
    watcher = desk.operator.watcher
    incidents = [watcher.incident(one.id) for one in watcher.open()]
    return mark and meanwhile(mark, incidents, watcher.checklist_of, watcher.run, datetime.now(UTC))


def test_nothing_happened_so_nothing_is_told(tmp_path: Path) -> None:
    with a_desk(tmp_path, RUNBOOK) as desk:
        desk.open()
        desk.operator.watcher.refresh()
        marking = Marking(desk.state, lambda: KIM, desk.operator.watcher.open)
        marking.start()
        marking.leave(running=True)
        assert tell(desk) is None


# -- drafts


def test_a_draft_survives_in_a_private_file_and_an_empty_one_is_gone(state: State) -> None:
    Drafts(state, KIM).keep("note INC-1", "we saw the pods")
    (file,) = state.drafts.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.drafts.stat().st_mode) == 0o700
    again = Drafts(state, KIM)
    assert again.get("note INC-1") == "we saw the pods"
    assert Drafts(state, replace(KIM, name="ade")).get("note INC-1") == ""
    again.keep("note INC-1", " ")
    assert "pods" not in file.read_text()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": 1}'])
def test_a_broken_file_of_drafts_is_no_draft(state: State, text: str) -> None:
    drafts = Drafts(state, KIM)
    drafts.keep("a", "b")
    (file,) = state.drafts.iterdir()
    file.write_text(text)
    assert Drafts(state, KIM).get("a") == ""


def test_a_disk_that_is_away_costs_the_draft_and_nothing_else(state: State) -> None:
    (state.root / "drafts").write_text("a file where the folder should be")
    drafts = Drafts(state, KIM)
    drafts.keep("note", "text")
    assert drafts.get("note") == "text"


def test_answers_of_one_person_do_not_become_news_to_themselves_alone(tmp_path: Path) -> None:
    """An act is news whoever did it: the same person may sit at two consoles."""
    with a_desk(tmp_path, RUNBOOK) as desk:
        record = desk.open()
        desk.operator.watcher.refresh()
        marking = Marking(desk.state, lambda: KIM, desk.operator.watcher.open)
        marking.start()
        marking.leave(running=True)
        done(desk.operator.note(record.id, "from my other console"))
        told = tell(desk)
        assert told is not None
        assert [(one.by, one.text) for one in told.news] == [("kim", "from my other console")]
