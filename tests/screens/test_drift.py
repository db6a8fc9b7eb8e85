"""A runbook's file is edited while its checklist is worked through: the copy stays, and what changed can be seen."""

from __future__ import annotations

import pytest
from support.desks import a_desk, done
from support.onscreen import on_screen

RUNBOOK = "# Mill\n\n```sh\nls dust\n```\n\n- [ ] Look at the wheel\n"
EDITED = "# Mill\n\n```sh\nrm -rf dust\n```\n\n- [ ] Look at the wheel\n- [ ] Call the \x1b[31mmiller\n"


@pytest.fixture
def desk(tmp_path):
    with a_desk(tmp_path, RUNBOOK) as desk:
        yield desk


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_copy_stays_and_what_changed_is_shown(desk, size):
    record = desk.open()
    desk.operator.start_polling()
    async with on_screen(desk, record, size=size) as console:
        before = await console.shows("0 of 2")
        assert "keeps its copy" not in before and "what changed" not in before
        await console.press("D")
        await console.shows("is what this checklist froze")
        await console.press("j", "k")  # what was said stands until the next key

        desk.runbook.write_text(EDITED)
        screen = await console.shows("runbook.md has changed since; this checklist keeps its copy")
        assert "ls dust" in screen and "rm -rf" not in screen
        assert "0 of 2" in screen
        await console.press("D")
        screen = await console.shows("1 added, 1 changed; 1 other step is as it was")
        for line in ("changed  step 1 here", "- ls dust", "+ rm -rf dust", "reads then, DESTROYS now",
                     "+ - [ ] Call the miller"):
            assert line in screen
        await console.press("escape")
        key = desk.key(record, "ls dust")
        assert desk.operator.prepared(record, key).command == "ls dust", "what runs is what was frozen"

        desk.runbook.write_text(RUNBOOK)
        await console.shows(lambda text: "keeps its copy" not in text and "0 of 2" in text)


async def test_a_file_that_is_gone_or_no_text_any_more_is_said(desk):
    record = desk.open()
    desk.operator.start_polling()
    async with on_screen(desk, record) as console:
        await console.shows("0 of 2")
        desk.runbook.write_bytes(b"\xff\xfe#")
        await console.shows("has changed since")
        await console.press("D")
        await console.shows(lambda text: "isUTF-16" in "".join(text.split()))
        await console.press("escape")
        desk.runbook.unlink()
        await console.shows("runbook.md is gone; this checklist keeps its copy")


async def test_only_words_around_the_steps(desk):
    record = desk.open()
    desk.operator.start_polling()
    desk.runbook.write_text(RUNBOOK.replace("# Mill\n", "# Mill\n\nIt is an old mill.\n"))
    async with on_screen(desk, record) as console:
        await console.shows("has changed since")
        await console.press("D")
        await console.shows("No step differs")


async def test_what_ended_says_nothing(desk):
    record = desk.open()
    done(desk.operator.close_incident(record.id))
    desk.operator.start_polling()
    desk.runbook.write_text(EDITED)
    other = done(desk.operator.open_file(desk.runbook))
    async with on_screen(desk, record) as console:
        await console.shows("0 of 2")
        await console.press("D")
        await console.shows("is what this checklist froze")
    assert desk.operator.watcher.drifted(other) == ()
