"""Faults: each shows where an operator would look, and is gone when it is cleared."""

import threading
import time
import urllib.error
from collections.abc import Callable
from http.client import IncompleteRead
from typing import Any

import pytest
from support.waiting import wait_until
from support.worlds import ask, refuses, shell

from handrail.drill.faults import FAULTS
from handrail.drill.world import World
from handrail.errors import UsageError


def says(path: str, test: Callable[[Any], bool], status: int = 200, kernel: bool = False,
         method: str = "GET") -> Callable[[World], bool]:
    def shows(world: World) -> bool:
        found, body = ask(world, path, method, port=world.loops if kernel else None)
        return found == status and test(body)
    return shows


def ago(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - seconds))


def loops(test: Callable[[Any], bool]) -> Callable[[World], bool]:
    return says("/api/loops/state-dump", test, kernel=True)


def traced(kind: str) -> Callable[[World], bool]:
    return says("/api/events/trace?last=50", lambda body: any(event["type"] == kind for event in body))


def slow(world: World) -> bool:
    before = time.monotonic()
    ask(world, "/api/gmail/watch/status")
    return time.monotonic() - before > 2.5


def hangs(world: World) -> bool:
    try:
        ask(world, "/api/gmail/status", seconds=0.5)
    except TimeoutError:
        return ask(world, "/api/twilio/status")[0] == 200
    return False


def half(world: World) -> bool:
    try:
        ask(world, "/api/gmail/status")
    except IncompleteRead:
        return True
    return False


def keeps_saying_connected(world: World) -> bool:
    ask(world, "/api/auth/gmail/revoke", "POST")
    return ask(world, "/api/gmail/status")[1]["connected"] is True


def calls_end_one_by_one(world: World) -> bool:
    """Each look finds one call fewer, until none is left."""
    ask(world, "/api/twilio/calls/terminate-all", "POST")
    return [ask(world, "/api/twilio/status")[1]["activeCalls"] for _ in range(5)] == [3, 2, 1, 0, 0]


def all_refuse(world: World) -> bool:
    voice = shell(world, "systemctl is-active alwaysclaw-voice").stdout.strip()
    return refuses(world) and refuses(world, world.loops) and voice == "failed"


def flaps(world: World) -> bool:
    wait_until(lambda: refuses(world), what="the gateway gone")
    wait_until(lambda: not refuses(world), what="the gateway back")
    return True


# How each fault is seen. Written by hand: a fault that nobody can see is no exercise.
SHOWS: dict[str, Callable[[World], bool]] = {
    "gmail-compromise": says("/api/gmail/status",
                             lambda b: b["connected"] and not b["watchActive"] and "unknown" in b["client"]),
    "wrong-body": keeps_saying_connected,
    "gmail-watch-expired": says("/api/gmail/watch/status", lambda b: not b["active"] and b["expiresAt"] < ago(0)),
    "gmail-revoked": says("/api/gmail/status", lambda b: not b["connected"]),
    "gmail-sync-stuck": traced("history_gap"),
    "gmail-slow": slow,
    "gmail-hang": hangs,
    "half-answer": half,
    "garbage-answer": says("/api/gmail/status", lambda b: isinstance(b, str) and "sign in" in b),
    "twilio-compromise": says("/api/twilio/status", lambda b: b["activeCalls"] == 7),
    "twilio-calls-linger": calls_end_one_by_one,
    "twilio-signature": says("/api/twilio/test-webhook", lambda b: not b["valid"], status=403, method="POST"),
    "twilio-rate-limited": says("/api/twilio/status", lambda b: b["rateLimited"]),
    "browser-hijack": says("/api/browser/status", lambda b: b["activeSessions"] == 4 and b["foreignSessions"] == 1),
    "browser-session-expired": says("/api/browser/sessions/health", lambda b: not b["healthy"]),
    "voice-leak": says("/api/voice/status", lambda b: b["activeStreams"] == 3 and b["orphanedStreams"] == 2),
    "voice-down": says("/api/voice/status", lambda b: "does not run" in b["error"], status=502),
    "data-leak": loops(lambda b: any(loop["state"] == "stopped" for loop in b["loops"])),
    "crash-loop": loops(lambda b: b["mode"] == "degraded" and b["restartBudget"]["used"] == 5),
    "loops-preflight": loops(lambda b: {loop["state"] for loop in b["loops"]} == {"preflight"}),
    "loop-failing": loops(lambda b: any(loop["consecutiveFailures"] >= 3 for loop in b["loops"])),
    "cron-missed": says("/api/loops/history?since=24h", lambda b: any(run["missed"] for run in b["runs"]), kernel=True),
    "compaction-failing": says("/api/memory/snapshot", lambda b: b["contextPressure"] > 0.9),
    "memory-exhaustion": says("/api/metrics/snapshot", lambda b: b["process"]["rssMb"] > 3000),
    "descriptors-exhausted": says("/api/metrics/snapshot", lambda b: b["process"]["openFiles"] > 1000),
    "disk-critical": says("/api/metrics/snapshot", lambda b: b["process"]["stateFreeMb"] < 200),
    "log-format": lambda world: "another format" in (world.folder / "home/state/logs/commands.jsonl").read_text(),
    "metrics-delayed": says("/api/metrics/snapshot",
                            lambda b: b["exportedAt"] < ago(600)),
    "latency-regression": says("/api/metrics/snapshot", lambda b: b["latency"]["p95"] > 600),
    "distribution-broken": lambda world: shell(world, "wsl.exe -d Ubuntu -- true").returncode == 255,
    "state-gone": lambda world: not (world.folder / "home/state").exists() and (world.folder / "home").exists(),
    "gateway-down": lambda world: refuses(world) and not refuses(world, world.loops),
    "gateway-flapping": flaps,
    "gateway-errors": says("/api/gmail/status", lambda b: True, status=500),
    "loops-down": lambda world: refuses(world, world.loops) and not refuses(world),
    "all-down": all_refuse,
}


