"""Sentences and list lines: what they tell one to do, to decide or to look up. The words are in vocabulary.toml."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from . import tongues
from .model import Kind
from .vocabulary import either, words

Mood = Literal["active", "passive", "neutral"]

_NUMBER = r"^\W{0,9}(?:[\d.]+\s*)?(?:the\s+)?"
_PASSIVE = re.compile(rf"{_NUMBER}{either('passive_start')}|\b{either('passive_end')}\W{{0,9}}$", re.I)
_ACTIVE = re.compile(rf"\b{either('active')}", re.I)
_AUTOMATIC = re.compile(rf"{_NUMBER}{either('automatic')}", re.I)
_REFERENCE_SECTION = re.compile(rf"{_NUMBER}{either('reference_section')}\b", re.I)
_LEVELS_SECTION = re.compile(rf"\b{either('levels_section')}", re.I)
_LEVEL = re.compile(
    r"^\W{0,9}(?:(?:sev(?:erity)?|p|s|priority|level|tier|l)[- ]?[0-5]\b"
    r"|(?:critical|high|medium|moderate|low|minor|major|informational|info|warning)\b(?=\s*(?:[-–—:(]|\W{0,9}$)))", re.I
)
_CONDITION = re.compile(rf"^\W{{0,9}}(?:(?:\*\*)?(?:step\s*)?\d*[.):]?\s*)?{either('condition')}\b", re.I)
_ONCE = re.compile(rf"^\W{{0,9}}{either('once')}\b", re.I)
_ELSEWHERE = re.compile(
    rf"\b{either('elsewhere')}\b|use the \[|^\W*follow(?: the)? \[|continue (?:with|in|at)(?: the)? \[", re.I)
_LINK = re.compile(
    r"\[[^\[\]\n]{1,300}\](?:\([^)\n]{1,400}\)|\[[^\]\n]{0,200}\])|<?https?://[^\s>)]+|\[\[[^\]\n]{1,200}\]\]"
)
_OUGHT = re.compile(rf"\b{either('ought')}\b", re.I)
_METADATA = re.compile(rf"^\W{{0,9}}{either('metadata')}\b[^.]{{0,30}}?:", re.I)
#: What only a renderer reads: an import of MDX, a remark of Obsidian, an anchor of MyST.
_NOT_SAID = re.compile(
    r"(?:import\s.{1,200}\sfrom\s+['\"]|import\s+['\"]|export\s+(?:const|default|function)\s|%%.*%%\s*$"
    r"|\([\w-]+\)=\s*$)", re.S)
_NOTHING = re.compile(
    r"[A-Z][\w -]{2,30}:[\s*_]*(?:none|n/?a|not (?:needed|required|applicable|necessary))\b[^.]{0,20}\.?\s*$", re.I)
_STEP_LABEL = re.compile(rf"^\W{{0,9}}{either('step_label')}\W*:\W*\s", re.I)
_SYSTEM = re.compile(
    rf"^(?:{either('condition')}\b[^,]*,\s*|{either('once')}\b[^,]*,\s*)?(?:the\s+)?"
    r"(?:(?!if\b|when\b|once\b)[\w/]+[- ]){0,3}"
    rf"{either('system')}\s+(?:\([^)]*\)\s+)?{either('system_does')}\b"
    rf"|^(?:{either('condition')}|{either('once')})\b[^,]*,\s*(?:it|they)\s+(?:will|automatically|delays|starts|stops"
    r"|restarts|retries|waits|creates|removes|sends|triggers)\b", re.I
)
_ARROW = re.compile(r"\s(?:→|->|=>|⇒|‚Üí|â†’|’)\s")
_MARK = re.compile(r"^[^\w\[`<*\"'(~$/{]{1,40}")
_GERUND = re.compile(r"^[A-Z][a-z]+ing\s+\w")
_WORD = re.compile(r"[A-Za-z][\w'-]*")
_WHEN_TO = re.compile(rf"{_NUMBER}{either('when_to')}", re.I)
_PROCEDURE = re.compile(r"procedure|runbook|response (?:steps|plan)|playbook", re.I)
_ACTION_COLUMN = re.compile(rf"\b{either('action_column')}\b", re.I)
_CAUSE_COLUMN = re.compile(rf"\b{either('cause_column')}\b", re.I)
_STATE = re.compile(
    r"\b(?:is|are|was|has|have|were|fails?|failed|running|growing|reached|exceeded|exceeds|low|high|slow|dropped|spikes?"
    r"|increasing|decreasing|enabled|disabled|full|missing|detected|works?)\b"
)
_STANDS = re.compile(
    r"^(?:no|all|every|each)\b|\b(?:stops?|returns?|remains?|stays?|drops?|shows?|clears?|passes|within)\b", re.I
)
_PROOF = re.compile(
    rf"{_NUMBER}(?:(?:post[- ]\w+ )?(?:verif|validat)"
    r"|(?:success|exit|recovery|completion|acceptance) criteria|done when)", re.I
)
_SENTENCE_END = re.compile(
    r"(?<=[.!?:])[\"')*_]*(?:\s+|$)(?=[A-Z`*\[\"(]|$)|\n(?=[A-Z][a-z]+ )"
)
_REQUEST = re.compile(r"`(?:GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE)\s+\S")
_LONGEST_CODE = 600
_AGAIN = re.compile(r"re-?[a-z]+$")
_ENDED = re.compile(r"[.!?:]\W{0,9}$")
_ABBREVIATED = re.compile(r"(?:\be\.g|\bi\.e|\betc|\bvs|\bNo|\b[A-Z])\.$")


def mood(title: str, above: Mood = "neutral") -> Mood:
    """Whether a section of this title holds steps. A neutral title takes after the section it stands in."""
    if _AUTOMATIC.match(title) or _PASSIVE.search(title):
        return "passive"
    return "active" if _ACTIVE.search(title) else above


def begins_with_verb(text: str) -> bool:
    """Whether a sentence or a list line tells one to do something."""
    text = _MARK.sub("", text.strip().strip("*_ "))
    said = _WORD.findall(text[:120])
    adverbs, verbs = words("adverbs"), words("verbs")
    place = 0
    while place < len(said) - 1 and (
        said[place].lower() in adverbs or (said[place].lower() == "do" and said[place + 1].lower() == "not")
    ):
        place += 1
    if place >= len(said):
        return False
    word = said[place].lower()
    if word == "note" and said[place + 1 : place + 2] in (["that"], ["the"]):
        return False
    if word not in verbs:
        return (bool(_AGAIN.match(word)) and word.removeprefix("re").lstrip("-") in verbs) or tongues.tells(text)
    return word not in words("nouns_too") or _reads_as_verb(text, said, place)


def _reads_as_verb(text: str, said: list[str], place: int) -> bool:
    if place + 1 >= len(said):
        return True
    following = said[place + 1]
    after = text[text.find(said[place]) + len(said[place]) :].lstrip()
    if after[:1] in (":", "-", "–", "—") and place == 0:
        return False
    if following.lower() in words("after_verb") or after[:1] in "`[*\"'<(":
        return True
    return not _STATE.search(text[:80])


def is_condition(text: str) -> bool:
    return bool(_CONDITION.match(text))


def is_time(text: str) -> bool:
    """Once X, do Y: a step in time and not a decision."""
    return bool(_ONCE.match(text))


def is_metadata(text: str) -> bool:
    """A line about the document or the alert, such as "Owner: ..."."""
    if says_nothing(text):
        return True
    return bool(_METADATA.match(text.lstrip("*_> "))) and not _STEP_LABEL.match(text)


def says_nothing(text: str) -> bool:
    """A line that only a renderer reads, or a label with "none" behind it."""
    return bool(_NOT_SAID.match(text) or _NOTHING.match(text.lstrip("*_> ")))


def without_label(text: str) -> str:
    """The part after a label such as "Restoration:"."""
    return _STEP_LABEL.sub("", text)


def looks_elsewhere(text: str) -> bool:
    """Whether the point of the sentence is to go and look at a link."""
    return bool(_LINK.search(text)) and bool(_ELSEWHERE.search(text))


def ought(text: str) -> bool:
    """Whether the sentence says what somebody should do."""
    return bool(_OUGHT.search(text)) and not does_by_itself(text)


def does_by_itself(text: str) -> bool:
    """Whether the sentence says what some system does."""
    return bool(_SYSTEM.match(text.strip("* ")))


def tells_state(text: str) -> bool:
    """A sentence about how things stand: "Consumer lag stops rising"."""
    return bool(_STATE.search(text) or _STANDS.search(text))


def is_proof(title: str) -> bool:
    """A heading over what must hold when all is done."""
    return bool(_PROOF.match(title))


def has_action(text: str) -> bool:
    """A cause with an action: "Image issues: pull again", "Disk full → clean up"."""
    arrow = _ARROW.search(text)
    if arrow and text[: arrow.start()].strip() and text[arrow.end() :].strip():
        tail = text[arrow.end() :]
        return begins_with_verb(tail) or len(tail.split()) <= 8
    match = re.match(r"^\W{0,9}(?:\*\*)?([^:`]{3,70}?)(?:\*\*)?:(?:\*\*)?\s+(.+)$", text, re.S)
    return match is not None and begins_with_verb(match[2])


def is_gerund(text: str) -> bool:
    return bool(_GERUND.match(text.strip("*_ ")))


def is_reference_section(title: str) -> bool:
    return bool(_REFERENCE_SECTION.match(title))


@lru_cache(maxsize=256)  # asked of each block for the headings over it
def is_levels_section(title: str) -> bool:
    return bool(_LEVELS_SECTION.search(title))


def is_level(text: str) -> bool:
    """Whether a heading or a line names a level of severity."""
    return bool(_LEVEL.match(text.lstrip("#*- ")))


def is_procedure(title: str) -> bool:
    """A heading that names a level may also head what to do at that level."""
    return bool(_PROCEDURE.search(title))


def lists_conditions(title: str) -> bool:
    """A heading over a list of when to do something."""
    return bool(_WHEN_TO.match(title.strip("*: ")))


def links_in(text: str) -> bool:
    return bool(_LINK.search(text))


def is_mostly_link(text: str) -> bool:
    if _REQUEST.search(text):
        return False
    left = re.sub(r"[\W_]+", " ", _LINK.sub("", text)).split()
    return bool(_LINK.search(text)) and len(left) <= 6


def is_question(text: str) -> bool:
    return text.strip("* _").endswith("?")


def is_yes_no(text: str) -> bool:
    return bool(re.search(r"\byes\s*/\s*no\b", text, re.I))


def table_kind(header: tuple[str, ...]) -> Kind:
    """A table of causes with something to do is a decision; any other is looked up."""
    if len(header) >= 2 and any(_ACTION_COLUMN.search(cell) for cell in header[1:]) and _CAUSE_COLUMN.search(header[0]):
        return "decision"
    return "reference"


def _goes_on(before: str, after: str) -> bool:
    """Whether what ends there is in the middle of code, or of an object with its `"key": value`."""
    in_code = before.count("`") % 2 == 1 and "`" in after
    in_object = before.endswith('":') and before.count("{") > before.count("}") and "}" in after
    return in_code or in_object


def sentences(text: str) -> list[tuple[int, int, str]]:
    """Sentences of a paragraph with the offsets of their first and last character."""
    found = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        end = text[max(start, match.start() - 12) : match.start()]
        if _ABBREVIATED.search(end) or (match[0].startswith("\n") and not _ENDED.search(end)):
            continue
        before = text[start : match.start()]
        if _goes_on(before, text[match.start() : match.start() + _LONGEST_CODE]):
            continue
        if before.strip():
            found.append((start, match.start(), before.strip()))
        start = match.end()
    if text[start:].strip():
        found.append((start, len(text), text[start:].strip()))
    return found
