"""Any Markdown, read as a checklist. Pure: text in, Runbook out, no files, no clock, no exception."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import blocks, placeholders, shell, sql, syntax, titles, tools, web
from .draft import Draft
from .model import RISKS, Item, Link, Placeholder, Risk, Runbook, Section
from .stand_ins import stand_ins
from .opened import opens_shell
from .page import Page
from .survey import Heading
from .walk import walk

_LINK = re.compile(
    r"(!?)\[((?:[^\[\]]|\[[^\]]*\])+)\](?:\(\s*<?([^)\s>]*)>?(?:\s+[\"'][^\"']*[\"'])?\s*\)|\[([^\]]*)\])"
)
_AUTOLINK = re.compile(r"<(https?://[^\s>]+)>")


def read(text: str | bytes, document: str = "", table: tools.Table | None = None) -> Runbook:
    """Read a document. `document` is its name, `table` a tool table extended by packs. Never raises."""
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    source = _lines_of(raw.decode("utf-8", "replace") if isinstance(text, bytes) else text)
    digest = hashlib.sha256(raw).hexdigest()
    parsed = blocks.parse(source)
    title = _title(parsed, document)
    page = Page(parsed, title)
    items = _Finish(page, walk(page), table or tools.standard()).items()
    return Runbook(
        document=document,
        title=title,
        sha256=digest,
        front_matter=parsed.front_matter,
        sections=_sections(page.headings, parsed, title),
        items=items,
    )


def _lines_of(text: str) -> str:
    """One kind of line end. A lone CR ends a line only where no LF does."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return text.replace("\r", " " if "\n" in text else "\n")


def _title(parsed: blocks.Document, document: str) -> str:
    heading = next((block for block in parsed.blocks if block.kind == "heading" and block.level == 1), None)
    told = parsed.front_matter.get("title")
    if heading is not None and titles.plain(heading.text):
        return titles.plain(heading.text)
    if isinstance(told, str) and told:
        return told
    first = next((block for block in parsed.blocks if block.kind == "heading" and titles.plain(block.text)), None)
    return titles.plain(first.text) if first else re.sub(r"\.\w+$", "", document.replace("\\", "/").rpartition("/")[2])


def _sections(headings: list[Heading], parsed: blocks.Document, title: str) -> tuple[Section, ...]:
    found = [
        Section(
            title=one.title,
            level=one.level,
            lines=(one.first, max(one.first, one.last)),
            path=one.path,
            minutes=one.minutes,
        )
        for one in headings
    ]
    start = headings[0].first if headings else len(parsed.lines) + 1
    if any(line.strip() for line in parsed.lines[: start - 1]):
        found.insert(0, Section(title=title, level=0, lines=(1, start - 1), path=()))
    return tuple(found)


