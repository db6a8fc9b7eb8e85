"""The line that asks and the line that speaks: one question at a time, and one sentence until the next key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from handrail.text import clean
from screens.drafting import KeepsDrafts
from widgets import look
from widgets.ask import Ask
from widgets.key_row import KeyRow
from widgets.line import Line
from widgets.question import Question
from widgets.question import hints as asked
from widgets.wrap import indented

if TYPE_CHECKING:
    from textual import events


class AsksAndSays(KeepsDrafts):
    """For screens with an Ask, a KeyRow and a line `#say`."""

    query_one_optional: Any
    call_after_refresh: Any
    repaint: Any
    show_keys: Any
    stands: bool
    answered: Any
    standing: Any
    size: Any
    ready: bool
    drill: bool
    _saying: Text | None = None

    def take_if_asked(self, event: events.Key) -> bool:
        """Whether the key belongs to an open question though it was on its way to something else."""
        asking = self.query_one_optional(Ask)
        return asking is not None and asking.take_if_missed(event)

    def ask(self, question: Question) -> None:
        if self.query_one_optional(Ask) is None:  # a screen that has only just been opened
            self.call_after_refresh(self.ask, question)
            return
        self.unsay()
        self.query_one(Ask).open(self.with_draft(question))
        self.query_one(KeyRow).show_hints(asked(question))

    def stop_asking(self) -> None:
        if self.query_one(Ask).question is not None:
            self.query_one(Ask).close()
            self.focus_home()
        self.repaint()

    def focus_home(self) -> None:
        """Give the focus back to what had it before a question."""

    def say(self, sentence: str, style: str = look.WARN) -> None:
        """Say one sentence above the bottom row; it stays until the next key."""
        self._saying = Text(f" {clean(sentence)}", style)
        self._draw_say()

    def is_silent(self) -> bool:
        """Whether nothing is said or asked now, so that something may be said unasked."""
        return self.ready and self._saying is None and self.query_one(Ask).question is None

    def unsay(self) -> None:
        if self._saying is not None:
            self._saying = None
            self._draw_say()

    def _draw_say(self) -> None:
        standing = self._real_incident() if self.drill else Text()
        said = self._saying if self._saying is not None else standing or self.standing()
        self.query_one("#say", Line).show(Text("\n").join(indented(said, self.size.width or 80)))

    def _real_incident(self) -> Text:
        """Over a drill: what is open for real, for as long as it is."""
        alarm = getattr(self.app, "alarm", None)
        return Text(f" {clean(alarm.sentence)}", f"bold {look.CRIT}") if alarm and alarm.sentence else Text()

    def on_ask_answered(self, event: Ask.Answered) -> None:
        event.stop()
        if event.question.still is not None and (reason := event.question.still()):
            self.stop_asking()
            self.say(reason)
            return
        self.drop_draft(event.question)
        self.unsay()  # what was said of the question is over with it
        if not event.question.keep:
            self.stop_asking()
        self.answered(event.question, event.value)
        if self.stands:
            self.show_keys()  # in the frame that closes the question: what the answer has begun is known by now

    def on_ask_left(self, event: Ask.Left) -> None:
        event.stop()
        self.drop_draft(event.question)
        self.stop_asking()
        if event.question.kind in ("yes", "word"):
            self.say("Left undone: nothing was changed." if event.question.does else "Left undone: nothing was run.",
                     look.QUIET)

    def on_ask_stale(self, event: Ask.Stale) -> None:
        event.stop()
        self.say(event.sentence)

    def on_paste(self, event: events.Paste) -> None:
        """Pasted text outside a field would press keys: it is dropped, and said."""
        event.stop()
        self.say("Pasted text was dropped: here every letter is a key. n opens a note to paste into.")
