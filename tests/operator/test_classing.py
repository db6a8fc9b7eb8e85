"""Re-classing by hand: kept beside the incidents, on record, for every console, and never half done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desks import Desk, a_desk, done, refused

from handrail.activity import lines
from handrail.errors import Damaged
from handrail.incident.events import Actor
from handrail.operator.operator import Consent, Operator
from handrail.pack.pack import builtin

RUNBOOK = """# Mill

## Look

```sh
cd . && touch <name>.seen
```

- [ ] Listen to the wheel

## Sweep

```sh
ls dust
```
"""
TOUCH, LISTEN, LIST = "cd . && touch <name>.seen", "Listen to the wheel", "ls dust"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path, RUNBOOK) as desk:
        yield desk


def row(desk: Desk, record, title: str):
    checklist = desk.operator.watcher.checklist(record.id)
    return next(row for row in checklist.rows if row.title == title)


def test_a_step_that_is_said_to_destroy_wants_its_word_from_everybody(desk: Desk) -> None:
    record = desk.open()
    key = desk.key(record, LIST)
    assert desk.operator.prepared(record, key).risk == "read"
    after = done(desk.operator.reclass(record.id, key, "destroys"))
    event = after.events[-1]
    assert (event.kind, event.actor.name) == ("step_reclassed", "kim")
    assert (event.data["old"], event.data["new"], event.data["item"]) == ("reads", "destroys", key)
    assert lines(after, lambda key: "step 3")[0].text == "step 3 re-classed, reads to destroys"

    ade = Operator(desk.state, (builtin("plain"),), desk.operator._clock, Actor("ade"))
    try:
        again = done(ade.open_file(desk.runbook, fresh=True))
        its = f"{again.calls[0].id}:{key.partition(':')[2]}"
        prepared = ade.prepared(again, its)
        assert (prepared.risk, prepared.notes[0]) == ("destructive", "re-classed by kim: destroys, not reads")
        assert refused(ade.start_step(again.id, its, Consent(prepared.command))).code == "wrong-word"
    finally:
        ade.close()


def test_what_was_said_of_a_command_holds_once_its_values_are_in(desk: Desk) -> None:
    record = desk.open()
    key = desk.key(record, TOUCH)
    done(desk.operator.reclass(record.id, key, "reads"))
    record = done(desk.operator.fill(record.id, record.calls[0].id, {"name": "north"}))
    assert desk.operator.prepared(record, key).risk == "read"
    record = done(desk.operator.edit_step(record.id, key, "rm -rf dust"))
    assert desk.operator.prepared(record, key).risk == "destructive", "another command is another thing"


def test_an_edit_is_no_way_around_more_care(desk: Desk) -> None:
    record = desk.open()
    key = desk.key(record, LIST)
    record = done(desk.operator.reclass(record.id, key, "destroys"))
    record = done(desk.operator.edit_step(record.id, key, "ls dust/"))
    assert desk.operator.prepared(record, key).risk == "destructive"


def test_no_step_any_more_counts_no_more_and_comes_back(desk: Desk) -> None:
    record = desk.open()
    key = desk.key(record, LISTEN)
    assert desk.operator.watcher.checklist(record.id).total == 3
    done(desk.operator.reclass(record.id, key, "not a step"))
    checklist = desk.operator.watcher.checklist(record.id)
    assert (checklist.total, row(desk, record, LISTEN).number) == (2, None)
    assert refused(desk.operator.correct(record.id, "oh")).remedy == "m then x on that step takes it back."
    done(desk.operator.reclass(record.id, key, "a step"))
    assert desk.operator.watcher.checklist(record.id).total == 3
    assert row(desk, record, LISTEN).item.by_hand is None


def test_what_was_begun_stays_a_step(desk: Desk) -> None:
    first, second = desk.open(), done(desk.operator.open_file(desk.runbook, fresh=True))
    done(desk.operator.tick(first.id, desk.key(first, LISTEN)))
    assert refused(desk.operator.reclass(first.id, desk.key(first, LISTEN), "not a step")).code == "begun"
    done(desk.operator.reclass(second.id, desk.key(second, LISTEN), "not a step"))
    assert row(desk, second, LISTEN).number is None
    assert row(desk, first, LISTEN).number is not None, "there it was done"
    assert row(desk, first, LISTEN).state.word == "ticked"


def test_what_ended_shows_what_was_known_then(desk: Desk) -> None:
    first, second = desk.open(), done(desk.operator.open_file(desk.runbook, fresh=True))
    done(desk.operator.close_incident(first.id))
    done(desk.operator.reclass(second.id, desk.key(second, LISTEN), "not a step"))
    assert desk.operator.watcher.checklist(first.id).total == 3
    assert refused(desk.operator.reclass(first.id, desk.key(first, LISTEN), "not a step")).code == "closed"


def test_what_cannot_be_said_is_refused(desk: Desk) -> None:
    record = desk.open()
    assert refused(desk.operator.reclass(record.id, desk.key(record, LISTEN), "destroys")).code == "no-such-class"
    assert refused(desk.operator.reclass(record.id, desk.key(record, LIST), "reads")).code == "same"
    assert refused(desk.operator.reclass(record.id, "nowhere:nothing", "reads")).code == "not-a-step"
    assert not desk.state.classes.exists(), "nothing was kept"


def test_a_damaged_file_is_said_not_used_and_not_written_over(desk: Desk) -> None:
    record = desk.open()
    done(desk.operator.reclass(record.id, desk.key(record, LIST), "destroys"))
    whole = desk.state.classes.read_bytes()
    desk.operator.watcher.refresh()  # so that nothing else is new at the next look, which is the one that says it
    desk.state.classes.write_bytes(whole[:-20])
    desk.operator.watcher.refresh()
    assert "re-classed by hand is damaged" in desk.operator.watcher.now().store_note
    with pytest.raises(Damaged, match="move it away"):
        desk.operator.reclass(record.id, desk.key(record, LIST), "changes").result(20)
    assert desk.state.classes.read_bytes() == whole[:-20]
    desk.state.classes.write_bytes(whole)
    desk.operator.watcher.refresh()
    assert not desk.operator.watcher.now().store_note
    assert desk.operator.prepared(record, desk.key(record, LIST)).risk == "destructive"


def test_only_the_account_can_read_it(desk: Desk) -> None:
    record = desk.open()
    done(desk.operator.reclass(record.id, desk.key(record, LIST), "changes"))
    assert desk.state.classes.stat().st_mode & 0o777 == 0o600
