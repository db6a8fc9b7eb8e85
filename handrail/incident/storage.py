"""TinyDB's way to one incident's file: read once, changed in memory, and put on disk whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Document

from handrail.incident.files import Files, replace
from handrail.incident.sealing import seal


class SealedStorage(Storage):
    """The storage of one transaction. `tables` is what the file held; `commit` writes what became of it.

    Old events stay the bytes they were: they are neither decoded nor encoded again, so a write cannot change them.
    """

    def __init__(self, path: Path, files: Files, tables: dict[str, dict[str, Any]]) -> None:
        self._path = path
        self._files = files
        self._tables = tables
        self._open = True

    def read(self) -> dict[str, dict[str, Any]]:
        return self._tables

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        if not self._open:
            raise RuntimeError(f"{self._path}: write outside a transaction")
        self._tables = data

    def commit(self, fold: int) -> bytearray:
        """Seal the tables and replace the file; its bytes. Raises UsageError before any is opened, OSError after."""
        self._open = False
        data = seal(self._tables, fold)
        replace(self._files, self._path, data)
        return data


def append(path: Path, files: Files, kept: Mapping[str, Any], rows: Iterable[Mapping[str, Any]],
           fold_row: Mapping[str, Any], fold: int) -> bytearray:
    """Add events to the timeline and put the new fold beside it, in one replacement of the file; its bytes.

    `kept` are the tables that were there. Ids are given, never guessed, and no query is ever cached: TinyDB's own
    would not see other processes.
    """
    storage = SealedStorage(path, files, {name: table for name, table in kept.items() if name != "incident"})
    database = TinyDB(storage=lambda: storage)
    database.table("timeline", cache_size=0).insert_multiple(Document(row, row["n"]) for row in rows)
    table = database.table("incident", cache_size=0)
    table.truncate()
    table.insert(Document(fold_row, 1))
    return storage.commit(fold)
