"""`$'...'`: the characters that a shell makes of the escapes in it."""

from __future__ import annotations

import re

_ESCAPE = re.compile(
    r"\\(?:(?P<named>[abeEfnrtv\\'\"?])|x(?P<hex>[0-9a-fA-F]{1,2})|(?P<octal>[0-7]{1,3})"
    r"|u(?P<short>[0-9a-fA-F]{1,4})|U(?P<long>[0-9a-fA-F]{1,8})|c(?P<control>.))", re.DOTALL)
_NAMED = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def end_of(text: str, begin: int, stop: int) -> int:
    """Where the quote that opens before `begin` closes; -1 when it does not before `stop`. `\\'` does not close it."""
    at = begin
    while at < stop:
        if text[at] == "'":
            return at
        at += 2 if text[at] == "\\" else 1
    return -1


def decoded(inside: str) -> str:
    """What stands between the quotes, as a command gets it. A NUL ends it, as in the shell."""
    return _ESCAPE.sub(_character, inside).partition("\0")[0]


def _character(found: re.Match[str]) -> str:
    if named := found["named"]:
        return _NAMED.get(named, named)
    if control := found["control"]:
        return chr(ord(control) & 0x1F) if ord(control) < 0x80 else found[0]
    octal = found["octal"]
    code = int(octal, 8) & 0xFF if octal else int(found["hex"] or found["short"] or found["long"], 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
