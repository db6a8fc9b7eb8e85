"""The console: which screen is on, what brings it up to date, and how it leaves."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App
from textual.events import Key
from textual.message import Message

from handrail.clock import Clock, SystemClock
from handrail.errors import HandrailError
from screens.base import ActingScreen, Broke, Go
from screens.opening import Opening
from screens.watch import WatchScreen
from tui.at_start import at_start
from tui.bell import Bell
from tui.crash import report_crash
from tui.dress import Dress, dressed
from tui.driver import TerminalDriver
from tui.settings import PLAIN, Settings
from tui.theme import HANDRAIL
from widgets import look
from widgets.output.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from textual import events
    from textual.binding import BindingType
    from textual.command import Provider
    from textual.driver import Driver
    from textual.filter import LineFilter

    from handrail.absence.drafts import Drafts
    from handrail.absence.mark import Marking
    from handrail.drill.world import World
    from handrail.incident.incident import Incident
    from handrail.operator import Operator
    from tui.alarm import RealAlarm
    from tui.library import LibraryPlace
    from tui.nearby import Nearby
    from tui.start import Opener, Session
    from widgets.dialogs.declare import Declaration


class Changed(Message):
    """What the watcher shows has changed. Many of them in a row are one."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Changed)


def _palette_actions() -> type[Provider]:
    from tui.palette import ActionProvider  # here, so that the first frame does not wait for it

    return ActionProvider


