"""One loop that reads the step's terminal, answers the door, keeps time, and writes down how it ended."""

from __future__ import annotations

import os
import select
import time

from handrail.runs.supervision import account
from handrail.runs.supervision.asked import Asked
from handrail.runs.supervision.door import Door
from handrail.runs.supervision.folder import Folder, write_all
from handrail.runs.supervision.keyboard import Keyboard
from handrail.runs.supervision.ladder import Ladder
from handrail.runs.supervision.lease import Lease
from handrail.runs.supervision.light import signal
from handrail.runs.supervision.masking import Mask
from handrail.runs.supervision.recorder import Recorder
from handrail.runs.supervision.step import Step

READ_AT_ONCE = 1 << 18  # bytes per round, so that a flood does not keep the door closed
WAKE_EVERY = 0.04  # s
HOLD_AT_MOST = 0.05  # s that the possible start of a secret is held back
REOPEN_EVERY = 0.25  # s between looks at a terminal that everyone has closed and the step may open again

TYPE_CHECKING = False
if TYPE_CHECKING:
    from resource import struct_rusage

    from handrail.runs.supervision.request import Request


class Watch:
    """The state of one supervised step. Times are monotonic seconds."""

    def __init__(self, request: Request, folder: Folder, mask: Mask, bell: int, umask: int) -> None:
        self.request, self.folder, self.mask, self.bell = request, folder, mask, bell
        self.recorder = Recorder(folder, mask, request["cap"])
        self.dump = os.memfd_create("environment")
        self.poll = select.poll()
        self.door = Door(folder.door, self.poll, Asked(self).act)
        self.told_to_end = False
        signal.signal(signal.SIGTERM, self._be_told_to_end)
        self.began = time.monotonic()
        self.step = Step(request, self._argv(), umask)
        self.ladder = Ladder(self.step)
        self.lease = Lease()
        self.keyboard = Keyboard(self.step, folder, self.recorder, mask)
        for fd in (bell, self.step.master, self.step.doubt):
            self.poll.register(fd, select.POLLIN)

        self.status: int | None = None  # as wait gives it, None while the step lives
        self.usage: struct_rusage | None = None
        self.ended = 0.0
        self.alone = False  # no child and no adopted child is left
        self.terminal_open = True
        self.refusal = b""  # why the step could not be executed
        self.end: dict[str, object] = {}  # what exit.json says, once it is written
        self.limit = self.began + request["timeout"] if request["timeout"] else None
        self.took_at = self.woke_at = self.began
        self.news = True

    def run(self) -> None:
        """Until the end is written and the terminal is closed by all."""
        while not self.end or self.terminal_open or self.ladder.climbing:
            for fd, _ in self.poll.poll(self._patience()):
                self._attend(fd)
            self._keep_time(time.monotonic())
        self.recorder.close()
        self.folder.write("closed", b"")
        self.step.release()
        self.door.close()
        self.folder.sync()

    # what happens

    def _attend(self, fd: int) -> None:
        if fd == self.step.master:
            if self.keyboard.waiting:
                self.keyboard.go_on()
                self.listen_for_room()
            self._read_terminal()
        elif fd == self.bell:
            os.read(fd, 4096)
        elif fd == self.step.doubt:
            self._hear_refusal()
        elif self.door.knows(fd):
            self.door.attend(fd)

    def _read_terminal(self) -> None:
        parts = []
        room = READ_AT_ONCE
        while room > 0:
            try:
                part = os.read(self.step.master, 65536)
            except BlockingIOError:
                break
            except OSError:  # EIO: nobody holds the other end
                part = b""
            if not part:
                self._hang_up()
                break
            parts.append(part)
            room -= len(part)
        if parts:
            self.took_at = time.monotonic()
            self.keyboard.stir(self.took_at)
            self.recorder.take(b"".join(parts))
            self.news = True

    def _hang_up(self) -> None:
        if self.terminal_open:
            self.poll.unregister(self.step.master)
            self.terminal_open = False
            self.news = True

    def _look_for_a_reopened_terminal(self) -> None:
        """Everyone closed it, but the step lives and may open /dev/tty."""
        try:
            part = os.read(self.step.master, 65536)
        except BlockingIOError:
            part = b""
        except OSError:
            return
        self.terminal_open = True
        self.poll.register(self.step.master, select.POLLIN)
        self.recorder.take(part)
        self.news = True

    def _hear_refusal(self) -> None:
        if self.step.doubt >= 0:
            self.refusal = os.read(self.step.doubt, 4096)
            self.poll.unregister(self.step.doubt)
            os.close(self.step.doubt)
            self.step.doubt = -1

    def _reap(self) -> None:
        try:
            while True:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
                if pid == 0:
                    return
                if pid == self.step.pid:
                    self.status, self.usage, self.ended = status, usage, time.monotonic()
        except ChildProcessError:
            self.alone = True

    # what time brings

    def _patience(self) -> float:
        """Milliseconds until something is due."""
        now = time.monotonic()
        due = [self.keyboard.due()]
        if self.limit is not None:
            due.append(self.limit)
        if self.ladder.next is not None:
            due.append(self.ladder.next)
        if self.recorder.holds:
            due.append(self.took_at + HOLD_AT_MOST)
        if self.news:
            due.append(self.woke_at + WAKE_EVERY)
        if not self.terminal_open and not self.end:
            due.append(now + REOPEN_EVERY)
        return max(0.0, min(due) - now) * 1000

    def _keep_time(self, now: float) -> None:
        if not self.alone:
            self._reap()
        self._keep_limits(now)
        if self.recorder.holds and now >= self.took_at + HOLD_AT_MOST:
            self.recorder.flush()
            self.news = True
        if not self.terminal_open and not self.end:
            self._look_for_a_reopened_terminal()
        if now >= self.keyboard.due() and self.keyboard.look(now):
            self.news = True
        if self.status is not None and not self.ladder.climbing and not self.end:
            self._finish()
        if self.news and now >= self.woke_at + WAKE_EVERY:
            self.woke_at, self.news = now, False
            self.door.wake()

    def _keep_limits(self, now: float) -> None:
        if self.told_to_end:
            self.told_to_end = False
            self.stop("SIGTERM to the supervisor")
        if self.limit is not None and now >= self.limit:
            self.limit = None
            if self.status is None:
                self.stop("", timed_out=True)
        if self.ladder.next is not None and now >= self.ladder.next:
            self.ladder.climb(now)
        if self.alone:
            self.ladder.leave()
            if self.end and self.end["left"]:
                self.end["left"] = []
                self.note("exit.json", self.end)

    # what is asked of it

    def stop(self, by: str, timed_out: bool = False) -> bool:
        """Begin to end the step and all it started; False when nothing of it is left."""
        if self.alone and self.status is not None:
            return False
        if not self.ladder.climbing:
            self.ladder.begin(by, time.monotonic(), timed_out)
            self.note("stopping", {"by": by, "timed_out": timed_out, "at_ns": time.time_ns()})
        return True

    def listen_for_room(self) -> None:
        """What could not be typed at once is, as soon as the terminal takes it."""
        if self.terminal_open:
            self.poll.modify(self.step.master, select.POLLIN | (select.POLLOUT if self.keyboard.waiting else 0))

    def _be_told_to_end(self, number: int, frame: object) -> None:
        self.told_to_end = True

    # what is written down

    def _argv(self) -> list[bytes]:
        """The step's arguments. A script that shows a secret is never on disk: the shell reads it from our memory."""
        script = os.fsencode(self.folder.path) + b"/step.sh"
        if self.request["shown"] or self.mask.shows(self.request["script"]):
            memory = os.memfd_create("step")
            write_all(memory, self.request["script"])
            script = b"/proc/%d/fd/%d" % (os.getpid(), memory)
        dump = b"/proc/%d/fd/%d" % (os.getpid(), self.dump)
        meaning = {b"@STEP@": script, b"@DUMP@": dump}
        return [meaning.get(argument, argument) for argument in self.request["argv"]]

    def note(self, name: str, value: dict[str, object]) -> None:
        """Tell readers in a file of its own; on a full disk that is what can be spared."""
        try:
            self.folder.replace(name, account.as_json(value))
        except OSError:
            pass
        self.news = True

    def _finish(self) -> None:
        """Everything the step itself wrote is in `out`, its environment in env.sh, and only then the end is told."""
        if self.terminal_open:
            self._read_terminal()
        self.recorder.flush()
        self._hear_refusal()
        captured = account.keep_environment(self.dump, self.request, self.folder, self.mask)
        self.end = {
            **account.outcome(self.status or 0, self.refusal.decode("utf-8", "replace")),
            **account.cost(self.ended - self.began, self.usage),
            "stopped_by": self.ladder.by,
            "timed_out": self.ladder.timed_out,
            "left": [] if self.alone else account.left_running(),
            "captured": captured,
            "bytes": self.recorder.bytes,
            "lines": self.recorder.lines,
            "error": self.recorder.error,
            "given_back": self.recorder.cap.lost,
        }
        self.folder.write_end(account.as_json(self.end))
        self.woke_at, self.news = 0.0, True
