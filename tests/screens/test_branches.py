"""Questions, options and links on the screen: what enter asks, what an answer shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.desks import a_desk, done
from support.onscreen import on_screen

RUNBOOK = """# Backlog

## Decide

- If a release went out, roll it back:

  ```bash
  echo rolled back
  ```

  Tell the release channel.

## Make room

```bash
# Option 1: drain it
echo drain
# Option 2: move it aside
echo aside
```

## Afterwards

- See [the workers](workers.md).

| Symptom | Action |
|---|---|
| Workers idle | Restart the workers |
| Disk full | Delete old segments |
"""
QUESTION = "▌ QUESTION step 1: If a release went out, roll it back"


@pytest.fixture
def desk(tmp_path: Path):
    (tmp_path / "workers.md").write_text("# Workers\n\n1. Restart them.\n")
    with a_desk(tmp_path, RUNBOOK) as made:
        yield made


async def test_enter_asks_and_no_closes_what_hangs_on_it(desk):
    record = desk.open()
    async with on_screen(desk, record, size=(120, 36)) as console:
        await console.shows("question")
        await console.press("enter")
        asked = await console.shows(QUESTION)
        assert "yes   opens steps 2, 3" in asked
        assert "no    closes steps 2, 3" in asked
        await console.press("2", "enter")
        await console.shows("1 of 4")
        screen = await console.shows("✓ Decide")
        assert "▌     ○  4 drain it" in screen, "the cursor goes on to what is still to do"


async def test_enter_on_what_is_closed_says_why_and_how_to_open_it(desk):
    record = desk.open()
    async with on_screen(desk, record, size=(120, 36)) as console:
        key = desk.key(record, "Tell the release channel")
        await console.press("enter")
        await console.shows(QUESTION)
        await console.press("2", "enter")
        await console.shows("✓ Decide")
        await console.goes_to(next(row.key for row in desk.operator.watcher.checklist(record.id).rows
                                if row.title == "Decide"))
        await console.press("enter")
        await console.shows("closed")
        await console.goes_to(key)
        await console.shows("not to be done: If a release went out, roll it back: no")
        await console.press("enter")
        screen = await console.shows("It is not to be done")
        assert "enter on step 1" in screen.replace("\n ", " ")
        assert desk.operator.watcher.incident(record.id).item(key).word == "open"


async def test_enter_on_what_hangs_on_a_question_asks_that_first(desk):
    record = desk.open()
    async with on_screen(desk, record) as console:
        key = desk.key(record, "Tell the release channel")
        await console.goes_to(key)
        await console.press("enter")
        await console.shows("step 3: Tell the release channel hangs on it")
        assert desk.operator.watcher.incident(record.id).item(key).word == "open"
        await console.press("1", "enter")
        await console.shows("Decided: yes")
        await console.shows("── Step 3 ──")
        await console.press("enter")
        await console.shows("√  3 Tell the release channel")


async def test_an_answer_is_corrected_by_answering_again(desk):
    record = desk.open()
    async with on_screen(desk, record) as console:
        question = next(row.key for row in desk.operator.watcher.checklist(record.id).rows if row.number == 1)
        done(desk.operator.decide(record.id, question, "no"))
        await console.shows("1 of 4")
        await console.goes_to(question)
        await console.press("enter")
        assert "answered no by kim; another answer corrects it" in await console.shows(QUESTION)
        await console.press("1", "enter")
        await console.shows("1 of 6")


async def test_an_option_is_chosen_and_the_others_close(desk):
    record = desk.open()
    async with on_screen(desk, record) as console:
        await console.goes_to(desk.key(record, "move it aside"))
        await console.press("enter")
        await console.shows("▌ CHOOSE one of 2 options; the others close")
        await console.press("2", "enter")
        screen = await console.shows("One of 2 options")
        await console.shows(lambda text: "closed, chosen instead: move it aside" in text)
        assert "5 move it aside" in screen


async def test_a_table_of_causes_offers_each_with_what_to_do(desk):
    record = desk.open()
    async with on_screen(desk, record) as console:
        await console.press("G")
        await console.press("enter")
        screen = await console.shows("▌ QUESTION")
        assert "Workers idle   Restart the workers" in screen
        assert "Disk full      Delete old segments" in screen


async def test_a_link_opens_in_place_and_the_work_returns(desk):
    record = desk.open()
    async with on_screen(desk, record, size=(120, 36)) as console:
        link = next(row.key for row in desk.operator.watcher.checklist(record.id).rows
                    if row.item and row.item.links)
        await console.goes_to(link)
        await console.shows("enter open ")
        await console.press("enter")
        await console.shows("Opened Workers here")
        await console.shows("6 Restart them")
        await console.press("enter")
        await console.shows("✓ Workers")
        screen = await console.shows(lambda text: "▌" in text and "Afterwards" in text)
        at = [line for line in screen.splitlines() if "▌" in line]
        assert any("7 Afterwards" in line for line in at), "the cursor is back on what follows the link"


async def test_opening_it_again_is_asked_while_the_first_is_not_done(desk):
    record = desk.open()
    async with on_screen(desk, record, size=(120, 36)) as console:
        link = next(row.key for row in desk.operator.watcher.checklist(record.id).rows
                    if row.item and row.item.links)
        done(desk.operator.open_link(record.id, link, "workers.md"))
        await console.goes_to(link)
        await console.press("enter")
        asked = await console.shows("▌ OPEN")
        assert "go on in Workers, 0 of 1" in asked
        await console.press("2", "enter")
        await console.shows(lambda text: text.count("Restart them") >= 2)
        assert len(desk.operator.watcher.incident(record.id).calls) == 3


LONG = """# Leak

