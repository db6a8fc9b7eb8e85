"""A key's answer with 20 lamps, 100 open incidents and a flood in one step; and what the console takes when idle."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from pathlib import Path

from bench.bench_output import FLOODS, HANDRAIL, _stop_steps, keys
from support.burden import Burden, resident
from support.link import Link

from handrail.clock import SystemClock
from handrail.incident.events import Actor
from handrail.operator.operator import Operator
from handrail.pack.pack import load
from handrail.paths import State

LAMPS, INCIDENTS, IDLE = 20, 100, 30.0
PACK = 'name = "Bench"\n[scheme.P2]\nrank = 2\nrespond = "15m"\n[defaults]\ninterval = "2s"\ntimeout = "1s"\n'
PROBE = '[[probe]]\nid = "p{n}"\nkind = "file"\npath = "{path}"\nlevel = [{{ severity = "P2", when = "not exists" }}]\n'


def main() -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        _busy(Path(folder))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        _idle(Path(folder))


def _busy(folder: Path) -> None:
    pack = folder / "pack"
    pack.mkdir()
    paths = [folder if n % 2 else folder / "nowhere" for n in range(LAMPS)]
    (pack / "handrail.toml").write_text(PACK + "".join(PROBE.format(n=n, path=path) for n, path in enumerate(paths)))
    state = State(folder / "state")
    state.make()
    operator = Operator(state, (load(pack),), SystemClock(), Actor("bench"))
    for n in range(INCIDENTS):
        operator.declare(f"Incident {n}", operator.packs[0].id, "P2").result(30)
    operator.close()
    (folder / "flood.sh").write_text(FLOODS["seq"] + "\n")
    runbook = folder / "bench.md"
    runbook.write_text(f"# Bench\n\n## Flood\n\n```bash\n# Step 1: Flood\nls / >/dev/null; . {folder}/flood.sh\n```\n")
    env = {"HANDRAIL_STATE": str(state.root), "HANDRAIL_ACTOR": "bench"}
    with Link([HANDRAIL, "--pack", str(pack), str(runbook)], (120, 36), env, None) as link:
        link.expect("Flood", 60)
        time.sleep(2.0)
        here = link.mark()
        link.type("\r")
        time.sleep(0.5)
        link.type("y")
        link.expect("running", 30, here)
        time.sleep(1.0)
        link.type("n")
        link.expect("NOTE", 30, here)
        time.sleep(0.5)
        found = keys(link, link.pid, resident(link.pid))
        print(f"{LAMPS} lamps, {INCIDENTS} open incidents, a flood in one step: {found} (to reach: p99 100 ms)")
        link.type("\x1b")
        time.sleep(0.5)
        _stop_steps(folder)


def _idle(folder: Path) -> None:
    env = {"HANDRAIL_STATE": str(folder / "state"), "HANDRAIL_ACTOR": "bench", "HOME": str(folder)}
    for words in ((), ("drill",)):
        with Link([HANDRAIL, *words], (80, 24), env, None) as link:
            link.expect("Activity", 60)
            time.sleep(15.0)
            burden, wire = Burden(link.pid), link.total
            time.sleep(IDLE)
            sent = (link.total - wire) / IDLE
            print(f"idle, handrail {' '.join(words)}: {burden.share:.1%} of a core, {sent:.0f} B/s "
                  "(to reach: 3 %, 1 KB/s)")
    subprocess.run([HANDRAIL, "drill", "--stop"], env={**os.environ, **env}, check=False, stdout=subprocess.DEVNULL)
