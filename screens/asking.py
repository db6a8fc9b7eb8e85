"""The questions of the incident screen, each naming what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from handrail.incident.prepare import SEEN
from handrail.text import clean, literal
from widgets import look
from widgets.question import Choice, Question, question_line
from widgets.step_card import command_lines, home_short

if TYPE_CHECKING:
    from collections.abc import Callable

    from handrail.errors import HandrailError
    from handrail.incident.checklist import Row as Step
    from handrail.operator.operator import Consent, Prepared
    from handrail.runs.record import RunState

# What is typed to run a step whose record cannot be written.
UNRECORDED = "unrecorded"


def name(step: Step) -> str:
    return f"step {step.number}: {step.title}" if step.number is not None else step.title


def consent(
    step: Step, prepared: Prepared, *, again: bool, still: Callable[[], str], more: tuple[Text, ...] = ()
) -> Question:
    """Before a step that changes or destroys: the command as it will run, on what, and the answer it takes.

    `more` is what else is to be known first, such as the processes that it would kill.
    """
    label, style = look.RISKS[prepared.risk]
    style = style.removeprefix("bold ")
    verb = f"{label.upper()}, AGAIN" if again else label.upper()
    lines = [question_line(verb, f"{name(step)}" + (f" ({prepared.risk_why})" if prepared.risk_why else ""), style)]
    lines += [Text.assemble("  ", line) for line in command_lines(prepared)]
    where = Text(f"  as {clean(prepared.user)}@{clean(prepared.host)} in {home_short(prepared.cwd)}", look.QUIET,
                 justify="left")
    for target in prepared.targets or ():
        where.append("  reaches ", look.QUIET)
        where.append(clean(str(target)), f"bold {look.WARN}")
    if prepared.edited_by:
        where.append(f"  edited by {clean(prepared.edited_by)}", look.WARN)
    if prepared.in_ps:
        lines.append(seen_in_ps())
    lines += more
    data = (step.key, prepared.command, again, prepared.targets)
    if prepared.risk == "destructive":
        lines.append(where)
        lines.append(Text.assemble("  type ", (clean(prepared.word), f"bold {look.CRIT}"), " and enter to run it"))
        return Question("consent", "word", tuple(lines), word=prepared.word, data=data, still=still)
    lines.append(where)
    return Question("consent", "yes", tuple(lines), data=data, still=still)


def seen_in_ps() -> Text:
    """The runbook's own command takes a secret as an argument: who agrees to that has to know."""
    return Text(f"  {SEEN}, to everybody on this host", look.WARN)


def unrecorded(step: Step, error: HandrailError, data: tuple[str, Consent, bool]) -> Question:
    """Before a step runs whose start cannot be put on disk: nothing has run yet."""
    lines = (
        question_line("NOT ON DISK", f"{error.title} {name(step)} has not run.", look.CRIT),
        Text(f"  $ {literal(data[1].command).splitlines()[0][:200]}", look.ACCENT, no_wrap=True),
        Text("  Record and output stay in memory until the disk is back: lost if the host stops.", look.QUIET),
        Text.assemble("  type ", (UNRECORDED, f"bold {look.CRIT}"), " and enter to run it all the same"),
    )
    return Question("unrecorded", "word", lines, word=UNRECORDED, data=data)


def reason(id: str, verb: str, step: Step, placeholder: str, *, required: bool = True) -> Question:
    """Before a step is left out or put off."""
    return Question(
        id, "text", (question_line(verb, name(step)),), placeholder=placeholder, required=required, data=step.key
    )


def wrong(step: Step) -> Question:
    """Before what ran is recorded as failed."""
    return Question(
        "wrong", "yes", (question_line("LOOKS WRONG", f"{name(step)}: recorded as failed", look.CRIT),), data=step.key
    )


def after_failure(step: Step) -> Question:
    """What can be done with a step that did not go well; enter itself runs nothing."""
    last = step.state.last
    why = f": {last.why}" if last and last.why else ""
    return Question(
        "after-failure",
        "keys",
        (question_line(step.state.word.upper(), f"{name(step)}{why}", look.CRIT),),
        choices=(
            Choice("r", "run again", "r"),
            Choice("e", "edit", "e"),
            Choice("s", "skip", "s"),
            Choice("l", "later", "l"),
            Choice("n", "note", "n"),
        ),
    )


def type_in(step: Step, run: str, live: RunState) -> Question:
    """Typing into a running program; what it does not echo is masked here and kept nowhere."""
    prompt = clean(live.waits) if live.waits else "what you type goes to the program"
    line = question_line("TYPE INTO", f"{name(step)}  {prompt}", look.ACCENT)
    return Question("type", "text", (line,), secret=not live.echo, keep=True, required=False, data=run)
