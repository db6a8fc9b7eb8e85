"""The options of what fills the screen: --theme and --ascii, over the user's settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tui.commands.given import Given

if TYPE_CHECKING:
    from tui.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


def screen_options(command: F) -> F:
    """--theme and --ascii."""
    for option in (
        click.option("--ascii", "given_ascii", is_flag=True, expose_value=False, callback=_keep_ascii,
                     help="Draw with ASCII only, for terminals without the shapes."),
        click.option("--theme", "given_theme", metavar="NAME", expose_value=False, callback=_keep_theme,
                     help="dark, light or contrast; else what config.toml says."),
    ):
        command = option(command)
    return command


def settings_of(given: Given) -> Settings:
    """What the screen wears and which keys it has. Raises UsageError for settings that cannot be used.

    Called before any screen is imported: the keys are taken into the actions' records.
    """
    from tui.settings import load

    settings = load(theme=given.theme, ascii=given.ascii)
    if settings.keys:
        from screens.actions.remap import remap

        remap(settings.keys)
    return settings


def _keep_ascii(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(Given).ascii = True


def _keep_theme(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.ensure_object(Given).theme = value
