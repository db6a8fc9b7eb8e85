"""Paragraphs: sentence by sentence, what is a step, a question, or something to look up."""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import bare, expectations, prose, titles, transcripts
from .blocks import ListItem
from .draft import Draft
from .inline import begins_with_code, clauses_beside, inline
from .model import Kind
from .page import Page

TASK = re.compile(r"^\s*\[[ xX]?\](?:\s+|$)")
_ARROW = re.compile(r"^[^.]{3,90}\s(?:→|->|‚Üí|â†’)\s")
_CAN = re.compile(r"\b(?:you|we) (?:can|could|may|should|must|need)\b|\bplease\b", re.I)
_CLAUSES = re.compile(r",\s*(?:then\s+)?|\bthen\b|:\s+|;\s+|\.\s+| and ")
_BEST = re.compile(r"\b(?:it may be best|only way|easiest|start planning)\b")
_PLACE_FIRST = re.compile(r"^(?:in|on|from|to|for|as|at|with|by)\b[^,]{3,80},\s*", re.I)
_TOLD = re.compile(
    r"\W{0,6}expect(?:ed|ations?)(?: (?:outputs?|results?|response|outcomes?))?\W{0,6}:\W{0,4}\s(?P<what>.{1,160})$",
    re.I | re.S)
_WHEN = re.compile(r"\b(?:when|if)\s*:?$", re.I)
_LONGEST = 40_000


def paragraph(page: Page, place: int) -> list[Draft]:
    """The items of a paragraph. Its last sentence may only be the title of the fence below."""
    block = page.blocks[place]
    text = block.text[:_LONGEST]
    if prose.says_nothing(text):
        return []
    pieces = _with_their_code(prose.sentences(text), text)
    mood = page.spots[place].mood
    if mood != "passive" and any(bare.is_prompted(row) for row in text.split("\n")[:200]):
        return bare.typed(text, block.first)
    if mood != "passive" and (plain_lines := bare.commands(text, block.first)):
        return plain_lines
    if mood != "passive" and bare.is_session(text):
        return transcripts.client(tuple(text.split("\n")), block.first, "")
    leads_on = page.introduces_fence(place)
    made: list[Draft] = []
    for number, (start, end, sentence) in enumerate(pieces):
        if made and made[-1].inline and made[-1].expected is None and (told := _TOLD.match(sentence)):
            line = block.first + text.count("\n", 0, start)
            made[-1].expected = expectations.understood(titles.plain(told["what"]), (line, line))
            continue
        if prose.is_metadata(sentence):
            continue
        lines = (block.first + text.count("\n", 0, start), block.first + text.count("\n", 0, end - 1))
        last = number == len(pieces) - 1
        listed = page.list_after(place) if last and sentence.rstrip().endswith(":") else []
        made += _sentence(page, sentence, lines, mood, leads_on and last, listed)
        if last and made and made[-1].kind == "decision" and (leads_on or sentence.rstrip().endswith(":")):
            made[-1].governs = page.introduced_to(place)
    return list(_merged(made))


def _with_their_code(pieces: list[tuple[int, int, str]], text: str) -> list[tuple[int, int, str]]:
    """ "Scale it: `kubectl scale ...`" is one sentence: what stands before the colon tells what the code is for."""
    found: list[tuple[int, int, str]] = []
    for start, end, sentence in pieces:
        if found and found[-1][2].endswith(":") and begins_with_code(sentence):
            start = found.pop()[0]
            sentence = text[start:end].strip()
        found.append((start, end, sentence))
    return found


def beside(page: Page, text: str, lines: tuple[int, int], steps: list[Draft]) -> list[Draft]:
    """Inline steps, and the manual step that stands beside them in the same sentence, if one does."""
    others = clauses_beside(text)
    return [page.draft("manual", lines, titles.plain(others[0])), *steps] if others else steps


def in_time(plain: str) -> bool:
    """"Once X, do Y" and "In the console, do Y": steps that begin with their time or place."""
    if prose.is_time(plain):
        return "," in plain and (prose.begins_with_verb(plain.partition(",")[2]) or prose.ought(plain))
    return bool(_PLACE_FIRST.match(plain)) and prose.begins_with_verb(plain.partition(",")[2])


def _sentence(
    page: Page, sentence: str, lines: tuple[int, int], mood: prose.Mood, lead: bool, listed: list[ListItem]
) -> list[Draft]:
    said = prose.without_label(sentence)
    plain = titles.plain(said)
    condition = prose.is_condition(said)
    if condition and not prose.does_by_itself(plain):
        if mood == "passive":
            return [page.draft("reference", lines, plain)] if prose.looks_elsewhere(said) else []
        steps = inline(said, lines, mood)
        if steps or lead or sentence.rstrip().endswith(":") or _acts(plain):
            return [page.decision(lines, plain, lines[1]), *steps]
        return []
    steps = [] if condition else inline(sentence, lines, mood)
    if steps:
        return beside(page, said, lines, steps)
    if prose.looks_elsewhere(said):
        return [page.draft("reference", lines, plain)]
    if mood == "passive":
        return []
    if _ARROW.match(plain) and prose.has_action(plain):
        return [page.decision(lines, plain)]
    if lead:
        return []
    if listed:
        return _introduces_list(page, plain, lines, listed)
    if prose.begins_with_verb(plain) or (mood == "active" and prose.ought(plain)) or in_time(plain):
        return [page.draft("manual", lines, plain)]
    return []


def _acts(plain: str) -> bool:
    """Whether a conditional sentence says what to do."""
    if prose.ought(plain) or _CAN.search(plain) or _BEST.search(plain) or re.match(r"\W*use\b", plain, re.I):
        return True
    return any(prose.begins_with_verb(clause.strip()) for clause in _CLAUSES.split(plain)[1:])


def _introduces_list(page: Page, plain: str, lines: tuple[int, int], items: list[ListItem]) -> list[Draft]:
    """"Include:" with a list of parts is one thing to do; with instructions below, they are the things to do."""
    texts = [item.blocks[0].text if item.blocks else "" for item in items]
    if not prose.begins_with_verb(plain) or items[0].ordered or any(TASK.match(text) for text in texts):
        return []
    tells = sum(prose.begins_with_verb(titles.plain(text)) or prose.is_condition(text) for text in texts)
    if tells * 2 > len(texts) or any(block.kind == "fence" for item in items for block in item.blocks):
        return []
    page.told_lists.add(items[0].list_id)
    kind: Kind = "decision" if _WHEN.search(plain) else "manual"
    return [page.draft(kind, (lines[0], max(item.last for item in items)), plain)]


def _merged(drafts: list[Draft]) -> Iterator[Draft]:
    """Steps of a paragraph that go on in the line where the last one ended are one item."""
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
