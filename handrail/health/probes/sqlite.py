"""A question to a SQLite database, asked in process and read-only: a missing file is an error and is never created."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from handrail.health.probes.reading import Hands, Reading, in_thread
from handrail.kinds import Sqlite
from handrail.quantities import seconds

ROWS = 200
STEPS = 10_000  # virtual machine steps between two looks at the clock
LARGEST = 8 * 1024 * 1024  # bytes of one text or row; nobody reads more of a lamp


async def ask(options: Sqlite, hands: Hands) -> Reading:
    return await in_thread(lambda: _read(options, hands.timeout))


def _read(options: Sqlite, timeout: float) -> Reading:
    begun = time.perf_counter()
    if not Path(options.path).is_file():
        return Reading({"error": "missing"})
    values: dict[str, object] = {"error": "none"}
    parts: dict[str, dict[str, object]] | None = None
    try:
        address = f"file:{quote(options.path)}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=seconds(options.busy_timeout) or 0.0)) as database:
            database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)  # ATTACH and VACUUM INTO would make a file elsewhere
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST)
            database.set_progress_handler(lambda: time.perf_counter() - begun > timeout, STEPS)
            for name in options.pragma:
                values[name] = database.execute(f"PRAGMA {_name(name)}").fetchone()[0]
            if options.check:
                values["result"] = str(database.execute(f"PRAGMA {options.check}_check").fetchone()[0])
            else:
                parts = _rows(database, options.sql, values)
    except sqlite3.Error as error:
        values = {"error": _word(error)}
    values["elapsed"] = time.perf_counter() - begun
    return Reading(values, parts=parts)


def _rows(database: sqlite3.Connection, sql: str, values: dict[str, object]) -> dict[str, dict[str, object]] | None:
    """One row is the answer itself; several are parts, named by their first column."""
    cursor = database.execute(sql)
    columns = [column[0] for column in cursor.description or ()]
    rows = cursor.fetchmany(ROWS)
    if len(rows) == 1:
        values |= dict(zip(columns, rows[0], strict=True))
        return None
    return {str(row[0]): dict(zip(columns, row, strict=True)) for row in rows}


def _name(pragma: str) -> str:
    """A pragma's bare name; anything else could change the database."""
    if not pragma.replace("_", "").isalpha():
        raise sqlite3.ProgrammingError(f"{pragma} is no pragma to read")
    return pragma


def _word(error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if code is not None else None
    match primary:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return "locked"
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return "not_a_database"
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return "io"
        case sqlite3.SQLITE_INTERRUPT:
            return "timeout"
    return "sql"
