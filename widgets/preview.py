"""A runbook as the checklist it will be: its outline with kinds and risks, and above it what an operator asks first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from handrail.clock import short_duration
from handrail.text import clean
from widgets import look
from widgets.checklist_view import ChecklistView
from widgets.wrap import by_words

if TYPE_CHECKING:
    from datetime import datetime

    from handrail.shelf.preview import Preview


class RunbookPreview(ChecklistView):
    """A checklist that nobody has begun. The cursor names the section that would be opened."""

    SHADED_WITHOUT_FOCUS = False
    BEGUN = False

    def show_preview(self, preview: Preview | None, now: datetime, *, nothing: bool = False) -> None:
        """Draw `preview`; None while it is being read, or when there is `nothing` to look at."""
        if preview is None:
            self.empty = Text("" if nothing else "\n  reading it …", look.QUIET)
            self.show([])
            return
        self.empty = Text(f"\n  {clean(preview.trouble)}" if preview.trouble else "\n  Nothing in it is a step.",
                          look.WARN if preview.trouble else look.QUIET)
        self.show_checklist(preview.checklist, {}, now)


def at_a_glance(preview: Preview | None, width: int, rows: int) -> Text:
    """Counts, risks and blanks in at most `rows` rows."""
    if preview is None or preview.trouble:
        return Text()
    parts = [Text(f"{preview.steps} steps" if preview.steps != 1 else "1 step", f"bold {look.STRONG}")]
    for count, risk in ((preview.reads, "read"), (preview.changes, "change"), (preview.destroys, "destructive")):
        if count:
            label, style = look.RISKS[risk]
            parts.append(Text(f"{count} {label}", style))
    parts += [Text(f"{count} {word}{'s' if count != 1 else ''}", look.TEXT)
              for count, word in ((preview.by_hand, "tick"), (preview.questions, "question")) if count]
    if preview.minutes:
        parts.append(Text(f"about {short_duration(preview.minutes * 60)}", look.QUIET))
    lines = by_words(Text("   ").join(parts), width)
    if preview.blanks:
        names = ", ".join(map(clean, preview.blanks))
        asks = Text.assemble((f"asks for {len(preview.blanks)}: ", look.QUIET), (names, look.TEXT))
        lines += by_words(asks, width)
    elif preview.steps:
        lines.append(Text("asks for nothing", look.QUIET))
    if len(lines) > rows:
        lines = lines[:rows]
        lines[-1].truncate(max(1, width - 2))
        lines[-1].append(" …", look.QUIET)
    return Text("\n").join(lines)
