"""What was being typed, so that it survives the console: one private file per person. Never a secret."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path

from handrail.errors import StateError
from handrail.incident.events import Actor
from handrail.paths import FILE_MODE, State, make_folder

LONGEST = 20_000  # characters of one draft
MOST = 50


class Drafts:
    """The drafts of one person by the question they answer. Reading is from memory; writing never raises."""

    def __init__(self, state: State, actor: Actor) -> None:
        key = hashlib.sha256(f"{actor.account}\0{actor.name}".encode()).hexdigest()[:16]
        self._file = state.drafts / f"{key}.json"
        self._guard = threading.Lock()
        self._texts: dict[str, str] = dict(_read(self._file))

    def get(self, key: str) -> str:
        """What was being typed there, "" for nothing."""
        return self._texts.get(key, "")

    def keep(self, key: str, text: str) -> None:
        """Write it to disk; an empty text drops it. Takes as long as the disk does."""
        with self._guard:
            before = dict(self._texts)
            self._texts.pop(key, None)
            if text.strip():
                self._texts[key] = text[:LONGEST]
            self._texts = dict(list(self._texts.items())[-MOST:])
            if self._texts != before:
                with contextlib.suppress(OSError, StateError):
                    self._write()

    def _write(self) -> None:
        make_folder(self._file.parent)
        part = self._file.with_suffix(f".{os.getpid()}")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, FILE_MODE)
        try:
            os.write(descriptor, json.dumps(self._texts).encode())
        finally:
            os.close(descriptor)
        part.rename(self._file)


def _read(file: Path) -> Mapping[str, str]:
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return {key: text for key, text in found.items() if isinstance(text, str)} if isinstance(found, dict) else {}
