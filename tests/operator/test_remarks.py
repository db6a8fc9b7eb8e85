"""What a run could not keep, and what does not carry over from it, is on record and on the screen; nothing else is."""

from __future__ import annotations

from pathlib import Path

from support.desks import a_desk, done
from support.onscreen import on_screen
from support.runs import says

from handrail.incident.archive import Archive
from handrail.runs import logind
from handrail.runs.remarks import NOT_CAPTURED, RAN_BESIDE

BOOK = """# Mill

```bash
# Vanish
exec true
```

```bash
# Plain
export A=1
```

```bash
# Long
echo begun; until [ -e stop ]; do sleep 0.05; done
```

```bash
# Lift
lift=1
```
"""


def test_an_environment_that_was_not_captured_is_on_record(tmp_path: Path) -> None:
    with a_desk(tmp_path, BOOK) as desk:
        record = desk.open()
        assert desk.run(record, "Vanish").remarks == (NOT_CAPTURED,)
        assert desk.run(record, "Plain").remarks == ()
        stored = Archive(desk.state).read(record.id)
        assert [event.data.get("remarks") for event in stored.events if event.kind == "step_finished"] == [
            [NOT_CAPTURED], None]


def test_a_step_that_ran_beside_another_says_that_it_feeds_nothing(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with a_desk(tmp_path, BOOK) as desk:
        record = desk.open()
        long = desk.start(record, "Long")
        says(desk.operator.watcher.run(record.id, long.run), b"begun")
        assert desk.run(record, "Lift").remarks == (RAN_BESIDE,)
        (tmp_path / "stop").touch()
        assert desk.ended(record, "Long").remarks == (), "the first of the two feeds the next"


async def test_the_screen_says_it_under_the_cursor_and_leaves_the_others_alone(tmp_path: Path) -> None:
    with a_desk(tmp_path, BOOK) as desk:
        record = desk.open()
        desk.run(record, "Vanish")
        done(desk.operator.judge(record.id, desk.key(record, "Vanish"), True))
        desk.run(record, "Plain")
        async with on_screen(desk, record) as console:
            await console.shows("Plain")
            await console.goes_to(desk.key(record, "Vanish"))
            await console.shows("step 1: its environment was not captured: the next step starts as this one did")
            await console.goes_to(desk.key(record, "Plain"))
            await console.shows("export A=1")
            assert "not captured" not in console.text()


async def test_a_step_that_a_logout_would_end_says_so_while_it_runs(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(logind, "scope", lambda: ("/bin/sh", "-c", "echo No medium found >&2; exit 1"))
    with a_desk(tmp_path, BOOK) as desk:
        record = desk.open()
        long = desk.start(record, "Long")
        says(desk.operator.watcher.run(record.id, long.run), b"begun")
        async with on_screen(desk, record) as console:
            await console.goes_to(desk.key(record, "Long"))
            await console.shows("a logout ends it: systemd-run gave it no scope")
        done(desk.operator.stop_step(record.id, long.run))
        assert all("logout" not in remark for remark in desk.ended(record, "Long").remarks)
