"""Looking at output in other ways: found words, wrapped and raw lines, a selection, a pause, a small screen."""

from __future__ import annotations

import pytest
from rich.style import Style as RichStyle
from support.run_views import numbered, until
from support.transcripts import Output
from textual.app import App, ComposeResult

from handrail.runs.patterns import Errors, Literal
from handrail.runs.transcript import FAR
from handrail.text import PLAIN, Style, row
from widgets.output.drawing import FOUND
from widgets.output.rows import marked
from widgets.run_log import RunLog


class OneLog(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def compose(self) -> ComposeResult:
        yield RunLog()

    @property
    def log_view(self) -> RunLog:
        return self.query_one(RunLog)

    def on_run_log_said(self, event: RunLog.Said) -> None:
        self.said.append(event.sentence)

    def rows(self) -> list[str]:
        log = self.log_view
        return ["".join(segment.text for segment in log.render_line(y)).rstrip() for y in range(log.size.height)]

    def drawn_styles(self, y: int) -> list[tuple[str, RichStyle | None]]:
        return [(segment.text, segment.style) for segment in self.log_view.render_line(y)]


async def shown(app: OneLog, output: Output) -> RunLog:
    log = app.log_view
    log.show(output.folder)
    log.focus()
    await until(lambda: log.lines and any(app.rows()))
    return log


async def test_a_search_from_the_followed_end_goes_back_to_the_newest_match(output):
    output.write(numbered(0, 5000) + b"one TIMEOUT\n" + numbered(5000, 9000) + b"two timeout\n" + numbered(0, 500))
    app = OneLog()
    async with app.run_test(size=(40, 9)):
        log = await shown(app, output)
        log.find(Literal("timeout"))
        await until(lambda: log.line_at_cursor() == "two timeout")
        assert not log.following
        await until(lambda: log.finding.label == '"timeout" 2 of 2')
        log.find_next(forward=False)
        await until(lambda: log.line_at_cursor() == "one TIMEOUT")
        assert log.finding.label == '"timeout" 1 of 2'
        log.find_next(forward=False)
        await until(lambda: log.line_at_cursor() == "two timeout")
        assert app.said == ["It went on from the last line."]
        log.find_next(forward=True)
        await until(lambda: log.line_at_cursor() == "one TIMEOUT")
        found = next(part for part in app.drawn_styles(app.rows().index("▌one TIMEOUT")) if part[0] == "TIMEOUT")
        assert found[1].bgcolor.number == FOUND.bg
        log.find(Literal("nowhere"))
        await until(lambda: app.said[-1:] == ['Nothing in the output so far matches "nowhere".'])
        assert log.line_at_cursor() == "one TIMEOUT"


async def test_what_comes_while_one_searches_is_counted_and_found(output):
    output.write(numbered(0, 100) + b"an apple\n")
    app = OneLog()
    async with app.run_test(size=(40, 9)):
        log = await shown(app, output)
        log.find(Literal("apple"))
        await until(lambda: log.line_at_cursor() == "an apple")
        output.write(numbered(0, 2000) + b"another apple\n")
        await until(lambda: log.finding.label == '"apple" 1 of 2')
        log.find_next(forward=True)
        await until(lambda: log.line_at_cursor() == "another apple")


async def test_the_first_error_is_one_key_away(output):
    bad = b"0 errors so far\n\x1b[31mfatal:\x1b[0m disk\n"
    output.write(numbered(0, 3000) + bad + numbered(0, 3000) + b"error\n")
    app = OneLog()
    async with app.run_test(size=(40, 9)):
        log = await shown(app, output)
        log.find(Errors(), first=True)
        await until(lambda: log.line_at_cursor() == "fatal: disk")
        log.find_next(forward=True)
        await until(lambda: log.line_at_cursor() == "error")


async def test_wrapped_lines_are_whole_and_the_cursor_stays_in_view(output):
    output.write(b"".join(b"%03d " % number + b"abcdefghij" * 9 + b"\n" for number in range(50)))
    app = OneLog()
    async with app.run_test(size=(41, 8)):
        log = await shown(app, output)
        log.toggle_wrap()
        whole = [line[1:] for line in app.rows()]
        assert "".join(whole[-3:]) == "049 " + "abcdefghij" * 9
        log.home()
        assert [row[:4] for row in app.rows()[::3]] == ["▌000", " 001", " 002"]
        for number in range(50):
            log.go_to(number)
            assert any(row.startswith(f"▌{number:03d}") for row in app.rows()), number
        for number in range(49, -1, -1):
            log.go_to(number)
            assert any(row.startswith(f"▌{number:03d}") for row in app.rows()), number


async def test_a_huge_line_wrapped_says_what_is_missing(output):
    output.write(b"x" * 300_000 + b"\n")
    app = OneLog()
    async with app.run_test(size=(40, 6)):
        log = await shown(app, output)
        log.toggle_wrap()
        assert "… +" in app.rows()[-1]
        assert "kB" in app.rows()[-1] or "KB" in app.rows()[-1] or "KiB" in app.rows()[-1]


async def test_raw_shows_every_control(output):
    output.write(b"50%\r100% \x1b[32mok\x1b]0;pwned\x07\n")
    app = OneLog()
    async with app.run_test(size=(60, 3)):
        log = await shown(app, output)
        assert app.rows()[0] == "▌100% ok"
        log.toggle_raw()
        assert app.rows()[0] == "▌50%␍100% ␛[32mok␛]0;pwned␇"


async def test_a_selection_is_seen_and_copied(output):
    output.write(numbered(0, 100))
    app = OneLog()
    async with app.run_test(size=(40, 9)):
        log = await shown(app, output)
        log.go_to(50)
        log.select()
        for _ in range(3):
            log.line_down()
        assert log.copy_text() == "line 50\nline 51\nline 52\nline 53"
        plain, chosen = (app.drawn_styles(app.rows().index(f" line {number}"))[-1] for number in (56, 51))
        assert plain[1].bgcolor != chosen[1].bgcolor
        assert log.remarks() == ("4 selected",)
        assert log.drop_selection() and not log.drop_selection()
        assert len(log.copy_text().split("\n")) == 9


async def test_a_pause_holds_the_picture_and_counts_what_comes(output):
    output.write(numbered(0, 100))
    app = OneLog()
    async with app.run_test(size=(40, 5)):
        log = await shown(app, output)
        log.pause()
        before = app.rows()
        output.write(numbered(100, 150))
        await until(lambda: log.lines == 150)
        assert app.rows() == before
        assert (log.new_lines, log.following) == (50, False)
        log.pause()
        assert app.rows()[-1] == "▌line 149"


async def test_repainted_lines_as_lines_and_as_a_small_screen(output):
    layers = b"a: wait\nb: wait\n" + b"".join(
        b"\x1b[2A\x1b[2K\ra: %d%%\x1b[1B\x1b[2K\rb: %d%%\r\x1b[1B" % (n, n) for n in range(0, 101, 20)
    )
    output.write(layers)
    app = OneLog()
    async with app.run_test(size=(40, 8)):
        log = await shown(app, output)
        assert len([row for row in app.rows() if row]) > 2
        log.toggle_small()
        assert [row for row in app.rows() if row] == [" a: 100%", " b: 100%"]
        output.write(b"done\n")
        await until(lambda: " done" in app.rows())
        log.toggle_small()
        assert app.rows()[2].startswith("▌done")


async def test_a_large_output_without_an_index_shows_its_end_first(output, tmp_path):
    folder = tmp_path / "old"
    folder.mkdir()
    line = b"an old line of log, and nothing more to it than that\n"
    count = FAR // len(line) + 50_000
    (folder / "out").write_bytes(line * count + b"the very end\n")
    app = OneLog()
    async with app.run_test(size=(70, 6)):
        log = app.log_view
        log.show(folder)
        assert app.rows()[-1][1:] == "the very end"
        log.line_up()
        log.line_up()
        before = app.rows()
        await until(lambda: log.lines == count + 1)
        assert app.rows() == before
        assert log.cursor == count - 2
        log.home()
        assert log.line_at_cursor() == line.decode().rstrip()


@pytest.mark.parametrize(("text", "words", "pieces"), [
    ("an apple and an APPLE", "apple", ["apple", "APPLE"]),
    ("an apple and an APPLE", "APPLE", ["APPLE"]),
    ("aaaa", "aa", ["aa", "aa"]),
    ("none", "x", []),
])  # fmt: skip
def test_found_words_are_marked(text, words, pieces):
    style = Style(fg=1)
    spans = marked(row(text.encode()), words, style).spans
    assert "".join(piece for piece, _ in spans) == text
    assert [piece for piece, own in spans if own == style] == pieces


def test_a_mark_crosses_colours():
    spans = marked(row(b"ap\x1b[31mple pie\x1b[0m"), "apple", FOUND).spans
    assert "".join(piece for piece, own in spans if own == FOUND) == "apple"
    assert [(piece, own.fg) for piece, own in spans if own != FOUND] == [(" pie", 1)]
    assert PLAIN not in [own for _, own in spans]
