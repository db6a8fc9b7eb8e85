"""The library: an index that is built and kept fresh beside the screen, and previews read ahead of the eye."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from handrail.pack.model import Pack
from handrail.runbook import tools
from handrail.runbook.classing import NOBODY, Classes
from handrail.shelf.index import Entry, Hit, Signature, entry_of, search
from handrail.shelf.places import places
from handrail.shelf.preview import Preview, preview
from handrail.worker import Worker

PREVIEWS = 64
# While the index grows its readers are told after so many files.
BATCH = 200


@dataclass(frozen=True, slots=True)
class Found:
    """What a search answers: the hits, best first, of `total` runbooks known so far; `complete` once all are."""

    query: str
    hits: tuple[Hit, ...]
    total: int
    complete: bool


class Shelf:
    """Runbooks of packs and folders. Nothing is read before `look` is called, and nothing blocks the caller.

    `changed` is called from a thread whenever more is known; it must return quickly.
    """

    def __init__(self, packs: Callable[[], Sequence[Pack]], folders: Sequence[Path] = (),
                 changed: Callable[[], None] = lambda: None,
                 classes: Callable[[], Classes] = lambda: NOBODY) -> None:
        self.folders = tuple(folders)
        self.changed = changed
        self._packs = packs
        self._classes = classes
        self._entries: dict[Path, Entry] = {}
        self._complete = False
        self._wanted: Path | None = None
        self._previews: OrderedDict[Path, tuple[Signature, Classes, int, Preview]] = OrderedDict()
        self._indexer, self._searcher, self._reader = (Worker(f"handrail-shelf-{name}")
                                                       for name in ("index", "search", "read"))

    def look(self) -> Future[int]:
        """Look at the files again; answers how many there are."""
        return self._indexer.submit(self._look)

    def search(self, query: str) -> Future[Found]:
        """Search what is known so far."""
        return self._searcher.submit(lambda: self.search_now(query))

    def search_now(self, query: str) -> Found:
        """`search`, in the caller's own thread."""
        entries = list(self._entries.values())
        return Found(query, search(entries, query), len(entries), self._complete)

    def preview(self, path: Path) -> Preview | None:
        """The preview of a runbook when it has been read; else None, and it is read next. Never blocks."""
        entry = self._entries.get(path)
        if entry is None:
            return None
        signature, classes, table, known = self._previews.get(path, (None, None, 0, None))
        fresh = signature == entry.signature and classes is self._classes() and table == tools.version()
        if known is not None and fresh:
            return known
        if self._wanted != path:
            self._wanted = path
            self._reader.submit(lambda: self._read(path, entry.signature))
        return None

    def close(self) -> None:
        for worker in (self._indexer, self._searcher, self._reader):
            worker.close(0.1)

    def _look(self) -> int:
        found: dict[Path, Entry] = {}
        known = self._entries
        for number, place in enumerate(places(self._packs(), self.folders), 1):
            entry = entry_of(place, known.get(place.path))
            if entry is not None:
                found[place.path] = entry
            if number % BATCH == 0 and not self._complete:
                self._entries = dict(found)
                self.changed()
        news = found != known or not self._complete
        self._entries, self._complete = found, True
        if news:
            self.changed()
        return len(found)

    def _read(self, path: Path, signature: Signature) -> None:
        """Read the runbook that is wanted now: by the time its turn comes the eye may be elsewhere."""
        if path != self._wanted:
            return
        classes, table = self._classes(), tools.version()
        self._previews[path] = (signature, classes, table, preview(path, classes))
        self._previews.move_to_end(path)
        while len(self._previews) > PREVIEWS:
            self._previews.popitem(last=False)
        if self._wanted == path:
            self._wanted = None
        self.changed()
