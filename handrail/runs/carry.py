"""What carries from step to step: which shell runs a step, from which environment, and what it leaves behind.

The next step starts where the last one left: the variables it assigned, functions, `set -o` options, umask and
directory. `shells/*.sh` is what runs around a step, `supervision/carried.py` makes env.sh of what the shell tells.
Lost is only what ends with `exec`, with SIGKILL, or with `exit` under an EXIT trap of its own: `captured` says so.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

ENVIRONMENT = "env.sh"
END = b"# end of what is carried\n"
SHELLS = Path(__file__).parent / "shells"
FLAVOURS = {"bash": "bash", "zsh": "zsh", "dash": "posix", "ash": "posix", "busybox": "posix"}
DEFINITION = re.compile(rb"^(?:function[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*\(\)", re.MULTILINE)


class Shell(NamedTuple):
    """A shell that is installed. `flavour` is bash, zsh or posix, or "" for one from which nothing is carried."""

    path: Path
    flavour: str


def find_shell(name: str, search: str | None = None) -> Shell:
    """The shell called `name` where it is installed, else bash, else sh. `search` is the PATH to look in."""
    for each in (name, "bash", "sh"):
        if each and (found := shutil.which(each, path=search) or shutil.which(each)):
            real = os.path.basename(os.path.realpath(found))  # noqa: PTH119  (sh may be any of them)
            return Shell(Path(found), FLAVOURS.get(real, ""))
    return Shell(Path("/bin/sh"), "posix")


def arguments(shell: Shell, carry_from: Path | None, folder: Path) -> list[bytes]:
    """What to execute. @STEP@ and @DUMP@ are for the supervisor, which knows where they will be."""
    if not shell.flavour:
        return [os.fsencode(shell.path), b"@STEP@"]
    start = carry_from / ENVIRONMENT if carry_from is not None and captured(carry_from) else ""
    return [os.fsencode(shell.path), os.fsencode(SHELLS / f"{shell.flavour}.sh"), b"@STEP@", os.fsencode(start),
            b"@DUMP@", os.fsencode(folder / "the directory is gone")]


def captured(folder: Path) -> bool:
    """Whether the environment of the run in `folder` was captured; else the row says that it was not."""
    try:
        with (folder / ENVIRONMENT).open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - len(END)))
            return file.read() == END
    except OSError:
        return False


def functions(shell: Shell, script: bytes, carry_from: Path | None) -> list[tuple[str, bytes]]:
    """The functions of a shell that cannot list its own: those carried so far, and those that `script` defines.

    Only what starts at the beginning of a line is taken, up to the first brace with which the shell can read it.
    """
    if shell.flavour != "posix":
        return []
    found: dict[str, bytes] = {}
    if carry_from is not None and captured(carry_from):
        found.update(_defined(shell, _unquoted_block((carry_from / ENVIRONMENT).read_bytes())))
    found.update(_defined(shell, script))
    return list(found.items())


def _defined(shell: Shell, script: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for match in DEFINITION.finditer(script):
        for brace in re.finditer(rb"[})][ \t]*(?:[;#&][^\n]*)?$", script[match.start():], re.MULTILINE):
            text = script[match.start():match.start() + brace.start() + 1] + b"\n"
            if _is_complete(shell, text):
                found[match[1].decode()] = text
                break
    return found


def _is_complete(shell: Shell, text: bytes) -> bool:
    return subprocess.run([shell.path, "-n"], input=text, stderr=subprocess.DEVNULL, check=False).returncode == 0


def _unquoted_block(environment: bytes) -> bytes:
    """What env.sh leaves to the same shell."""
    _, _, block = environment.rpartition(b"then eval '")
    return block.partition(b"'; fi\n")[0].replace(b"'\\''", b"'")
