"""A practice world as its user sees it: started, attached to, given faults, ended. `serve` is its process."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handrail import __version__
from handrail.drill import layout
from handrail.drill.faults import FAULTS, named
from handrail.drill.files import write
from handrail.drill.process import listen, spawn, start_of
from handrail.errors import StateError, UsageError
from handrail.paths import make_folder

if TYPE_CHECKING:
    from handrail.pack.pack import Pack

WORLDS = ("alwaysclaw",)
STOP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class World:
    """A practice world that was started, by this process or another.

    `folder` is the world's own, `state` the Handrail state folder of its drills, which outlives the world. `pid` is
    its process and `started` that process's start time in clock ticks since boot. `gateway` and `loops` are ports.
    """

    name: str
    folder: Path
    pid: int
    started: int
    gateway: int
    loops: int

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def url(self) -> str:
        """The gateway's address; it listens on loopback only."""
        return f"http://127.0.0.1:{self.gateway}"

    @property
    def pack_folder(self) -> Path:
        """The folder to give to `pack.load`: the shipped pack, led to this world's ports and files."""
        return self.folder / "pack" / self.name

    @property
    def pack(self) -> Pack:
        """The world's pack, read anew. Raises PackError."""
        from handrail.pack.pack import load

        return load(self.pack_folder)

    def alive(self) -> bool:
        return start_of(self.pid) == self.started

    def faults(self) -> Mapping[str, str]:
        """What can be injected: names, each with a sentence that says what goes wrong."""
        return {fault.name: fault.sentence for fault in FAULTS}

    def active(self) -> tuple[str, ...]:
        """The names of the faults that are in."""
        try:
            return tuple(json.loads((self.folder / "faults.json").read_text("utf-8"))["active"])
        except (OSError, ValueError, KeyError):
            return ()

    def inject(self, fault: str) -> None:
        """Put a fault in: taken in within 0.1 s, and before another request is answered. Raises UsageError."""
        wanted = named(fault).name
        with _locked(self.folder):
            self._set_faults((*(name for name in self.active() if name != wanted), wanted))

    def clear(self, fault: str | None = None) -> None:
        """Take out one fault, or all of them, and set what it had changed back to well. Raises UsageError."""
        gone = named(fault).name if fault else None
        with _locked(self.folder):
            self._set_faults(tuple(name for name in self.active() if gone and name != gone))

    def _set_faults(self, names: Sequence[str]) -> None:
        write(self.folder / "faults.json", json.dumps({"active": list(names)}) + "\n")


def start(name: str, root: Path) -> World:
    """Start the practice world `name` in the folder `root`, or attach to the one that already lives there (one that
    another version of Handrail started is ended first).

    Answers as soon as the world's two ports listen on loopback and its pack is written; its process takes the first
    requests a moment later. What stood in `root/state` stays. Raises UsageError for an unknown name or a folder whose
    path a shell would split, StateError when the folder cannot be written.
    """
    if name not in WORLDS:
        raise UsageError(f"There is no practice world called {name!r}.", "", f"Known worlds: {', '.join(WORLDS)}.")
    root = root.absolute()
    if re.search(r"[^\w/.,:@%+=-]", str(root)):
        raise UsageError("The practice world's folder has characters that a shell would take apart.", f"{root}.",
                         "Give another place with --state DIR (or HANDRAIL_STATE).")
    for folder in (root, root / "state"):
        make_folder(folder)
    with _locked(root):
        if (world := find(root)) is not None and _told(root).get("version") == __version__:
            return world
        _end(root)
        return _begin(name, root)


def find(root: Path) -> World | None:
    """The world that lives in `root`, None when none does."""
    world = _written(root.absolute())
    return world if world is not None and world.alive() else None


def stop(root: Path) -> bool:
    """End the world in `root` and whatever it started. False when none lived there. Its state folder stays."""
    root = root.absolute()
    if not root.is_dir():
        return False
    with _locked(root):
        return _end(root)


# -- beginning and ending, under the folder's lock


def _begin(name: str, root: Path) -> World:
    listeners = [listen(), listen()]
    gateway, loops = (listener.getsockname()[1] for listener in listeners)
    try:
        layout.lay_out(root, name, gateway=gateway, loops=loops)
    except OSError as error:
        raise StateError("The practice world's folder cannot be written.", f"{error.filename}: {error.strerror}.",
                         "Give another one with --state DIR (or HANDRAIL_STATE).") from error
    pid = spawn(root, listeners)
    for listener in listeners:
        listener.close()
    world = World(name, root, pid, start_of(pid) or 0, gateway, loops)
    write(root / "world.json", json.dumps({
        "name": name, "version": __version__, "pid": pid, "started": world.started, "gateway": gateway, "loops": loops,
    }) + "\n")
    return world


def _end(root: Path) -> bool:
    world = _written(root)
    with contextlib.suppress(FileNotFoundError):
        (root / "world.json").unlink()
    if world is None or not world.alive():
        return False
    _signal(world, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while world.alive():
        if time.monotonic() > deadline:
            _signal(world, signal.SIGKILL)
            deadline += STOP_SECONDS
        time.sleep(0.005)
    return True


def _signal(world: World, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(world.pid, number)


def _written(root: Path) -> World | None:
    told = _told(root)
    try:
        return World(told["name"], root, told["pid"], told["started"], told["gateway"], told["loops"])
    except KeyError:
        return None


def _told(root: Path) -> Mapping[str, Any]:
    """What `world.json` says; nothing when it is not there, or not ours."""
    try:
        told = json.loads((root / "world.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


@contextlib.contextmanager
def _locked(root: Path) -> Iterator[None]:
    """Two consoles that start the same world at once: one starts it, the other attaches."""
    descriptor = os.open(root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
