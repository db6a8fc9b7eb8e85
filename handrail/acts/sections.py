"""A section of a runbook, found by the words a person or a pack gave for it."""

from __future__ import annotations

import difflib
import re

from handrail.errors import UsageError
from handrail.runbook.model import Runbook


def find(runbook: Runbook, wanted: str) -> tuple[str, ...]:
    """The heading path of a section named by its title or its anchor (#gmail-kill-switch); () for "".

    Raises UsageError naming the nearest title when there is none, and when a title stands for several sections.
    """
    if not wanted:
        return ()
    paths = list(dict.fromkeys(section.path for section in runbook.sections))
    matching = [path for path in paths if path[-1].casefold() == wanted.casefold()]
    matching = matching or [path for path in paths if anchor(path[-1]) == anchor(wanted.removeprefix("#"))]
    # An estimate behind the title, such as "(5 min)", is no part of its name.
    matching = matching or [path for path in paths if anchor(bare(path[-1])) == anchor(bare(wanted.removeprefix("#")))]
    if len(matching) == 1:
        return matching[0]
    if matching:
        where = "; ".join(" > ".join(path) for path in matching)
        raise UsageError(f"Several sections are called {wanted!r}.", f"{where}.", "Give them titles of their own.")
    titles = list(dict.fromkeys(path[-1] for path in paths))
    near = difflib.get_close_matches(wanted, titles, 1, 0.4)
    raise UsageError(f"{runbook.document or 'The runbook'} has no section {wanted!r}.", "",
                     f"Did you mean {near[0]!r}?" if near else "`handrail read FILE` lists its sections.")


def bare(title: str) -> str:
    """A title without a remark in parentheses at its end."""
    return re.sub(r"\s*\([^()]*\)\s*$", "", title)


def anchor(title: str) -> str:
    """A title as links name it: lower case, punctuation gone, spaces as hyphens."""
    return re.sub(r"\s+", "-", re.sub(r"[^\w\s-]", "", title.lower()).strip())