@dataclass(slots=True)
class _Finish:
    """Drafts made into items: risk, blanks, titles, ids, what stands inside another shell."""

    page: Page
    drafts: list[Draft]
    table: tools.Table
    seen: dict[tuple[tuple[str, ...], str], int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    particular: dict[str, str] = field(default_factory=dict)

    def items(self) -> tuple[Item, ...]:
        drafts = sorted(self.drafts, key=lambda draft: (draft.first, draft.last < draft.first))
        known = self._known(drafts)
        ids = [self._id(draft) for draft in drafts]
        inside = self._inside(drafts, ids)
        choices = self._choices(drafts, ids)
        minutes = {heading.path: heading.minutes for heading in self.page.headings}
        made = []
        for place, draft in enumerate(drafts):
            made.append(self._item(draft, ids[place], known, inside[place], choices[place], minutes.get(draft.section)))
        return tuple(made)

    def _item(
        self, draft: Draft, item_id: str, known: set[str], inside: str | None, options: str, minutes: float | None
    ) -> Item:
        runs = draft.kind in ("command", "http")
        judged = self._judge(draft) if runs else shell.HARMLESS
        blanks: tuple[Placeholder, ...] = ()
        if runs:
            blanks = placeholders.find(draft.command, known, script=draft.script)
            blanks += stand_ins(draft.command, f"{draft.told}\n{draft.purpose}", self.particular)
        elif draft.kind == "template":
            blanks = placeholders.find_in_template(draft.text)
        interactive, background = draft.attributes.get("interactive"), draft.attributes.get("background")
        return Item(
            id=item_id,
            kind=draft.kind,
            section=draft.section,
            lines=(draft.first, max(draft.first, draft.last)),
            title=self._title(draft),
            text=draft.text,
            language=draft.language,
            command=draft.command,
            inline=draft.inline,
            placeholders=blanks,
            expected=draft.expected,
            risk=judged.risk,
            risk_why=judged.why,
            long_running=judged.long_running or background is True,
            interactive=interactive if isinstance(interactive, bool) and runs else judged.interactive,
            options=options,
            inside=inside,
            minutes=titles.minutes(draft.title) or (minutes if runs else None),
            links=self._links(draft.text),
            attributes=draft.attributes,
        )

    # --- risk

    def _judge(self, draft: Draft) -> shell.Judgement:
        if draft.kind == "http":
            method, _, address = draft.command.partition(" ")
            risk, why = web.address_risk(method, address.strip(), self.table)
            judged = shell.Judgement(risk, why)
        elif draft.client:
            judged = self._client(draft)
        else:
            judged = shell.judge(draft.commands or syntax.commands(draft.command), self.table)
            if len(draft.command) > syntax.LONGEST:
                judged = shell.classify(draft.command, table=self.table)
        return self._worse_by_purpose(draft, judged)

    def _client(self, draft: Draft) -> shell.Judgement:
        if draft.client.startswith(("redis", "1", "2")):
            return shell.classify("redis-cli " + draft.command, table=self.table)
        if draft.client.startswith(("ceph", "rabbit")):
            return shell.classify("ceph " + draft.command, table=self.table)
        risk, why = sql.risk(draft.command, self.table)
        return shell.Judgement(risk, why)

    def _worse_by_purpose(self, draft: Draft, judged: shell.Judgement) -> shell.Judgement:
        """A change that its comment calls a deletion is one. A read stays a read: comments only make it worse."""
        if judged.risk != "change":
            return judged
        words = re.findall(r"[a-z]+", titles.short(draft.purpose or draft.lead).lower())[:3]
        destructive = self.table.words("words", "purpose")
        if words and (words[0] in destructive or " ".join(words[:2]) in destructive):
            return judged._replace(risk="destructive", why=f"{judged.why}; said to {words[0]}".strip("; "))
        return judged

    # --- titles, links

    def _title(self, draft: Draft) -> str:
        if draft.title:
            return draft.title
        if draft.kind in ("command", "http"):
            first = next((line.strip() for line in draft.command.split("\n") if line.strip()), draft.command)
            return titles.plain(first)[:120] if len(first) <= 120 else first[:119] + "…"
        return titles.short(draft.text.split("\n")[0]) or draft.kind

    def _links(self, text: str) -> tuple[Link, ...]:
        if "[" not in text and "<http" not in text:
            return ()
        found = []
        for image, label, target, reference in _LINK.findall(text):
            goal = target or self.page.document.references.get((reference or label).lower(), "")
            if goal and not image:
                found.append(Link(text=titles.plain(label), target=goal))
        found.extend(Link(text=goal, target=goal) for goal in _AUTOLINK.findall(text))
        return tuple(found)

    # --- ids

    def _id(self, draft: Draft) -> str:
        name = draft.attributes.get("name")
        if isinstance(name, str) and name and draft.kind in ("command", "http"):
            return _twin(self.names, name)
        normal = " ".join((draft.command or draft.text).split())
        section = draft.section
        digest = hashlib.sha256("\x1f".join((draft.kind, *section, normal)).encode("utf-8", "replace")).hexdigest()[:12]
        count = self.seen[section, digest] = self.seen.get((section, digest), 0) + 1
        return digest if count == 1 else f"{digest}~{count}"

    # --- what belongs together

    def _known(self, drafts: Iterable[Draft]) -> set[str]:
        known: set[str] = set()
        for draft in drafts:
            if draft.kind == "command":
                known |= placeholders.assigned(draft.command)
        return known

    def _inside(self, drafts: list[Draft], ids: list[str]) -> list[str | None]:
        """R11b: what follows a command that opens a shell or a client is typed there, until exit or the next section."""
        found: list[str | None] = []
        opened: tuple[str, str, tuple[str, ...]] | None = None
        for draft, item_id in zip(drafts, ids, strict=True):
            if opened is not None and draft.section != opened[2]:
                opened = None
            if draft.kind != "command" or (draft.inline and opened is None):
                found.append(None)
                continue
            first = next((one for one in draft.commands if one.words), None)
            name = shell.program(first.words[0]) if first else ""
            if opened is not None and name and name == opened[1]:
                opened = None
            found.append(opened[0] if opened is not None else None)
            if name in ("exit", "logout", "quit"):
                opened = None
            elif opens_shell(draft.commands) and not draft.inline:
                opened = (item_id, name, draft.section)
        return found

    def _choices(self, drafts: list[Draft], ids: list[str]) -> list[str]:
        first: dict[int, str] = {}
        for draft, item_id in zip(drafts, ids, strict=True):
            if draft.choice:
                first.setdefault(draft.choice, item_id)
        return [first.get(draft.choice, "") if draft.choice else "" for draft in drafts]


def _twin(seen: dict[str, int], name: str) -> str:
    count = seen[name] = seen.get(name, 0) + 1
    return name if count == 1 else f"{name}~{count}"


def worst_risk(items: Iterable[Item]) -> Risk:
    """The worst risk among items that run; "read" when none does."""
    return max((item.risk for item in items if item.runs), key=RISKS.index, default="read")


def as_json(runbook: Runbook) -> Mapping[str, Any]:
    """What `handrail read --json` prints: the runbook, with blanks as they are spelt and their names beside them."""
    import msgspec

    found: dict[str, Any] = msgspec.to_builtins(runbook)
    for item in found["items"]:
        item["blanks"] = item["placeholders"]
        item["placeholders"] = [blank["spelling"] for blank in item["blanks"]]
    return found
