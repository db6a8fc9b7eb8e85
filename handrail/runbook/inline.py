"""Code in a sentence that is a step: a whole command, or METHOD /path, where the sentence tells one to use it."""

from __future__ import annotations

import re

from . import bodies, effort, expectations, prose, titles, tongues, web
from . import lines as look
from .draft import Draft

_CODE = re.compile(r"(?<!`)(`{1,3})(?!`)(.{1,600}?)(?<!`)\1(?!`)", re.S)
_NAMED_IN_PASSING = re.compile(
    r"^\s*(?:commands?|tools?|utility|option|flag|parameter|binary|output|shows?|is|are|was|returns?|fails?|reports?|says"
    r"|metric|alert|pod|container|field|file|script|to be|can be|must|should|may|will|might)\b", re.I
)
_INTRODUCES = re.compile(
    r"\b(?:run|running|use|execute|type|enter|issue|invoke|call|send|do|try|then)\s*:?\s*$|[:→]\s*$|\?\s*\(?$"
    r"|(?:^|[.;]\s*|\n\s*|<br\s*/?>\s*)$",
    re.I,
)
_LABELLED = re.compile(r"(?:^|\n)\W{0,6}\*\*(?:commands?|cmd|run|execute|do|type|shell)(?::\*\*|\*\*\s*:)\s*$", re.I)
_RUNS = re.compile(r"\b(?:run|running|execut(?:e|ing)|issu(?:e|ing)|invok(?:e|ing))(?: the command)?\s*:?\s*$", re.I)
_PROMPT = re.compile(r"^[$#]\s+(?=\S)")
_WHOLE = re.compile(r"[a-z][\w.-]*[a-z\d](?: [\w./<>{}$=:@,\"'\[\]*-]+){1,8}")
_IN_BRACKETS = re.compile(r"\([^()]*$")
_BARE_VERB = re.compile(
    r"^(?:(?:you|we) (?:can|may|should|could) )?(?:use|run|execute|try|alternatively,? run)$", re.I
)
_ONLY_SEND = re.compile(r"^(?:then |and )?(?:call|send|issue|invoke|post|put|make|do|then)$", re.I)
_SHOULD = re.compile(
    r"^\s*(?:(?:should|must|has to|needs to)\s+(?:now\s+)?(?:be|return|show|print|say|give|read|equal|report|output)\s+"
    r"|(?:[–—,;(-]\s*)?expect(?:s|ed|ing)?\b:?\s+(?=[\"'`\d]))"
    r"(?P<what>[^\n]{1,80}?)\.?\s*(?:\n|$)", re.I)
#: A request in plain words: "call POST /api/v1/purge".
_PLAIN_REQUEST = re.compile(
    r"(?<![\w`/])((?:GET|HEAD|POST|PUT|PATCH|DELETE) /(?:[\w./{}<>:$?=&%-]*[\w/}>])?)(?=[\s.,;:)]|$)")
#: "Run `df -h`. **Expected:** less than 80 %"
_TOLD = re.compile(
    r"[\s.,;:*_(→–—-]{0,8}(?:\*\*|__)?\bexpect(?:ed|s|ing)?(?: (?:outputs?|results?|response|outcome))?"
    r"(?:\s*:\s*(?:\*\*|__)|(?:\*\*|__)\s*:|:)\s*"
    r"(?P<what>[^\n]{1,160})", re.I)
_ROLE = re.compile(r"\{[a-z:-]+\}$")  # of MyST: {command}`...`
#: "Never run `rm -rf /`", "use this instead of `reboot`": what stands there is told not to be done.
_NOT = re.compile(
    r"(?:\b(?:never|avoid|instead of|rather than|as opposed to)"
    r"|(?:^|[.;,:!]\s+|\b(?:and|but|please|you|we|must|should|so)\s+)(?:do not|don['’]t|must not|mustn['’]t|should not"
    r"|shouldn['’]t|not|jamais|niemals|nie)|\b(?:must not|mustn['’]t|should not|shouldn['’]t))"
    r"(?:(?:\s+(?!(?:start|work|respond|run when|come|recover|help)\b)[\w/-]+){0,3}"
    r"|(?:\s+[\w/-]+){0,2}\s+(?:run|use|execute|type|do|call)\s*:)\s*$", re.I)
_DOES = re.compile(r"^ (?:[a-z]+ly )?(?!as\b|across\b|always\b|is\b)[a-z]{3,}s\b(?! first| again)")
_CLAUSE = re.compile(r"`[^`\n]*`|,\s|\b(?:and|then)\b")
_GOES_ON = re.compile(r"^\W*(?:and|or|then|to|in order)\b", re.I)
#: Characters before a piece of code that can say what it is for, and behind it, where a body may stand.
_NEAR, _BEHIND = 1_000, 5_000
#: What a step costs, in words.
_COST = 16
_LABEL = re.compile(r"^\W{0,6}([A-Z][\w -]{2,30}):\W{0,4}$")


