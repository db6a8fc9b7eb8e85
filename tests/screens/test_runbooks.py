"""The library: searching it, looking at a runbook before opening it, and opening it where it belongs."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.desks import Desk, a_desk, done
from support.onscreen import on_screen

from tui.start import ConsoleStart

QUEUE = """# Queue backlog

## Look

1. Check what waits.

```bash
rm -rf <queue_dir>/dead
```

## Restart

```bash
systemctl restart <unit>
```
"""
DISK = "# Disk [/b] full\n\n1. Look for the largest folder.\n\nThe marmot sleeps in this line.\n"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    (folder / "deep").mkdir(parents=True)
    (folder / "queue.md").write_text(QUEUE)
    (folder / "deep" / "disk.md").write_text(DISK)
    (folder / "binary.md").write_bytes(b"# Not text\n\0\1")
    (folder / "notes.txt").write_text("not Markdown")
    return folder


@pytest.fixture
def desk(tmp_path: Path):
    with a_desk(tmp_path) as made:
        yield made


def library(desk: Desk, docs: Path, size: tuple[int, int] = (80, 24)):
    return on_screen(desk, start=ConsoleStart(folders=(docs,)), size=size)


async def test_a_folder_opens_the_library_and_shows_each_as_the_checklist_it_will_be(desk, docs):
    async with library(desk, docs) as console:
        screen = await console.shows("3 of 3")
        assert "Disk [/b] full" in screen, "a title is no markup"
        assert "deep/disk.md" in screen
        assert "notes.txt" not in screen
        await console.press("j")
        screen = await console.shows("── Queue backlog")
        assert "2 steps   1 CHANGES   1 DESTROYS" in screen
        assert "asks for 2: queue_dir, unit" in screen
        assert "systemctl restart" in screen


async def test_the_search_reads_titles_and_texts_and_quotes_the_line(desk, docs):
    async with library(desk, docs) as console:
        await console.shows("3 of 3")
        await console.press("slash")
        await console.type("marmot")
        screen = await console.shows("1 of 3")
        assert "5 The marmot sleeps in this line." in screen
        assert "Queue backlog" not in screen
        await console.press("escape")
        await console.shows("3 of 3")
        await console.type("queue")
        screen = await console.shows("1 of 3")
        assert "Queue backlog" in screen


async def test_nothing_found_says_so_and_keys_go_on_in_the_field(desk, docs):
    async with library(desk, docs) as console:
        await console.shows("3 of 3")
        await console.press("slash")
        await console.type("qqd1")
        await console.shows(lambda text: "No runbook has 'qqd1'" in text)


async def test_enter_opens_a_checklist_of_its_own_when_no_incident_is_open(desk, docs):
    async with library(desk, docs) as console:
        await console.shows("3 of 3")
        await console.press("slash")
        await console.type("queue")
        await console.shows("1 of 3")
        await console.press("enter", "enter")
        await console.shows("a frozen copy of queue.md")
        await console.shows("0 of 2")
    assert [record.kind for record in desk.operator.watcher.open()] == ["checklist"]


async def test_from_an_incident_it_opens_there_as_a_call_and_the_cursor_is_on_it(desk, docs):
    record = done(desk.operator.declare("Backlog", "plain", "P2"))
    desk.operator.watcher.refresh()
    async with on_screen(desk, start=ConsoleStart(incident=record.id, folders=(docs,))) as console:
        await console.shows("INVESTIGATING")
        await console.press("3")
        await console.shows("Backlog, or as a checklist of its own")
        await console.press("j")
        await console.shows("── Queue backlog")
        await console.press("enter")
        asked = await console.shows("▌ OPEN Queue backlog")
        assert "1  in Backlog, as a part of its checklist" in asked
        await console.press("enter")
        await console.shows("INVESTIGATING")
        await console.shows("── Step 1 ──")
        assert [call.title for call in desk.operator.watcher.incident(record.id).calls] == ["Queue backlog"]


async def test_in_the_preview_enter_opens_only_that_section(desk, docs):
    async with library(desk, docs) as console:
        await console.shows("3 of 3")
        await console.press("j")
        await console.shows("systemctl restart")
        await console.press("tab", "G", "enter")
        screen = await console.shows("a frozen copy of queue.md")
        await console.shows("── Restart ──")
        assert "0 of 1" in screen


async def test_what_is_no_text_says_why_and_is_not_opened(desk, docs):
    async with library(desk, docs) as console:
        await console.shows("3 of 3")
        await console.press("slash")
        await console.type("not text")
        await console.shows("is not text")
        await console.press("enter", "enter")
        await console.shows("runbooks")
        assert desk.operator.watcher.open() == ()


async def test_without_any_runbook_it_says_how_to_get_some(desk, tmp_path):
    (tmp_path / "empty").mkdir()
    async with library(desk, tmp_path / "empty") as console:
        screen = await console.shows("There are no runbooks here yet.")
        assert "handrail FOLDER" in screen


async def test_a_new_file_is_found_without_leaving(desk, docs):
    async with library(desk, docs) as console:
        await console.shows("3 of 3")
        (docs / "new.md").write_text("# Quite new\n\n1. Look at it.\n")
        await console.shows("4 of 4")
        assert "Quite new" in console.text()


async def test_esc_goes_back_and_3_returns_with_the_search_as_it_was_left(desk, docs):
    async with library(desk, docs) as console:
        await console.shows("3 of 3")
        await console.press("slash")
        await console.type("disk")
        await console.shows("1 of 3")
        await console.press("enter", "escape")
        await console.shows("No incident is open.")
        await console.press("3")
        assert "disk" in await console.shows("1 of 3")
