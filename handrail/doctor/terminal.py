"""Whether this terminal can show the console."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Mapping

from handrail.doctor.finding import Finding

SMALLEST, SMALL = (60, 20), (80, 24)


def terminal(environ: Mapping[str, str]) -> Finding:
    """TERM and what it says of colours."""
    name = environ.get("TERM", "")
    if name in ("", "dumb", "unknown"):
        return Finding("terminal", "bad", f"The console cannot draw: TERM is {name or 'not set'}.",
                       "export TERM=xterm-256color")
    if environ.get("NO_COLOR"):
        return Finding("terminal", "ok", f"{name}, without colour as NO_COLOR asks: words and shapes say it all.")
    if environ.get("COLORTERM", "") in ("truecolor", "24bit") or "256" in name or "direct" in name:
        return Finding("terminal", "ok", f"{name}, with all the colours.")
    return Finding("terminal", "warn", f"{name} gives 16 colours: some states look alike but for word and shape.",
                   "export TERM=xterm-256color")


def encoding(environ: Mapping[str, str]) -> Finding:
    """Shapes such as ■ and ▶ need UTF-8."""
    said = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    coded = said.rpartition(".")[2] if "." in said else locale.getpreferredencoding(do_setlocale=False) if said else ""
    if coded.lower().replace("-", "") == "utf8":
        return Finding("encoding", "ok", f"UTF-8 ({said}).")
    return Finding("encoding", "warn", f"Shapes may be drawn as question marks: the locale is {said or 'not set'}.",
                   "export LANG=C.UTF-8")


def size() -> Finding:
    """Columns and rows of the terminal on standard output."""
    try:
        columns, rows = os.get_terminal_size(sys.stdout.fileno())
    except (OSError, ValueError):
        return Finding("size", "ok", "Not looked at: this is no terminal.")
    said = f"{columns}x{rows}"
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        return Finding("size", "bad", f"The console needs {SMALLEST[0]}x{SMALLEST[1]}, and this terminal is {said}.",
                       "resize -s 24 80")
    if columns < SMALL[0] or rows < SMALL[1]:
        return Finding("size", "warn", f"It is drawn for {SMALL[0]}x{SMALL[1]} and more; this terminal is {said}.",
                       "resize -s 24 80")
    return Finding("size", "ok", f"{said}.")
