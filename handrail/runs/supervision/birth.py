"""How a supervised step comes into the world: its folder, its signals, and the loop that watches it to its end."""

from __future__ import annotations

import os
import time

from handrail.runs.supervision import account
from handrail.runs.supervision.folder import Folder
from handrail.runs.supervision.light import signal
from handrail.runs.supervision.masking import Mask
from handrail.runs.supervision.step import adopt_orphans
from handrail.runs.supervision.watch import Watch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from handrail.runs.supervision.request import Request


def supervise(request: Request) -> None:
    """Run the step of `request` to its end, and until nobody holds its terminal any more."""
    umask = os.umask(0o077)
    t0_ns = time.time_ns()
    bell = listen_for_children()
    orphans = adopt_orphans()
    mask = Mask(request["secrets"])
    folder = Folder(request["folder"], request["file_mode"], request["folder_mode"], {
        "meta.json": account.beginning(request, t0_ns, orphans, step=None),
        "step.sh": request["shown"] or _printable(request["script"], mask),
    })
    try:
        if (by := folder.asked_to_stop()) is not None:
            end_unstarted(folder, by)
            return
        watch = Watch(request, folder, mask, bell, umask)
        folder.replace("meta.json", account.beginning(request, t0_ns, orphans, watch.step.pid))
        watch.run()
    except BaseException:  # a fault of ours: the step is now "lost", and this says why
        import traceback

        folder.write("fault", mask.hide(traceback.format_exc().encode()))
        raise


def end_unstarted(folder: Folder, by: str) -> None:
    """Somebody stopped the step before there was anything to end: it does not begin."""
    for empty in ("out", "idx", "closed"):
        folder.write(empty, b"")
    folder.write_end(account.as_json({
        "exit": None, "signal": None, "refused": "", "at_ns": time.time_ns(), "seconds": 0.0, "stopped_by": by,
        "timed_out": False, "left": [], "captured": False, "bytes": 0, "lines": 0, "error": "",
    }))
    folder.sync()


def _printable(script: bytes, mask: Mask) -> bytes:
    """The script as it may be kept."""
    hidden = mask.hide(script)
    return b"# not kept: it holds a secret in a spelling of its own\n" if mask.shows(hidden) else hidden


def listen_for_children() -> int:
    """A descriptor that becomes readable at every signal. Before the fork: `true` ends before we could look again."""
    bell, clapper = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(clapper, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    for ignored in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU):
        signal.signal(ignored, signal.SIG_IGN)
    return bell
