"""Half-typed input survives a lost console: what stands in a question's field is kept, and stands there again."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rich.text import Text

from widgets import look
from widgets.ask import Ask
from widgets.question import Question

if TYPE_CHECKING:
    from textual.timer import Timer
    from textual.widgets import Input

    from handrail.absence.drafts import Drafts

# A pause (s) in the typing after which it is written.
PAUSE = 0.3
# These begin anew each time: nothing is lost with them.
NOT_KEPT = frozenset({"find", "who"})
# A program that asks for one of these may echo it all the same: then it is shown, and still kept nowhere.
SECRET = re.compile(r"pass(word|phrase|code)|secret|token|pin\b|otp|api.?key", re.IGNORECASE)


def draft_key(question: Question) -> str:
    """What names the draft of a question; "" for one whose text is kept nowhere."""
    asks = " ".join(line.plain for line in question.lines)
    if question.kind != "text" or question.secret or question.id in NOT_KEPT or (question.keep and SECRET.search(asks)):
        return ""
    data = question.data if isinstance(question.data, str | tuple) else ""
    return f"{question.id} {data}"


class KeepsDrafts:
    """For screens with an Ask. `app.drafts` is where they are kept; None where nothing is."""

    app: Any
    operator: Any
    query_one: Any
    set_timer: Any
    run_worker: Any
    _draft_timer: Timer | None = None

    @property
    def drafts(self) -> Drafts | None:
        return getattr(self.app, "drafts", None)

    def with_draft(self, question: Question) -> Question:
        """The question with what was typed into it when a console was lost."""
        key = draft_key(question)
        text = self.drafts.get(key) if key and self.drafts else ""
        if not text or text == question.value:
            return question
        note = Text("  as you left it, half typed; esc drops it", look.QUIET)
        return replace(question, value=text, goes_on=True, lines=(*question.lines, note))

    def on_input_changed(self, event: Input.Changed) -> None:
        question = self.query_one(Ask).question
        if question is None or self.drafts is None or not (key := draft_key(question)):
            return
        text = "" if event.input.password or event.value == question.value else event.value
        if self._draft_timer is not None:
            self._draft_timer.stop()
        self._draft_timer = self.set_timer(PAUSE, lambda: self._keep(key, text))

    def drop_draft(self, question: Question) -> None:
        """It was answered or left: nothing has to survive."""
        if self._draft_timer is not None:
            self._draft_timer.stop()
            self._draft_timer = None
        if self.drafts is not None and (key := draft_key(question)):
            self._keep(key, "")

    def _keep(self, key: str, text: str) -> None:
        drafts, secrets = self.drafts, getattr(self.operator, "secrets", None)
        if secrets is not None and secrets.shows(text):
            text = ""
        if drafts is not None and (text or drafts.get(key)):
            self.run_worker(asyncio.to_thread(drafts.keep, key, text), group="drafts", exit_on_error=False)
