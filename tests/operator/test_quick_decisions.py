"""The decisions of the 000 pack: data exfiltrated, the leaking channel, the four branches of integration failure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desks import Desk, a_desk, done
from support.scenarios import PACK, declared

from handrail.incident.branches import consequence, leads_to
from handrail.incident.checklist import Row
from handrail.incident.incident import Incident

BRANCHES = {
    "If authentication fails": ("Check when the token expires", "Rotate it if need be"),
    "If a webhook fails": ("Check the signature validation", "Check whether the endpoint can be reached"),
    "If the service limits our rate": ("Reduce the cadence and back off",),
    "If data no longer syncs": ("Check the history pointer (Gmail's historyId)", "Resync if need be"),
}
EXFILTRATED = ("Name the data that has left", "Judge the impact", "Tell the owner of the data")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path, packs=(PACK,)) as made:
        yield made


def rows(desk: Desk, incident: Incident) -> dict[str, Row]:
    return {row.title: row for row in desk.operator.watcher.checklist_of(incident).rows}


@pytest.mark.parametrize(("answer", "closed"), [("yes", False), ("no", True)])
def test_data_exfiltrated_opens_or_closes_what_hangs_on_it(desk: Desk, answer: str, closed: bool) -> None:
    incident = declared(desk, "credential-compromise")
    question = rows(desk, incident)["If data has left"]
    assert {rows(desk, incident)[title].waits_on for title in EXFILTRATED} == {question.key}
    decided = done(desk.operator.decide(incident.id, question.key, answer))
    assert {bool(rows(desk, decided)[title].closed) for title in EXFILTRATED} == {closed}
    assert not rows(desk, decided)["Check all stored credentials for signs that the attacker moved on"].closed


@pytest.mark.parametrize(("channel", "target"), [
    ("browser", "kill-switches.md#browser-kill-switch"),
    ("email", "kill-switches.md#gmail-kill-switch"),
    ("SMS", "kill-switches.md#twilio-kill-switch"),
])
def test_each_leaking_channel_leads_to_its_kill_switch(desk: Desk, channel: str, target: str) -> None:
    incident = declared(desk, "data-leak")
    question = rows(desk, incident)["Which channel leaks?"]
    assert question.item is not None and question.item.choices == ("browser", "email", "SMS", "logs")
    link = leads_to(question.item, channel)
    assert link is not None and link.target == target
    done(desk.operator.decide(incident.id, question.key, channel))
    opened = done(desk.operator.open_link(incident.id, question.key, link.target))
    assert opened.calls[-1].parent == question.key
    assert opened.calls[-1].section[-1].casefold() == target.partition("#")[2].replace("-", " ")


def test_logs_have_no_kill_switch_and_it_says_so(desk: Desk) -> None:
    item = rows(desk, declared(desk, "data-leak"))["Which channel leaks?"].item
    assert item is not None
    assert leads_to(item, "logs") is None
    assert consequence(item, "logs").startswith("there is no kill switch for logs")


def test_the_channels_exclude_each_other_and_another_answer_corrects_the_first(desk: Desk) -> None:
    incident = declared(desk, "data-leak")
    key = rows(desk, incident)["Which channel leaks?"].key
    done(desk.operator.decide(incident.id, key, "email"))
    again = done(desk.operator.decide(incident.id, key, "SMS"))
    assert again.decisions[key] == "SMS"
    assert [event.data["old"] for event in again.events if event.kind == "decision"] == ["", "email"]


@pytest.mark.parametrize("yes", BRANCHES)
def test_each_branch_of_an_integration_failure_opens_its_own_steps_and_no_others(desk: Desk, yes: str) -> None:
    incident = declared(desk, "integration-failure")
    for question in BRANCHES:
        key = rows(desk, incident)[question].key
        incident = done(desk.operator.decide(incident.id, key, "yes" if question == yes else "no"))
    now = rows(desk, incident)
    open_ = {title for titles in BRANCHES.values() for title in titles if not now[title].closed}
    assert open_ == set(BRANCHES[yes])
    assert not rows(desk, incident)["Write down the root cause, and change the integration's policy if need be"].closed
