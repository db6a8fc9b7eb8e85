"""Polls a pack in a process of its own: python poll_alone.py PACK STATE NAME. Says "holds" and "lost" of its lease.

A fourth argument is how often (s) it looks whether it holds it: whoever measures it wants that to cost nothing.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from handrail.clock import SystemClock
from handrail.health.monitor import Monitor
from handrail.pack import pack
from handrail.paths import State

if __name__ == "__main__":
    monitor = Monitor(pack.load(Path(sys.argv[1])), State(Path(sys.argv[2])), SystemClock(), sys.argv[3])
    monitor.start()
    pause = float(sys.argv[4]) if len(sys.argv) > 4 else 0.02
    held = False
    while True:
        if monitor.holds != held:
            held = monitor.holds
            print("holds" if held else "lost", flush=True)
        time.sleep(pause)
