"""A console reduced to what matters here: it launches one run, says so, and waits to be lost, or kills itself."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from handrail.runs.launch import RunSpec, launch

if __name__ == "__main__":
    launched = Path(sys.argv[1] + ".launched")
    if sys.argv[3:] == ["die"]:
        launched.touch()
    launch(RunSpec(folder=Path(sys.argv[1]), script=sys.argv[2], cwd=Path(sys.argv[1]).parent))
    if sys.argv[3:] == ["die"]:
        os.kill(os.getpid(), signal.SIGKILL)
    launched.touch()
    time.sleep(60)
