"""What every screen of the console shares: actions by record, one line that speaks, one line that asks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar, cast

from rich.text import Text
from textual.message import Message
from textual.screen import Screen

from handrail.errors import HandrailError, Refusal
from handrail.text import clean
from screens.actions.bind import BY_ID, hints
from screens.dialogue import AsksAndSays
from screens.going import GoesToPlaces
from screens.moving import MovesInList
from screens.opening import Opening
from widgets import look
from widgets.ask import Ask
from widgets.key_row import KeyRow
from widgets.question import Question, question_line
from widgets.question import hints as asked
from widgets.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from datetime import datetime

    from textual import events

    from handrail.incident.incident import Incident
    from handrail.operator.operator import Operator
    from handrail.snapshot import Snapshot
    from screens.actions.record import Action, Facts

WIDE = 100
SMALLEST = (60, 20)

# After this long (s) without an answer the screen says why.
IMPATIENT = 1.0


class Broke(Message):
    """An act ended in an error that nobody foresaw."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class ActingScreen(AsksAndSays, GoesToPlaces, MovesInList, Screen[None], inherit_bindings=False):
    """A screen whose keys are action records. Subclasses name ACTIONS and define `act_...`, `facts` and `draw`."""

    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [(0, "-narrow"), (WIDE, "-wide")]  # type: ignore[misc]
    ACTIONS: ClassVar[tuple[Action, ...]] = ()
    AUTO_FOCUS = ""  # each screen knows what a person wants first

    DEFAULT_CSS = f"""
    ActingScreen {{ background: {look.BACKGROUND}; color: {look.TEXT}; }}
    ActingScreen > .first {{ height: 1; background: {look.SURFACE}; }}
    ActingScreen > #say {{ height: auto; min-height: 1; max-height: 3; text-wrap: wrap; }}
    ActingScreen.-small > * {{ display: none; }}
    """

    def __init__(self, operator: Operator | Opening, *, drill: bool = False) -> None:
        super().__init__()
        # During the first frame there is no record yet; `action_act` refuses what would need one.
        self.operator = cast("Operator", operator)
        self.drill = drill
        self.ready = False
        self._found = ""

    # -- what a subclass gives

    def facts(self) -> Facts:
        """What the actions have to know now."""
        raise NotImplementedError

    def draw(self, snapshot: Snapshot, now: datetime) -> None:
        """Show `snapshot` as of `now`. Called at each change and once a second; equal values cost nothing."""
        raise NotImplementedError

    def lamp_under_cursor(self) -> str:
        """The id of the lamp the operator looks at, "" when it is something else."""
        return ""

    def standing(self) -> Text:
        """What the line above the bottom row says when nothing else has to be said."""
        return Text()

    # -- too small a terminal

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < SMALLEST[0] or event.size.height < SMALLEST[1], "-small")

    def render(self) -> Any:
        if not self.has_class("-small"):
            return super().render()
        return Text(
            f"This terminal is {self.size.width}x{self.size.height}. Handrail needs {SMALLEST[0]}x{SMALLEST[1]}: "
            "make it larger. Nothing is lost; steps run on.",
            look.WARN,
        )

    # -- the actions

    def action_act(self, id: str) -> None:
        """Do an action, or say why not. A key for a screen that has been left does nothing; for one that is not
        furnished yet it waits, unless it would change something that nobody can have seen."""
        action = BY_ID[id]
        if self.is_active and not self.ready and not action.changes:
            self.call_after_refresh(self.app.run_action, f"act('{id}')", self)
        if not self.is_active or not self.stands:
            return
        self.unsay()
        if isinstance(self.operator, Opening) and id not in ("back", "leave"):
            self.say("The record is being opened; a moment.", look.QUIET)
            return
        if reason := action.refused(self.facts()):
            self.say(reason)
            return
        getattr(self, action.method)()

    def repaint(self) -> None:
        """Draw what the watcher knows now."""
        if not self.stands:
            return
        snapshot = self.operator.watcher.now()
        self.draw(snapshot, self.now())
        question = self.query_one(Ask).question
        if question is not None and question.still is not None and (reason := question.still()):
            self.stop_asking()
            self.say(reason)
            return
        self.show_keys()
        self._draw_say()

    def show_keys(self) -> None:
        """Let the bottom row say what the keys do now."""
        question = self.query_one(Ask).question
        self.query_one(KeyRow).show_hints(asked(question) if question else hints(self.actions_here(), self.facts()))

    @property
    def stands(self) -> bool:
        """Whether it can be drawn and asked for its facts: it is furnished, and is not being taken away."""
        return self.ready and self.display

    def actions_here(self) -> tuple[Action, ...]:
        """What the bottom row offers where the focus is."""
        return self.ACTIONS

    def now(self) -> datetime:
        return cast("Any", self.app).clock.now()

    def current_list(self) -> RowList | None:
        """The list that the moving keys and / work on now."""
        return self.focused if isinstance(self.focused, RowList) else None

    def act_find(self) -> None:
        self.ask(
            Question("find", "text", (question_line("FIND", "a row by its words", look.ACCENT),), value=self._found)
        )

    def _find(self, text: str) -> None:
        self._found = text
        rows = self.current_list()
        if rows is None or not rows.find(text):
            self.say(f"Nothing here shows {text!r}.")

    def act_suspend(self) -> None:
        self.say(
            "ctrl+z does nothing here: steps run on without Handrail. q leaves; handrail comes back to this place."
        )

    def act_note(self) -> None:
        incident = self.facts().incident
        assert incident is not None
        self.ask(
            Question(
                "note",
                "text",
                (
                    Text.assemble(
                        ("▌ ", look.ACCENT),
                        ("NOTE", f"bold {look.ACCENT}"),
                        " into the timeline of ",
                        (clean(incident.title), look.STRONG),
                    ),
                ),
                placeholder="what you saw, did or decided; enter keeps it, esc leaves",
                data=incident.id,
            )
        )

    def act_incident_accept(self) -> None:
        incident = self.facts().incident
        assert incident is not None
        held = f", held by {incident.holder} now" if incident.holder else ""
        self.ask(
            Question(
                "accept",
                "yes",
                (question_line("ACCEPT", f"{incident.title}{held}: it is yours", look.ACCENT),),
                data=incident.id,
            )
        )

    def act_store_continue(self) -> None:
        stopped = self.operator.watcher.now().stopped
        what = f"{stopped}, which is stopped and holds the record: it goes on with what it was doing"
        self.ask(Question("continue", "yes", (question_line("CONTINUE", what, look.WARN),), data=stopped))

    def answered(self, question: Question, value: str) -> None:
        """An answer to a question that every screen may ask."""
        if question.id == "find":
            self._find(value)
        elif question.id == "note":
            self.run_act(self.operator.note(str(question.data), value), "Noted.")
        elif question.id == "accept":
            self.run_act(self.operator.acknowledge(str(question.data)), "Accepted: it is yours.")
        elif question.id == "continue":
            self.run_act(self.operator.wake_holder(), f"Continued: {question.data}.")
        elif question.id == "who":
            self.operator.rename(value.strip())
            self.repaint()

    def ask_who(self) -> None:
        """Once a login: the account alone does not say who acts."""
        account = self.operator.actor.account
        line = question_line(
            "WHO ARE YOU?", f"everything you do is recorded under this name, beside the account {account}", look.ACCENT
        )
        self.ask(Question("who", "text", (line,), value=account, placeholder="your name"))

    # -- acts of the operator

    def run_act(
        self,
        future: Future[Any],
        done: str = "",
        then: Callable[[Incident], None] | None = None,
        failed: Callable[[HandrailError], bool] = lambda error: False,
        meanwhile: str = "",
    ) -> None:
        """Wait for an act without blocking the screen, then say how it went.

        `failed` may take an error into its own hands: then it answers True and nothing is said here. `meanwhile` is
        said at once of an act that takes its time by itself.
        """
        if meanwhile:
            self.say(meanwhile, look.QUIET)
        self.run_worker(self._finish(future, done, then, failed, None if meanwhile else IMPATIENT), group="acts")

    async def _finish(
        self,
        future: Future[Any],
        done: str,
        then: Callable[[Incident], None] | None,
        failed: Callable[[HandrailError], bool],
        patience: float | None,
    ) -> None:
        waiting = asyncio.wrap_future(future)
        try:
            try:
                answer = await asyncio.wait_for(asyncio.shield(waiting), patience)
            except TimeoutError:
                note = self.operator.watcher.now().store_note
                self.say(note or "The record is not written yet: something else holds the store.", look.CRIT)
                answer = await waiting
        except HandrailError as error:
            if not failed(error):
                self.say(str(error), look.CRIT)
            return
        except Exception as error:
            # An error of our own in one act must not take the screen from an operator.
            self.post_message(Broke(error))
            return
        if isinstance(answer, Refusal):
            self.say(" ".join(part for part in (answer.sentence, answer.remedy) if part))
        else:
            if getattr(answer, "unrecorded", 0):
                self.unsay()  # what stands there says NOT ON DISK, and why: no good news may hide it
            elif done:
                self.say(done, look.OK)
            if then is not None:
                then(answer)
        self.repaint()
