"""A practice world's limits without the world."""

from __future__ import annotations

from pathlib import Path

from handrail.drill.layout import PROGRAMS
from handrail.pack.model import Pack


def world(home: Path = Path("/srv/world/home")) -> Pack:
    """A pack whose steps may touch `home`, and ports 4000 and 4001."""
    limits = {"folder": str(home), "ports": [4000, 4001], "paths": [str(home), "/dev/null"],
              "programs": list(PROGRAMS)}
    return Pack(id="alwaysclaw", name="AlwaysClaw", short="AC", folder=home.parent / "pack", sha256="", scheme={},
                world=limits)