class HandrailApp(App[int], inherit_bindings=False):
    """Holds the Operator and the places; each screen draws itself and acts."""

    TITLE = "handrail"
    # Named here so that Textual adds no ctrl+p of its own that comes before every other key.
    BINDINGS: ClassVar[list[BindingType]] = [("ctrl+p", "command_palette", "all")]
    COMMANDS: ClassVar[set[Any]] = {_palette_actions}
    CSS = "Tooltip { display: none; } CommandPalette SearchIcon { display: none; }"

    def __init__(self, opener: Opener, *, clock: Clock | None = None, settings: Settings = PLAIN) -> None:
        super().__init__()
        self._bell = Bell() if settings.bell else None
        self.typed_at = monotonic()
        self._dress = Dress(settings, colorless=self.no_color)
        self.register_theme(HANDRAIL)
        self.theme = "handrail"
        self.clock: Clock = clock or SystemClock()
        self.session: Session | None = None
        self.pace = Pace()
        self.last_place = ""
        self.crash_file = ""
        self.refused: HandrailError | None = None
        self._opener = opener
        self._last_incident = ""
        self._left: dict[str, tuple[str, float]] = {}  # where the operator stood on each incident that was left
        self.alarm: RealAlarm | None = None
        self.wanted = ""
        self._library: LibraryPlace | None = None
        self._drafts: dict[tuple[str, str, str], str] = {}
        self._leave_watching: Callable[[], None] = lambda: None
        self.drafts: Drafts | None = None
        self.marking: Marking | None = None

    @property
    def painted(self) -> Sequence[float]:
        """When the newest frames went out (monotonic, s), oldest first; empty where nobody knows."""
        return tuple(getattr(self._driver, "painted", ()))

    @property
    def operator(self) -> Operator:
        """The open record's. Only asked for once there is one: until then the screen refuses every act."""
        assert self.session is not None
        return self.session.operator

    @property
    def nearby(self) -> Nearby | None:
        """A folder of runbooks beside the place where the console was started."""
        return self.session.start.nearby if self.session else None

    def get_driver_class(self) -> type[Driver]:
        return TerminalDriver

    def get_line_filters(self) -> Sequence[LineFilter]:
        return dressed(super().get_line_filters(), self._dress)

    def get_default_screen(self) -> WatchScreen:
        """Watch is where the console begins, and what lies beneath every other place."""
        return WatchScreen(Opening(self._opener.state), drill=self._opener.drill)

    def on_mount(self) -> None:
        self._arm_signals()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """After the first frame: what takes time starts now."""
        gc.freeze()
        gc.enable()
        self.run_worker(self._open(), group="opening")

    async def _open(self) -> None:
        try:
            self.session = session = await asyncio.to_thread(self._opener.open)
        except HandrailError as error:
            self.refused = error
            self.exit(error.exit_status)
            return
        operator, start = session.operator, session.start
        self._acting().operator = operator
        self._leave_watching = operator.watcher.subscribe(self._tell)
        operator.start_polling()
        self.set_interval(1.0, self._tick)
        self._tick()
        if start.file is not None:
            self._acting().run_act(operator.open_file(start.file), then=lambda incident: self._show(incident.id))
        elif start.incident is not None:
            self._show(start.incident)
        elif start.folders:
            self._runbooks()
        if start.ask_name:
            self._acting().ask_who()
        self.run_worker(at_start(self, operator), group="at start", exit_on_error=False)
        if start.real is not None:
            from tui.alarm import RealAlarm

            self.alarm = RealAlarm(self, start.real)
            self.run_worker(self.alarm.watch(), group="alarm", exit_on_error=False)

    def go_where_it_happened(self, where: tuple[str, str] | None) -> None:
        """From what happened meanwhile to the incident and the step; None stays."""
        if where is None:
            return
        from screens.incident import IncidentScreen

        self._show(where[0])
        if where[1] and isinstance(self.screen, IncidentScreen):
            self.screen.go_to_step(where[1])

    def leave_for(self, id: str | None) -> None:
        """Leave the drill for a real incident; "" stays."""
        if id:
            self.wanted = id
            self.exit(0)

    def _tell(self) -> None:
        # Called from a thread of the domain; after the app has gone there is nobody to tell.
        if self._running:
            self.post_message(Changed())

    def on_broke(self, message: Broke) -> None:
        """The act was not done, or not seen to be: say so, keep the report, go on."""
        file = report_crash(message.error, self._opener.state, self._without_secrets)
        sentence = "That ended in an error of Handrail's own; look before you try again."
        self._acting().say(f"{sentence} Report: {file}", look.CRIT)

    def on_key(self, event: events.Key) -> None:
        """The end of a key's way up. Textual picks its widget before the key in front of it is done: what follows a
        key that opens a question would act on what lies below the question."""
        if isinstance(self.screen, ActingScreen) and self.screen.take_if_asked(event):
            event.prevent_default()

    async def run_action(self, *args: Any, **kwargs: Any) -> bool:
        """A key whose action breaks, Textual's own included, costs a sentence and a report, never the console."""
        try:
            return await super().run_action(*args, **kwargs)
        except Exception as error:
            self.post_message(Broke(error))
            return True

    def on_changed(self) -> None:
        self._tick()

    def _tick(self) -> None:
        if self._exit:
            return
        self._ring()
        screen = self.screen
        if isinstance(screen, ActingScreen) and screen.stands:
            screen.repaint()
            self._title(screen)

    def _ring(self) -> None:
        if self._bell is not None and self.session is not None:
            silent = monotonic() - self.typed_at
            if self._bell.rings(self.operator.watcher.open(), self.clock.now(), silent):
                self.bell()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, Key):
            self.typed_at = monotonic()
        await super().on_event(event)

    def _title(self, screen: ActingScreen) -> None:
        """The terminal's own title says what a tab bar should: the level, how far, and whether something waits."""
        incident = screen.facts().incident
        if incident is None:
            title = "handrail"
        else:
            card = next((card for card in self.operator.watcher.now().cards if card.incident.id == incident.id), None)
            waits = " WAITS" if card and card.waits else ""
            level = incident.level.name if incident.level else "checklist"
            title = f"{level} {card.done}/{card.total}{waits}" if card else f"{level} {incident.short_id}"
        self._write_title(title)

    def _write_title(self, title: str) -> None:
        if title != self.title:
            self.title = title
            if self._driver is not None and not self.is_headless:
                self._driver.write(f"\x1b]2;{title}\x07")

    # -- places: each is imported when somebody goes there, so that the first frame waits for none of them

    def on_go(self, message: Go) -> None:
        """The one place that knows which screen is which."""
        if self._exit:
            return  # keys that came behind the one that left
        if message.place == "back":
            self._back()
        elif message.place == "leave":
            self.exit(0)
        elif message.place == "help":
            self._help()
        elif message.place == "palette":
            self.action_command_palette()
        elif message.place == "declare":
            self._declare()
        elif message.place == "watch":
            self._home()
        elif message.place == "incident":
            self._show(message.id or self._last_incident or self._first_open(), message.call)
        elif message.place == "runbooks":
            self._runbooks()
        elif message.place in ("values", "blanks"):
            self._values(message.id, message.call, only=message.place == "blanks")
        elif message.place == "timeline":
            self._timeline(message.id)
        elif message.place == "lamp":
            self._lamp(message.id)
        elif message.place == "others":
            self._show(self._next_open())
        elif message.place == "last":
            self._home() if self.last_place == "watch" else self._show(self.last_place)

    def _values(self, id: str, key: str, *, only: bool) -> None:
        from screens.values import ValuesScreen

        drill = self._opener.drill
        self.push_screen(ValuesScreen(self.operator, id, key, self._drafts, only=only, drill=drill))

    def _runbooks(self) -> None:
        if self._library is None:
            from tui.library import LibraryPlace

            folders = self.session.start.folders if self.session else ()
            folders += (self.nearby.folder,) if self.nearby else ()
            self._library = LibraryPlace(self, self.operator, folders, drill=self._opener.drill)
        self._library.show(self._here() or self._last_incident)

    def _help(self) -> None:
        from screens.help import HelpScreen

        here = self.screen
        place = here.facts().place if isinstance(here, ActingScreen) else "watch"
        self.push_screen(HelpScreen(self.operator, place, drill=self._opener.drill))

    def action_command_palette(self) -> None:
        from tui.palette import Palette

        if not Palette.is_open(self):
            self.push_screen(Palette())

    def _lamp(self, id: str) -> None:
        from screens.lamp import LampScreen

        pack, _, lamp = id.partition(" ")
        self.push_screen(LampScreen(self.operator, pack, lamp, drill=self._opener.drill))

    def _timeline(self, id: str) -> None:
        from screens.timeline import TimelineScreen

        self.push_screen(TimelineScreen(self.operator, id, drill=self._opener.drill))

    def _back(self) -> None:
        if len(self.screen_stack) > 1:  # a second key may have been on its way when the first one led home
            self._leave_screen()
            self._tick()

    def _leave_screen(self) -> None:
        """Take the screen away, and remember where the operator stood on it."""
        screen = self.screen
        if (id := getattr(screen, "incident_id", "")) and hasattr(screen, "place") and (place := screen.place()):
            self._left[id] = (place, monotonic())
        self.pop_screen()

    def _here(self) -> str:
        """The incident on the screen, "" when it is another place."""
        return next(
            (
                getattr(screen, "incident_id", "")
                for screen in reversed(self.screen_stack)
                if getattr(screen, "incident_id", "")
            ),
            "",
        )

    def _home(self) -> None:
        if here := self._here():
            self.last_place = here
        while len(self.screen_stack) > 1:
            self._leave_screen()
        self._tick()

    def _show(self, id: str, call: str = "") -> None:
        from screens.incident import IncidentScreen

        if not id:
            self._acting().say("No incident is open. d declares one.")
            return
        here = self._here()
        if here and here != id:
            self.last_place = here
        elif not here:
            self.last_place = "watch"
        self._last_incident = id
        while len(self.screen_stack) > 1 and not (isinstance(self.screen, IncidentScreen) and here == id):
            self._leave_screen()
        if not (isinstance(self.screen, IncidentScreen) and here == id):
            screen = IncidentScreen(self.operator, id, drill=self._opener.drill)
            screen.left = self._left.get(id)
            self.push_screen(screen)
        if call and isinstance(self.screen, IncidentScreen):
            self.screen.go_to_call(call)
        self._tick()

    def _open_ids(self) -> list[str]:
        cards = self.operator.watcher.now().cards
        return [
            c.incident.id
            for c in sorted(cards, key=lambda c: (c.incident.level.rank if c.incident.level else 9, c.incident.id))
        ]

    def _first_open(self) -> str:
        return next(iter(self._open_ids()), "")

    def _next_open(self) -> str:
        ids = self._open_ids()
        here = self._here()
        if here in ids:
            ids = ids[ids.index(here) + 1 :] + ids[: ids.index(here)]
        return next(iter(ids), "")

    def _acting(self) -> ActingScreen:
        return next(screen for screen in reversed(self.screen_stack) if isinstance(screen, ActingScreen))

    # -- declaring

    def _declare(self) -> None:
        from tui.declaring import filled_in
        from widgets.dialogs.declare import DeclareDialog

        screen = self.screen
        lamp = screen.lamp_under_cursor() if isinstance(screen, ActingScreen) else ""
        fill = filled_in(lamp, self.operator.watcher.now(), self.operator.packs)
        dialog = DeclareDialog(
            self.operator.packs,
            self.clock.now(),
            scenario=fill.scenario,
            title=fill.title,
            level=fill.level,
            detected=fill.detected,
            source=fill.source,
            drill=self._opener.drill,
        )
        self.push_screen(dialog, self._declared)

    def _declared(self, declaration: Declaration | None) -> None:
        if declaration is None:
            self._acting().say("Nothing was declared.", "dim")
            return
        future = self.operator.declare(
            declaration.title,
            declaration.pack,
            declaration.level,
            declaration.scenario,
            declaration.detected_at,
            declaration.source,
        )
        # Until the record answers, what was proposed must not look as if nobody had declared it.
        self._acting().say(f"Declaring {declaration.title} …", look.QUIET)
        self._acting().run_act(future, then=self._opened)

    def _opened(self, incident: Incident) -> None:
        self._show(incident.id)

    # -- practice

    def _world(self) -> World | None:
        return self.session.start.drill if self.session else None

    def fault_offers(self) -> Iterator[tuple[str, str, Callable[[], None]]]:
        """The faults of the practice world, for the palette."""
        world = self._world()
        if world is None:
            return
        for name, sentence in world.faults().items():
            yield f"fault: {name}", sentence, partial(self._fault, name)
        yield "fault: clear all", "Make the practice world well again", partial(self._fault, None)

    def _fault(self, name: str | None) -> None:
        world = self._world()
        assert world is not None
        if name is None:
            world.clear()
            self._acting().say("The practice world is well again.", "dim")
        else:
            world.inject(name)
            self._acting().say(f"Fault injected: {name}. Watch the lamps.", "dim")

    # -- leaving

    def _arm_signals(self) -> None:
        # Without handlers both signals would leave the terminal raw.
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, partial(self.exit, 128 + number, 128 + number))

    def on_paste(self, event: events.Paste) -> None:
        event.stop()

    def _handle_exception(self, error: Exception) -> None:
        """One sentence on the terminal; the traceback, without locals, in a private file.

        What breaks while the app is being left is a screen that was opening: its parts are no longer made.
        """
        if self._exit:
            self._close_messages_no_wait()
            return
        # What breaks as a consequence is not the cause.
        self.crash_file = self.crash_file or str(report_crash(error, self._opener.state, self._without_secrets))
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()

    def _without_secrets(self, text: str) -> str:
        return self.session.operator.secrets.hide(text) if self.session is not None else text

    def on_unmount(self) -> None:
        self._leave_watching()
        if self._library is not None:
            self._library.close()


def run_console(opener: Opener, settings: Settings = PLAIN) -> int:
    """Run the console until the operator leaves. Answers the exit status; steps run on.

    Raises HandrailError when the session could not be opened.
    """
    app = HandrailApp(opener, settings=settings)
    try:
        app.run(mouse="SSH_CONNECTION" not in os.environ)
        going = _running(app.session)
        if app.marking is not None and not app.return_code and not app.crash_file:
            app.marking.leave(running=going > 0)
    finally:
        if app.session is not None:
            app.session.operator.close()
    if app.refused is not None:
        raise app.refused
    if app.crash_file:
        print(
            "handrail: it stopped on an error of its own; what was recorded is safe and steps run on. "
            f"Report: {app.crash_file}",
            file=sys.stderr,
        )
        return 1
    if going:
        steps = "1 step runs" if going == 1 else f"{going} steps run"
        print(f"{steps} on without this console; handrail shows them again.")
    if app.wanted and opener.follow is not None:
        return opener.follow(app.wanted)
    return app.return_code or 0


def _running(session: Session | None) -> int:
    if session is None:
        return 0
    return sum(state.word == "running" for state in session.operator.watcher.now().runs.values())
