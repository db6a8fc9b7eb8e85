"""Several steps begun with one yes: on record before they run, taken in once by whoever looks, and nobody has to."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from support.chaining import agree, begin_here, keys, planned
from support.consoles import Elsewhere, watch
from support.desks import Desk, a_desk, done, refused
from support.waiting import wait_until

from handrail.incident.events import Actor
from handrail.incident.incident import Incident
from handrail.operator.operator import Consent

RUNBOOK = """# Broken

## Contain

Take the first look:

```sh
echo one
```

Stop the service:

```sh
touch stopped
```

Look again:

```sh
echo three; X=3
```

Remove the cache:

```sh
rm -rf cache
```

And once more:

```sh
echo five
```

## Watch

Begin here:

```sh
cat go
```

Then this:

```sh
echo after
```
"""


def words(desk: Desk, record: Incident) -> list[str]:
    incident = desk.operator.watcher.incident(record.id)
    assert incident is not None
    return [incident.item(key).word for key in keys(desk, record)]


def ended(desk: Desk, record: Incident) -> Incident:
    def over() -> Incident | None:
        incident = desk.operator.watcher.incident(record.id)
        return incident if incident and incident.chains and not incident.going() and not incident.running() else None
    return wait_until(over, 30, "the chain is over, on record")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where steps start. What reads `go` there waits until somebody writes into it."""
    os.mkfifo(tmp_path / "go")
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_a_plan_ends_before_what_destroys_and_says_so(home: Path) -> None:
    with a_desk(home, RUNBOOK) as desk:
        record = desk.open()
        plan = planned(desk, record, keys(desk, record)[0])
        assert [linked.prepared.command for linked in plan.steps] == ["echo one", "touch stopped", "echo three; X=3"]
        assert plan.halt == "step 4: DESTROYS, and is typed for by itself"
        assert (plan.section, plan.go_on) == ("Contain", False)


def test_each_step_is_recorded_once_with_who_agreed(home: Path) -> None:
    with a_desk(home, RUNBOOK) as desk:
        record = desk.open()
        plan = planned(desk, record, keys(desk, record)[0])
        begun = done(desk.operator.start_chain(record.id, agree(plan)))
        assert begun.events[-1].kind == "chain_started"
        after = ended(desk, record)
        assert words(desk, record)[:5] == ["ran", "ran", "ran", "open", "open"]
        assert (home / "stopped").exists()
        kinds = [event.kind for event in after.events]
        assert (kinds.count("step_started"), kinds.count("step_finished"), kinds.count("chain_ended")) == (3, 3, 1)
        assert {after.item(key).last.by for key in keys(desk, record)[:3]} == {"kim"}  # type: ignore[union-attr]
        assert after.chains[0].why == "all 3 ran"
        started = [after.item(key).last.started_at for key in keys(desk, record)[:3]]  # type: ignore[union-attr]
        assert started == sorted(started)


def test_what_is_queued_is_begun_by_nobody_else_and_a_stop_keeps_it_open(home: Path) -> None:
    with a_desk(home, RUNBOOK) as desk:
        record = desk.open()
        waits, after = keys(desk, record)[5:7]
        begun = done(desk.operator.start_chain(record.id, agree(planned(desk, record, waits))))
        assert list(begun.queued()) == [waits, after]
        wait_until(lambda: words(desk, record)[5] == "running", 30, "the first of them runs, on record")
        assert refused(desk.operator.start_step(record.id, after, Consent("echo after"))).code == "queued"
        assert refused(desk.operator.skip(record.id, after, "not now")).code == "queued"
        assert refused(desk.operator.start_chain(record.id, agree(planned(desk, record, keys(desk, record)[0])))
                       ).code == "already-chained"
        done(desk.operator.stop_chain(record.id, begun.chains[0].id))
        (home / "go").write_text("gone on")
        assert ended(desk, record).chains[0].why == "kim stopped it before Then this"
        assert words(desk, record)[5:7] == ["ran", "open"]


def test_a_command_that_changed_since_it_was_seen_runs_nothing(home: Path) -> None:
    with a_desk(home, RUNBOOK) as desk:
        record = desk.open()
        agreed = agree(planned(desk, record, keys(desk, record)[0]))
        agreed[1] = (agreed[1][0], Consent("touch something-else"))
        assert refused(desk.operator.start_chain(record.id, agreed)).code == "changed"
        assert set(words(desk, record)) == {"open"}


def test_a_chain_whose_console_died_goes_on_and_the_next_one_takes_it_in_once(home: Path) -> None:
    """Nobody looks while it runs; then two consoles look at the same time."""
    with a_desk(home, RUNBOOK) as desk:
        record = desk.open()
        first = Elsewhere(home, "ade")
        first.does(begin_here, record.id, keys(desk, record)[5])
        first.kill()
        (home / "go").write_text("gone on")
        folder = desk.state.runs(record.id)
        wait_until(lambda: list(folder.glob("chain-*/end.json")), 30, "the chain went on by itself")
        others = [Elsewhere(home, name) for name in ("lea", "joe")]
        for other in others:
            other.asks(watch)
        for other in others:
            other.answer()
        after = wait_until(lambda: seen_over(desk, record), 30, "one of them has taken it in")
        for other in others:
            other.leave()
        kinds = [event.kind for event in after.events]
        assert (kinds.count("step_started"), kinds.count("step_finished"), kinds.count("chain_ended")) == (2, 2, 1)
        attempts = [after.item(key).attempts[-1] for key in keys(desk, record)[5:7]]
        assert [attempt.by for attempt in attempts] == ["ade", "ade"]
        assert [attempt.remarks for attempt in attempts] == [(), ()], "one after the other, however late that was seen"


def seen_over(desk: Desk, record: Incident) -> Incident | None:
    desk.operator.watcher.refresh()
    incident = desk.operator.watcher.incident(record.id)
    return incident if incident and incident.chains and not incident.going() and not incident.running() else None


def test_a_chain_that_lost_its_conductor_leaves_the_rest_open(home: Path) -> None:
    with a_desk(home, RUNBOOK, actor=Actor("kim")) as desk:
        record = desk.open()
        begun = done(desk.operator.start_chain(record.id, agree(planned(desk, record, keys(desk, record)[5]))))
        wait_until(lambda: words(desk, record)[5] == "running", 30, "the first of them runs, on record")
        lock = desk.state.runs(record.id) / begun.chains[0].id / "lock"
        os.kill(_holder(lock), signal.SIGKILL)
        (home / "go").write_text("gone on")
        assert ended(desk, record).chains[0].why == "what ran it is gone; no further step begins"
        assert words(desk, record)[5:7] == ["ran", "open"]
        assert done(desk.operator.skip(record.id, keys(desk, record)[6], "it is not needed")).id == record.id


def _holder(lock: Path) -> int:
    inode = str(lock.stat().st_ino)
    return next(int(line.split()[4]) for line in Path("/proc/locks").read_text().splitlines()
                if line.split()[5].rpartition(":")[2] == inode)
