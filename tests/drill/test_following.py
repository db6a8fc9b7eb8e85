"""What follows from steps by itself: kill switches that stand, and lamps before and after."""

from __future__ import annotations

import pytest
from support.evidence import in_active_harm
from support.waiting import wait_until

from handrail.acts.standing import standing
from handrail.clock import SystemClock
from handrail.drill.world import World
from handrail.health.monitor import Lamp
from handrail.health.system import concerned
from handrail.incident.checklist import Row
from handrail.incident.events import Actor
from handrail.incident.incident import Incident
from handrail.operator.operator import Consent, Operator
from handrail.pack.pack import builtin
from handrail.paths import State


def lamp(operator: Operator, id: str) -> Lamp | None:
    return next((lamp for lamp in operator.watcher.now().lamps if lamp.id == id), None)


def declared(operator: Operator, scenario: str) -> Incident:
    found = next(one for one in operator.packs[0].scenarios if one.id == scenario)
    answer = operator.declare(found.title, "alwaysclaw", found.severity, scenario).result(10)
    assert isinstance(answer, Incident)
    return in_active_harm(operator, answer)


def steps(operator: Operator, id: str) -> list[Row]:
    checklist = operator.watcher.checklist(id)
    assert checklist is not None
    return [row for row in checklist.rows if row.item is not None and row.item.runs]


def run(operator: Operator, id: str, row: Row) -> None:
    now = operator.watcher.incident(id)
    assert now is not None
    prepared = operator.prepared(now, row.key)
    answer = operator.start_step(id, row.key, Consent(prepared.command, prepared.word)).result(10)
    assert isinstance(answer, Incident), answer
    wait_until(lambda: (of(operator, id).item(row.key).last or answer).verdict, 30, row.title)  # type: ignore[union-attr]


def of(operator: Operator, id: str) -> Incident:
    found = operator.watcher.incident(id)
    assert found is not None
    return found


def test_a_kill_switch_stands_its_lamps_are_expected_and_the_timeline_says_before_and_after(
        world: World, operator: Operator) -> None:
    wait_until(lambda: (one := lamp(operator, "gmail-watch")) and one.word == "OK", 30, "a well world")
    incident = declared(operator, "gmail-compromise")
    stop, revoke, verify = steps(operator, incident.id)
    run(operator, incident.id, stop)
    [condition] = wait_until(lambda: of(operator, incident.id).standing, 30, "the standing condition")
    assert (condition.name, condition.text) == ("kill-gmail", "Gmail kill switch ON")
    watch = wait_until(lambda: (one := lamp(operator, "gmail-watch")) and one.word == "EXPECTED" and one, 30)
    assert watch.why == "expected while kill-gmail is engaged"
    run(operator, incident.id, revoke)
    wait_until(lambda: (one := lamp(operator, "gmail")) and one.word == "EXPECTED", 30, "expected too")
    run(operator, incident.id, verify)

    def stamps() -> dict[str, dict[str, object]]:
        return {event.data["item"]: {row["id"]: row for row in event.data["lamps"]}
                for event in of(operator, incident.id).events if event.kind == "lamps"}

    wait_until(lambda: {stop.key, revoke.key} <= stamps().keys(), 30, "both stamps")
    row = stamps()[stop.key]["gmail-watch"]
    assert row["before"] == {"word": "OK", "value": "active"}  # type: ignore[index]
    assert row["after"] is None or row["after"]["value"] == "inactive"  # type: ignore[index]
    assert verify.key not in stamps(), "what only reads changes no lamp"
    assert "twilio" not in stamps()[stop.key]
    wait_until(lambda: any("lamps of step 1" in line.text and "gmail watch OK active to" in line.text
                           for line in operator.watcher.now().activity), 10, "the line on Watch")


def test_a_second_console_records_nothing_twice(world: World, operator: Operator) -> None:
    other = Operator(State(world.state), (world.pack,), SystemClock(), Actor(name="ade"), prefix="DRILL")
    other.start_polling()
    try:
        wait_until(lambda: (one := lamp(other, "twilio")) and one.word == "OK", 30, "both see the lamps")
        incident = declared(operator, "twilio-compromise")
        run(operator, incident.id, steps(operator, incident.id)[0])

        def kinds() -> list[str]:
            return [event.kind for event in of(operator, incident.id).events]

        wait_until(lambda: "lamps" in kinds() and "condition" in kinds(), 40, "what follows")
        wait_until(lambda: of(other, incident.id).rev == of(operator, incident.id).rev, 10)
        assert (kinds().count("lamps"), kinds().count("condition")) == (1, 1)
    finally:
        other.close()


def test_a_condition_is_cleared_by_its_restoration_and_by_nothing_less(world: World, operator: Operator) -> None:
    incident = declared(operator, "twilio-compromise")
    run(operator, incident.id, steps(operator, incident.id)[0])
    wait_until(lambda: of(operator, incident.id).standing, 30, "the kill switch")
    answer = operator.open_file(operator.packs[0].folder / "kill-switches.md", "Restore Twilio").result(10)
    assert isinstance(answer, Incident)
    # The restoration of another record says nothing about this one.
    for row in steps(operator, answer.id):
        run(operator, answer.id, row)
    assert standing(of(operator, incident.id), operator.packs[0], operator.watcher.runbook) == []
    assert of(operator, incident.id).standing
    opened = operator.open_in(incident.id, operator.packs[0].folder / "kill-switches.md", "Restore Twilio").result(10)
    assert isinstance(opened, Incident)
    in_active_harm(operator, opened)
    enable, verify = steps(operator, incident.id)[-2:]
    run(operator, incident.id, enable)
    assert standing(of(operator, incident.id), operator.packs[0], operator.watcher.runbook) == []
    run(operator, incident.id, verify)
    wait_until(lambda: not of(operator, incident.id).standing, 30, "cleared")
    wait_until(lambda: (one := lamp(operator, "twilio")) and one.word == "OK", 30, "as well as before")


@pytest.mark.parametrize(("command", "about"), [
    ("curl -X POST http://localhost:3100/api/gmail/watch/stop", {"gmail", "gmail-watch"}),
    ("systemctl restart alwaysclaw-voice", {"voice-unit"}), ("systemctl restart alwaysclaw-twilio", {"units"}),
    ("rm /home/alwaysclaw/state/auth/gmail-tokens.json", {"gmail-token"}),
    ("ls /home/alwaysclaw/state", set()), ("echo gmail", set()),
    ("curl http://localhost:3100/api", set()), ("curl http://other:3100/api/gmail/status", set()),
])
def test_which_lamps_a_command_is_about(command: str, about: set[str]) -> None:
    assert concerned(builtin("alwaysclaw"), command, ()) == about


def test_a_tag_leads_to_the_lamps_that_expect_it() -> None:
    assert concerned(builtin("alwaysclaw"), "pkill x", ["kill-browser"]) == {"browser"}
