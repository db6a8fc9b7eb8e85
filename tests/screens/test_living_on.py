"""x on a step whose supervisor is gone: what lives on is shown, ended when told, and on record."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from support.desks import a_desk
from support.onscreen import on_screen
from support.runs import belonging_to, says, sleeps, supervisor
from support.waiting import wait_until

BOOK = """# Mill

```bash
# Grind
trap '' HUP; echo begun; while :; do sleep 0.2; done
```

```bash
# Vanish
echo begun; sleep 300
```

```bash
# Daemon
nohup sleep 300 >/dev/null 2>&1 &
until grep -q sleep /proc/$!/comm; do :; done
echo begun
```
"""


async def test_it_is_shown_ended_at_the_second_press_and_on_record(tmp_path: Path) -> None:
    with a_desk(tmp_path, BOOK) as desk:
        record = desk.open()
        attempt = desk.start(record, "Grind")
        files = desk.operator.watcher.run(record.id, attempt.run)
        says(files, b"begun")
        os.kill(supervisor(files), signal.SIGKILL)
        assert "the step lives on as" in desk.ended(record, "Grind").why
        async with on_screen(desk, record) as console:
            await console.shows("Grind")
            await console.goes_to(desk.key(record, "Grind"))
            await console.press("x")
            await console.shows("STILL THERE what lives on of step 1: Grind")
            assert belonging_to(files.folder), "the first press ends nothing"
            await console.press("x")
            await console.shows("The timeline says what it was.")
        assert belonging_to(files.folder) == []
        note = desk.operator.watcher.incident(record.id).events[-1]  # type: ignore[union-attr]
        assert note.data["text"].startswith("Ended what lived on of step 1: Grind: ")
        assert note.data["text"].endswith("; nothing is left of it")


async def test_what_a_step_left_running_is_named_and_can_be_ended(tmp_path: Path) -> None:
    with a_desk(tmp_path, BOOK) as desk:
        record = desk.open()
        attempt = desk.run(record, "Daemon")
        assert attempt.why == "exit 0, and nothing says what to expect"
        folder = desk.operator.watcher.run(record.id, attempt.run).folder
        async with on_screen(desk, record) as console:
            await console.shows("Daemon")
            await console.goes_to(desk.key(record, "Daemon"))
            await console.shows(f"step 3: left running: {belonging_to(folder)[0]} sleep")
            await console.press("x")
            await console.shows("STILL THERE what lives on of step 3: Daemon")
            await console.press("x")
            await console.shows("Ending it: INT at once")
            await console.shows("The timeline says what it was.")
            assert "holds the store" not in console.text()
        assert belonging_to(folder) == []


async def test_where_nothing_lives_on_it_says_so_and_no_time_is_invented(tmp_path: Path) -> None:
    with a_desk(tmp_path, BOOK) as desk:
        record = desk.open()
        attempt = desk.start(record, "Vanish")
        files = desk.operator.watcher.run(record.id, attempt.run)
        says(files, b"begun")
        sleeps(files)
        os.kill(supervisor(files), signal.SIGKILL)
        ended = desk.ended(record, "Vanish")
        assert (ended.verdict, ended.seconds) == ("lost", None)
        wait_until(lambda: belonging_to(files.folder) == [], what="its terminal took it along")
        async with on_screen(desk, record) as console:
            await console.shows("Vanish")
            await console.goes_to(desk.key(record, "Vanish"))
            await console.press("x")
            await console.shows("Nothing of it lives any more.")
