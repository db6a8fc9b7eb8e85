"""The words of vocabulary.toml: lists, and alternatives for patterns."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources


@cache
def _loaded() -> dict[str, str]:
    return tomllib.loads(resources.files(__package__).joinpath("vocabulary.toml").read_text(encoding="utf-8"))


@cache
def words(name: str) -> frozenset[str]:
    """A list of words."""
    return frozenset(_loaded()[name].split())


def either(name: str) -> str:
    """The alternatives of a pattern, as a group that captures nothing."""
    return "(?:" + "|".join(line for line in _loaded()[name].split("\n") if line) + ")"
