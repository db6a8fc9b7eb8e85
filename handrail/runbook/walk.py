"""The walk through a document: every block in order becomes steps, questions, things to look up, or nothing."""

from __future__ import annotations

import re

from . import (
    alternatives,
    bare,
    body_below,
    devices,
    expectations,
    prose,
    request_text,
    roles,
    steps,
    table_steps,
    titles,
    transcripts,
    xc,
)
from . import lines as look
from .blocks import Block
from .draft import Draft
from .listing import Lists
from .model import Kind
from .opened import opens_shell
from .page import Page
from .sentences import paragraph
from .survey import BOLD_ONLY, RUNS
from .tools import program
from .vocabulary import words

_IF = re.compile(r"^\W{0,6}(?:if|in case|unless)\b", re.I)
_NUMBERED = re.compile(r"^\s*\d{1,2}[.)]\s+\S")
_VERIFIED = re.compile(
    r"\b(?:should|must|expect(?:ed)?|verify|confirm|output|result|returns?|status)\b[^`.]{0,60}"
    r"\b(?:be|is|show|shows|return|returns|say|says|read|contain|contains|report|print|prints|to|stays?|remains?|becomes?)"
    r"\s+(?:a |an |the )?"
    r"[`\"]([^`\"\n]{1,80})[`\"](\s+(?:for|within|in (?:under|less than))\s+[^.;,\n]{1,40})?", re.I
)
_EXPECTED = re.compile(r"^\W{0,6}expect(?:ed|ations?)\b(?: (?:outputs?|results?|response|outcomes?))?\W*$", re.I)
_TOLD = re.compile(
    r"^\W{0,6}expected(?: (?:output|result|response|outcome))?\W{0,4}:\W{0,4}\s(?P<what>.+)$", re.I | re.S
)
#: Lines between a command and what is said of its output.
_NEAR = 12
_SHOWN: dict[str, Kind] = {"template": "template", "decision": "decision", "reference": "reference"}


def _branches(body: tuple[str, ...]) -> list[str]:
    """The answers of a tree: what stands before its arrows, without the drawing."""
    found = []
    for line in body:
        head, arrow, _ = re.sub(r"^[^A-Za-z0-9]+", "", line).partition("→")
        if not arrow:
            head, arrow, _ = re.sub(r"^[^A-Za-z0-9]+", "", line).partition("->")
        if arrow and head.strip() and len(head) < 60:
            found.append(head.strip())
    return list(dict.fromkeys(found))


def walk(page: Page) -> list[Draft]:
    """All items of a document as drafts, in the order of its blocks."""
    return _Walk(page).run()


