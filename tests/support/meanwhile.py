"""A console that opens after one was lost: it may first tell what happened meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from support.terminal import Terminal

ESC = "esc to where it opens"


def past_it(terminal: Terminal, wanted: str | Callable[[str], object]) -> str:
    """Wait until the screen shows `wanted`, past what is told of the meantime, if anything is; answers the screen."""
    found = wanted if callable(wanted) else lambda text: wanted in text
    if ESC in terminal.wait_for(lambda text: ESC in text or found(text)):
        terminal.press("esc")
    return terminal.wait_for(found)
