"""The output of a run on the screen: followed, left and found again, whatever it consists of."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
from datetime import datetime

from support import hostile
from support.run_views import numbered, until
from support.transcripts import RECORD, Output
from textual.app import App, ComposeResult
from textual.events import MouseScrollUp

from handrail.runs.control import type_in
from handrail.runs.launch import RunSpec, launch
from widgets.output.empty import NO_OUTPUT, NOTHING_RAN, WROTE_NOTHING
from widgets.run_log import RunLog


class OneLog(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[bool, int, int]] = []

    def compose(self) -> ComposeResult:
        yield RunLog()

    @property
    def log_view(self) -> RunLog:
        return self.query_one(RunLog)

    def on_run_log_moved(self, event: RunLog.Moved) -> None:
        self.told.append((event.following, event.new_lines, event.lines))

    def seen(self) -> list[str]:
        """The rows as drawn, without the gutter."""
        log = self.log_view
        return ["".join(segment.text for segment in log.render_line(y))[1:].rstrip() for y in range(log.size.height)]

    def marked(self) -> list[int]:
        return [y for y in range(self.log_view.size.height)
                if next(iter(self.log_view.render_line(y))).text.startswith(RunLog.FOCUS_MARK)]


async def test_it_says_when_there_is_nothing(tmp_path, output):
    app = OneLog()
    async with app.run_test(size=(40, 5)):
        assert app.seen() == [NOTHING_RAN, "", "", "", ""]
        app.log_view.show(tmp_path / "not born yet")
        assert app.seen()[0] == NO_OUTPUT
        app.log_view.show(output.folder)
        assert app.seen()[0] == NO_OUTPUT
        (output.folder / "closed").touch()
        app.log_view.show(None)
        app.log_view.show(output.folder)
        assert app.seen()[0] == WROTE_NOTHING, "it ended: nothing is to come"
        app.log_view.show(None)
        assert app.seen()[0] == NOTHING_RAN
        assert app.log_view.copy_text() == app.log_view.line_at_cursor() == ""
        for move in ("line_up", "line_down", "page_up", "page_down", "home", "follow", "left", "right", "toggle_times"):
            getattr(app.log_view, move)()
        assert app.log_view.following


async def test_it_follows_the_end(output):
    output.write(numbered(0, 100))
    app = OneLog()
    async with app.run_test(size=(40, 5)):
        app.log_view.show(output.folder)
        assert app.seen() == [f"line {number}" for number in range(95, 100)]
        output.write(b"line 100\nha")
        await until(lambda: app.seen()[-1] == "ha")
        assert app.seen()[0] == "line 97"
        output.write(b"lf\n")
        await until(lambda: app.seen()[-1] == "half")
        assert app.log_view.following
        assert app.told[-1] == (True, 0, 102)


async def test_moving_up_ends_following_and_what_comes_is_counted(output):
    output.write(numbered(0, 100))
    app = OneLog()
    async with app.run_test(size=(40, 5)):
        log = app.log_view
        log.focus()
        log.show(output.folder)
        log.line_up()
        await until(lambda: app.told and app.told[-1] == (False, 0, 100))
        assert log.line_at_cursor() == "line 98"
        before = app.seen()
        for _ in range(3):
            output.write(b"more\n")
        await until(lambda: app.told[-1] == (False, 3, 103))
        assert app.seen() == before  # nothing moves under the reader's eyes
        log.page_down()
        assert log.new_lines == 0
        assert not log.following  # only `follow` resumes
        output.write(b"and more\n")
        await until(lambda: log.new_lines == 1)
        log.follow()
        assert log.following
        assert app.seen()[-1] == "and more"
        await until(lambda: app.told[-1] == (True, 0, 104))


async def test_the_same_numbers_are_told_once(output):
    output.write(numbered(0, 10))
    app = OneLog()
    async with app.run_test(size=(40, 5)) as pilot:
        for _ in range(5):
            app.log_view.show(output.folder)
            app.log_view.follow()
        app.log_view.line_up()
        app.log_view.line_up()
        await pilot.pause()
        assert app.told == [(True, 0, 10), (False, 0, 10)]


async def test_moving_about(output):
    output.write(numbered(0, 100))
    app = OneLog()
    async with app.run_test(size=(40, 5)):
        log = app.log_view
        log.focus()
        log.show(output.folder)
        await until(lambda: app.marked() == [4])
        for _ in range(6):
            log.line_up()
        assert log.line_at_cursor() == "line 93"
        assert app.seen()[0] == "line 93"
        assert app.marked() == [0]
        log.page_up()
        assert (app.seen()[0], log.line_at_cursor()) == ("line 89", "line 89")
        log.line_down()
        assert (app.seen()[0], log.line_at_cursor(), app.marked()) == ("line 89", "line 90", [1])
        log.home()
        assert (app.seen()[0], log.line_at_cursor()) == ("line 0", "line 0")
        log.line_up()
        log.page_up()
        assert log.line_at_cursor() == "line 0"
        log.page_down()
        assert (app.seen()[0], log.line_at_cursor()) == ("line 4", "line 4")
        for _ in range(40):
            log.page_down()
        assert (app.seen()[-1], log.line_at_cursor(), log.following) == ("line 99", "line 99", False)
        log.go_to(50)
        assert "line 50" in app.seen()


async def test_the_wheel_moves_the_view(output):
    output.write(numbered(0, 100))
    app = OneLog()
    async with app.run_test(size=(40, 5)) as pilot:
        app.log_view.show(output.folder)
        await pilot._post_mouse_events([MouseScrollUp], RunLog, (2, 2))
        await until(lambda: app.seen()[0] == "line 92")
        assert not app.log_view.following


async def test_the_focus_is_seen_at_the_cursor_only(output):
    output.write(numbered(0, 3))
    app = OneLog()
    async with app.run_test(size=(40, 5)):
        app.log_view.show(output.folder)
        await until(lambda: app.marked() == [2])
        app.set_focus(None)
        await until(lambda: app.marked() == [])


async def test_a_smaller_view_still_shows_the_end_or_the_cursor(output):
    output.write(numbered(0, 100))
    app = OneLog()
    async with app.run_test(size=(40, 10)) as pilot:
        app.log_view.show(output.folder)
        await pilot.resize_terminal(40, 4)
        await until(lambda: app.seen() == [f"line {number}" for number in range(96, 100)])
        await pilot.resize_terminal(40, 10)
        app.log_view.line_up()
        await pilot.resize_terminal(40, 3)
        await until(lambda: len(app.seen()) == 3)
        assert app.log_view.line_at_cursor() in app.seen()


async def test_times_in_a_column(output):
    output.write(b"first\n", after=3.0)
    output.write(b"second\n", after=60.0)
    app = OneLog()
    async with app.run_test(size=(40, 5)):
        app.log_view.show(output.folder)
        app.log_view.toggle_times()
        local = [datetime.fromtimestamp(1_700_000_000 + after).astimezone() for after in (3, 63)]
        assert app.seen()[:2] == [f"{local[0]:%H:%M:%S} first", f"{local[1]:%H:%M:%S} second"]
        app.log_view.toggle_times()
        assert app.seen()[:2] == ["first", "second"]


async def test_a_line_that_goes_on_says_so_and_can_be_followed_sideways(output):
    output.write(b"x" * 30 + b"y" * 30 + b"\n" + b"z" * 98_000_000 + b"\n" + "日".encode() * 40 + b"\nshort\n")
    app = OneLog()
    async with app.run_test(size=(41, 5)):
        log = app.log_view
        log.show(output.folder)
        assert app.seen()[0] == "x" * 30 + "y" * 9 + "…"
        assert app.seen()[1] == "z" * 32 + "… +98 MB"
        assert app.seen()[2] == "日" * 19 + " …"
        assert app.seen()[3] == "short"
        log.right()
        assert app.seen()[0] == "x" * 10 + "y" * 30
        assert app.seen()[3] == ""
        log.left()
        log.left()
        assert app.seen()[3] == "short"


async def test_a_long_progress_bar_shows_where_it_is(output):
    output.write(b"".join(b"\r%5d of 30000" % number for number in range(30_000)))
    app = OneLog()
    async with app.run_test(size=(40, 5)):
        app.log_view.show(output.folder)
        assert app.seen()[0] == "29999 of 30000"
        output.write(b"\r30000 of 30000\n")
        await until(lambda: app.seen()[0] == "30000 of 30000")


async def test_no_colour_of_the_output_hides_it(output):
    output.write(b"\x1b[30mblack\x1b[0m\n\x1b[38;2;15;17;23mbackground\x1b[0m\n\x1b[47mwhite\x1b[0m\n\x1b[31mred\x1b[0m\n")
    app = OneLog()
    async with app.run_test(size=(40, 5)):
        app.log_view.styles.background = "#0f1117"
        app.log_view.show(output.folder)
        styles = {segment.text: segment.style for y in range(4) for segment in app.log_view.render_line(y)}
        paper = styles["red"].bgcolor.get_truecolor()
        for word in ("black", "background", "white"):
            ink = styles[word].color.get_truecolor()
            behind = styles[word].bgcolor.get_truecolor()
            assert max(abs(a - b) for a, b in zip(ink, behind, strict=True)) > 100, word
        assert styles["red"].color.number == 1
        assert tuple(paper) == (15, 17, 23)


async def test_copied_text_is_whole_lines_without_anything_else(output):
    output.write(numbered(0, 50) + b"\x1b]0;pwned\x07\x1b[31mlong " + b"x" * 100 + b"\x1b[0m\n[/foo]\n")
    app = OneLog()
    async with app.run_test(size=(40, 4)):
        log = app.log_view
        log.show(output.folder)
        assert log.copy_text() == "line 48\nline 49\nlong " + "x" * 100 + "\n[/foo]"
        whole = log.copy_text(everything=True).split("\n")
        assert whole == [f"line {number}" for number in range(50)] + ["long " + "x" * 100, "[/foo]"]
        output.write(b"y" * 99 + b"\n" + (b"y" * 99 + b"\n") * 40_000)
        await until(lambda: log.lines == 40_053)
        text = log.copy_text(everything=True)
        assert text.startswith("… ")
        assert f"are in {output.folder}/out" in text.split("\n")[0]
        assert 64 * 1024 < len(text) < 80 * 1024


async def test_hostile_lines_are_drawn_harmless(output):
    lines = [line for line in hostile.LINES if b"\n" not in line.raw]
    output.write(b"".join(line.raw + b"\n" for line in lines))
    app = OneLog()
    async with app.run_test(size=(120, len(lines) + 1)):
        app.log_view.show(output.folder)
        assert app.seen() == [line.row.rstrip() for line in lines] + [""]
        for y in range(len(lines)):
            assert all(segment.text.isprintable() and not segment.control for segment in app.log_view.render_line(y))


async def test_fuzz_is_drawn_as_wide_as_the_view(output):
    lines = hostile.fuzz(600, seed=11)
    output.write(b"\n".join(lines))
    app = OneLog()
    async with app.run_test(size=(30, 600)):
        app.log_view.show(output.folder)
        for _ in range(3):
            for y in range(600):
                strip = app.log_view.render_line(y)
                assert strip.cell_length == 30
                assert hostile.harmless("".join(segment.text for segment in strip)), lines[y]
            app.log_view.right()


async def test_another_run_replaces_it_and_nothing_stays_open(tmp_path):
    def ours() -> int:
        return len([thread for thread in threading.enumerate() if thread.name == "handrail-waker"])

    folders = []
    for name in ("a", "b", "c"):
        run = Output(tmp_path / name)
        run.write(name.encode() + b"\n")
        run.lock()
        folders.append(run)
    app = OneLog()
    async with app.run_test(size=(40, 5)):
        files = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
        for _ in range(10):
            for run in folders:
                app.log_view.show(run.folder)
                assert app.seen()[0] == run.folder.name
        app.log_view.show(None)
        await until(lambda: ours() == 0)
        await until(lambda: len(os.listdir("/proc/self/fd")) == files)  # noqa: PTH208
        app.log_view.show(folders[0].folder)
        app.log_view.line_up()
        app.log_view.show(folders[1].folder)
        assert app.log_view.following
    await until(lambda: ours() == 0)
    for run in folders:
        run.close()


async def test_an_index_that_lies_is_noticed_and_the_lines_come_right(tmp_path):
    run = Output(tmp_path / "run")
    for start in range(0, 60_000, 1000):
        run.write(numbered(start, start + 1000), after=1)
    run.lock()
    idx = run.folder / "idx"
    records = list(RECORD.iter_unpack(idx.read_bytes()))
    idx.write_bytes(b"".join(RECORD.pack(offset, newlines // 2, at) for offset, newlines, at in records))
    app = OneLog()
    async with app.run_test(size=(40, 5)):
        app.log_view.show(run.folder)
        assert app.log_view.lines < 40_000
        app.log_view.home()
        await until(lambda: app.log_view.lines == 60_000)  # nothing more was written
        run.write(b"the end\n")
        await until(lambda: app.log_view.lines == 60_001)
        app.log_view.go_to(12_345)
        assert app.log_view.line_at_cursor() == "line 12345"
        app.log_view.follow()
        assert app.seen()[-1] == "the end"
    run.close()


async def test_a_large_output_without_index_is_counted_without_a_standstill(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    with (folder / "out").open("wb") as out:
        for _ in range(150):
            out.write(b"some line of ordinary length for a log\n" * 26_000)
    app = OneLog()
    async with app.run_test(size=(40, 5)):
        app.log_view.show(folder)
        longest = 0.0
        last = time.process_time()  # what it works without letting go; what others take of the machine is no standstill
        while app.log_view.lines < 150 * 26_000:
            await asyncio.sleep(0)
            longest, last = max(longest, time.process_time() - last), time.process_time()
        assert longest < 0.15
        assert app.log_view._transcript.behind == 0


async def test_first_output_after_a_pause_is_painted_at_once(output):
    """Woken at the socket; no frame is waited for. The best of several, because the machine may be busy."""
    app = OneLog()
    with contextlib.closing(output.listen()) as door:
        async with app.run_test(size=(40, 5)):
            app.log_view.show(output.folder)
            reader, _ = await asyncio.to_thread(door.accept)
            times = []
            for number in range(9):
                await asyncio.sleep(0.15)
                painted = asyncio.Event()
                start = time.monotonic()
                output.write(b"news %d\n" % number)
                reader.send(b".")
                while f"news {number}" not in app.seen():
                    await asyncio.sleep(0.001)
                app.log_view.call_after_refresh(painted.set)
                await painted.wait()
                times.append(time.monotonic() - start)
            reader.close()
    assert min(times) < 0.04, times


async def test_in_a_flood_there_are_at_most_25_frames_a_second(output, monkeypatch):
    frames: list[float] = []
    lay_out = RunLog._lay_out
    monkeypatch.setattr(RunLog, "_lay_out", lambda self: (frames.append(time.monotonic()), lay_out(self)))
    app = OneLog()
    stop = threading.Event()

    def flood(reader):
        while not stop.is_set():
            output.write(b"flood\n" * 100)
            reader.send(b".")
            time.sleep(0.0005)

    with contextlib.closing(output.listen()) as door:
        async with app.run_test(size=(40, 20)):
            app.log_view.show(output.folder)
            reader, _ = await asyncio.to_thread(door.accept)
            thread = threading.Thread(target=flood, args=(reader,))
            thread.start()
            try:
                await asyncio.sleep(0.2)
                frames.clear()
                start = time.monotonic()
                await asyncio.sleep(1.0)
                seconds = time.monotonic() - start
            finally:
                stop.set()
                thread.join()
            assert 1 <= len(frames) <= 25 * seconds + 1
            await until(lambda: app.log_view.lines == output.lines)  # and the last of it is not forgotten
            assert app.seen()[-1] == "flood"
            reader.close()


async def test_a_changed_last_line_repaints_that_row_only(output, monkeypatch):
    output.write(numbered(0, 4) + b"prompt")
    app = OneLog()
    async with app.run_test(size=(40, 10)) as pilot:
        app.log_view.show(output.folder)
        await pilot.pause()
        rows: list[int] = []
        refresh = app.log_view.refresh
        monkeypatch.setattr(app.log_view, "refresh", lambda *regions, **named: (
            rows.extend(region.y for region in regions), refresh(*regions, **named))[1])
        output.write(b": ")
        await until(lambda: app.seen()[4] == "prompt:")
        assert rows == [4]


async def test_a_real_step_from_before_its_birth_to_after_its_end(tmp_path):
    folder = tmp_path / "runs" / "one"
    app = OneLog()
    async with app.run_test(size=(40, 5)):
        app.log_view.show(folder)
        launch(RunSpec(folder=folder, script="echo first; read answer; printf '\\033]0;pwned\\007[/%s]\\n' $answer",
                       cwd=tmp_path))
        await until(lambda: app.seen()[0] == "first")
        await asyncio.to_thread(type_in, folder, b"foo\n", "kim")
        await until(lambda: "[/foo]" in app.seen())
        await until((folder / "exit.json").exists)
        assert "pwned" not in app.log_view.copy_text(everything=True)
