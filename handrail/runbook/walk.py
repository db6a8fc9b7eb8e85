"""The walk through a document: every block in order becomes steps, questions, things to look up, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from . import expectations, fences, prose, roles, titles, web
from . import lines as look
from .blocks import Block, Document, ListItem
from .draft import Draft
from .model import Kind

_BOLD_ONLY = re.compile(r"^\W*(?:\*\*|__)(?P<text>[^*_]+(?:[*_][^*_]+)*?)(?:\*\*|__)\s*(?:\([^)]*\))?\s*:?\s*$")
#: Roles of fences that hold something to run.
RUNS = ("commands", "transcript", "client", "request")
_TASK = re.compile(r"^\s*\[[ xX]?\](?:\s+|$)")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.S)
_NAMED_IN_PASSING = re.compile(
    r"^\s*(?:commands?|tools?|utility|option|flag|parameter|binary|output|shows?|is|are|was|returns?|fails?|reports?|says|metric|alert|pod|container|field|file|script|to be|can be|must|should|may|will|might)\b",
    re.I,
)
_INTRODUCES = re.compile(
    r"\b(?:run|running|use|execute|type|enter|issue|invoke|call|send|do|try|then)\s*:?\s*$|[:→]\s*$|(?:^|[.;]\s*)$", re.I
)
_VERIFIED = re.compile(
    r"\b(?:should|must|expect(?:ed)?|verify|confirm|output|result|returns?|status)\b[^`.]{0,60}\b(?:be|is|show|shows|return|returns|say|says|read|contain|contains|report|print|prints|to)\s+(?:a |an |the )?[`\"]([^`\"\n]{1,80})[`\"]",
    re.I,
)


_LOOKS_OVER = re.compile(r"^\W*(?:\d+[.)]\s*)?(?:check|look|verify|review|inspect|confirm|monitor|examine|search|validate)\b", re.I)


@dataclass(slots=True)
class Heading:
    title: str
    level: int
    first: int
    last: int
    path: tuple[str, ...]
    mood: prose.Mood
    minutes: float | None = None


@dataclass(slots=True)
class _Spot:
    """What surrounds one block."""

    heading: Heading | None
    label: str
    lead: str
    role: roles.Role | None = None
    info: roles.Info = field(default_factory=lambda: roles.Info("", {}))
    mood: prose.Mood = "neutral"


class Walk:
    """One pass over a parsed document. `drafts` and `headings` are the result."""

    def __init__(self, document: Document, title: str) -> None:
        self.document = document
        self.blocks = document.blocks
        self.title = title
        self.headings: list[Heading] = []
        self.drafts: list[Draft] = []
        self.spots: list[_Spot] = []
        self._done_lists: set[int] = set()
        self._covered_to = 0
        self._looks_over = False
        self._survey()

    def run(self) -> None:
        for place, block in enumerate(self.blocks):
            if block.first <= self._covered_to:
                continue
            before = len(self.drafts)
            if block.kind == "heading":
                self._heading(place, block)
            elif block.kind == "fence":
                self._fence(place, block)
            elif block.kind == "table":
                self._table(place, block)
            elif block.kind == "paragraph":
                self._paragraph(place, block)
            heading = self.spots[place].heading
            for draft in self.drafts[before:]:
                draft.section = heading.path if heading else ()

    # --- first look: headings, labels, roles

    def _survey(self) -> None:
        stack: list[Heading] = []
        label = ""
        lead = ""
        runnable = False
        deep = any(block.kind == "heading" and block.level > 1 for block in self.blocks)
        for block in self.blocks:
            if block.kind == "heading":
                while stack and stack[-1].level >= block.level:
                    stack.pop()
                text = titles.plain(block.text)
                above: prose.Mood = stack[-1].mood if stack else "neutral"
                heading = Heading(
                    text,
                    block.level,
                    block.first,
                    len(self.document.lines),
                    (*(h.title for h in stack), text),
                    prose.mood(text, above if stack and stack[-1].level > 1 else "neutral"),
                )
                if block.level == 1 and not stack:
                    heading.mood = "passive" if deep and not self._steps_before_next(block) else "active"
                heading.minutes = titles.minutes(text)
                for open_heading in self.headings:
                    if open_heading.last == len(self.document.lines) and open_heading.level >= block.level:
                        open_heading.last = block.first - 1
                self.headings.append(heading)
                stack.append(heading)
                label, lead, runnable = "", "", False
            spot = _Spot(stack[-1] if stack else None, label, lead)
            spot.mood = self._mood(spot)
            if block.kind == "paragraph":
                bold = _BOLD_ONLY.match(block.text) if not block.item else None
                if bold and "\n" not in block.text:
                    label = bold["text"].strip()
                    spot.label = label
                    spot.mood = self._mood(spot)
                lead = block.text
            elif block.kind == "fence":
                spot.info = roles.info(block.info)
                place = roles.Place(
                    tuple(h.title for h in stack), titles.plain(lead), runnable, bool(_BOLD_ONLY.match(lead))
                )
                if (
                    block.indented
                    and not block.quoted
                    and not any(look.is_command(line) or look.PROMPT.match(line) for line in block.body)
                ):
                    spot.role = "expected" if runnable else "other"
                    if roles.is_template("\n".join(block.body), place):
                        spot.role = "template"
                else:
                    spot.role = roles.role(spot.info.language, block.body, place, indented=block.indented)
                runnable = spot.role in ("commands", "transcript", "client", "request")
                lead = ""
            elif block.kind != "html":
                runnable = False
            if (
                block.kind == "paragraph"
                and runnable
                and not block.text.rstrip().endswith(":")
                and len(block.text) > 200
            ):
                runnable = False
            self.spots.append(spot)

    def _steps_before_next(self, heading: Block) -> bool:
        """Whether a title's own text, before the next heading, holds fences or numbered steps."""
        seen = False
        for block in self.blocks:
            if block is heading:
                seen = True
            elif seen and block.kind == "heading":
                return False
            elif seen and (block.kind == "fence" or (block.item is not None and block.item.ordered)):
                return True
        return False

    def _mood(self, spot: _Spot) -> prose.Mood:
        base: prose.Mood = (
            spot.heading.mood
            if spot.heading
            else ("active" if not any(block.kind == "heading" for block in self.blocks) else "neutral")
        )
        return prose.mood(spot.label, base) if spot.label else base

    # --- headings and tables

    def _heading(self, place: int, block: Block) -> None:
        heading = self.spots[place].heading
        if heading is None:
            return
        parents = heading.path[:-1]
        if (
            prose.is_level(heading.title)
            and any(prose.is_levels_section(parent) for parent in parents[-2:])
            and not re.search(
                r"procedure|runbook|response (?:steps|plan)|playbook", " ".join((*parents[-1:], heading.title)), re.I
            )
            and not self._runnable_between(place, heading.last)
        ):
            self._add("reference", heading.first, heading.last, heading.title)
            self._covered_to = heading.last
        elif re.match(r"^\W*(?:if|in case|unless)\b", heading.title, re.I) and heading.mood != "passive":
            self._add("decision", block.first, block.last, heading.title)

    def _runnable_between(self, place: int, last: int) -> bool:
        return any(
            spot.role in ("commands", "transcript", "request")
            for block, spot in zip(self.blocks[place:], self.spots[place:], strict=True)
            if block.first <= last and block.kind == "fence"
        )

    def _table(self, place: int, block: Block) -> None:
        header = block.rows[0] if block.rows else ()
        spot = self.spots[place]
        kind = prose.table_kind(tuple(titles.plain(cell) for cell in header))
        title = spot.label or (spot.heading.title if spot.heading else "")
        if not any(cell.strip() for row in block.rows[1:] for cell in row):
            return
        self._add(kind, block.first, block.last, titles.short(title))

    # --- fences

    def _fence(self, place: int, block: Block) -> None:
        spot = self.spots[place]
        body, first = block.body, block.body_first
        last = first + len(body) - 1
        language, attributes = spot.info
        if not any(line.strip() for line in body):
            return
        if block.quoted and spot.role == "commands" and block.indented:
            spot.role = "other"
        made: list[Draft] = []
        if spot.role == "commands":
            made = fences.steps(body, first, language)
        elif spot.role == "transcript":
            made = fences.transcript(body, first, language)
        elif spot.role == "client":
            made = fences.client(body, first, language)
        elif spot.role == "request":
            made = [
                Draft(
                    "http",
                    first,
                    last,
                    text="\n".join(line.strip() for line in body),
                    command=body[0].strip(),
                    language=language,
                )
            ]
        elif spot.role == "expected":
            self._expected(block, first, last)
            return
        elif spot.role == "checklist":
            self._checklist(block)
            return
        else:
            kinds: dict[roles.Role | None, Kind] = {
                "template": "template",
                "decision": "decision",
                "reference": "reference",
            }
            title = self._title_near(place)
            draft = self._add(kinds.get(spot.role, "reference"), first, last, title)
            draft.language = language
            draft.attributes = dict(attributes)
            return
        lead = self._lead_of(place)
        told = [draft for draft in made if draft.kind in ("command", "http")]
        for draft in told:
            draft.attributes = dict(attributes)
            draft.lead = lead
            draft.told = self.blocks[place - 1].text if place and self.blocks[place - 1].kind == "paragraph" else lead
        if len(told) == 1 and not told[0].title:
            told[0].title = titles.short(titles.before_colon(lead)) if lead else ""
        self.drafts.extend(made)

    def _checklist(self, block: Block) -> None:
        """Boxes to tick and numbered steps that somebody put into a fence."""
        for place, line in enumerate(block.body):
            said = look.checkbox(line) or (line if re.match(r"^\s*\d{1,2}[.)]\s+\S", line) else "")
            if said:
                kind: Kind = "decision" if prose.is_condition(titles.short(said)) else "manual"
                self._add(kind, block.body_first + place, block.body_first + place, said)

    def _expected(self, block: Block, first: int, last: int) -> None:
        owner = next((draft for draft in reversed(self.drafts) if draft.kind in ("command", "http")), None)
        draft = self._add("expected-output", first, last, "Expected")
        if owner is not None and owner.expected is None and first - owner.last <= 12:
            owner.expected = expectations.understood("\n".join(block.body), (first, last), promised=False)
        draft.language = roles.info(block.info).language

    def _lead_of(self, place: int) -> str:
        """The sentence that introduces a fence: the paragraph before it, else its list item's text, else the bold label."""
        block = self.blocks[place]
        if place and self.blocks[place - 1].kind == "paragraph" and not self.blocks[place - 1].quoted:
            before = self.blocks[place - 1]
            bold = _BOLD_ONLY.match(before.text)
            if bold:
                return ""
            return prose.sentences(before.text)[-1][2] if prose.sentences(before.text) else before.text
        if block.item is not None and block.item.blocks and block.item.blocks[0].kind == "paragraph":
            return block.item.blocks[0].text
        return ""

    def _title_near(self, place: int) -> str:
        spot = self.spots[place]
        lead = self._lead_of(place)
        heading = spot.heading.title if spot.heading else self.title
        return titles.short(spot.label or (lead if len(lead) < 100 else "") or heading)

    # --- paragraphs

    def _paragraph(self, place: int, block: Block) -> None:
        spot = self.spots[place]
        text = block.text.strip()
        if block.item is not None and block.item.blocks and block.item.blocks[0] is block and not block.quoted:
            self._item(place, block, block.item)
            return
        if _BOLD_ONLY.match(text) and "\n" not in text:
            self._label(place, block)
            return
        self._estimate(place, text)
        if block.quoted:
            self._quoted(block, text)
            return
        self._sentences(place, block, spot.mood)

    def _estimate(self, place: int, text: str) -> None:
        heading = self.spots[place].heading
        for line in text.split("\n"):
            found = titles.estimate(line)
            if found is not None and heading is not None and heading.minutes is None:
                heading.minutes = found

    def _label(self, place: int, block: Block) -> None:
        spot = self.spots[place]
        text = titles.plain(block.text)
        near = (spot.heading.title if spot.heading else "", *(spot.heading.path[-2:-1] if spot.heading else ()))
        if prose.is_level(text) and any(prose.is_levels_section(title) for title in near):
            end = self._until_next_label(place)
            self._add("reference", block.first, end, titles.short(text))
            self._covered_to = end
        elif prose.is_condition(text) and spot.mood != "passive" and not prose.lists_conditions(text):
            self._add("decision", block.first, block.last, titles.short(text))

    def _until_next_label(self, place: int) -> int:
        end = self.blocks[place].last
        for block, spot in zip(self.blocks[place + 1 :], self.spots[place + 1 :], strict=True):
            if block.kind == "heading" or (
                block.kind == "paragraph" and not block.item and _BOLD_ONLY.match(block.text)
            ):
                break
            if spot.role in ("commands", "transcript"):
                break
            end = max(end, block.last)
        return end

    def _quoted(self, block: Block, text: str) -> None:
        body = re.sub(r"^\*\*[^*]*\*\*\s*", "", text)
        if prose.is_condition(body) and (prose.links_in(body) or prose.ought(body)) and len(body) < 600:
            self._add("decision", block.first, block.last, titles.short(body))
        elif prose.looks_elsewhere(body) and len(body) < 300:
            self._add("reference", block.first, block.last, titles.short(body))

    def _sentences(self, place: int, block: Block, mood: prose.Mood) -> None:
        text = block.text
        pieces = prose.sentences(text)
        leads_on = self._introduces(place)
        lists_on = self._list_after(place)
        made: list[Draft] = []
        for number, (start, end, sentence) in enumerate(pieces):
            lines = (block.first + text.count("\n", 0, start), block.first + text.count("\n", 0, end - 1))
            last = number == len(pieces) - 1
            if prose.is_metadata(sentence):
                continue
            made.extend(
                self._sentence(
                    sentence, lines, mood, leads_on and last, lists_on if last else None, whole=len(pieces) == 1
                )
            )
        self.drafts.extend(_merged(made))
        if not leads_on:
            self._verify(block)

    def _sentence(
        self,
        sentence: str,
        lines: tuple[int, int],
        mood: prose.Mood,
        lead: bool,
        list_after: list[ListItem] | None,
        *,
        whole: bool,
    ) -> list[Draft]:
        said = prose.without_label(sentence)
        plain = titles.plain(said)
        if prose.is_condition(said) and not prose.does_by_itself(plain):
            if mood == "passive":
                return [self._draft("reference", lines, plain)] if prose.looks_elsewhere(said) else []
            if lead or sentence.rstrip().endswith(":") or self._acts(plain):
                return [self._draft("decision", lines, plain), *self._inline(said, lines, mood)]
            return []
        inline = self._inline(said, lines, mood)
        if inline:
            return self._beside(said, lines, inline)
        if prose.looks_elsewhere(said):
            return [self._draft("reference", lines, plain)]
        if mood != "passive" and re.match(r"^[^.]{3,90}\s(?:→|->|‚Üí|â†’)\s", plain) and prose.has_action(plain):
            return [self._draft("decision", lines, plain)]
        if mood == "passive" or lead:
            return []
        if list_after is not None and sentence.rstrip().endswith(":"):
            return self._introduces_list(plain, lines, list_after)
        if prose.begins_with_verb(plain) or (mood == "active" and prose.ought(plain)) or self._in_time(plain):
            return [self._draft("manual", lines, plain)]
        return []

    def _acts(self, plain: str) -> bool:
        """Whether a conditional sentence says what to do."""
        if prose.ought(plain) or re.search(
            r"\b(?:you|we) (?:can|could|may|should|must|need)\b|\bplease\b", plain, re.I
        ):
            return True
        for clause in re.split(r",\s*(?:then\s+)?|\bthen\b|:\s+|;\s+|\.\s+| and ", plain)[1:]:
            if prose.begins_with_verb(clause.strip()):
                return True
        return bool(re.match(r"^\W*\w+.*\b(?:it may be best|only way|easiest|start planning|we can)\b", plain))

    def _in_time(self, plain: str) -> bool:
        if not prose.is_time(plain):
            return bool(
                re.match(r"^(?:in|on|from|to|for|as|at|with|by)\b[^,]{3,80},\s*", plain, re.I)
            ) and prose.begins_with_verb(plain.partition(",")[2])
        return "," in plain and (prose.begins_with_verb(plain.partition(",")[2]) or prose.ought(plain))

    def _introduces_list(self, plain: str, lines: tuple[int, int], items: list[ListItem]) -> list[Draft]:
        """ "Include:" with a list of parts is one thing to do; with instructions below, they are the things to do."""
        texts = [titles.plain(item.blocks[0].text) if item.blocks else "" for item in items]
        if not prose.begins_with_verb(plain) or any(_TASK.match(item.blocks[0].text) for item in items if item.blocks):
            return []
        tells = sum(prose.begins_with_verb(text) or prose.is_condition(text) for text in texts)
        if (items and items[0].ordered) or tells * 2 > len(texts):
            return []
        if any(block.kind == "fence" for item in items for block in item.blocks):
            return []
        self._done_lists.add(items[0].list_id)
        return [self._draft("manual", (lines[0], max(item.last for item in items)), plain)]

    def _list_after(self, place: int) -> list[ListItem] | None:
        following = self.blocks[place + 1] if place + 1 < len(self.blocks) else None
        here = self.blocks[place].item
        if following is None or following.item is None or following.item is here:
            return None
        item = following.item
        while item.parent is not None and item.parent is not here:
            item = item.parent
        return self._siblings(item)

    def _siblings(self, item: ListItem) -> list[ListItem]:
        return self.document.lists[item.list_id]

    def _introduces(self, place: int) -> bool:
        """Whether the next block is a fence to run, so that this text is its title."""
        following = place + 1
        if following >= len(self.blocks):
            return False
        block = self.blocks[following]
        if block.kind != "fence" or self.spots[following].role not in ("commands", "transcript", "client", "request"):
            return False
        here = self.blocks[place]
        return block.item is here.item or here.item is None or block.item is not None or block.first - here.last <= 2

    def _verify(self, block: Block) -> None:
        """R8: "the output should be `active`" after a command says what to expect of it."""
        owner = self.drafts[-1] if self.drafts else None
        match = _VERIFIED.search(block.text)
        if (
            match
            and owner is not None
            and owner.kind in ("command", "http")
            and owner.expected is None
            and block.first - owner.last <= 4
        ):
            line = block.first + block.text.count("\n", 0, match.start(1))
            owner.expected = expectations.understood(match[1], (line, line))

    # --- inline commands

    def _inline(self, text: str, lines: tuple[int, int], mood: prose.Mood) -> list[Draft]:
        """R6: code that is a whole command or METHOD /path in a place that tells one to use it."""
        if mood == "passive" or "`" not in text:
            return []
        made = []
        for match in _CODE.finditer(text):
            code = " ".join(match[2].split())
            before, after = text[: match.start()], text[match.end() :]
            request = web.REQUEST.match(code)
            if not request and not (
                look.is_command(code) and (" " in code or code.startswith("./")) and _is_whole(code)
            ):
                continue
            if _NAMED_IN_PASSING.match(after) and not re.match(r"^\s*(?:to|and|or|,)\b", after):
                continue
            if not _tells(before):
                continue
            line = lines[0] + text.count("\n", 0, match.start())
            draft = Draft("http" if request else "command", line, line, text=code, command=code, inline=True)
            draft.title = titles.short(_around(before, after))
            draft.purpose = titles.plain(before)
            made.append(draft)
        return made

    def _beside(self, text: str, lines: tuple[int, int], inline: list[Draft]) -> list[Draft]:
        """Inline commands, and the manual step that stands beside them in the same sentence, if one does."""
        clauses = re.split(r",\s*then\s+|;\s+|\bthen\b|\.\s+", text)
        beside = [clause for clause in clauses if "`" not in clause and prose.begins_with_verb(titles.plain(clause))]
        if len(clauses) > 1 and beside:
            return [self._draft("manual", lines, titles.plain(beside[0])), *inline]
        return inline

    # --- list items

    def _item(self, place: int, block: Block, item: ListItem) -> None:
        spot = self.spots[place]
        self._looks_over = False
        if item.list_id in self._done_lists or (item.parent and item.parent.list_id in self._done_lists):
            return
        text = block.text
        task = _TASK.match(text)
        siblings = self._siblings(item)
        if siblings and siblings[0] is item and not task and self._as_a_whole(place, item, siblings):
            self._done_lists.add(item.list_id)
            return
        said = _TASK.sub("", text)
        plain = titles.plain(prose.without_label(said))
        lines = (block.first, block.last)
        if not plain:
            return
        if task:
            inline = self._inline(said, lines, "active")
            self.drafts.extend(self._beside(said, lines, inline) if inline else [self._draft("manual", lines, plain)])
            return
        self.drafts.extend(self._list_step(place, item, said, plain, lines, self._list_mood(place, spot)))

    def _list_mood(self, place: int, spot: _Spot) -> prose.Mood:
        """The mood of a list: its section's, unless the line that introduces it says otherwise."""
        at = place - 1
        item = self.blocks[place].item
        while at >= 0 and item is not None and self._same_list(self.blocks[at].item, item):
            at -= 1
        before = self.blocks[at] if at >= 0 else None
        if before is None or before.kind != "paragraph" or not before.text.rstrip().endswith(":"):
            return spot.mood
        lead = titles.plain(prose.sentences(before.text)[-1][2]) if prose.sentences(before.text) else ""
        self._looks_over = bool(_LOOKS_OVER.match(lead))
        if prose.begins_with_verb(lead) or prose.is_condition(lead):
            return "active" if spot.mood != "passive" else spot.mood
        if prose.does_by_itself(lead) or prose.mood(lead) == "passive":
            return "passive"
        return spot.mood

    def _same_list(self, one: ListItem | None, item: ListItem) -> bool:
        while one is not None:
            if one.list_id == item.list_id:
                return True
            one = one.parent
        return False

    def _list_step(
        self, place: int, item: ListItem, said: str, plain: str, lines: tuple[int, int], mood: prose.Mood
    ) -> list[Draft]:
        if mood == "passive":
            return [self._draft("reference", lines, plain)] if prose.looks_elsewhere(said) else []
        condition = prose.is_condition(said.lstrip("*_")) and not prose.does_by_itself(plain)
        condition = condition or (self._introduces(place) and self._is_cause(said))
        if condition or prose.is_yes_no(plain) or (prose.is_question(said) and item.children):
            last = item.last if prose.is_question(said) and item.children and not condition else lines[1]
            if last > lines[1]:
                self._done_lists.update(child.list_id for child in item.children)
            return [self._draft("decision", (lines[0], self._trim(last)), plain), *self._inline(said, lines, mood)]
        inline = self._inline(said, lines, mood)
        if inline:
            return self._beside(said, lines, inline)
        if self._introduces(place) or (said.rstrip().rstrip("*").endswith(":") and self._goes_on(place, item)):
            return []
        if item.children:
            return self._parent_item(item, said, plain, lines, mood)
        if prose.looks_elsewhere(said) and not prose.begins_with_verb(titles.plain(re.sub(r"^\W*\w+", "", said))):
            return [self._draft("reference", lines, plain)]
        return self._plain_item(item, said, plain, lines, mood)

    def _is_cause(self, said: str) -> bool:
        """"Disk full: clean up" with the command below: the cause decides whether to run it."""
        head, colon, tail = titles.plain(said).partition(": ")
        return bool(colon) and bool(tail.strip()) and not prose.begins_with_verb(head) and prose.begins_with_verb(tail)

    def _goes_on(self, place: int, item: ListItem) -> bool:
        """Whether what an item ends its line with a colon for follows: items, a fence of its own, or the next list."""
        if item.children or any(self.spots[at].role in RUNS for at in range(place, len(self.blocks)) if self.blocks[at].item is item):
            return True
        following = self.blocks[place + 1] if place + 1 < len(self.blocks) else None
        return following is not None and following.item is not None and following.item.list_id != item.list_id

    def _parent_item(
        self, item: ListItem, said: str, plain: str, lines: tuple[int, int], mood: prose.Mood
    ) -> list[Draft]:
        """An item with items below: a title if they say what to do and it does not, one step if they are its parts."""
        below = [
            titles.plain(child.blocks[0].text)
            for child in item.children
            if child.blocks and child.blocks[0].kind == "paragraph"
        ]
        acting = [
            text for text in below if prose.begins_with_verb(text) or prose.is_condition(text) or prose.ought(text)
        ]
        bold = bool(_BOLD_ONLY.match(said.split("\n")[0]))
        if acting and bold:
            return []
        own = self._plain_item(item, said, plain, lines, mood)
        if own and not acting and bold:
            self._done_lists.update(child.list_id for child in item.children)
            own[0].last = self._trim(item.last)
            own[0].text = self._source(own[0].first, own[0].last)
        return own

    def _plain_item(
        self, item: ListItem, said: str, plain: str, lines: tuple[int, int], mood: prose.Mood
    ) -> list[Draft]:
        tells = prose.begins_with_verb(plain)
        if tells:
            return [self._draft("manual", lines, plain)]
        if prose.is_mostly_link(said):
            return [self._draft("reference", lines, plain)]
        if prose.does_by_itself(plain) and not prose.ought(plain):
            return []
        if prose.is_time(plain) and (prose.ought(plain) or self._in_time(plain)):
            return [self._draft("manual", lines, plain)]
        if prose.has_action(said) and not prose.is_metadata(said):
            return [self._draft("decision", lines, plain)]
        if mood == "active" and (prose.ought(plain) or prose.is_gerund(plain)):
            return [self._draft("manual", lines, plain)]
        if (item.ordered or self._looks_over) and mood == "active" and not prose.is_metadata(said):
            return [self._draft("manual", lines, plain)]
        return []

    def _as_a_whole(self, place: int, item: ListItem, siblings: list[ListItem]) -> bool:
        """Lists that are one thing: links and contacts, severity levels, when to do something."""
        spot = self.spots[place]
        firsts = [one.blocks[0].text for one in siblings if one.blocks and one.blocks[0].kind == "paragraph"]
        if not firsts or item.parent is not None:
            return False
        first, last = siblings[0].first, self._trim(max(one.last for one in siblings))
        if any(_TASK.match(text) for text in firsts) or any(
            block.kind == "fence" for one in siblings for block in one.blocks
        ):
            return False
        heading = spot.heading.title if spot.heading else ""
        about = spot.label or heading
        plains = [titles.plain(text) for text in firsts]
        if re.search(r"\b(?:table of )?contents\b|^toc$", about, re.I):
            return True
        links = sum(prose.is_mostly_link(text) for text in firsts)
        tells = sum(prose.begins_with_verb(text) for text in plains)
        if links * 2 > len(firsts) or (
            (prose.is_reference_section(about) and tells * 2 <= len(firsts) and spot.label != "")
            or (prose.is_reference_section(heading) and not spot.label and tells * 2 <= len(firsts))
        ):
            self._add("reference", first, last, titles.short(about or plains[0]))
            return True
        if re.search(r"\btemplate\b", about, re.I) and tells * 2 <= len(plains):
            self._add("template", first, last, titles.short(about))
            return True
        levels = sum(prose.is_level(text) for text in plains)
        if levels * 2 > len(plains) and len(plains) > 1 and tells == 0:
            self._add("reference", first, last, titles.short(about))
            return True
        if prose.lists_conditions(about) and not item.ordered and not any(prose.is_yes_no(text) for text in plains):
            if tells * 2 <= len(plains) or re.match(r"^\W*when (?:to|not)\b", about, re.I):
                self._add("decision", first, last, titles.short(about))
                return True
        return False

    # --- small things

    def _add(self, kind: Kind, first: int, last: int, title: str) -> Draft:
        draft = self._draft(kind, (first, self._trim(last)), title)
        self.drafts.append(draft)
        return draft

    def _draft(self, kind: Kind, lines: tuple[int, int], title: str) -> Draft:
        return Draft(kind, *lines, title=titles.short(title), text=self._source(*lines))

    def _source(self, first: int, last: int) -> str:
        return "\n".join(line.strip() for line in self.document.lines[first - 1 : last])

    def _trim(self, last: int) -> int:
        """The last line that is not empty, a rule, or a list's blank end."""
        while last > 1 and not self.document.lines[last - 1].strip(" \t\r-*_"):
            last -= 1
        return last


