"""What hangs on an answer: which items a decision or a choice between options opens, and which it closes. Pure.

An item whose question has no answer yet is neither: it waits, and whoever wants to begin it is asked first. What a
person did is never undone by an answer: an item that was begun before stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from handrail.incident.incident import Incident
from handrail.runbook.model import Item, Link
from handrail.runbook.titles import plain

_ARROW = re.compile(r"\s(?:→|->|=>|⇒)\s|:\s")

# An answer closes only what nobody has begun.
UNTOUCHED = frozenset({"open", "deferred"})


@dataclass(frozen=True, slots=True)
class Branch:
    """Where an item stands: `closed` says why it is out of the way ("" when it is not), `waits_on` is the key of the
    question that has to be answered before it ("" for none)."""

    closed: str = ""
    waits_on: str = ""


FREE = Branch()


@dataclass(frozen=True, slots=True)
class Options:
    """A choice group: one of its items is done, and the others are not. `key` is CALL:GROUP? in decisions."""

    key: str
    items: tuple[Item, ...] = field(default=())

    def chosen(self, incident: Incident) -> Item | None:
        choice = incident.decisions.get(self.key, "")
        return next((item for item in self.items if item.id == choice), None)


def options_key(call: str, group: str) -> str:
    """The key of a choice group; no item has it, for none has an id with a question mark at its end."""
    return f"{call}:{group}?"


def groups(call: str, items: Iterable[Item]) -> dict[str, Options]:
    """The choice groups among `items` by their name. A group of one leaves nothing to choose and is none."""
    found: dict[str, list[Item]] = {}
    for item in items:
        if item.options:
            found.setdefault(item.options, []).append(item)
    return {name: Options(options_key(call, name), tuple(members)) for name, members in found.items()
            if len(members) > 1}


def branches(incident: Incident, call: str, items: Iterable[Item]) -> Mapping[str, Branch]:
    """How each of the `items` of a call stands, by its id. Items come in document order, questions before what
    hangs on them."""
    items = tuple(items)
    by_id = {item.id: item for item in items}
    choices = groups(call, items)
    found: dict[str, Branch] = {}
    for item in items:
        branch = _hanging(incident, call, item, by_id, found)
        if branch == FREE and item.options in choices:
            branch = _one_of(incident, choices[item.options], item)
        if branch.closed and incident.item(f"{call}:{item.id}").word not in UNTOUCHED:
            branch = FREE
        found[item.id] = branch
    return found


def _hanging(incident: Incident, call: str, item: Item, by_id: Mapping[str, Item],
             found: Mapping[str, Branch]) -> Branch:
    question = by_id.get(item.when or "")
    if question is None:
        return FREE
    above = found.get(question.id, FREE)
    if above.closed:
        return above
    key = f"{call}:{question.id}"
    answer = incident.decisions.get(key)
    if answer is None:
        # Ticked or skipped without an answer: nobody said that it does not apply.
        return Branch(waits_on=key) if question.choices and incident.item(key).word in UNTOUCHED else above
    if question.choices and answer != question.choices[0]:
        return Branch(closed=f"{question.title}: {answer}")
    return above


def _one_of(incident: Incident, options: Options, item: Item) -> Branch:
    chosen = options.chosen(incident)
    if chosen is None:
        return Branch(waits_on=options.key)
    return FREE if chosen.id == item.id else Branch(closed=f"chosen instead: {chosen.title}")


def consequence(item: Item, answer: str) -> str:
    """What the question's own words say to an answer: the rest of its row in a table of causes, or behind its arrow."""
    return "; ".join(plain(cell) for cell in _said_to(item, answer) if cell)


def leads_to(item: Item, answer: str) -> Link | None:
    """The link that the question's own words give with an answer; None when they give none."""
    said = " ".join(_said_to(item, answer))
    return next((link for link in item.links if f"({link.target})" in said), None)


def _said_to(item: Item, answer: str) -> list[str]:
    """The cells behind an answer in the text of its question, as they are written."""
    for line in item.text.splitlines():
        cells = [cell.strip(" *`") for cell in line.strip().strip("|").split("|")]
        if len(cells) < 2:
            cells = [part.strip(" *`-") for part in _ARROW.split(line, maxsplit=1)]
        if len(cells) > 1 and plain(cells[0]) == plain(answer):
            return cells[1:]
    return []
