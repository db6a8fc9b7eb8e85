"""What stands where there is no output."""

from __future__ import annotations

from pathlib import Path

NOTHING_RAN = "Nothing has run here yet."
NO_OUTPUT = "No output yet."
WROTE_NOTHING = "It wrote nothing."


def instead_of_output(folder: Path | None, error: str) -> str:
    """The sentence for the run in `folder`, None for none; `error` says why its output cannot be read."""
    if folder is None:
        return NOTHING_RAN
    return error or (WROTE_NOTHING if (folder / "closed").exists() else NO_OUTPUT)
