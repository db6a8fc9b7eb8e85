"""The incident board: one list at 80 columns, lanes by status from 100 on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Horizontal
from textual.message import Message

from handrail.clock import short_duration
from handrail.text import clean
from widgets import look
from widgets.headings import tag, worst_clock
from widgets.line import spread
from widgets.row_list import Row, RowList
from widgets.wrap import by_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from textual.app import ComposeResult

    from handrail.snapshot import BadCard, Card

# Cells from which on a row has room for everything beside the title.
ROOMY = 72

LANES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Investigating", ("proposed", "investigating", "identified")),
    ("Mitigating", ("mitigating",)),
    ("Monitoring", ("monitoring", "resolved", "false alarm", "closed")),
)


class Board(Horizontal):
    """Shows cards, worst first. The cursor is an incident's id, shared by both shapes."""

    # The rules depend on the screen's class, which is outside this widget.
    SCOPED_CSS = False
    DEFAULT_CSS = """
    Board { height: 1fr; }
    Board > RowList { width: 1fr; height: 1fr; }
    Board > .lane { display: none; }
    .-wide Board > .lane { display: block; }
    .-wide Board > #board-list { display: none; }
    .-wide Board.-empty > .lane { display: none; }
    .-wide Board.-empty > #board-list { display: block; }
    """

    class Moved(Message):
        """Another card is under the cursor; `id` is "" when there is none."""

        def __init__(self, id: str) -> None:
            super().__init__()
            self.id = id

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="-empty")  # as it is in the first frame, which then is laid out once
        self.cursor = ""
        self._list = RowList(id="board-list")
        self._lanes = [RowList(id=f"lane-{index}", classes="lane") for index in range(len(LANES))]
        self._cards: tuple[Card, ...] = ()
        self._bad: tuple[BadCard, ...] = ()
        self._now: datetime | None = None
        self._seeking = False

    def compose(self) -> ComposeResult:
        yield self._list
        yield from self._lanes

    def show(self, cards: Sequence[Card], bad: Sequence[BadCard], now: datetime, empty: Text, *,
             known: bool = True) -> None:
        """Draw the cards as of `now`; `empty` is what an empty board says, `known` whether it is known to be empty."""
        had_focus = any(rows.has_focus for rows in (self._list, *self._lanes))
        self.set_class(not cards and not bad, "-empty")
        first_cards = bool(cards) and not self._cards
        self._cards = tuple(sorted(cards, key=_order))
        self._bad, self._now = tuple(bad), now
        self._list.empty = empty
        ids = [card.incident.id for card in self._cards]
        if self.cursor not in ids:
            self.cursor = ids[0] if ids else ""
        lanes = self.screen.has_class("-wide") and not self.has_class("-empty")
        width = self._list.size.width or 78
        if not lanes:  # one of the two shapes is on the screen: the other is drawn when it comes
            rows_now = [_wide_row(card, now, width) for card in self._cards]
            self._list.show(rows_now + [_bad_row(b) for b in self._bad], self.cursor)
        plural = f"{len(ids)} open" if ids else "none open" if known else ""
        self._list.title("Incidents", Text(plural, look.QUIET))
        for index, (name, statuses) in enumerate(LANES if lanes else ()):
            rows, lane = self._lanes[index], [c for c in self._cards if c.incident.status in statuses]
            rows.empty = empty if index == 0 and not ids and not bad else Text()
            lane_rows = [_lane_row(card, now, rows.size.width or 24) for card in lane]
            if index == 0:
                lane_rows += [_bad_row(b) for b in self._bad]
            rows.show(lane_rows, self.cursor if any(c.incident.id == self.cursor for c in lane) else None)
            rows.title(Text(name), Text(str(len(lane)), look.QUIET))
        if first_cards:
            # With the first card the lanes come in the place of the empty list: only now their width is known.
            self.call_after_refresh(self._lanes_have_come, had_focus)

    def lists(self) -> list[RowList]:
        """The lists a person can be in now, left to right."""
        return [
            rows for rows in (self._list, *self._lanes) if rows.region.width and rows.parent and rows.parent.display
        ]

    def focus_card(self) -> None:
        """Put the focus where the cursor's card is drawn."""
        lists = self.lists()
        holder = next((rows for rows in lists if any(row.key == self.cursor for row in rows.rows)), None)
        if holder is None and self._cards and not self._seeking:
            # The list that holds the card is about to be laid out: no other one may take the cursor with the focus.
            self._seeking = True
            self.call_after_refresh(self._seek)
            return
        target = holder or (lists[0] if lists else self._list)
        self.screen.set_focus(target)

    def _lanes_have_come(self, had_focus: bool) -> None:
        if self._now is not None:
            self.show(self._cards, self._bad, self._now, self._list.empty)
        if had_focus:
            self.focus_card()

    def _seek(self) -> None:
        self.focus_card()
        self._seeking = False

    def sideways(self, by: int) -> None:
        """To the next lane that holds a card."""
        lanes = [rows for rows in self.lists() if rows.rows]
        if not lanes:
            return
        at = next((i for i, rows in enumerate(lanes) if rows.has_focus), 0)
        lanes[min(max(at + by, 0), len(lanes) - 1)].focus()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        event.stop()
        if event.source.has_focus:
            self._take(event.key)

    def on_descendant_focus(self, event: object) -> None:
        rows = next((rows for rows in self.lists() if rows.has_focus), None)
        if rows is not None and rows.cursor:
            self._take(rows.cursor)

    def _take(self, key: str) -> None:
        if key != self.cursor:
            self.cursor = key
            self.post_message(self.Moved(key))


