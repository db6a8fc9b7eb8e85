"""The console with a pulse in its event loop: python lagging.py FILE ARGUMENTS OF HANDRAIL ...

FILE gets how late (ms) each pulse came, one line each, once a second.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

PULSE = 0.02  # s


async def beat(file: Path) -> None:
    late: list[float] = []
    written = time.perf_counter()
    while True:
        due = time.perf_counter() + PULSE
        await asyncio.sleep(PULSE)
        late.append((time.perf_counter() - due) * 1000)
        if time.perf_counter() - written > 1.0:
            with file.open("a") as lines:
                lines.write("".join(f"{one:.2f}\n" for one in late))
            late, written = [], time.perf_counter()


def main() -> None:
    from tui.app import HandrailApp
    from tui.cli import main as handrail

    file = Path(sys.argv[1])
    mounted = HandrailApp.on_mount

    def on_mount(app: HandrailApp) -> None:
        mounted(app)
        app.run_worker(beat(file), group="beat")

    HandrailApp.on_mount = on_mount  # type: ignore[method-assign]
    sys.argv = ["handrail", *sys.argv[2:]]
    handrail()


if __name__ == "__main__":
    main()
