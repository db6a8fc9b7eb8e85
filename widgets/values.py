"""The values sheet: each blank in a row, and beneath what it does to the commands and what it was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from handrail.clock import short_duration
from handrail.incident.prepare import HIDDEN
from handrail.text import clean, fit, literal
from widgets import look
from widgets.line import Line, spread
from widgets.row_list import Row, RowList
from widgets.titled import Titled
from widgets.wrap import exactly, more_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from handrail.operator.operator import Prepared
    from handrail.values.sheet import Blank
    from handrail.values.suggestions import Suggestion


class BlankList(RowList):
    """Every blank once. What is half typed stands in its row until it is taken or cleared."""

    SHADED_WITHOUT_FOCUS = True

    def show_blanks(self, blanks: Sequence[Blank], drafts: Mapping[str, str], now: datetime) -> None:
        width = (self.size.width or 78) - 1
        names = min(28, max((len(clean(blank.name)) for blank in blanks), default=8))
        self.show([Row(blank.name, (_row(blank, drafts.get(blank.name), names, now, width),)) for blank in blanks])


def _row(blank: Blank, draft: str | None, names: int, now: datetime, width: int) -> Text:
    mark = look.ITEMS["ticked" if blank.filled else "open"]
    left = Text.assemble(" ", (mark.shape, mark.style if blank.filled else look.WARN), " ",
                         (fit(blank.name, names).ljust(names), look.STRONG), "  ", _value(blank, draft))
    return spread(left, Text.assemble(_said(blank, now), (f"  {_steps(blank)} ", look.QUIET)), width)


def _value(blank: Blank, draft: str | None) -> Text:
    if draft is not None and not blank.secret:
        return Text.assemble((clean(draft), look.TEXT), ("  half typed, not taken", look.WARN))
    if blank.secret:
        return Text(HIDDEN, look.TEXT) if blank.filled else Text("secret", look.QUIET)
    return Text(clean(blank.text or "''"), look.TEXT) if blank.filled else Text("open", look.WARN)


def _said(blank: Blank, now: datetime) -> Text:
    if blank.secret and blank.by and not blank.filled:
        return Text(f"entered by {clean(blank.by)} elsewhere, not kept", look.WARN)
    if not blank.by:
        return Text()
    seconds = (now - blank.at).total_seconds() if blank.at else 0.0
    # To the minute: a row that nobody touched stays as it is.
    ago = "" if blank.at is None else " just now" if seconds < 60 else f" {short_duration(seconds - seconds % 60)} ago"
    memory = ", in memory only" if blank.secret else ""
    return Text(f"{clean(blank.by)}{ago}{memory}", look.QUIET)


def _steps(blank: Blank) -> str:
    numbers = [str(row.number) for row in blank.uses if row.number is not None]
    shown = ", ".join(numbers[:4]) + (", …" if numbers[4:] else "")
    return f"step{'s' if len(numbers) != 1 else ''} {shown}"


class BlankDetail(Titled, Line):
    """The blank under the cursor: the exact commands it makes, and what could fill it."""

    # The rules depend on the screen's class, which is outside this widget.
    SCOPED_CSS = False
    DEFAULT_CSS = ".-wide BlankDetail { padding: 0 1; }"


def detail(blank: Blank, commands: Sequence[tuple[int | None, Prepared]], offered: Sequence[Suggestion] | None,
           now: datetime, width: int, rows: int) -> Text:
    """At most `rows` rows; suggestions come first in what is kept, for they can be chosen."""
    below = _offered(blank, offered, now, width)
    lines: list[Text] = []
    for number, prepared in commands:
        lead = f"{number:>3} $ " if number is not None else "    $ "
        label, style = look.RISKS[prepared.risk]
        command = literal(prepared.command).replace("\n", "\n      ")
        parts = exactly(Text.assemble((lead, look.QUIET), (command, f"bold {look.ACCENT}")), width, indent="      ")
        open_ = f"   still open: {', '.join(map(clean, prepared.blanks))}" if prepared.blanks else ""
        lines += [*parts, Text.assemble("      ", (label, style), (open_, look.WARN))]
    room = max(2, rows - len(below) - 1)
    if len(lines) > room:
        lines = [*lines[: room - 1], Text(f"      {more_rows(len(lines) - room + 1)}", look.QUIET)]
    return Text("\n").join([*lines, *below][:rows])


def _offered(blank: Blank, offered: Sequence[Suggestion] | None, now: datetime, width: int) -> list[Text]:
    if blank.secret:
        return [Text("    a secret: masked, kept in this console's memory, never suggested", look.QUIET)]
    if offered is None:
        return [Text("    looking what it was before …", look.QUIET)]
    if not offered:
        never = "nothing else was filled in before" if blank.filled else "it was never filled in before"
        return [Text(f"    {never}; f fills it from a command", look.QUIET)]
    lines = [Text("    used before, a digit takes one into the field:", look.QUIET)]
    for digit, one in enumerate(offered, 1):
        ago = short_duration(max(0.0, (now - one.at).total_seconds()))
        where = f"{one.incident} {clean(one.title, 30)}" if one.incident else "here, opened before"
        left = Text.assemble((f"  {digit} ", f"bold {look.ACCENT}"), (clean(one.text), look.TEXT))
        lines.append(spread(left, Text(f"  {ago} ago, {where}, {clean(one.by, 16)}", look.QUIET), width))
    return lines
