"""Declaring an incident: pick what it looks like, correct what was filled in, enter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from handrail.clock import short_duration
from handrail.text import clean
from widgets import look
from widgets.dialogs.leaving import LeavesOnce
from widgets.dialogs.level_field import LevelField
from widgets.line import Line
from widgets.row_list import Row, RowList
from widgets.titled import rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from handrail.pack.model import Pack, Scenario


# Rows from which on there is room for all of a severity's examples.
TALL = 30


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the operator declared. `scenario` is "" for an incident without a runbook, `source` what proposed it."""

    title: str
    pack: str
    level: str
    scenario: str
    detected_at: datetime | None
    source: str = ""


class DeclareDialog(LeavesOnce, ModalScreen[Declaration | None], inherit_bindings=False):
    """Scenarios above, the fields below. enter on a scenario goes to its fields; enter in a field declares."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "leave", "leave"),
        ("tab", "app.focus_next", "next"),
        ("shift+tab", "app.focus_previous", "back"),
    ]

    DEFAULT_CSS = f"""
    DeclareDialog {{ align: center middle; background: {look.BACKGROUND}; }}
    DeclareDialog > Vertical {{ width: 100%; height: 100%; max-width: 110; background: {look.BACKGROUND}; }}
    DeclareDialog RowList {{ min-height: 4; }}
    DeclareDialog .field {{ height: 1; }}
    DeclareDialog .label {{ width: 10; color: {look.QUIET}; }}
    DeclareDialog Input {{ height: 1; width: 1fr; padding: 0; background: {look.SURFACE}; }}
    DeclareDialog Input:focus {{ background: {look.CURSOR}; }}
    DeclareDialog .levels, DeclareDialog LevelField {{ height: 4; }}
    DeclareDialog.-tall .levels, DeclareDialog.-tall LevelField {{ height: 6; }}
    DeclareDialog #declare-say {{ height: 1; }}
    """

    def __init__(
        self,
        packs: Sequence[Pack],
        now: datetime,
        *,
        scenario: str = "",
        title: str = "",
        level: str = "",
        detected: str = "now",
        source: str = "",
        already: Mapping[str, str] | None = None,
        drill: bool = False,
    ) -> None:
        """`already` says of a scenario, by its id, that it is open."""
        super().__init__()
        self._drill = drill
        self._already = already or {}
        self._packs = tuple(packs)
        self._now = now
        self._wanted = (scenario, title, level)
        self._detected = detected
        self._source = source
        self._choices: list[tuple[Pack, Scenario | None]] = [
            (pack, each) for pack in self._packs for each in (*pack.scenarios, None)
        ]
        self._touched = False
        self._armed = True

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Line(_first_row(self._drill), id="declare-title")
            yield RowList(id="declare-list")
            yield Line(id="declare-rule")
            with Horizontal(classes="field"):
                yield Line(Text(" Title", look.QUIET), classes="label")
                yield Input(id="declare-name", select_on_focus=False, compact=True)
            with Horizontal(classes="levels"):
                yield Line(Text(" Severity", look.QUIET), classes="label")
                yield LevelField()
            with Horizontal(classes="field"):
                yield Line(Text(" Detected", look.QUIET), classes="label")
                yield Input(value=self._detected, id="declare-when", select_on_focus=False, compact=True)
            yield Line(id="declare-say")
            yield Line(_keys("next", ""), id="declare-keys")

    def on_mount(self) -> None:
        rows = []
        names = max((len(clean(each.title)) for _, each in self._choices if each), default=0)
        for index, (pack, scenario) in enumerate(self._choices):
            name = clean(scenario.title) if scenario else "Something else, without a runbook"
            level = f"{pack.short} {scenario.severity}".strip() if scenario else ""
            rank = pack.scheme[scenario.severity].rank if scenario and scenario.severity in pack.scheme else 4
            section = clean(scenario.section) if scenario else ""
            rows.append(
                Row(
                    str(index),
                    (
                        Text.assemble(
                            " ",
                            (f"{clean(level):<7}", look.RANKS.get(rank, look.QUIET)),
                            (f"{name:<{names}}", look.STRONG),
                            "   ",
                            (section, look.QUIET),
                        ),
                    ),
                )
            )
        wanted_id = self._wanted[0]
        start = next((i for i, (_, s) in enumerate(self._choices) if s is not None and s.id == wanted_id), 0)
        rows_widget = self.query_one("#declare-list", RowList)
        rows_widget.show(rows, str(start))
        rows_widget.title("What does it look like?", right=Text(f"{len(rows)} choices", look.QUIET))
        self._fill(start)
        if self._wanted[1]:
            self.query_one("#declare-name", Input).value = self._wanted[1]
        rows_widget.focus()

    def on_resize(self) -> None:
        self.set_class(self.size.height >= TALL, "-tall")
        self.query_one("#declare-rule", Line).show(
            rule((Text("Filled in, change what is wrong"),), Text(), min(110, self.size.width))
        )

    def on_key(self, event: events.Key) -> None:
        rows = self.query_one("#declare-list", RowList)
        if rows.has_focus:
            moves = {"up": -1, "k": -1, "down": 1, "j": 1}
            if event.key in moves:
                rows.move(moves[event.key])
            elif event.key in ("pageup", "pagedown"):
                rows.page(-1 if event.key == "pageup" else 1)
            elif event.key in ("home", "g", "end", "G"):
                rows.ends(last=event.key in ("end", "G"))
            elif self.query_one(LevelField).take(event.character or ""):
                pass
            elif event.key == "enter":
                self.set_focus(self.query_one("#declare-name", Input))
                # A second enter that was on its way already must not declare what nobody has read.
                self._armed = False
                self.call_after_refresh(self._arm)
            else:
                return
        elif event.key == "enter" and self.query_one(LevelField).has_focus:
            self._declare()
        elif event.key in ("up", "down"):
            (self.focus_previous if event.key == "up" else self.focus_next)()
        else:
            return
        event.stop()
        event.prevent_default()

    def on_descendant_focus(self) -> None:
        in_list = self.query_one("#declare-list", RowList).has_focus
        level = self.query_one(LevelField)
        digits = f"1-{level.count}" if (in_list or level.has_focus) and level.count > 1 else ""
        self.query_one("#declare-keys", Line).show(_keys("next" if in_list else "declare", digits))

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        self._fill(int(event.key))

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id == "declare-name" and event.input.has_focus:
            self._touched = True

    def on_input_submitted(self) -> None:
        self._declare()

    def action_leave(self) -> None:
        self.dismiss(None)

    def _fill(self, index: int) -> None:
        pack, scenario = self._choices[index]
        self._say(self._already.get(scenario.id, "") if scenario else "")
        title = self.query_one("#declare-name", Input)
        if not self._touched:
            title.value = clean(scenario.title) if scenario else ""
            title.cursor_position = len(title.value)
        self.query_one(LevelField).offer(pack, self._wanted[2] or (scenario.severity if scenario else ""))

    def _declare(self) -> None:
        if not self._armed:
            self._say("That enter came too early: look at the fields, then press it again.")
            return
        title = self.query_one("#declare-name", Input).value.strip()
        when = self.query_one("#declare-when", Input).value
        if not title:
            self._say("An incident needs a title: a few words anyone would understand.")
            self.query_one("#declare-name", Input).focus()
            return
        try:
            detected = parse_detected(when, self._now)
        except ValueError as error:
            self._say(str(error))
            self.query_one("#declare-when", Input).focus()
            return
        pack, scenario = self._choices[int(self.query_one("#declare-list", RowList).cursor or 0)]
        self.dismiss(
            Declaration(
                title,
                pack.id,
                self.query_one(LevelField).level,
                scenario.id if scenario else "",
                detected,
                self._source,
            )
        )

    def _arm(self) -> None:
        self._armed = True

    def _say(self, sentence: str) -> None:
        self.query_one("#declare-say", Line).show(Text(f" {sentence}", look.WARN))


def parse_detected(text: str, now: datetime) -> datetime | None:
    """When it was detected: `now` (None: the clock decides), `5m ago`, or a time of today or yesterday such as 03:12.

    Raises ValueError with a sentence for anything else, and for a time to come.
    """
    words = text.strip().lower()
    if words in ("", "now"):
        return None
    unit = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    ago = words.removesuffix("ago").strip()
    if ago and ago[-1] in unit and ago[:-1].strip().isdigit():
        return now - timedelta(seconds=int(ago[:-1]) * unit[ago[-1]])
    try:
        hour, minute = (int(part) for part in words.split(":"))
        local = now.astimezone().replace(hour=hour, minute=minute, second=0, microsecond=0)
    except ValueError:
        raise ValueError(f"{text!r} is no time: write now, 5m ago, or 03:12.") from None
    if local > now.astimezone():
        local -= timedelta(days=1)
        if now.astimezone() - local > timedelta(hours=20):
            ahead = (local + timedelta(days=1) - now.astimezone()).total_seconds()
            raise ValueError(f"{text} is {short_duration(ahead)} ahead of now.")
    return local


def _first_row(drill: bool) -> Text:
    return Text.assemble(
        (" DRILL ", f"bold reverse {look.ACCENT}") if drill else "",
        (" declare ", f"bold {look.BACKGROUND} on {look.ACCENT}"),
        "  ",
        ("Nothing is recorded before enter below.", look.QUIET),
    )


def _keys(enter: str, digits: str) -> Text:
    pairs = (("enter", enter), ("tab", "field"), (digits, "severity"), ("esc", "leave"))
    shown = [Text.assemble((f" {key}", f"bold {look.ACCENT}"), f" {label} ") for key, label in pairs if key]
    return Text(" ").join(shown)
