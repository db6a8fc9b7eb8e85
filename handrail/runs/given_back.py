"""The note that a run's output was given back to the disk: one without output that does not say why would look like one
that wrote nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

NOTE = "pruned"


def said(folder: Path) -> str:
    """What the note of the run in `folder` says, without a full stop; "" where there is none."""
    try:
        note = json.loads((folder / NOTE).read_bytes())
        when = datetime.fromtimestamp(float(note["at"]), UTC)
    except FileNotFoundError:
        return ""
    except (OSError, ValueError, TypeError, KeyError, OverflowError):
        return "its output was given back to the disk"
    return f"its output was given back to the disk on {when:%d %b %Y}"


def content(at: float, size: int) -> bytes:
    """The note itself: given back at `at` (s since the epoch), `size` bytes."""
    return json.dumps({"at": at, "bytes": size}).encode()
