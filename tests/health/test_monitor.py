"""The monitor at work: real servers, real time, and who polls when somebody dies."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import poll_alone
from support.faulty import FaultyServer
from support.quick import until_within
from support.waiting import wait_until

from handrail.clock import SystemClock
from handrail.health import history, wishes
from handrail.health.monitor import Lamp, Monitor, check, lamps

QUICK = '[defaults]\ninterval = "500ms"\nretry_every = "500ms"\ntimeout = "1s"\nconfirm_bad = 1\nconfirm_good = 1\n'
CLOCK = SystemClock()


def gmail(server: FaultyServer, **extra: str) -> str:
    return QUICK + f'''
[[probe]]
id = "gateway"
kind = "http"
url = "{server.url}"
level = [{{ severity = "P1", when = "error != 'none'" }}, {{ severity = "P2", when = "status >= 500" }}]
[[probe]]
id = "watch"
kind = "http"
url = "{server.url}"
values = {{ active = ".watchActive" }}
words = {{ true = "active", false = "inactive" }}
show = "{{active}}"
depends_on = ["gateway"]
level = [{{ severity = "P2", when = "active == false", note = "the watch has lapsed" }}]
[[probe]]
id = "disk"
kind = "disk"
path = "/"
level = [{{ severity = "P1", when = "free < 1B" }}]
'''


@pytest.fixture
def run(state, packed) -> Iterator[object]:
    """Start a monitor on the text of a pack; `run.lamps()` then gives its lamps by id."""
    started: list[Monitor] = []

    def begin(text: str, **more) -> Monitor:
        monitor = Monitor(packed(text), state, CLOCK, "kim", **more)
        started.append(monitor)
        monitor.start()
        return monitor

    def seen() -> dict[str, Lamp]:
        return {lamp.id: lamp for lamp in lamps(state, started[-1].pack, CLOCK)[0]}

    begin.lamps = seen  # type: ignore[attr-defined]
    yield begin
    for monitor in started:
        monitor.stop()


def test_a_fault_turns_its_lamp_within_a_cadence_and_a_second(run, server):
    run(gmail(server))
    wait_until(lambda: all(lamp.word == "OK" for lamp in run.lamps().values()), what="all lamps well")
    assert run.lamps()["watch"].value == "active"
    for watch_ in until_within(1.5):
        server.answer = {"watchActive": True}
        wait_until(lambda: run.lamps()["watch"].word == "OK")
        with watch_:
            server.answer = {"watchActive": False}
            watch = wait_until(lambda: (lamp := run.lamps()["watch"]).word == "HIGH" and lamp)
    assert (watch.value, watch.want, watch.severity) == ("inactive", "want active", "P2")
    assert watch.why == "the watch has lapsed: active == false"
    server.answer = {"watchActive": True}
    wait_until(lambda: run.lamps()["watch"].word == "OK", what="well again")
    assert [rank for _, rank in run.lamps()["watch"].trail if rank], "its trail shows that it was bad"


def test_a_wrong_body_with_status_200_is_never_well(run, server):
    run(gmail(server))
    wait_until(lambda: run.lamps()["watch"].word == "OK")
    server.answer = b"<html>captive portal</html>"
    watch = wait_until(lambda: (lamp := run.lamps()["watch"]).word == "UNKNOWN" and lamp)
    assert watch.why == "cannot tell: the answer is not JSON"


def test_what_a_dead_gateway_explains_is_blocked(run, server):
    run(gmail(server))
    wait_until(lambda: run.lamps()["watch"].word == "OK")
    server.mode = "reset"
    wait_until(lambda: (lamp := run.lamps()["gateway"]).word == "CRIT" and lamp.value == "cut off")
    watch = wait_until(lambda: (lamp := run.lamps()["watch"]).word == "BLOCKED" and lamp)
    assert watch.why == "blocked by gateway"


@pytest.mark.parametrize(("mode", "value"), [("hang", "no answer in 1 s"), ("500", "HTTP 500"), ("short", "garbled")])
def test_each_way_of_failing_reads_on_the_lamp(run, server, mode, value):
    server.mode = mode
    run(gmail(server))
    wait_until(lambda: (lamp := run.lamps()["gateway"]).rank and lamp.value == value)


def test_a_server_that_hangs_holds_up_nobody_else(run, server):
    server.mode = "hang"
    hanging = "".join(f'[[probe]]\nid = "h{n}"\nkind = "http"\nurl = "{server.url}"\n' for n in range(12))
    run(gmail(server) + hanging)
    wait_until(lambda: len(run.lamps()["disk"].trail) >= 3, what="three answers of the disk")
    # Behind them in one queue the disk would have one answer for one of each.
    assert min(len(lamp.trail) for id, lamp in run.lamps().items() if id.startswith("h")) < 2
    wait_until(lambda: run.lamps()["gateway"].word == "CRIT")


def test_no_more_than_four_are_asked_at_once(run, server):
    server.pause = 0.05
    many = "".join(f'[[probe]]\nid = "p{n}"\nkind = "http"\nurl = "{server.url}"\n' for n in range(30))
    run(QUICK + many)
    wait_until(lambda: all(lamp.word == "OK" for lamp in run.lamps().values()))
    assert server.most <= 4


def test_sub_lamps_have_states_of_their_own_and_the_worst_is_the_lamp(run, server, state):
    server.answer = {"circuits": [{"agent": "a", "state": "closed"}, {"agent": "b/\x1b[2J", "state": "open"}]}
    monitor = run(QUICK + f'[[probe]]\nid = "circuits"\nkind = "http"\nurl = "{server.url}"\n'
        'each = { items = ".circuits[]", key = ".agent" }\nshow = "{item.state}"\n'
        'level = [{ severity = "P2", when = "item.state == \'open\'" }]\n')
    whole = wait_until(lambda: (lamp := run.lamps()["circuits"]).parts and lamp)
    assert list(run.lamps()) == ["circuits"], "one lamp for one probe"
    worst, best = whole.parts
    assert (best.id, best.title, best.word, best.value) == ("circuits/a", "a", "OK", "closed")
    assert (worst.title[:2], worst.word, worst.value) == ("b/", "HIGH", "open")
    assert (whole.word, whole.rank, whole.severity, whole.value) == ("HIGH", 2, "P2", f"{worst.title} open")
    assert whole.why.startswith(f"{worst.title}: ") and "item.state == 'open'" in whole.why
    server.answer = {"circuits": [{"agent": "a", "state": "closed"}]}
    wait_until(lambda: [part.word for part in run.lamps()["circuits"].parts] == ["STALE", "OK"],
               what="the one that vanished is not well, the other is")
    assert run.lamps()["circuits"].word == "STALE"
    lines = history.read(history.file_of(state.health(monitor.pack.sha256), "circuits"))
    assert {(rank, number) for _, rank, number, _ in lines} == {(2, 1.0), (0, 0.0)}, "how many were bad"


def test_a_whole_that_is_well_says_how_many_it_is(run, server):
    server.answer = [{"name": "a", "up": True}, {"name": "b", "up": True}]
    run(QUICK + f'[[probe]]\nid = "sites"\nkind = "http"\nurl = "{server.url}"\n'
        'each = { items = ".[]", key = ".name" }\nshow = "{item.up}"\nwords = { true = "up", false = "down" }\n'
        'level = [{ severity = "P3", when = "item.up == false" }]\n')
    wait_until(lambda: (lamp := run.lamps()["sites"]).word == "OK" and lamp.value == "2 up")
    server.answer = [{"name": "a", "up": False}, {"name": "b", "up": False}]
    lamp = wait_until(lambda: (lamp := run.lamps()["sites"]).value == "2 of 2 not well" and lamp)
    assert lamp.word == "WARN"
    assert lamp.why.startswith("a, and 1 more: ")


def test_a_probe_asked_by_hand_has_a_lamp_once_it_was_asked(run, server):
    text = gmail(server) + (f'[[probe]]\nid = "test-webhook"\nkind = "http"\nurl = "{server.url}"\nmethod = "POST"\n'
                            'unsafe = true\nwhen_run = "manual"\n')
    monitor = run(text)
    wait_until(lambda: run.lamps()["gateway"].word == "OK")
    assert "test-webhook" not in run.lamps()
    assert not any(head.startswith("POST") for head in server.heads), "never on schedule"
    assert monitor.ask_now("test-webhook")
    assert wait_until(lambda: run.lamps().get("test-webhook")).word == "OK"
    assert sum(head.startswith("POST") for head in server.heads) == 1
    assert not monitor.ask_now("no such probe")


def test_being_asked_out_of_turn_does_not_put_off_the_next_turn(run, server):
    monitor = run(QUICK + f'[[probe]]\nid = "a"\nkind = "http"\nurl = "{server.url}"\n')
    for _ in range(60):
        asked = server.requests
        assert wait_until(lambda: monitor.ask_now("a"))
        wait_until(lambda asked=asked: server.requests > asked)
    asked = server.requests
    wait_until(lambda: server.requests > asked + 1, 15, "two more, in their turn: not half a minute later")


def test_every_probe_is_asked_when_somebody_wishes_for_all(run, server, state):
    text = gmail(server).replace('"500ms"', '"5m"', 1)
    run(text)
    wait_until(lambda: run.lamps()["watch"].word == "OK")
    server.answer = {"watchActive": False}
    wishes.wish_all(state.root / "health")
    assert wait_until(lambda: (lamp := run.lamps()["watch"]).word == "HIGH" and lamp, what="long before its turn")
    wishes.wish_all(state.root / "nowhere")


def test_what_is_expected_while_a_kill_switch_is_on(run, server):
    server.answer = {"watchActive": False}
    engaged: list[str] = ["kill-gmail"]
    text = gmail(server).replace('show = "{active}"', 'show = "{active}"\nexpect.kill-gmail = "active == false"')
    run(text, engaged=lambda: tuple(engaged))
    watch = wait_until(lambda: (lamp := run.lamps()["watch"]).word == "EXPECTED" and lamp)
    assert watch.rank == 0
    engaged.clear()
    wait_until(lambda: run.lamps()["watch"].word == "HIGH")


def test_starting_and_stopping_are_quick_and_leave_no_thread(run, server):
    server.mode = "hang"
    for watch in until_within(0.1):  # the screen does not wait for it
        with watch:
            monitor = run(gmail(server))
        wait_until(lambda: server.requests)
        asked, server.requests = server.requests, 0
        assert asked
        monitor.stop()
        wait_until(lambda: not [t for t in threading.enumerate() if t.name.startswith("handrail-health")])
    for watch in until_within(1.0):  # nor for a server that hangs
        server.requests = 0
        monitor = run(gmail(server))
        wait_until(lambda: server.requests)
        with watch:
            monitor.stop()


def test_what_it_writes_is_private(run, server, state):
    monitor = run(gmail(server))
    wait_until(lambda: run.lamps()["gateway"].word == "OK")
    monitor.stop()  # what it is about to replace would come and go under our eyes
    folder = state.health(monitor.pack.sha256)
    for path in [folder, *folder.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path
    assert json.loads((folder / "lease").read_text())["by"] == "kim"


def test_a_pack_without_probes_is_polled_by_nobody(run, state):
    monitor = run("")
    assert not monitor.holds
    assert not (state.root / "health" / monitor.pack.sha256).exists()


def test_each_probe_once_trusting_the_first_answer(packed, server, state):
    server.answer = {"watchActive": False}
    found = check(packed(gmail(server).replace("confirm_bad = 1", "confirm_bad = 3")), CLOCK)
    assert [(lamp.id, lamp.word, lamp.value) for lamp in found if lamp.id != "disk"] == [
        ("watch", "HIGH", "inactive"), ("gateway", "OK", found[1].value)]
    assert not (state.root / "health").joinpath(packed("").sha256).exists(), "nothing is kept"


def test_programs_wholes_and_the_poller_itself(run, state):
    bad = state.root / "bad"
    run(QUICK + f'''
[[probe]]
id = "score"
kind = "command"
argv = ["sh", "-c", "test -e {bad} && echo '{{\\"score\\": 0.31}}' || echo '{{\\"score\\": 0.97}}'"]
values = {{ score = ".score" }}
show = "{{score}}"
level = [{{ severity = "P2", when = "score < 0.95" }}]
[[probe]]
id = "disk"
kind = "disk"
path = "/"
[[probe]]
id = "everything"
kind = "composite"
of = ["score", "disk"]
level = [{{ severity = "P3", when = "bad >= 1" }}]
[[probe]]
id = "poller"
kind = "self"
level = [{{ severity = "P4", when = "loop_lag > 5s" }}]
[[probe]]
id = "abroad"
kind = "command"
argv = ["wsl.exe", "--list"]
requires = "no-such-program-handrail"
level = [{{ severity = "P1", when = "rc != 0" }}]
''')
    wait_until(lambda: [lamp.word for lamp in run.lamps().values()] == ["OK"] * 4, what="four well, one not applicable")
    assert run.lamps()["score"].value == "0.97"
    assert run.lamps()["score"].want == "> 0.95"
    bad.touch()
    wait_until(lambda: (run.lamps()["score"].word, run.lamps()["everything"].word) == ("HIGH", "WARN"))
    assert run.lamps()["everything"].value == "1 of 2 bad"


class SleepingClock(SystemClock):
    """A clock of a machine that slept: the boot clock ran on, the processes did not."""

    slept = 0.0

    def boot(self) -> float:
        return super().boot() + self.slept


def test_after_sleep_everything_is_stale_at_once_and_asked_again(packed, state, server):
    clock = SleepingClock()
    pack = packed(gmail(server).replace('"500ms"', '"60s"').replace('"1s"', '"20s"'))
    monitor = Monitor(pack, state, clock, "kim")
    monitor.start()
    try:
        wait_until(lambda: [lamp.word for lamp in lamps(state, pack, clock)[0]] == ["OK"] * 3)
        server.requests = 0
        clock.slept = 6 * 3600.0
        assert {lamp.word for lamp in lamps(state, pack, clock)[0]} == {"STALE"}
        assert "no answer for 6h" in lamps(state, pack, clock)[0][0].why
        wait_until(lambda: [lamp.word for lamp in lamps(state, pack, clock)[0]] == ["OK"] * 3)
        assert server.requests == 2, "each once, long before its turn"
        assert lamps(state, pack, clock)[1].error == "slept 6h00m"
    finally:
        monitor.stop()


# -- the lease


@pytest.fixture
def others(state) -> Iterator[object]:
    """Start another process that polls the same pack; `begin(name)` gives it."""
    running: list[subprocess.Popen[str]] = []

    def begin(folder: Path, name: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, poll_alone.__file__, str(folder), str(state.root), name],
            stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]


def polled_by(state, pack) -> str:
    poll = lamps(state, pack, CLOCK)[1]
    return poll.by if not poll.error else ""


def test_one_polls_and_when_it_is_killed_the_other_does(others, packed, server, state):
    pack = packed(gmail(server))
    first = others(pack.folder, "ade")
    wait_until(lambda: polled_by(state, pack) == "ade")
    second = others(pack.folder, "kim")
    asked, begun = server.requests, time.monotonic()
    time.sleep(1.5)
    assert polled_by(state, pack) == "ade", "the second waits"
    elapsed = time.monotonic() - begun
    assert server.requests - asked <= 2 * (elapsed / 0.5 + 2), "and asks nothing: two probes, each twice a second"
    server.answer = {"watchActive": False}
    since = wait_until(lambda: {lamp.id: lamp for lamp in lamps(state, pack, CLOCK)[0]}["watch"].since
                       if any(lamp.word == "HIGH" for lamp in lamps(state, pack, CLOCK)[0]) else None)
    first.send_signal(signal.SIGKILL)
    wait_until(lambda: polled_by(state, pack) == "kim")
    watch = {lamp.id: lamp for lamp in lamps(state, pack, CLOCK)[0]}["watch"]
    assert (watch.word, watch.since) == ("HIGH", since), "it goes on where the other stopped"
    assert len(watch.trail) > 1
    assert second.poll() is None


def test_a_holder_that_is_stopped_loses_the_lease_and_knows_it(others, packed, server, state):
    pack = packed(gmail(server))
    first = others(pack.folder, "ade")
    wait_until(lambda: [lamp.word for lamp in lamps(state, pack, CLOCK)[0]] == ["OK"] * 3)
    others(pack.folder, "kim")
    first.send_signal(signal.SIGSTOP)
    found, _ = wait_until(lambda: "Nobody polls: ade did" in (now := lamps(state, pack, CLOCK))[1].error and now)
    assert [lamp.word for lamp in found] == ["STALE"] * 3
    wait_until(lambda: polled_by(state, pack) == "kim", what="void after three periods")
    first.send_signal(signal.SIGCONT)
    assert [first.stdout.readline() for _ in range(2)] == ["holds\n", "lost\n"]
    for _ in range(20):
        assert polled_by(state, pack) == "kim", "the first one no longer writes"
        time.sleep(0.05)


def test_two_in_one_process_are_two(run, packed, server, state):
    first, second = run(gmail(server)), run(gmail(server))
    wait_until(lambda: first.holds or second.holds)
    time.sleep(0.7)
    assert [first.holds, second.holds].count(True) == 1
    holder, waiting = (first, second) if first.holds else (second, first)
    holder.stop()
    wait_until(lambda: waiting.holds)


def test_another_pack_has_a_lease_of_its_own(run, server, state):
    first = run(gmail(server))
    wait_until(lambda: first.holds)
    second = run(gmail(server) + "# changed\n")
    wait_until(lambda: second.holds and first.holds)


def test_a_state_folder_that_cannot_be_written_is_tried_again(run, server, state):
    blocker = state.root / "health"
    blocker.rmdir()
    blocker.write_text("in the way")
    monitor = run(gmail(server))
    wait_until(lambda: monitor.error)
    assert all(lamp.word == "UNKNOWN" for lamp in run.lamps().values())
    blocker.unlink()
    wait_until(lambda: run.lamps()["gateway"].word == "OK")
    assert monitor.error == ""
