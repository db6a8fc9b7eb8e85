"""An error of our own: the whole traceback goes into a private file, without the values of any variable."""

from __future__ import annotations

import os
import time
from pathlib import Path

from handrail import __version__
from handrail.paths import FILE_MODE, FOLDER_MODE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def report_crash(error: BaseException, state: Path, hide: Callable[[str], str] = str) -> Path:
    """Write the traceback of `error` to STATE/crashes (0600), else to the temporary folder; answers the file.

    Frames are written without locals: they may hold secrets. `hide` takes those that are known out of the rest.
    """
    import tempfile
    import traceback

    # A failed worker wraps what really happened.
    error = getattr(error, "error", None) or error
    text = "".join(traceback.format_exception(error))
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    body = hide(f"handrail {__version__}  {stamp}  pid {os.getpid()}\n\n{text}")
    for folder in (state / "crashes", Path(tempfile.gettempdir())):
        try:
            folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            return _write_new(folder, f"handrail-{stamp}-{os.getpid()}", body)
        except OSError:
            continue
    return Path(os.devnull)


def _write_new(folder: Path, name: str, body: str) -> Path:
    """Write a file that was not there: several errors may come in one second. Raises OSError."""
    for number in range(1, 100):
        path = folder / (f"{name}.txt" if number == 1 else f"{name}-{number}.txt")
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        except FileExistsError:
            continue
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(body)
        return path
    raise FileExistsError(folder / name)
