"""Text in lines of a given width, with its styles."""

from __future__ import annotations

from rich.text import Text


def by_words(text: Text, width: int) -> list[Text]:
    """Lines of at most `width` cells, broken at spaces where there are any."""
    lines: list[Text] = []
    rest = text
    while rest.cell_len > width:
        most = _fitting(rest, width)
        at = rest.plain.rfind(" ", 1, most + 1)
        at = at if at > 0 else most
        lines.append(rest[:at])
        rest = rest[at:]
        while rest.plain.startswith(" "):
            rest = rest[1:]
    return [*lines, rest] if rest.plain else lines


def indented(text: Text, width: int) -> list[Text]:
    """As `by_words`, each line beginning where the first one does."""
    lead = len(text.plain) - len(text.plain.lstrip(" "))
    lines = by_words(text[lead:], max(1, width - lead))
    return [Text.assemble(" " * lead, line) for line in lines]


def exactly(text: Text, width: int, *, indent: str = "") -> list[Text]:
    """Lines of at most `width` cells that lose no character: for commands. Those that go on are indented."""
    lines: list[Text] = []
    for line in text.split("\n", allow_blank=True):
        rest, lead = line, ""
        while rest.cell_len + len(lead) > width:
            at = _fitting(rest, width - len(lead))
            lines.append(Text.assemble(lead, rest[:at]))
            rest, lead = rest[at:], indent
        lines.append(Text.assemble(lead, rest))
    return lines


def _fitting(text: Text, width: int) -> int:
    """How many characters fit into `width` cells; at least one."""
    at = min(len(text), max(1, width))
    while at > 1 and text[:at].cell_len > width:
        at -= 1
    return at


def more_rows(count: int) -> str:
    """What is said of rows that found no room."""
    return f"{count} more row{'' if count == 1 else 's'}"
