"""The library of runbooks: a title a row, where it lies, and the line that holds the words that were searched for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from handrail.text import clean, fit
from widgets import look
from widgets.line import spread
from widgets.row_list import Row, RowList

if TYPE_CHECKING:
    from handrail.shelf.index import Hit
    from handrail.shelf.shelf import Found

# Rows beyond these are counted, not drawn: nobody scrolls there, a further word finds it.
MOST = 200
MORE = " more"


class LibraryList(RowList):
    """Shows what a search found."""

    SHADED_WITHOUT_FOCUS = True

    def show_found(self, found: Found) -> None:
        """Draw the hits; the cursor stays on its runbook, and goes to the best hit when that is gone."""
        width = (self.size.width or 78) - 1
        words = found.query.lower().split()
        # Where all come from one pack, its name tells none from another.
        several = len({hit.entry.place.source for hit in found.hits}) > 1
        rows = [_row(hit, words, width, source=several) for hit in found.hits[:MOST]]
        if (more := len(found.hits) - len(rows)) > 0:
            rows.append(Row(MORE, (Text(f"   and {more} more: another word narrows it down", look.QUIET),), False))
        keys = {row.key for row in rows}
        self.show(rows, self.cursor if self.cursor in keys else rows[0].key if rows else "")


def _row(hit: Hit, words: list[str], width: int, *, source: bool) -> Row:
    place = hit.entry.place
    pack = f"{fit(place.source, 18)}  " if source else ""
    where = Text(f"{pack}{_tail(place.shown, max(12, width // 3))} ", look.QUIET)
    title = Text(f" {clean(hit.entry.title, 300)}", look.TEXT)
    lines = [spread(_lit(title, words), where, width)]
    if hit.quote:
        said = Text(clean(_around(hit.quote, words, width - 10)), look.QUIET)
        lines.append(Text.assemble((f"   {hit.line:>4} ", look.FRAME), _lit(said, words)))
    return Row(str(place.path), tuple(lines))


def _lit(text: Text, words: list[str]) -> Text:
    """The words that were searched for, lit up."""
    low = text.plain.lower()
    for word in words:
        at = low.find(word)
        while at >= 0:
            text.stylize(f"bold {look.ACCENT}", at, at + len(word))
            at = low.find(word, at + len(word))
    return text


def _around(line: str, words: list[str], width: int) -> str:
    """The part of a long line that holds the first word found in it."""
    places = [at for word in words if (at := line.lower().find(word)) >= 0]
    first = min(places, default=0)
    if len(line) <= width or first < width // 2:
        return line
    return "…" + line[first - width // 4:]


def _tail(path: str, width: int) -> str:
    """A path's end, which says more than its start."""
    shown = clean(path)
    return shown if len(shown) <= width else "…" + shown[1 - width:]
