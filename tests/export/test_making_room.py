"""Old output goes once its incident is closed and exported: seen from the command to the console that makes room."""

from __future__ import annotations

import os
import time
from pathlib import Path

from support.desks import SECONDS, Desk, a_desk, done
from support.shells import Shell
from support.waiting import wait_until

from handrail.clock import SystemClock
from handrail.incident.incident import Attempt, Incident
from handrail.incident.store import Store
from handrail.operator.making_room import make_room

BOOK = "# Mill\n\n```bash\n# Grind\nseq 1000\n```\n"
DAY = 24 * 3600.0


def ran(desk: Desk, days: float) -> tuple[Incident, Attempt]:
    """A closed incident whose step ended so long ago."""
    record = done(desk.operator.open_file(desk.runbook, fresh=True))
    attempt = desk.run(record, "Grind")
    done(desk.operator.close_incident(record.id))
    then = time.time() - days * DAY
    os.utime(desk.state.run(record.id, attempt.run) / "exit.json", (then, then))
    return record, attempt


def test_a_console_gives_back_what_is_old_closed_and_exported_and_says_so(shell: Shell, tmp_path: Path) -> None:
    with a_desk(tmp_path / "desk", BOOK) as desk:
        gone, young, kept = ran(desk, 91), ran(desk, 1), ran(desk, 91)
        root = desk.state.root
        for record, _ in (gone, young):
            assert shell.says("export", record.id, "--state", root).status == 0
    out = {record.id: root / "runs" / record.id / attempt.run / "out" for record, attempt in (gone, young, kept)}
    with a_desk(tmp_path / "desk") as desk:  # somebody opens a console
        desk.operator.start_polling()
        wait_until(lambda: not out[gone[0].id].exists(), SECONDS, "the output has gone")
        files = desk.operator.watcher.run(gone[0].id, gone[1].run)
        assert files.state().error.startswith("its output was given back to the disk on ")
        assert (files.state().word, files.state().exit) == ("ended", 0)
    assert out[young[0].id].exists() and out[kept[0].id].exists()
    shown = shell.says("show", gone[0].id, "--state", root).out
    assert "output of 1 run given back to the disk: an export holds it" in shown
    assert "ran          Grind" in shown
    said = shell.says("verify", "--state", root)
    assert said.status == 0, said.out
    # The export still holds it, and exporting again keeps the word of where it went.
    again = shell.says("export", gone[0].id, "--state", root, "-o", "again.tar")
    assert again.status == 0, again.err


def test_an_output_that_is_only_missing_still_does_not_verify(shell: Shell, tmp_path: Path) -> None:
    with a_desk(tmp_path / "desk", BOOK) as desk:
        record, attempt = ran(desk, 91)
        root = desk.state.root
    assert shell.says("export", record.id, "--state", root).status == 0
    folder = root / "runs" / record.id / attempt.run
    (folder / "out").unlink()
    (folder / "pruned").write_text('{"at": 1, "bytes": 2}')
    assert shell.says("verify", "--state", root).status == 1, "a note beside it is not the record's word"


def test_a_second_look_says_nothing_twice(shell: Shell, tmp_path: Path) -> None:
    with a_desk(tmp_path / "desk", BOOK) as desk:
        record, _ = ran(desk, 91)
        state = desk.state
    shell.says("export", record.id, "--state", state.root)
    store = Store(state, SystemClock())
    assert make_room(state, store) > 0
    assert make_room(state, store) == 0
    events = shell.says("show", record.id, "--state", state.root, "--json").json["events"]
    assert [event["kind"] for event in events].count("given_back") == 1


def test_reopened_it_keeps_its_output(shell: Shell, tmp_path: Path) -> None:
    with a_desk(tmp_path / "desk", BOOK) as desk:
        record, attempt = ran(desk, 91)
        assert shell.says("export", record.id, "--state", desk.state.root).status == 0
        done(desk.operator.reopen(record.id, "it is back"))
        assert make_room(desk.state, Store(desk.state, SystemClock()), size=0) == 0
        assert (desk.state.run(record.id, attempt.run) / "out").exists()
