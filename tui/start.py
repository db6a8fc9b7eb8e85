"""What the console opens on. Known to the commands and to the app, so it imports neither Textual nor a room."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from handrail.drill.world import World
    from handrail.operator.operator import Operator
    from handrail.paths import State
    from tui.nearby import Nearby


@dataclass(frozen=True, slots=True)
class ConsoleStart:
    """A file to open as a checklist, an incident to open on, folders of runbooks to choose from, or nothing: the Watch
    screen.

    `drill` is the practice world this console is opened on, None outside drills; `real` is the real record, an incident
    of which interrupts the drill. `nearby` is a folder of runbooks to offer. `ask_name` is True when nobody said
    who acts on this login yet: the account's name stands in until `Operator.rename` is told.
    """

    file: Path | None = None
    incident: str | None = None
    drill: World | None = None
    real: State | None = None
    folders: tuple[Path, ...] = ()
    nearby: Nearby | None = None
    ask_name: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """An open record and what to show of it first."""

    operator: Operator
    start: ConsoleStart


@dataclass(frozen=True, slots=True)
class Opener:
    """How to open a session. The console paints its first frame before it calls `open`, in a thread.

    `state` is the state folder as far as it is known before; `drill` whether it will be a practice world. `open` raises
    HandrailError, which ends the console with that sentence. `follow` opens another console, on a real incident that a
    drill was left for.
    """

    state: Path
    open: Callable[[], Session]
    drill: bool = False
    follow: Callable[[str], int] | None = None


def hasten() -> None:
    """Called before the screen is imported: collecting garbage while modules load takes 20 ms and finds none.

    The app turns it on again after its first frame.
    """
    gc.disable()
