"""The wall: read-only, verdict first. It draws a Snapshot and knows nothing that could act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.screen import Screen

from handrail.wall_facts import STALE_AFTER, feed_age
from screens.actions.bind import bindings
from screens.actions.table import WALL
from widgets import look, wall_parts
from widgets.headings import urgency
from widgets.line import Line, spread
from widgets.row_list import Row, RowList

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from textual.app import ComposeResult

    from handrail.clock import Clock
    from handrail.snapshot import Card, Snapshot

PAGE_SECONDS = 20.0


class WallScreen(Screen[None], inherit_bindings=False):
    """Pages of one picture. Digits choose a page, space holds it, q leaves unless locked."""

    BINDINGS = bindings(WALL)
    DEFAULT_CSS = f"""
    WallScreen {{ background: {look.BACKGROUND}; color: {look.TEXT}; }}
    WallScreen #strip {{ height: 1; background: {look.SURFACE}; }}
    WallScreen #foot {{ height: 1; background: {look.SURFACE}; }}
    """

    def __init__(self, look_at: Callable[[], Snapshot], clock: Clock, *, locked: bool, dwell: float = PAGE_SECONDS,
                 legible: int = 0, distance: float = 0.0) -> None:
        """`dwell` is how long a page stays (s). `legible` rows can be read from `distance` (m); 0: nobody said."""
        super().__init__()
        self._dwell, self._legible, self._distance = dwell, legible, distance
        self._look_at = look_at
        self._clock = clock
        self._locked = locked
        self.page = 0
        self.held = False
        self.reduced = False  # over a slow link not every second is drawn
        self._pages = 1
        self._turned_at: datetime | None = None
        self._said = ""
        self._ready = False

    def compose(self) -> ComposeResult:
        yield Line(id="strip")
        yield RowList(id="wall-rows")
        yield Line(id="foot")

    def on_mount(self) -> None:
        self._ready = True
        self.repaint()

    def on_resize(self) -> None:
        self.call_after_refresh(self.repaint)

    def repaint(self) -> None:
        """Draw what is known now; called at each change and once a second."""
        if not self._ready:
            return
        snapshot, now = self._look_at(), self._clock.now()
        width = self.size.width
        self.query_one("#strip", Line).show(wall_parts.verdict_strip(snapshot, now, width))
        lines = self._lines(snapshot, now, width - 1)
        room = max(1, self.size.height - 2)
        pages = paginate(lines, room)
        self._pages = len(pages)
        self._turn(snapshot, now)
        rows = [Row(str(index), (line,), selectable=False) for index, line in enumerate(pages[self.page])]
        if feed_age(snapshot, now) > STALE_AFTER:
            rows = [Row(row.key, (Text(row.lines[0].plain, look.STALE),), selectable=False) for row in rows]
        self.query_one("#wall-rows", RowList).show(rows)
        self.query_one("#foot", Line).show(self._foot(snapshot, now, width))

    def _lines(self, snapshot: Snapshot, now: datetime, width: int) -> list[Text]:
        cards = sorted(snapshot.cards, key=lambda card: _order(card, now))
        lines: list[Text] = [Text()]
        if cards:
            lines += wall_parts.big_incident(cards[0], now, width)
            lines += [Text(), *(wall_parts.small_incident(card, now, width) for card in cards[1:])]
        else:
            lines.append(Text("  No incident is open.", look.QUIET))
        for bad in snapshot.bad:
            lines.append(Text(f" ■ DAMAGED {bad.id}", look.CRIT))
        lines.append(Text())
        lines += _tiles(snapshot, width)
        lines.append(wall_parts.well_row(snapshot.lamps, width))
        return lines

    def _turn(self, snapshot: Snapshot, now: datetime) -> None:
        """The next page after its time, unless held or something critical stands on this one."""
        self.page = min(self.page, self._pages - 1)
        critical = any(lamp.word in ("CRIT", "HIGH") for lamp in snapshot.lamps)
        if self._turned_at is None or critical or self.held or self._pages == 1:
            self._turned_at = now
            if critical and not self.held:
                self.page = 0
        elif (now - self._turned_at).total_seconds() >= self._dwell:
            self.page = (self.page + 1) % self._pages
            self._turned_at = now

    def _foot(self, snapshot: Snapshot, now: datetime, width: int) -> Text:
        age = feed_age(snapshot, now)
        polled = ", ".join(dict.fromkeys(poll.by for poll in snapshot.polls if poll.by)) or "nobody"
        state = ("reduced  " if self.reduced else "") + ("held  " if self.held else "")
        said = self._said or f" handrail wall   read only   polled by {polled}   facts {age:.0f}s old"
        right = Text(f"{state}page {self.page + 1}/{self._pages} ", look.QUIET)
        if not self._said and len(said) + right.cell_len >= width:  # how old the facts are is cut last
            said = f" wall   facts {age:.0f}s old   polled by {polled}"
        if 0 < self._legible < self.size.height:
            # Nothing is drawn smaller than it is: whoever set it up is told, in the one row they read from near.
            rows = f"{self._legible} of these {self.size.height} rows"
            far = Text(f" at {self._distance:g} m only {rows} can be read: enlarge the font", look.WARN)
            return spread(far.append(f"   facts {age:.0f}s old", look.QUIET), right, width)
        return spread(Text(said, look.QUIET), right, width)

    # -- the wall's own keys: none of them changes anything but the page

    def action_act(self, id: str) -> None:
        """Dispatch one of the wall's three actions."""
        if id == "wall.hold":
            self.held = not self.held
        elif id == "wall.quit":
            if self._locked:
                self._said = " This wall is locked: it is left from where it was started."
            else:
                self.app.exit(0)
        self.repaint()

    def key_page(self, number: int) -> None:
        """Show page `number`, counted from 1, and hold it."""
        if 1 <= number <= self._pages:
            self.page, self.held = number - 1, True
            self.repaint()

    def on_key(self, event: object) -> None:
        character = getattr(event, "character", None)
        if character and character.isdigit() and character != "0":
            self.key_page(int(character))


def paginate(lines: list[Text], room: int) -> list[list[Text]]:
    """Lines in pages of `room` rows; one page when they fit."""
    return [lines[at : at + room] for at in range(0, max(1, len(lines)), room)]


def _tiles(snapshot: Snapshot, width: int) -> list[Text]:
    lamps = wall_parts.not_well(snapshot.lamps)
    columns = max(1, width // 40)
    each = width // columns
    lines: list[Text] = []
    for start in range(0, len(lamps), columns):
        tiles = [wall_parts.tile(lamp, each - 1) for lamp in lamps[start : start + columns]]
        for row in range(3):
            lines.append(Text(" ").join(tile[row] for tile in tiles))
        lines.append(Text())
    return lines


def _order(card: Card, now: datetime) -> tuple[object, ...]:
    """The worst first: by severity, then by what is overdue longest."""
    return (card.incident.level.rank if card.incident.level else 9), urgency(card.incident, now), card.incident.id
