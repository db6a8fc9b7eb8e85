"""A folder of runbooks beside the place where the console was started, so that it can be offered."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

# Where teams keep them, seen from the root of a project.
NAMES = ("runbooks", "playbooks", "docs/runbooks", "docs/playbooks", "ops/runbooks")
# More are not counted: "999 or more" is enough of an offer.
MOST = 999


@dataclass(frozen=True, slots=True)
class Nearby:
    """A folder with `count` Markdown files in it."""

    folder: Path
    count: int


def runbooks_nearby(start: Path) -> Nearby | None:
    """The first of the usual folders in `start` that holds Markdown; None where there is none. Never raises."""
    for name in NAMES:
        folder = start / name
        try:
            count = sum(1 for _ in islice(folder.rglob("*.md"), MOST)) if folder.is_dir() else 0
        except OSError:
            continue
        if count:
            return Nearby(folder.absolute(), count)
    return None
