"""A TOML table into a typed value, key by key, so that an error names file, line, key and the nearest known key."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from handrail.errors import PackError
from handrail.toml_lines import Key, line_of, spell

S = TypeVar("S", bound=msgspec.Struct)

_WORDS = {
    "str": "text in quotes", "int": "a whole number", "float": "a number", "bool": "true or false",
    "array": "a list", "object": "a table", "datetime": "a date",
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a table was read from."""

    path: Path
    lines: dict[Key, int]

    def error(self, key: Key, problem: str, remedy: str = "") -> PackError:
        """A PackError that names this file, the line and the key path."""
        line = line_of(self.lines, key)
        place = f"{self.path}" + (f", line {line}" if line else "")
        named = f"{spell(key)}: " if key else ""
        return PackError("This pack cannot be used.", f"{place}: {named}{problem}", remedy)


def convert(kind: type[S], table: object, key: Key, source: Source) -> S:
    """`table` as a `kind`, unknown keys refused. Raises PackError."""
    if not isinstance(table, dict):
        raise source.error(key, f"must be a table, not {describe(table)}.", "")
    fields = fields_of(kind)
    for name in table:
        if name not in fields:
            raise unknown_key((*key, name), fields, source)
    found = {fields[name].name: _value(fields[name].type, value, (*key, name), source) for name, value in table.items()}
    for name, field in fields.items():
        if field.required and name not in table:
            raise source.error(key, f"has no {name}.", f"Add {name} = … to this table.")
    return kind(**found)


@cache
def fields_of(kind: type[msgspec.Struct]) -> Mapping[str, msgspec.structs.FieldInfo]:
    """The keys of a table, as they are spelled in the file."""
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}


def unknown_key(key: Key, known: Iterable[str], source: Source) -> PackError:
    """The error for a key nobody knows, with the nearest one that exists."""
    return source.error(key, "no such key.", nearest(str(key[-1]), known, "keys"))


def nearest(name: str, known: Iterable[str], what: str) -> str:
    """'Did you mean interval?', or the list of what there is."""
    choices = sorted(known)
    if close := difflib.get_close_matches(name, choices, n=1, cutoff=0.5):
        return f"Did you mean {close[0]}?"
    return f"The {what} here are {', '.join(choices)}." if choices else f"There are no {what} here."


def describe(value: object) -> str:
    """What a TOML value is, in words."""
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, list):
        return "a list"
    return "a table" if isinstance(value, dict) else "a date or time"


def _value(wanted: Any, value: object, key: Key, source: Source) -> Any:
    origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
    if isinstance(wanted, type) and issubclass(wanted, msgspec.Struct):
        return convert(wanted, value, key, source)
    if origin is tuple and isinstance(value, list):
        return tuple(_value(arguments[0], item, (*key, n), source) for n, item in enumerate(value))
    if origin is dict and isinstance(value, dict):
        return {name: _value(arguments[1], item, (*key, name), source) for name, item in value.items()}
    if origin in (typing.Union, types.UnionType) and any(_fits(choice, value) for choice in arguments):
        return _value(next(choice for choice in arguments if _fits(choice, value)), value, key, source)
    try:
        return msgspec.convert(value, wanted)
    except msgspec.ValidationError:
        raise source.error(key, f"must be {_expected(wanted)}, not {_got(value)}.", _choices(wanted, value)) from None


def _fits(choice: Any, value: object) -> bool:
    """Which arm of a union a table or list belongs to."""
    origin = typing.get_origin(choice) or choice
    if origin is dict or (isinstance(origin, type) and issubclass(origin, msgspec.Struct)):
        return isinstance(value, dict)
    return isinstance(value, list) if origin is tuple else False


def _expected(wanted: Any) -> str:
    origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
    if origin is typing.Literal:
        return "one of " + ", ".join(str(choice) for choice in arguments)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_expected(choice) for choice in arguments if choice is not type(None))
    if origin is tuple:
        return "a list"
    if origin is dict or (isinstance(wanted, type) and issubclass(wanted, msgspec.Struct)):
        return "a table"
    return _WORDS.get(getattr(wanted, "__name__", ""), str(wanted))


def _got(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else describe(value)


def _choices(wanted: Any, value: object) -> str:
    if typing.get_origin(wanted) is typing.Literal and isinstance(value, str):
        return nearest(value, [str(choice) for choice in typing.get_args(wanted)], "choices")
    if wanted is str and isinstance(value, (int, float, bool)):
        return f'Put it in quotes: "{str(value).lower()}", with its unit if it has one.'
    return ""


def names_in(table: Mapping[str, Any], wanted: Iterable[str]) -> dict[str, Any]:
    """The part of `table` whose keys are `wanted`."""
    chosen = frozenset(wanted)
    return {name: value for name, value in table.items() if name in chosen}
