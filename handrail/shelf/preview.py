"""A runbook as the checklist it will be, and what of it an operator wants to know before opening it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from handrail.errors import RunbookError
from handrail.incident.checklist import STEPS, Checklist, build
from handrail.incident.incident import Call, Incident
from handrail.runbook.classing import NOBODY, Classes
from handrail.runbook.files import load
from handrail.runbook.model import Item, Runbook
from handrail.runbook.reader import read

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
CALL = "1"


@dataclass(frozen=True, slots=True)
class Preview:
    """`checklist` is what enter would open; the counts are of its steps. `trouble` says why there is none.

    `blanks` are the names that will be asked for, each once; `minutes` the document's own estimate, None for none.
    """

    path: Path
    checklist: Checklist = field(default_factory=Checklist)
    reads: int = 0
    changes: int = 0
    destroys: int = 0
    by_hand: int = 0
    questions: int = 0
    blanks: tuple[str, ...] = ()
    minutes: float | None = None
    trouble: str = ""

    @property
    def steps(self) -> int:
        return self.checklist.total


def preview(path: Path, classes: Classes = NOBODY) -> Preview:
    """Read a runbook for looking at, with what was said of its steps by hand. Never raises: what is no text says so
    in `trouble`."""
    try:
        _, text = load(path)
    except RunbookError as error:
        return Preview(path, trouble=str(error))
    return previewed(path, classes.on(read(text, str(path))))


def previewed(path: Path, runbook: Runbook) -> Preview:
    """A runbook that has been read, as its preview."""
    call = Call(CALL, str(path), runbook.sha256, (), "", runbook.title, NEVER)
    steps = [item for item in runbook.items if item.kind in STEPS]
    running = [item for item in steps if item.runs]
    return Preview(
        path,
        build(Incident(id="", calls=(call,)), lambda _: runbook),
        reads=_of_risk(running, "read"),
        changes=_of_risk(running, "change"),
        destroys=_of_risk(running, "destructive"),
        by_hand=sum(item.kind == "manual" for item in steps),
        questions=sum(item.kind == "decision" for item in steps),
        blanks=tuple(dict.fromkeys(blank.name for item in running for blank in item.placeholders)),
        minutes=next((section.minutes for section in runbook.sections if section.minutes and section.level <= 1), None),
    )


def _of_risk(items: list[Item], risk: str) -> int:
    return sum(item.risk == risk for item in items)
