"""Links to other runbooks and sections: opened in place, each time as a call of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.desks import Desk, a_desk, done, refused

from handrail.errors import RunbookError, UsageError
from handrail.incident.checklist import Row
from handrail.incident.incident import Incident
from handrail.shelf.links import leading_on

MAIN = """# Backlog

## Look

1. Check what waits.

## Act

- Follow [restart the workers](team/workers.md#restart-5-min).
- See [look again](#look) and [the handbook](https://example.org/handbook).
- See [nothing](gone.md), [a picture](graph.png) and [no section](team/workers.md#no-such).
- See [by folder](team) and [from the top](/team/workers.md).
"""
WORKERS = """# Workers

## Restart (5 min)

1. Restart them.
2. Back to [the backlog](../runbook.md#look).

## Scale

1. Scale them.
"""


@pytest.fixture
def desk(tmp_path: Path):
    (tmp_path / "team").mkdir()
    (tmp_path / "team" / "workers.md").write_text(WORKERS)
    (tmp_path / "team" / "README.md").write_text("# Team\n\n1. Ask the team.\n")
    with a_desk(tmp_path, MAIN) as made:
        yield made


def rows(desk: Desk, record: Incident) -> list[Row]:
    desk.operator.watcher.refresh()
    found = desk.operator.watcher.checklist(record.id)
    assert found is not None
    return list(found.rows)


def link(desk: Desk, record: Incident, target: str) -> str:
    """CALL:ITEM of the first item with this link."""
    return next(one.key for one in rows(desk, record)
                if one.item and any(each.target == target for each in one.item.links))


def opened(desk: Desk, record: Incident, target: str, at: str = "") -> list[Row]:
    done(desk.operator.open_link(record.id, at or link(desk, record, target), target))
    return rows(desk, record)


def test_a_link_opens_its_section_below_the_item_it_stands_in(desk):
    record = desk.open()
    target = "team/workers.md#restart-5-min"
    key = link(desk, record, target)
    after = opened(desk, record, target)
    at = next(n for n, one in enumerate(after) if one.key == key)
    assert [(one.kind, one.title) for one in after[at + 1:at + 4]] == [
        ("call", "Restart (5 min)"), ("item", "Restart them"), ("item", "Back to the backlog")]
    assert after[at + 1].depth == after[at].depth + 1
    assert "Scale them" not in [one.title for one in after]


def test_its_steps_count_and_the_work_returns_to_what_follows(desk):
    record = desk.open()
    before = desk.operator.watcher.checklist(record.id)
    after = opened(desk, record, "team/workers.md#restart-5-min")
    checklist = desk.operator.watcher.checklist(record.id)
    assert checklist.total > before.total
    numbered = [one.title for one in after if one.number is not None]
    assert numbered.index("Restart them") > numbered.index("Check what waits")


def test_twice_gives_two_calls_that_are_done_by_themselves(desk):
    record = desk.open()
    target = "team/workers.md#restart-5-min"
    key = link(desk, record, target)
    opened(desk, record, target)
    after = opened(desk, record, target, key)
    twice = [one for one in after if one.title == "Restart them"]
    assert len(twice) == 2
    done(desk.operator.tick(record.id, twice[0].key))
    assert [one.state.word for one in rows(desk, record) if one.title == "Restart them"] == ["ticked", "open"]


def test_a_section_of_the_same_document_comes_from_the_frozen_copy(desk):
    record = desk.open()
    desk.runbook.unlink()
    after = opened(desk, record, "#look")
    assert [one.title for one in after].count("Check what waits") == 2
    assert len({call.sha256 for call in desk.operator.watcher.incident(record.id).calls}) == 1


def test_a_circle_of_links_is_as_deep_as_it_was_opened(desk):
    record = desk.open()
    opened(desk, record, "team/workers.md#restart-5-min")
    after = opened(desk, record, "../runbook.md#look")
    assert [one.title for one in after].count("Check what waits") == 2


@pytest.mark.parametrize(("target", "title"), [("team", "Team"), ("/team/workers.md", "Workers")])
def test_folders_and_links_from_the_top(desk, target, title):
    record = desk.open()
    assert title in [one.title for one in opened(desk, record, target) if one.kind == "call"]


def test_a_link_to_nothing_says_what_was_looked_for(desk):
    record = desk.open()
    with pytest.raises(UsageError) as error:
        desk.operator.open_link(record.id, link(desk, record, "gone.md"), "gone.md").result(20)
    assert "gone.md" in str(error.value)
    assert len(desk.operator.watcher.incident(record.id).calls) == 1


def test_a_link_to_no_section_names_the_nearest(desk):
    record = desk.open()
    with pytest.raises(UsageError) as error:
        desk.operator.open_link(record.id, link(desk, record, "gone.md"), "team/workers.md#rstart").result(20)
    assert "Restart" in str(error.value)


def test_a_link_to_what_is_no_text_says_so(desk, tmp_path):
    (tmp_path / "team" / "workers.md").write_bytes(b"\0\1\2")
    record = desk.open()
    target = "team/workers.md#restart-5-min"
    with pytest.raises(RunbookError):
        desk.operator.open_link(record.id, link(desk, record, target), target).result(20)


def test_only_links_to_runbooks_and_sections_lead_on(desk):
    record = desk.open()
    items = [one.item for one in rows(desk, record) if one.item]
    assert [each.target for item in items for each in leading_on(item)] == [
        "team/workers.md#restart-5-min", "#look", "gone.md", "team/workers.md#no-such", "team", "/team/workers.md"]


def test_taken_back_and_opened_again_it_is_another_call(desk):
    record = desk.open()
    target = "team/workers.md#restart-5-min"
    opened(desk, record, target)
    done(desk.operator.correct(record.id, "wrong one"))
    assert "Restart them" not in [one.title for one in rows(desk, record)]
    again = opened(desk, record, target)
    assert [one.title for one in again].count("Restart them") == 1


def test_a_file_opens_in_an_incident_as_a_call(desk, tmp_path):
    record = done(desk.operator.declare("Backlog", "plain", "P2"))
    done(desk.operator.open_in(record.id, desk.runbook))
    done(desk.operator.open_in(record.id, tmp_path / "team" / "workers.md", "Scale"))
    calls = [one.title for one in rows(desk, record) if one.kind == "call"]
    assert calls == ["Backlog", "Scale"]


def test_a_closed_incident_opens_nothing(desk):
    record = desk.open()
    key = link(desk, record, "#look")
    done(desk.operator.close_incident(record.id))
    assert refused(desk.operator.open_link(record.id, key, "#look")).code == "closed"
