"""Which screen is which, the way between them, and where the operator stood on each.

A screen is imported when somebody goes there, so that the first frame waits for none but its own.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from screens.base import ActingScreen

if TYPE_CHECKING:
    from textual.screen import Screen

    from screens.going import Go
    from tui.app import HandrailApp
    from tui.library import LibraryPlace


class Places:
    """`last` is the place before this one: "watch", the id of an incident, "" before there was one."""

    def __init__(self, app: HandrailApp, *, drill: bool) -> None:
        self._app = app
        self._drill = drill
        self.last = ""
        self._last_incident = ""
        self._left: dict[str, tuple[str, float]] = {}  # where the operator stood on each incident that was left
        self._library: LibraryPlace | None = None
        self._sheets: dict[tuple[str, str, str], str] = {}  # what is half typed on values sheets, in memory only

    def go(self, message: Go) -> None:
        """Follow a key to where it leads."""
        place = message.place
        if place == "back":
            self._back()
        elif place == "leave":
            self._app.exit(0)
        elif place == "help":
            self._help()
        elif place == "palette":
            self._app.action_command_palette()
        elif place == "declare":
            self._declare()
        elif place == "watch":
            self._home()
        elif place == "incident":
            self.show(message.id or self._last_incident or self._next_open(), message.call)
        elif place == "runbooks":
            self.runbooks()
        elif place in ("values", "blanks"):
            self._values(message.id, message.call, only=place == "blanks")
        elif place == "timeline":
            self._timeline(message.id)
        elif place == "lamp":
            self._lamp(message.id)
        elif place == "others":
            self.show(self._next_open())
        elif place == "last":
            self._home() if self.last == "watch" else self.show(self.last)

    def show(self, id: str, call: str = "") -> None:
        """Go to an incident, and to a procedure opened in it; "" when there is none to go to."""
        from screens.incident import IncidentScreen

        if not id:
            self.acting.say("No incident is open. d declares one.")
            return
        here = self._here()
        if here != id:
            self.last = here or "watch"
        self._last_incident = id
        while self._above_home and not (isinstance(self._screen, IncidentScreen) and here == id):
            self._leave_screen()
        if not (isinstance(self._screen, IncidentScreen) and here == id):
            screen = IncidentScreen(self._app.operator, id, drill=self._drill)
            screen.left = self._left.get(id)
            self._app.push_screen(screen)
        if call and isinstance(self._screen, IncidentScreen):
            self._screen.go_to_call(call)
        self._app.tick()

    def show_step(self, where: tuple[str, str] | None) -> None:
        """From what happened meanwhile to the incident and its step; None stays."""
        if where is None:
            return
        from screens.incident import IncidentScreen

        id, step = where
        self.show(id)
        if step and isinstance(self._screen, IncidentScreen):
            self._screen.go_to_step(step)

    def runbooks(self) -> None:
        """Go to the library, which searches on as it was left."""
        if self._library is None:
            from tui.library import LibraryPlace

            session, nearby = self._app.session, self._app.nearby
            folders = session.start.folders if session else ()
            folders += (nearby.folder,) if nearby else ()
            self._library = LibraryPlace(self._app, self._app.operator, folders, drill=self._drill)
        self._library.show(self._here() or self._last_incident)

    @property
    def acting(self) -> ActingScreen:
        """The topmost screen that can say something."""
        return next(screen for screen in reversed(self._app.screen_stack) if isinstance(screen, ActingScreen))

    def close(self) -> None:
        """Let go of what lives as long as the console."""
        if self._library is not None:
            self._library.close()

    @property
    def _screen(self) -> Screen[object]:
        return self._app.screen

    @property
    def _above_home(self) -> bool:
        return len(self._app.screen_stack) > 1

    def _back(self) -> None:
        if self._above_home:  # a second key may have been on its way when the first one led home
            here = self._here()
            self._leave_screen()
            if here and not self._here():
                self.last = here
            self._app.tick()

    def _home(self) -> None:
        if here := self._here():
            self.last = here
        while self._above_home:
            self._leave_screen()
        self._app.tick()

    def _leave_screen(self) -> None:
        """Take the screen away, and remember where the operator stood on it."""
        screen = self._screen
        if (id := getattr(screen, "incident_id", "")) and hasattr(screen, "place") and (place := screen.place()):
            self._left[id] = (place, monotonic())
        self._app.pop_screen()

    def _here(self) -> str:
        """The incident on the screen, "" when it is another place."""
        ids = (getattr(screen, "incident_id", "") for screen in reversed(self._app.screen_stack))
        return next(filter(None, ids), "")

    def _next_open(self) -> str:
        """The open incident after this one, the worst first; "" when there is no other."""
        incidents = [card.incident for card in self._app.operator.watcher.now().cards]
        incidents.sort(key=lambda one: (one.level.rank if one.level else 9, one.id))
        ids = [one.id for one in incidents]
        here = self._here()
        if here in ids:
            ids = ids[ids.index(here) + 1 :] + ids[: ids.index(here)]
        return next(iter(ids), "")

    def _values(self, id: str, key: str, *, only: bool) -> None:
        from screens.values import ValuesScreen

        screen = ValuesScreen(self._app.operator, id, key, self._sheets, only=only, drill=self._drill)
        self._app.push_screen(screen)

    def _help(self) -> None:
        from screens.help import HelpScreen

        here = self._screen
        place = here.facts().place if isinstance(here, ActingScreen) else "watch"
        self._app.push_screen(HelpScreen(self._app.operator, place, drill=self._drill))

    def _lamp(self, id: str) -> None:
        from screens.lamp import LampScreen

        pack, _, lamp = id.partition(" ")
        self._app.push_screen(LampScreen(self._app.operator, pack, lamp, drill=self._drill))

    def _timeline(self, id: str) -> None:
        from screens.timeline import TimelineScreen

        self._app.push_screen(TimelineScreen(self._app.operator, id, drill=self._drill))

    def _declare(self) -> None:
        from tui.declaring import declare

        declare(self._app, drill=self._drill)
