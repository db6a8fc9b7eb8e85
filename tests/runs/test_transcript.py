"""The output of a run by its lines: byte for byte, while it grows, with or without a truthful index."""

from __future__ import annotations

import contextlib
import os
import random
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from support.quick import until_within
from support.transcripts import RECORD, Output

from handrail.runs import transcript as module
from handrail.runs.record import RunFiles
from handrail.runs.transcript import FAR, LINE, Transcript

MIB = 1024 * 1024


def lines_of(data: bytes) -> list[bytes]:
    lines = data.split(b"\n")
    return lines if lines[-1] else lines[:-1]


def caught_up(transcript: Transcript) -> Transcript:
    transcript.refresh()
    deadline = time.monotonic() + 30
    while transcript.behind or transcript.counting is not None:
        transcript.refresh()
        assert time.monotonic() < deadline
    transcript.refresh()
    return transcript


@contextlib.contextmanager
def traced() -> Iterator[Callable[[], int]]:
    """Answers how much memory (B) was in use at most since it was entered."""
    tracemalloc.start()
    try:
        yield lambda: tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def some_output(seed: int, count: int) -> bytes:
    """Lines of every length around the sizes that matter, empty ones among them."""
    chance = random.Random(seed)
    sizes = [0, 0, 1, 7, 80, 80, 80, 200, 3000]
    parts = [chance.randbytes(chance.choice(sizes)).replace(b"\n", b"x") for _ in range(count)]
    parts[count // 2] = b"y" * 65536
    return b"\n".join(parts)


def agrees(transcript: Transcript, data: bytes) -> None:
    """Lines asked for one by one in any order, and all of them as a range, are the lines."""
    expected = lines_of(data)
    assert transcript.size == len(data)
    assert transcript.lines == len(expected)
    for number in random.Random(1).sample(range(len(expected)), min(len(expected), 3000)):
        assert transcript.line(number) == expected[number][:LINE]
        assert transcript.length(number) == len(expected[number])
    assert transcript.lines_between(0, len(expected)) == [line[:LINE] for line in expected]
    assert transcript.lines_between(3, 9) == [line[:LINE] for line in expected[3:9]]


def write_all(folder, data: bytes) -> None:
    output = Output(folder)
    for start in range(0, len(data), 4096):
        output.write(data[start : start + 4096], after=0.01)
    output.close()


@pytest.mark.parametrize("ending", [b"", b"\n", b"\n\n", b"half"])
def test_every_line_byte_for_byte(tmp_path, ending):
    data = some_output(1, 3000) + b"\n" + ending
    write_all(tmp_path, data)
    agrees(caught_up(Transcript(tmp_path)), data)


@pytest.mark.parametrize("data", [b"", b"\n", b"\n\n\n", b"a", b"a\n", b"\na", b"\n" * 200_000, b"x" * 70_000 + b"\n"])
def test_the_small_and_the_strange(tmp_path, data):
    write_all(tmp_path, data)
    transcript = caught_up(Transcript(tmp_path))
    expected = lines_of(data)
    assert transcript.lines == len(expected)
    assert transcript.lines_between(0, 10**9) == [line[:LINE] for line in expected]


def test_it_grows(tmp_path):
    transcript = Transcript(tmp_path / "run")
    assert not transcript.refresh()
    assert (transcript.lines, transcript.size, transcript.error) == (0, 0, "")
    output = Output(tmp_path / "run")
    chance = random.Random(2)
    data = b""
    for _ in range(200):
        piece = chance.choice([b"one\n", b"two", b"\n", b"a\nb\nc\n", b"z" * 3000, b"line\n" * 3000])
        output.write(piece, after=chance.choice([0.0, 0.1, 0.3]))
        data += piece
        assert transcript.refresh()
        assert not transcript.refresh()
        assert (transcript.lines, transcript.size) == (data.count(b"\n") + (data[-1:] != b"\n"), len(data))
        assert transcript.line(transcript.lines - 1) == data[:-1].rpartition(b"\n")[2] + data[-1:].strip()
    agrees(transcript, data)


def test_there_is_nothing_beyond_the_ends(tmp_path):
    write_all(tmp_path, b"a\nb\n")
    transcript = caught_up(Transcript(tmp_path))
    for number in (-1, 2, 10**12):
        assert transcript.line(number) == b""
        assert transcript.length(number) == 0
        assert transcript.time_of(number) is None
    assert transcript.lines_between(-5, 50) == [b"a", b"b"]
    assert transcript.lines_between(2, 1) == []


def test_a_torn_last_record_is_ignored(tmp_path):
    data = some_output(3, 2000)
    write_all(tmp_path, data)
    with (tmp_path / "idx").open("ab") as idx:
        idx.write(b"\xff" * 23)
    agrees(caught_up(Transcript(tmp_path)), data)


def test_without_an_index_a_little_is_counted_piece_by_piece(tmp_path):
    data = some_output(4, 16_000)
    assert 4 * MIB < len(data) < FAR
    (tmp_path / "out").write_bytes(data)
    transcript = Transcript(tmp_path)
    assert transcript.refresh()
    assert transcript.behind == len(data) - MIB  # a bounded piece, not all of it
    assert transcript.line(5) == lines_of(data)[5]  # what is counted can be read already
    agrees(caught_up(transcript), data)
    assert transcript.time_of(0) is None


def test_without_an_index_the_end_is_there_at_once_and_the_rest_is_counted_in_a_thread(tmp_path):
    data = some_output(4, 48_000)
    assert len(data) > FAR
    (tmp_path / "out").write_bytes(data)
    told = threading.Event()
    transcript = Transcript(tmp_path, told.set)
    assert transcript.refresh()
    assert not transcript.behind
    assert transcript.counting is not None
    shown, whole = transcript.lines, lines_of(data)
    assert 0 < shown < len(whole) / 4
    assert transcript.lines_between(0, shown) == whole[-shown:]
    assert transcript.line_at(len(data) - 2) == shown - 1
    assert transcript.line_at(5) is None
    assert told.wait(30)
    epoch = transcript.epoch
    assert transcript.refresh()
    assert (transcript.counting, transcript.lines, transcript.added) == (None, len(whole), len(whole) - shown)
    assert transcript.epoch != epoch
    agrees(transcript, data)
    assert transcript.line_at(5) == 0


def test_what_grows_meanwhile_is_counted_too(tmp_path):
    data = some_output(4, 48_000)
    with (tmp_path / "out").open("ab") as out:
        out.write(data)
        out.flush()
        told = threading.Event()
        transcript = Transcript(tmp_path, told.set)
        transcript.refresh()
        more = some_output(7, 3000)
        out.write(more)
        out.flush()
        transcript.refresh()
        assert told.wait(30)
        agrees(caught_up(transcript), data + more)


def test_a_line_is_found_by_any_of_its_bytes(tmp_path):
    data = some_output(9, 20_000)
    write_all(tmp_path, data)
    transcript = caught_up(Transcript(tmp_path))
    chance = random.Random(3)
    for offset in [0, len(data) - 1, *(chance.randrange(len(data)) for _ in range(300))]:
        assert transcript.line_at(offset) == data.count(b"\n", 0, offset)
    for number in (0, 1, 17, transcript.lines - 1):
        assert transcript.line_at(transcript.start_of(number)) == number
    assert transcript.line_at(len(data)) is None
    assert transcript.line_at(-1) is None
    assert transcript.start_of(transcript.lines) == len(data)


def test_an_index_that_stopped_growing(tmp_path):
    data = some_output(5, 20_000)
    write_all(tmp_path, data)
    idx = tmp_path / "idx"
    os.truncate(idx, idx.stat().st_size // 3 // 24 * 24)
    agrees(caught_up(Transcript(tmp_path)), data)


def records_of(idx) -> list[tuple[int, int, int]]:
    return list(RECORD.iter_unpack(idx.read_bytes()))


def lie_all_zero(records):
    return [(0, 0, 0) for _ in records]


def lie_one_line_less(records):
    return [(offset, max(0, newlines - 1), at) for offset, newlines, at in records]


def lie_half_as_many(records):
    return [(offset, newlines // 2, at) for offset, newlines, at in records]


def lie_offsets_shifted(records):
    return [(max(0, offset - 1000), newlines, at) for offset, newlines, at in records]


def lie_beyond_the_end(records):
    return [*records, (10**15, 10**14, 0)]


def lie_more_lines_than_bytes(records):
    return [*records[:-1], (records[-1][0], records[-1][0] + 1, 0)]


def lie_backwards(records):
    return records[::-1]


def lie_shuffled(records):
    shuffled = records[:]
    random.Random(9).shuffle(shuffled)
    return shuffled


def lie_junk(records):
    return [RECORD.unpack(random.Random(number).randbytes(24)) for number, _ in enumerate(records)]


def lie_two_records_far_apart(records):
    return [records[0], records[-1]]


@pytest.mark.parametrize("lie", [
    lie_all_zero, lie_one_line_less, lie_half_as_many, lie_offsets_shifted, lie_beyond_the_end,
    lie_more_lines_than_bytes, lie_backwards, lie_shuffled, lie_junk, lie_two_records_far_apart,
])
def test_an_index_that_lies_is_found_out_by_reading(tmp_path, lie):
    data = some_output(6, 20_000)
    write_all(tmp_path, data)
    idx = tmp_path / "idx"
    idx.write_bytes(b"".join(RECORD.pack(*record) for record in lie(records_of(idx))))
    transcript = caught_up(Transcript(tmp_path))
    expected = lines_of(data)
    for _ in range(3):  # reading finds the lie; the refresh after it begins to count
        for number in range(0, len(expected), 97):
            transcript.line(number)
            transcript.time_of(number)
        caught_up(transcript)
    agrees(transcript, data)


def test_output_that_was_cut_is_read_anew(tmp_path):
    write_all(tmp_path, b"one\ntwo\nthree\n")
    transcript = caught_up(Transcript(tmp_path))
    os.truncate(tmp_path / "out", 5)
    assert transcript.refresh()
    agrees(caught_up(transcript), b"one\nt")


def test_a_folder_that_may_not_be_read_says_why(tmp_path):
    (tmp_path / "out").mkdir()  # opens, but cannot be read as a file
    (tmp_path / "out" / "x").touch()
    transcript = Transcript(tmp_path)
    assert transcript.refresh()
    assert transcript.error == "Is a directory"
    assert not transcript.refresh()


def test_a_line_of_a_hundred_megabytes_costs_nothing(tmp_path):
    output = Output(tmp_path)
    output.write(b"before\n")
    for _ in range(100):
        output.write(b"x" * MIB, after=0.01)
    output.write(b"THE END\nafter\nlast", after=1)
    output.close()
    for watch in until_within(0.5, clock=time.process_time):
        with watch, traced() as most:
            transcript = caught_up(Transcript(tmp_path))
            assert transcript.lines == 4
            assert transcript.length(1) == 100 * MIB + 7
            assert transcript.line(1) == b"x" * LINE
            assert transcript.line(1, 10) == b"x" * 10
            assert transcript.line(1, 9, end=True) == b"xxTHE END"[:9]
            assert transcript.lines_between(0, 4) == [b"before", b"x" * LINE, b"after", b"last"]
            assert most() < 4 * MIB


def test_the_time_of_a_line_is_when_it_began_to_come(tmp_path):
    output = Output(tmp_path, now=1000.0)
    output.write(b"first\n", after=5)
    output.write(b"second, ", after=10)
    output.write(b"finished later\n", after=10)
    output.write(b"third\nfourth\n", after=30)
    output.close()
    transcript = caught_up(Transcript(tmp_path))
    assert [transcript.time_of(number) for number in range(4)] == [
        datetime.fromtimestamp(1000 + seconds, UTC) for seconds in (5, 15, 55, 55)
    ]


def test_times_are_right_to_a_quarter_second_in_a_flood(tmp_path):
    output = Output(tmp_path, now=1000.0)
    for number in range(20_000):
        output.write(b"%f\n" % (1000 + (number + 1) * 0.004), after=0.004)
    output.close()
    transcript = caught_up(Transcript(tmp_path))
    for number in range(0, 20_000, 311):
        late = float(transcript.line(number)) - transcript.time_of(number).timestamp()
        assert 0 <= round(late, 3) <= 0.26


def test_a_large_run_opens_at_once_and_memory_stays_flat(tmp_path):
    """A sparse `out` of 10 GB, real at its end only, with the index of a supervisor."""
    size, tail = 10_000_000_000, b"".join(b"line %d\n" % number for number in range(2000))
    step = 64 * 1024
    with (tmp_path / "out").open("wb") as out:
        out.seek(size - size % step)
        out.write(tail)
    marks = range(0, size, step)
    (tmp_path / "idx").write_bytes(b"".join(RECORD.pack(offset, 0, 10**18 + offset) for offset in marks))
    for watch in until_within(0.35, clock=time.process_time):
        with watch, traced() as most:
            transcript = caught_up(Transcript(tmp_path))
            assert transcript.lines == 2000
            assert transcript.line(1999) == b"line 1999"
            assert transcript.length(0) > 9_999_000_000
            assert most() < 4 * MIB
    for watch in until_within(0.05, clock=time.process_time):
        with watch, traced() as most:
            assert transcript.line(1000) == b"line 1000"
            assert transcript.time_of(0) is not None
            assert most() < 4 * MIB


def test_reading_never_takes_more_than_a_piece(tmp_path, monkeypatch):
    """Refreshing, jumping about and reading lines: no read is larger than 1 MiB, whatever the index is like."""
    write_all(tmp_path, some_output(8, 60_000))
    taken = []
    real = os.pread
    monkeypatch.setattr(module.os, "pread", lambda fd, count, at: taken.append(count) or real(fd, count, at))
    transcript = caught_up(Transcript(tmp_path))
    opening = sum(taken)
    for number in range(0, transcript.lines, 501):
        transcript.line(number)
    transcript.lines_between(0, transcript.lines)
    assert opening < 200_000
    assert max(taken) <= MIB
    (tmp_path / "idx").unlink()
    caught_up(Transcript(tmp_path))
    assert max(taken) <= MIB


def test_files_are_given_back(tmp_path):
    write_all(tmp_path, b"a\n")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        transcript = caught_up(Transcript(tmp_path))
        transcript.close()
        transcript.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    caught_up(transcript)
    assert transcript.line(0) == b"a"
    transcript.close()


def test_places_are_a_bounded_share_of_the_output(tmp_path):
    (tmp_path / "out").write_bytes(some_output(10, 30_000))
    transcript = caught_up(Transcript(tmp_path))
    offsets = transcript._offsets
    assert all(low < high <= low + 2 * module.PIECE for low, high in pairwise(offsets))
    assert len(offsets) <= transcript.size // module.PIECE + 1


def test_a_run_without_its_meta_is_lost_and_says_so(tmp_path):
    """Its output can still be read, so the reader must not fall over the rest."""
    write_all(tmp_path, b"a\n")
    (tmp_path / "lock").touch()
    state = RunFiles(tmp_path).state()
    assert (state.word, state.why) == ("lost", "its meta.json is missing or damaged")
    assert state.output_bytes == 2
