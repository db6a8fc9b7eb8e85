"""JSON text without the `json` package, which takes longer to import than everything else here together."""

from __future__ import annotations

try:
    from _json import encode_basestring_ascii as quoted
except ImportError:  # an interpreter without the accelerator
    from json.encoder import py_encode_basestring_ascii as quoted


def to_json(value: object) -> str:
    """Compact ASCII JSON of None, bool, int, float, str, and lists, tuples and string-keyed dicts of these."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{quoted(key)}:{to_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(to_json, value)) + "]"
    raise TypeError(f"not a JSON value: {value!r}")


def extend(head: bytes, more: dict[str, object]) -> bytes:
    """The JSON object `head`, which has at least one member, with the members of `more` added."""
    return head[:-1] + b"," + to_json(more).encode()[1:]
