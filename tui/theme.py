"""The dark theme: calm blue-grey, colour only for what needs a person. The status colours live in `widgets.look`."""

from __future__ import annotations

from textual.theme import Theme

from widgets import look

HANDRAIL = Theme(
    name="handrail",
    dark=True,
    primary=look.ACCENT,
    secondary=look.QUIET,
    accent=look.ACCENT,
    success=look.OK,
    warning=look.WARN,
    error=look.CRIT,
    foreground=look.TEXT,
    background=look.BACKGROUND,
    surface=look.SURFACE,
    panel=look.SURFACE,
    variables={"input-cursor-background": look.TEXT, "input-selection-background": look.CURSOR},
)
