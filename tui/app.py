"""The console: which screen is on, what brings it up to date, and how it leaves."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.app import App
from textual.events import Key
from textual.message import Message

from handrail.clock import Clock, SystemClock
from handrail.errors import HandrailError
from screens.base import ActingScreen, Broke
from screens.going import Go
from screens.opening import Opening
from screens.watch import WatchScreen
from tui.at_start import at_start
from tui.bell import Bell
from tui.crash import report_crash
from tui.dress import Dress, dressed
from tui.driver import TerminalDriver
from tui.gone import of_a_screen_that_is_gone
from tui.places import Places
from tui.settings import PLAIN, Settings
from tui.theme import HANDRAIL
from widgets import look
from widgets.output.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.binding import BindingType
    from textual.command import Provider
    from textual.driver import Driver
    from textual.filter import LineFilter

    from handrail.absence.drafts import Drafts
    from handrail.absence.mark import Marking
    from handrail.operator.operator import Operator
    from tui.alarm import RealAlarm
    from tui.nearby import Nearby
    from tui.start import Opener, Session


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
    # Textual blends the colour of a placeholder, and a theme replaces only whole ones.
    CSS = f"Tooltip {{ display: none; }} Input > .input--placeholder {{ color: {look.QUIET}; }}"

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
        self.places = Places(self, drill=opener.drill)
        self.crash_file = ""
        self.refused: HandrailError | None = None
        self._opener = opener
        self.alarm: RealAlarm | None = None
        self.wanted = ""
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
    def last_place(self) -> str:
        """The place before this one: "watch", the id of an incident, "" before there was one."""
        return self.places.last

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
        self.places.acting.operator = operator
        self._leave_watching = operator.watcher.subscribe(self._tell)
        operator.start_polling()
        self.set_interval(1.0, self.tick)
        self.tick()
        if start.file is not None:
            opening = operator.open_file(start.file)
            self.places.acting.run_act(opening, then=lambda incident: self.places.show(incident.id))
        elif start.incident is not None:
            self.places.show(start.incident)
        elif start.folders:
            self.places.runbooks()
        if start.ask_name:
            self.places.acting.ask_who()
        self.run_worker(at_start(self, operator), group="at start", exit_on_error=False)
        if start.real is not None:
            from tui.alarm import RealAlarm

            self.alarm = RealAlarm(self, start.real)
            self.run_worker(self.alarm.watch(), group="alarm", exit_on_error=False)

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
        self.places.acting.say(f"{sentence} Report: {file}", look.CRIT)

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
            if not of_a_screen_that_is_gone(error, self.screen_stack):
                self.post_message(Broke(error))
            return True

    def on_changed(self) -> None:
        self.tick()

    def tick(self) -> None:
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

    # -- places

    def on_go(self, message: Go) -> None:
        if not self._exit:  # keys that came behind the one that left
            self.places.go(message)

    def action_command_palette(self) -> None:
        from tui.palette import Palette

        if not Palette.is_open(cast("App[object]", self)):
            self.push_screen(Palette())

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

        What breaks while the app is being left is a screen that was opening: its parts are no longer made. What breaks
        on a screen that is being taken away had come too late for it.
        """
        if self._exit:
            self._close_messages_no_wait()
            return
        if of_a_screen_that_is_gone(error, self.screen_stack):
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
        self.places.close()


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
