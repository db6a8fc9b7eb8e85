"""Re-classing by hand: what a person says an item is, wherever its text is read again. Pure.

What makes an item more careful holds for its text wherever it stands; what makes it less careful only under the same
headings, and never against what somebody said more carefully since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from . import identity
from .model import ByHand, Item, Kind, Risk, Runbook

NOT_A_STEP = "not a step"
A_STEP = "a step"
RISK_WORDS: dict[str, Risk] = {"reads": "read", "changes": "change", "destroys": "destructive"}

# The more careful the higher. What nobody is asked to do is the least careful of all.
CARE = {NOT_A_STEP: 0, A_STEP: 1, "reads": 1, "changes": 2, "destroys": 3}

_TO_DO: frozenset[Kind] = frozenset({"command", "http", "manual", "decision"})


@dataclass(frozen=True, slots=True)
class Class:
    """Something that was said. `content` and `place` are hashes of the item's text and of that under its headings;
    `word` is "" when it was taken back. `everywhere`: it holds for the text wherever it stands."""

    content: str
    place: str
    word: str
    everywhere: bool
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Classes:
    """All that was said, in order; later ones hold over earlier ones."""

    said: tuple[Class, ...] = ()

    def until(self, moment: datetime) -> Classes:
        """What had been said by then."""
        return Classes(tuple(one for one in self.said if one.at <= moment))

    def on(self, runbook: Runbook) -> Runbook:
        """The runbook with what was said of its items."""
        known = {one.content for one in self.said}
        changed = {item.id: self._item(item) for item in runbook.items if known and content(item) in known}
        changed = {id: item for id, item in changed.items() if item.by_hand is not None}
        if not changed:
            return runbook
        items = tuple(changed.get(item.id, item) for item in runbook.items)
        asked = {item.id for item in items if item.kind == "decision"}
        return replace(runbook, items=tuple(
            item if item.when is None or item.when in asked else replace(item, when=None) for item in items))

    def _item(self, item: Item) -> Item:
        text, here = content(item), place(item)
        standing: Class | None = None
        for one in self.said:
            if one.content != text or (one.place != here and not one.everywhere):
                continue
            word = one.word or own(item)
            if one.place != here and CARE[word] <= CARE[_word(standing, item)]:
                continue
            standing = one if word in words_for(item) and word != own(item) else None
        return item if standing is None else _as(item, standing)


NOBODY = Classes()


def own(item: Item) -> str:
    """What the reader makes of an item by itself."""
    if item.by_hand is not None:
        return item.by_hand.own
    if item.runs:
        return next(word for word, risk in RISK_WORDS.items() if risk == item.risk)
    return A_STEP if item.kind in _TO_DO else NOT_A_STEP


def word_of(item: Item) -> str:
    """What an item is now."""
    return item.by_hand.word if item.by_hand is not None else own(item)


def words_for(item: Item) -> Sequence[str]:
    """What an item can be: only what has a command can read, change or destroy."""
    return (NOT_A_STEP, *RISK_WORDS) if own(item) in RISK_WORDS else (NOT_A_STEP, A_STEP)


def less_careful(old: str, new: str) -> bool:
    """Whether going from the word `old` to `new` asks less of an operator."""
    return CARE[new] < CARE[old]


def said(item: Item, word: str, by: str, at: datetime) -> Class:
    """What is to be kept when `by` says that `item` is `word` from now on; its own word takes back what was said."""
    everywhere = not less_careful(word_of(item), word)
    return Class(content(item), place(item), "" if word == own(item) else word, everywhere, by, at)


def begun(item: Item) -> Item:
    """A step that is none any more, as it was when somebody began it: what was done stays on the checklist."""
    hand = item.by_hand
    return replace(item, kind=hand.kind) if hand is not None and hand.word == NOT_A_STEP else item


def content(item: Item) -> str:
    """The hash of what an item says, wherever it stands."""
    return _hash((_kind(item), *_normal(item)))


def place(item: Item) -> str:
    """The hash of what an item says and of the headings it stands under."""
    return _hash((_kind(item), *map(identity.heading, item.section), *_normal(item)))


def _kind(item: Item) -> str:
    return item.by_hand.kind if item.by_hand is not None else item.kind


def _normal(item: Item) -> Iterable[str]:
    # The language with it: the same words are another thing to a database than to a shell.
    return item.language.lower(), identity.normal(item.command, item.text)


def _hash(parts: Iterable[str]) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:24]


def _word(standing: Class | None, item: Item) -> str:
    return standing.word if standing is not None else own(item)


def _as(item: Item, said: Class) -> Item:
    hand = ByHand(word=said.word, own=own(item), by=said.by, kind=item.kind, risk=item.risk)
    if (risk := RISK_WORDS.get(said.word)) is not None:
        return replace(item, risk=risk, risk_why=f"said by {said.by}", by_hand=hand)
    return replace(item, kind="manual" if said.word == A_STEP else "reference", options="", by_hand=hand)