class _Walk:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.lists = Lists(page)
        self.drafts: list[Draft] = []
        self.command: Draft | None = None  # the last one that runs
        self.covered_to = 0

    def run(self) -> list[Draft]:
        for place, block in enumerate(self.page.blocks):
            if block.first <= self.covered_to:
                continue
            made = self._block(place, block)
            heading = self.page.spots[place].heading
            for draft in made:
                draft.section = heading.path if heading else ()
                if draft.kind in ("command", "http"):
                    self.command = draft
            self.drafts += made
        self._choose_tabs()
        alternatives.mark(self.page, self.drafts)
        return self.drafts

    def _choose_tabs(self) -> None:
        """Tabs that hold one command each are one step for several surroundings: one of them is chosen."""
        for tabs in self.page.document.tabs:
            inside = [[draft for draft in self.drafts if draft.kind in ("command", "http")
                       and tab.first <= draft.first <= tab.last] for tab in tabs]
            if all(len(found) == 1 for found in inside):
                for tab, (draft,) in zip(tabs, inside, strict=True):
                    draft.choice = inside[0][0].first
                    draft.title = draft.title or tab.title

    def _block(self, place: int, block: Block) -> list[Draft]:
        match block.kind:
            case "heading":
                return self._heading(place, block)
            case "fence":
                return self._fence(place, block)
            case "table":
                return self._table(place, block)
            case "paragraph":
                return self._paragraph(place, block)
        return []

    # --- headings and tables

    def _heading(self, place: int, block: Block) -> list[Draft]:
        heading = self.page.spots[place].heading
        if heading is None:
            return []
        parents = heading.path[:-1]
        level = prose.is_level(heading.title) and any(prose.is_levels_section(parent) for parent in parents[-2:])
        if level and not prose.is_procedure(" ".join((*parents[-1:], heading.title))):
            if not self._runs_between(place, heading.last):
                self.covered_to = heading.last
                return [self.page.draft("reference", (heading.first, heading.last), heading.title)]
        elif _IF.match(heading.title) and heading.mood != "passive":
            return [self.page.decision((block.first, block.last), heading.title, heading.last)]
        return []

    def _runs_between(self, place: int, last: int) -> bool:
        for block in self.page.blocks[place:]:
            if block.first > last:
                return False
            if block.role in RUNS:
                return True
        return False

    def _table(self, place: int, block: Block) -> list[Draft]:
        if not any(cell.strip() for row in block.rows[1:] for cell in row):
            return []
        spot = self.page.spots[place]
        if spot.mood != "passive" and (rows := table_steps.steps(self.page, block)):
            return rows
        kind = prose.table_kind(tuple(titles.plain(cell) for cell in block.rows[0]))
        about = spot.label or (spot.heading.title if spot.heading else self.page.title)
        draft = self.page.draft(kind, (block.first, block.last), about)
        if kind == "decision":
            draft.choices = [titles.plain(row[0]) for row in block.rows[1:] if row and row[0].strip()]
        return [draft]

    # --- fences

    def _fence(self, place: int, block: Block) -> list[Draft]:
        if not any(line.strip() for line in block.body):
            return []
        language, attributes = self.page.spots[place].info
        if body_below.is_taken(self.page, place, self.drafts, language):
            return []
        heading = self.page.spots[place].heading
        if heading is not None and xc.is_task(heading.path):
            attributes = {**xc.attributes(self.page.blocks, place), **attributes}
            if block.role == "other" and not language and all(look.is_command(line, True) for line in block.body):
                block.role = "commands"
        span = (block.body_first, block.body_first + len(block.body) - 1)
        if block.role in RUNS:
            made = self._runnable(block, language)
            self._told(place, made)
            if heading is not None and made and xc.is_task(heading.path):
                made[0].title = heading.title
        elif (client := self._open_client(place, language)) and block.role in ("other", "expected"):
            made = transcripts.typed_into(client, block.body, block.body_first, language)
            self._told(place, made)
        elif block.role == "expected":
            return [self._expected(block, span)]
        elif block.role == "device":
            return devices.steps(block.body, block.body_first)
        elif block.role == "checklist":
            return self._checklist(block)
        else:
            made = [self.page.draft(_SHOWN.get(block.role, "reference"), span, self._title_near(place))]
            made[0].language = language
            if block.role == "decision":
                made[0].choices = _branches(block.body)
        for draft in made:
            if draft.kind != "expected-output":
                draft.attributes = dict(attributes)
        return made

    def _open_client(self, place: int, language: str) -> str:
        """The database client that the step right before this fence opened, if the fence can be meant for it."""
        opener = self.command
        heading = self.page.spots[place].heading
        if opener is None or language not in ("", "sql", "redis", "mysql", "psql", "text", "mongo", "js", "cql"):
            return ""
        if opener.section != (heading.path if heading else ()) or not opens_shell(opener.commands):
            return ""
        said = [program(word) for word in opener.commands[-1].words]
        return next((name for name in reversed(said) if name in words("database_clients")), "")

    def _runnable(self, block: Block, language: str) -> list[Draft]:
        body, first = block.body, block.body_first
        if block.role == "commands":
            return steps.steps(body, first, language)
        if block.role == "transcript":
            return transcripts.transcript(body, first, language)
        if block.role == "client":
            return transcripts.client(body, first, language)
        return [Draft("http", first + at, first + at + count - 1, text=text, command=text)
                for at, count, text in request_text.requests(body)]

    def _told(self, place: int, made: list[Draft]) -> None:
        """What was said right before a fence is the title of its step, if it holds one."""
        lead = self._lead(place)
        before = self.page.blocks[place - 1] if place else None
        running = [draft for draft in made if draft.kind in ("command", "http")]
        for draft in running:
            draft.lead = lead
            draft.told = before.text[-4000:] if before is not None and before.kind == "paragraph" else lead
        if len(running) == 1 and not running[0].title and lead:
            running[0].title = titles.short(titles.before_colon(lead))

    def _checklist(self, block: Block) -> list[Draft]:
        """Boxes to tick and numbered steps that somebody put into a fence."""
        made = []
        for line, text in enumerate(block.body, block.body_first):
            said = look.checkbox(text) or (text if _NUMBERED.match(text) else "")
            if said:
                kind: Kind = "decision" if prose.is_condition(titles.short(said)) else "manual"
                made.append(self.page.draft(kind, (line, line), said))
        return made

    def _expected(self, block: Block, span: tuple[int, int]) -> Draft:
        owner = self.command
        if owner is not None and owner.expected is None and span[0] - owner.last <= _NEAR:
            owner.expected = expectations.understood("\n".join(block.body), span, promised=False)
        return self.page.draft("expected-output", span, "Expected")

    def _lead(self, place: int) -> str:
        """The sentence that introduces a fence: the last one before it, else its list item's text."""
        block = self.page.blocks[place]
        before = self.page.blocks[place - 1] if place else None
        if before is not None and before.kind == "paragraph" and not before.quoted:
            if BOLD_ONLY.match(before.text):
                return ""
            pieces = prose.sentences(before.text[-4000:])
            return pieces[-1][2] if pieces else before.text
        if block.item is not None and block.item.blocks and block.item.blocks[0].kind == "paragraph":
            return block.item.blocks[0].text
        return ""

    def _title_near(self, place: int) -> str:
        spot = self.page.spots[place]
        lead = self._lead(place)
        heading = spot.heading.title if spot.heading else self.page.title
        return titles.short(spot.label or (lead if len(lead) < 100 else "") or heading)

    # --- paragraphs

    def _paragraph(self, place: int, block: Block) -> list[Draft]:
        text = block.text.strip()
        if block.item is not None and block.item.blocks and block.item.blocks[0] is block and not block.quoted:
            return self.lists.item(place)
        if BOLD_ONLY.match(text):
            return self._label(place, block)
        if body_below.is_named(self.page, place, self.drafts):
            return []
        self._estimate(place, text)
        if block.quoted:
            return self._quoted(place, block, text)
        made = paragraph(self.page, place)
        if not self.page.introduces_fence(place) and not any(draft.kind in ("command", "http") for draft in made):
            self._verify(block)
        return made

    def _estimate(self, place: int, text: str) -> None:
        heading = self.page.spots[place].heading
        if heading is not None and heading.minutes is None and re.search(r"\d", text):
            heading.minutes = next(filter(None, (titles.estimate(line) for line in text.split("\n")[:40])), None)

    def _label(self, place: int, block: Block) -> list[Draft]:
        spot = self.page.spots[place]
        text = titles.plain(block.text)
        if _EXPECTED.match(text) and (shown := self._expected_list(place)):
            return [shown]
        near = spot.heading.path[-2:] if spot.heading else ()
        if prose.is_level(text) and any(prose.is_levels_section(title) for title in near):
            self.covered_to = self._until_next_label(place)
            return [self.page.draft("reference", (block.first, self.covered_to), text)]
        if prose.is_condition(text) and spot.mood != "passive" and not prose.lists_conditions(text):
            return [self.page.decision((block.first, block.last), text, self._until_next_label(place, runs=True))]
        return []

    def _expected_list(self, place: int) -> Draft | None:
        """ "Expected output:" with a list below tells what the command before it should give."""
        below = self.page.blocks[place + 1] if place + 1 < len(self.page.blocks) else None
        owner = self.command
        if below is None or below.item is None or owner is None or below.first - owner.last > _NEAR:
            return None
        items = self.page.siblings(below.item)
        lines = (items[0].first, items[-1].last)
        self.page.told_lists.add(below.item.list_id)
        if owner.expected is None:
            owner.expected = expectations.understood(self.page.source(*lines), lines)
        return self.page.draft("expected-output", lines, "Expected")

    def _until_next_label(self, place: int, *, runs: bool = False) -> int:
        """The last line under a bold label; a fence to run ends it unless `runs`."""
        end = self.page.blocks[place].last
        for block in self.page.blocks[place + 1 :]:
            bold = block.kind == "paragraph" and not block.item and BOLD_ONLY.match(block.text)
            if block.kind == "heading" or bold or (block.role in RUNS and not runs):
                break
            end = max(end, block.last)
        return end

    def _quoted(self, place: int, block: Block, text: str) -> list[Draft]:
        """A note or a warning is a step only where it opens with a condition, sends one elsewhere, or is a command."""
        if typed := bare.typed(text, block.first):
            return typed
        heading = self.page.spots[place].heading
        about = roles.Place(heading.path if heading else (), self.page.spots[place].label, False)
        if roles.is_filled_in(text, about):
            return [self.page.draft("template", (block.first, block.last), self._title_near(place))]
        body = re.sub(r"^\*\*[^*]{0,200}\*\*\s*", "", text)
        lines = (block.first, block.last)
        if len(body) < 600 and prose.is_condition(body) and (prose.links_in(body) or prose.ought(body)):
            return [self.page.decision(lines, body)]
        if len(body) < 300 and prose.looks_elsewhere(body):
            return [self.page.draft("reference", lines, body)]
        return []

    def _verify(self, block: Block) -> None:
        """R8: "the output should be `active`" after a command says what to expect of it."""
        owner = self.command
        if owner is None or owner.expected is not None or not self.drafts or self.drafts[-1] is not owner:
            return
        if block.first - owner.last <= 4 and (told := _TOLD.match(block.text[:2000])):
            owner.expected = expectations.understood(told["what"].strip("*_ "), (block.first, block.last))
            return
        match = _VERIFIED.search(block.text[:2000]) if block.first - owner.last <= 4 else None
        if match:
            line = block.first + block.text.count("\n", 0, match.start(1))
            timed = f"`{match[1]}`{match[2]}" if match[2] else ""
            found = expectations.understood(timed, (line, line)) if timed else None
            lasts = found is not None and found.seconds > 0
            owner.expected = found if lasts else expectations.understood(match[1], (line, line))
