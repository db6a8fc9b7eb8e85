"""The palette: every action of the screen by its words, and in a practice world its faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.widgets import OptionList

from screens.actions.record import write_key
from screens.base import ActingScreen
from tui.practice import fault_offers
from widgets import look
from widgets.dialogs.leaving import LeavesOnce
from widgets.line import Line

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from textual.app import ComposeResult

    from tui.app import HandrailApp


class Palette(LeavesOnce, CommandPalette):
    """Textual's, for keys faster than its screens: left once, and opened again while the last one still goes.

    Nothing in it is blended: a theme takes the place of the very colours of `widgets.look`, and of no others."""

    DEFAULT_CSS = f"""
    Palette {{ background: {look.BACKGROUND}; color: {look.TEXT}; }}
    Palette > .command-palette--help-text {{ color: {look.QUIET}; text-style: not dim not bold; }}
    Palette > .command-palette--highlight {{ color: {look.ACCENT}; text-style: bold underline; }}
    Palette > #palette-keys {{ dock: bottom; background: {look.SURFACE}; }}
    Palette > Vertical, Palette > Vertical:dark {{ margin-top: 0; background: {look.BACKGROUND}; }}
    Palette #--input, Palette #--input.--list-visible {{ height: 1; border: none; background: {look.SURFACE}; }}
    Palette SearchIcon {{ display: none; }}
    Palette CommandInput, Palette CommandInput:focus {{ height: 1; border: none; padding: 0 1; color: {look.STRONG}; }}
    Palette #--results {{ overlay: none; height: 1fr; }}
    Palette CommandList {{
        height: auto; max-height: 100%; border: none; background: {look.BACKGROUND};
        scrollbar-background: {look.BACKGROUND}; scrollbar-color: {look.FRAME}; scrollbar-size-vertical: 1;
    }}
    Palette CommandList:focus {{ border: none; }}
    Palette CommandList > .option-list--option {{ padding: 0 3; color: {look.STRONG}; text-style: bold; }}
    Palette CommandList > .option-list--option-highlighted {{
        color: {look.STRONG}; background: {look.CURSOR}; text-style: bold;
    }}
    """

    def __init__(self) -> None:
        super().__init__(placeholder="Search for an action, by any of its words")

    def compose(self) -> ComposeResult:
        yield from super().compose()
        keys = (("enter", "do it"), ("up down", "choose"), ("esc", "leave"))
        shown = [Text.assemble((f" {key}", f"bold {look.ACCENT}"), f" {label} ") for key, label in keys]
        yield Line(Text(" ").join(shown), id="palette-keys")

    def _action_command_list(self, action: str) -> None:
        # A list that is still empty, or that no cell of the terminal is left for, breaks on a page key.
        offered = self.query_one(OptionList)
        if offered.option_count and offered.scrollable_content_region:
            super()._action_command_list(action)


class ActionProvider(Provider):
    """Offers what can be done now; what cannot is left out here and explained by its key."""

    async def discover(self) -> Hits:
        for title, help_text, callback in self._offers():
            yield DiscoveryHit(Content(title), callback, title, help=help_text)

    async def search(self, query: str) -> AsyncIterator[Hit]:
        matcher = self.matcher(query)
        for title, help_text, callback in self._offers():
            if (score := max(matcher.match(title), matcher.match(help_text) * 0.9)) > 0:
                yield Hit(score, Content(title), callback, title, help=help_text)

    def _offers(self) -> Iterator[tuple[str, str, Callable[[], None]]]:
        screen = self.screen
        if isinstance(screen, ActingScreen):
            facts = screen.facts()
            # As on the bottom row, what is nearest first; behind it what has no room there.
            for action in sorted(screen.ACTIONS, key=lambda action: action.weight or 1000):
                moving = action.place in ("list", "everywhere") and action.id != "help"
                if not moving and not action.refused(facts):
                    yield (f"{action.label}  ({write_key(action.keys[0])})", action.help, _do(screen, action.id))
        yield from fault_offers(cast("HandrailApp", self.app))


def _do(screen: ActingScreen, id: str) -> Callable[[], None]:
    return lambda: screen.action_act(id)
