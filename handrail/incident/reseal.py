"""Bringing a timeline that no longer fits its hashes back into a chain, for `verify --accept`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from handrail.incident.sealing import chain_hash, payload_hash

Row = dict[str, Any]


def rechained(rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    """The same events, numbered anew and hashed as they stand now. Nothing is left out.

    Events before the first break keep their hashes, since those still fit. A second event under one id, or one without
    an id, gets an id of its own so that it counts.
    """
    chain: list[Row] = []
    previous = ""
    ids: set[str] = set()
    for n, old in enumerate(rows, 1):
        row = dict(old)
        row["n"] = n
        if not isinstance(row.get("id"), str) or not row["id"] or row["id"] in ids:
            row["id"] = f"accepted:{n}:{row.get('id')}"
        ids.add(row["id"])
        if "redacted" not in row:
            row["p"] = payload_hash(row.get("data"), row.get("reason"))
        row["h"] = chain_hash(row, previous)
        previous = row["h"]
        chain.append(row)
    return chain
