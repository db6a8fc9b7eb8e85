"""What is sent again of a row: what differs, and never less."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text
from textual.app import App
from textual.geometry import Region

from widgets.changed import changed_cells
from widgets.line import Line

WIDTH = 12
CONSOLE = Console(width=WIDTH, color_system="truecolor")
LETTERS = st.text("ab …日◌1", max_size=14)
STYLE = st.tuples(st.sampled_from(["red", "bold", "on blue"]), st.integers(0, 14), st.integers(0, 14))
STYLES = st.lists(STYLE, max_size=3)


def text(plain: str, styles: list[tuple[str, int, int]]) -> Text:
    made = Text(plain, no_wrap=True)
    for style, start, end in styles:
        made.stylize(style, start, end)
    return made


def cells(line: Text) -> list[tuple[str, str]]:
    """The row as it is drawn, cell by cell."""
    shown = line.copy()
    shown.truncate(WIDTH - 1, overflow="ellipsis")
    found = [("▌", "")]
    for segment in shown.render(CONSOLE, end=""):
        for character in segment.text:
            width = Text(character).cell_len
            found += [(character, str(segment.style or ""))] + [("", "")] * (width - 1)
    return found + [(" ", "")] * (WIDTH - len(found))


@settings(max_examples=400)
@given(LETTERS, STYLES, LETTERS, STYLES)
def test_every_cell_that_differs_is_sent(one: str, dressed: list, other: str, otherwise: list) -> None:
    before, after = text(one, dressed), text(other, otherwise)
    region = changed_cells(before, after, 3, WIDTH, indent=1)
    assert region.x >= 0 and region.right <= WIDTH and region.y == 3
    differ = [at for at, (a, b) in enumerate(zip(cells(before), cells(after), strict=True)) if a != b]
    assert all(region.x <= at < region.right for at in differ)


@pytest.mark.parametrize(("before", "after", "sent"), [
    ("open 1m05s  P1", "open 1m06s  P1", (8, 1)), ("same", "same", (4, 0)), ("99s", "100s", (0, 40)),
])
def test_no_more_than_that_is_sent(before: str, after: str, sent: tuple[int, int]) -> None:
    region = changed_cells(Text(before), Text(after), 0, 40)
    assert (region.x, region.width) == sent


class Recorder(Line):
    """Keeps which parts of it were to be drawn again."""

    def refresh(self, *regions: Region, **more: bool) -> Recorder:
        self.regions = regions
        return super().refresh(*regions, **more)


@pytest.mark.parametrize(("align", "part"), [("left", (Region(0, 0, 1, 1),)), ("right", ()), ("center", ())])
async def test_a_line_that_does_not_begin_at_its_left_edge_is_sent_whole(align: str, part: tuple[Region, ...]) -> None:
    app: App[None] = App()
    async with app.run_test() as pilot:
        line = Recorder(Text("2 of 2"))
        line.styles.text_align = align  # type: ignore[assignment]
        await app.mount(line)
        await pilot.pause()
        line.show(Text("1 of 2"))
        assert line.regions == part
