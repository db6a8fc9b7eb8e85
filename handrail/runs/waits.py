"""What a process that does nothing waits for, in words for an operator. A guess from /proc that may say nothing."""

from __future__ import annotations

import platform
from pathlib import Path

from handrail.runs.supervision.processes import read_small

# Numbers of system calls by what they wait for; the first argument of those in READS and WRITES is a descriptor.
CALLS: dict[str, dict[str, frozenset[int]]] = {
    "x86_64": {
        "reads": frozenset({0, 17, 19, 45, 47}), "writes": frozenset({1, 20, 44, 46}), "child": frozenset({61, 247}),
        "clock": frozenset({35, 230}), "events": frozenset({7, 23, 232, 270, 271, 281, 441}), "lock": frozenset({73}),
        "threads": frozenset({202, 449}), "connection": frozenset({42, 43, 288}), "signal": frozenset({34, 128, 130}),
    },
    "aarch64": {
        "reads": frozenset({63, 65, 67, 207, 212}), "writes": frozenset({64, 66, 206, 211}),
        "child": frozenset({95, 260}), "clock": frozenset({101, 115}), "events": frozenset({22, 72, 73, 441}),
        "lock": frozenset({32}), "threads": frozenset({98, 449}), "connection": frozenset({202, 203, 242}),
        "signal": frozenset({133, 137}),
    },
}
SAID = {"child": "its child", "clock": "the clock", "events": "something to happen", "lock": "a lock",
        "threads": "its own threads", "connection": "a connection", "signal": "a signal"}
# The kernel's own names, where the number of the call may not be read.
KERNEL = {
    "do_wait": "its child", "nanosleep": "the clock", "n_tty_read": "a key press", "pipe_read": "a pipe",
    "poll": "something to happen", "select": "something to happen", "futex": "its own threads",
    "sk_wait": "the network", "accept": "a connection", "sigsuspend": "a signal",
}


def waits_for(pid: int) -> str:
    """What this process waits for: "a key press", "its child", "the network"; "" when it runs or nobody can say."""
    words = read_small(f"/proc/{pid}/syscall").split()
    if words and words[0].isdigit():
        return _of_call(pid, int(words[0]), int(words[1], 16))
    where = read_small(f"/proc/{pid}/wchan").decode("ascii", "replace")
    return next((said for part, said in KERNEL.items() if part in where), "")


def _of_call(pid: int, number: int, first: int) -> str:
    for kind, numbers in CALLS.get(platform.machine(), {}).items():
        if number in numbers:
            return SAID.get(kind) or _of_descriptor(pid, first, writes=kind == "writes")
    return ""


def _of_descriptor(pid: int, number: int, *, writes: bool) -> str:
    try:
        what = str(Path(f"/proc/{pid}/fd/{number}").readlink())
    except OSError:
        return ""
    if what.startswith(("/dev/pts/", "/dev/tty")):
        return "a reader of its output" if writes else "a key press"
    if what.startswith("socket:"):
        return "the network"
    if what.startswith("pipe:"):
        return "the next in its pipe" if writes else "a pipe"
    return what
