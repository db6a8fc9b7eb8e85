"""The last answer of each probe, for the lamp's own screen: redacted before it is kept, short, and private."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Mapping
from pathlib import Path

import msgspec

from handrail.health.history import safe
from handrail.health.redaction import redacted
from handrail.paths import FILE_MODE
from handrail.text import clean, clean_block

FOLDER = "answers"
BODY = 4_000  # characters that are kept of a body; of the bytes before them more is looked at for secrets
LOOKED_AT = 16_384
TRIES = 5  # of reading what is being written


class LastAnswer(msgspec.Struct, kw_only=True):
    """What was read, by name, and what it was read from. `at` is ISO 8601 UTC; `cut` says that the body was longer.

    `why` are the reasons for values that are missing.
    """

    at: str
    values: dict[str, str] = {}
    why: dict[str, str] = {}
    body: str = ""
    cut: bool = False


_DECODER = msgspec.json.Decoder(LastAnswer)


def keep(folder: Path, probe: str, at: str, values: Mapping[str, object], why: Mapping[str, str],
         document: bytes | None) -> None:
    """Replace what is kept of `probe`. A full disk must not stop the lamps."""
    body = redacted((document or b"")[:LOOKED_AT].decode("utf-8", "replace"))
    answer = LastAnswer(
        at=at, values={name: _said(value) for name, value in values.items() if name != "item"},
        why={name: clean(reason, 200) for name, reason in why.items()},
        body=clean_block(body[:BODY]), cut=len(body) > BODY or len(document or b"") > LOOKED_AT,
    )
    text = msgspec.json.encode(answer)
    with contextlib.suppress(OSError):
        # In place: a rename for each answer of each probe is most of what polling would cost. Readers look twice.
        path = folder / FOLDER / f"{safe(probe)}.json"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
        try:
            os.ftruncate(descriptor, os.pwrite(descriptor, text, 0))
        finally:
            os.close(descriptor)


def read(folder: Path, probe: str) -> LastAnswer | None:
    """What is kept of `probe`; None when there is nothing that can be read. It may be written at this moment."""
    for _ in range(TRIES):
        try:
            return _DECODER.decode((folder / FOLDER / f"{safe(probe)}.json").read_bytes())
        except OSError:
            return None
        except (msgspec.DecodeError, RecursionError):
            time.sleep(0.002)
    return None


def _said(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    return clean(redacted(str(value)), 200)
