"""What `handrail run` is about to do, worked out before anything starts: the items, their values, their consent."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handrail.acts.sections import find
from handrail.errors import UsageError
from handrail.incident.checklist import STEPS
from handrail.incident.fence_says import runs_alone
from handrail.incident.prepare import SEEN, Consent, Prepared, prepare_with
from handrail.values.secrets import looks_secret

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handrail.pack.model import Pack
    from handrail.runbook.model import Item, Runbook


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What was agreed to on the command line: changes, and destruction."""

    changes: bool
    destroys: bool


@dataclass(frozen=True, slots=True)
class Fillings:
    """What fills the blanks, by name: what goes on record, and what stays in this process's memory."""

    plain: dict[str, str]
    secret: dict[str, str] = field(repr=False)


def items(runbook: Runbook, item: str | None, section: str | None) -> tuple[tuple[str, ...], list[Item]]:
    """The section to open and the steps in it, in order. Raises UsageError for what the runbook does not have."""
    if item and section:
        raise UsageError("--item and --section exclude each other.")
    path = find(runbook, section or "")
    if not item:
        steps = [step for step in runbook.under(path) if step.kind in STEPS and not runs_alone(step)]
        if not steps:
            where = section or runbook.document
            raise UsageError(f"There is no step in {where!r}.", "", "`handrail read FILE` lists them.")
        return path, steps
    found = [step for step in runbook.items if item in (step.id, step.title) and step.kind in STEPS]
    if len(found) != 1:
        what = "no item" if not found else f"{len(found)} items called"
        raise UsageError(f"{runbook.document} has {what} {item!r}.", "", "`handrail read FILE --json` lists ids.")
    return (), found


def fillings(given: Sequence[str], hidden: Sequence[str], steps: Sequence[Item]) -> Fillings:
    """NAME=VALUE and NAME=@FILE as values; `hidden` likewise, or NAME alone, which is asked for unseen. A name that
    sounds like a secret is one. Raises UsageError for a name that no step asks for: it is a slip."""
    plain = dict(_filled(pair, steps) for pair in given)
    secret = dict(_hidden(pair, steps) for pair in hidden)
    secret = {name: text for name, text in plain.items() if looks_secret(name)} | secret
    if empty := next((name for name, text in secret.items() if not text), ""):
        raise UsageError(f"The secret {empty!r} is empty.")
    return Fillings({name: text for name, text in plain.items() if name not in secret}, secret)


def _filled(pair: str, steps: Sequence[Item]) -> tuple[str, str]:
    name, equals, text = pair.partition("=")
    if not equals:
        raise UsageError(f"--set {pair!r} has no value.", "", "Write --set NAME=VALUE, or NAME=@FILE.")
    _be_asked_for(name, steps)
    return name, _from_file(text[1:]) if text.startswith("@") else text


def _hidden(pair: str, steps: Sequence[Item]) -> tuple[str, str]:
    if "=" in pair:
        return _filled(pair, steps)
    _be_asked_for(pair, steps)
    if not sys.stdin.isatty():
        return pair, sys.stdin.readline().rstrip("\n")
    return pair, str(click.prompt(pair, hide_input=True, err=True))


def _be_asked_for(name: str, steps: Sequence[Item]) -> None:
    asked = list(dict.fromkeys(blank.name for step in steps for blank in step.placeholders))
    if name not in asked:
        known = f"Its blanks are {', '.join(asked)}." if asked else "It has no blanks."
        raise UsageError(f"No step asks for {name!r}.", known)


def prepared(step: Item, filled: Fillings, pack: Pack | None, cwd: str) -> Prepared:
    """The step as it would run. Raises UsageError for an open blank, and for what may not run at all."""
    ready = prepare_with(step, filled.plain, filled.secret, pack, cwd)
    if ready.blanks:
        raise UsageError(f"{step.title!r} has open blanks: {', '.join(ready.blanks)}.", f"{ready.command}",
                         "Fill them with --set NAME=VALUE; nothing was run.")
    if ready.refused:
        raise UsageError(f"{step.title!r} may not run. {ready.refused.sentence}", f"{ready.command}",
                         f"{ready.refused.remedy} Nothing was run.".strip())
    return ready


def consent(step: Item, ready: Prepared, confirmed: Confirmed) -> Consent:
    """The operator's yes: from the options, else asked for on the terminal. Raises UsageError when there is none."""
    if ready.in_ps:
        from handrail.text import clean

        click.echo(f"{clean(step.title)}: {SEEN}, to everybody on this host.", err=True)
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
