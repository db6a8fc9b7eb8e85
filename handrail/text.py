"""Foreign text made harmless: the only way in for output, runbooks, alert labels, file names and error messages.

The terminal obeys what it is sent, so nothing foreign is sent as it came. Out of here come only characters for which
`str.isprintable()` is true (and newlines where a function says so), whatever went in. Colours are kept beside the text
as a `Style`, never inside it.

- Escape sequences (7-bit and C1, whole or cut off) vanish, the strings inside them too.
- Lone controls become their pictures (␀ to ␟, ␡).
- Bidi controls, zero-width and other format characters, private-use and unassigned code points, undecodable bytes
  and lone surrogates become U+FFFD. Variation selectors and skin tones, on whose width terminals differ, are dropped.
- More than three combining marks on one character become U+FFFD; so does a mark with nothing to stand on.

The text may still hold `[`, and `[/foo]` or `[@click=app.quit]` is a command to a markup parser. Widgets must show it
with textual.content.Content, rich.text.Text or segments, or with markup=False: never through a parser of markup, and
escaping it first is not enough.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby
from typing import NamedTuple

from handrail.characters import BUT_TABS, ON_ONE_LINE, SAFE, TO_THE_LETTER, WIDTHS, Harmless, capped
from handrail.sgr import PLAIN, Style, apply, legible

__all__ = ["PLAIN", "Row", "Style", "cells", "clean", "clean_block", "fit", "legible", "literal", "row"]

ROW_LIMIT = 2048
TAB = 8


class Row(NamedTuple):
    """One line of output, ready to draw. `more` counts the bytes at its end that are not in the spans."""

    spans: tuple[tuple[str, Style], ...]
    more: int

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.spans)


def clean(text: str, limit: int | None = None) -> str:
    """`text` as one line; newlines and tabs become a space. At most `limit` characters, the last one then …"""
    if limit is not None:
        text, whole = text[: 8 * limit + 1024], text
        cut = len(text) < len(whole)
    else:
        cut = False
    if not (text.isascii() and text.isprintable()):
        text = capped(_without_sequences(text).replace("\r\n", "\n").translate(ON_ONE_LINE))
    if limit is not None and (cut or len(text) > limit):
        return text[: max(0, limit - 1)] + "…" if limit > 0 else ""
    return text


def clean_block(text: str) -> str:
    """`text` as lines: newlines kept, tabs expanded to eight columns, a lone carriage return shown as ␍.

    Sequences vanish, so it is not for a command that will run: show that with `literal`.
    """
    return "\n".join(map(_expanded, _without_sequences(text).replace("\r\n", "\n").split("\n")))


def literal(text: str) -> str:
    """`text` to the letter, as lines: nothing vanishes, an escape character is seen as ␛. For commands that will run.

    `echo hi ESC ] ; rm -rf /` is a title sequence to a terminal and two commands to a shell: both must be seen.
    """
    return "\n".join(_expanded(line, TO_THE_LETTER) for line in text.split("\n"))


def cells(text: str) -> int:
    """The width of clean text in terminal cells: wide characters are two, combining marks none."""
    return len(text) if text.isascii() else sum(map(WIDTHS.__getitem__, text))


def fit(text: str, width: int) -> str:
    """`text` made clean and at most `width` cells wide, with … at the end when something was cut."""
    text = clean(text, limit=None if len(text) <= 4 * width else 4 * max(width, 1))
    if cells(text) <= width:
        return text
    if width <= 0:
        return ""
    room = width - 1
    for index, char in enumerate(text):
        room -= WIDTHS[char]
        if room < 0:
            return text[:index] + "…"
    return text[:-1] + "…"


def fit_path(path: str, width: int) -> str:
    """`path` made clean and at most `width` cells wide: … stands for folders in its middle, its beginning and its end
    stay."""
    path = clean(path)
    parts = path.split("/")
    for gone in range(1, len(parts) - 2):
        if cells(path) <= width:
            break
        keep = (len(parts) - gone) // 3 + 1  # more of the end than of the beginning: it tells places apart
        path = "/".join([*parts[:keep], "…", *parts[keep + gone :]])
    return path if cells(path) <= width else "…" + _last_cells(path, width - 1)


def _last_cells(text: str, width: int) -> str:
    while text and cells(text) > width:
        text = text[1:]
    return text


def row(raw: bytes, *, limit: int = ROW_LIMIT) -> Row:
    """One line of output as a terminal would leave it: colours, carriage returns, backspaces and tabs carried out.

    Only the first `limit` bytes are looked at; of a longer line that carriage returns write over again and again (a
    progress bar) the last ones. Every row stands alone: it begins in the plain style, whatever the row before left.
    Never raises. An erase to the end of the line counts on a line with carriage returns, where bars use it.
    """
    raw = raw.rstrip(b"\r\n")
    more = 0
    if len(raw) > limit:
        raw, more = _cut(raw, limit)
    text = raw.decode("utf-8", "surrogateescape")  # raw bytes 0x80 to 0xff become U+DC80 to U+DCFF
    if text.isascii() and text.isprintable():
        return Row(((text, PLAIN),) if text else (), more)
    pieces = _sequences().split(text)
    if _MOVES.isdisjoint(text):
        return Row(_joined(_linear(pieces)), more)
    return Row(_joined(_overlaid(pieces)), more)


def _cut(raw: bytes, limit: int) -> tuple[bytes, int]:
    """The `limit` bytes of a long line that are seen, and how many follow them."""
    again = raw.find(b"\r", max(0, len(raw) - limit))
    start = 1 + (again if again >= 0 else raw.rfind(b"\r"))
    end = min(start + limit, len(raw))
    if end < len(raw) and raw[end] & 0xC0 == 0x80:  # not through a character
        lead = next((back for back in (1, 2, 3) if back <= end - start and raw[end - back] & 0xC0 == 0xC0), 0)
        end -= lead
    return raw[start:end], len(raw) - end


@cache
def _sequences() -> re.Pattern[str]:
    """Everything that parses as an escape sequence. Group 1: parameters of an SGR; group 2: of an erase in the line.

    Strings end at a newline or another ESC at the latest. Of raw C1 bytes, which are no UTF-8, only whole sequences
    count: in text of another encoding they are letters. Compiled on first use to keep the import cheap.
    """
    csi = "(?:\x1b\\[|\x9b|\udc9b)"
    end = "(?:\x1b\\\\|\x9c|\udc9c)"
    body = "[^\x1b\x9c\udc9c\n\x18\x1a]*"
    titled = "[^\x07\x1b\x9c\udc9c\n\x18\x1a]*"
    raw = "\udc90\udc98\udc9d\udc9e\udc9f"  # a string stops at the next one, which keeps the search linear
    return re.compile(
        f"(?=[\x1b\x80-\x9f\udc9b{raw}])(?:"  # most characters begin none of these
        f"{csi}([0-9;:]*)m"
        f"|{csi}([0-2]?)K"
        f"|{csi}[0-?]*[ -/]*[@-~]?"
        f"|(?:\x1b\\]|\x9d){titled}(?:\x07|{end}|[\x18\x1a])?"
        f"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f]){body}(?:{end}|[\x18\x1a])?"
        f"|\udc9d[^\x07\x1b\x9c\udc9c\n\x18\x1a{raw}]*(?:\x07|{end})"
        f"|[{raw}][^\x1b\x9c\udc9c\n\x18\x1a{raw}]*{end}"
        f"|\x1bk{body}{end}"
        "|\x1b[ -/]*[0-~]"
        "|\x1b[ -/]+"
        "|[\x80-\x9f])"
    )


def _without_sequences(text: str) -> str:
    return "".join(_sequences().split(text)[::3])


def _safe(piece: str) -> str:
    if piece.isascii() and piece.isprintable():
        return piece
    return capped(piece.translate(SAFE))


def _expanded(line: str, table: Harmless = BUT_TABS) -> str:
    if line.isascii() and line.isprintable():
        return line
    line = capped(line.translate(table))
    if "\t" not in line:
        return line
    first, *rest = line.split("\t")
    column = cells(first)
    out = [first]
    for part in rest:
        gap = TAB - column % TAB
        out += (" " * gap, part := capped(part))
        column += gap + cells(part)
    return "".join(out)


# -- rows ---------------------------------------------------------------------------------------------------------

_MOVES = frozenset("\r\b\t")
_Spans = list[tuple[str, Style]]


def _linear(pieces: list[str]) -> _Spans:
    """Spans of a line on which nothing moves the cursor but writing."""
    style = PLAIN
    spans: _Spans = []
    for index in range(0, len(pieces), 3):
        if piece := pieces[index]:
            spans.append((_safe(piece), style))
        if index + 1 < len(pieces) and (parameters := pieces[index + 1]) is not None:
            style = apply(style, parameters)
    return spans


def _overlaid(pieces: list[str]) -> _Spans:
    """Spans of a line on which CR, BS and tabs move the cursor: written into cells, the last writing wins."""
    chars: list[str] = []  # one entry a cell; "" is the right half of the wide character before it
    styles: list[Style] = []
    column = 0
    style = PLAIN
    erases = any("\r" in piece for piece in pieces[::3])
    for index in range(0, len(pieces), 3):
        for part in _MOVE.split(pieces[index]):
            if part == "\r":
                column = 0
            elif part == "\b":
                column = max(0, column - 1)
            elif part == "\t":
                column += TAB - column % TAB
            elif part:
                column = _write(chars, styles, column, _safe(part), style)
        if index + 1 == len(pieces):
            break
        parameters, erase = pieces[index + 1], pieces[index + 2]
        if parameters is not None:
            style = apply(style, parameters)
        elif erase is not None and erases:
            _erase(chars, styles, column, erase)
    if styles.count(style) == len(styles):  # the usual bar, of one colour
        return [("".join(chars), style)]
    return [("".join(text for text, _ in group), style)
            for style, group in groupby(zip(chars, styles, strict=True), key=_style_of)]


_MOVE = re.compile("([\r\b\t])")


def _style_of(cell: tuple[str, Style]) -> Style:
    return cell[1]


def _write(chars: list[str], styles: list[Style], column: int, text: str, style: Style) -> int:
    """Put `text` at `column`; answer the column after it. A wide character that is half covered leaves a space."""
    if text.isascii():
        written = list(text)
    else:
        written = []
        for char in text:
            width = WIDTHS[char]
            if width == 0:  # never the first: a mark at the start of a part was replaced
                written[-1 if written[-1] else -2] += char
            else:
                written += (char, "") if width == 2 else (char,)
    end = column + len(written)
    if column > len(chars):
        styles += [PLAIN] * (column - len(chars))
        chars += " " * (column - len(chars))
    if column < len(chars) and chars[column] == "":
        chars[column - 1] = " "
    if end < len(chars) and chars[end] == "":
        chars[end] = " "
    chars[column:end] = written
    styles[column:end] = [style] * len(written)
    return end


def _erase(chars: list[str], styles: list[Style], column: int, how: str) -> None:
    """CSI K within the row: from the cursor on, up to it, or all."""
    first = 0 if how in ("1", "2") else column
    last = min(column + 1, len(chars)) if how == "1" else len(chars)
    if first < last:
        _write(chars, styles, first, " " * (last - first), PLAIN)
        if last == len(chars):
            del chars[first:], styles[first:]


def _joined(spans: _Spans) -> tuple[tuple[str, Style], ...]:
    """Neighbours of one style made one span, each style such that its text can be read."""
    joined: _Spans = []
    for text, style in spans:
        style = legible(style)
        if joined and joined[-1][1] == style:
            joined[-1] = (joined[-1][0] + text, style)
        elif text:
            joined.append((text, style))
    return tuple(joined)
