"""Leaving what lies over a screen, once."""

from __future__ import annotations

from typing import Any

from textual.await_complete import AwaitComplete


class LeavesOnce:
    """For modal screens. Textual takes away what is on top: a second esc of one burst would take the screen beneath."""

    def dismiss(self: Any, result: Any = None) -> AwaitComplete:
        """Leave, with a result; nothing when it has been left already."""
        return super().dismiss(result) if self.is_active else AwaitComplete.nothing()  # type: ignore[misc]
