"""A runbook as it was understood: sections and items in document order. Values only; `reader` makes them."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Kind = Literal["command", "http", "manual", "decision", "reference", "expected-output", "template"]
Risk = Literal["read", "change", "destructive"]
RISKS: tuple[Risk, ...] = ("read", "change", "destructive")

ExpectedKind = Literal[
    "json",  # value: the JSON text; the output must be a superset of it
    "text",  # value: text that must occur in the output
    "regex",  # value: a pattern that must match somewhere in the output
    "number",  # value: a comparison such as ">= 0.95"
    "exit",  # value: the wanted exit status
    "status",  # value: the wanted HTTP status
    "failure",  # value: the failure that proves it, such as "connection refused"
    "retry",  # value: as text; repeated until it holds
    "steady",  # value: as text; must hold for a time
    "shown",  # value: text shown beside the result; nothing is compared
]


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """What the document says a command should give. `lines` are 1-based, inclusive.

    `seconds` is how long it must hold (steady), or within what time it must come to be so (retry); 0 where nobody says.
    """

    kind: ExpectedKind
    value: str
    lines: tuple[int, int]
    seconds: float = 0.0


class Placeholder(msgspec.Struct, frozen=True, kw_only=True):
    """A blank in a command: `spelling` as in the text (`<pod>`, `$TOKEN`), `name` for the values sheet (pod, TOKEN)."""

    spelling: str
    name: str


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A link to another runbook or section, as written; `target` may be relative or `#anchor`."""

    text: str
    target: str


class ByHand(msgspec.Struct, frozen=True, kw_only=True):
    """How a person re-classed an item: `word` is what it is from then on, `own` what the reader made of it (words as
    `classing` has them), `kind` its kind without the person, `by` who said so. `risk` is the reader's own."""

    word: str
    own: str
    by: str
    kind: Kind
    risk: Risk


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do, decide, read or send. Fields as `handrail read --json` prints them.

    `command` is what would run: prompts and comment lines stripped, blanks open, rewrites not yet applied.
    `minutes` is the document's own estimate; None where it gives none. `choices` are the answers of a decision, the
    first of which opens what hangs on it. `when` is the id of the decision this item hangs on. `by_hand` says that a
    person re-classed it.
    """

    id: str
    kind: Kind
    section: tuple[str, ...]
    lines: tuple[int, int]
    title: str
    text: str
    language: str = ""
    command: str = ""
    inline: bool = False
    placeholders: tuple[Placeholder, ...] = ()
    expected: Expected | None = None
    risk: Risk = "change"
    risk_why: str = ""
    long_running: bool = False
    interactive: bool = False
    options: str = ""
    inside: str | None = None
    minutes: float | None = None
    links: tuple[Link, ...] = ()
    attributes: dict[str, Any] = msgspec.field(default_factory=dict)
    choices: tuple[str, ...] = ()
    when: str | None = None
    by_hand: ByHand | None = None

    @property
    def runs(self) -> bool:
        """Whether enter would start something here."""
        return self.kind in ("command", "http")


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A heading and the lines it governs (1-based, inclusive, up to the next heading of its level or above)."""

    title: str
    level: int
    lines: tuple[int, int]
    path: tuple[str, ...]
    minutes: float | None = None


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong with the document; filled by the linter."""

    line: int
    code: str
    message: str
    remedy: str


class Runbook(msgspec.Struct, frozen=True, kw_only=True):
    """A whole document. `sha256` is of its bytes."""

    document: str
    title: str
    sha256: str
    front_matter: dict[str, Any]
    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    policy: dict[str, Any] = msgspec.field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def under(self, path: tuple[str, ...]) -> tuple[Item, ...]:
        """The items of a section and of those below it, in document order; all of them for an empty path."""
        return tuple(item for item in self.items if item.section[: len(path)] == path)
