"""Sentences, list items, tables and headings: what a person does, decides or looks up."""

from __future__ import annotations

import re
from typing import Literal

from .model import Kind
from .verbs import ADVERBS, NOUNS_TOO, VERBS

Mood = Literal["active", "passive", "neutral"]

_PASSIVE = re.compile(
    r"^\W*(?:[\d.]+\s*)?(?:the\s+)?(?:meaning|impact|overview|introduction|intro|background|description|descriptions?|symptoms?|summary|purpose|scope|principles?|goals?|objectives?|about|glossary|"
    r"definitions?|table of contents|contents|toc|examples?|triggers?|owners?|severity|alert message|architecture|how (?:it|this|does)|what (?:is|this|are)|why\b|context|audience|terminology|"
    r"history|change ?log|revision history|references?|related|see also|further reading|additional (?:resources|information|reading)|resources|links|metadata|features|benefits|"
    r"responsibilit|rationale|assumptions|limitations|key (?:concepts|metrics|terms)|known issues|possible causes|potential causes|common causes|root causes?$|causes?$|details|dashboards?|faq|"
    r"alert (?:details|definition|condition|description|rule)|conditions?|when (?:this|it) (?:fires|happens)|signs|indicators|detection (?:sources|methods|rules)|metrics?$|slos?\b|slas?\b|version|license|credits|attributions?|acknowledg|"
    r"mitre|default definition|reporting$)"
    r"|\bprinciples?\W*$|\bgoals?\W*$|\bsymptoms?\W*$|\bimpact\W*$|\boverview\W*$|\bbackground\W*$|\bexamples?\W*$|\bglossary\W*$",
    re.I,
)
_ACTIVE = re.compile(
    r"\b(?:diagnos|mitigat|resol|remed|steps?\b|procedures?|process|respon[ds]|investigat|recover|actions?\b|fix|verif|roll(?:ing)? ?back|prevent|follow.?up|post.?(?:incident|mortem|review)|triage|contain|"
    r"eradicat|playbook|check ?list|prepar|trouble ?shoot|debug|mainten|backup|restor|rotat|failover|escalat|contacting|checks?\b|what to do|how to|instructions?|tasks?|solution|workaround|immediate|"
    r"cleanup|clean up|upgrad|deploy|migrat|validat|monitor|communicat|notif|identif|analy|collect|isolat|remov|plan\b|long.?term|short.?term|retention|handling|scal|workflow|phase|stage|guide|operations?|don't panic|review|"
    r"retrospective|hand.?off|hand.?over|lessons|improve|update|learn|assess|prerequisites?|before you|requirements)",
    re.I,
)
_AUTOMATIC = re.compile(r"^\W*(?:[\d.]+\s*)?(?:automat(?:ic|ed)\b|how .* works)", re.I)
_REFERENCE_SECTION = re.compile(
    r"^\W*(?:[\d.]+\s*)?(?:references?|related|see also|further reading|additional (?:resources|information|reading)|resources|links|(?:useful|helpful|important|key) (?:links|resources|dashboards|contacts|documents)|documentation|contacts?|escalation contacts?|"
    r"emergency contacts?|communication channels?|channels|dashboards?|contact (?:information|details)|on-?call contacts?|key contacts?|quick (?:links|reference)|runbooks?|external resources)\b",
    re.I,
)
_LEVELS_SECTION = re.compile(
    r"\b(?:severit|priorit|classification|sev\b|incident levels?|alert levels?|impact levels?)", re.I
)
LEVEL = re.compile(
    r"^\W*(?:(?:sev(?:erity)?|p|s|priority|level|tier|l)[- ]?[0-5]\b|(?:critical|high|medium|moderate|low|minor|major|informational|info|warning)\b(?=\s*(?:[-–—:(]|\W*$)))",
    re.I,
)
_LEVEL_ENTRY = re.compile(r"^\W*(?:sev(?:erity)?|p|s|priority|level|tier)[- ]?\d\b", re.I)
_CONDITION = re.compile(
    r"^\W*(?:(?:\*\*)?(?:step\s*)?\d*[.):]?\s*)?(?:if|when|whenever|otherwise|or,? if|and if|unless|else|in case|in the (?:event|case)|should (?:the|this|that|it|there|you|any)\b|for (?:any )?(?:cases|situations) (?:where|when)|as a last resort|"
    r"only if|even if|after .* fails|where possible|depending on)\b",
    re.I,
)
_ONCE = re.compile(r"^\W*(?:once|after|before|while|until|as soon as|during|at the (?:end|start))\b", re.I)
_LOOK_ELSEWHERE = re.compile(
    r"\b(?:see|refer(?:ence)?(?:\s+back)?\s+to|consult|read|check out|follow(?: the)?(?: \w+){0,5}? (?:in|described in|from|above|below|at|of|on)|follow(?: the)? (?:steps|instructions|procedures?|guide|documentation|process|runbook)|described in|documented in|visit|"
    r"for (?:more|further|additional|detailed|full|specific) (?:information|details?|reading|guidance|instructions|procedures|failure)|more (?:information|details?) (?:can be found|is available|in|on|at)|available (?:at|in)|use the \[|as per|go to)\b",
    re.I,
)
_LINK = re.compile(r"\[[^\]\n]+\](?:\([^)\n]+\)|\[[^\]\n]*\])|<?https?://[^\s>)]+|\[\[[^\]]+\]\]")
_OUGHT = re.compile(
    r"\b(?:(?:you|we|operators?|engineers?|admins?|administrators?|responders?|teams?|the (?:ic|user|operator|admin|administrator|team|on-?call|engineer)|one|it|they|this|that|members?|everyone|logs?|items?|pods?)\s+(?:should|must|need to|needs to|have to|has to|may need to|might need to|will (?:typically )?(?:need|have|be required) to|are required to|ought to|can (?:then |now |also )?(?:announce|try|restart|delete|remove|use|force|increase|set|change|start|run))"
    r"|should be|must be|needs? to be|it(?:'s| is) (?:highly |strongly )?(?:recommended|advised|best|necessary|important|advisable|possible) to|make sure|be sure|(?:consider|try|recommended|suggest(?:ed)?) \w+ing|requires? (?:manual|immediate)|please)\b",
    re.I,
)
_METADATA = re.compile(
    r"^\W*(?:version|last[ -]updated?|last[ -]reviewed?|owner|owners|author|authors|status|audience|target audience|date|created|maintainer|maintained by|document(?: version| status| owner| id)?|classification|review(?:ed)?(?: by| cycle| date)?|next review|service|team|"
    r"severity|priority|category|tags?|type|frequency|approved by|doc id|accuracy|coverage|academic quality|runbook id|alert name|alert|environment|stability|license|contact|applies to|estimated (?:time|duration)|duration|rto|rpo|platform|component|expected downtime|"
    r"response time|response team|slack|channel|dashboards?|symptoms?|impact|trigger|meaning|description|purpose|scope|note|notes|warning|important|caution|tip|notice|danger|info|source|sources|example|examples|e\.g|default|when)\b[^.]{0,30}?:",
    re.I,
)
_SAFE_LABEL = re.compile(
    r"^\W*(?:restoration|action|actions|fix|solution|remedy|resolution|mitigation|workaround|recovery|verification|verify|rollback|next step|next steps|temporary|long[- ]term|short[- ]term|prevention|response|remediation|check|todo|cleanup)\W*:\s*",
    re.I,
)
_SYSTEM = re.compile(
    r"^(?:\W*(?:if|when|once|after|before)\b[^,]*,\s*)?(?:the\s+)?(?:\w+[- ]){0,2}(?:pipeline|system|operator|controller|alert|job|script|service|cluster|etcd|server|workflow|automation|scheduler|agent|agents|kubelet|mco|mcc|mcd|cvo|node|pod|bot|tool|database|rds)\s+(?:will|automatically|is|are|was|calls?|records?|enters?|logs?|marks?|sends?|starts?|creates?|triggers?|runs?|removes?|does|detects?|checks?|reports?|fires?|continues?|may|might|can(?:not)?|fails?|has|have)\b",
    re.I,
)
_ARROW = re.compile(r"\s(?:→|->|=>|⇒|‚Üí|â†’|’)\s|\sâ†’\s")
_MARK = re.compile(r"^[^\w\[`<*\"'(~$/{]+")
_GERUND = re.compile(r"^[A-Z][a-z]+ing\s+\w")
_WORD = re.compile(r"[A-Za-z][\w'-]*")
_DECISION_SECTION = re.compile(
    r"^\W*(?:[\d.]+\s*)?(?:when (?:to|should|not|you)\b|criteria|.*\b(?:escalation|trigger|decision)s?\s*(?:triggers?|criteria|points?|matrix|rules)?\W*$)",
    re.I,
)
_WHEN_TO = re.compile(
    r"^\W*(?:[\d.]+\s*)?(?:when\b|.*\bwhen to\b|.*\bcriteria\b|.*\btriggers\b|(?:automatic|manual|immediate) escalation|escalate (?:if|when|to)|.*\bdecisions?\b|.*is needed\W*$)",
    re.I,
)
_ACTION_COLUMN = re.compile(
    r"\b(?:actions?|solutions?|resolutions?|fix(?:es)?|remed(?:y|ies|iation)|mitigations?|investigation|what to do|response$|next steps?|recommended|how to|workarounds?|troubleshooting|check|diagnos\w*|recovery steps?)\b",
    re.I,
)
_CAUSE_COLUMN = re.compile(
    r"\b(?:issues?|problems?|symptoms?|causes?|errors?|patterns?|conditions?|scenarios?|if|situations?|failures?|alerts?|status|signals?|observations?|types?|finding)\b",
    re.I,
)


