"""Figures measured side by side in one run: `python tests/bench` prints them all, `python tests/bench NAME` one.

Never part of the tests: on a noisy machine only the ratio to something measured in the same minute means anything.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))


def main(wanted: list[str]) -> None:
    for path in sorted(HERE.glob("bench_*.py")):
        name = path.stem.removeprefix("bench_")
        if wanted and name not in wanted:
            continue
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        print(f"== {name}: {(module.__doc__ or '').splitlines()[0]}", flush=True)
        module.main()


main(sys.argv[1:])
