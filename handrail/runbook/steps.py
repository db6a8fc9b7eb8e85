"""A fence of commands taken apart into steps, with their titles, options and expectations."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from . import expectations, placeholders, prose, syntax
from . import lines as look
from .draft import Draft, joined, output
from .model import Kind
from .titles import short

_OPTION = re.compile(
    r"^(?:option|alternative(?:ly)?|remedy|approach|method|choice|variant|scenario|case)\b\s*#?(?:\d+|[A-Z]\b|[:)-])",
    re.I,
)
_OR = re.compile(r"^[\s-]*or[\s:-]*$", re.I)
_EXPECTED = re.compile(
    r"^(?:expect(?:ed|s)?\b|should (?:return|show|print|output|see|be|display)|(?:sample |example )?output\s*:"
    r"|returns?\s*:|response\s*:|result\s*:|->|=>|→)", re.I
)
_TITLE_NOT_STEP = re.compile(
    r"^(?:common|the|this|these|a|an|my|our|notes?|examples?|usage|script|procedure|commands?"
    r"|run (?:weekly|daily|monthly|as|this script))\b", re.I
)
_CONTINUES = re.compile(r"^\s*(?:--?[A-Za-z]|\|)")
_DANGLING = re.compile(r"\s-{1,2}[A-Za-z][\w-]*$")
#: Quotes that are never closed cost a look ahead; after so many of them in one fence every line stands alone.
_PATIENCE = 8


@dataclass(slots=True)
class _Piece:
    first: int
    last: int
    text: str
    commands: list[syntax.Simple]


@dataclass(slots=True)
class _Group:
    """Comments, then commands, then what they should give. Places count lines of the fence from 0."""

    first: int
    last: int = -1
    comments: list[str] = field(default_factory=list)
    pieces: list[_Piece] = field(default_factory=list)
    outputs: list[tuple[int, int]] = field(default_factory=list)
    expected: tuple[int, int] | None = None

    @property
    def title(self) -> str:
        """The first comment that says something, without lines of dashes."""
        told = (comment.strip("#=-* ").strip() for comment in self.comments)
        return next((comment for comment in told if comment), "")


def steps(body: tuple[str, ...], first_line: int, language: str) -> list[Draft]:
    """R5: the steps of a fence of commands, in order, with their expected outputs between them."""
    groups = _Groups(body).found
    if body[0].startswith("#!") and sum(bool(_OPTION.match(group.title)) for group in groups) < 2:
        return _whole_script(body, first_line, language)
    apart = len(groups) == 1 and not groups[0].comments and groups[0].expected is None
    drafts: list[Draft] = []
    for place, group in enumerate(groups):
        if group.pieces:
            drafts += _running(group, body, first_line, language, apart=apart)
        else:
            drafts += _comment_only(group, body, first_line, first=place == 0 and len(groups) > 1)
    _mark_choices(drafts)
    return drafts


# --- groups


class _Groups:
    """Splits a fence at blank lines and at comments behind a command, where the shell text is complete."""

    def __init__(self, body: tuple[str, ...]) -> None:
        self.body = body
        self.text = "\n".join(body)
        self.offsets = [0]
        for line in body:
            self.offsets.append(self.offsets[-1] + len(line) + 1)
        self.patience = _PATIENCE
        self.groups: list[_Group] = []
        self.current: _Group | None = None
        place = 0
        while place < len(body):
            line = body[place]
            if not line.strip() or _OR.match(line):
                self.current = None
                place += 1
            elif look.COMMENT.match(line) or line.startswith("#!"):
                place = self._comment(place)
            else:
                place = self._code(place)
        self.found = [group for group in self.groups if group.comments or group.pieces]

    @property
    def owner(self) -> _Group | None:
        """The group that an output or an expectation belongs to."""
        group = self.current or (self.groups[-1] if self.groups else None)
        return group if group is not None and group.pieces else None

    def _comment(self, place: int) -> int:
        comment = look.COMMENT.match(self.body[place])
        said = comment[1].strip() if comment else ""
        owner = self.owner
        if _EXPECTED.match(said) and owner is not None and owner.expected is None:
            owner.expected = (place, self._expectation_end(place))
            return owner.expected[1] + 1
        group = self.current
        if group is not None and group.pieces:
            if not self._code_follows(place):
                group.last = place  # what to change in the editor, what happens then
                return place + 1
            group = None
        if group is None:
            group = self.current = _Group(first=place)
            self.groups.append(group)
        if said:
            group.comments.append(said)
        group.last = place
        return place + 1

    def _expectation_end(self, place: int) -> int:
        """The last comment line of an expectation: JSON ends where it closes, other text with its comments."""
        said = self.body[place]
        depth = _depth(said)
        if depth == 0 and ("{" in said or not said.rstrip().endswith(":")):
            return place
        end = place
        while end + 1 < len(self.body) and look.COMMENT.match(self.body[end + 1]):
            end += 1
            depth += _depth(self.body[end])
            if depth == 0 and "}" in self.body[end]:
                break
        return end

    def _code_follows(self, place: int) -> bool:
        for line in self.body[place : place + 100]:
            if not line.strip():
                return False
            if not look.COMMENT.match(line):
                return not look.is_output(line) or look.is_command(line)
        return False

    def _code(self, place: int) -> int:
        line = self.body[place]
        owner = self.owner
        if owner is not None and self.current is not None and _wraps(owner.pieces[-1], line):
            return self._wrapped(owner, place)
        if owner is not None and look.is_printed(line):
            end = place + 1
            while end < len(self.body) and self.body[end].strip() and not look.COMMENT.match(self.body[end]):
                if look.is_command(self.body[end], True):
                    break
                end += 1
            owner.outputs.append((place, end - 1))
            return end
        piece = self._piece(place)
        if self.current is None:
            self.current = _Group(first=place)
            self.groups.append(self.current)
        self.current.pieces.append(piece)
        self.current.last = piece.last
        return piece.last + 1

    def _piece(self, place: int) -> _Piece:
        line = self.body[place]
        unit = syntax.unit(self.text, self.offsets[place]) if self.patience else syntax.unit(line)
        last = place
        if unit.complete:
            while last + 1 < len(self.body) and self.offsets[last + 1] < unit.end and self.patience:
                last += 1
            commands = unit.commands
        else:
            self.patience -= 1 if self.patience else 0
            commands = syntax.commands(line)
        while last > place and not self.body[last].strip():
            last -= 1
        return _Piece(place, last, "\n".join(self.body[place : last + 1]), commands)

    def _wrapped(self, owner: _Group, place: int) -> int:
        """A line that goes on with the command before it, though its author forgot the backslash."""
        before = owner.pieces[-1]
        text = before.text.rstrip() + " " + self.body[place].strip()
        owner.pieces[-1] = _Piece(before.first, place, text, syntax.commands(text))
        owner.last = place
        return place + 1


def _wraps(before: _Piece, line: str) -> bool:
    if _CONTINUES.match(line):
        return not before.text.rstrip().endswith(("\\", "|", "&&"))
    return bool(_DANGLING.search(before.text.rstrip())) and len(line.split()) == 1 and not look.is_command(line)


def _depth(line: str) -> int:
    return line.count("{") + line.count("[") - line.count("}") - line.count("]")


# --- drafts


def _running(group: _Group, body: tuple[str, ...], first_line: int, language: str, *, apart: bool) -> list[Draft]:
    """One step for the group, or one for each command where nothing tells them apart."""
    pieces = group.pieces
    if not apart or len(pieces) == 1:
        last = max(group.last, pieces[-1].last)
        commands = [simple for piece in pieces for simple in piece.commands]
        pieces = [_Piece(group.first, last, "\n".join(piece.text for piece in pieces), commands)]
    drafts = []
    for piece in pieces:
        span = (first_line + piece.first, first_line + piece.last)
        text = joined(body, piece.first, piece.last)
        draft = Draft("command", *span, text=text, language=language, command=_dedent(piece.text).strip("\n"))
        draft.commands = piece.commands
        drafts.append(draft)
    drafts[0].title = short(group.title) if group.title else ""
    drafts[0].purpose = " ".join(group.comments)
    told = drafts[-1]
    if group.expected:
        drafts.append(_expectation(group.expected, told, body, first_line))
    for first, last in group.outputs:
        drafts += output(body, first, last + 1, first_line, told)
    return drafts


def _expectation(span: tuple[int, int], told: Draft, body: tuple[str, ...], first_line: int) -> Draft:
    first, last = span
    lines = (first_line + first, first_line + last)
    said = "\n".join((look.COMMENT.match(body[at]) or ["", ""])[1] for at in range(first, last + 1))
    told.expected = expectations.understood(said, lines)
    if told.last >= lines[0]:
        told.last = lines[0] - 1
        while told.last > told.first and not body[told.last - first_line].strip():
            told.last -= 1
        told.text = joined(body, told.first - first_line, told.last - first_line)
    return Draft("expected-output", *lines, text=joined(body, first, last), title="Expected")


def _comment_only(group: _Group, body: tuple[str, ...], first_line: int, *, first: bool) -> list[Draft]:
    """Comments without a command are something to do by hand; a lone title over the rest is nothing."""
    words = short(group.title)
    if not words or (first and len(group.comments) == 1 and not _is_instruction(words)):
        return []
    kind: Kind = "decision" if prose.is_condition(group.title) else "manual"
    text = joined(body, group.first, group.last)
    return [Draft(kind, first_line + group.first, first_line + group.last, title=words, text=text)]


def _is_instruction(words: str) -> bool:
    if words.isupper() or _TITLE_NOT_STEP.match(words):
        return False
    return prose.begins_with_verb(words) or prose.is_condition(words)


def _whole_script(body: tuple[str, ...], first_line: int, language: str) -> list[Draft]:
    last = len(body) - 1
    while last > 0 and not body[last].strip():
        last -= 1
    command = "\n".join(body[: last + 1])
    draft = Draft("command", first_line, first_line + last, text=joined(body, 0, last), language=language)
    draft.command = command
    draft.commands = syntax.commands(command)
    comments = [match[1].strip() for line in body[1:6] if (match := look.COMMENT.match(line))]
    draft.purpose = comments[0] if comments else ""
    draft.title = short(draft.purpose)
    draft.script = True
    return [draft]


def _mark_choices(drafts: list[Draft]) -> None:
    """Options are a choice, not a sequence: give them a common number."""
    choice = 0
    previous: Draft | None = None
    for draft in drafts:
        if draft.kind == "expected-output":
            continue
        lead = (draft.purpose or draft.text.split("\n")[0]).strip("#=-* ").strip()
        if _OPTION.match(lead):
            draft.choice = choice = choice or draft.first
        elif previous is not None and (
            re.match(r"(?:or|alternatively|alternative)\b", lead, re.I) or _is_example_of(draft, previous)
        ):
            previous.choice = previous.choice or previous.first
            draft.choice = choice = previous.choice
        else:
            choice = 0
        previous = draft


def _is_example_of(draft: Draft, previous: Draft) -> bool:
    """`# Example` over the command before with its blanks filled in: run the one or the other."""
    if not re.fullmatch(r"(?:for )?(?:example|e\.g\.?)\W{0,3}", draft.purpose.strip(), re.I):
        return False
    names = [[one.name for one in each.commands] for each in (draft, previous)]
    return names[0] == names[1] and bool(placeholders.find(previous.command))


def _dedent(source: str) -> str:
    rows = source.split("\n")
    indent = len(rows[0]) - len(rows[0].lstrip())
    if not indent or "<<" in source:
        return source
    return "\n".join(row[indent:] if not row[:indent].strip() else row for row in rows)
