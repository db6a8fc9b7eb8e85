"""Resolved needs its lamps to have been well for a while, or a reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.faulty import FaultyServer, faulty
from support.waiting import wait_until

from handrail.clock import SystemClock
from handrail.errors import Refusal
from handrail.incident.events import Actor
from handrail.incident.incident import Incident
from handrail.operator.operator import Operator
from handrail.pack import pack as packs
from handrail.paths import State

PACK = """
name = "Shop"
short = "SH"
[scheme.P2]
rank = 2
[defaults]
interval = "300ms"
retry_every = "300ms"
timeout = "250ms"
confirm_bad = 1
confirm_good = 1
[[scenario]]
id = "mail-down"
title = "Mail is down"
severity = "P2"
[[scenario]]
id = "other"
title = "Something else"
severity = "P2"
[[probe]]
id = "mail"
kind = "http"
title = "mail"
url = "URL"
values = { up = ".up" }
verify = { hold = "HOLD", samples = 3 }
level = [{ severity = "P2", when = "up == false", scenario = "mail-down" }]
"""


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty() as found:
        found.answer = {"up": True}
        yield found


@pytest.fixture
def operator(tmp_path: Path, server: FaultyServer, request: pytest.FixtureRequest) -> Iterator[Operator]:
    (tmp_path / "pack").mkdir()
    text = PACK.replace("URL", server.url).replace("HOLD", getattr(request, "param", "10m"))
    (tmp_path / "pack" / "handrail.toml").write_text(text)
    state = State(tmp_path / "state")
    state.make()
    found = Operator(state, (packs.load(tmp_path / "pack"),), SystemClock(), Actor("kim"))
    found.start_polling()
    yield found
    found.close()


def declared(operator: Operator, scenario: str = "mail-down") -> Incident:
    answer = operator.declare("Mail is down", "shop", "P2", scenario).result(10)
    assert isinstance(answer, Incident)
    return answer


def word(operator: Operator, wanted: str) -> None:
    wait_until(lambda: [lamp.word for lamp in operator.watcher.now().lamps] == [wanted], 30, wanted)


def test_well_for_a_moment_is_not_enough(operator: Operator) -> None:
    word(operator, "OK")
    incident = declared(operator)
    refused = operator.set_status(incident.id, "resolved").result(10)
    assert isinstance(refused, Refusal) and refused.code == "not-held"
    assert refused.sentence.startswith("mail has been well for ") and " of 10m00s (" in refused.sentence
    assert refused.remedy == "Wait until that has held, or say why it is resolved."
    moved = operator.set_status(incident.id, "monitoring").result(10)
    assert isinstance(moved, Incident) and moved.status == "monitoring"


def test_a_reason_goes_past_it_and_stays_on_record(operator: Operator, server: FaultyServer) -> None:
    server.answer = {"up": False}
    word(operator, "HIGH")
    incident = declared(operator)
    assert operator.unheld(incident) == ("mail is HIGH",)
    done = operator.set_status(incident.id, "resolved", "  ").result(10)
    assert isinstance(done, Refusal)
    done = operator.set_status(incident.id, "resolved", "mail moves to the other site").result(10)
    assert isinstance(done, Incident) and done.status == "resolved"
    assert done.events[-1].reason == "mail moves to the other site"
    event = next(event for event in done.events if event.kind == "resolved")
    assert event.data["unheld"] == ["mail is HIGH"]


@pytest.mark.parametrize("operator", ["700ms"], indirect=True)
def test_what_has_held_is_resolved_without_a_word(operator: Operator) -> None:
    word(operator, "OK")
    incident = declared(operator)
    wait_until(lambda: operator.unheld(incident) == (), 30, "held")
    done = operator.set_status(incident.id, "resolved").result(10)
    assert isinstance(done, Incident) and done.status == "resolved"
    assert "unheld" not in next(event for event in done.events if event.kind == "resolved").data


def test_an_incident_about_something_else_does_not_wait(operator: Operator) -> None:
    word(operator, "OK")
    done = operator.set_status(declared(operator, "other").id, "resolved").result(10)
    assert isinstance(done, Incident) and done.status == "resolved"
