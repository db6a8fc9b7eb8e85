"""What happened last, newest first, one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from handrail.text import clean
from widgets import look
from widgets.row_list import Row, RowList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handrail.snapshot import Activity

STYLES = {
    "failed": look.CRIT,
    "lost": look.UNKNOWN,
    "unknown": look.UNKNOWN,
    "inconclusive": look.UNKNOWN,
    "stopped": look.WARN,
    "timed out": look.WARN,
    "did not start": look.WARN,
    "passed": look.OK,
    "confirmed": look.OK,
    "running": look.ACCENT,
    "breached": look.CRIT,
}


class ActivityList(RowList):
    """The newest lines; `show_activity` keeps the newest on top."""

    _shown: Sequence[Activity] | None = None

    def show_activity(self, lines: Sequence[Activity]) -> None:
        """Draw what fits; the very lines that stand there already cost nothing."""
        if lines is self._shown:
            return
        self._shown = lines
        self.show(
            [
                Row(f"{line.at.isoformat()}{index}", (_draw(line),), selectable=False)
                for index, line in enumerate(lines[:100])
                if line.word != "deadline"  # the clocks are on the screen already
            ]
        )


def _draw(line: Activity) -> Text:
    return Text.assemble(
        (f" {line.at.astimezone():%H:%M:%S} ", look.QUIET),
        (f" {line.incident_id.rsplit('-', 1)[-1]} ", look.QUIET),
        (f" {clean(line.by)}  ", look.QUIET),
        (clean(line.text), STYLES.get(line.word, look.TEXT)),
        no_wrap=True,
    )
