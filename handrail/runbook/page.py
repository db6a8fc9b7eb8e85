"""A document on its way to a checklist: blocks with what surrounds them, and drafts made from its lines."""

from __future__ import annotations

from . import prose, titles
from .blocks import LONGEST_LINE, Document, ListItem
from .draft import Draft
from .model import Kind
from .survey import RUNS, survey


class Page:
    """What all the walkers share. `spots` stand beside `blocks`, one each."""

    def __init__(self, document: Document, title: str) -> None:
        self.document = document
        self.title = title
        self.blocks = document.blocks
        self.headings, self.spots = survey(document)
        #: Lists that are told by one item, or by the line that introduces them.
        self.told_lists: set[int] = set()

    def draft(self, kind: Kind, lines: tuple[int, int], title: str) -> Draft:
        """An item over these lines, without the empty lines and rules at their end."""
        first, last = lines[0], self.trim(lines[1], lines[0])
        return Draft(kind, first, last, title=titles.short(title), text=self.source(first, last))

    def decision(self, lines: tuple[int, int], title: str, governs: int = 0) -> Draft:
        """A question with yes or no, on which everything down to the line `governs` hangs."""
        draft = self.draft("decision", lines, title)
        draft.choices = ("yes", "no")
        draft.governs = governs
        return draft

    def introduced_to(self, place: int) -> int:
        """The last line of what a line that ends with a colon introduces: the fence or the list right after it."""
        following = self.blocks[place + 1] if place + 1 < len(self.blocks) else None
        if following is None:
            return 0
        if following.kind == "fence":
            return following.last
        listed = self.list_after(place)
        return max(item.last for item in listed) if listed else 0

    def source(self, first: int, last: int) -> str:
        return "\n".join(line[:LONGEST_LINE].strip() for line in self.document.lines[first - 1 : last])

    def trim(self, last: int, first: int = 1) -> int:
        while last > first and not self.document.lines[last - 1].strip(" \t\r-*_"):
            last -= 1
        return last

    def siblings(self, item: ListItem) -> list[ListItem]:
        """All items of the list an item stands in."""
        return self.document.lists[item.list_id]

    def introduces_fence(self, place: int) -> bool:
        """Whether the next block is a fence to run, so that this text is its title."""
        following = self.blocks[place + 1] if place + 1 < len(self.blocks) else None
        if following is None or following.kind != "fence" or following.role not in RUNS:
            return False
        here = self.blocks[place]
        if here.item is not None and following.item is None and prose.looks_elsewhere(here.text):
            return False  # a line of a list that sends one elsewhere is not the title of what stands behind the list
        return following.item is not None or here.item is None or following.first - here.last <= 2

    def list_after(self, place: int) -> list[ListItem]:
        """The items of the list that begins right after this block."""
        following = self.blocks[place + 1] if place + 1 < len(self.blocks) else None
        here = self.blocks[place].item
        if following is None or following.item is None or following.item is here:
            return []
        item = following.item
        while item.parent is not None and item.parent is not here:
            item = item.parent
        return self.siblings(item)
