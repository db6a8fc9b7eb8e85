"""What is shown before consent beside the command itself: what it reaches, what it would kill, what has changed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from rich.text import Text

from handrail.clock import short_duration
from handrail.errors import HandrailError
from handrail.killing.killers import killers
from handrail.text import clean, fit
from screens import asking
from screens.base import ActingScreen
from widgets import look
from widgets.ask import Ask
from widgets.checklist_view import ChecklistView
from widgets.question import Question, question_line

if TYPE_CHECKING:
    from handrail.incident.checklist import Row as Step
    from handrail.incident.incident import Pin
    from handrail.killing.victims import Toll
    from handrail.operator.operator import Prepared
    from handrail.targets.target import Target

# At most so many processes are named before a step that kills by a pattern.
NAMED = 6


class ConsentActs(ActingScreen):
    """Asks before a step runs, and before what it reaches is accepted as another than it was."""

    incident_id: str

    def _unchanged(self, key: str, asked: Prepared, attempts: int, word: str) -> str:
        raise NotImplementedError

    def ask_consent(self, step: Step, prepared: Prepared, *, again: bool) -> None:
        """Ask for the answer that the step needs; a step that kills by a pattern is looked at first."""
        if killers(prepared.text):
            self.say("Looking at which processes it would kill …", look.QUIET)
            self.run_worker(self._ask_with_toll(step, prepared, again), group="toll", exclusive=True)
        else:
            self._ask_consent(step, prepared, again)

    async def _ask_with_toll(self, step: Step, prepared: Prepared, again: bool) -> None:
        try:
            toll = await asyncio.wrap_future(self.operator.toll(prepared))
        except HandrailError as error:
            self.say(str(error), look.CRIT)
            return
        asking_ = self.query_one_optional(Ask)
        if asking_ is None or asking_.question is not None or self.query_one(ChecklistView).cursor != step.key:
            return  # the operator has gone on to something else
        self._ask_consent(step, prepared, again, tuple(toll_lines(toll)) if toll else ())

    def _ask_consent(self, step: Step, prepared: Prepared, again: bool, more: tuple[Text, ...] = ()) -> None:
        attempts, word = len(step.state.attempts), step.state.word
        self.ask(
            asking.consent(
                step,
                prepared,
                again=again,
                more=more,
                still=lambda: self._unchanged(step.key, prepared, attempts, word),
            )
        )

    def ask_target(self, step: Step, prepared: Prepared) -> None:
        """A step is held because it would reach something else: show both, and ask whether that is right."""
        seen = {target.key: target.text for _, target in prepared.pins}
        number = f"step {step.number}" if step.number is not None else "this step"
        lines = [question_line("HELD", f"{number} would reach something else than before", look.CRIT)]
        for pin, target in prepared.pins:
            lines += _then_and_now(pin, target, (self.now() - pin.at).total_seconds())
        lines.append(Text("  y: what it is now is right, for every step from here on. Nothing runs yet.", look.QUIET))
        self.ask(Question("target", "yes", tuple(lines), data=(step.key, seen)))

    def answered(self, question: Question, value: str) -> None:
        super().answered(question, value)
        if question.id == "target":
            key, seen = question.data  # type: ignore[misc]
            future = self.operator.accept_target(self.incident_id, key, seen)
            self.run_act(future, "Pinned as it is now, on record; enter runs the step.")


def _then_and_now(pin: Pin, target: Target, seconds: float) -> list[Text]:
    since = f"{short_duration(seconds)} ago, {clean(pin.by)}"
    return [
        Text.assemble((f"  {clean(pin.target)}  was  ", look.QUIET), (clean(pin.text), look.TEXT),
                      (f"   {since}", look.QUIET)),
        Text.assemble((f"  {' ' * len(clean(pin.target))}  is   ", look.QUIET),
                      (clean(target.text), f"bold {look.CRIT}")),
    ]


def toll_lines(toll: Toll) -> list[Text]:
    """The processes that would be killed if it ran now."""
    count = len(toll.victims)
    if count:
        first = f"  would kill {count} process{'' if count == 1 else 'es'} now:"
    else:
        first = "  nothing matches now" if not toll.unclear else "  cannot be told beforehand:"
    lines = [Text(first, f"bold {look.CRIT}" if count else look.WARN)]
    for victim in toll.victims[:NAMED]:
        lines.append(Text.assemble((f"  {victim.pid:>9} {clean(victim.user)} ", look.QUIET),
                                   (fit(clean(victim.command), 58).rstrip(), look.TEXT), no_wrap=True))
    if count > NAMED:
        lines.append(Text(f"            and {count - NAMED} more", look.QUIET))
    lines += [Text(f"  {clean(sentence)}", look.WARN) for sentence in toll.unclear]
    if toll.spared:
        lines.append(Text(f"  and {toll.spared} of Handrail itself, which {'is' if toll.spared == 1 else 'are'} spared",
                          look.QUIET))
    return lines

