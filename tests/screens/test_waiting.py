"""A running step that is silent for too long, or slower than before, says so in amber; one that is not does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from support.desks import a_desk
from support.onscreen import on_screen

from handrail.earlier import Earlier
from handrail.incident.incident import Attempt
from handrail.runs.record import RunState
from screens.checklist.waiting import Waiting
from widgets import look
from widgets.output_pane import OutputPane

NOW = datetime(2026, 11, 21, 3, 12, tzinfo=UTC)
RUNBOOK = """# Mill

## Rebuild (5 min)

```bash
# Grind
touch begun; sleep 60
```

```bash
# Look
sleep 50
```
"""


def titled(live: RunState, **more: object) -> dict[str, str]:
    """The parts of the title and their styles."""
    pane = OutputPane()
    told: list[object] = []
    pane.title = lambda *parts, right=None: told.extend(parts)  # type: ignore[method-assign, assignment]
    attempt = Attempt(run="r", command="x", original="x", by="kim", started_at=NOW - timedelta(seconds=90), risk="read")
    pane.show_run(None, "", attempt, live, NOW, **more)  # type: ignore[arg-type]
    return {part.plain: str(part.style) for part in told}  # type: ignore[attr-defined]


@pytest.mark.parametrize("silent, patience, amber", [(1.5, 30, None), (5, 30, False), (29, 30, False), (30, 30, True),
                                                     (200, 300, False), (300, 300, True)])
def test_silence_is_counted_and_amber_in_its_time(silent: float, patience: float, amber: bool | None) -> None:
    found = titled(RunState("running", silent=silent), patience=patience)
    said = [style for text, style in found.items() if text.startswith("silent ")]
    assert said == ([] if amber is None else [look.WARN if amber else look.QUIET])


def test_slower_than_before_is_amber_beside_the_time() -> None:
    slower = Earlier(4, 10, 12).slower(90)
    found = titled(RunState("running", silent=3), slower=slower)
    assert found["slower than in 4 runs before, usually 10s"] == look.WARN
    assert not any("slower" in text for text in titled(RunState("running", silent=3)))


async def test_the_patience_is_the_headings_for_what_changes_and_half_a_minute_for_what_reads(tmp_path):
    with a_desk(tmp_path, RUNBOOK) as desk:
        record = desk.open()
        async with on_screen(desk, record) as console:
            await console.shows("Grind")
            screen = console.pilot.app.screen
            patience = {row.title: screen.patience(row) for row in screen.checklist().rows if row.item is not None}
            assert patience == {"Grind": 300.0, "Look": 30.0}


async def test_the_screen_says_it_of_a_run_that_is_slower(tmp_path, monkeypatch):
    monkeypatch.setattr(Earlier, "slower", lambda self, seconds: f"slower, {self.count} counted")
    with a_desk(tmp_path, RUNBOOK) as desk:
        record = desk.open()
        async with on_screen(desk, record) as console:
            await console.shows("Grind")
            await console.press("j", "enter")
            await console.shows("slower, 0 counted")


def test_what_has_ended_is_not_slow() -> None:
    ended = SimpleNamespace(verdict="ran")
    assert Waiting.slower(SimpleNamespace(), SimpleNamespace(), ended, NOW) == ""  # type: ignore[arg-type]
