"""The values sheet: every blank once, the commands as they would run, and nothing filled that nobody looked at."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.desks import a_desk, done
from support.onscreen import on_screen

RUNBOOK = """# Queue

## Look

```bash
echo look at <queue_dir>
```

```bash
echo <queue_dir> of <unit>
```

## Act

```bash
echo <unit> went "$API_TOKEN"
```
"""


@pytest.fixture
def desk(tmp_path: Path):
    with a_desk(tmp_path, RUNBOOK) as made:
        yield made


def value(desk, record, name: str) -> str | None:
    incident = desk.operator.watcher.incident(record.id)
    return next((one.text for one in incident.values if one.name == name), None)


async def test_enter_on_a_step_with_an_open_blank_asks_for_it_and_comes_back_to_the_step(desk):
    record = desk.open()
    async with on_screen(desk, record) as console:
        await console.shows("open blank: queue_dir. enter asks for it")
        await console.press("enter")
        screen = await console.shows("── Values ── step 1")
        assert "1 of 1 open" in screen
        assert "unit" not in screen
        await console.press("enter")
        await console.shows("▌ VALUE queue_dir")
        await console.type("it s")
        await console.shows("$ echo look at 'it s'")
        assert value(desk, record, "queue_dir") is None, "what is shown while typing is not filled in yet"
        await console.press("enter")
        await console.shows("enter run ")
        assert value(desk, record, "queue_dir") == "it s"


async def test_v_shows_each_blank_of_the_section_once_with_its_commands(desk):
    record = desk.open()
    async with on_screen(desk, record) as console:
        await console.press("v")
        screen = await console.shows("2 of 2 open")
        assert screen.count("queue_dir  ") == 1
        assert "steps 1, 2" in screen
        assert "$ echo look at <queue_dir>" in screen
        assert "$ echo <queue_dir> of <unit>" in screen
        assert "still open: queue_dir, unit" in screen


async def test_half_typed_input_survives_leaving_the_sheet(desk):
    record = desk.open()
    async with on_screen(desk, record) as console:
        await console.press("v")
        await console.shows("2 of 2 open")
        await console.press("enter")
        await console.shows("▌ VALUE queue_dir")
        await console.type("half")
        await console.press("escape", "escape")
        await console.shows("open blank")
        await console.press("v")
        await console.shows("half  half typed, not taken")
        assert value(desk, record, "queue_dir") is None
        await console.press("enter")
        await console.shows("▌ VALUE queue_dir")
        await console.press("enter")
        await console.shows("1 of 2 open")
        assert value(desk, record, "queue_dir") == "half"


async def test_a_suggestion_says_its_age_and_incident_and_waits_to_be_looked_at(desk):
    earlier = desk.open()
    done(desk.operator.fill_in(earlier.id, "1", "queue_dir", "/var/spool/q"))
    done(desk.operator.close_incident(earlier.id))
    record = done(desk.operator.open_file(desk.runbook, fresh=True))
    async with on_screen(desk, record) as console:
        await console.press("v")
        screen = await console.shows("1 /var/spool/q")
        line = next(line for line in screen.splitlines() if "1 /var/spool/q" in line)
        assert "ago" in line and earlier.short_id in line and "kim" in line
        await console.press("1")
        await console.shows("▌ VALUE queue_dir")
        assert value(desk, record, "queue_dir") is None
        await console.press("enter")
        await console.shows("1 of 2 open")
        assert value(desk, record, "queue_dir") == "/var/spool/q"


async def test_what_a_command_prints_is_looked_at_before_it_is_taken(desk):
    record = desk.open()
    async with on_screen(desk, record) as console:
        await console.press("v")
        await console.shows("2 of 2 open")
        await console.press("f")
        await console.shows("▌ COMMAND")
        await console.type("seq 41 42")
        await console.press("enter")
        asked = await console.shows("▌ TAKE as queue_dir")
        assert "1  41" in asked and "2  42" in asked
        assert value(desk, record, "queue_dir") is None
        await console.press("2", "enter")
        await console.shows("1 of 2 open")
        assert value(desk, record, "queue_dir") == "42"


async def test_a_command_that_changes_anything_is_refused(desk):
    record = desk.open()
    async with on_screen(desk, record) as console:
        await console.press("v")
        await console.shows("2 of 2 open")
        await console.press("f")
        await console.shows("▌ COMMAND")
        await console.type("reboot")
        await console.press("enter")
        await console.shows("only what reads fills a blank")
        assert not desk.operator.watcher.incident(record.id).running()


async def test_a_secret_is_masked_while_it_is_typed_and_ever_after(desk):
    record = desk.open()
    done(desk.operator.fill_in(record.id, "1", "unit", "worker"))
    async with on_screen(desk, record) as console:
        await console.goes_to(next(row.key for row in desk.operator.watcher.checklist(record.id).rows
                                   if row.number == 3))
        await console.press("enter")
        await console.shows("── Values ── step 3")
        await console.press("enter")
        await console.shows("▌ SECRET API_TOKEN")
        await console.type("hunter2")
        assert "hunter2" not in console.text()
        await console.press("enter")
        screen = await console.shows(lambda text: "Step 3" in text and "••••••" in text)
        assert "hunter2" not in screen
        assert value(desk, record, "API_TOKEN") == ""


async def test_backspace_opens_a_blank_again(desk):
    record = desk.open()
    done(desk.operator.fill_in(record.id, "1", "queue_dir", "/q"))
    async with on_screen(desk, record) as console:
        await console.press("v")
        await console.shows("1 of 2 open")
        await console.press("k", "backspace")
        await console.shows("2 of 2 open")
        assert value(desk, record, "queue_dir") is None


async def test_the_sheet_names_what_its_blanks_are_of_and_what_was_filled_is_not_called_new(tmp_path: Path):
    with a_desk(tmp_path, "# Mill\n\n## Look\n\n```bash\necho look\n```\n\n" + RUNBOOK.partition("\n\n")[2]
                .replace("## Look", "## Look again")) as desk:
        record = desk.open()
        async with on_screen(desk, record) as console:
            await console.press("v")
            shown = await console.shows("── Values ── Mill ──")  # where the cursor stands nothing is asked for
            assert "queue_dir" in shown
            await console.shows("it was never filled in before")
            await console.press("enter")
            await console.shows("▌ VALUE queue_dir")
            await console.type("mill")
            await console.press("enter")
            await console.press("up")
            await console.shows("nothing else was filled in before")
            await console.press("escape")
            await console.goes_to(desk.key(record, "echo <queue_dir> of <unit>"))
            await console.press("v")
            await console.shows("── Values ── Look again ──")
