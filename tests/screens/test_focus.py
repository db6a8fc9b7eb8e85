"""A key that moves the focus and one that opens a question right behind it: what is typed belongs to the question."""

from __future__ import annotations

import pytest
from support.desks import a_desk
from support.onscreen import on_screen
from textual import events
from textual.widgets import Input

RUNBOOK = "# Mill\n\n```bash\n# Grind\necho ground\n```\n"


@pytest.mark.parametrize("before", [("tab",), ("tab", "tab")])
async def test_a_note_begun_in_the_same_breath_as_a_change_of_pane_keeps_its_words(tmp_path, before):
    with a_desk(tmp_path, RUNBOOK) as desk:
        record = desk.open()
        async with on_screen(desk, record) as console:
            await console.shows("enter run")
            app = console.pilot.app
            for key in (*before, "n", *"enter"):  # all of them in the queue before the first is done
                app.post_message(events.Key(key, key if len(key) == 1 else None))
            await console.shows("NOTE")
            await console.shows(lambda _: app.screen.query_one(Input).value == "enter")
            assert app.screen.focused is app.screen.query_one(Input)
            assert not desk.operator.watcher.incident(record.id).running()
