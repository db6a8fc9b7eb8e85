"""A step is measured against its own past: the same item or command, in this record and in others."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.desks import a_desk, done

from handrail.earlier import Earlier, earlier
from handrail.incident.archive import Archive

RUNBOOK = """# Mill

```bash
# Grind
sleep 0.1; echo ground
```

```bash
# Fail
sleep 0.3; false
```
"""


@pytest.mark.parametrize("earlier, seconds, slow", [
    (Earlier(5, 10, 12), 15, False), (Earlier(5, 10, 12), 15.5, True), (Earlier(2, 10, 12), 500, False),
    (Earlier(0, 0, 0), 500, False), (Earlier(3, 0.02, 0.03), 0.9, False), (Earlier(3, 0.02, 0.03), 1.1, True),
])
def test_when_it_is_called_slower(earlier: Earlier, seconds: float, slow: bool) -> None:
    assert bool(earlier.slower(seconds)) is slow


def test_it_says_against_what() -> None:
    assert Earlier(5, 10, 12).slower(60) == "slower than in 5 runs before, usually 10s"


def test_runs_of_this_record_and_of_past_ones_count_and_failed_ones_do_not(tmp_path: Path) -> None:
    with a_desk(tmp_path, RUNBOOK) as desk:
        desk.operator.start_polling()
        first = desk.open()
        for again in (False, True):
            desk.run(first, "Grind", again=again)
            desk.run(first, "Fail", again=again)
        done(desk.operator.close_incident(first.id))
        second = done(desk.operator.open_file(desk.runbook, fresh=True))
        desk.run(second, "Grind")
        record = Archive(desk.state).read(second.id)
        found = earlier(desk.state, record, desk.key(second, "Grind"))
        assert found.count == 3 and 0.1 <= found.usual <= found.longest < 5
        assert earlier(desk.state, record, desk.key(second, "Fail")).count == 0
