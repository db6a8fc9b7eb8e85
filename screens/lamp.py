"""One lamp: what it was, why it is as it is, what it answered last, and what it is linked to."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Container

from handrail.clock import short_duration
from handrail.errors import HandrailError
from handrail.health.monitor import among
from handrail.lamp_detail import Detail, detail, section
from handrail.text import clean
from screens import texts
from screens.actions.bind import bindings
from screens.actions.record import Facts
from screens.actions.table import ON_LAMP
from screens.base import ActingScreen
from screens.going import Go
from widgets import history_chart, lamp_facts, look
from widgets.ask import Ask
from widgets.headings import lamp_first_row
from widgets.key_row import KeyRow
from widgets.line import Line
from widgets.question import Choice, Question, question_line
from widgets.row_list import RowList
from widgets.titled import rule

if TYPE_CHECKING:
    from datetime import datetime

    from textual.app import ComposeResult

    from handrail.health.monitor import Lamp
    from handrail.operator.operator import Operator
    from handrail.pack.model import Pack
    from handrail.snapshot import Snapshot

# What the chart may show (s), and for how long a lamp may be muted.
WINDOWS = (300.0, 900.0, 3600.0, 6 * 3600.0, 86_400.0, 7 * 86_400.0)
MUTES = (("1", "15 minutes", 900), ("2", "1 hour", 3600), ("3", "4 hours", 14_400), ("4", "24 hours", 86_400))


class LampScreen(ActingScreen):
    """The chart above; below it the facts and the last answer, beside each other where there is room."""

    ACTIONS = ON_LAMP
    BINDINGS = bindings(ON_LAMP)

    DEFAULT_CSS = """
    LampScreen #chart { height: 5; }
    LampScreen #parts { height: 1fr; layout: vertical; }
    LampScreen #facts { height: 3fr; min-height: 4; }
    LampScreen #answer { height: 2fr; min-height: 4; }
    LampScreen.-wide #parts { layout: horizontal; }
    LampScreen.-wide #facts { width: 3fr; height: 1fr; }
    LampScreen.-wide #answer { width: 2fr; height: 1fr; }
    """

    def __init__(self, operator: Operator, pack: str, lamp: str, *, drill: bool = False) -> None:
        super().__init__(operator, drill=drill)
        self.pack_id, self.lamp_id = pack, lamp
        self._last: Lamp | None = None
        self._detail = Detail()
        self._loaded: object = None
        self._window = 0

    def compose(self) -> ComposeResult:
        yield Line(id="first", classes="first")
        yield Line(id="chart-title")
        yield Line(id="chart")
        with Container(id="parts"):
            yield RowList(id="facts")
            yield RowList(id="answer")
        yield Line(id="say")
        yield Ask(id="ask")
        yield KeyRow(id="keys")

    def on_mount(self) -> None:
        self.ready = True
        probe = next((probe for probe in self._pack().probes if probe.id == self.lamp_id.partition("/")[0]), None)
        if probe is not None:
            from handrail.quantities import seconds

            pace = seconds(probe.interval) or 1.0
            self._window = next((n for n, window in enumerate(WINDOWS) if window >= 60 * pace), len(WINDOWS) - 1)
        self.repaint()
        self.focus_home()

    def on_resize(self) -> None:
        rows = 1 + (4 if self.size.height < 30 else 8 if self.size.height < 45 else 12)
        self.query_one("#chart", Line).styles.height = rows
        self.call_after_refresh(self.repaint)

    # -- what is shown

    def lamp_under_cursor(self) -> str:
        return self.lamp_id

    def lamp(self) -> Lamp | None:
        """As it stands; as it was last seen when its pack no longer has it."""
        self._last = among(self.operator.watcher.now().lamps, self.lamp_id, self.pack_id) or self._last
        return self._last

    def _part(self) -> Lamp | None:
        """The part under the cursor; None where the cursor is on none."""
        lamp, facts = self.lamp(), self.query_one("#facts", RowList)
        return among(lamp.parts, facts.cursor) if lamp is not None and facts.has_focus else None

    def _pack(self) -> Pack:
        return next(pack for pack in self.operator.packs if pack.id == self.pack_id)

    def facts(self) -> Facts:
        snapshot = self.operator.watcher.now()
        return Facts(place="lamp", lamp=self.lamp(), part=self._part() is not None, open_incidents=len(snapshot.cards),
                     last_place=getattr(self.app, "last_place", ""), stopped=snapshot.stopped)

    def draw(self, snapshot: Snapshot, now: datetime) -> None:
        lamp, width = self.lamp(), self.size.width
        if lamp is None:
            self.query_one("#first", Line).show(Text(" This lamp is not there any more.", look.WARN))
            return
        self._load(lamp)
        seconds = WINDOWS[self._window]
        poll = next((poll for poll in snapshot.polls if poll.pack == lamp.pack), None)
        self.query_one("#first", Line).show(lamp_first_row(lamp, now, width, drill=self.drill))
        bad = poll is not None and poll.error
        remark = Text(clean(poll.error), look.CRIT) if poll and bad else Text(
            f"{len(self._detail.points)} answers kept", look.QUIET)
        self.query_one("#chart-title", Line).show(
            rule((Text("History"), Text(f"last {history_chart.span(seconds)}", look.QUIET)), remark, width))
        chart = self.query_one("#chart", Line)
        size = (width - 1, chart.size.height or 5)
        ticks = [change.at for change in self._detail.changes]
        chart.show(Text("\n").join(
            history_chart.draw(self._detail.points, now, seconds, size, self._detail.unit, ticks)))
        facts, answer = self.query_one("#facts", RowList), self.query_one("#answer", RowList)
        linked = [f"{card.incident.short_id} {card.incident.title}" for card in snapshot.cards
                  if card.incident.pack == lamp.pack and lamp.scenario and card.incident.scenario == lamp.scenario]
        facts.show(lamp_facts.facts(lamp, self._detail, now, facts.size.width or width, linked))
        facts.title("Why", right=Text(clean(lamp.group), look.QUIET))
        answer.show(lamp_facts.answer(self._detail, now, answer.size.width or width))
        age = f"{short_duration(lamp.age // 5 * 5)} ago" if lamp.age is not None and lamp.age >= 5 else "now"
        answer.title("Last answer", right=Text("without secrets, " + (age if lamp.age is not None else "none yet"),
                                               look.QUIET))

    def _load(self, lamp: Lamp) -> None:
        """Read the files again when there is a new answer, or another word."""
        seen = (lamp.word, lamp.value, lamp.why, lamp.trail, lamp.ticks, self._pack().sha256)
        if seen != self._loaded:
            self._loaded = seen
            self.run_worker(self._read(self._pack()), group="lamp", exclusive=True)

    async def _read(self, pack: Pack) -> None:
        self._detail = await asyncio.to_thread(detail, self.operator.state, pack, self.lamp_id)
        self.repaint()

    def standing(self) -> Text:
        return texts.store_note(self.operator.watcher.now())

    # -- acts

    def act_lamp_runbook(self) -> None:
        if (part := self._part()) is not None:
            self.post_message(Go("lamp", f"{part.pack} {part.id}"))
            return
        lamp = self.lamp()
        assert lamp is not None
        self.run_worker(self._show_section(self._pack(), lamp.runbook), group="section", exclusive=True)

    async def _show_section(self, pack: Pack, link: str) -> None:
        from widgets.dialogs.whole_text import WholeText

        try:
            title, text = await asyncio.to_thread(section, pack, link)
        except HandrailError as error:
            self.say(str(error))
            return
        await self.app.push_screen(WholeText(Text(f" {title}", f"bold {look.STRONG}"), Text(text, look.TEXT)))

    def act_lamp_ask(self) -> None:
        lamp = self.lamp()
        assert lamp is not None
        self.run_act(self.operator.lamps.ask_now(lamp), f"{lamp.title} is asked now.")

    def act_lamp_mute(self) -> None:
        lamp = self.lamp()
        assert lamp is not None
        if lamp.word == "MUTED":
            self.run_act(self.operator.lamps.unmute(lamp), f"{lamp.title} is loud again.")
            return
        choices = tuple(Choice(key, label, str(seconds)) for key, label, seconds in MUTES)
        self.ask(Question("mute", "choice", (question_line("MUTE", f"{lamp.title}, for how long?", look.WARN),),
                          choices=choices, value="3600", ahead=True))

    def act_lamp_latch(self) -> None:
        lamp = self.lamp()
        assert lamp is not None
        said = f"{lamp.title}: it was {lamp.why or lamp.word}. If it still is, it comes back"
        self.ask(Question("latch", "yes", (question_line("CLEAR THE LATCH", said, look.WARN),)))

    def act_lamp_longer(self) -> None:
        self._window = min(self._window + 1, len(WINDOWS) - 1)
        self.repaint()

    def act_lamp_shorter(self) -> None:
        self._window = max(self._window - 1, 0)
        self.repaint()

    def answered(self, question: Question, value: str) -> None:
        lamp = self.lamp()
        if lamp is None or question.id not in ("mute", "mute-reason", "latch"):
            super().answered(question, value)
        elif question.id == "mute":
            line = question_line("MUTE", f"{lamp.title} for {history_chart.span(float(value))}: why?", look.WARN)
            self.ask(Question("mute-reason", "text", (line,), placeholder="known, being worked on, … ; esc leaves",
                              data=float(value)))
        elif question.id == "mute-reason":
            seconds = float(str(question.data))
            self.run_act(self.operator.lamps.mute(lamp, seconds, value, self.operator.actor),
                         f"Muted for {history_chart.span(seconds)}; it is still asked. m makes it loud again.")
        else:
            self.run_act(self.operator.lamps.clear_latch(lamp, self.operator.actor),
                         "Cleared. If it is still bad the next answers say so.")

    # -- moving

    def current_list(self) -> RowList:
        answer = self.query_one("#answer", RowList)
        return answer if answer.has_focus else self.query_one("#facts", RowList)

    def focus_home(self) -> None:
        self.set_focus(self.query_one("#facts", RowList))

    def act_pane_next(self) -> None:
        facts, answer = self.query_one("#facts", RowList), self.query_one("#answer", RowList)
        (facts if answer.has_focus else answer).focus()

    act_pane_previous = act_pane_next


