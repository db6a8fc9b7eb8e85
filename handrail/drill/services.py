"""The world's services and their processes. A service is a file that the stand-in `systemctl` writes; a browser
process is a real process that the stand-in `pkill` can find and end."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
from pathlib import Path

from handrail.drill.files import SITES, write

_FATAL = sum(1 << (number - 1) for number in (signal.SIGHUP, signal.SIGINT, signal.SIGKILL, signal.SIGTERM))

UNITS = ("alwaysclaw-gateway", "alwaysclaw-loops", "alwaysclaw-browser", "alwaysclaw-voice", "alwaysclaw-twilio")


class Services:
    """`services/UNIT` holds one word: active, inactive or failed. The file is the truth; this class follows it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "services"
        self._seen: dict[str, tuple[int, int]] = {}
        self._words: dict[str, str] = {}
        self.browser = Browser(folder)
        for unit in UNITS:
            self._look(unit)
        self._follow("alwaysclaw-browser")

    def runs(self, unit: str) -> bool:
        return self._words.get(unit) == "active"

    def write(self, unit: str, word: str) -> None:
        write(self.folder / unit, f"{word}\n")

    def sync(self) -> tuple[str, ...]:
        """The units that were started, stopped or restarted since the last call."""
        changed = tuple(unit for unit in UNITS if self._look(unit))
        for unit in changed:
            self._follow(unit)
        return changed

    def _look(self, unit: str) -> bool:
        path = self.folder / unit
        try:
            found = path.stat()
            seen = (found.st_mtime_ns, found.st_ino)
            if seen == self._seen.get(unit):
                return False
            word = path.read_text("utf-8").strip()
        except OSError:
            return False
        self._seen[unit] = seen
        self._words[unit] = word
        return True

    def _follow(self, unit: str) -> None:
        if unit == "alwaysclaw-browser":
            self.browser.stop()
            if self.runs(unit):
                self.browser.start()


class Browser:
    """The browser's processes: each waits on a pipe that only this process holds, so none outlives it.

    `processes` in the world's folder lists them as "PID COMMAND LINE" for the stand-in tools, which touch no others.
    """

    def __init__(self, folder: Path) -> None:
        self._list = folder / "processes"
        self._profiles = folder / "home" / "state" / "browser" / "profiles"
        self._cat = shutil.which("cat", path="/usr/bin:/bin") or "/bin/cat"
        self._children: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        lines = []
        for profile in SITES:
            title = f"chromium --type=renderer --user-data-dir={self._profiles}/alwaysclaw-profile-{profile}"
            child = subprocess.Popen([title], executable=self._cat, stdin=subprocess.PIPE,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self._children.append(child)
            lines.append(f"{child.pid} {title}\n")
        write(self._list, "".join(lines))

    def stop(self) -> None:
        for child in self._children:
            child.kill()
        for child in self._children:
            child.wait()
            if child.stdin is not None:
                child.stdin.close()
        self._children.clear()
        with contextlib.suppress(OSError):
            write(self._list, "")

    def running(self) -> bool:
        """Whether any is left; one that has its signal and only waits for a processor to die on is not."""
        return any(child.poll() is None and not _doomed(child.pid) for child in self._children)


def _doomed(pid: int) -> bool:
    try:
        fields = dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines())
    except OSError:
        return True
    pending = int(fields["SigPnd"], 16) | int(fields["ShdPnd"], 16)
    return bool(pending & _FATAL)