def mood(title: str, above: Mood = "neutral") -> Mood:
    """Whether a section of this title holds steps. A neutral title takes after the section it stands in."""
    if _AUTOMATIC.match(title):
        return "passive"
    if _PASSIVE.search(title):
        return "passive"
    if _ACTIVE.search(title):
        return "active"
    return above


def begins_with_verb(text: str) -> bool:
    """Whether a sentence or a list line tells one to do something."""
    text = _MARK.sub("", text.strip().strip("*_ "))
    words = _WORD.findall(text[:120])
    place = 0
    while place < len(words) - 1 and words[place].lower() in ADVERBS:
        place += 1
    if place >= len(words):
        return False
    word = words[place].lower()
    if word not in VERBS:
        return bool(re.match(r"^(?:re|un|de)-?[a-z]+$", word)) and word.removeprefix("re").lstrip("-") in VERBS
    if word in NOUNS_TOO:
        return _reads_as_verb(text, words, place)
    return True


_AFTER_VERB = frozenset(
    [
        "the",
        "a",
        "an",
        "all",
        "any",
        "each",
        "every",
        "this",
        "that",
        "these",
        "those",
        "your",
        "our",
        "their",
        "its",
        "it",
        "them",
        "for",
        "if",
        "with",
        "to",
        "in",
        "on",
        "at",
        "from",
        "up",
        "down",
        "out",
        "off",
        "over",
        "back",
        "what",
        "whether",
        "how",
        "which",
        "who",
        "when",
        "where",
        "until",
        "affected",
        "relevant",
        "both",
        "no",
        "new",
        "old",
        "existing",
        "current",
        "and",
        "or",
        "via",
        "by",
        "into",
        "as",
        "through",
        "against",
        "only",
        "once",
        "more",
        "additional",
        "other",
        "specific",
        "service",
        "services",
    ]
)


