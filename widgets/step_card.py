"""The step under the cursor: exactly what would run, on what, and what it should give."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from handrail.clock import short_duration
from handrail.text import clean, literal
from widgets import look
from widgets.line import Line
from widgets.titled import Titled
from widgets.wrap import exactly, more_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.geometry import Size

    from handrail.incident.checklist import Row as Step
    from handrail.incident.prepare import Prepared
    from handrail.runbook.model import Expected, Item, Link


# Rows for the command: at 80 columns two, from 100 on five.
NARROW_ROWS = 2
WIDE_ROWS = 5
# Rows for the words of what runs nothing.
PROSE_NARROW = 3
PROSE_WIDE = 8


class StepCard(Titled, Line):
    """Four rows at 80 columns; from 100 on as many as the step needs, at most ten."""

    # The rules depend on the screen's class, which is outside this widget.
    SCOPED_CSS = False
    DEFAULT_CSS = """
    StepCard { height: 5; }
    .-wide StepCard { height: auto; min-height: 6; max-height: 12; padding: 0 1; }
    """

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, sum(max(1, -(-line.cell_len // max(1, width))) for line in self.render().split(allow_blank=True)))

    def show(self, text: Text) -> None:
        before = self.render()
        super().show(text)
        if before.plain != text.plain:
            self.refresh(layout=True)


def card_title(step: Step) -> list[Text]:
    """The parts of the pane's title: the step's number and what kind of thing it is."""
    parts = [Text(f"Step {step.number}" if step.number is not None else "Here", look.TEXT)]
    if step.item is not None and step.item.kind in ("command", "http"):
        label, style = look.RISKS[step.item.risk]
        parts.append(Text(label, style))
    elif step.item is not None:
        parts.append(Text(step.item.kind, look.QUIET))
    return parts


def draw(step: Step, prepared: Prepared | None, *, wide: bool, width: int) -> Text:
    """The card of an item; headers and empty checklists say what enter does there."""
    from handrail.incident.prepare import reclassed  # 40 ms, and the first frame needs none of it

    item = step.item
    if step.kind == "options":
        chosen = f"chosen: {clean(step.answer)}. enter chooses again."
        said = chosen if step.answer else "enter asks which; the others close."
        return Text.assemble((clean(step.title), f"bold {look.STRONG}"), "\n", (said, look.QUIET))
    if item is None:
        return Text.assemble(
            (clean(step.title), f"bold {look.STRONG}"),
            "\n",
            (f"{step.done} of {step.total} done. enter folds it.", look.QUIET),
        )
    lines: list[Text] = []
    if prepared is None:
        lines = _told(item, PROSE_WIDE if wide else PROSE_NARROW, width)
        what = {
            "manual": "enter ticks it when you have done it",
            "decision": _asked(step, item),
            "reference": "for reading: t shows all",
            "template": "a message to fill: t shows all",
        }
        if item.kind in ("manual", "reference") and (links := _leading_on(item)):
            what[item.kind] = _opens(item, links)
        lines.append(_standing(step) or Text(what.get(item.kind, ""), look.QUIET))
        if item.by_hand is not None:
            lines[-1].append(f"    {clean(reclassed(item.by_hand))}", look.ACCENT)
        return Text("\n").join(_fit(line, width, wide) for line in lines)
    if wide:
        lines.append(Text(clean(item.title), f"bold {look.STRONG}"))
    lines += _shortened(prepared, WIDE_ROWS if wide else NARROW_ROWS, width)
    where = Text.assemble(
        (f"{clean(prepared.user)}@{clean(prepared.host)}", look.QUIET), "  ", (home_short(prepared.cwd), look.QUIET)
    )
    reached = reaches(prepared)
    if reached and not wide:
        where.append_text(Text("   ").append_text(reached[0]))
        if len(reached) > 1:
            where.append(f" and {len(reached) - 1} more, t", look.WARN)
    if prepared.in_ps:  # first, so that no narrow screen cuts it off
        where = Text.assemble((clean(prepared.notes[0]), look.WARN), "   ", where)
    elif prepared.notes:
        where.append(f"    {clean(prepared.notes[0])}", look.ACCENT)
    lines.append(Text.assemble("  ", where))
    if wide:
        lines += [Text.assemble("  ", each) for each in reached]
    if standing := _standing(step):
        lines.append(Text.assemble("  ", standing))
    elif prepared.blanks:
        lines.append(
            Text(f"  open blank: {', '.join(map(clean, prepared.blanks))}. enter asks for it, v for all.", look.WARN)
        )
    elif prepared.refused is not None and step.state.word != "running":
        lines.append(Text(f"  {clean(prepared.refused.sentence)}", look.WARN))
    else:
        lines.append(Text.assemble("  ", expectation(prepared.expected)))
    return Text("\n").join(_fit(line, width, wide) for line in lines)


def _told(item: Item, rows: int, width: int) -> list[Text]:
    """The item's words in at most `rows` rows; the last one says when there is more."""
    from widgets import prose  # here, so that the first frame does not wait for it

    lines = prose.rows(item.text, width) or [Text(clean(item.title), look.TEXT)]
    return _cut(lines, rows, width)


