"""The wall: it gets a Watcher, polls nothing and writes nothing."""

from __future__ import annotations

import click

from tui.commands.dressed import screen_options, settings_of
from tui.commands.given import Given, common_options


@click.command("wall")
@click.option("--locked", is_flag=True, help="No key leaves it; end it with a signal.")
@click.option("--once", is_flag=True, help="Print it once as text; exit status 0 ok, 1 warning, 2 critical, 3 unknown.")
@common_options
@screen_options
@click.pass_obj
def command(given: Given, locked: bool, once: bool) -> int:
    """Show the read-only wall display."""
    from handrail.clock import SystemClock
    from handrail.presence import WallPresence
    from handrail.watcher import Watcher

    state = given.state()
    watcher = Watcher(state, given.packs(), SystemClock())
    if once:
        from tui.commands.wall_text import lines

        watcher.refresh()
        text, status = lines(watcher.now(), SystemClock().now())
        click.echo("\n".join(text))
        return status
    from tui.commands.console import need_a_terminal

    need_a_terminal()
    settings = settings_of(given)
    presence = WallPresence(state)
    try:
        from tui.wall_app import run_wall

        return run_wall(watcher, locked, settings)
    finally:
        presence.leave()
