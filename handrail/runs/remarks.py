"""What else is to be said about a run, a sentence each: what could not be kept, and what does not carry over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handrail.quantities import show

NOT_CAPTURED = "its environment was not captured: the next step starts as this one did"
LEFT_RUNNING = "left running: "
NAMED = 5  # processes
RAN_BESIDE = "it ran beside another step: nothing carries over from it"


def named(left: Sequence[str]) -> str:
    """The first processes of several, and how many more there are."""
    return ", ".join(left[:NAMED]) + (f" and {len(left) - NAMED} more" if left[NAMED:] else "")


def while_running(meta: Mapping[str, Any]) -> tuple[str, ...]:
    """What `meta`, as its beginning was written down, says of a run that goes on."""
    return (str(meta["logout"]),) if meta.get("logout") else ()


def once_ended(meta: Mapping[str, Any], end: Mapping[str, Any], left: Sequence[str]) -> tuple[str, ...]:
    """The same when `end` is how it ended; `left` are the processes ("PID name") that it left behind."""
    found = []
    if left and not (end.get("stopped_by") or end.get("timed_out")):
        found.append(f"{LEFT_RUNNING}{named(left)}")
    if error := str(end.get("error", "")):
        found.append(f"not all of its output could be kept: {error}")
    if lost := end.get("given_back"):
        found.append(f"{show(lost, 'B')} from the middle of its output are not kept: of one run no more is")
    if meta.get("carries") and not end.get("captured") and not end.get("refused"):
        found.append(NOT_CAPTURED)
    return tuple(found)
