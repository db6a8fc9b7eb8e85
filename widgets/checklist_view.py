"""The checklist: every step with its state as shape, word and colour. Finished sections fold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from handrail.clock import short_duration
from handrail.incident.checklist import Checklist
from handrail.incident.checklist import Row as Step
from handrail.runbook import titles
from handrail.text import clean, fit
from widgets import look
from widgets.line import spread
from widgets.row_list import Row, RowList

if TYPE_CHECKING:
    from datetime import datetime

    from handrail.incident.incident import Attempt
    from handrail.runs.record import RunState


class ChecklistView(RowList):
    """Draws a Checklist. Folding is the view's own: a section whose steps are all done folds until it is opened."""

    SHADED_WITHOUT_FOCUS = True
    # Whether headers say how much is done, or only how much there is.
    BEGUN = True

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, empty=Text("\n  No checklist yet.", look.QUIET))
        self._opened: set[str] = set()
        self._folded: set[str] = set()
        self._checklist = Checklist()

    def show_checklist(
        self, checklist: Checklist, runs: dict[str, RunState], now: datetime, cursor: str | None = None
    ) -> None:
        """Draw `checklist`; `runs` holds the live state of runs by id."""
        self._checklist = checklist
        width = (self.size.width or 78) - 1
        rows: list[Row] = []
        hidden_below: int | None = None
        for index, step in enumerate(checklist.rows):
            if hidden_below is not None and step.depth > hidden_below:
                continue
            hidden_below = None
            if step.kind in ("item", "options"):
                rows.append(Row(step.key, (_item(step, runs, now, width),)))
                continue
            if index == 0 and _single_call(checklist):
                continue  # the pane's title says it
            folded = self.is_folded(step, cursor)
            if folded:
                hidden_below = step.depth
            rows.append(Row(step.key, (_header(step, folded, width, begun=self.BEGUN),)))
        self.show(rows, cursor)

    def is_folded(self, step: Step, cursor: str | None = None) -> bool:
        """Whether the steps below a header are hidden."""
        if step.key in self._folded:
            return True
        if step.key in self._opened:
            return False
        return (
            bool(step.total)
            and step.done == step.total
            and not step.worst
            and not self._holds(step, cursor or self.cursor)
        )

    def fold(self, key: str) -> None:
        """Fold or open a header."""
        step = self._checklist.row(key)
        if step is None or step.kind in ("item", "options"):
            return
        if self.is_folded(step):
            self._folded.discard(key)
            self._opened.add(key)
        else:
            self._opened.discard(key)
            self._folded.add(key)

    def _holds(self, header: Step, key: str) -> bool:
        inside = False
        for step in self._checklist.rows:
            if step.key == header.key:
                inside = True
            elif inside and step.depth <= header.depth:
                return False
            elif inside and step.key == key:
                return True
        return False


def _single_call(checklist: Checklist) -> bool:
    return sum(1 for row in checklist.rows if row.kind == "call" and not row.depth) == 1


def checklist_title(checklist: Checklist, cursor: str, width: int) -> list[Text]:
    """The parts of the pane's title: the procedure that the cursor stands in, and where there are several, how much
    of it is done if `width` cells have room for that."""
    calls = [row for row in checklist.rows if row.kind == "call"]
    if not calls:
        return [Text("Checklist", look.TEXT)]
    here = next((call for call in calls if call.key == cursor.partition(":")[0]), calls[0])
    parts = [Text(clean(here.title), look.TEXT), Text(_minutes(here), look.QUIET)]
    if len(calls) > 1 and here.total:
        count = Text(f"{here.done} of {here.total}", look.QUIET)
        # Between the parts and around the whole's count the rule takes some cells of its own.
        used = sum(part.cell_len + 4 for part in (*parts, count, checklist_count(checklist)))
        parts += [count] if used + 4 <= width else []
    return parts


def checklist_count(checklist: Checklist) -> Text:
    several = sum(1 for row in checklist.rows if row.kind == "call") > 1
    return Text(f"{checklist.done} of {checklist.total}" + (" in all" if several else ""), look.QUIET)


def _minutes(step: Step) -> str:
    """How long the runbook says it takes, where its title does not say that itself."""
    if not step.minutes or titles.minutes(step.title) == step.minutes:
        return ""
    return f"≤ {step.minutes:g} min"


def _indent(step: Step) -> str:
    return "  " * max(0, step.depth - 1)


