"""One copy of each text that many values hold: a hundred incidents of five hundred events would not fit otherwise."""

from __future__ import annotations

from sys import intern

from msgspec import Struct
from msgspec.structs import force_setattr


def share(value: Struct, *fields: str) -> None:
    """Let these `str` fields of a frozen struct be the same object wherever their text is the same.

    For its `__post_init__`, before anybody else has seen it. A field that is no `str` is left alone.
    """
    for name in fields:
        text = getattr(value, name)
        if type(text) is str:
            force_setattr(value, name, intern(text))
