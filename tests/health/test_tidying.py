"""What is left in a health folder by writers that died and by lamps that are no more; and how large it may grow."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from support.waiting import wait_until

from handrail.clock import SystemClock
from handrail.health import history, tidying
from handrail.health.history import History, file_of
from handrail.health.monitor import Monitor, lamps
from handrail.health.tidying import tidy

HERE = '[defaults]\ninterval = "500ms"\nconfirm_bad = 1\n[[probe]]\nid = "here"\nkind = "file"\npath = "/"\n'


def old(path: Path, seconds: float) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x\n")
    os.utime(path, (time.time() - seconds,) * 2)
    return path


def test_what_a_dead_writer_left_goes_and_what_one_writes_now_stays(tmp_path: Path) -> None:
    dead = [old(tmp_path / f".{name}.999999", 120) for name in ("now.json", "lease")]
    now = [old(tmp_path / ".now.json.999998", 1), old(tmp_path / f".now.json.{os.getpid()}", 999),
           old(tmp_path / "now.json", 999), old(tmp_path / "lease", 999), old(tmp_path / "notes.1", 999)]
    tidy(tmp_path, ())
    assert not any(path.exists() for path in dead)
    assert all(path.exists() for path in now)


def test_what_a_lamp_that_is_no_more_left_goes_after_days(tmp_path: Path) -> None:
    days = tidying.GONE + 60
    gone = [old(tmp_path / "history" / "gone.jsonl", days), old(tmp_path / "answers" / "gone.json", days)]
    stay = [old(tmp_path / "history" / "here.jsonl", days), old(tmp_path / "history" / "here%2fa.jsonl", days),
            old(tmp_path / "history" / "young.jsonl", 60), old(tmp_path / "answers" / "here.json", days)]
    tidy(tmp_path, ("here", "here/a"))
    assert not any(path.exists() for path in gone)
    assert all(path.exists() for path in stay)


def test_all_histories_together_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "LIMIT", 40_000)
    (tmp_path / "history").mkdir()
    for id, answers in (("a", 2000), ("b", 1500), ("c", 10)):
        kept = History(file_of(tmp_path, id), (), 1e9)
        for n in range(answers):
            kept.store(1000.0 + n, 0, float(n), {})
    short = file_of(tmp_path, "c").read_bytes()
    tidy(tmp_path, "abc")
    sizes = [path.stat().st_size for path in (tmp_path / "history").iterdir()]
    assert len(sizes) == 3 and sum(sizes) <= 40_000
    assert file_of(tmp_path, "c").read_bytes() == short, "who has little keeps it"
    lines = history.read(file_of(tmp_path, "a"))
    assert lines[-1][0] == 2999.0 and len(lines) > 100, "the newest stay, in whole lines"
    assert file_of(tmp_path, "a").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_is_not_there_or_not_ours_is_no_trouble(tmp_path: Path) -> None:
    tidy(tmp_path / "nowhere", ())
    (tmp_path / "history").write_text("no folder")
    tidy(tmp_path, ())


def test_whoever_polls_tidies(state, packed) -> None:
    pack = packed(HERE)
    folder = state.health(pack.sha256)
    dead = old(folder / ".now.json.999999", 120)
    gone = old(folder / "history" / "gone.jsonl", tidying.GONE + 60)
    monitor = Monitor(pack, state, SystemClock(), "kim")
    monitor.start()
    try:
        wait_until(lambda: not dead.exists() and not gone.exists(), 30, "tidied")
        wait_until(lambda: lamps(state, pack, SystemClock())[0][0].word == "OK", 30, "and polled")
    finally:
        monitor.stop()