def inline(text: str, lines: tuple[int, int], mood: prose.Mood) -> list[Draft]:
    """The steps that stand as code in a text."""
    if mood == "passive":
        return []
    if "`" not in text:
        text = _PLAIN_REQUEST.sub(r"`\1`", text)
        if "`" not in text:
            return []
    made: list[Draft] = []
    left = effort.current()
    for match in _CODE.finditer(text):
        if left.words < 0:
            break  # the sentence stays what it is, and nothing of it is offered to run
        code = _PROMPT.sub("", " ".join(match[2].split()))
        code, body = bodies.split(code)
        request = web.REQUEST.match(code)
        told = request or _is_command(code)
        if not told and not _WHOLE.fullmatch(code):
            continue
        whole = text[max(0, match.start() - _NEAR) : match.start()]
        whole = _ROLE.sub("", whole)
        before, after = prose.without_label(whole), text[match.end() : match.end() + _BEHIND]
        if not told and not _RUNS.search(before[-80:]):
            continue
        if _IN_BRACKETS.search(before) and len(code.split()) <= 3 and after[:1] in (",", ")"):
            continue  # "look at the logs (`kubectl logs`)" names a tool
        promised = _SHOULD.match(after) or _TOLD.match(after)
        if (_NAMED_IN_PASSING.match(after) and not promised) or not (_tells(before) or _told_around(before, after)):
            continue
        if _NOT.search(titles.plain(before[-120:])) or whole.rpartition("\n")[2].count("~~") % 2:
            continue  # told not to do, or struck out
        if not before.strip() and _DOES.match(after):
            continue  # "`rm -rf data` frees space" warns of it
        left.words -= _COST
        line = lines[0] + text.count("\n", 0, match.start())
        if request and not body:
            body = bodies.behind(code, after)
        code = bodies.joined(code, body)
        draft = Draft("http" if request else "command", line, line, text=code, command=code, inline=True)
        draft.body_below = bool(request) and not body and bodies.is_announced(code, after)
        draft.title = titles.short(_title(whole, before, "" if promised else after))
        if request and _ONLY_SEND.match(draft.title):
            draft.title = ""  # the request itself says more
        draft.purpose = titles.plain(before)
        if promised:
            draft.expected = expectations.understood(titles.plain(promised["what"]), (line, line))
        made.append(draft)
    return made


def clauses_beside(text: str) -> list[str]:
    """Clauses of the same sentence that tell one to do something else, without code."""
    clauses = re.split(r",\s*then\s+|;\s+|\bthen\b|\.\s+", text)
    if len(clauses) < 2:
        return []
    return [clause for clause in clauses if "`" not in clause and prose.begins_with_verb(titles.plain(clause))]


def begins_with_code(sentence: str) -> bool:
    """Whether a sentence begins with a whole command."""
    match = _CODE.match(sentence)
    return match is not None and _is_command(_PROMPT.sub("", " ".join(match[2].split())))


def _is_command(code: str) -> bool:
    whole = not code.endswith(("...", "…")) and " ... " not in code
    return whole and look.is_command(code) and (" " in code or code.startswith("./"))


def _tells(before: str) -> bool:
    """Whether the words before a piece of code tell one to use it."""
    sentences = prose.sentences(before)
    said = titles.plain(prose.without_label(sentences[-1][2] if sentences else before))
    if prose.begins_with_verb(said) or prose.is_condition(said) or prose.ought(said):
        return True
    if "`" in before and prose.begins_with_verb(titles.plain(_CLAUSE.split(before)[-1])):
        return True  # "scale it: `...` and watch with `...`"
    return bool(_INTRODUCES.search(before) or _LABELLED.search(before))


def _told_around(before: str, after: str) -> bool:
    """A verb that comes last, as German has it: "danach die Anwendung mit `...` neu starten"."""
    head, tail = prose.sentences(before), prose.sentences(after)
    return tongues.tells(titles.plain(f"{head[-1][2] if head else ''} … {tail[0][2] if tail else ''}"))


def _title(whole: str, before: str, after: str) -> str:
    """A title for an inline command: what stands before it, else its label, else what stands after it."""
    beyond = _CODE.split(before)[-1] if "`" in before else before  # an earlier command has its own title
    head = titles.plain(_GOES_ON.sub("", beyond) if beyond is not before else beyond).rstrip(" :(")
    head = _BARE_VERB.sub("", head)
    head = re.sub(r"\s+(?:with|using|via|by|run|running|through)$", "", head, flags=re.I)
    head = head.lstrip(" ;,.:)")
    if len(head) >= 3:
        sentences = prose.sentences(head)
        return sentences[-1][2] if sentences else head
    label = _LABEL.match(titles.plain(whole))
    if label and beyond is before:
        return label[1]
    behind = after.partition("`")[0].partition("\n")[0]  # not what is code itself, or another line
    return "" if _GOES_ON.match(behind) and "`" in after else titles.plain(behind)
