"""On which line each key of a TOML text stands. tomllib reads the values; this finds the places, for error messages."""

from __future__ import annotations

import contextlib
import re
from bisect import bisect_right

Key = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")' r"|'''.*?'{3,5}(?!')" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]+")


def key_lines(text: str) -> dict[Key, int]:
    """The 1-based line of every key path in `text`: ("probe", 1, "level", 0, "when") -> 17.

    `text` must have passed tomllib already; of an invalid one the answer is only partial.
    """
    finder = _Finder(text)
    with contextlib.suppress(IndexError, AttributeError, AssertionError):
        finder.document()
    return finder.lines


def line_of(lines: dict[Key, int], key: Key) -> int | None:
    """The line of `key`, or of the nearest table around it that has one."""
    while key:
        if key in lines:
            return lines[key]
        key = key[:-1]
    return None


def spell(key: Key) -> str:
    """A key path as people write it: probe[1].level[0].when."""
    text = ""
    for part in key:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + (part if _BARE.fullmatch(part) else f'"{part}"')
    return text


class _Finder:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Key, int] = {}
        self.sizes: dict[Key, int] = {}
        self.breaks = [match.start() for match in re.finditer("\n", text)]

    def document(self) -> None:
        table: Key = ()
        while self.skip():
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)

    def skip(self) -> bool:
        """Past blanks and comments; False at the end of the text."""
        blank = _BLANK.match(self.text, self.at)
        self.at = blank.end() if blank else self.at
        return self.at < len(self.text)

    def mark(self, key: Key) -> None:
        self.lines.setdefault(key, bisect_right(self.breaks, self.at - 1) + 1)

    def header(self) -> Key:
        many = self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        names = self.dotted()
        self.skip()
        self.at += 2 if many else 1
        key: Key = ()
        for name in names[:-1]:
            key = self.newest((*key, name))
        key = (*key, names[-1])
        if not many:
            self.mark(key)
            return key
        self.mark(key)
        self.sizes[key] = self.sizes.get(key, 0) + 1
        key = self.newest(key)
        self.mark(key)
        return key

    def newest(self, key: Key) -> Key:
        """`[probe.x]` after `[[probe]]` speaks of the last probe."""
        return (*key, self.sizes[key] - 1) if key in self.sizes else key

    def dotted(self) -> list[str]:
        names = []
        while True:
            self.skip()
            if quoted := _STRING.match(self.text, self.at):
                names.append(quoted.group()[1:-1])
                self.at = quoted.end()
            else:
                bare = _BARE.match(self.text, self.at)
                assert bare is not None
                names.append(bare.group())
                self.at = bare.end()
            self.skip()
            if self.text[self.at] != ".":
                return names
            self.at += 1

    def pair(self, table: Key) -> None:
        start = self.at
        names = self.dotted()
        end, self.at = self.at, start
        for count in range(1, len(names) + 1):
            self.mark((*table, *names[:count]))
        self.at = end + 1  # past "="
        self.value((*table, *names))

    def value(self, key: Key) -> None:
        self.skip()
        self.mark(key)
        opening = self.text[self.at]
        if string := _STRING.match(self.text, self.at):
            self.at = string.end()
        elif opening == "[":
            self.items(key)
        elif opening == "{":
            self.pairs(key)
        else:
            scalar = _SCALAR.match(self.text, self.at)
            assert scalar is not None
            self.at = scalar.end()

    def items(self, key: Key) -> None:
        self.at += 1
        index = 0
        while self.skip() and self.text[self.at] != "]":
            self.value((*key, index))
            index += 1
            if self.skip() and self.text[self.at] == ",":
                self.at += 1
        self.at += 1

    def pairs(self, key: Key) -> None:
        self.at += 1
        while self.skip() and self.text[self.at] != "}":
            self.pair(key)
            if self.skip() and self.text[self.at] == ",":
                self.at += 1
        self.at += 1
