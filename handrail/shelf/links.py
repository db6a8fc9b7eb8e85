"""Where a link of a runbook leads: to another section of it, to another runbook, or out into the world."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from handrail.errors import UsageError
from handrail.runbook.model import Item, Link

MARKDOWN = frozenset({".md", ".markdown", ".mdx", ".mdown"})
# What a site generator serves for a folder.
INDEX = ("README.md", "index.md", "_index.md")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


@dataclass(frozen=True, slots=True)
class Goal:
    """A runbook and the anchor of a section in it. `path` is None for the very document the link stands in."""

    path: Path | None
    anchor: str


def leading_on(item: Item) -> tuple[Link, ...]:
    """The links of an item that lead to a runbook or to a section, each goal once. Touches no disk."""
    found = {link.target: link for link in item.links if _leads_on(link.target)}
    return tuple(found.values())


def resolve(document: str, target: str, roots: Iterable[Path] = ()) -> Goal:
    """Where `target` leads from `document` (a path). `roots` are folders that an absolute link may begin at.

    Raises UsageError, naming where it was looked for, when no file is there.
    """
    written, _, anchor = target.partition("#")
    written = unquote(written.partition("?")[0])
    if not written:
        return Goal(None, unquote(anchor))
    for candidate in _candidates(Path(document).parent, written, roots):
        if candidate.is_file():
            return Goal(candidate.resolve(), unquote(anchor))
    raise UsageError(f"The link leads to {written!r}, and there is no such file.",
                     f"Looked for from {Path(document).parent}.", "t shows the text it stands in.")


def _leads_on(target: str) -> bool:
    if _SCHEME.match(target):
        return False
    path, hash_, anchor = target.partition("#")
    if not path:
        return bool(hash_ and anchor)
    suffix = PurePosixPath(path.partition("?")[0]).suffix.lower()
    return suffix in MARKDOWN or not suffix


def _candidates(folder: Path, written: str, roots: Iterable[Path]) -> Iterator[Path]:
    inside = written.lstrip("/")
    starts = [folder] if not written.startswith("/") else [*roots, folder, *folder.parents]
    for start in starts:
        path = start / inside
        yield path
        if path.suffix.lower() not in MARKDOWN:
            yield path.with_name(path.name + ".md") if path.name else path
            yield from (path / name for name in INDEX)
