"""What is asked, in values: its kind, its choices, how it is drawn, and the keys that the bottom row offers for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from rich.text import Text

from handrail.text import clean
from widgets import look
from widgets.key_row import Hint
from widgets.wrap import by_words, exactly

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Kind = Literal["yes", "word", "text", "choice", "keys"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a choice: a key (a digit, or a letter where `keys` are asked for), its words and its value."""

    key: str
    label: str
    value: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `lines` are drawn above the answer line, ready made.

    yes: `y` answers. word: `word` has to be typed. text: any text; `secret` masks it, `keep` keeps the line open after
    enter (typing into a program). choice: digits highlight, enter commits. keys: one of the choices' letters.
    `goes_on`: what is typed goes on from `value`; else the first key replaces it.
    `does` is what the bottom row says of enter once a word is typed; "" means that something runs.
    `ahead`: an answer may be typed before the question is seen, because it only opens another one.
    """

    id: str
    kind: Kind
    lines: tuple[Text, ...]
    word: str = ""
    placeholder: str = ""
    value: str = ""
    choices: tuple[Choice, ...] = ()
    secret: bool = False
    keep: bool = False
    required: bool = True
    ahead: bool = False
    goes_on: bool = False
    does: str = ""
    data: object = None
    still: Callable[[], str] | None = field(default=None, compare=False)


# Cells before a choice's words: the bar, its key, the blanks between.
CHOICE_LEAD = 6


def question_line(verb: str, what: str, style: str = look.WARN) -> Text:
    """`▌ VERB what`, as the first line of a question."""
    parts = (("▌ ", style), (verb, f"bold {style}"), " ", (clean(what), look.STRONG))
    return Text.assemble(*parts, justify="left")


def sentence(text: str, style: str = look.QUIET) -> Text:
    """A line of a question that is prose: it is broken between words, never in one."""
    return Text(f"  {text}", style, justify="left")


def hints(question: Question) -> tuple[Hint, ...]:
    """The bottom row while `question` is open: its own keys and no others."""
    leave = Hint("esc", "leave it undone" if question.kind in ("yes", "word") else "leave")
    if question.kind == "yes":
        return (Hint("y", "do it"), leave)
    if question.kind == "word":
        return (Hint("enter", question.does or f"run it, once {question.word} is typed"), leave)
    if question.kind == "choice":
        return (Hint("digit", "highlight"), Hint("enter", "take it"), leave)
    if question.kind == "keys":
        return (leave, Hint("", ""))
    if question.keep:
        return (Hint("enter", "send the line"), Hint("ctrl+c ctrl+d", "to the program"), leave)
    return (Hint("enter", "keep it"), leave)


def drawn(question: Question, highlight: int, width: int) -> list[Text]:
    """The rows of a question in `width` cells; `highlight` is the index of the choice under the cursor."""
    lines = list(question.lines)
    if question.kind == "choice":
        chosen = [_choice(choice, index == highlight) for index, choice in enumerate(question.choices)]
        head = [part for line in lines for part in _wrapped(line, width)]
        return head + [part for line in chosen for part in _hanging(line, width)]
    if question.kind == "keys":
        lines += _letters(question.choices, width)
    return [part for line in lines for part in _wrapped(line, width)]


def _choice(choice: Choice, chosen: bool) -> Text:
    style = look.STALE if choice.refused else f"bold {look.STRONG}" if chosen else look.TEXT
    bar = (f" {'▌' if chosen else ' '} ", look.ACCENT)
    return Text.assemble(bar, (choice.key, f"bold {look.ACCENT}"), "  ", (clean(choice.label), style))


def _hanging(choice: Text, width: int) -> list[Text]:
    """A choice by words; what goes on stands below its first word."""
    lead = CHOICE_LEAD
    first, *more = by_words(choice[lead:], max(1, width - lead)) or [Text()]
    return [Text.assemble(choice[:lead], first), *(Text.assemble(" " * lead, part) for part in more)]


def _letters(choices: Sequence[Choice], width: int) -> list[Text]:
    """The choices one behind the other, in as many rows as they need; none is broken."""
    rows = [Text(" ")]
    for choice in choices:
        key, label = (look.STALE, look.STALE) if choice.refused else (f"bold {look.ACCENT}", look.TEXT)
        part = Text.assemble((choice.key, key), " ", (choice.label, label), "   ")
        if rows[-1].cell_len + part.cell_len - 3 > width and len(rows[-1]) > 1:
            rows.append(Text(" "))
        rows[-1].append_text(part)
    return rows


def _wrapped(line: Text, width: int) -> list[Text]:
    """Prose by words; everything else, commands above all, loses no character."""
    if line.justify != "left":
        return exactly(line, width, indent="    ")
    first, *more = by_words(line, width - 2) or [line]
    return [first, *(Text.assemble("  ", part) for part in more)]
