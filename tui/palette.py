"""The palette: every action of the screen by its words, and in a practice world its faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.widgets import OptionList

from screens.actions.record import write_key
from screens.base import ActingScreen
from tui.practice import fault_offers
from widgets.dialogs.leaving import LeavesOnce

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from tui.app import HandrailApp


class Palette(LeavesOnce, CommandPalette):
    """Textual's, for keys faster than its screens: left once, and opened again while the last one still goes."""

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
            for action in screen.ACTIONS:
                moving = action.place in ("list", "everywhere") and action.id != "help"
                if not moving and not action.refused(facts):
                    yield (f"{action.label}  ({write_key(action.keys[0])})", action.help, _do(screen, action.id))
        yield from fault_offers(cast("HandrailApp", self.app))


def _do(screen: ActingScreen, id: str) -> Callable[[], None]:
    return lambda: screen.action_act(id)
