"""Output handed on: saved byte for byte, or as harmless text to a pager."""

from __future__ import annotations

import os
import shlex
import subprocess
from contextlib import suppress
from pathlib import Path

from handrail.errors import RunError, UsageError
from handrail.runs.transcript import LINE, Transcript
from handrail.text import row

COPIED = 1024 * 1024  # bytes at once
LINES = 500  # lines at once


def save(folder: Path, target: str) -> tuple[Path, int]:
    """Write the output in `folder`, as it came, into the new file `target`; the file and its bytes.

    `~` is the home folder; the file is private (0600). Raises UsageError when there is such a file already or none can
    be made there. What was written so far is removed when it cannot be written whole.
    """
    path = Path(target).expanduser()
    try:
        out = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise UsageError(f"{path} exists already.", remedy="Choose another name.") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", "") or str(error)
        raise UsageError(f"{path} cannot be made: {why}.", remedy="Choose another place.") from None
    try:
        with (folder / "out").open("rb") as source, os.fdopen(out, "wb") as file:
            written = 0
            while data := source.read(COPIED):
                written += file.write(data)
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise UsageError(f"{path} could not be written: {error.strerror}.", remedy="Choose another place.") from None
    return path, written


def pager() -> list[str]:
    """The operator's pager and its arguments: $PAGER, else less. Raises UsageError."""
    try:
        return shlex.split(os.environ.get("PAGER", "")) or ["less"]
    except ValueError as error:
        raise UsageError(f"$PAGER cannot be read as a command: {error}.") from None


def show_in(argv: list[str], folder: Path) -> None:
    """Run the pager on the output, cleaned line by line as it asks for it. Blocks until it ends. Raises RunError.

    Through a pipe and never as a file: `less -R` and many others would pass sequences on to the terminal.
    """
    transcript = Transcript(folder)
    try:
        process = subprocess.Popen(argv, stdin=subprocess.PIPE)
    except OSError as error:
        raise RunError(f"{argv[0]} could not be started: {error.strerror}.", remedy="Set PAGER anew.") from None
    assert process.stdin is not None
    try:
        with suppress(BrokenPipeError), process.stdin as stdin:
            transcript.refresh()
            while transcript.behind or transcript.counting is not None:
                transcript.refresh()
            for first in range(0, transcript.lines, LINES):
                lines = transcript.lines_between(first, first + LINES)
                stdin.write("".join(f"{row(line, limit=LINE).text}\n" for line in lines).encode())
    finally:
        process.wait()
        transcript.close()
