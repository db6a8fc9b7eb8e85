"""Questions, and what their answers open and close."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.desks import Desk, a_desk, done, refused

from handrail.incident.checklist import Checklist, Row
from handrail.incident.incident import Incident

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

1. Watch the graph.
"""
QUESTION = "If a release went out, roll it back"


@pytest.fixture
def desk(tmp_path: Path):
    with a_desk(tmp_path, RUNBOOK) as made:
        yield made


def checklist(desk: Desk, record: Incident) -> Checklist:
    desk.operator.watcher.refresh()
    found = desk.operator.watcher.checklist(record.id)
    assert found is not None
    return found


def row(desk: Desk, record: Incident, title: str, kind: str = "") -> Row:
    return next(one for one in checklist(desk, record).rows
                if one.title == title and (not kind or (one.item and one.item.kind == kind)))


def question(desk: Desk, record: Incident) -> str:
    return row(desk, record, QUESTION, "decision").key


def options(desk: Desk, record: Incident) -> Row:
    return next(one for one in checklist(desk, record).rows if one.kind == "options")


def test_before_an_answer_what_hangs_on_it_waits_and_counts(desk):
    record = desk.open()
    command = row(desk, record, QUESTION, "command")
    assert command.waits_on == question(desk, record)
    assert not command.closed
    assert checklist(desk, record).total == 6


def test_yes_opens_what_hangs_on_it(desk):
    record = desk.open()
    done(desk.operator.decide(record.id, question(desk, record), "yes"))
    command = row(desk, record, QUESTION, "command")
    assert (command.waits_on, command.closed) == ("", "")
    assert checklist(desk, record).total == 6
    assert checklist(desk, record).next == command.key


def test_no_closes_it_says_why_and_the_count_follows(desk):
    record = desk.open()
    done(desk.operator.decide(record.id, question(desk, record), "no"))
    command = row(desk, record, QUESTION, "command")
    assert command.closed == f"{QUESTION}: no"
    assert row(desk, record, "Tell the release channel").closed
    after = checklist(desk, record)
    assert (after.done, after.total) == (1, 4)
    decide = next(one for one in after.rows if one.kind == "section" and one.title == "Decide")
    assert (decide.done, decide.total) == (1, 1)


def test_numbers_stay_when_steps_are_closed(desk):
    record = desk.open()
    before = {one.key: one.number for one in checklist(desk, record).rows}
    done(desk.operator.decide(record.id, question(desk, record), "no"))
    assert {one.key: one.number for one in checklist(desk, record).rows} == before


def test_what_is_closed_is_refused_with_its_reason(desk):
    record = desk.open()
    done(desk.operator.decide(record.id, question(desk, record), "no"))
    command, tell = row(desk, record, QUESTION, "command").key, row(desk, record, "Tell the release channel").key
    for refusal in (refused(desk.operator.start_step(record.id, command, desk.consent(record, command))),
                    refused(desk.operator.tick(record.id, tell))):
        assert refusal.code == "closed-by-answer"
        assert "no" in refusal.sentence and QUESTION in refusal.sentence
    assert not desk.operator.watcher.incident(record.id).running()


def test_another_answer_later_corrects_the_first(desk):
    record = desk.open()
    key = question(desk, record)
    done(desk.operator.decide(record.id, key, "no"))
    corrected = done(desk.operator.decide(record.id, key, "yes"))
    assert corrected.decisions[key] == "yes"
    assert [(event.data["old"], event.data["choice"]) for event in corrected.events if event.kind == "decision"] == [
        ("", "no"), ("no", "yes")]
    assert not row(desk, record, QUESTION, "command").closed


def test_taking_the_answer_back_opens_the_question_again(desk):
    record = desk.open()
    done(desk.operator.decide(record.id, question(desk, record), "no"))
    done(desk.operator.correct(record.id, "wrong release"))
    asked = row(desk, record, QUESTION, "decision")
    assert (asked.answer, asked.state.word) == ("", "open")
    assert row(desk, record, QUESTION, "command").waits_on == asked.key


def test_what_was_done_before_the_answer_stays_done(desk):
    record = desk.open()
    tell = row(desk, record, "Tell the release channel").key
    done(desk.operator.tick(record.id, tell))
    done(desk.operator.decide(record.id, question(desk, record), "no"))
    told = row(desk, record, "Tell the release channel")
    assert (told.state.word, told.closed) == ("ticked", "")
    assert checklist(desk, record).done == 2


def test_a_skipped_question_closes_nothing(desk):
    record = desk.open()
    done(desk.operator.skip(record.id, question(desk, record), "nobody knows"))
    command = row(desk, record, QUESTION, "command")
    assert (command.waits_on, command.closed) == ("", "")


def test_only_its_own_answers_count(desk):
    record = desk.open()
    refusal = refused(desk.operator.decide(record.id, question(desk, record), "perhaps"))
    assert refusal.code == "no-such-answer"
    assert "yes, no" in refusal.remedy
    assert refused(desk.operator.decide(record.id, row(desk, record, "Watch the graph").key, "yes")).code == (
        "not-a-question")


def test_the_same_answer_twice_says_who_gave_it(desk):
    record = desk.open()
    done(desk.operator.decide(record.id, question(desk, record), "no"))
    again = refused(desk.operator.decide(record.id, question(desk, record), "no"))
    assert again.code == "same-answer"
    assert "by kim" in again.sentence


def test_options_stand_under_a_head_of_their_own(desk):
    record = desk.open()
    head = options(desk, record)
    drain, aside = row(desk, record, "drain it"), row(desk, record, "move it aside")
    assert head.title == "One of 2 options"
    assert {drain.waits_on, aside.waits_on} == {head.key}
    assert drain.depth == aside.depth == head.depth + 1


def test_choosing_an_option_closes_the_others(desk):
    record = desk.open()
    head, aside = options(desk, record), row(desk, record, "move it aside")
    assert aside.item is not None
    done(desk.operator.decide(record.id, head.key, aside.item.id))
    assert options(desk, record).answer == "move it aside"
    assert row(desk, record, "drain it").closed == "chosen instead: move it aside"
    assert row(desk, record, "move it aside").closed == ""
    assert checklist(desk, record).total == 5
    desk.run(record, "move it aside")
    drain = row(desk, record, "drain it").key
    assert refused(desk.operator.start_step(record.id, drain, desk.consent(record, drain))).code == "closed-by-answer"


def test_an_answer_does_not_outlive_its_call(desk):
    """The same question in a second call is asked again."""
    record = desk.open()
    done(desk.operator.decide(record.id, question(desk, record), "no"))
    done(desk.operator.open_in(record.id, desk.runbook))
    asked = [one for one in checklist(desk, record).rows if one.item and one.item.kind == "decision"]
    assert [one.answer for one in asked] == ["no", ""]


def test_a_closed_incident_takes_no_answer(desk):
    record = desk.open()
    key = question(desk, record)
    done(desk.operator.close_incident(record.id))
    assert refused(desk.operator.decide(record.id, key, "yes")).code == "closed"
