"""A monitor step: a command asked again and again until what is expected holds, and has held long enough.

A child program under a supervisor like any other, so that it goes on though no console lives. Standard library only.
What it is to do stands in HANDRAIL_MONITOR (JSON). It prints what changed, keeps `progress.json`, ends with
`result.json` in the run's folder, and with 0 when what it waited for came.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handrail.runs.hidden import hide, mask_of, shell_arguments

if TYPE_CHECKING:
    from handrail.runs.chain import Wanted
    from handrail.runs.verdict import Verdict

SETTINGS = "HANDRAIL_MONITOR"
ANSWER_WITHIN = 60.0  # s that one round may take
KEPT = 1 << 20  # bytes of one round's output that are looked at
SHOWN = 200  # lines of one round's output that are printed


@dataclass
class Progress:
    """How far it is: rounds, since when it holds (monotonic s), and what the last round said."""

    began: float
    rounds: int = 0
    red: int = 0
    since: float | None = None
    last: Verdict | None = None
    output: bytes | None = None


def main() -> int:
    """Monitor as HANDRAIL_MONITOR says; the exit status."""
    from handrail.runs.chain import Wanted

    given: dict[str, Any] = json.loads(os.environ.pop(SETTINGS))
    wanted = Wanted(*given["wanted"]) if given.get("wanted") else None
    signal.signal(signal.SIGINT, signal.default_int_handler)
    progress = Progress(time.monotonic())
    try:
        word, why = watch(given, wanted, progress)
    except KeyboardInterrupt:
        return 130
    print(f"{word}: {why}", flush=True)
    keep("result.json", {"kind": "monitor", "word": word, "why": why, "rounds": progress.rounds}, given)
    return 0 if word in ("passed", "ran") else 1


def watch(given: dict[str, Any], wanted: Wanted | None, progress: Progress) -> tuple[str, str]:
    """Go round until it ends; the word and the reason of the verdict."""
    due = progress.began
    given["argv"] = shell_arguments(given, prelude(given["flavour"]) + given["command"])
    while True:
        before = progress.output
        status, output = ask(given)
        now = time.monotonic()
        good, verdict = judged(given["until"], wanted, status, output, before)
        progress.rounds += 1
        progress.red += not good
        progress.last, progress.output = verdict, output
        restarted = not good and progress.since is not None and given["hold"] > 0
        progress.since = (progress.since if progress.since is not None else now) if good else None
        show(given, progress, good=good, changed=output != before, restarted=restarted)
        if end := ended(given, progress, now, good=good):
            return end
        due = max(due + given["every"], now)
        keep("progress.json", {"text": said(given, progress, now, good=good), "round": progress.rounds,
                               "next": time.time() + due - now}, given)
        time.sleep(max(0.0, due - time.monotonic()))


def ask(given: dict[str, Any]) -> tuple[int, bytes]:
    """One round: the exit status of the command and what it wrote. Its input is empty, and it has no terminal."""
    process = subprocess.Popen(
        given["argv"], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, process_group=0, env={**os.environ, "TERM": "dumb"})
    try:
        output, _ = process.communicate(timeout=given.get("answer_within", ANSWER_WITHIN))
    except subprocess.TimeoutExpired:
        kill(process)
        return 124, b"no answer in time\n"
    except KeyboardInterrupt:
        kill(process)
        raise
    return process.returncode, output[:KEPT]


def prelude(flavour: str) -> str:
    """What makes a shell start from what the steps before have left."""
    carried = os.environ.get("HANDRAIL_CARRIED", "")
    if not carried or not flavour:
        return ""
    from handrail.runs.supervision.carried import quote

    return (f"__handrail_shell={flavour} __handrail_gone=/nonexistent\n"
            f". {quote(os.fsencode(carried)).decode('utf-8', 'surrogateescape')}\n")


def kill(process: subprocess.Popen[bytes]) -> None:
    """End the command and what it started in its group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def judged(until: str, wanted: Wanted | None, status: int, output: bytes, before: bytes | None) -> tuple[bool, Verdict]:
    """Whether the round was green, and why."""
    from handrail.runs.record import RunState
    from handrail.runs.verdict import Verdict, judge

    state = RunState("ended", exit=status) if status >= 0 else RunState("ended", signal=-status)
    ending = f"exit {status}" if status >= 0 else f"signal {-status}"
    if until == "expected":
        # What is to be retried or to be steady is a text in each single round.
        plain = wanted._replace(kind="text") if wanted and wanted.kind in ("retry", "steady") else wanted
        verdict = judge(plain, state, output)
        return verdict.word == "passed", verdict
    if until == "changes":
        changed = before is not None and output != before
        return changed, Verdict("passed" if changed else "ran", "it says something else" if changed else "the same")
    if until == "fails":
        return status != 0, Verdict("passed" if status else "ran", ending)
    return status == 0, Verdict("passed" if status == 0 and until else "ran" if status == 0 else "failed", ending)


