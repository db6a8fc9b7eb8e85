"""Practice: a world of its own on this host, and the console on it."""

from __future__ import annotations

import os
import sys

import click

from tui.commands.dressed import screen_options, settings_of
from tui.commands.given import Given, common_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from handrail.drill.world import World


@click.command("drill")
@click.argument("name", default="alwaysclaw")
@click.option("--fault", metavar="FAULT", help="Put a fault into the world; ? lists them.")
@click.option("--clear", "clear", metavar="FAULT", is_flag=False, flag_value="all", default=None,
              help="Take a fault out again, or all of them.")
@click.option("--stop", is_flag=True, help="End the world. What was practised stays on record.")
@common_options
@screen_options
@click.pass_obj
def command(given: Given, name: str, fault: str | None, clear: str | None, stop: bool) -> int:
    """Start the practice world NAME, or attach to it, and open the console on it.

    When the world lives already, --fault and --clear change it and open nothing: a console may be open on it.
    """
    root = _root(given, name)
    if stop:
        return _stop(name, root)
    if fault == "?":
        return _list_faults()
    if (fault or clear) and (not _has_terminal() or _lives(root)):
        return _change_only(name, root, fault, clear)
    return _open(given, name, root, fault)


def _stop(name: str, root: Path) -> int:
    from handrail.drill import world as worlds

    found = worlds.stop(root)
    click.echo(f"The practice world {name} has ended." if found else f"No practice world {name} is alive.")
    return 0 if found else 1


def _lives(root: Path) -> bool:
    from handrail.drill import world as worlds

    return worlds.find(root) is not None


def _change_only(name: str, root: Path, fault: str | None, clear: str | None) -> int:
    from handrail.drill import world as worlds

    world = worlds.start(name, root)
    _change(world, fault, clear)
    _tell(world)
    return 0


def _open(given: Given, name: str, root: Path, fault: str | None) -> int:
    """The console paints first; the world is started behind the first frame."""
    from handrail.paths import State
    from tui.commands.console import need_a_terminal
    from tui.start import ConsoleStart, Opener, Session, hasten

    need_a_terminal()
    settings = settings_of(given)
    state = given.state() if given.state_flag else State(root / "state")
    given.prepare(state)

    def session() -> Session:
        from handrail.clock import SystemClock
        from handrail.drill import world as worlds
        from handrail.operator.operator import Operator

        world = worlds.start(name, root)
        _change(world, fault, None)
        actor, named = given.actor(state)
        operator = Operator(state, (world.pack,), SystemClock(), actor, prefix="DRILL",
                            unsafe_filesystem=given.unsafe)
        return Session(operator, ConsoleStart(drill=world, real=given.state(), ask_name=not named))

    def follow(id: str) -> int:
        # Another process: nothing of the drill, its pack least of all, may reach into the real thing.
        os.execv(sys.executable, [sys.executable, "-c", "from tui.cli import main; main()", *given.words(), id])

    hasten()
    from tui.app import run_console

    return run_console(Opener(state.root, session, drill=True, follow=follow), settings)


def _root(given: Given, name: str) -> Path:
    """A world lives beside the real records, never among them."""
    return given.state().root / "drill" / name


def _change(world: World, fault: str | None, clear: str | None) -> None:
    if clear:
        world.clear(None if clear == "all" else clear)
    if fault:
        world.inject(fault)


def _tell(world: World) -> None:
    active = ", ".join(world.active()) or "none"
    click.echo(f"Faults in the practice world {world.name}: {active}. `handrail drill` opens the console on it.")


def _list_faults() -> int:
    from handrail.drill.faults import FAULTS

    width = max(len(fault.name) for fault in FAULTS)
    for fault in FAULTS:
        click.echo(f"{fault.name:<{width}}  {fault.sentence}")
    return 0


def _has_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()
