"""A lamp's history: bounded, outliving its poller, and read past damage."""

from __future__ import annotations

from handrail.health import history
from handrail.health.history import History, file_of, read


def test_the_next_poller_goes_on_where_the_last_one_was(tmp_path):
    path = tmp_path / "a.jsonl"
    first = History(path, ("x",), 3600)
    for n in range(5):
        first.remember(100.0 + n, {"x": n, "other": 9, "long": "y" * 500})
        first.store(100.0 + n, 0, 0.5, {"x": n, "other": 9})
    second = History(path, ("x",), 3600)
    assert [(sample.at, dict(sample.values)) for sample in second.samples] == [(100.0 + n, {"x": n}) for n in range(5)]
    assert read(path)[2] == (102.0, 0, 0.5, {"x": 2})


def test_memory_and_file_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(history, "LINES", 50)
    path = tmp_path / "a.jsonl"
    kept = History(path, ("x",), 1e9)
    for n in range(500):
        kept.remember(float(n), {"x": n})
        kept.store(float(n), 0, None, {"x": n})
    assert len(kept.samples) <= 60
    assert 50 <= len(read(path)) <= 101
    assert kept.samples[-1].values == {"x": 499}
    assert read(path)[-1][0] == 499.0


def test_what_is_too_old_goes(tmp_path):
    kept = History(None, ("x",), 100.0)
    for n in range(1000):
        kept.remember(float(n), {"x": n})
    assert 100 <= len(kept.samples) <= 120
    assert not list(tmp_path.iterdir())


def test_a_wall_clock_that_goes_back_stands_still(tmp_path):
    kept = History(None, ("x",), 100.0)
    for at in (10.0, 20.0, 5.0, 21.0):
        kept.remember(at, {"x": 1})
    assert [sample.at for sample in kept.samples] == [10.0, 20.0, 20.0, 21.0]


def test_torn_and_foreign_lines_are_left_out(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'[1.0,0,null,{}]\nrubbish\n{"a":1}\n[2.0,1,0.5,{"x":true}]\n[3.0,0,nu')
    assert read(path) == [(1.0, 0, None, {}), (2.0, 1, 0.5, {"x": True})]


def test_a_lamps_name_never_leaves_the_folder(tmp_path):
    for id in ("../../etc/passwd", "a/b", "x" * 500, "ü\0"):
        path = file_of(tmp_path, id)
        assert path.parent == tmp_path / "history"
        assert "\0" not in path.name
        assert len(path.name) < 200


def test_a_full_disk_does_not_stop_the_lamps(tmp_path):
    kept = History(tmp_path / "no such folder" / "a.jsonl", ("x",), 100.0)
    kept.store(1.0, 0, None, {"x": 1})
