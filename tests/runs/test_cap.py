"""A run that writes without end keeps its beginning and its newest, gives the middle back to the disk, and says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.runs import ended, run, start
from support.waiting import wait_until

from handrail.runs.control import type_in
from handrail.runs.gap import read_gap
from handrail.runs.record import RunFiles
from handrail.runs.supervision import cap
from handrail.runs.transcript import Transcript

MIB = 1 << 20
LINES = 1_200_000  # 9.4 MB, in lines of different lengths


@pytest.fixture(scope="module")
def capped(tmp_path_factory: pytest.TempPathFactory) -> RunFiles:
    """A run of which 1 MiB may be kept."""
    folder = tmp_path_factory.mktemp("capped")
    state, _ = run(folder / "run", f"seq {LINES}; echo end", cap=MIB)
    assert (state.exit, state.output_lines) == (0, LINES + 1)
    return RunFiles(folder / "run")


def test_the_disk_gets_the_middle_back(capped: RunFiles) -> None:
    out = (capped.folder / "out").stat()
    gap = read_gap(capped.folder)
    assert out.st_size == sum(len(str(n)) + 1 for n in range(1, LINES + 1)) + 4
    assert out.st_blocks * 512 <= MIB * 1.3
    assert (gap.start, gap.limit) == (MIB // 4, MIB)
    assert out.st_size - gap.end >= MIB // 2 - 2 * cap.BLOCK


def test_lines_keep_their_numbers_before_and_behind_it(capped: RunFiles) -> None:
    transcript = whole(capped)
    assert transcript.lines == LINES + 1
    for number in (0, 1, 999, 40_000):
        assert transcript.line(number) == str(number + 1).encode()
    for number in (LINES - 40_000, LINES - 1):
        assert transcript.line(number) == str(number + 1).encode()
    assert transcript.lines_between(LINES - 2, LINES + 1) == [str(LINES - 1).encode(), str(LINES).encode(), b"end"]


def test_the_gap_is_said_once_where_it_begins_and_nothing_is_invented_in_it(capped: RunFiles) -> None:
    transcript, gap = whole(capped), read_gap(capped.folder)
    gone = (transcript.line_at(gap.start) or 0) - 2000, (transcript.line_at(gap.end) or 0) + 2000
    lines = transcript.lines_between(gone[0], gone[0] + 20_000) + transcript.lines_between(gone[1] - 10_000, gone[1])
    said = [number for number, line in enumerate(lines) if b"not kept any more: of one run at most 1 MB are]" in line]
    assert len(said) == 1
    assert all(b"\0" not in line for line in lines)
    before = (capped.folder / "out").read_bytes()[:gap.start].count(b"\n")
    assert said == [before - gone[0]]
    assert transcript.length(before) == len(lines[said[0]])
    assert lines[said[0] + 1:said[0] + 1000] == [b""] * 999
    assert lines[-1] == str(gone[1]).encode()


def test_a_reader_that_follows_while_it_grows_sees_the_same(runs: Path) -> None:
    files = start(runs / "run", "seq 300000; echo half; read -r go; seq 300001 600000; echo end", cap=MIB)
    transcript = Transcript(files.folder)
    wait_until(lambda: transcript.refresh() is not None and transcript.lines == 300001, 30)
    assert transcript.line(299_999) == b"300000"
    type_in(files.folder, b"\n", "kim")
    ended(files, 30)
    wait_until(lambda: transcript.refresh() is not None and transcript.line(transcript.lines - 1) == b"end", 30)
    assert transcript.line(transcript.lines - 2) == b"600000"
    assert transcript.line(0) == b"1"
    transcript.close()


def test_a_run_within_its_limit_is_kept_whole(runs: Path) -> None:
    _, output = run(runs / "run", "seq 20000", cap=MIB)
    assert output == b"".join(b"%d\n" % n for n in range(1, 20001))
    assert not (runs / "run" / "gap").exists()


def test_where_no_holes_can_be_made_everything_is_kept(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Disk:
        def replace(self, name: str, content: bytes) -> None:
            raise AssertionError("no gap may be told where none was made")

    monkeypatch.setattr(cap, "_punch", _refused)
    keeper = cap.Cap(Disk(), 3, MIB)  # type: ignore[arg-type]
    keeper.keep(5 * MIB)
    assert (keeper.lost, keeper.limit) == (0, 0)


def _refused(fd: int, offset: int, length: int) -> None:
    raise OSError(95, "Operation not supported")


def whole(files: RunFiles) -> Transcript:
    transcript = Transcript(files.folder)
    while True:
        transcript.refresh()
        if not transcript.behind:
            return transcript
