"""Packs that are edited while they serve: a valid edit serves at once, a mistaken one raises a lamp and no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from handrail.clock import Clock
from handrail.errors import PackError
from handrail.health.monitor import Lamp
from handrail.pack.model import Pack
from handrail.pack.pack import FILE, load
from handrail.runbook import tools
from handrail.text import clean

# What a pack is made of, as the file system sees it: path, inode, time of change (ns) and size (B) of each file.
Signature = tuple[tuple[str, int, int, int], ...]


@dataclass(slots=True)
class _Served:
    """A pack with the files it was read from, those seen last, and the lamp of an edit that was refused."""

    pack: Pack
    read: Signature
    seen: Signature
    lamp: Lamp | None = None


class Packs:
    """The packs that serve. `look` is for one thread; `now` and `lamps` for any."""

    def __init__(self, packs: Sequence[Pack], clock: Clock) -> None:
        self._clock = clock
        self._served = [_Served(pack, signature := _signature(pack), signature) for pack in packs]
        self.now: tuple[Pack, ...] = tuple(packs)
        """What serves: of each pack the newest version that could be used."""
        serve_tools(self.now)
        self.lamps: tuple[Lamp, ...] = ()
        """One for each pack whose newest version cannot be used, naming file, line, key and the nearest known key."""

    def look(self) -> bool:
        """Read again what was edited, once it has stood still from one look to the next. True when a pack changed."""
        before = self.now
        for served in self._served:
            found = _signature(served.pack)
            if found != served.read and found == served.seen:
                served.read = found
                self._read(served)
            served.seen = found
        self.now = tuple(served.pack for served in self._served)
        serve_tools(self.now)
        self.lamps = tuple(served.lamp for served in self._served if served.lamp is not None)
        return self.now != before

    def _read(self, served: _Served) -> None:
        try:
            fresh = load(served.pack.folder)
            if why := _replaces_not(served.pack, fresh):
                raise PackError("This edit needs a restart.", f"{fresh.folder / FILE}: {why}.",
                                "Leave and come back to take it.")
        except PackError as error:
            since = served.lamp.since if served.lamp is not None else self._clock.now()
            served.lamp = _lamp(served.pack, error, since)
            return
        served.pack, served.lamp = fresh, None
        served.read = served.seen = _signature(fresh)


def serve_tools(packs: Sequence[Pack]) -> None:
    """What the packs say of programs counts wherever a command is judged; of two that name one family, the first."""
    tools.serve({name: family for pack in reversed(packs) for name, family in pack.tools.items()})


def _replaces_not(old: Pack, new: Pack) -> str:
    """Why the new version cannot take the place of the old one under incidents that are open, "" when it can."""
    if new.id != old.id:
        return f"the pack is called {new.id} now, and open incidents belong to {old.id}"
    if old.world and not new.world:
        return "the bounds of the practice world are gone"
    if gone := sorted(set(old.scheme) - set(new.scheme)):
        return f"the scheme has no {', '.join(gone)} any more, and open incidents may have it"
    return ""


def _lamp(pack: Pack, error: PackError, since: datetime | None) -> Lamp:
    why = " ".join(part for part in (error.detail or error.title, error.remedy) if part)
    return Lamp(
        id=f"config:{pack.id}", title="configuration", group="handrail", pack=pack.id, word="WARN", rank=3,
        value="edit refused", want="the last valid one serves", age=None, since=since, trail=(),
        why=clean(f"{why} Until then the last valid configuration serves.", 600),
    )


def _signature(pack: Pack) -> Signature:
    """A folder's own stamp tells of files that come and go; what is missing is a part like any other."""
    parts = (pack.folder / FILE, pack.folder, *sorted({path.parent for path in pack.runbooks}), *pack.runbooks)
    return tuple(_stamp(path) for path in dict.fromkeys(parts))


def _stamp(path: Path) -> tuple[str, int, int, int]:
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0, 0
    return str(path), found.st_ino, found.st_mtime_ns, found.st_size
