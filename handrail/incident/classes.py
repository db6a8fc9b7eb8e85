"""What was said by hand about steps, as it is kept: one small file in the state folder, for all who share that."""

from __future__ import annotations

import threading
from datetime import datetime

import msgspec

from handrail.errors import Damaged
from handrail.paths import State
from handrail.runbook.classing import CARE, NOBODY, Class, Classes

SCHEMA = 1


class _File(msgspec.Struct):
    schema: int
    classes: list[Class]


def understood(data: bytes) -> Classes:
    """The file's bytes, none at all for no file. Raises Damaged for what is no such file, or a newer one."""
    if not data:
        return NOBODY
    try:
        file = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _damaged(str(error)) from None
    if file.schema != SCHEMA:
        raise _damaged(f"schema {file.schema}, and this version knows {SCHEMA}")
    if any(one.at.tzinfo is None or (one.word and one.word not in CARE) for one in file.classes):
        raise _damaged("a word or a time in it is none")
    return Classes(tuple(file.classes))


def with_one_more(data: bytes, one: Class) -> bytes:
    """The file's bytes once `one` has been said too. Raises Damaged."""
    said = [*understood(data).said, one]
    return msgspec.json.format(msgspec.json.encode(_File(SCHEMA, said)), indent=1)


class Kept:
    """The file, looked at again whenever it is asked for. For any thread."""

    def __init__(self, state: State) -> None:
        self._path = state.classes
        self._guard = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._classes = NOBODY
        self.version = 0
        """Counts what `now` answered differently."""
        self.trouble = ""
        """Why nothing of it counts, in a sentence; "" when it does."""

    def now(self) -> Classes:
        """What was said until now; nothing, with `trouble`, while the file cannot be read."""
        with self._guard:
            try:
                stat = self._path.stat()
                seen = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
            except OSError:
                seen = None
            if seen != self._seen:
                self._read()
                self._seen = seen
                self.version += 1
            return self._classes

    def until(self, moment: datetime) -> Classes:
        """What had been said by `moment`."""
        return self.now().until(moment)

    def _read(self) -> None:
        self._classes, self.trouble = NOBODY, ""
        try:
            self._classes = understood(self._path.read_bytes())
        except FileNotFoundError:
            return
        except OSError as error:
            self.trouble = f"What was re-classed by hand cannot be read: {error.strerror or error}. It does not count."
        except Damaged as error:
            self.trouble = f"{error.title} {error.detail} Nothing of it counts."


def _damaged(why: str) -> Damaged:
    return Damaged("The file of what was re-classed by hand is damaged.", f"classes.json: {why}.",
                   "Put it right or move it away; then every step is as the reader has it.")
