"""The step's process: its terminal, its group, its start. Nothing of this process leaks into it."""

from __future__ import annotations

import fcntl
import os
import termios

from handrail.runs.supervision.light import signal

PR_SET_CHILD_SUBREAPER = 36

TYPE_CHECKING = False
if TYPE_CHECKING:
    from handrail.runs.supervision.request import Request


def adopt_orphans() -> bool:
    """Become the parent of every descendant whose own parent ends, so that none escapes. False where refused.

    Before the fork: what the step daemonises in its first millisecond is to be ours as well.
    """
    try:
        import _ctypes  # a tenth of what `ctypes` takes to import

        prctl = _ctypes.dlsym(_ctypes.dlopen(None, 0), "prctl")  # type: ignore[arg-type]
        refused: int = _ctypes.call_function(prctl, (PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
    except (ImportError, AttributeError):
        import ctypes

        refused = ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    return refused == 0


class Step:
    """A started step: `pid`, `master` (its terminal, not blocking) and `doubt` (a pipe: empty means it was executed).

    This process, not the step, leads the session: when a session leader ends the kernel hangs up on the foreground
    group, and a plain `server &` would die with the step that started it. Raises OSError when no terminal can be had.
    """

    def __init__(self, request: Request, argv: list[bytes], umask: int) -> None:
        self.master, slave = os.openpty()
        _prepare(slave, request["columns"], request["lines"], whole=request["whole"])
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        self.doubt, confession = os.pipe()
        # What is sent to the step before it can hear waits for it: an INT in its first instant is not lost.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))
        self.pid = os.fork()
        if self.pid == 0:
            _become(request, argv, slave, confession, umask)
        try:
            os.setpgid(self.pid, self.pid)  # both do: whoever signals the group finds it from now on
        except OSError:
            pass  # it was faster
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(slave)
        os.close(confession)
        os.set_blocking(self.master, False)

    def group(self) -> int:
        """The process group in the foreground of the terminal."""
        try:
            return os.tcgetpgrp(self.master) or self.pid
        except OSError:
            return self.pid

    def hidden(self) -> str:
        """How the terminal hides what is typed: "" not at all, "line" as for a password, "raw" as an editor does."""
        try:
            flags = termios.tcgetattr(self.master)[3]
        except termios.error:
            return ""
        if flags & termios.ECHO:
            return ""
        return "line" if flags & termios.ICANON else "raw"

    def character(self, which: int) -> bytes:
        """A control character of the terminal as it is set now, such as termios.VEOF."""
        try:
            found = termios.tcgetattr(self.master)[6][which]
        except termios.error:
            return b""
        return found if isinstance(found, bytes) else bytes([found])

    def resize(self, columns: int, lines: int) -> None:
        """Tell the step that its terminal has another size."""
        termios.tcsetwinsize(self.master, (lines, columns))

    def release(self) -> None:
        """Take the terminal back from what was left running, which would otherwise be hung up when we end."""
        try:
            os.tcsetpgrp(self.master, os.getpgrp())
        except OSError:
            pass


def _prepare(slave: int, columns: int, lines: int, *, whole: bool) -> None:
    modes = termios.tcgetattr(slave)
    if not whole:
        modes[1] &= ~termios.OPOST  # bytes as the program wrote them; short lines are 3 to 6 times faster
    modes[6][termios.VSUSP] = b"\0"  # ^Z would stop a step that no shell could continue
    termios.tcsetattr(slave, termios.TCSANOW, modes)
    termios.tcsetwinsize(slave, (lines, columns))


def _become(request: Request, argv: list[bytes], slave: int, confession: int, umask: int) -> None:
    """In the child: turn into the step, or say why not and end."""
    doing = "prepare the terminal"
    try:
        os.setpgid(0, 0)
        os.tcsetpgrp(slave, os.getpid())
        for fd in (0, 1, 2):
            os.dup2(slave, fd)
        signal.set_wakeup_fd(-1)
        for number in range(1, signal.NSIG):
            try:
                signal.signal(number, signal.SIG_DFL)
            except (OSError, ValueError):  # KILL, STOP, and those the C library keeps
                pass
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        os.umask(umask)
        doing = f"enter the folder {os.fsdecode(request['cwd'])}"
        os.chdir(request["cwd"])
        doing = f"start {os.fsdecode(argv[0])}"
        os.execve(argv[0], argv, request["env"])
    except BaseException as error:
        reason = error.strerror if isinstance(error, OSError) else repr(error)
        os.write(confession, f"could not {doing}: {reason}".encode("utf-8", "replace"))
    finally:
        os._exit(127)
