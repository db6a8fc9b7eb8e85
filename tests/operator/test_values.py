"""Blanks: what fills them, what is suggested, what is a secret and is kept nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.contents import holding
from support.desks import KIM, Desk, a_desk, done, refused
from support.waiting import wait_until

from handrail.clock import SystemClock
from handrail.incident.incident import Incident
from handrail.operator.operator import Consent, Operator
from handrail.pack.pack import builtin
from handrail.values import commands
from handrail.values.secrets import Secrets, looks_secret
from handrail.values.sheet import Blank, blanks

RUNBOOK = """# Queue

## Look

```bash
ls <queue_dir>
```

```bash
echo <queue_dir> <unit>
```

## Act

```bash
echo <unit> went "$API_TOKEN"
```
"""
CANARY = "canary-7f3a9c"


@pytest.fixture
def desk(tmp_path: Path):
    with a_desk(tmp_path, RUNBOOK) as made:
        yield made


def sheet(desk: Desk, record: Incident, number: int, *, only: bool = False, call: str = "1") -> tuple[Blank, ...]:
    """The sheet as it opens on step `number`."""
    incident = desk.operator.watcher.incident(record.id)
    checklist = desk.operator.watcher.checklist(record.id)
    key = step(desk, record, number)
    return blanks(incident, checklist, key, None, desk.operator.secrets.of(record.id, call), only)


def step(desk: Desk, record: Incident, number: int) -> str:
    desk.operator.watcher.refresh()
    return next(row.key for row in desk.operator.watcher.checklist(record.id).rows if row.number == number)


def run(desk: Desk, record: Incident, key: str) -> str:
    """Run a step with consent and wait for its end; its output."""
    incident = desk.operator.watcher.incident(record.id)
    started = done(desk.operator.start_step(record.id, key, desk.consent(incident, key)))
    last = started.item(key).last
    files = desk.operator.watcher.run(record.id, last.run)
    wait_until(lambda: files.state().word == "ended", 30)
    return files.output().decode()


def test_each_blank_of_the_section_stands_once_with_the_steps_that_need_it(desk):
    record = desk.open()
    look = sheet(desk, record, 1)
    assert [(one.name, [row.number for row in one.uses]) for one in look] == [("queue_dir", [1, 2]), ("unit", [2])]
    assert [one.name for one in sheet(desk, record, 3)] == ["unit", "API_TOKEN"]
    assert [one.name for one in sheet(desk, record, 1, only=True)] == ["queue_dir"]


def test_a_value_belongs_to_its_call_and_says_who_gave_it(desk):
    record = desk.open()
    done(desk.operator.fill_in(record.id, "1", "unit", "worker; rm -rf /"))
    unit = sheet(desk, record, 3)[0]
    assert (unit.text, unit.by, unit.filled) == ("worker; rm -rf /", "kim", True)
    done(desk.operator.open_in(record.id, desk.runbook))
    second = [row.key for row in desk.operator.watcher.checklist(record.id).rows if row.key.startswith("2:")]
    incident = desk.operator.watcher.incident(record.id)
    again = blanks(incident, desk.operator.watcher.checklist(record.id), second[-1], None, {})
    assert [one.filled for one in again] == [False, False]


def test_what_it_is_filled_with_reaches_the_program_as_it_is(desk):
    record = desk.open()
    done(desk.operator.fill_in(record.id, "1", "unit", "a 'b' $(c)"))
    done(desk.operator.fill_in(record.id, "1", "queue_dir", "/tmp"))
    assert "/tmp a 'b' $(c)" in run(desk, record, step(desk, record, 2))


def test_an_emptied_blank_is_open_again(desk):
    record = desk.open()
    done(desk.operator.fill_in(record.id, "1", "unit", "worker"))
    done(desk.operator.empty(record.id, "1", "unit"))
    assert not sheet(desk, record, 3)[0].filled
    assert refused(desk.operator.empty(record.id, "1", "unit")).code == "open-already"


def test_earlier_values_are_suggested_with_age_and_incident_and_never_filled_in(desk):
    earlier = desk.open()
    done(desk.operator.fill_in(earlier.id, "1", "unit", "worker-old"))
    done(desk.operator.fill_in(earlier.id, "1", "unit", "worker-right"))
    done(desk.operator.close_incident(earlier.id))
    record = done(desk.operator.open_file(desk.runbook, fresh=True))
    incident = desk.operator.watcher.incident(record.id)
    offered = desk.operator.suggested(incident, "1", ["unit", "queue_dir"]).result(20)
    assert [(one.text, one.incident, one.by) for one in offered["unit"]] == [("worker-right", earlier.short_id, "kim")]
    assert offered["queue_dir"] == ()
    assert not sheet(desk, record, 3)[0].filled


def test_another_call_of_the_same_record_is_suggested_first(desk):
    earlier = desk.open()
    done(desk.operator.fill_in(earlier.id, "1", "unit", "far"))
    record = done(desk.operator.open_file(desk.runbook, fresh=True))
    done(desk.operator.fill_in(record.id, "1", "unit", "near"))
    opened = done(desk.operator.open_in(record.id, desk.runbook))
    offered = desk.operator.suggested(opened, "2", ["unit"]).result(20)
    assert [one.text for one in offered["unit"]] == ["near", "far"]


def test_a_value_that_was_taken_back_is_not_suggested(desk):
    earlier = desk.open()
    done(desk.operator.fill_in(earlier.id, "1", "unit", "wrong"))
    done(desk.operator.correct(earlier.id, "wrong unit"))
    record = done(desk.operator.open_file(desk.runbook, fresh=True))
    assert desk.operator.suggested(record, "1", ["unit"]).result(20)["unit"] == ()


@pytest.mark.parametrize("name", ["API_TOKEN", "password", "DB-PASSWORD", "clientSecret", "your api key", "ACCESS_KEY"])
def test_names_that_ask_for_secrets(name):
    assert looks_secret(name)


@pytest.mark.parametrize("name", ["unit", "secret-name", "token_file", "passenger", "PATH", "key", "tokenCount"])
def test_names_that_do_not(name):
    assert not looks_secret(name)


def test_a_secret_reaches_the_program_and_no_file(desk):
    record = desk.open()
    done(desk.operator.fill_in(record.id, "1", "unit", "worker"))
    done(desk.operator.fill_secret(record.id, "1", "API_TOKEN", CANARY))
    key = step(desk, record, 3)
    prepared = desk.operator.prepared(desk.operator.watcher.incident(record.id), key)
    assert "••••••" in prepared.command
    assert prepared.blanks == ()
    assert CANARY not in repr(prepared)
    output = run(desk, record, key)
    assert "worker went" in output, "the program ran with it"
    assert "[secret]" in output, "and what it printed is masked"
    assert holding(desk.state.root, CANARY.encode()) == []


def test_the_control_finds_a_value_that_is_no_secret(desk):
    record = desk.open()
    done(desk.operator.fill_in(record.id, "1", "unit", CANARY))
    assert holding(desk.state.root, CANARY.encode())


def test_a_secret_is_not_suggested_and_not_known_elsewhere(desk):
    record = desk.open()
    done(desk.operator.fill_secret(record.id, "1", "API_TOKEN", CANARY))
    assert desk.operator.suggested(record, "2", ["API_TOKEN"]).result(20) == {}
    elsewhere = Operator(desk.state, (builtin("plain"),), SystemClock(), KIM)
    try:
        elsewhere.watcher.refresh()
        incident = elsewhere.watcher.incident(record.id)
        token = blanks(incident, elsewhere.watcher.checklist(record.id), step(desk, record, 3), None, {})[1]
        assert (token.secret, token.filled, token.by) == (True, False, "kim")
        assert elsewhere.prepared(incident, step(desk, record, 3)).blanks == ("unit", "API_TOKEN")
    finally:
        elsewhere.close()


def test_a_blank_is_filled_from_a_command_through_the_ordinary_run(desk):
    record = desk.open()
    done(desk.operator.give_command(record.id, "1", "unit", "printf 'worker-3\\n\\nworker-4\\n'"))
    key = commands.key_of("1", "unit")
    output = run(desk, record, key)
    assert commands.values_in(output.encode()) == ("worker-3", "worker-4")
    done(desk.operator.fill_in(record.id, "1", "unit", "worker-4", source="printf"))
    unit = sheet(desk, record, 3)[0]
    assert (unit.text, unit.source) == ("worker-4", "printf")
    started = [event for event in desk.operator.watcher.incident(record.id).events if event.kind == "step_started"]
    assert [event.data["title"] for event in started] == ["a value for unit"]
    assert desk.operator.watcher.checklist(record.id).total == 3, "it is no step of the checklist"


@pytest.mark.parametrize(("command", "word"), [("systemctl restart x", "changes"), ("rm -rf /tmp/x", "destroys"),
                                               ("frobnicate", "changes")])
def test_only_what_reads_fills_a_blank(desk, command, word):
    record = desk.open()
    refusal = refused(desk.operator.give_command(record.id, "1", "unit", command))
    assert refusal.code == "not-a-read"
    assert word in refusal.sentence


def test_a_command_for_a_blank_may_have_blanks_of_its_own(desk):
    record = desk.open()
    done(desk.operator.give_command(record.id, "1", "unit", "ls <queue_dir>"))
    key = commands.key_of("1", "unit")
    refusal = refused(desk.operator.start_step(record.id, key, Consent("ls <queue_dir>")))
    assert refusal.code == "blank"


def test_any_text_can_be_looked_through_for_secrets():
    secrets = Secrets()
    secrets.keep("INC-1", "1", "TOKEN", CANARY)
    for text in ("\ud83d half a character", "\udc80", "plain", ""):
        assert (secrets.hide(text), secrets.shows(text)) == (text, False)
        assert secrets.hide(f"{text}{CANARY}") == f"{text}[secret]" and secrets.shows(f"{text}'{CANARY}'")
    secrets.forget("INC-1", "1", "TOKEN")
    assert secrets.shows(CANARY), "what was forgotten is no less a secret"
