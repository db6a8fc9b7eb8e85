"""What can be seen: one snapshot, news told once, damage beside what is whole, and nothing written."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desks import Desk, a_desk, done
from support.quick import until_within
from support.record import HandClock
from support.waiting import wait_until

from handrail.clock import SystemClock
from handrail.pack.pack import builtin
from handrail.paths import State
from handrail.watcher import Watcher

RUNBOOK = "# Mill\n\n```bash\n# Ask\nread -p 'Grind now? [y/N] ' answer; echo \"$answer\"\n```\n\n- Tell the miller\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path, RUNBOOK) as desk:
        yield desk


@pytest.fixture
def watcher(desk: Desk) -> Iterator[Watcher]:
    """Another pair of eyes on the same folder: a wall."""
    watcher = Watcher(desk.state, (builtin("plain"),), SystemClock())
    yield watcher
    watcher.close()


def test_before_the_first_look_there_is_an_empty_snapshot_and_no_folder(tmp_path: Path) -> None:
    watcher = Watcher(State(tmp_path / "nowhere"), (builtin("plain"),), SystemClock())
    snapshot = watcher.now()
    assert (snapshot.cards, snapshot.bad, snapshot.state) == ((), (), tmp_path / "nowhere")
    watcher.refresh()
    assert watcher.now().cards == ()
    assert watcher.incident("INC-20260101-000000") is None
    assert watcher.checklist("INC-20260101-000000") is None
    watcher.close()
    assert not (tmp_path / "nowhere").exists(), "looking writes nothing"


def test_an_act_is_in_the_snapshot_when_its_future_resolves(desk: Desk) -> None:
    incident = done(desk.operator.declare("Mill on fire", "plain", "P1"))
    (card,) = desk.operator.watcher.now().cards
    assert card.incident.id == incident.id
    done(desk.operator.acknowledge(incident.id))
    assert desk.operator.watcher.now().cards[0].incident.holder == "kim"
    assert desk.operator.watcher.incident(incident.id).holder == "kim"  # type: ignore[union-attr]


def test_a_checklist_without_an_incident_is_not_on_the_board(desk: Desk) -> None:
    record = desk.open()
    assert desk.operator.watcher.now().cards == ()
    assert [one.id for one in desk.operator.watcher.open()] == [record.id]
    assert "opened Mill" in [line.text for line in desk.operator.watcher.now().activity]


def test_subscribers_hear_of_news_and_of_nothing_else(desk: Desk, watcher: Watcher) -> None:
    heard: list[int] = []
    watcher.refresh()
    leave = watcher.subscribe(lambda: heard.append(watcher.now().cards[0].incident.rev if watcher.now().cards else 0))
    watcher.refresh()
    watcher.refresh()
    assert heard == []
    incident = done(desk.operator.declare("Mill on fire", "plain", "P1"))
    watcher.refresh()
    watcher.refresh()
    assert heard == [incident.rev]
    leave()
    leave()
    done(desk.operator.note(incident.id, "smoke"))
    watcher.refresh()
    assert heard == [incident.rev]


def test_the_poll_thread_brings_news_within_a_second(desk: Desk, watcher: Watcher) -> None:
    news = threading.Event()
    watcher.subscribe(news.set)
    watcher.start()
    watcher.start()
    assert news.wait(30)
    for watch in until_within(1.0):
        news.clear()
        done(desk.operator.declare("Mill on fire", "plain", "P1"))
        with watch:
            assert news.wait(30)
    assert watcher.now().cards[0].incident.title == "Mill on fire"


def test_a_damaged_file_is_a_card_of_its_own_and_the_others_go_on(desk: Desk, watcher: Watcher) -> None:
    good = done(desk.operator.declare("Mill on fire", "plain", "P1"))
    foreign = desk.state.active / "INC-20200101-000000.json"
    foreign.write_text('{"not": "ours"}')
    watcher.refresh()
    snapshot = watcher.now()
    assert [card.incident.id for card in snapshot.cards] == [good.id]
    (bad,) = snapshot.bad
    assert (bad.id, bad.path) == ("INC-20200101-000000", foreign)
    assert str(foreign) in bad.why
    assert foreign.read_text() == '{"not": "ours"}', "its bytes are not touched"


def test_a_step_that_waits_for_an_answer_says_so_on_the_board(desk: Desk) -> None:
    incident = done(desk.operator.declare("Mill on fire", "plain", "P1"))
    record = desk.open()
    attempt = desk.start(record, "Ask")
    desk.operator.watcher.start()
    state = wait_until(lambda: (s := desk.operator.watcher.now().runs.get(attempt.run)) and s.waits and s)
    assert "Grind now?" in state.waits
    done(desk.operator.type_in(record.id, attempt.run, b"y\n"))
    assert desk.output(record, desk.ended(record, "Ask")).endswith("y\n")
    wait_until(lambda: attempt.run not in desk.operator.watcher.now().runs)
    assert desk.operator.watcher.now().cards[0].incident.id == incident.id


def test_a_card_counts_steps_and_names_what_runs_and_waits(tmp_path: Path) -> None:
    from handrail.board import card
    from handrail.runs.record import RunState

    with a_desk(tmp_path / "d", RUNBOOK) as desk:
        record = desk.open()
        attempt = desk.start(record, "Ask")
        now = desk.operator.watcher.incident(record.id)
        checklist = desk.operator.watcher.checklist(record.id)
        assert now is not None
        assert checklist is not None
        waiting = card(now, checklist, {attempt.run: RunState("running", waits="Grind now? [y/N]")})
        assert (waiting.done, waiting.total, waiting.waits) == (0, 2, True)
        assert waiting.note == "step 1 Ask WAITS FOR YOU: Grind now? [y/N]"
        assert waiting.running == ("step 1 Ask, kim",)
        assert card(now, checklist, {}).waits is False


def test_activity_is_newest_first_and_in_plain_words(desk: Desk) -> None:
    record = desk.open()
    done(desk.operator.tick(record.id, desk.key(record, "Tell the miller")))
    done(desk.operator.note(record.id, "calm\x1b[2Jed\x07"))
    texts = [line.text for line in desk.operator.watcher.now().activity]
    assert texts[:2] == ["calmed␇", "step 2 Tell the miller ticked"]
    assert desk.operator.watcher.now().activity[1].word == "ticked"


def test_a_past_incident_can_still_be_read(desk: Desk, watcher: Watcher) -> None:
    incident = done(desk.operator.declare("Mill on fire", "plain", "P1"))
    done(desk.operator.close_incident(incident.id))
    watcher.refresh()
    assert watcher.now().cards == ()
    past = watcher.incident(incident.id)
    assert past is not None
    assert past.closed
    done(desk.operator.note(incident.id, "in the review"))
    watcher.refresh()
    assert watcher.incident(incident.id).notes == 1  # type: ignore[union-attr]


def test_a_missing_document_leaves_the_card_on_the_board(desk: Desk, watcher: Watcher) -> None:
    record = desk.open()
    done(desk.operator.declare("Mill on fire", "plain", "P1"))
    for document in desk.state.documents.glob("*.md"):
        document.unlink()
    watcher.refresh()
    assert len(watcher.now().cards) == 1
    checklist = watcher.checklist(record.id)
    assert checklist is not None
    assert checklist.total == 0


def test_a_held_store_is_named_and_looking_goes_on(desk: Desk) -> None:
    incident = done(desk.operator.declare("Mill on fire", "plain", "P1"))
    desk.operator.watcher.start()
    held = os.open(desk.state.lock, os.O_RDWR)
    os.pwrite(held, f"{os.getpid():<10}\n".encode(), 0)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        future = desk.operator.note(incident.id, "waits")
        note = wait_until(lambda: desk.operator.watcher.now().store_note)
        assert str(os.getpid()) in note
        assert not future.done()
    finally:
        os.close(held)
    assert done(future).notes == 1
    wait_until(lambda: desk.operator.watcher.now().store_note == "")


def test_deadlines_run_out_on_record_while_a_console_is_open(tmp_path: Path) -> None:
    from handrail.pack.pack import load

    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "handrail.toml").write_text(
        'name = "Mill"\n[scheme.P1]\nrank = 1\nrespond = "5m"\nresolve = "30m"\n')
    clock = HandClock()
    with a_desk(tmp_path, packs=(load(tmp_path / "pack"),), clock=clock) as desk:
        incident = done(desk.operator.declare("Mill on fire", "mill", "P1"))
        desk.operator.start_polling()
        clock.pass_by(301)
        wait_until(lambda: desk.operator.watcher.now().cards[0].incident.deadlines[0].state == "breached")
        assert desk.operator.watcher.now().cards[0].incident.deadlines[1].state == "open"
        now = done(desk.operator.acknowledge(incident.id))
        assert [event.kind for event in now.events].count("deadline_breached") == 1
        assert now.deadlines[0].met_at == clock.now()


def test_closing_a_console_never_hangs_even_behind_a_held_store(desk: Desk) -> None:
    incident = done(desk.operator.declare("Mill on fire", "plain", "P1"))
    desk.operator.start_polling()
    held = os.open(desk.state.lock, os.O_RDWR)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        desk.operator.note(incident.id, "never")
        closing = threading.Thread(target=desk.operator.close)
        closing.start()
        closing.join(30)
        assert not closing.is_alive()
    finally:
        os.close(held)
