"""Any Markdown, read as a checklist. Pure: text in, Runbook out, no files, no clock, no exception."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from . import blocks, effort, house_rules, titles, tools
from .draft import Draft
from .finish import finished
from .model import Finding, Runbook, Section
from .page import Page
from .walk import walk


def read(text: str | bytes, document: str = "", table: tools.Table | None = None) -> Runbook:
    """Read a document. `document` is its name, `table` a tool table extended by packs. Never raises."""
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    source = _lines_of(raw.decode("utf-8", "replace") if isinstance(text, bytes) else text)
    with effort.for_text_of(len(source)):
        return _read(source, raw, document, table or tools.standard())


def _read(source: str, raw: bytes, document: str, table: tools.Table) -> Runbook:
    parsed = blocks.parse(source)
    page = Page(parsed, _title(parsed, document))
    drafts = [*walk(page), *_unread(page)]
    return Runbook(
        document=document,
        title=page.title,
        sha256=hashlib.sha256(raw).hexdigest(),
        front_matter=parsed.front_matter,
        sections=_sections(page),
        items=finished(page, drafts, table),
        policy=house_rules.found(page),
        findings=_findings(page),
    )


def as_json(runbook: Runbook) -> Mapping[str, Any]:
    """What `handrail read --json` prints: blanks as they are spelt in `placeholders`, with their names in `blanks`."""
    import msgspec

    found: dict[str, Any] = msgspec.to_builtins(runbook, enc_hook=str)
    for item in found["items"]:
        item["blanks"] = item["placeholders"]
        item["placeholders"] = [blank["spelling"] for blank in item["blanks"]]
        if item["expected"] and not item["expected"]["seconds"]:
            del item["expected"]["seconds"]
        if item["by_hand"] is None:
            del item["by_hand"]
    return found


def _lines_of(text: str) -> str:
    """One kind of line end. A lone CR ends a line only where no LF does."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return text.replace("\r", " " if "\n" in text else "\n")


def _title(parsed: blocks.Document, document: str) -> str:
    """The first heading of the first level, else the front matter's title, else any heading, else the file's name."""
    headings = [block for block in parsed.blocks if block.kind == "heading" and titles.plain(block.text)]
    first = next((block for block in headings if block.level == 1), None)
    told = parsed.front_matter.get("title")
    if first is None and isinstance(told, str) and told:
        return told
    first = first or next(iter(headings), None)
    return titles.plain(first.text) if first else re.sub(r"\.\w+$", "", document.replace("\\", "/").rpartition("/")[2])


def _sections(page: Page) -> tuple[Section, ...]:
    """Every heading, and before the first one a section of level 0 for what stands above it."""
    found = [
        Section(title=one.title, level=one.level, lines=(one.first, max(one.first, one.last)), path=one.path,
                minutes=one.minutes)
        for one in page.headings
    ]
    lines = page.document.lines
    start = page.headings[0].first if page.headings else len(lines) + 1
    if any(line.strip() for line in lines[: start - 1]):
        found.insert(0, Section(title=page.title, level=0, lines=(1, start - 1), path=()))
    return tuple(found)


def _unread(page: Page) -> list[Draft]:
    """What stands behind the lines that are taken apart is one thing to look up; nothing is lost."""
    first = page.document.read_to + 1
    if first > len(page.document.lines) or not any(line.strip() for line in page.document.lines[first - 1 :]):
        return []
    text = "The rest of the document, not read as steps"
    rest = Draft("reference", first, len(page.document.lines), title=text, text=page.source(first, first + 200))
    rest.section = page.headings[-1].path if page.headings else ()
    return [rest]


def _findings(page: Page) -> tuple[Finding, ...]:
    if page.document.read_to >= len(page.document.lines):
        return ()
    message = f"Only the first {page.document.read_to} lines are read as steps."
    return (Finding(line=page.document.read_to + 1, code="too-long", message=message, remedy="Split the document."),)