def _header(step: Step, folded: bool, width: int, *, begun: bool = True) -> Text:
    if folded and step.total and step.done == step.total:
        shape = ("✓ ", look.OK)
    elif folded:
        shape = ("▸ ", look.QUIET)
    else:
        shape = ("", look.TEXT)
    minutes = f"{_minutes(step)}  ".lstrip()
    count = "" if not step.total else f"{step.done} of {step.total}" if begun else str(step.total)
    worst = Text(f"{step.worst}  ", look.ITEMS[step.worst].style) if step.worst in look.ITEMS else Text()
    left = Text.assemble(f" {_indent(step)}", shape, (clean(step.title), f"bold {look.ACCENT}"))
    return spread(left, Text.assemble(worst, (minutes, look.QUIET), (count, look.QUIET), " "), width)


def _item(step: Step, runs: dict[str, RunState], now: datetime, width: int) -> Text:
    word = step.state.word
    mark = look.ITEMS[word]
    done = word in ("passed", "confirmed", "ticked", "skipped", "not applicable")
    number = f"{step.number:>2} " if step.number is not None else "   "
    if step.number is None and step.item is not None and word == "open":
        shape, style = {"reference": ("→", look.QUIET), "template": ("✎", look.QUIET)}.get(
            step.item.kind, ("·", look.QUIET)
        )
    elif _asks(step) and word == "open":
        shape, style = "?", look.UNKNOWN
    else:
        shape, style = mark.shape, mark.style
    if step.closed:
        shape, style = look.ITEMS["not applicable"].shape, look.STALE
    title_style = look.QUIET if done else f"bold {look.STRONG}" if word == "running" else look.TEXT
    title_style = look.STALE if step.closed else title_style
    left = Text.assemble(
        f" {_indent(step)}", (shape, style), " ", (number, look.QUIET), (clean(step.title), title_style)
    )
    # The title matters more than the remark: the longest remark that leaves it whole, else the shortest.
    remarks = _remarks(step, runs, now)
    right = next((remark for remark in remarks if left.cell_len + remark.cell_len + 2 <= width), remarks[-1])
    return spread(left, Text.assemble(right, " "), width)


def _asks(step: Step) -> bool:
    """Whether it is a question: a decision, or a choice between options."""
    return step.kind == "options" or (step.item is not None and step.item.kind == "decision")


def _remarks(step: Step, runs: dict[str, RunState], now: datetime) -> list[Text]:
    """At the right edge, longest first: what it is while open, how it stands while running, how it ended."""
    item, word = step.item, step.state.word
    last = step.state.last
    if step.closed:
        return [Text(f"closed, {clean(step.closed)}", look.STALE), Text("closed", look.STALE)]
    if _asks(step) and (word == "open" or step.answer):
        if not step.answer:
            return [Text("choose" if item is None else "question", look.QUIET)]
        return [Text(clean(step.answer), look.OK), Text(fit(step.answer, 20), look.OK)]
    if item is None:
        return [Text()]
    if step.queued and word in ("open", "deferred"):
        return [Text(f"queued, chain of {clean(step.queued)}", look.ACCENT), Text("queued", look.ACCENT)]
    if word == "open":
        if item.kind in ("command", "http"):
            label, style = look.RISKS[item.risk]
            remark = Text(label, style)
        else:
            remark = Text({"manual": "tick"}.get(item.kind, item.kind), look.QUIET)
        hangs = step.waits_on and not step.waits_on.endswith("?")  # the head of a choice says it already
        before = ("if so  " if hangs else "") + ("by hand  " if item.by_hand is not None else "")
        return [Text.assemble((before, look.QUIET), remark), remark] if before else [remark]
    if word == "running" and last is not None:
        return _running(last, runs.get(last.run), now)
    seconds = f"  {short_duration(last.seconds)}" if last is not None and last.seconds is not None else ""
    style = look.ITEMS[word].style
    if word == "ran" and step.state.seen is None:
        return [Text(f"ran, you judge{seconds}", look.WARN), Text("you judge", look.WARN)]
    style = look.QUIET if word in ("passed", "confirmed", "ticked") else style
    short = [Text(f"{word}{seconds}", style), Text(word, style)]
    if word == "failed" and last is not None and last.why:
        return [
            Text(f"failed, {clean(last.why)}{seconds}", style),
            Text(f"failed, {fit(last.why, 24)}{seconds}", style),
            *short,
        ]
    return short


def _running(last: Attempt, live: RunState | None, now: datetime) -> list[Text]:
    if live is not None and live.word == "running" and live.waits:
        return [Text("WAITS FOR YOU", f"bold {look.CRIT}")]
    if live is not None and live.word in ("ended", "lost", "did not start"):
        return [Text(f"{live.word}, being judged", look.ACCENT), Text(live.word, look.ACCENT)]
    since = short_duration((now - last.started_at).total_seconds())
    short = [Text(f"running, {clean(last.by)}  {since}", look.ACCENT), Text(since, look.ACCENT)]
    if live is not None and live.progress:
        return [Text(f"{fit(live.progress, wide)}  {since}", look.ACCENT) for wide in (60, 36)] + short[1:]
    return short