def _standing(step: Step) -> Text:
    """What an answer, or its lack, means for the step; empty when nothing hangs on one."""
    if step.closed:
        return Text(f"not to be done: {clean(step.closed)}", look.STALE)
    return Text("hangs on a question: enter asks that first", look.UNKNOWN) if step.waits_on else Text()


def _asked(step: Step, item: Item) -> str:
    if not item.choices:
        return "enter records that you decided"
    if step.answer:
        return f"answered {clean(step.answer)}. enter answers again."
    shown = ", ".join(map(clean, item.choices[:4])) + (", …" if item.choices[4:] else "")
    return f"enter asks: {shown}"


def _opens(item: Item, links: Sequence[Link]) -> str:
    """What enter opens; where there is more than one way to go on it asks first."""
    names = ", ".join(clean(link.text) for link in links[:4]) + (", …" if links[4:] else "")
    if item.kind == "manual":
        return f"enter asks: open {names}, or tick it"
    return f"enter asks: open {names}" if links[1:] else f"enter opens {names} here"


def reaches(prepared: Prepared) -> list[Text]:
    """What it reaches, a piece for each target: kind, then which; loud where it is not what it was."""
    if prepared.targets is None:
        return [Text("looking at what it reaches …", look.QUIET)]
    changed = {target.key for _, target in prepared.pins}
    return [
        Text.assemble(
            (f"{clean(target.key)} ", look.QUIET),
            (f"{clean(target.chosen)} in " if target.chosen else "", look.STRONG),
            (clean(target.text), f"bold {look.CRIT}" if target.key in changed else look.STRONG),
        )
        for target in prepared.targets
    ]


def command_lines(prepared: Prepared) -> list[Text]:
    """`$ command`, all of it. Literally: nothing of a command may vanish before somebody agrees to it."""
    source = literal(prepared.command).split("\n")
    return [
        Text.assemble(("$ " if index == 0 else "  "), (line, f"bold {look.ACCENT}"))
        for index, line in enumerate(source)
    ]


def fits(prepared: Prepared, *, wide: bool, width: int) -> bool:
    """Whether the card shows the whole command. What does not fit is asked about in full before it runs."""
    return len(_drawn(prepared, width)) <= (WIDE_ROWS if wide else NARROW_ROWS)


def _drawn(prepared: Prepared, width: int) -> list[Text]:
    return [part for line in command_lines(prepared) for part in exactly(line, width, indent="    ")]


def _shortened(prepared: Prepared, rows: int, width: int) -> list[Text]:
    """At most `rows` rows of the command; the last one says when there is more."""
    return _cut(_drawn(prepared, width), rows, width)


def _cut(lines: list[Text], rows: int, width: int) -> list[Text]:
    if len(lines) <= rows:
        return lines
    note = Text(f"  {more_rows(len(lines) - rows)}, t all", look.WARN)
    last = lines[rows - 1]
    last.truncate(max(4, width - note.cell_len), overflow="ellipsis")
    return [*lines[: rows - 1], Text.assemble(last, note)]


def expectation(expected: Expected | None) -> Text:
    """What the runbook says the step should give."""
    if expected is None:
        return Text("expects nothing stated: ends as ran, you judge", look.QUIET)
    if expected.kind == "shown":
        return Text(f"shown beside the result: {clean(expected.value)}", look.QUIET)
    words = {
        "json": "expects",
        "text": "expects the text",
        "regex": "expects a match of",
        "number": "expects a value",
        "exit": "expects exit",
        "status": "expects HTTP",
        "failure": "expects it to fail:",
        "retry": "expects, within retries,",
        "steady": "expects, for a while,",
    }
    if expected.seconds and expected.kind in ("retry", "steady"):
        time = short_duration(expected.seconds)
        words |= {"retry": f"expects, within {time},", "steady": f"expects, for {time} on end,"}
    return Text.assemble((f"{words.get(expected.kind, 'expects')} ", look.QUIET), (clean(expected.value), look.TEXT))


def _fit(line: Text, width: int, wide: bool) -> Text:
    if not wide:
        line.truncate(max(1, width), overflow="ellipsis")
        line.no_wrap = True
    return line


def home_short(path: str) -> str:
    """A folder for people: the user's home as ~, else the last two parts when it is long."""
    home = str(Path.home())
    shown = clean("~" + path[len(home) :] if home != "/" and (path + "/").startswith(home + "/") else path)
    parts = shown.split("/")
    return shown if len(shown) <= 34 or len(parts) < 4 else "…/" + "/".join(parts[-2:])


def _leading_on(item: Item) -> tuple[Link, ...]:
    from handrail.shelf.links import leading_on  # here, so that the first frame does not wait for it

    return tuple(leading_on(item))
