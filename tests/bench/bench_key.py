"""From the key to the first output on a terminal that answers as terminals do."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from support.link import Link

ROUNDS = 8
SETTLED = 0.8  # s between two keys


def main() -> None:
    handrail = str(Path(sys.executable).parent / "handrail")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        # The output is not the text of the command, so that only the real output counts.
        steps = "\n\n".join(f"# Step {n}: say {n}\necho pain''ted-{n}x" for n in range(ROUNDS))
        runbook = Path(folder) / "bench.md"
        runbook.write_text(f"# Bench\n\n## Say\n\n```bash\n{steps}\n```\n")
        env = {"HANDRAIL_STATE": f"{folder}/state", "HANDRAIL_ACTOR": "bench"}
        took = []
        with Link([handrail, str(runbook)], (80, 24), env) as link:
            link.expect("say 0", 30)
            time.sleep(2 * SETTLED)
            for n in range(ROUNDS):
                here, start = link.mark(), time.monotonic()
                link.type("\r")
                assert link.saw(f"painted-{n}x".encode(), here, 10.0) is not None
                took.append((time.monotonic() - start) * 1000)
                time.sleep(SETTLED)
                link.type("\r")  # it looks right: on to the next one
                time.sleep(SETTLED)
        print(f"enter to first output on the terminal, {ROUNDS} steps: p50 {statistics.median(took):.0f} ms, "
              f"max {max(took):.0f} ms (to reach: p50 80 ms)")