def ended(given: dict[str, Any], progress: Progress, now: float, *, good: bool) -> tuple[str, str] | None:
    """The verdict, once there is one."""
    assert progress.last is not None
    rounds = f"{progress.rounds} round{'' if progress.rounds == 1 else 's'}"
    if good and given["until"] and progress.since is not None and now - progress.since >= given["hold"]:
        held = f"{progress.last.why}, true for {span(now - progress.since)}" if given["hold"] else progress.last.why
        return "passed", f"{held}, {rounds}"
    limit = given["limit"]
    over = (limit and now + given["every"] > progress.began + limit + 0.001) or (
        given["tries"] and progress.rounds >= given["tries"])
    if not over:
        return None
    if given["until"]:
        word = "inconclusive" if progress.last.word == "inconclusive" else "failed"
        return word, f"not so in {rounds}: {progress.last.why}"
    if progress.red:
        return "failed", f"red in {progress.red} of {rounds}, the last {progress.last.why}"
    return "ran", f"{rounds} in {span(now - progress.began)}, each with exit 0; you judge"


def said(given: dict[str, Any], progress: Progress, now: float, *, good: bool) -> str:
    """One line for the checklist."""
    of = f" of {given['tries']}" if given["tries"] else ""
    if given["hold"] and given["until"]:
        held = span(now - progress.since) if progress.since is not None else "0s"
        return f"round {progress.rounds}{of}, true for {held} of {span(given['hold'])}" + ("" if good else ", red")
    if given["until"]:
        assert progress.last is not None
        return f"round {progress.rounds}{of}, not yet: {progress.last.why}"
    red = f", {progress.red} red" if progress.red else ""
    limit = f", {span(now - progress.began)} of {span(given['limit'])}" if given["limit"] else ""
    return f"round {progress.rounds}{of}{limit}{red}"


def show(given: dict[str, Any], progress: Progress, *, good: bool, changed: bool, restarted: bool) -> None:
    """A line a round; the output where it differs from the last, made harmless for a transcript."""
    from handrail.runs.record import CONTROL

    assert progress.last is not None
    mark = "" if not given["until"] and good else "ok" if good else "red, starts over" if restarted else "not yet"
    if given["hold"] and not good and not restarted:
        mark = "red"
    why = progress.last.why if progress.last.word != "ran" or given["until"] else ""
    clock = time.strftime("%H:%M:%S", time.gmtime())
    print("  ".join(filter(None, (f"{clock} round {progress.rounds}", mark, why, "" if changed else "(same output)"))))
    if changed and progress.output:
        lines = CONTROL.sub("", progress.output.decode("utf-8", "replace")).splitlines()
        print("\n".join(f"  {line}" for line in lines[:SHOWN]))
        if len(lines) > SHOWN:
            print(f"  ({len(lines) - SHOWN} more lines)")
    sys.stdout.flush()


def span(duration: float) -> str:
    """Whole seconds with units: 46s, 1m02s, 1h02m."""
    whole = int(duration + 0.5)
    if whole < 60:
        return f"{whole}s"
    minutes, left = divmod(whole, 60)
    return f"{minutes}m{left:02d}s" if minutes < 60 else f"{minutes // 60}h{minutes % 60:02d}m"


def keep(name: str, value: dict[str, Any], given: dict[str, Any]) -> None:
    """Write a file of the run's folder whole, as readers see it, without the secrets of `given`. On a full disk it is
    left out."""
    folder = os.environ.get("HANDRAIL_RUN")
    if not folder:
        return
    temporary = Path(folder) / f".{name}"
    try:
        with open(temporary, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            json.dump(hide(value, mask_of(given)), file)
        temporary.rename(Path(folder) / name)
    except OSError:
        pass
