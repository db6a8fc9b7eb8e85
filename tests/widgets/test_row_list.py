"""The cursor of a list: where it goes, what stays, what is painted again."""

from __future__ import annotations

from rich.text import Text
from textual.app import App, ComposeResult

from widgets.row_list import Row, RowList


def rows(*keys: str) -> list[Row]:
    return [Row(key, (Text(f"row {key}"),), selectable=not key.startswith("-")) for key in keys]


class OneList(App[None]):
    def compose(self) -> ComposeResult:
        yield RowList()

    @property
    def list(self) -> RowList:
        return self.query_one(RowList)

    def seen(self) -> list[str]:
        """The lines as drawn, the cursor's mark included."""
        height = self.list.size.height
        return ["".join(segment.text for segment in self.list.render_line(y)).rstrip() for y in range(height)]


async def test_the_cursor_skips_what_cannot_be_selected_and_stops_at_the_ends():
    app = OneList()
    async with app.run_test(size=(20, 6)):
        app.list.show(rows("-head", "a", "-mid", "b"))
        assert app.list.cursor == "a"
        app.list.move(1)
        assert app.list.cursor == "b"
        app.list.move(1)
        assert app.list.cursor == "b"
        app.list.move(-5)
        assert app.list.cursor == "a"


async def test_the_cursor_keeps_its_row_when_others_come_and_go():
    app = OneList()
    async with app.run_test(size=(20, 6)):
        app.list.show(rows("a", "b", "c"))
        app.list.go("b")
        app.list.show(rows("new", "a", "b"))
        assert app.list.cursor == "b"
        app.list.show(rows("new", "a", "c"))
        assert app.list.cursor == "c", "its row has gone: the nearest one takes it"


async def test_a_long_list_scrolls_so_that_the_cursor_and_its_neighbour_are_seen():
    app = OneList()
    async with app.run_test(size=(20, 6)) as pilot:
        app.list.show(rows(*[str(n) for n in range(50)]))
        app.list.focus()
        app.list.move(30)
        await pilot.pause()
        seen = app.seen()
        assert "▌row 30" in seen
        assert " row 31" in seen


async def test_text_that_looks_like_markup_is_text():
    app = OneList()
    async with app.run_test(size=(40, 6)):
        app.list.show([Row("a", (Text("[/foo] [ERROR] [@click=app.quit]x[/]"),))])
        assert app.seen()[0].lstrip("▌ ") == "[/foo] [ERROR] [@click=app.quit]x[/]"


async def test_equal_rows_repaint_nothing_and_one_changed_row_repaints_one_line():
    app = OneList()
    async with app.run_test(size=(20, 6)) as pilot:
        app.list.show(rows("a", "b", "c"))
        await pilot.pause()
        painted: list[object] = []
        plain_refresh = app.list.refresh
        app.list.refresh = lambda *regions, **_: painted.extend(regions)  # type: ignore[method-assign,assignment]
        app.list.show(rows("a", "b", "c"))
        assert painted == []
        app.list.show([*rows("a"), Row("b", (Text("changed"),)), *rows("c")])
        assert len(painted) == 1, "the control: a change does repaint"
        app.list.refresh = plain_refresh  # type: ignore[method-assign]
