"""The console, full screen."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tui.commands.dressed import screen_options, settings_of
from tui.commands.given import Given, common_options


@click.command("console", hidden=True)
@click.argument("target", metavar="[FILE.md | FOLDER | ID]", required=False)
@common_options
@screen_options
@click.pass_obj
def command(given: Given, target: str | None) -> int:
    """Open the console: on a checklist of a runbook, on a folder of them, on an incident, or on the Watch screen."""
    from handrail.runbook.files import load
    from tui.start import ConsoleStart, Opener, Session, hasten

    file, incident = _target(given, target)
    folders: tuple[Path, ...] = ()
    if file is not None and file.is_dir():
        folders, file = (file.absolute(),), None
    if file is not None:
        load(file)  # what is no text is said here, before the screen changes
    need_a_terminal()
    settings = settings_of(given)
    state = given.state()
    given.prepare(state)
    packs = given.packs()

    def session() -> Session:
        from handrail.clock import SystemClock
        from handrail.operator.operator import Operator
        from tui.nearby import runbooks_nearby

        actor, named = given.actor()
        operator = Operator(state, packs, SystemClock(), actor, unsafe_filesystem=given.unsafe)
        nearby = None if folders or file else runbooks_nearby(Path())
        start = ConsoleStart(file=file, incident=incident, folders=folders, nearby=nearby, ask_name=not named)
        return Session(operator, start)

    hasten()
    from tui.app import run_console

    return run_console(Opener(state.root, session), settings)


def need_a_terminal() -> None:
    """Raises UsageError when the console would write its screen into a file or a pipe."""
    from handrail.errors import UsageError

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("The console needs a terminal.", "", "`handrail incidents` prints the board as plain text.")


def _target(given: Given, target: str | None) -> tuple[Path | None, str | None]:
    """A file if it is one or looks like one, else the id of an incident."""
    from handrail.errors import UsageError
    from tui.commands.ids import resolve

    if target is None:
        return None, None
    path = Path(target).expanduser()
    if path.exists() or "/" in target or path.suffix:
        return path, None
    try:
        return None, resolve(given.state(), target)
    except UsageError:
        raise click.UsageError(f"{target!r} is no command, no file and no incident.{_near(target)}") from None


def _near(word: str) -> str:
    import difflib

    from tui.cli import COMMANDS

    near = difflib.get_close_matches(word, COMMANDS, 1)
    return f" Did you mean `handrail {near[0]}`?" if near else ""
