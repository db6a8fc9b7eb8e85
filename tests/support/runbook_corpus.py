"""Where other people's runbooks lie, if they do: beside the repository, never in it."""

from __future__ import annotations

from pathlib import Path

SHARED = Path(__file__).resolve().parents[3] / "shared"
CORPUS = SHARED / "corpus"
SEEDS = SHARED / "seeds"
