"""What a lamp was, answer by answer: a bounded file of JSON lines [when, rank, number, values] for each lamp."""

from __future__ import annotations

import contextlib
import os
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from handrail.paths import FILE_MODE
from handrail.windows import Sample

LINES = 20_000
FOLDER = "history"

Line = tuple[float, int, float | None, dict[str, object]]
_LINE = msgspec.json.Decoder(tuple[float, int, float | None, dict[str, object]])
_ENCODER = msgspec.json.Encoder()


def file_of(folder: Path, lamp: str) -> Path:
    """The file of one lamp; whatever stands in its id stays inside the folder."""
    return folder / FOLDER / f"{safe(lamp)}.jsonl"


def safe(id: str) -> str:
    """An id as the name of a file: whatever stands in it is no path, and never hidden."""
    return re.sub(r"[^A-Za-z0-9_-]", lambda found: f"%{found[0].encode().hex()}", id)[:150]


class History:
    """The answers of one lamp. `kept` are the names that conditions look back on, `seconds` how far anything goes.

    Times are seconds since 1970 by the wall clock, so that history outlives a boot. `samples` is oldest first and in
    memory only as far as conditions need it.
    """

    def __init__(self, path: Path | None, kept: Iterable[str], seconds: float) -> None:
        self.path = path
        self.kept = tuple(kept)
        self.seconds = seconds
        lines = read(path) if path is not None else []
        self.written = len(lines)
        self.samples = [Sample(at, values) for at, _, _, values in lines[-LINES:]] if self.kept else []

    def remember(self, at: float, values: Mapping[str, object]) -> None:
        """Add one answer to `samples`. A wall clock that went back stands still here."""
        at = max(at, self.samples[-1].at) if self.samples else at
        self.samples.append(Sample(at, self._few(values)))
        outdated = bisect_left(self.samples, at - self.seconds, key=lambda sample: sample.at)
        if (surplus := max(outdated, len(self.samples) - LINES)) > len(self.samples) // 10:
            del self.samples[:surplus]

    def store(self, at: float, rank: int, number: float | None, values: Mapping[str, object]) -> None:
        """Add one answer to the file, which may grow to twice what is kept. A full disk must not stop the lamps."""
        if self.path is None:
            return
        body, flags = _ENCODER.encode((at, rank, number, self._few(values))) + b"\n", os.O_APPEND
        self.written += 1
        if self.written > 2 * LINES:
            lines = [line for line in read(self.path)[-LINES:] if line[0] >= at - self.seconds]
            body, flags = b"".join(_ENCODER.encode(line) + b"\n" for line in lines) + body, os.O_TRUNC
            self.written = len(lines) + 1
        with contextlib.suppress(OSError):
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | flags, FILE_MODE)
            try:
                os.write(descriptor, body)
            finally:
                os.close(descriptor)

    def _few(self, values: Mapping[str, object]) -> dict[str, object]:
        return {name: values[name] for name in self.kept if _plain(values.get(name))}


def read(path: Path, newest: int | None = None) -> list[Line]:
    """The lines of a file, or of its `newest` bytes; those that cannot be read are left out; [] without one."""
    found: list[Line] = []
    with contextlib.suppress(OSError):
        with path.open("rb") as file:
            if newest is not None:
                file.seek(max(0, file.seek(0, os.SEEK_END) - newest))
            body = file.read()
        for raw in body.splitlines():
            with contextlib.suppress(msgspec.DecodeError):
                found.append(_LINE.decode(raw))
    return found


def _plain(value: object) -> bool:
    return isinstance(value, (bool, int, float)) or (isinstance(value, str) and len(value) <= 256)
