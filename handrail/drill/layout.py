"""Lays out a world's folder: the practised home, services, stand-in tools, and the pack led to its ports and files."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sys
import time
from pathlib import Path

from handrail.drill.files import BROKEN, lay_out_home, write
from handrail.drill.services import UNITS
from handrail.paths import FOLDER_MODE

TOOLS = Path(__file__).parent / "tools"
PACKS = Path(__file__).parents[1] / "packs"

# What a step may start in a practice world, beside the stand-ins: programs that stay where their paths lead.
PROGRAMS = (
    "alwaysclaw", "systemctl", "pkill", "pgrep", "wsl", "wsl.exe", "curl", "jq",
    "awk", "basename", "cat", "chmod", "cp", "cut", "date", "df", "diff", "dirname", "du", "echo", "false", "find",
    "free", "grep", "head", "hostname", "kill", "ls", "mkdir", "mktemp", "mv", "printf", "ps", "pwd", "rm", "rmdir",
    "sed", "seq", "sha256sum", "sleep", "sort", "stat", "tail", "tar", "tee", "test", "touch", "tr", "true", "uname",
    "uniq", "uptime", "wc", "whoami",
)

FOLDERS = ("home", "bin", "services", "pack")
FILES = ("faults.json", "processes", "world.log", BROKEN)
OLD = "old-"

# Lamps at a pace that leaves an idle console idle: a fault and a step have theirs asked at once. They do not go stale
# while this host is busy starting something.
QUICK = """[defaults]
interval = "6s"
retry_every = "1s"
slow_interval = "10s"
stale_after = "30s"
timeout = "2s"
confirm_bad = 1
confirm_good = 1

"""


def lay_out(root: Path, name: str, *, gateway: int, loops: int) -> None:
    """Write everything but `world.json`. What an earlier world left in the practised home is replaced; `state` stays.

    Raises OSError.
    """
    _put_aside(root)
    for part in FOLDERS:
        (root / part).mkdir(mode=FOLDER_MODE)
    write(root / "faults.json", json.dumps({"active": []}) + "\n")
    write(root / "processes", "")
    lay_out_home(root / "home")
    for unit in UNITS:
        write(root / "services" / unit, "active\n")
    _lay_out_tools(root / "bin")
    _lay_out_pack(PACKS / name, root / "pack" / name, root, gateway, loops)


def _put_aside(root: Path) -> None:
    """Move what an earlier world left out of the way: removing it can take the disk a while, and is left to `tidy`."""
    old = root / f"{OLD}{time.time_ns()}"
    for part in (*FOLDERS, *FILES):
        if (root / part).exists():
            old.mkdir(mode=FOLDER_MODE, exist_ok=True)
            (root / part).rename(old / part)


def tidy(root: Path) -> None:
    """Remove what was put aside."""
    for old in root.glob(f"{OLD}*"):
        shutil.rmtree(old, ignore_errors=True)


def _lay_out_tools(bin: Path) -> None:
    for name in ("wsl", "systemctl", "pkill", "alwaysclaw"):
        _program(bin / name, (TOOLS / name).read_text("utf-8"))
    for name, like in (("pgrep", "pkill"), ("wsl.exe", "wsl")):
        _program(bin / name, (TOOLS / like).read_text("utf-8"))
    if shutil.which("curl") is None:
        python = shlex.quote(sys.executable)
        _program(bin / "curl", f'#!/bin/sh\nexec {python} -I -S {shlex.quote(str(TOOLS / "curl.py"))} "$@"\n')


def _program(path: Path, text: str) -> None:
    write(path, text)
    path.chmod(0o700)


def _lay_out_pack(source: Path, target: Path, root: Path, gateway: int, loops: int) -> None:
    target.mkdir(mode=FOLDER_MODE)
    for runbook in source.glob("*.md"):
        # What a person is told to open is no command that could be rewritten: it must be right as it stands.
        text = runbook.read_text("utf-8")
        text = re.sub(r"(?m)^(- \[ \] .*)http://localhost:3100", rf"\1http://127.0.0.1:{gateway}", text)
        write(target / runbook.name, text)
    write(target / "handrail.toml", led(
        (source / "handrail.toml").read_text("utf-8"), root, gateway=gateway, loops=loops))


def led(text: str, root: Path, *, gateway: int, loops: int) -> str:
    """A `handrail.toml` led to a world.

    Its probes ask the world's ports every six seconds (the unhurried ones every twenty) and believe the first answer,
    its steps are rewritten to the world's ports and files and find the stand-ins first, and `[world]` bounds them.
    """
    text = re.sub(r"(?m)^\[defaults\]\n(?:[^\[\n].*\n|\n)*", QUICK, text)
    text = re.sub(r"(?m)^interval\s*=(?! \"6s\").*$", 'interval = "20s"', text)
    text = re.sub(r"(?m)^timeout\s*=.*$", 'timeout = "2s"', text)
    # Nobody practises for hours: what is bad that long is so after a breath here, and well again as soon.
    text = re.sub(r"unchanged\((\w+)\) > \d+h", r"unchanged(\1) > 8s", text)
    text = re.sub(r"count\(\d+m\)", "count(15s)", text)
    text = text.replace("http://localhost:3100", f"http://127.0.0.1:{gateway}")
    rewrites = (
        (r"(?<![\w.])(localhost|127\.0\.0\.1):3100\b", f"127.0.0.1:{gateway}", "the practice world's gateway"),
        (r"(?<![\w.])(localhost|127\.0\.0\.1):3101\b", f"127.0.0.1:{loops}", "the practice world's loop kernel"),
        (r"(?<![\w./-])/home/alwaysclaw\b", f"{root}/home", "the practice world's files"),
        (r"(?<![\w./-])~(?=/)", f"{root}/home", "the practice world's files"),
    )
    return "\n".join((
        f'path = ["{root}/bin"]',
        text.rstrip(),
        *(f"\n[[rewrite]]\npattern = '{pattern}'\nreplace = '{replace}'\nnote = \"{note}\""
          for pattern, replace, note in rewrites),
        "\n[world]",
        f"ports = [{gateway}, {loops}]",
        f'paths = ["{root}/home", "/dev/null"]',
        f'folder = "{root}/home"',
        f"programs = {json.dumps(PROGRAMS)}",
        "",
    ))
