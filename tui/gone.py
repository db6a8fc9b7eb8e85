"""What comes too late for a screen: a key, an answer or a timer that finds its parts taken away already."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

from textual.css.query import NoMatches
from textual.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Sequence


def of_a_screen_that_is_gone(error: BaseException, stack: Sequence[Screen[Any]]) -> bool:
    """Whether `error` is only that a part was looked for on a screen which is not in `stack` any more.

    Textual goes on delivering to a screen what was under way when it was popped, and takes its parts away meanwhile.
    The same error on a screen that stands is a mistake of ours.
    """
    cause = getattr(error, "error", None) or error  # a failed worker wraps what really happened
    if not isinstance(cause, NoMatches):
        return False
    looking = [frame.f_locals.get("self") for frame, _ in traceback.walk_tb(cause.__traceback__)]
    screens = [one for one in looking if isinstance(one, Screen)]
    return bool(screens) and all(screen not in stack for screen in screens)
