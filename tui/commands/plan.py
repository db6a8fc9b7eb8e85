"""What `handrail run` is about to do, worked out before anything starts: the items, their values, their consent."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handrail.acts.sections import find
from handrail.errors import UsageError
from handrail.incident.checklist import STEPS
from handrail.incident.prepare import Consent, Prepared, prepare_item

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from handrail.pack_model import Pack
    from handrail.runbook.model import Item, Runbook


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What was agreed to on the command line: changes, and destruction."""

    changes: bool
    destroys: bool


def items(runbook: Runbook, item: str | None, section: str | None) -> tuple[tuple[str, ...], list[Item]]:
    """The section to open and the steps in it, in order. Raises UsageError for what the runbook does not have."""
    if item and section:
        raise UsageError("--item and --section exclude each other.")
    path = find(runbook, section or "")
    if not item:
        steps = [step for step in runbook.under(path) if step.kind in STEPS]
        if not steps:
            where = section or runbook.document
            raise UsageError(f"There is no step in {where!r}.", "", "`handrail read FILE` lists them.")
        return path, steps
    found = [step for step in runbook.items if item in (step.id, step.title) and step.kind in STEPS]
    if len(found) != 1:
        what = "no item" if not found else f"{len(found)} items called"
        raise UsageError(f"{runbook.document} has {what} {item!r}.", "", "`handrail read FILE --json` lists ids.")
    return (), found


def values(given: Sequence[str], steps: Sequence[Item]) -> dict[str, str]:
    """NAME=VALUE and NAME=@FILE as values. Raises UsageError for a name that no step asks for: it is a slip."""
    asked = list(dict.fromkeys(blank.name for step in steps for blank in step.placeholders))
    filled = {}
    for pair in given:
        name, equals, text = pair.partition("=")
        if not equals:
            raise UsageError(f"--set {pair!r} has no value.", "", "Write --set NAME=VALUE, or NAME=@FILE.")
        if name not in asked:
            known = f"Its blanks are {', '.join(asked)}." if asked else "It has no blanks."
            raise UsageError(f"No step asks for {name!r}.", known)
        filled[name] = _from_file(text[1:]) if text.startswith("@") else text
    return filled


def prepared(step: Item, filled: Mapping[str, str], pack: Pack | None, cwd: str) -> Prepared:
    """The step as it would run. Raises UsageError for an open blank, and for what may not run at all."""
    ready = prepare_item(step, filled, pack, cwd)
    if ready.blanks:
        raise UsageError(f"{step.title!r} has open blanks: {', '.join(ready.blanks)}.", f"{ready.command}",
                         "Fill them with --set NAME=VALUE; nothing was run.")
    if ready.refused:
        raise UsageError(f"{step.title!r} may not run. {ready.refused.sentence}", f"{ready.command}",
                         f"{ready.refused.remedy} Nothing was run.".strip())
    return ready


def consent(step: Item, ready: Prepared, confirmed: Confirmed) -> Consent:
    """The operator's yes: from the options, else asked for on the terminal. Raises UsageError when there is none."""
    if ready.risk == "read" or (ready.risk == "change" and (confirmed.changes or confirmed.destroys)):
        return Consent(ready.command)
    if ready.risk == "destructive" and confirmed.destroys:
        return Consent(ready.command, ready.word)
    return _ask(step, ready)


def _ask(step: Item, ready: Prepared) -> Consent:
    from handrail.text import clean, clean_block

    destroys = ready.risk == "destructive"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        option = "--yes-destroy" if destroys else "--yes"
        raise UsageError(f"{step.title!r} {'destroys' if destroys else 'changes things'} and was not confirmed.",
                         ready.command, f"Look at it, then say {option}. Nothing was run.")
    click.echo(f"{clean(step.title)}\n  {clean_block(ready.command)}\n  on {ready.host} as {ready.user}", err=True)
    if destroys:
        typed = click.prompt(f"This destroys. Type {ready.word!r} to go on", default="", show_default=False, err=True)
        agreed = typed == ready.word
    else:
        typed, agreed = "", click.confirm("Run it?", default=False, err=True)
    if not agreed:
        raise UsageError(f"{step.title!r} was not confirmed.", "", "Nothing was run.")
    return Consent(ready.command, typed)


def _from_file(name: str) -> str:
    """The text of a file without its last newline, as `$(cat FILE)` gives it."""
    try:
        return Path(name).expanduser().read_text("utf-8").removesuffix("\n")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f"The value in {name} cannot be read.", f"{why}.") from error
