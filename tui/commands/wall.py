"""The wall: it gets a Watcher, polls nothing and writes nothing."""

from __future__ import annotations

import click

from tui.commands.dressed import screen_options, settings_of
from tui.commands.given import Given, common_options


@click.command("wall")
@click.option("--locked", is_flag=True, help="No key leaves it; end it with a signal.")
@click.option("--once", is_flag=True, help="Print it once as text; exit status 0 ok, 1 warning, 2 critical, 3 unknown.")
@click.option("--screen", metavar="INCHES", help='How large the screen is, such as 55in: with --distance it says what '
              "can be read.")
@click.option("--distance", metavar="METRES", help="From how far away it is read, such as 4m.")
@common_options
@screen_options
@click.pass_obj
def command(given: Given, locked: bool, once: bool, screen: str | None, distance: str | None) -> int:
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
    wall = settings.wall.seen_from(screen, distance)
    presence = WallPresence(state)
    try:
        from tui.wall_app import run_wall

        return run_wall(watcher, locked, settings, wall)
    finally:
        presence.leave()