def _reads_as_verb(text: str, words: list[str], place: int) -> bool:
    if place + 1 >= len(words):
        return True
    following = words[place + 1]
    after = text[text.find(words[place]) + len(words[place]) :].lstrip()
    if after[:1] in ":-–—(" and place == 0 and after[:1] != "(":
        return False
    if following.lower() in _AFTER_VERB or after[:1] in "`[*\"'<(":
        return True
    verbish = re.search(
        r"\b(?:is|are|was|has|have|were|fails?|failed|running|growing|reached|exceeded|exceeds|low|high|slow|dropped|spikes?|increasing|decreasing|enabled|disabled|full|missing|detected|works?)\b",
        text[:80],
    )
    return not verbish


def is_condition(text: str) -> bool:
    return bool(_CONDITION.match(text))


def is_time(text: str) -> bool:
    """Once X, do Y: a step in time and not a decision."""
    return bool(_ONCE.match(text))


def is_metadata(text: str) -> bool:
    return bool(_METADATA.match(text.lstrip("*_> "))) and not _SAFE_LABEL.match(text)


def without_label(text: str) -> str:
    """The part after a label such as "Restoration:"."""
    return _SAFE_LABEL.sub("", text)


def looks_elsewhere(text: str) -> bool:
    return bool(_LOOK_ELSEWHERE.search(text)) and bool(_LINK.search(text))