def _order(card: Card) -> tuple[int, str]:
    rank = card.incident.level.rank if card.incident.level else 9
    return rank, card.incident.id


def _wide_row(card: Card, now: datetime, width: int) -> Row:
    """Two lines: what it is, then what matters about it now."""
    if width < ROOMY:
        return _narrow_row(card, now, width)
    incident = card.incident
    holder = clean(incident.holder) or "nobody"
    right = Text.assemble(
        (f"{incident.status.upper():<14}", look.TEXT),
        (f"{holder[:10]:<10} ", look.QUIET if incident.holder else look.WARN),
        (f"{card.done:>3}/{card.total:<3} ", look.QUIET),
        (f"{short_duration(int(incident.seconds_open(now))):>7} ", look.TEXT),
    )
    first = spread(
        Text.assemble(" ", tag(incident.level), "  ", (clean(incident.title), f"bold {look.STRONG}")), right, width - 1
    )
    second = Text("          ", no_wrap=True)
    second.append_text(_what_matters(card, now))
    return Row(incident.id, (first, second))


def _narrow_row(card: Card, now: datetime, width: int) -> Row:
    """Two lines where the title needs the first one: who has it and how far it is stand before what matters."""
    incident = card.incident
    title = Text.assemble(" ", tag(incident.level), "  ", (clean(incident.title), f"bold {look.STRONG}"))
    first = spread(title, Text(f"{short_duration(int(incident.seconds_open(now)))} ", look.TEXT), width - 1)
    facts = Text.assemble("    ", (f"{incident.status.upper()}  ", look.TEXT),
                          (clean(incident.holder) or "nobody", look.QUIET if incident.holder else look.WARN),
                          (f"  {card.done}/{card.total}   ", look.QUIET), _what_matters(card, now))
    facts.no_wrap = True
    return Row(incident.id, (first, facts))


def _lane_row(card: Card, now: datetime, width: int) -> Row:
    """A card of a lane: title, id and holder, progress, the clock that matters."""
    incident = card.incident
    room = max(8, width - 2)
    tagged = Text.assemble(tag(incident.level), " ", (clean(incident.title), f"bold {look.STRONG}"))
    lines = [Text.assemble(" ", line) for line in by_words(tagged, room)[:3]]
    lines.append(
        Text.assemble(
            " ",
            (incident.short_id, look.QUIET),
            "  ",
            (clean(incident.holder) or "nobody", look.QUIET if incident.holder else look.WARN),
        )
    )
    elapsed = Text(short_duration(int(incident.seconds_open(now))), f"bold {look.STRONG}")
    lines.append(spread(Text.assemble(" ", _bar(card), (f" {card.done}/{card.total}", look.QUIET)), elapsed, room + 1))
    lines += [Text.assemble(" ", line) for line in by_words(_what_matters(card, now), room)[:2]]
    lines.append(Text())
    return Row(incident.id, tuple(lines))


def _what_matters(card: Card, now: datetime) -> Text:
    """What waits for a person, the worst clock, standing conditions, what runs."""
    parts: list[Text] = []
    if card.waits:
        parts.append(Text(f"■ {clean(card.note)}", f"bold {look.CRIT}"))
    if card.incident.offered_to:
        parts.append(Text(f"offered to {clean(card.incident.offered_to)}: a accepts", look.WARN))
    if clock := worst_clock(card.incident, now):
        parts.append(clock)
    for condition in card.incident.conditions:
        if condition.cleared_at is None:
            parts.append(Text(clean(condition.text), look.WARN))
    if card.running and not card.waits:
        parts.append(Text(f"▶ {clean(card.running[0])}", look.ACCENT))
    elif card.note and not card.waits:
        parts.append(Text(clean(card.note), look.QUIET))
    return Text("   ").join(parts)


def _bar(card: Card) -> Text:
    filled = round(8 * card.done / card.total) if card.total else 0
    rank = card.incident.level.rank if card.incident.level else 4
    return Text.assemble(("▰" * filled, look.RANKS.get(rank, look.TEXT)), ("▱" * (8 - filled), look.FRAME))


def _bad_row(bad: BadCard) -> Row:
    first = Text.assemble(" ", ("■ DAMAGED ", f"bold {look.CRIT}"), (clean(bad.path.name), look.STRONG))
    return Row(f"bad:{bad.id}", (first, Text(f"   {clean(bad.why)}", look.TEXT)), selectable=False)
