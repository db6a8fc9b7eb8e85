"""Where other people's runbooks lie, if they do: beside the repository, never in it."""

from __future__ import annotations

import os
from pathlib import Path

# RUNBOOKS_BESIDE says where else they are.
SHARED = Path(os.environ.get("RUNBOOKS_BESIDE") or Path(__file__).resolve().parents[3] / "shared")
CORPUS = SHARED / "corpus"
SEEDS = SHARED / "seeds"
ALWAYSCLAW = next(iter(sorted(SEEDS.glob("000_*.txt"))), SEEDS / "000.txt")