def ought(text: str) -> bool:
    return bool(_OUGHT.search(text)) and not _SYSTEM.match(text)


def does_by_itself(text: str) -> bool:
    """Whether the sentence says what some system does."""
    return bool(_SYSTEM.match(text.strip("* ")))


def has_action(text: str) -> bool:
    """A cause with an action: "Image issues: pull again", "Disk full → clean up"."""
    head, arrow, tail = _split_arrow(text)
    if arrow and tail.strip():
        return bool(begins_with_verb(tail) or len(tail.split()) <= 8) and bool(head.strip())
    match = re.match(r"^\W*(?:\*\*)?([^:`]{3,70}?)(?:\*\*)?:(?:\*\*)?\s+(.+)$", text, re.S)
    return bool(match) and bool(match) and begins_with_verb(match[2] if match else "")


def _split_arrow(text: str) -> tuple[str, bool, str]:
    match = _ARROW.search(text)
    return (text[: match.start()], True, text[match.end() :]) if match else (text, False, "")


def is_gerund(text: str) -> bool:
    return bool(_GERUND.match(text.strip("*_ ")))


def is_reference_section(title: str) -> bool:
    return bool(_REFERENCE_SECTION.match(title))


def is_levels_section(title: str) -> bool:
    return bool(_LEVELS_SECTION.search(title))


def is_level(text: str) -> bool:
    return bool(LEVEL.match(text.lstrip("#*- ")))


def is_numbered_level(text: str) -> bool:
    return bool(_LEVEL_ENTRY.match(text))


def lists_conditions(title: str) -> bool:
    """A heading over a list of when to do something."""
    return bool(_WHEN_TO.match(title.strip("*: ")))


def links_in(text: str) -> bool:
    return bool(_LINK.search(text))


def is_mostly_link(text: str) -> bool:
    left = re.sub(r"[\W_]+", " ", _LINK.sub("", text)).split()
    return bool(_LINK.search(text)) and len(left) <= 6


def is_question(text: str) -> bool:
    bare = text.strip("* _")
    return bare.endswith("?") or bool(re.search(r"\?\s*(?:\(?y(?:es)?\s*/\s*no?\)?)\W*$", bare, re.I))


def is_yes_no(text: str) -> bool:
    return bool(re.search(r"\byes\s*/\s*no\b", text, re.I))


def table_kind(header: tuple[str, ...]) -> Kind:
    """A table of causes with something to do is a decision; any other is looked up."""
    if len(header) >= 2 and any(_ACTION_COLUMN.search(cell) for cell in header[1:]) and _CAUSE_COLUMN.search(header[0]):
        return "decision"
    return "reference"


def sentences(text: str) -> list[tuple[int, int, str]]:
    """Sentences of a paragraph with the offsets of their first and last character."""
    found = []
    start = 0
    for match in re.finditer(r"(?<=[.!?:])[\"')*_]*(?:\s+|$)(?=[A-Z`*\[\"(]|$)|\n(?=[A-Z][a-z]+ )", text):
        before = text[start : match.start()]
        if re.search(r"(?:\be\.g|\bi\.e|\betc|\bvs|\bNo|\b[A-Z])\.$", before):
            continue
        if match[0].startswith("\n") and not re.search(r"[.!?:]\W*$", before):
            continue
        if before.strip():
            found.append((start, match.start(), before.strip()))
        start = match.end()
    if text[start:].strip():
        found.append((start, len(text), text[start:].strip()))
    return found
