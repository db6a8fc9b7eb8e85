"""The bell: for what ended or ran out while nobody was looking, and for nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from support.still import GMAIL, NOW

from handrail.incident.incident import Incident, ItemState
from tui.bell import LONG, QUIET, Bell

KEY = "c1:item4"


def running_since(seconds: float) -> Incident:
    attempt = replace(GMAIL.items[KEY].attempts[0], started_at=NOW - timedelta(seconds=seconds))
    return replace(GMAIL, items={KEY: ItemState("running", attempts=(attempt,))})


def ended() -> Incident:
    attempt = replace(GMAIL.items[KEY].attempts[0], verdict="passed")
    return replace(GMAIL, items={KEY: ItemState("passed", attempts=(attempt,))})


@pytest.mark.parametrize(("ran", "silent", "rings"), [
    (LONG, QUIET, True), (LONG - 1, QUIET, False), (LONG, QUIET - 1, False), (600, 600, True)])
def test_it_rings_when_a_long_step_ends_while_nobody_types(ran: float, silent: float, rings: bool) -> None:
    bell = Bell()
    assert not bell.rings([running_since(ran)], NOW, silent)
    assert bell.rings([ended()], NOW, silent) is rings
    assert not bell.rings([ended()], NOW, silent), "once"


def test_it_rings_when_a_deadline_passes_but_not_for_what_was_late_before() -> None:
    late = replace(GMAIL, deadlines=(replace(GMAIL.deadlines[1], state="breached"),))
    bell = Bell()
    assert not bell.rings([late], NOW, QUIET)
    bell = Bell()
    assert not bell.rings([GMAIL], NOW, QUIET)
    assert bell.rings([late], NOW, QUIET)
    assert not bell.rings([late], NOW, QUIET)
