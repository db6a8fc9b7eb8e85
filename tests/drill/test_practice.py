"""A drill as an operator lives it: declared, walked step by step under real supervisors, judged, seen on the lamps."""


import pytest
from support.evidence import in_active_harm
from support.runbook_corpus import ALWAYSCLAW
from support.waiting import wait_until

from handrail.drill.world import World
from handrail.incident.checklist import Row
from handrail.incident.incident import Attempt, Incident
from handrail.operator.operator import Consent, Operator


def declared(operator: Operator, scenario: str) -> Incident:
    pack = operator.packs[0]
    found = next(one for one in pack.scenarios if one.id == scenario)
    answer = operator.declare(found.title, pack.id, found.severity, scenario).result(10)
    assert isinstance(answer, Incident), answer
    return in_active_harm(operator, answer)


def steps(operator: Operator, incident: Incident) -> list[Row]:
    checklist = operator.watcher.checklist(incident.id)
    assert checklist is not None
    return [row for row in checklist.rows if row.item is not None and row.item.runs]


def run(operator: Operator, incident: Incident, row: Row) -> Attempt:
    """Start a step with the consent that it asks for, and wait for its end."""
    now = operator.watcher.incident(incident.id)
    assert now is not None
    prepared = operator.prepared(now, row.key)
    assert prepared.refused is None and not prepared.blanks, prepared
    answer = operator.start_step(incident.id, row.key, Consent(prepared.command, prepared.word)).result(10)
    assert isinstance(answer, Incident), answer

    def ended() -> Attempt | None:
        item = (operator.watcher.incident(incident.id) or now).items.get(row.key)
        return item.attempts[-1] if item and item.attempts and item.attempts[-1].verdict else None

    return wait_until(ended, what=f"the end of {row.title}")  # type: ignore[return-value]


def lamp(operator: Operator, id: str) -> str:
    return next((lamp.word for lamp in operator.watcher.now().lamps if lamp.id == id), "")


@pytest.mark.parametrize(("fault", "scenario"), [
    ("gmail-compromise", "gmail-compromise"), ("twilio-compromise", "twilio-compromise"),
    ("browser-hijack", "browser-hijack"), ("voice-leak", "voice-leak"),
])
def test_each_kill_switch_is_walked_to_a_passed_check(
        world: World, operator: Operator, fault: str, scenario: str) -> None:
    world.inject(fault)
    incident = declared(operator, scenario)
    assert incident.id.startswith("DRILL-")
    verdicts = [run(operator, incident, row).verdict for row in steps(operator, incident)]
    assert len(verdicts) >= 3
    assert verdicts[-1] == "passed"
    assert set(verdicts) <= {"ran", "passed"}


def test_a_gateway_that_lies_fails_the_check_though_it_ended_with_0(world: World, operator: Operator) -> None:
    world.inject("wrong-body")
    incident = declared(operator, "gmail-compromise")
    *_, last = [run(operator, incident, row) for row in steps(operator, incident)]
    assert (last.verdict, last.exit) == ("failed", 0)
    assert "connected" in last.why


def test_a_refusing_gateway_proves_nothing_about_voice(world: World, operator: Operator) -> None:
    world.inject("gateway-down")
    incident = declared(operator, "voice-leak")
    *_, last = [run(operator, incident, row) for row in steps(operator, incident)]
    assert last.verdict == "failed"
    assert b"inconclusive" in operator.watcher.run(incident.id, last.run).output()


def test_a_fault_turns_its_lamp_bad_and_clearing_it_turns_it_well(world: World, operator: Operator) -> None:
    wait_until(lambda: lamp(operator, "gmail-watch") == "OK", what="a lamp that is well")
    world.inject("gmail-compromise")
    wait_until(lambda: lamp(operator, "gmail-watch") == "HIGH" and lamp(operator, "gmail") == "CRIT",
               what="bad lamps")
    world.clear()
    wait_until(lambda: lamp(operator, "gmail-watch") == "OK" and lamp(operator, "gmail") == "OK",
               what="lamps that are well again")


def test_every_lamp_of_a_well_world_is_well(operator: Operator) -> None:
    def words() -> dict[str, str]:
        return {lamp.title: lamp.word for lamp in operator.watcher.now().lamps}

    applying = [probe for probe in operator.packs[0].probes if probe.when_run == "schedule"]
    well: set[str] = set()

    def each_was_well() -> bool:
        """Not all at one moment: on a loaded machine one or the other is late for a moment, and says so."""
        well.update(title for title, word in words().items() if word == "OK")
        return len(words()) >= len(applying) and well >= set(words())

    try:
        wait_until(each_was_well, 60)
    except AssertionError as error:
        raise AssertionError({title: word for title, word in words().items() if title not in well}) from error


def test_the_original_runbook_is_walked_in_the_world(world: World, operator: Operator) -> None:
    if not ALWAYSCLAW.exists():
        pytest.skip("the original runbook is not beside this checkout")
    world.inject("gmail-compromise")
    incident = operator.open_file(ALWAYSCLAW).result(10)
    assert isinstance(incident, Incident)
    rows = [row for row in steps(operator, incident) if row.item and row.item.section[-1] == "Gmail Kill Switch"]
    attempts = [run(operator, incident, row) for row in rows[:3]]
    assert [attempt.verdict for attempt in attempts] == ["ran", "ran", "passed"]
    assert all(attempt.original.startswith("wsl -d Ubuntu -- ") for attempt in attempts)
    assert not any("wsl" in attempt.command for attempt in attempts)
