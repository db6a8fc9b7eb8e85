"""From the key to the first output on the terminal."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from support.terminal import Terminal

ROUNDS = 20


def main() -> None:
    handrail = str(Path(sys.executable).parent / "handrail")
    with tempfile.TemporaryDirectory() as folder:
        # The output is not the text of the command, so that only the real output counts.
        steps = "\n\n".join(f"# Step {n}: say {n}\necho pain''ted-{n}x" for n in range(ROUNDS))
        runbook = Path(folder) / "bench.md"
        runbook.write_text(f"# Bench\n\n## Say\n\n```bash\n{steps}\n```\n")
        env = {"HANDRAIL_STATE": f"{folder}/state", "HANDRAIL_ACTOR": "bench"}
        took = []
        with Terminal([handrail, str(runbook)], (80, 24), env) as terminal:
            terminal.wait_for("say 0")
            for n in range(ROUNDS):
                terminal.wait_for("looks right" if n else "run")
                if n:
                    terminal.press("enter")
                    terminal.wait_for(lambda text, n=n: f"say {n}" in text and "enter run" in text)
                wanted = f"painted-{n}x".encode()
                start = time.monotonic()
                terminal.press("enter")
                while wanted not in terminal.raw:
                    terminal.read(1.0)
                took.append((time.monotonic() - start) * 1000)
        took.sort()
        print(
            f"enter to first output on the terminal, {ROUNDS} steps: p50 {statistics.median(took):.0f} ms, "
            f"max {took[-1]:.0f} ms (to reach: p50 80 ms)"
        )
