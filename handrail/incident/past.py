"""What the list of past incidents shows of each, kept in an index that can be built again at any time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from handrail.errors import Damaged
from handrail.incident.incident import Incident
from handrail.incident.sealing import check_seal, seal

Signature = tuple[int, int, int]


class PastRow(msgspec.Struct, frozen=True, gc=False):
    """One past incident. `seconds` is how long it was open; `due` the next thing still owed, if anything is.

    `level` is the highest severity it ever held, with its scheme; `signature` is of the file it was read from.
    """

    id: str
    kind: str
    title: str
    level: str
    rank: int
    status: str
    pack: str
    scenario: str
    declared_at: datetime | None
    ended_at: datetime | None
    seconds: float
    due: datetime | None
    signature: Signature

    def shown(self) -> str:
        """What a search looks through, in lower case."""
        return f"{self.id} {self.title} {self.level} {self.status} {self.scenario}".lower()


def row_of(incident: Incident, signature: Signature) -> PastRow:
    """The row for an ended incident."""
    worst = incident.worst
    ends = [end for _, end in incident.intervals if end is not None]
    owed = [row.due_at for row in incident.deadlines if row.state == "open"]
    owed += [action.due_at for action in incident.actions if action.state == "open" and action.due_at is not None]
    ended = max(ends, default=None)
    return PastRow(
        incident.id, incident.kind, incident.title, str(worst) if worst else "", worst.rank if worst else 9,
        incident.status, incident.pack, incident.scenario, incident.declared_at, ended,
        incident.seconds_open(ended) if ended else 0.0, min(owed, default=None), signature)


class _Index(msgspec.Struct):
    past: dict[str, PastRow]


_decoder = msgspec.json.Decoder(_Index)


def read_index(path: Path) -> dict[str, PastRow]:
    """The rows of an index by incident. One that is missing or damaged is an empty one: it is only a shortcut."""
    try:
        data = path.read_bytes()
        check_seal(data, path)
        rows = _decoder.decode(data).past
    except (OSError, Damaged, msgspec.DecodeError):
        return {}
    return {row.id: row for row in rows.values()}


def index_bytes(rows: Iterable[PastRow]) -> bytearray:
    """The index as a sealed TinyDB file of one table."""
    numbered: Mapping[str, PastRow] = {str(n): row for n, row in enumerate(rows, 1)}
    return seal({"past": numbered}, 0)
