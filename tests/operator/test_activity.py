"""An event in plain words: what it says, it says once."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from support.still import events

from handrail.activity import line


@pytest.mark.parametrize(("choice", "reason", "said"), [
    ("active harm", "active harm", "step 1 without evidence first: active harm"),
    ("other", "the disk is gone", "step 1 without evidence first: other: the disk is gone"),
])
def test_a_reason_stands_behind_what_was_done_unless_that_says_it(choice: str, reason: str, said: str):
    event = replace(events()[0], kind="interlock", reason=reason,
                    data={"rule": "evidence", "item": "c1:item1", "scope": "kill", "choice": choice})
    assert line("DRILL-1", event, lambda key: "step 1").text == said
