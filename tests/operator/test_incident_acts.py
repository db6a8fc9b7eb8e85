"""Handing over, linking and merging, ending what stands: two operators on one folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desks import Desk, a_desk, done, refused

from handrail.clock import SystemClock
from handrail.incident.events import Actor, Draft
from handrail.incident.incident import Incident
from handrail.incident.store import Store
from handrail.operator.operator import Operator
from handrail.pack.pack import builtin

PACK = builtin("alwaysclaw")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path, packs=(PACK,)) as made:
        yield made


@pytest.fixture
def ade(desk: Desk) -> Iterator[Operator]:
    other = Operator(desk.state, (PACK,), SystemClock(), Actor("ade", "oncall", "pts/9", "", "edge-3"))
    yield other
    other.close()


def declared(desk: Desk, title: str = "Gmail down", severity: str = "P2") -> Incident:
    return done(desk.operator.declare(title, PACK.id, severity))


def engaged(desk: Desk, incident: Incident) -> Incident:
    data = {"name": "kill-gmail", "text": "Gmail kill switch ON", "state": "engaged", "until": "it is verified"}
    store = Store(desk.state, SystemClock())
    answer = store.transact(incident.id, lambda _: [Draft("condition", data)], actor=Actor("handrail"))
    desk.operator.watcher.refresh()
    assert isinstance(answer, Incident)
    return answer


def test_a_handover_is_over_only_once_the_other_has_accepted(desk: Desk, ade: Operator) -> None:
    id = declared(desk).id
    done(desk.operator.acknowledge(id))
    assert refused(ade.acknowledge(id)).code == "already-held"
    offered = done(desk.operator.hand_over(id, "ade", "my shift ends"))
    assert (offered.holder, offered.offered_to) == ("kim", "ade")
    assert "offered to ade" in refused(desk.operator.acknowledge(id)).remedy.lower()
    taken = done(ade.acknowledge(id))
    assert (taken.holder, taken.offered_to) == ("ade", "")
    assert refused(desk.operator.acknowledge(id)).sentence.startswith("ade already has it")


def test_an_offer_can_be_taken_back(desk: Desk, ade: Operator) -> None:
    id = declared(desk).id
    done(desk.operator.acknowledge(id))
    assert refused(desk.operator.hand_over(id, "")).code == "nothing-offered"
    assert refused(desk.operator.hand_over(id, "kim")).code == "already-held"
    done(desk.operator.hand_over(id, "ade"))
    done(desk.operator.hand_over(id, ""))
    assert refused(ade.acknowledge(id)).code == "already-held"


def test_incidents_are_linked_and_parted(desk: Desk) -> None:
    one, other = declared(desk), declared(desk, "Twilio down")
    linked = done(desk.operator.link(one.id, "related", other.id))
    assert [(link.relation, link.to) for link in linked.links] == [("related", other.id)]
    assert refused(desk.operator.link(one.id, "related", other.id)).code == "linked"
    assert refused(desk.operator.link(one.id, "related", one.id)).code == "itself"
    assert refused(desk.operator.link(one.id, "cousin of", other.id)).code == "no-such-relation"
    assert done(desk.operator.link(one.id, "related", other.id, removed=True)).links == ()


def test_merged_into_another_one_it_is_closed_and_the_other_says_so(desk: Desk) -> None:
    one, other = declared(desk), declared(desk, "Mail is down, all of it", "P1")
    merged = done(desk.operator.link(one.id, "merged into", other.id))
    assert (merged.status, merged.closed) == ("closed", True)
    assert {deadline.state for deadline in merged.deadlines} == {"waived"}
    there = desk.operator.watcher.incident(other.id)
    assert there is not None
    assert [event.data["text"] for event in there.events if event.kind == "note"] == [
        f"{one.id} was merged into this: Gmail down"]
    assert [card.incident.id for card in desk.operator.watcher.now().cards] == [other.id]
    back = done(desk.operator.reopen(one.id, "they were two"))
    assert back.status == "investigating"


def test_what_stands_is_not_merged_away(desk: Desk) -> None:
    one, other = engaged(desk, declared(desk)), declared(desk, "Twilio down")
    said = refused(desk.operator.link(one.id, "merged into", other.id))
    assert said.code == "engaged" and "Gmail kill switch ON" in said.sentence
    assert "Gmail kill switch ON until it is verified" in desk.operator.owed(one)


def test_a_condition_is_ended_by_hand_for_a_reason_even_when_the_incident_is_closed(desk: Desk) -> None:
    incident = engaged(desk, declared(desk))
    assert refused(desk.operator.end_condition(incident.id, "kill-gmail", "")).code == "no-reason"
    done(desk.operator.false_alarm(incident.id, "a test by the vendor"))
    left = desk.operator.watcher.incident(incident.id)
    assert left is not None and desk.operator.owed(left) == ["Gmail kill switch ON until it is verified"], "owed still"
    ended = done(desk.operator.end_condition(incident.id, "kill-gmail", "restored at the gateway by ade"))
    assert ended.standing == ()
    assert refused(desk.operator.end_condition(incident.id, "kill-gmail", "again")).code == "not-standing"


def test_what_is_owed_follows_the_worst_severity_it_ever_held(desk: Desk) -> None:
    id = declared(desk, severity="P1").id
    lowered = done(desk.operator.set_severity(id, "P3", "only one mailbox"))
    assert desk.operator.owed(lowered) == ["a review is required"]
    assert desk.operator.owed(declared(desk, severity="P3")) == []
