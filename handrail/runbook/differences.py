"""What changed between two versions of a runbook, step by step. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from .classing import content
from .model import Item

STEPS = frozenset({"command", "http", "manual", "decision"})
# Two texts that are at least so alike are one step that was reworded.
ALIKE = 0.5
# With more than so many left over on a side, only titles are compared.
MANY = 200


@dataclass(frozen=True, slots=True)
class Change:
    """A step that is not what it was: without `old` it was added, without `new` removed, with both reworded."""

    old: Item | None = None
    new: Item | None = None


@dataclass(frozen=True, slots=True)
class Differences:
    """`changes` in the order of the new version, removed steps where they stood; `same` counts the other steps, of
    which `moved` stand under other headings or in another order."""

    changes: tuple[Change, ...] = ()
    same: int = 0
    moved: int = 0


def differences(old: Sequence[Item], new: Sequence[Item]) -> Differences:
    """The steps of `old` beside those of `new`; what is no step is left out."""
    before = [item for item in old if item.kind in STEPS]
    after = [item for item in new if item.kind in STEPS]
    pairs: dict[int, int] = {}  # place in `after` by place in `before`
    _pair(before, after, pairs, lambda item: item.id)
    in_place = dict(pairs)
    _pair(before, after, pairs, content)
    same = len(pairs)
    moved = same - len(in_place) + _out_of_order(in_place)
    reworded = _reworded(before, after, pairs)
    return Differences(tuple(_in_order(before, after, pairs, reworded)), same, moved)


def text(item: Item) -> str:
    """What a step says: its command, else its words."""
    return item.command or item.text


def _pair(before: Sequence[Item], after: Sequence[Item], pairs: dict[int, int], key: Callable[[Item], str]) -> None:
    taken = set(pairs.values())
    places: dict[str, list[int]] = {}
    for place, item in enumerate(after):
        if place not in taken:
            places.setdefault(key(item), []).append(place)
    for place, item in enumerate(before):
        if place not in pairs and (free := places.get(key(item))):
            pairs[place] = free.pop(0)


def _out_of_order(pairs: dict[int, int]) -> int:
    """How many of the pairs one would have to move to bring them into order: all but the longest run of rising ones."""
    tails: list[int] = []
    for _, place in sorted(pairs.items()):
        at = bisect_left(tails, place)
        tails[at:at + 1] = [place]
    return len(pairs) - len(tails)


def _reworded(before: Sequence[Item], after: Sequence[Item], pairs: dict[int, int]) -> dict[int, int]:
    """Of what is left over: those with one title, else those whose texts are most alike."""
    gone = [place for place in range(len(before)) if place not in pairs]
    come = [place for place in range(len(after)) if place not in set(pairs.values())]
    found: dict[int, int] = {}
    few = len(gone) <= MANY and len(come) <= MANY
    for place in gone:
        titled = [other for other in come if after[other].title == before[place].title]
        best = titled[0] if titled else _most_alike(before[place], come, after) if few else -1
        if best >= 0:
            found[place] = best
            come.remove(best)
    return found


def _most_alike(item: Item, places: Sequence[int], after: Sequence[Item]) -> int:
    best, most = -1, ALIKE
    for place in places:
        if after[place].runs != item.runs:
            continue
        match = SequenceMatcher(None, text(item)[:500], text(after[place])[:500], autojunk=False)
        if match.quick_ratio() > most and (alike := match.ratio()) > most:
            best, most = place, alike
    return best


def _in_order(before: Sequence[Item], after: Sequence[Item], pairs: dict[int, int],
              reworded: dict[int, int]) -> list[Change]:
    from_new = {new: old for old, new in reworded.items()}
    known = set(pairs.values())
    found: list[tuple[float, Change]] = []
    for place, item in enumerate(after):
        if place not in known:
            old = from_new.get(place)
            found.append((place, Change(before[old] if old is not None else None, item)))
    both = {**pairs, **reworded}
    at = -1.0
    for place, item in enumerate(before):
        if place in both:
            at = both[place]
        else:
            found.append((at + 0.5, Change(item, None)))
    return [change for _, change in sorted(found, key=lambda one: one[0])]