def test_every_fault_has_a_sentence_and_a_way_to_see_it(world: World) -> None:
    assert set(SHOWS) == {fault.name for fault in FAULTS} == set(world.faults())
    assert world.faults()["gmail-slow"] == "Every Gmail endpoint answers after three seconds."
    for fault in FAULTS:
        assert fault.sentence.endswith(".") and fault.shows, fault.name


@pytest.mark.parametrize("kind", ["credential compromise", "data leak", "integration failure", "service crash"])
def test_every_containment_type_can_be_practised(kind: str) -> None:
    assert any(fault.shows == f"containment: {kind}" for fault in FAULTS)


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_fault_shows_and_goes_away(world: World, fault: Any) -> None:
    seen = SHOWS[fault.name]
    control = ("wrong-body", "gateway-flapping", "twilio-calls-linger")  # asked too early they change it, or wait
    assert fault.name in control or not seen(world)
    world.inject(fault.name)
    assert world.active() == (fault.name,)
    wait_until(lambda: seen(world), what=fault.sentence)
    world.clear(fault.name)
    wait_until(lambda: not refuses(world) and not refuses(world, world.loops), what="both ports open")
    if fault.name == "wrong-body":
        assert ask(world, "/api/gmail/status")[1]["connected"] is False
    elif fault.name == "gateway-flapping":
        until = time.monotonic() + 2.5  # longer than it stays away
        while time.monotonic() < until:
            assert not refuses(world)
            time.sleep(0.1)
    elif fault.name != "gmail-sync-stuck":  # seen in the trace, which forgets nothing
        assert not seen(world)


def test_the_kill_switch_still_changes_a_compromised_gmail(world: World) -> None:
    world.inject("gmail-compromise")
    assert ask(world, "/api/gmail/watch/status")[1]["active"] is False
    ask(world, "/api/gmail/watch/stop", "POST")
    ask(world, "/api/auth/gmail/revoke", "POST")
    status = ask(world, "/api/gmail/status")[1]
    assert (status["connected"], status["watchActive"], status["client"]) == (False, False, None)


def test_with_the_wrong_body_the_revoke_is_accepted_and_the_status_lies(world: World) -> None:
    world.inject("wrong-body")
    ask(world, "/api/gmail/watch/stop", "POST")
    assert ask(world, "/api/auth/gmail/revoke", "POST")[0] == 200
    assert ask(world, "/api/gmail/status") [1]["connected"] is True


def test_a_fault_is_seen_by_the_very_next_request(world: World) -> None:
    for _ in range(10):
        world.inject("gmail-revoked")
        assert ask(world, "/api/gmail/status")[1]["connected"] is False
        world.clear()
        assert ask(world, "/api/gmail/status")[1]["connected"] is True


def test_several_faults_at_once_and_all_cleared_together(world: World) -> None:
    world.inject("gmail-revoked")
    world.inject("compaction-failing")
    assert world.active() == ("gmail-revoked", "compaction-failing")
    assert ask(world, "/api/gmail/status")[1]["connected"] is False
    assert ask(world, "/api/memory/snapshot")[1]["contextPressure"] > 0.9
    world.clear()
    assert world.active() == ()
    assert ask(world, "/api/gmail/status")[1]["connected"] is True


def test_a_hanging_request_ends_when_the_fault_is_cleared(world: World) -> None:
    world.inject("gmail-hang")
    ended = threading.Event()

    def hang() -> None:
        with pytest.raises((OSError, urllib.error.URLError)):
            ask(world, "/api/gmail/status", seconds=30)
        ended.set()

    threading.Thread(target=hang, daemon=True).start()
    assert not ended.wait(0.5)
    world.clear()
    assert ended.wait(30)


def test_an_unknown_fault_is_refused_with_those_there_are(world: World) -> None:
    with pytest.raises(UsageError, match="gmail-compromise"):
        world.inject("rain")
    with pytest.raises(UsageError, match="gmail-compromise"):
        world.clear("rain")
    assert world.active() == ()


def test_no_endpoint_of_the_practised_system_can_inject_a_fault(world: World) -> None:
    for path in ("/faults", "/api/faults", "/faults.json", "/../faults.json"):
        assert ask(world, path, "POST")[0] == 404
