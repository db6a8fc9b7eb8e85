"""Longer texts that screens show on request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from handrail.clock import short_duration
from handrail.text import clean, clean_block, literal
from widgets import look
from widgets.step_card import expectation, reaches

if TYPE_CHECKING:
    from handrail.incident.checklist import Row as Step
    from handrail.operator.operator import Prepared
    from handrail.snapshot import Snapshot


def store_note(snapshot: Snapshot) -> Text:
    """What keeps the record from the disk, loudly; empty when nothing does."""
    if not snapshot.store_note:
        return Text()
    note = Text(f" {clean(snapshot.store_note)}", f"bold {look.CRIT}")
    if snapshot.stopped:
        note.append_text(Text.assemble("  ", ("Z", f"bold {look.ACCENT}"), (" continues it", look.TEXT)))
    return note


def busy(snapshot: Snapshot) -> Text:
    """What goes on by itself, quietly."""
    return Text(f" {clean(snapshot.busy)}", look.QUIET) if snapshot.busy else Text()


def name_of(step: Step) -> str:
    """A row as a sentence names it: step 4 Make the folder."""
    number = f"step {step.number} " if step.number is not None else ""
    return f"{number}{clean(step.title)}"


def title_of(step: Step) -> Text:
    number = f"Step {step.number}  " if step.number is not None else ""
    return Text.assemble((f" {number}", look.QUIET), (clean(step.title), f"bold {look.STRONG}"))


def whole(step: Step, prepared: Prepared | None) -> Text:
    """Everything known about a step: its command, where it comes from, its text, and each attempt."""
    from handrail.incident.prepare import reclassed  # 40 ms, and the first frame needs none of it

    item = step.item
    assert item is not None
    parts: list[Text] = []
    if prepared is not None:
        label, style = look.RISKS[prepared.risk]
        parts += [
            _head("Runs"),
            Text(literal(prepared.command), f"bold {look.ACCENT}"),
            Text.assemble((label, style), (f"  {clean(prepared.risk_why)}", look.QUIET)),
            Text(f"as {clean(prepared.user)}@{clean(prepared.host)} in {clean(prepared.cwd)}", look.QUIET),
        ]
        parts += [Text.assemble(("reaches ", look.QUIET), each) for each in reaches(prepared)]
        parts += [Text.assemble((f"{clean(pin.target)} was {clean(pin.text)}", look.WARN),
                                (f", pinned by {clean(pin.by)}", look.QUIET)) for pin, _ in prepared.pins]
        parts += [Text(clean(note), look.ACCENT) for note in prepared.notes]
        parts.append(expectation(prepared.expected))
        if prepared.original.strip() != prepared.command.strip():
            parts += [_head("As the runbook says"), Text(literal(prepared.original))]
    if item.by_hand is not None and prepared is None:
        parts.append(Text(clean(reclassed(item.by_hand)), look.ACCENT))
    parts += [_head(f"In the runbook, lines {item.lines[0]} to {item.lines[1]}"), Text(clean_block(item.text))]
    if step.state.attempts:
        parts.append(_head("Attempts"))
    for attempt in step.state.attempts:
        took = f" after {short_duration(attempt.seconds)}" if attempt.seconds is not None else ""
        parts.append(
            Text(
                f"{attempt.started_at.astimezone():%d %b %H:%M:%S}  {clean(attempt.by)}  "
                f"{attempt.verdict or 'running'}{took}  {clean(attempt.why)}"
            )
        )
        parts += [Text(f"    {clean(remark)}", look.WARN) for remark in attempt.remarks]
    if step.state.reason:
        parts += [_head("Reason"), Text(clean(step.state.reason))]
    return Text("\n").join(parts)


def _head(words: str) -> Text:
    return Text(f"\n{words}", f"bold {look.QUIET}")