1. If harm goes on, take the [volatile capture](forensics.md#volatile-capture) (ten seconds) and cut off at once;
   collect in full before the rotation, which removes traces.
2. Cut off what leaks: [mail](mail.md) or [voice](voice.md).
"""


async def test_a_long_question_is_told_once_and_in_words(tmp_path: Path):
    with a_desk(tmp_path, LONG) as desk:
        record = desk.open()
        async with on_screen(desk, record, size=(60, 20)) as console:
            card = await console.shows("If harm goes on, take the volatile capture (ten seconds)")
            assert "](" not in card, "links are their words"
            assert "removes traces" in card, "the card has room for all of it"
            await console.press("enter")
            asked = await console.shows("▌ QUESTION step 1")
            told = asked.partition("▌ QUESTION")[2]
            assert told.count("volatile capture") == 1
            assert "](" not in told
            assert " ".join(told.split()).count("collect in full before the rotation, which removes traces.") == 1


async def test_the_card_says_what_enter_asks_where_a_step_leads_on(tmp_path: Path):
    with a_desk(tmp_path, LONG) as desk:
        record = desk.open()
        (tmp_path / "mail.md").write_text("# Mail\n\n1. Stop it.\n")
        (tmp_path / "voice.md").write_text("# Voice\n\n1. Stop it.\n")
        async with on_screen(desk, record) as console:
            await console.goes_to(next(row.key for row in desk.operator.watcher.checklist(record.id).rows
                                       if row.number == 2))
            await console.shows("enter asks: open mail, voice, or tick it")
            await console.press("enter")
            asked = await console.shows("▌ OPEN OR TICK step 2: Cut off what leaks")
            assert "it is done: tick it" in asked
            await console.press("1", "enter")
            await console.shows("Opened Mail here")
            await console.shows("── Mail ── 0 of 1 ──")
            await console.shows("of 3 in all")


async def test_what_was_said_of_a_question_goes_with_its_answer(tmp_path: Path):
    with a_desk(tmp_path, "# Gate\n\n```bash\ntouch gate\n```\n\n```bash\ntouch wheel\n```\n") as desk:
        record = desk.open()
        async with on_screen(desk, record) as console:
            await console.press("enter")
            await console.shows("y do it")
            await console.press("x")
            await console.shows("Nothing else answers.")
            await console.press("y")
            await console.shows("you judge")
            assert "Nothing else answers." not in console.text()


async def test_proceed_is_refused_and_dimmed_where_nothing_is_open_ahead(tmp_path: Path):
    with a_desk(tmp_path, "# Gate\n\n## Look\n\n```bash\ntrue # look\n```\n\n## Then\n\n1. Tell them.\n") as desk:
        record = desk.open()
        key = next(row.key for row in desk.operator.watcher.checklist(record.id).rows if row.number == 1)
        async with on_screen(desk, record) as console:
            done(desk.operator.skip(record.id, key, "seen"))
            await console.goes_to(key)
            await console.shows("1 of 2")
            await console.press("p")
            await console.shows("Nothing is open in this section from here on.")
