"""What operators type into the step: passed on as the terminal takes it, noted without what it hides."""

from __future__ import annotations

import os
import time

from handrail.runs.supervision import account
from handrail.runs.supervision.folder import write_all

TYPED_AT_MOST = 1 << 16  # bytes waiting for a step that does not read
LOOK_AGAIN = (0.02, 0.1, 0.3)  # s after something happened: does the terminal hide what is typed now?
LOOK_ALWAYS = 1.0  # s; also the silence after which a line that looks like a question is shown as one
ASKS_FOR_A_SECRET = (b"password", b"passphrase", b"passcode", b"secret", b"token", b"pin:", b"otp")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from handrail.runs.supervision.folder import Folder
    from handrail.runs.supervision.masking import Mask
    from handrail.runs.supervision.recorder import Recorder
    from handrail.runs.supervision.step import Step


class Keyboard:
    """Types into the terminal without blocking, and keeps `in.log` and `noecho`. Times are monotonic seconds."""

    def __init__(self, step: Step, folder: Folder, recorder: Recorder, mask: Mask) -> None:
        self.step, self.folder, self.recorder, self.mask = step, folder, recorder, mask
        self.waiting = b""  # to be taken by the terminal
        self.hidden = ""  # as noted in `noecho`
        self._changed = self._looked = time.monotonic()
        self._silent = False

    def type(self, data: bytes, by: str) -> bool:
        """Type `data` and note who did; the text only where the terminal shows it. False when there is no room."""
        if not data or len(self.waiting) + len(data) > TYPED_AT_MOST:
            return False
        hidden = self.step.hidden()
        secret = hidden == "line" or self._is_asked_for_a_secret()
        if secret:
            self.mask.add(data)  # neither may the step print it, nor leave it to the next in a variable
        withheld = bool(hidden) or secret or self.mask.shows(data)
        self._log({"at_ns": time.time_ns(), "by": by, "bytes": len(data),
                   "text": None if withheld else data.decode("utf-8", "replace")})
        self.waiting += data
        self.go_on()
        return True

    def go_on(self) -> None:
        """Pass on what waits, as far as the terminal takes it."""
        try:
            self.waiting = self.waiting[os.write(self.step.master, self.waiting):]
        except BlockingIOError:
            pass
        except OSError:
            self.waiting = b""

    def stir(self, now: float) -> None:
        """Something was written or typed: the terminal's modes may change in a moment."""
        self._changed = now
        self._silent = False

    def due(self) -> float:
        """When to look at the terminal's modes again; nothing tells of a change."""
        soon = (self._changed + after for after in LOOK_AGAIN)
        return min((moment for moment in soon if moment > self._looked), default=self._looked + LOOK_ALWAYS)

    def look(self, now: float) -> bool:
        """Look whether typing is hidden; True when that has changed, or when the step has fallen silent."""
        self._looked = now
        fell_silent = not self._silent and now >= self._changed + LOOK_ALWAYS
        self._silent = self._silent or fell_silent
        hidden = self.step.hidden()
        if hidden == self.hidden:
            return fell_silent
        self.hidden = hidden
        try:
            if hidden:
                self.folder.replace("noecho", hidden.encode())
            else:
                os.unlink("noecho")
        except OSError:
            pass
        return True

    def _is_asked_for_a_secret(self) -> bool:
        """A program may print its question before it makes the terminal hide the answer."""
        line = self.recorder.tail.rpartition(b"\n")[2].lower()
        return any(word in line for word in ASKS_FOR_A_SECRET)

    def _log(self, entry: dict[str, object]) -> None:
        try:
            log = self.folder.open("in.log", os.O_WRONLY | os.O_APPEND)
            try:
                write_all(log, account.as_json(entry))
            finally:
                os.close(log)
        except OSError:
            pass  # a full disk is no reason not to answer the step
