"""Starting a step: a supervisor of its own session that outlives whoever asked for it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from handrail.errors import RunError
from handrail.paths import FILE_MODE, FOLDER_MODE
from handrail.runs import carry, logind
from handrail.runs.supervision.masking import Mask
from handrail.runs.supervision.request import write_request

if TYPE_CHECKING:
    from handrail.runs.supervision.request import Request

SUPERVISOR = Path(__file__).with_name("supervisor.py")

# True of the console, its terminal or its multiplexer; wrong for the step.
OF_THE_CONSOLE = frozenset({
    "_", "PWD", "OLDPWD", "SHLVL",
    "COLUMNS", "LINES", "TERMCAP", "TMUX", "TMUX_PANE", "STY", "WINDOW", "WINDOWID", "COLORTERM", "TERM_PROGRAM",
    "TERM_PROGRAM_VERSION", "VTE_VERSION", "KONSOLE_VERSION", "SSH_TTY", "GPG_TTY",
})
# A step has a terminal, so these would page, and wait for keys that nobody expects to press.
PAGERS = {"PAGER": "cat", "GIT_PAGER": "cat", "SYSTEMD_PAGER": "cat", "MANPAGER": "cat"}
TERM = "xterm-256color"
CAP = 4 << 30  # bytes
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class RunSpec:
    """What to run, and how it is to be remembered.

    `folder` is where the run will be; nothing must be there. `script` is shell text; `shell` a name such as zsh, ""
    for bash where there is one. `env` is added to the console's environment, `path` put before its PATH. `carry_from`
    is the folder of the run whose environment is taken over; its directory then goes before `cwd`. `timeout` is in
    seconds, `size` in columns and lines. `form` is what kind of run it is: "" plain, monitor, service, or terminal (a
    program that gets the whole terminal). `cap` is how many bytes of output are kept at most; of more, the middle is
    given back to the disk. `secrets` never reach a disk: neither in the script nor in the output; `shown` is what is
    kept of a script that holds some.
    """

    folder: Path
    script: str
    cwd: Path
    shell: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    carry_from: Path | None = None
    timeout: float | None = None
    actor: str = ""
    incident: str = ""
    item: str = ""
    title: str = ""
    size: tuple[int, int] = (120, 40)
    secrets: tuple[str, ...] = ()
    shown: str = ""
    form: str = ""
    cap: int = CAP


def launch(spec: RunSpec) -> None:
    """Start the supervisor of `spec` and return at once, before the run's folder is there. Safe in any thread.

    Raises RunError when no process can be started, or when there is such a run already.
    """
    if os.path.lexists(spec.folder):
        raise RunError("This run exists already.", f"{spec.folder}.", "It is not started again; look at its output.")
    hand_over("The step", lambda logout: write_request(_request(spec, logout)), SUPERVISOR, _loader())


def hand_over(what: str, request: Callable[[str], bytes], program: Path, env: Mapping[str, str]) -> None:
    """Start one of our own programs, which leaves us, with `request` on its standard input. `what` it is to run.

    `request` gets a sentence where a logout would end what is started, although it was to be kept from that. Raises
    RunError when no process can be started.
    """
    scope = logind.scope()
    bus = {name: os.environ[name] for name in logind.BUS if name in os.environ} if scope else {}
    said = os.memfd_create("said") if scope else -1
    try:
        process = _start(request(""), [*scope, sys.executable, "-I", "-S", str(program)], {**env, **bus}, said)
    except OSError as error:
        if scope:
            os.close(said)
        raise RunError(f"{what} could not be started.", f"{error.strerror or error}.",
                       "The machine may be out of memory or of processes: free some, then try again.") from error

    def see_it_leave() -> None:
        if process.wait() and scope:  # the service manager did not answer: better without a scope than not at all
            why = logind.without_scope(logind.last_line(os.pread(said, 1 << 16, 0)))
            with contextlib.suppress(OSError):
                _start(request(why), [sys.executable, "-I", "-S", str(program)], env).wait()
        if scope:
            os.close(said)
    # It leaves its parent within milliseconds; what is left to do is to take note, so that no zombie remains.
    threading.Thread(target=see_it_leave, name="handrail-launch", daemon=True).start()


def _start(request: bytes, argv: list[str], env: Mapping[str, str], said: int = -1) -> subprocess.Popen[bytes]:
    """`said` is a descriptor for what it complains of, if anybody wants to know."""
    memory = os.memfd_create("request")  # not a file, not an argument: the request may hold secrets
    try:
        _write(memory, request)
        return subprocess.Popen(argv, stdin=memory, stdout=subprocess.DEVNULL,
                                stderr=said if said >= 0 else subprocess.DEVNULL, env=env,
                                cwd="/", close_fds=True, start_new_session=True)
    finally:
        os.close(memory)


def _request(spec: RunSpec, logout: str) -> Request:
    """`logout` is a sentence about what a logout does to the run, where it does something."""
    env = environment(spec)
    shell = carry.find_shell(spec.shell, env["PATH"])
    folder = spec.folder.absolute()
    script = spec.script if spec.script.endswith("\n") else spec.script + "\n"
    secrets = [secret.encode("utf-8", "surrogateescape") for secret in spec.secrets]
    mask = Mask(secrets)

    def masked(value: object) -> object:
        return os.fsdecode(mask.hide(os.fsencode(value))) if isinstance(value, str) else value

    text = script.encode("utf-8", "surrogateescape")
    meta = {
        "schema": 1, "shell": str(shell.path), "cwd": str(spec.cwd), "environment": sorted(env),
        "columns": spec.size[0], "lines": spec.size[1], "actor": spec.actor, "incident": spec.incident,
        "item": spec.item, "title": spec.title, "timeout": spec.timeout, "form": spec.form,
        "carry_from": str(spec.carry_from) if spec.carry_from else None, "carries": bool(shell.flavour),
        **({"logout": logout} if logout else {}),
    }
    return {
        "folder": str(folder),
        "file_mode": FILE_MODE,
        "folder_mode": FOLDER_MODE,
        "meta": json.dumps({name: masked(value) for name, value in meta.items()}, separators=(",", ":")).encode(),
        "script": text,
        "shown": spec.shown.encode("utf-8", "surrogateescape"),
        "argv": carry.arguments(shell, spec.carry_from, folder),
        "env": {os.fsencode(name): os.fsencode(value) for name, value in env.items()},
        "cwd": os.fsencode(spec.cwd),
        "columns": spec.size[0],
        "lines": spec.size[1],
        "timeout": spec.timeout,
        "cap": spec.cap,
        "whole": spec.form == "terminal",
        "secrets": secrets,
        "flavour": shell.flavour,
        "functions": carry.functions(shell, text, spec.carry_from),
    }


def environment(spec: RunSpec) -> dict[str, str]:
    """The environment a step starts with: the console's, without what speaks of the console's terminal."""
    env = {name: value for name, value in os.environ.items() if name not in OF_THE_CONSOLE}
    if env.get("TERM", "") in ("", "dumb", "unknown"):
        env["TERM"] = TERM
    if spec.form != "terminal":
        env.update(PAGERS)
    env.update(spec.env)
    env["PATH"] = ":".join((*spec.path, env.get("PATH") or PATH))
    env["HANDRAIL_RUN"] = str(spec.folder.absolute())
    if spec.form and spec.carry_from is not None and carry.captured(spec.carry_from):
        env["HANDRAIL_CARRIED"] = str(spec.carry_from.absolute() / carry.ENVIRONMENT)  # for the shells that it starts
    return env


def _loader() -> dict[str, str]:
    """All the supervisor's interpreter may need of our environment: where its libraries are."""
    return {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}


def _write(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view):]
