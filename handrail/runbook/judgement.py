"""What was judged of a command."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .model import RISKS, Risk


class Judgement(NamedTuple):
    """`why` names the part that decides, such as "kubectl delete"; empty for a plain read."""

    risk: Risk
    why: str
    long_running: bool = False
    interactive: bool = False


HARMLESS = Judgement("read", "")
TOO_LONG = Judgement("change", "too long to follow")
TOO_DEEP = Judgement("change", "too deep to follow")


def worst(parts: Iterable[Judgement]) -> Judgement:
    """The worst risk with its reason; long-running and interactive if any part is."""
    risk: Risk = "read"
    why = ""
    long_running = interactive = False
    for part in parts:
        if RISKS.index(part.risk) > RISKS.index(risk):
            risk, why = part.risk, part.why
        long_running = long_running or part.long_running
        interactive = interactive or part.interactive
    return Judgement(risk, why, long_running, interactive)
