"""A service start: a server that would never end as a step, started apart and awaited until it is ready.

A child program under a supervisor. The server gets a session of its own and writes into `service.out` in the run's
folder, so that it lives on when step, console and login are gone. What to start stands in HANDRAIL_SERVICE (JSON).
Standard library only. Ends with 0 once the server is ready.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from handrail.runs.hidden import masked_into, shell_arguments
from handrail.runs.monitor import keep, prelude, span

SETTINGS = "HANDRAIL_SERVICE"
LOOK = 0.1  # s
LISTENS = "0A"  # TCP_LISTEN in /proc/net/tcp
STEADY = 0.3  # s that it must live after it became ready


def main() -> int:
    """Start what HANDRAIL_SERVICE says and wait for it; the exit status."""
    given: dict[str, Any] = json.loads(os.environ.pop(SETTINGS))
    folder = Path(os.environ.get("HANDRAIL_RUN", "."))
    out = folder / "service.out"
    output = masked_into(out, given)
    process = subprocess.Popen(
        shell_arguments(given, prelude(given["flavour"]) + given["command"]), stdin=subprocess.DEVNULL,
        stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
    os.close(output)
    try:
        word, why = wait(process, given, out)
    except KeyboardInterrupt:
        end(process)
        return 130
    print(f"{word}: {why}", flush=True)
    if process.poll() is None:
        print(f"It runs on by itself as {process.pid}; its output goes on in {out}", flush=True)
    keep("result.json", {"kind": "service", "word": word, "why": why, "pid": process.pid}, given)
    return 0 if word == "passed" else 1


def wait(process: subprocess.Popen[bytes], given: dict[str, Any], out: Path) -> tuple[str, str]:
    """The word and the reason, once it is ready, has ended, or took too long."""
    began, shown, told = time.monotonic(), 0, 0.0
    while True:
        shown = follow(out, shown)
        if found := ready(process.pid, given["ready"], out):
            time.sleep(STEADY)
            shown = follow(out, shown)
            if process.poll() is None or alive(process.pid):
                return "passed", f"{found} after {time.monotonic() - began - STEADY:.1f} s, as pid {process.pid}"
        took = time.monotonic() - began
        status = process.poll()
        if status is not None and not (status == 0 and alive(process.pid)):
            follow(out, shown)
            how = f"exit {status}" if status >= 0 else f"signal {-status}"
            return "failed", f"it ended by itself before it was ready: {how}"
        if took >= given["limit"]:
            if given["ready"]:
                return "failed", f"not ready within {span(given['limit'])}; it runs on as pid {process.pid}"
            return "inconclusive", (f"it runs as pid {process.pid} and has opened no port within "
                                    f"{span(given['limit'])}: nothing shows that it is ready")
        if took - told >= 1:
            told = took
            keep("progress.json", {"text": f"not ready yet, {span(took)} of {span(given['limit'])}"}, given)
        time.sleep(LOOK)


def follow(out: Path, shown: int) -> int:
    """Print what was written since; how much has been printed."""
    try:
        with out.open("rb") as file:
            file.seek(shown)
            new = file.read(1 << 20)
    except OSError:
        return shown
    sys.stdout.buffer.write(new)
    sys.stdout.flush()
    return shown + len(new)


def ready(pid: int, wanted: str, out: Path) -> str:
    """How it shows that it is ready, "" while it does not: an address answers, a port listens, a text was written."""
    if re.match(r"https?://", wanted):
        return f"{wanted} answers" if answers(wanted) else ""
    if match := re.fullmatch(r":?(\d{1,5})", wanted):
        return f"port {match[1]} listens" if int(match[1]) in ports(None) else ""
    if wanted:
        from handrail.runs.verdict import says

        try:
            text = " ".join(out.read_bytes()[-(1 << 20):].decode("utf-8", "replace").split())
        except OSError:
            return ""
        return f"says {wanted!r}" if says(" ".join(wanted.split()), text) else ""
    mine = ports(session(pid))
    return f"listens on port {min(mine)}" if mine else ""


def answers(url: str) -> bool:
    """Whether a GET is answered with less than 400, within 2 s and without any proxy."""
    try:
        with build_opener(ProxyHandler({})).open(url, timeout=2) as response:
            return int(response.status) < 400
    except (HTTPError, URLError, OSError, ValueError):
        return False


def ports(of: set[int] | None) -> set[int]:
    """The TCP ports that listen, of these processes, or of any."""
    sockets = None if of is None else {inode for pid in of for inode in inodes(pid)}
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if len(fields) > 9 and fields[3] == LISTENS and (sockets is None or fields[9] in sockets):
                found.add(int(fields[1].rpartition(":")[2], 16))
    return found


def inodes(pid: int) -> set[str]:
    """The sockets that a process holds."""
    found = set()
    try:
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            link = str(entry.readlink())
            if link.startswith("socket:["):
                found.add(link[8:-1])
    except OSError:
        pass
    return found


def session(leader: int) -> set[int]:
    """The processes of a session, and those that descend from its leader."""
    found = {leader}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            continue
        if fields[0] != b"Z" and (int(fields[3]) == leader or int(fields[1]) in found):
            found.add(int(entry.name))
    return found


def alive(leader: int) -> bool:
    """Whether something of the session is left when its leader has ended."""
    return bool(session(leader) - {leader})


def end(process: subprocess.Popen[bytes]) -> None:
    """A stop before it was ready ends what was started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in session(process.pid):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
        try:
            process.wait(2)
            if not alive(process.pid):
                return
        except subprocess.TimeoutExpired:
            continue
