"""List items: steps, questions, causes with their remedy, and lists that are one thing as a whole."""

from __future__ import annotations

import re

from . import bare, prose, titles
from .blocks import ListItem
from .draft import Draft
from .inline import inline
from .page import Page
from .sentences import TASK, beside, in_time
from .survey import BOLD_ONLY, RUNS

_LOOKS_OVER = re.compile(
    r"^\W{0,6}(?:\d+[.)]\s*)?(?:check|look|verify|review|inspect|confirm|monitor|examine|search|validate)\b", re.I
)
_WHEN_TO = re.compile(r"^\W{0,6}when (?:to|not)\b", re.I)


class Lists:
    """Reads the items of lists; remembers the mood of each list."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._moods: dict[int, tuple[prose.Mood, bool]] = {}

    def item(self, place: int) -> list[Draft]:
        """The items that the first paragraph of a list item makes."""
        block = self.page.blocks[place]
        item = block.item
        if item is None or self._told(item):
            return []
        task = TASK.match(block.text)
        if not task and self.page.siblings(item)[0] is item:
            whole = self._as_a_whole(place, item)
            if whole is not None:
                self.page.told_lists.add(item.list_id)
                return whole
        said = TASK.sub("", block.text)
        plain = titles.plain(prose.without_label(said))
        lines = (block.first, block.last)
        if not plain:
            return []
        if task:
            steps = inline(said, lines, "active")
            return beside(self.page, said, lines, steps) if steps else [self.page.draft("manual", lines, plain)]
        return self._step(place, item, said, plain)

    def _told(self, item: ListItem) -> bool:
        told = self.page.told_lists
        return item.list_id in told or (item.parent is not None and item.parent.list_id in told)

    # --- one item

    def _step(self, place: int, item: ListItem, said: str, plain: str) -> list[Draft]:
        page = self.page
        block = page.blocks[place]
        lines = (block.first, block.last)
        mood, looks_over = self._mood(place, item)
        if mood == "passive":
            return [page.draft("reference", lines, plain)] if prose.looks_elsewhere(said) else []
        if "\n" not in said and bare.is_bare(said):
            return bare.commands(said, lines[0])
        condition = prose.is_condition(said.lstrip("*_")) and not prose.does_by_itself(plain)
        asks = prose.is_question(said) and bool(item.children)
        if condition or asks or prose.is_yes_no(plain) or (page.introduces_fence(place) and _is_cause(plain)):
            if asks and not condition:
                page.told_lists.update(child.list_id for child in item.children)
                lines = (lines[0], item.last)
            return [page.decision(lines, plain, item.last), *inline(said, lines, mood)]
        steps = inline(said, lines, mood)
        if steps:
            return beside(page, said, lines, steps)
        below = page.blocks[place + 1] if place + 1 < len(page.blocks) else None
        if below is not None and below.kind == "fence" and below.item is None and prose.has_action(said):
            return [page.decision(lines, plain)]  # the last cause of a list, and not the title of what stands behind it
        if page.introduces_fence(place) or (said.rstrip().rstrip("*").endswith(":") and self._goes_on(place, item)):
            return []
        if item.children:
            return self._parent(place, item, said, plain, mood)
        if prose.looks_elsewhere(said) and not prose.begins_with_verb(titles.plain(re.sub(r"^\W{0,9}\w+", "", said))):
            return [page.draft("reference", lines, plain)]
        return self._plain(place, item, said, plain, lines, mood, looks_over)

    def _plain(
        self, place: int, item: ListItem, said: str, plain: str, lines: tuple[int, int], mood: prose.Mood,
        looks_over: bool,
    ) -> list[Draft]:
        page = self.page
        if prose.begins_with_verb(plain):
            return [page.draft("manual", lines, plain)]
        if prose.is_mostly_link(said):
            return [page.draft("reference", lines, plain)]
        if prose.does_by_itself(plain) and not prose.ought(plain):
            return []
        if prose.is_time(plain) and (prose.ought(plain) or in_time(plain)):
            return [page.draft("manual", lines, plain)]
        if prose.is_metadata(said):
            return []
        if prose.has_action(said):
            return [page.decision(lines, plain)]
        told = item.ordered or looks_over or prose.ought(plain) or prose.is_gerund(plain)
        if mood == "active" and (told or (self._proves(place) and prose.tells_state(plain))):
            return [page.draft("manual", lines, plain)]
        return []

    def _proves(self, place: int) -> bool:
        """Whether the section lists what must hold at the end: "Verification", "Exit criteria"."""
        heading = self.page.spots[place].heading
        return heading is not None and prose.is_proof(heading.title)

    def _parent(self, place: int, item: ListItem, said: str, plain: str, mood: prose.Mood) -> list[Draft]:
        """An item with items below: a title if they say what to do and it does not, one step if they are its parts."""
        block = self.page.blocks[place]
        below = [titles.plain(child.blocks[0].text) for child in item.children if child.blocks]
        acting = any(prose.begins_with_verb(text) or prose.is_condition(text) or prose.ought(text) for text in below)
        bold = bool(BOLD_ONLY.match(said.split("\n")[0]))
        if acting and bold:
            return []
        own = self._plain(place, item, said, plain, (block.first, block.last), mood, False)
        if own and bold and not acting:
            self.page.told_lists.update(child.list_id for child in item.children)
            return [self.page.draft(own[0].kind, (block.first, item.last), plain)]
        return own

    def _goes_on(self, place: int, item: ListItem) -> bool:
        """Whether what a colon promises follows: items below, a fence of the item's own, or the next list."""
        if item.children or any(block.role in RUNS for block in item.blocks):
            return True
        following = self.page.blocks[place + 1] if place + 1 < len(self.page.blocks) else None
        return following is not None and following.item is not None and following.item.list_id != item.list_id

    # --- whole lists

    def _mood(self, place: int, item: ListItem) -> tuple[prose.Mood, bool]:
        """The mood of a list, and whether the line over it says to look its parts over one by one."""
        if item.list_id not in self._moods:
            self._moods[item.list_id] = self._mood_of(place)
        return self._moods[item.list_id]

    def _mood_of(self, place: int) -> tuple[prose.Mood, bool]:
        own = self.page.spots[place].mood
        before = self.page.blocks[place - 1] if place else None
        if before is None or before.kind != "paragraph" or not before.text.rstrip().endswith(":"):
            return own, False
        pieces = prose.sentences(before.text[-4000:])
        lead = titles.plain(pieces[-1][2]) if pieces else ""
        looks_over = bool(_LOOKS_OVER.match(lead))
        if own != "passive" and (prose.begins_with_verb(lead) or prose.is_condition(lead)):
            return "active", looks_over
        if prose.does_by_itself(lead) or prose.mood(lead) == "passive":
            return "passive", looks_over
        return own, looks_over

    def _as_a_whole(self, place: int, item: ListItem) -> list[Draft] | None:
        """Lists that are one thing: links and contacts, severity levels, when to do something, parts of a template."""
        siblings = self.page.siblings(item)
        firsts = [one.blocks[0].text for one in siblings if one.blocks and one.blocks[0].kind == "paragraph"]
        if not firsts or item.parent is not None or any(TASK.match(text) for text in firsts):
            return None
        if any(block.kind == "fence" for one in siblings for block in one.blocks):
            return None
        spot = self.page.spots[place]
        heading = spot.heading.title if spot.heading else ""
        about = spot.label or heading
        if re.search(r"\b(?:table of )?contents\b|^toc$", about, re.I):
            return []
        lines = (siblings[0].first, max(one.last for one in siblings))
        plains = [titles.plain(text) for text in firsts]
        tells = sum(prose.begins_with_verb(text) for text in plains)
        few_tell = tells * 2 <= len(plains)
        links = sum(prose.is_mostly_link(text) for text in firsts)
        if links * 2 > len(firsts) or (few_tell and prose.is_reference_section(about)):
            return [self.page.draft("reference", lines, about or plains[0])]
        if few_tell and re.search(r"\btemplate\b", about, re.I):
            return [self.page.draft("template", lines, about)]
        if tells == 0 and len(plains) > 1 and sum(prose.is_level(text) for text in plains) * 2 > len(plains):
            return [self.page.draft("reference", lines, about)]
        conditions = prose.lists_conditions(about) and not item.ordered
        if conditions and not any(prose.is_yes_no(text) for text in plains) and (few_tell or _WHEN_TO.match(about)):
            return [self.page.draft("decision", lines, about)]
        return None


def _is_cause(plain: str) -> bool:
    """"Disk full: clean up" with the command below: the cause decides whether to run it."""
    head, colon, tail = plain.partition(": ")
    return bool(colon and tail.strip()) and not prose.begins_with_verb(head) and prose.begins_with_verb(tail)
