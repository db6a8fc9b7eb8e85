"""Which run's output is shown: the tries of the step under the cursor, and what else runs, like tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from widgets import look

if TYPE_CHECKING:
    from handrail.incident.checklist import Checklist
    from handrail.incident.checklist import Row as Step
    from handrail.incident.incident import Attempt, Incident

    Run = tuple[Step, Attempt]

TRIES = 3  # of one step that are offered
MOST = 6


def offered(incident: Incident, checklist: Checklist, shown: Run | None) -> tuple[Run, ...]:
    """The runs to switch between, `shown` first: the tries of its step from the newest on, then whatever runs."""
    runs: list[Run] = []
    if shown is not None:
        step = shown[0]
        runs += [(step, attempt) for attempt in reversed(step.state.attempts[-TRIES:])]
    for key, attempt in incident.running():
        row = checklist.row(key)
        if row is not None and all(attempt.run != known.run for _, known in runs):
            runs.append((row, attempt))
    return tuple(runs[:MOST])


def tabs(runs: tuple[Run, ...], shown: Run) -> Text:
    """`▶17 ✗17 ▶12`, the one that is shown in bold; nothing when there is one only."""
    if len(runs) < 2:
        return Text()
    line = Text()
    for step, attempt in runs:
        mark = look.ITEMS.get(attempt.verdict or "running")
        here = attempt.run == shown[1].run
        label = f"{mark.shape if mark else ''}{step.number or ''}"
        line.append(" " if line else "")
        line.append(f"[{label}]" if here else label, f"bold {look.STRONG}" if here else look.QUIET)
    return line