def _merged(drafts: list[Draft]) -> Iterator[Draft]:
    """Sentences of the same kind that go on in the line where the last one ended are one item."""
    pending: Draft | None = None
    for draft in drafts:
        if pending is not None and pending.kind == draft.kind == "manual" and draft.first <= pending.last:
            pending.last = max(pending.last, draft.last)
            pending.text = pending.text if pending.text.endswith(draft.text) else pending.text + "\n" + draft.text
            continue
        if pending is not None:
            yield pending
        pending = draft
    if pending is not None:
        yield pending


def _tells(before: str) -> bool:
    """Whether the words before a piece of code tell one to use it."""
    sentence = prose.sentences(before)[-1][2] if before.strip() and prose.sentences(before) else before
    said = titles.plain(prose.without_label(sentence))
    if prose.begins_with_verb(said) or prose.is_condition(said) or prose.ought(said):
        return True
    return bool(_INTRODUCES.search(before))


def _is_whole(code: str) -> bool:
    return not code.endswith(("...", "…")) and not re.search(r"\s\.\.\.\s", code)


def _around(before: str, after: str) -> str:
    """A title for an inline command: what stands before it, else after it."""
    head = titles.plain(before).rstrip(" :(")
    head = re.sub(r"\s+(?:with|using|via|by|run|running|through)$", "", head, flags=re.I)
    if len(head) >= 3:
        sentences = prose.sentences(head)
        return sentences[-1][2] if sentences else head
    return titles.plain(after)
