"""A flood of output on the screen: keys, processor, memory, beside RichLog, Log, tmux and lnav on the same stream."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from support.burden import Burden, resident
from support.link import Link

HERE = Path(__file__).parent
HANDRAIL = str(Path(sys.executable).parent / "handrail")
SIZE = (80, 24)
SECONDS = float(os.environ.get("BENCH_SECONDS", "8"))  # of one measurement
BETWEEN = 0.12  # s between two keys
GIVEN_UP = 10.0  # s without an echo
LETTERS = [chr(code) for code in range(0x100, 0x17F)]  # nothing else prints them

LONG = "an ordinary line of a log, a hundred and twenty columns wide, " + "2026-11-21T03:12:04Z INFO all is well. " * 2
LONG = LONG[:119]
FLOODS = {
    "seq": "seq 20000000",
    "lines": f"yes '{LONG}' | head -c 1000000000",
    "colour": r"yes $'\e[1;31mred\e[0m \e[38;5;214mamber\e[0m \e[38;2;9;200;99mgreen\e[48;5;17m on blue\e[0m plain'"
    " | head -c 1000000000",
    "one line": "head -c 100000000 /dev/zero | tr '\\0' x; sleep 20",
    "urandom": "head -c 300000000 /dev/urandom",
    "returns": r"seq 1500000 | sed 's/.*/ [####      ] & of 1500000/' | tr '\n' '\r'; sleep 20",
    "ESC": r"yes $'\e[2J\e[1;1H\e[31m\e]0;pwned\a\e[?25l\eP$q\e\\\e[9;9r\e7\e8' | head -c 1000000000",
    "OSC": r"printf '\e]0;'; yes 'no end of the title' | tr -d '\n' | head -c 200000000; sleep 20",
    "marks": "printf 'e%.0s\u0301' $(seq 100000); yes $(printf '\u0301%.0s' $(seq 200)) | head -c 400000000",
}
LINKS = {"local": None, "200 KB/s": 200_000, "60 KB/s": 60_000, "20 KB/s": 20_000}


class Figures(NamedTuple):
    """Latencies in ms, share of a core, bytes of memory more than when idle, and their growth in the second half."""

    latencies: list[float]
    share: float
    more: int
    growth: int
    wire: float

    def __str__(self) -> str:
        if not self.latencies:
            return "no key was ever answered"
        ordered = sorted(self.latencies)
        p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
        return (f"keys p50 {statistics.median(ordered):5.0f} ms, p99 {p99:5.0f} ms of {len(ordered):3}; "
                f"{self.share:4.0%} of a core; memory +{self.more / 1e6:5.1f} MB, then {self.growth / 1e6:+.1f}; "
                f"{self.wire / 1000:5.1f} KB/s on the wire")


def main() -> None:
    wanted = os.environ.get("BENCH_FLOODS", ",".join(FLOODS)).split(",")
    rivals = os.environ.get("BENCH_RIVALS", "handrail,RichLog,Log,tmux,lnav").split(",")
    links = os.environ.get("BENCH_LINKS", ",".join(LINKS)).split(",")
    for name in wanted:
        for rival in rivals:
            if rival == "handrail" or name in ("seq", "lines", "ESC"):
                print(f"{name:9} {rival:9} {_measured(rival, FLOODS[name], None)}", flush=True)
    for link in links:
        if LINKS[link] is not None:
            for name in ("seq", "lines"):
                for rival in rivals:
                    print(f"{name}, {link:9} {rival:9} {_measured(rival, FLOODS[name], LINKS[link])}", flush=True)


def _measured(rival: str, flood: str, rate: int | None) -> Figures | str:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return RIVALS[rival](Path(folder), flood, rate)


def keys(link: Link, pid: int, idle: int) -> Figures:
    """Types rare letters into a field for a while, one at a time, and waits for each to come back."""
    burden, latencies = Burden(pid), []
    begun, wire = time.monotonic(), link.total
    half = most = 0
    for letter in LETTERS:
        here = link.mark()
        start = time.monotonic()
        link.type(letter)
        took = link.saw(letter.encode(), here, GIVEN_UP)
        latencies.append((GIVEN_UP if took is None else time.monotonic() - start) * 1000)
        most = max(most, resident(pid))
        gone = time.monotonic() - begun
        if gone > SECONDS / 2 and not half:
            half = resident(pid)
        if gone > SECONDS or link.ended:
            break
        time.sleep(BETWEEN)
    seconds = time.monotonic() - begun
    return Figures(latencies, burden.share, most - idle, resident(pid) - (half or most), (link.total - wire) / seconds)


# -- who is measured


def _handrail(folder: Path, flood: str, rate: int | None) -> Figures | str:
    runbook = folder / "bench.md"
    script = folder / "flood.sh"
    script.write_text(flood + "\n")
    runbook.write_text(f"# Bench\n\n## Flood\n\n```bash\n# Step 1: Flood\nls / >/dev/null; . {script}\n```\n")
    env = {"HANDRAIL_STATE": str(folder / "state"), "HANDRAIL_ACTOR": "bench"}
    with Link([HANDRAIL, str(runbook)], SIZE, env, rate) as link:
        link.expect("Flood", 60)
        time.sleep(1.5)
        idle = resident(link.pid)
        here = link.mark()
        link.type("\r")
        time.sleep(0.5)
        link.type("y")
        link.expect("running", 30, here)
        time.sleep(1.0)
        link.type("o")  # the whole screen is flooded
        time.sleep(0.5)
        link.type("n")
        link.expect("NOTE", 30, here)
        time.sleep(0.5)
        figures = keys(link, link.pid, idle)
        link.type("\x1b")
        time.sleep(0.5)
        _stop_steps(folder)
        return figures


def _stop_steps(folder: Path) -> None:
    from handrail.runs.control import stop

    for exit_or_lock in folder.glob("state/**/lock"):
        if (exit_or_lock.parent / "sock").exists():
            stop(exit_or_lock.parent, "bench")
    time.sleep(0.3)


def _widget(widget: str):  # type: ignore[no-untyped-def]
    def measure(folder: Path, flood: str, rate: int | None) -> Figures | str:
        app = [sys.executable, str(HERE / "rival_log.py"), widget, str(folder / "go"), flood]
        with Link(app, SIZE, None, rate) as link:
            link.expect("ready", 30)
            time.sleep(1.0)
            idle = resident(link.pid)
            (folder / "go").touch()
            time.sleep(1.5)
            return keys(link, link.pid, idle)

    return measure


def _tmux(folder: Path, flood: str, rate: int | None) -> Figures | str:
    if not shutil.which("tmux"):
        return "not here"
    sock, go = folder / "tmux", folder / "go"
    script = folder / "flood.sh"
    script.write_text(f"while [ ! -e {go} ]; do sleep 0.05; done\n{flood}\n")
    argv = ["tmux", "-u", "-S", str(sock), "-f", "/dev/null", "new-session", f"bash {script}", ";",
            "split-window", "echo ready; cat", ";"]
    with Link(argv, SIZE, {"LC_ALL": "C.UTF-8"}, rate) as link:
        link.expect("ready", 30)
        server = int(os.popen(f"tmux -S {sock} display-message -p '#{{pid}}'").read())
        idle = resident(server)
        go.touch()
        time.sleep(1.5)
        figures = keys(link, server, idle)
        os.system(f"tmux -S {sock} kill-server")
        return figures


def _lnav(folder: Path, flood: str, rate: int | None) -> Figures | str:
    if not shutil.which("lnav"):
        return "not here"
    log = folder / "flood.log"
    log.write_text("first line\n")
    with Link(["lnav", "-q", str(log)], SIZE, {"HOME": str(folder), "LC_ALL": "C.UTF-8"}, rate) as link:
        link.expect("first line", 30)
        time.sleep(1.0)
        idle = resident(link.pid)
        import subprocess

        with log.open("ab") as file:
            writer = subprocess.Popen(["bash", "-c", flood], stdout=file)
        time.sleep(1.5)
        link.type("/")
        time.sleep(0.3)
        try:
            return keys(link, link.pid, idle)
        finally:
            writer.kill()


RIVALS = {"handrail": _handrail, "RichLog": _widget("RichLog"), "Log": _widget("Log"), "tmux": _tmux, "lnav": _lnav}
