"""Drafts made into items: risk, blanks, titles, ids, what stands inside another shell or hangs on a decision."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from . import expectations, identity, placeholders, request_text, runme, shell, sql, syntax, titles, tools, web
from .draft import Draft
from .judgement import HARMLESS, Judgement, worst
from .model import Item, Link, Placeholder
from .opened import opens_shell
from .page import Page
from .stand_ins import stand_ins
from .vocabulary import words

_LINK = re.compile(
    r"(!?)\[((?:[^\[\]\n]|\[[^\[\]\n]{0,100}\]){1,300})\]"
    r"(?:\(\s*<?([^)\s>]{0,600})>?(?:\s+[\"'][^\"'\n]{0,200}[\"'])?\s*\)|\[([^\]\n]{0,200})\])"
)
_AUTOLINK = re.compile(r"<(https?://[^\s>]+)>")
_RUNS = ("command", "http")
_POWERSHELLS = frozenset({"powershell", "pwsh", "ps1", "ps", "posh"})
_REDIS_PROMPT = re.compile(r"[\w.-]+:\d{2,5}(?:\[\d+\])?>")
_QUITS = re.compile(r"(?:exit|quit|logout|\\q|\.exit|\.quit)(?:\s*\(\s*\))?\s*;?", re.I)
#: Programs that open a prompt of their own and no shell.
_CLIENTS = words("database_clients") | {
    "rails", "irb", "pry", "python", "python2", "python3", "ipython", "node", "php", "iex", "ghci", "scala", "jshell"}
#: Prompts of languages, whose code is not looked into.
_CODE_PROMPT = re.compile(r">>>|irb|In \[|iex|\[\d+\] pry|ghci|scala|jshell")
_DELETES = re.compile(r"\b(?:delete|destroy|drop|truncate|remove|purge|kill|flush|rmtree|unlink|clear)\w*", re.I)
_ENTERS = re.compile(
    r"\b(?:log ?(?:in|on)(?:to)?|ssh|connect|enter|attach|jump|hop|exec|get|open|start|go|connecte[rz]|ouvr(?:ir|ez)"
    r"|anmelden|einloggen|verbinden|öffnen|con[eé]ct[ae]r?(?:se)?|abrir|acced(?:er|a|ere|i)|acess[ae]r?|entrar|entre|collegar(?:si|e))"
    r"\b.{0,60}$", re.I | re.S)
_BACK = re.compile(
    r"\b(?:back (?:on|at|in)|(?:from|on) your (?:own )?(?:local )?(?:machine|laptop|workstation|host)|locally)\b", re.I)
_THERE = re.compile(
    r"\b(?:from there|(?:from|on|inside|in) (?:the|that|this) (?:jump ?(?:host|box|server)|bastion)"
    r"|once (?:there|inside|in))\b", re.I)
_LEAVES = re.compile(
    r"^(?:(?:then|now|finally),? )?(?:type |run |use |press )?"
    r"(?:exit|log ?out|log ?off|quit|disconnect|ctrl[-+]d"
    r"|(?:leave|close) the (?:shell|pod|host|container|session|bastion|connection|client))\b(?!\s+(?:code|status))",
    re.I,
)


class _Opened(NamedTuple):
    """A shell or a client that is open: the item that opened it, by which program, and for which section."""

    item: str
    name: str
    reach: tuple[str, ...]
    last: int


def finished(page: Page, drafts: Iterable[Draft], table: tools.Table) -> tuple[Item, ...]:
    """The items of a document, in the order of its lines."""
    return _Finish(page, sorted(drafts, key=lambda draft: draft.first), table).items()


class _Finish:
    def __init__(self, page: Page, drafts: list[Draft], table: tools.Table) -> None:
        self.page = page
        self.drafts = drafts
        self.table = table
        self.known: dict[bool, set[str]] = {False: set(), True: set()}  # what was assigned so far, in PowerShell or not
        self.particular: dict[str, str] = {}
        self.ids = _ids(drafts)
        self.running = Counter(draft.section for draft in drafts if draft.kind in _RUNS)
        self.minutes = {heading.path: heading.minutes for heading in page.headings}

    def items(self) -> tuple[Item, ...]:
        inside = self._inside()
        options = self._options()
        when = self._when()
        return tuple(
            self._item(draft, self.ids[place], inside[place], options[place], when[place])
            for place, draft in enumerate(self.drafts)
        )

    def _item(self, draft: Draft, item_id: str, inside: str | None, options: str, when: str | None) -> Item:
        runs = draft.kind in _RUNS
        judged = self._judged(draft) if runs else HARMLESS
        interactive = draft.attributes.get("interactive")
        return Item(
            id=item_id,
            kind=draft.kind,
            section=draft.section,
            lines=(draft.first, max(draft.first, draft.last)),
            title=_title(draft),
            text=draft.text,
            language=draft.language,
            command=draft.command,
            inline=draft.inline,
            placeholders=self._blanks(draft),
            expected=draft.expected if judged.risk == "read" and not judged.interactive
            else expectations.once(draft.expected),
            risk=judged.risk,
            risk_why=judged.why,
            long_running=judged.long_running or draft.attributes.get("background") is True,
            interactive=interactive if runs and isinstance(interactive, bool) else judged.interactive,
            options=options,
            inside=inside,
            minutes=self._minutes(draft),
            links=self._links(draft.text),
            attributes=self._attributes(draft),
            choices=tuple(draft.choices),
            when=when,
        )

    def _attributes(self, draft: Draft) -> dict[str, Any]:
        if draft.kind != "command" or draft.inline:
            return draft.attributes
        return runme.attributes(self.page.document.front_matter, draft.attributes, draft.language)

    def _blanks(self, draft: Draft) -> tuple[Placeholder, ...]:
        if draft.kind == "template":
            return placeholders.find_in_template(draft.text)
        if draft.kind not in _RUNS:
            return ()
        known = self.known[draft.language.lower() in _POWERSHELLS]
        if draft.kind == "command":
            known |= placeholders.assigned(draft.command)
        found = placeholders.find(draft.command, known, script=draft.script)
        if draft.client:  # v$instance is a name there
            found = tuple(blank for blank in found if not re.search(rf"\w{re.escape(blank.spelling)}", draft.command)
                          or blank.spelling[0] != "$")
        spelt = {blank.spelling for blank in found}
        found += tuple(blank for blank in runme.asked(draft.command, draft.attributes) if blank.spelling not in spelt)
        return found + stand_ins(draft.command, f"{draft.told}\n{draft.purpose}", self.particular)

    def _minutes(self, draft: Draft) -> float | None:
        """The step's own estimate, or its section's where it is the only step there."""
        own = titles.minutes(draft.title)
        alone = draft.kind in _RUNS and self.running[draft.section] == 1
        return own if own is not None or not alone else self.minutes.get(draft.section)

    def _links(self, text: str) -> tuple[Link, ...]:
        if "[" not in text and "<http" not in text:
            return ()
        found = []
        for image, label, target, reference in _LINK.findall(text):
            goal = target or self.page.document.references.get((reference or label).lower(), "")
            if goal and not image:
                found.append(Link(text=titles.plain(label), target=goal))
        return (*found, *(Link(text=goal, target=goal) for goal in _AUTOLINK.findall(text)))

    # --- risk

    def _judged(self, draft: Draft) -> Judgement:
        if draft.kind == "http":
            request = request_text.parts(draft.command)
            judged = Judgement(*web.address_risk(request.method, request.address, self.table))
        elif draft.client.startswith(("redis", "valkey")) or _REDIS_PROMPT.match(draft.client):
            lines = [line for line in draft.command.split("\n") if line.strip()]
            judged = worst(shell.classify(f"redis-cli {line}", table=self.table) for line in lines)
        elif _CODE_PROMPT.match(draft.client):
            deletes = _DELETES.search(draft.command)
            why = deletes[0] if deletes else "code is not looked into"
            judged = Judgement("destructive" if deletes else "change", why)
        elif draft.client:
            judged = Judgement(*sql.risk(draft.command, self.table))
        elif len(draft.command) > syntax.LONGEST:
            judged = shell.classify(draft.command, table=self.table)
        else:
            judged = shell.judge(draft.commands or syntax.commands(draft.command), self.table)
        return self._worse_by_purpose(draft, judged)

    def _worse_by_purpose(self, draft: Draft, judged: Judgement) -> Judgement:
        """A change that its comment calls a deletion is one. A read stays a read: comments only make it worse."""
        if judged.risk != "change":
            return judged
        words = re.findall(r"[a-z]+", titles.short(draft.purpose or draft.lead).lower())[:3]
        destructive = self.table.words("words", "purpose")
        if words and (words[0] in destructive or " ".join(words[:2]) in destructive or " ".join(words) in destructive):
            return judged._replace(risk="destructive", why=f"{judged.why}; said to {words[0]}")
        return judged

    # --- what belongs together

    def _inside(self) -> list[str | None]:
        """R11b: what follows a command that opens a shell or a client is typed there, in the innermost of those.

        It ends with `exit`, with the section (the one above, where a section is there only to connect), with the
        program that opened it named again, and with "back on your machine".
        """
        found: list[str | None] = []
        opened: list[_Opened] = []
        for draft, item_id in zip(self.drafts, self.ids, strict=True):
            opened = [one for one in opened
                      if draft.section[: len(one.reach)] == one.reach and draft.first <= one.last]
            if _BACK.search(draft.told or draft.title):
                opened = []
            if draft.at_shell and opened and opened[-1].name in _CLIENTS:
                opened.pop()  # a shell's prompt again, behind a client's
            if draft.kind != "command":
                found.append(None)
                if draft.kind == "manual" and _LEAVES.match(titles.plain(draft.title)):
                    opened = opened[:-1]
                continue
            first = next((one.words[0] for one in draft.commands if one.words), "")
            name = tools.program(first)
            there = _THERE.search(draft.told or draft.title) is not None
            same = (at for at, one in enumerate(opened) if name and one.name == name and not there)
            again = next(same, len(opened))
            opened = opened[:again]
            # What was typed at the prompt of a client that nobody opens here belongs in that client all the same.
            alone = item_id if draft.client else None
            found.append(opened[-1].item if opened else alone)
            if name in ("exit", "logout", "quit", "\\q") or (draft.client and _QUITS.fullmatch(draft.command.strip())):
                opened = opened[:-1]
            elif (not draft.inline or _ENTERS.search(draft.purpose)) and opens_shell(draft.commands or syntax.commands(
                    draft.command)):
                opened.append(_Opened(item_id, name, self._reach(draft), self._tab_end(draft.first)))
        return found

    def _tab_end(self, line: int) -> int:
        """The last line of the tab that this line stands in; what is opened in a tab is closed in the next one."""
        around = (tab.last for tabs in self.page.document.tabs for tab in tabs if tab.first <= line <= tab.last)
        return min(around, default=len(self.page.document.lines))

    def _reach(self, opener: Draft) -> tuple[str, ...]:
        """The section in which an opened shell lasts: its own, or the one above where its own does nothing but open."""
        section = opener.section
        alone = self.running[section] == 1 and len(section) > 1 and _ENTERS.search(section[-1])
        return section[:-1] if alone else section

    def _options(self) -> list[str]:
        """A choice group is named by the id of its first option."""
        first: dict[int, str] = {}
        for draft, item_id in zip(self.drafts, self.ids, strict=True):
            if draft.choice:
                first.setdefault(draft.choice, item_id)
        return [first.get(draft.choice, "") if draft.choice else "" for draft in self.drafts]

    def _when(self) -> list[str | None]:
        """The decision an item hangs on: the innermost one whose lines it stands in."""
        found: list[str | None] = []
        open_decisions: list[tuple[int, str]] = []  # the last line each governs, and its id
        for draft, item_id in zip(self.drafts, self.ids, strict=True):
            while open_decisions and open_decisions[-1][0] < draft.first:
                open_decisions.pop()
            found.append(open_decisions[-1][1] if open_decisions else None)
            if draft.kind == "decision" and draft.governs >= draft.first:
                open_decisions.append((draft.governs, item_id))
        return found


def _title(draft: Draft) -> str:
    if draft.title:
        return draft.title
    if draft.kind in _RUNS:
        first = next((line.strip() for line in draft.command.split("\n") if line.strip()), draft.command)
        return first if len(first) <= 120 else first[:119] + "…"  # as it is: a blank is no HTML tag
    return titles.short(draft.text.split("\n")[0]) or draft.kind


def _ids(drafts: Iterable[Draft]) -> list[str]:
    """12 hex of what an item is and where, so that edits elsewhere leave it alone; ~n for twins; a name wins."""
    seen: Counter[str] = Counter()
    found = []
    for draft in drafts:
        name = draft.attributes.get("name")
        if not (isinstance(name, str) and name and draft.kind in _RUNS):
            said = identity.normal(draft.command, draft.text)
            told = "\x1f".join((draft.kind, *map(identity.heading, draft.section), said))
            name = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:12]
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name}~{seen[name]}")
    return found
