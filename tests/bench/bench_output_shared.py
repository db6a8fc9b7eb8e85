"""Two consoles and the wall on one flood: keys in both consoles, and how fast the step goes on meanwhile."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from bench_output import FLOODS, HANDRAIL, SIZE, _stop_steps, keys
from support.burden import resident
from support.link import Link

WATCHED = float(os.environ.get("BENCH_SECONDS", "5"))


def main() -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        runbook, script = folder / "bench.md", folder / "flood.sh"
        script.write_text(FLOODS["lines"].partition("|")[0] + "\n")  # without an end
        runbook.write_text(f"# Bench\n\n## Flood\n\n```bash\n# Step 1: Flood\nls / >/dev/null; . {script}\n```\n")
        env = {"HANDRAIL_STATE": str(folder / "state"), "HANDRAIL_ACTOR": "bench"}
        with Link([HANDRAIL, str(runbook)], SIZE, env, None) as first:
            idle = _opened(first)
            here = first.mark()
            first.type("\r")
            time.sleep(0.5)
            first.type("y")
            first.expect("running", 30, here)
            time.sleep(1.0)
            try:
                _field(first)
                alone = _rate(folder)
                with (Link([HANDRAIL, str(runbook)], SIZE, {**env, "HANDRAIL_ACTOR": "ade"}, None) as second,
                      Link([HANDRAIL, "wall"], (120, 36), env, None)):
                    more = _opened(second)
                    _field(second)
                    together = _rate(folder)
                    print(f"the step writes {alone:.0f} MB/s with one console, {together:.0f} with two and the wall")
                    print(f"first  console  {keys(first, first.pid, idle)}")
                    print(f"second console  {keys(second, second.pid, more)}")
            finally:
                _stop_steps(folder)


def _opened(link: Link) -> int:
    link.expect("Flood", 60)
    time.sleep(1.5)
    return resident(link.pid)


def _field(link: Link) -> None:
    """The output over the whole screen, and a field to type into."""
    here = link.mark()
    link.type("o")
    time.sleep(0.5)
    link.type("n")
    link.expect("NOTE", 30, here)
    time.sleep(0.5)


def _rate(folder: Path) -> float:
    """MB that the step's output grows by in a second."""
    (out,) = folder.glob("state/runs/*/*/out")
    size, start = out.stat().st_size, time.monotonic()
    time.sleep(WATCHED)
    return (out.stat().st_size - size) / (time.monotonic() - start) / 1e6
