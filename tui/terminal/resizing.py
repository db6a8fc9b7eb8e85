"""A terminal that is resized twice while the console is busy must not be laid out for ever.

Textual's screen lays itself out for the size that each event names, and whenever that changed its size sends itself
another event with it. Two events of different sizes that wait at the same time then call each other up without end: a
core of processor time, and memory without bound. It also begins with two of them where the terminal has no size at all
(0x0, as under `script` without a terminal), since two places guess it differently.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

if TYPE_CHECKING:
    from typing import Any

    from textual.geometry import Size

_lay_out = Screen._screen_resized


def _lay_out_as_it_is_now(self: Screen[Any], size: Size) -> None:
    _lay_out(self, self.app.size)


def hold_to_the_newest_size() -> None:
    """From now on every screen is laid out for the size the terminal has now, whichever event says so."""
    Screen._screen_resized = _lay_out_as_it_is_now  # type: ignore[method-assign]
