"""A sheet of plain text beside each open incident: the list survives the console."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support import consoles
from support.consoles import Elsewhere
from support.desks import SECONDS, Desk, a_desk, done
from support.waiting import wait_until

from handrail.incident.incident import Incident

RUNBOOK = """\
# Mill

## Stop it

```bash
# Stop the wheel
echo wheel <gate>
# Expected: "wheel north"
```

- [ ] Look at the wheel
- [ ] Ring the bell

## Later

```bash
# Remove the old stones
rm -rf /tmp/no-such-stones-at-all
```
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path, RUNBOOK) as desk:
        yield desk


def sheet(desk: Desk, record: Incident) -> str:
    """The sheet once it is as new as the record."""
    path = desk.state.active / f"{record.id}.txt"
    first = f"{record.id}, as of event {record.rev}\n"
    wait_until(lambda: path.exists() and path.read_text().startswith(first), SECONDS, f"the sheet says {first!r}")
    return path.read_text()


def test_the_sheet_says_where_it_stands_after_each_act(desk: Desk) -> None:
    record = desk.open()
    call = record.calls[0].id
    text = sheet(desk, record)
    assert "CHECKLIST  0 of 4 done" in text
    assert "[ ] 2. Look at the wheel\n" in text
    assert "$ echo wheel <gate>" in text
    assert "(DESTROYS)" in text

    record = done(desk.operator.fill(record.id, call, {"gate": "north"}))
    desk.operator.start_polling()
    desk.run(record, "Stop the wheel")
    done(desk.operator.tick(record.id, desk.key(record, "Look at the wheel")))
    done(desk.operator.skip(record.id, desk.key(record, "Ring the bell"), "nobody lives there"))
    last = done(desk.operator.note(record.id, "the wheel\nstands"))
    text = sheet(desk, last)
    assert "CHECKLIST  3 of 4 done" in text
    assert "$ echo wheel north" in text
    assert "[x] 1. " in text and "passed" in text
    assert "[x] 2. Look at the wheel  ticked, kim 20" in text
    assert "[-] 3. Ring the bell" in text and "why: nobody lives there" in text
    assert "kim: the wheel\n    stands\n" in text
    assert not (desk.state.active / f"{record.id}.txt").stat().st_mode & 0o077


def test_hostile_words_stay_words(desk: Desk) -> None:
    record = done(desk.operator.declare("boo\x1b]0;owned\x07", "plain", "P1"))
    noted = done(desk.operator.note(record.id, "\x1b[2J\u202eevil\x9b31m"))
    text = sheet(desk, noted)
    assert not any(char in text for char in "\x1b\x07\u202e\x9b")
    assert "P1" in text and "INVESTIGATING, held by nobody" in text


def test_the_sheet_goes_with_the_end_and_another_console_writes_it_too(desk: Desk, tmp_path: Path) -> None:
    record = done(desk.operator.declare("Mill on fire", "plain", "P1"))
    sheet(desk, record)
    other = Elsewhere(tmp_path, "ade")
    try:
        rev = other.does(consoles.note, record.id, "seen from afar")
        path = desk.state.active / f"{record.id}.txt"
        wait_until(lambda: f"as of event {rev}\n" in path.read_text() and "ade: seen from afar" in path.read_text())
    finally:
        other.leave()
    done(desk.operator.set_status(record.id, "resolved"))
    done(desk.operator.close_incident(record.id))
    wait_until(lambda: not path.exists(), SECONDS, "the sheet of a closed incident is gone")


def test_leaving_at_once_writes_the_last_sheet(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        record = done(desk.operator.declare("Mill on fire", "plain", "P1"))
        last = done(desk.operator.note(record.id, "the last words"))
    text = (tmp_path / "state" / "active" / f"{record.id}.txt").read_text()
    assert text.startswith(f"{record.id}, as of event {last.rev}\n")
    assert "the last words" in text
