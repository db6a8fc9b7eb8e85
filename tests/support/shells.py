"""The command line as a program: what stands on stdout and stderr, and the exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.terminal import Terminal

import handrail
from handrail.paths import State

PROGRAM = (sys.executable, "-c", "from tui.cli import main; main()")
HOUSE = str(Path(handrail.__file__).parents[1])


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


class Shell:
    """A person at a prompt, with a state folder and a home of their own."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.home.mkdir()
        self.state = State(folder / "state")
        keep = {name: value for name, value in os.environ.items() if not name.startswith(("HANDRAIL_", "XDG_"))}
        self.env = {**keep, "HOME": str(self.home), "HANDRAIL_STATE": str(self.state.root), "HANDRAIL_ACTOR": "kim",
                    "PYTHONPATH": os.pathsep.join(filter(None, (HOUSE, os.environ.get("PYTHONPATH", ""))))}

    def says(self, *words: object, given: str | None = None) -> Said:
        """Run `handrail WORDS` to its end, without a terminal. No command ever shows a traceback."""
        source: dict[str, Any] = {"stdin": subprocess.DEVNULL} if given is None else {"input": given}
        done = subprocess.run([*PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=60, env=self.env,
                              cwd=self.home, check=False, **source)
        assert "Traceback" not in done.stderr, done.stderr
        return Said(done.returncode, done.stdout, done.stderr)

    def starts(self, *words: object) -> subprocess.Popen[str]:
        """Run `handrail WORDS` and do not wait for it."""
        return subprocess.Popen([*PROGRAM, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                env=self.env, cwd=self.home, stdin=subprocess.DEVNULL)

    def at_a_terminal(self, *words: object, size: tuple[int, int] = (100, 30)) -> Terminal:
        """Run `handrail WORDS` in a terminal of its own."""
        return Terminal([*PROGRAM, *map(str, words)], size=size, env=self.env, cwd=str(self.home))

    def file(self, name: str, content: str | bytes) -> Path:
        """A file in the home."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path
