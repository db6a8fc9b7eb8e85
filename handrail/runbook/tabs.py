"""Tabs: pieces of a document that stand beside one another, of which a reader takes one. Found line by line, in the
ways of MkDocs Material, Docusaurus, MyST, Hugo and Azure's pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_INDENTED = re.compile(r'^(\s*)===[!+]?\s+"([^"]+)"\s*$')
_OPENED = (
    (re.compile(r"^\s*<TabItem\b[^>]*?(?:label=[\"'{]+([^\"'}]+)|value=[\"']([^\"']+))[^>]*>"), "</TabItem>"),
    (re.compile(r"^\s*:::+\s*\{tab-item\}\s*(\S.*)"), ":::"),
    (re.compile(r"^\s*\{\{[<%]\s*tab\s+(?:name=|title=|header=)?\"([^\"]+)\""), "/tab "),
)
#: `# [Azure CLI](#tab/azure-cli)`: a heading that is none.
AZURE = re.compile(r"^\s*#+\s*\[([^\]]+)\]\(#tab/[\w/-]+\)\s*$")
_SIGNS = ("===", "<Tab", ":::", "{{", "# [", "## [", "### [")
_AZURE_END = re.compile(r"^\s*(?:---+|\*\*\*+)\s*$")


@dataclass(frozen=True, slots=True)
class Tab:
    """One of several tabs that stand beside one another; lines are 1-based."""

    title: str
    first: int
    last: int


def tabs(lines: Sequence[str]) -> list[list[Tab]]:
    """Groups of tabs; one alone is no group."""
    groups: list[list[Tab]] = []
    after = 0
    for place in [at for at, line in enumerate(lines) if line.lstrip().startswith(_SIGNS)]:
        tab = _tab(lines, place) if place >= after else None
        if tab is None:
            continue
        before = groups[-1][-1].last if groups else -1
        beside = before >= 0 and not any(line.strip() for line in lines[before:place])
        groups[-1].append(tab) if beside else groups.append([tab])
        after = max(tab.last, place + 1)
    return [group for group in groups if len(group) > 1]


def _tab(lines: Sequence[str], place: int) -> Tab | None:
    line = lines[place]
    if opening := _INDENTED.match(line):
        end = place + 1
        while end < len(lines) and (not lines[end].strip() or lines[end].startswith(opening[1] + "    ")):
            end += 1
        return Tab(opening[2].strip(), place + 1, end)
    if opening := AZURE.match(line):
        end = place + 1
        while end < len(lines) and not AZURE.match(lines[end]) and not _AZURE_END.match(lines[end]):
            end += 1
        return Tab(opening[1].strip(), place + 1, end)
    for opens, closes in _OPENED:
        if opening := opens.match(line):
            for end in range(place + 1, min(len(lines), place + 400)):
                said = lines[end].strip()
                if (said == closes if closes == ":::" else closes in said):
                    title = next(group for group in opening.groups() if group)
                    return Tab(title.strip(), place + 1, end + 1)
    return None
