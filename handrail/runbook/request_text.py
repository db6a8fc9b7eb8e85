"""A request as people write it: METHOD and address, headers line by line, an empty line, a body."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

from .web import REQUEST

_HEADER = re.compile(r"[A-Za-z][\w-]*:(?:\s|$)")
_NEXT = re.compile(r"\s*###")  # between two requests of one file
_ANSWER = re.compile(r"\s*HTTP/[\d.]+ \d")  # what it was answered is no part of it
_FORM = re.compile(r"^content-type:\s*application/x-www-form-urlencoded", re.IGNORECASE | re.MULTILINE)


class Written(NamedTuple):
    """A request taken apart; each header is a line `Name: value`."""

    method: str
    address: str
    headers: tuple[str, ...] = ()
    body: str = ""


def parts(text: str) -> Written:
    """Take a request apart. Any text is fine: what stands before the first space is the method."""
    first, _, rest = text.strip().partition("\n")
    found = REQUEST.match(first.strip())
    method, _, address = (found[1], " ", found[2]) if found else first.strip().partition(" ")
    lines = rest.split("\n")
    count = next((at for at, line in enumerate(lines) if not _HEADER.match(line.strip())), len(lines))
    return Written(method, address.strip(), tuple(line.strip() for line in lines[:count]),
                   "\n".join(lines[count:]).strip("\n"))


def requests(lines: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """The requests in the lines of a fence: the first line of each, how many it has, and its text."""
    begun: int | None = None
    for at, line in enumerate([*lines, "###"]):
        if begun is not None and (_NEXT.match(line) or _ANSWER.match(line)):
            text = "\n".join(line.rstrip() for line in lines[begun:at]).strip("\n")
            yield begun, text.count("\n") + 1, text.strip()
            begun = None
        elif begun is None and REQUEST.match(line.strip()):
            begun = at


def written(before: str, value: str) -> str:
    """A value as it stands in the part of a request that `before` ends in: header or body."""
    head, blank, body = before.partition("\n\n")
    last = before.rpartition("\n")[2]
    if not blank and _HEADER.match(last.lstrip()):
        return " ".join(value.splitlines())  # a line break would begin another header
    body = body if blank else before.partition("\n")[2]
    if _FORM.search(head):
        return quote(value, safe="")
    if body.lstrip()[:1] in ("{", "[") and len(re.findall(r'(?<!\\)"', body)) % 2:
        return json.dumps(value, ensure_ascii=False)[1:-1]
    return value
