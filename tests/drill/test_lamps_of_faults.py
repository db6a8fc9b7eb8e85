"""Every fault of the practice world turns a lamp bad, says what it looks like, and is well again once it is cleared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec
import pytest
from support.waiting import wait_until
from support.worlds import ask

from handrail.clock import SystemClock, iso
from handrail.drill import world as worlds
from handrail.drill.faults import FAULTS
from handrail.drill.world import World
from handrail.health import marks
from handrail.health.monitor import Lamp, Monitor, lamps
from handrail.pack.model import Pack
from handrail.paths import State
from handrail.proposals import proposals

CLOCK = SystemClock()

# fault -> the lamp it turns, how it stands then, and the scenario that is proposed ("" for none).
TURNS = {
    "gmail-compromise": ("gmail", "CRIT", "gmail-compromise"),
    "gmail-watch-expired": ("gmail-watch", "HIGH", "integration-failure"),
    "gmail-revoked": ("gmail", "HIGH", "integration-failure"),
    "gmail-sync-stuck": ("gmail", "WARN", ""),
    "gmail-slow": ("gmail", "HIGH", "integration-failure"),
    "gmail-hang": ("gmail", "HIGH", "integration-failure"),
    "half-answer": ("gmail", "HIGH", "integration-failure"),
    "garbage-answer": ("gmail", "WARN", ""),
    "twilio-compromise": ("twilio", "CRIT", "twilio-compromise"),
    "twilio-signature": ("twilio", "HIGH", "integration-failure"),
    "twilio-rate-limited": ("twilio", "WARN", "integration-failure"),
    "browser-hijack": ("browser", "CRIT", "browser-hijack"),
    "browser-session-expired": ("browser-sessions", "WARN", ""),
    "voice-leak": ("voice", "CRIT", "voice-leak"),
    "voice-down": ("voice-unit", "HIGH", "service-crash"),
    "data-leak": ("loops", "CRIT", "data-leak"),
    "crash-loop": ("watchdog", "HIGH", "crash-loop"),
    "loops-preflight": ("loops", "HIGH", "service-crash"),
    "loop-failing": ("loops", "WARN", ""),
    "cron-missed": ("jobs", "WARN", ""),
    "compaction-failing": ("memory", "HIGH", "memory-exhaustion"),
    "memory-exhaustion": ("gateway-process", "HIGH", "memory-exhaustion"),
    "descriptors-exhausted": ("gateway-process", "HIGH", "service-crash"),
    "disk-critical": ("gateway-process", "CRIT", "disk-critical"),
    "log-format": ("command-log", "NOTE", None),  # cosmetic: nobody is asked to declare it
    "metrics-delayed": ("gateway", "WARN", ""),
    "latency-regression": ("gateway", "WARN", ""),
    "distribution-broken": ("wsl", "CRIT", ""),
    "state-gone": ("state-folder", "CRIT", None),
    "gateway-down": ("gateway", "CRIT", "service-crash"),
    "gateway-flapping": ("gateway", "CRIT", "service-crash"),
    "gateway-errors": ("gateway", "HIGH", "service-crash"),
    "loops-down": ("loop-kernel", "CRIT", "service-crash"),
    "all-down": ("everything", "CRIT", "service-crash"),
}
# They show only in what a kill switch does: each has a test of its own.
IN_A_KILL_SWITCH = {"wrong-body", "twilio-calls-linger"}


@dataclass
class Watched:
    """A practice world under a poller that is quicker than a person."""

    world: World
    state: State
    pack: Pack
    engaged: list[str] = field(default_factory=list)

    def lamps(self) -> dict[str, Lamp]:
        return {lamp.id: lamp for lamp in lamps(self.state, self.pack, CLOCK)[0]}

    def word(self, id: str) -> str:
        return self.lamps()[id].word

    def well(self) -> None:
        def all_ok() -> bool:
            now = self.lamps()
            for latched in [lamp for lamp in now.values() if lamp.latched]:
                mark = marks.Cleared(iso(CLOCK.now()), "kim")
                marks.change(self.state, self.pack.id, lambda found, id=latched.id, mark=mark: msgspec.structs.replace(  # type: ignore[misc]
                    found, cleared={**found.cleared, id: mark}))
            return all(lamp.word == "OK" for lamp in now.values())

        wait_until(all_ok, 60, f"every lamp well, not {[lamp for lamp in self.lamps().values() if lamp.word != 'OK']}")


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    root = tmp_path_factory.mktemp("faults")
    world = worlds.start("alwaysclaw", root / "drill")
    pack = world.pack
    pack = msgspec.structs.replace(pack, probes=tuple(
        msgspec.structs.replace(
            probe, interval="400ms", retry_every="400ms", timeout="1s", flap=None, stale_after="20s",
            level=tuple(msgspec.structs.replace(level, when=level.when.replace("count(15s)", "count(3s)"))
                        for level in probe.level))
        for probe in pack.probes))
    state = State(root / "state")
    state.make()
    found = Watched(world, state, pack)
    monitor = Monitor(pack, state, CLOCK, "kim", lambda: tuple(found.engaged))
    monitor.start()
    try:
        found.well()
        yield found
    finally:
        monitor.stop()
        worlds.stop(root / "drill")


@pytest.fixture
def well(watched: Watched) -> Iterator[Watched]:
    watched.well()
    yield watched
    watched.engaged.clear()
    watched.world.clear()


def test_no_fault_is_left_out() -> None:
    assert set(TURNS) | IN_A_KILL_SWITCH == {fault.name for fault in FAULTS}


@pytest.mark.parametrize("fault", TURNS)
def test_a_fault_is_seen_and_is_well_again_when_it_is_cleared(well: Watched, fault: str) -> None:
    id, word, scenario = TURNS[fault]
    well.world.inject(fault)
    lamp = wait_until(lambda: (one := well.lamps()[id]).word == word and one, 40, f"{id} {word}")
    assert lamp.rank and lamp.why and lamp.runbook
    if scenario is not None:
        found = proposals((lamp,), (well.pack,), (), datetime.now(UTC))
        assert [(one.scenario, one.level) for one in found] == [(scenario, lamp.severity)]
    well.world.clear(fault)
    well.well()


def test_a_gateway_that_lies_shows_on_the_lamp_of_a_thrown_kill_switch(well: Watched) -> None:
    well.world.inject("wrong-body")
    ask(well.world, "/api/gmail/watch/stop", "POST")
    ask(well.world, "/api/auth/gmail/revoke", "POST")
    well.engaged.append("kill-gmail")
    lamp = wait_until(lambda: (one := well.lamps()["gmail"]).word == "HIGH" and one, 30, "the lie on the lamp")
    assert "kill-gmail is engaged, but not connected == false" in lamp.why
    assert lamp.severity == "", "whoever threw it is in the incident already: nothing more is proposed"
    well.world.clear()
    wait_until(lambda: well.word("gmail") == well.word("gmail-watch") == "EXPECTED", 30, "as expected")
    well.engaged.clear()
    ask(well.world, "/auth/gmail/consent", "POST")
    ask(well.world, "/api/gmail/watch/start", "POST")
    well.well()


def test_calls_that_linger_keep_the_lamp_bad_until_the_last_has_ended(well: Watched) -> None:
    well.world.inject("twilio-calls-linger")
    well.engaged.append("kill-twilio")
    ask(well.world, "/api/twilio/webhook/disable", "POST")
    wait_until(lambda: well.word("twilio") == "HIGH", 30, "calls go on")
    ask(well.world, "/api/twilio/calls/terminate-all", "POST")
    wait_until(lambda: well.word("twilio") == "EXPECTED", 30, "the last call has ended")
    assert ask(well.world, "/api/twilio/status")[1]["activeCalls"] == 0
    well.engaged.clear()
    wait_until(lambda: well.word("twilio") == "HIGH", 30, "without the kill switch it is no more expected")
    well.world.clear()
    ask(well.world, "/api/twilio/webhook/enable", "POST")
    well.well()
