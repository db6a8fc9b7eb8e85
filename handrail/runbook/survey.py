"""A first look over a document: which headings and labels stand over each block, and what each fence is for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from . import devices, prose, roles, titles
from . import lines as look
from .blocks import Block, Document
from .info import Info, info

BOLD_ONLY = re.compile(
    r"^\W{0,12}(?:\*\*|__)(?P<text>[^*_\n]+(?:[*_][^*_\n]+)*?)(?:\*\*|__)\s*(?:\([^)\n]*\))?\s*:?\s*$"
)
_STEPS = re.compile(r"^\W{0,4}step\s*\d", re.I | re.M)
#: Roles of fences that hold something to run.
RUNS = ("commands", "transcript", "client", "request")


@dataclass(slots=True)
class Heading:
    """A heading, the last line it governs, and whether its section holds steps."""

    title: str
    level: int
    first: int
    last: int
    path: tuple[str, ...]
    mood: prose.Mood
    minutes: float | None = None


@dataclass(slots=True)
class Spot:
    """What surrounds a block: its heading, the bold line above it, and the mood they make. `info` is a fence's."""

    heading: Heading | None
    label: str
    mood: prose.Mood = "neutral"
    info: Info = field(default_factory=lambda: Info("", {}))


def survey(document: Document) -> tuple[list[Heading], list[Spot]]:
    """Headings in order, and a spot for each block. Sets the role of each fence."""
    return _Survey(document).run()


class _Survey:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.stack: list[Heading] = []
        self.headings: list[Heading] = []
        self.label = ""
        self.lead = ""
        self.runnable = False
        self.programs = roles.programs(block.text for block in document.blocks if block.kind == "paragraph")
        self.headed = any(block.kind == "heading" for block in document.blocks)
        self.deep = any(block.kind == "heading" and block.level > 1 for block in document.blocks)

    def run(self) -> tuple[list[Heading], list[Spot]]:
        spots = []
        for place, block in enumerate(self.document.blocks):
            if block.kind == "heading":
                self._enter(place, block)
            bold = BOLD_ONLY.match(block.text) if block.kind == "paragraph" and not block.item else None
            if bold:
                self.label = bold["text"].strip()
            spot = Spot(self.stack[-1] if self.stack else None, self.label, self._mood())
            if block.kind == "paragraph":
                self.lead = block.text
                if len(block.text) > 200 and not block.text.rstrip().endswith(":"):
                    self.runnable = False
            elif block.kind == "fence":
                self._fence(block, spot)
            elif block.kind != "html":
                self.runnable = False
            spots.append(spot)
        return self.headings, spots

    def _enter(self, place: int, block: Block) -> None:
        while self.stack and self.stack[-1].level >= block.level:
            self.stack.pop().last = block.first - 1
        text = titles.plain(block.text)
        above = self.stack[-1].mood if self.stack and self.stack[-1].level > 1 else "neutral"
        path = (*(heading.title for heading in self.stack), text)
        heading = Heading(
            text, block.level, block.first, len(self.document.lines), path, prose.mood(text, above)
        )
        heading.minutes = titles.minutes(text)
        if block.level == 1 and not self.stack:
            # What stands right under the title introduces the document, unless it holds steps itself.
            heading.mood = "passive" if self.deep and not self._holds_steps(place) else "active"
        self.headings.append(heading)
        self.stack.append(heading)
        self.label, self.lead, self.runnable = "", "", False

    def _holds_steps(self, place: int) -> bool:
        for block in self.document.blocks[place + 1 : place + 400]:
            if block.kind == "heading":
                return False
            if block.kind == "fence" or (block.item is not None and block.item.ordered):
                return True
            if block.kind == "paragraph" and len(_STEPS.findall(block.text)) > 1:
                return True
        return False

    def _mood(self) -> prose.Mood:
        base: prose.Mood = "neutral" if self.headed else "active"
        if self.stack:
            base = self.stack[-1].mood
        return prose.mood(self.label, base) if self.label else base

    def _fence(self, block: Block, spot: Spot) -> None:
        spot.info = info(block.info)
        block.body = look.without_numbers(block.body)
        headings = tuple(heading.title for heading in self.stack)
        place = roles.Place(headings, titles.plain(self.lead[-2000:]), self.runnable, bool(BOLD_ONLY.match(self.lead)),
                            self.programs)
        if block.indented and not block.quoted and not _has_command(block):
            block.role = "expected" if self.runnable else "other"
            if roles.is_template("\n".join(block.body), place) or roles.is_sent(block.body, place):
                block.role = "template"
        elif block.indented and block.quoted:
            block.role = "other"
        else:
            block.role = roles.role(spot.info.language, block.body, place)
        self.runnable = block.role in RUNS
        self.lead = ""


def _has_command(block: Block) -> bool:
    written = [line for line in block.body if line.strip()]
    return roles.at_root_prompts(written, "") or any(
        look.is_command(line) or look.PROMPT.match(line) or look.CLIENT_PROMPT.match(line) for line in written) or (
        devices.is_session(written))
