"""Markdown as a flat row of blocks with their lines, their list items and whether they are quoted.

What CommonMark leaves to its dialects is mended first, line by line, so that line numbers never move: front matter,
`!!!` admonitions, shortcodes, loose HTML tags, fences that were never closed or stand inside one another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from . import dialects, tabs

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

BlockKind = Literal["heading", "paragraph", "fence", "table", "html"]

_FENCE = re.compile(r"^(\s*(?:>\s*)*(?:(?:[-*+]|\d+[.)])\s+)?)(`{3,}|~{3,})\s*([^`]*)$")
_ADMONITION = re.compile(r"^(\s*)(?:!!!|\?\?\?\+?|===)\s+(\S.*)$")
_SHORTCODE = re.compile(r"^\s*(?:\{\{[%<].*[%>]\}\}|\{%.*%\}|:::.*)\.?\s*$")
_TAGS = re.compile(
    r"^\s*(?:</?(?:details|summary|div|p|center|br|hr|span|section|article|a|b|i|tabs?|tabitem|note|steps?|admonition|tabpanel)\b[^>]*>\s*)+$",
    re.I,
)
_SUMMARY = re.compile(r"^\s*(?:<details[^>]*>\s*)?<summary[^>]*>(.*?)</summary>\s*(?:</details>)?\s*$", re.I)
_DIRECTIVE_OPTION = re.compile(r"^:[a-z][\w-]*:(?:\s.*)?$")
_HEADING_INSIDE = re.compile(r"^#{2,6} \S")
_RULE_OF_TABLE = re.compile(r"[\s>|:-]+$")
_MOST_COLUMNS = 100
#: What stands behind this many characters of a line is not read.
LONGEST_LINE = 20_000


@dataclass(slots=True, eq=False)
class ListItem:
    """A list item: its lines, its number if the list is ordered, and the item it stands in."""

    first: int
    last: int
    ordered: bool
    number: str
    parent: ListItem | None
    depth: int
    list_id: int
    blocks: list[Block] = field(default_factory=list)
    children: list[ListItem] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Block:
    """`first` and `last` are 1-based lines. `body` are the lines inside a fence, `body_first` is the first of them."""

    kind: BlockKind
    first: int
    last: int
    text: str = ""
    level: int = 0
    info: str = ""
    item: ListItem | None = None
    quoted: bool = False
    indented: bool = False
    body: tuple[str, ...] = ()
    body_first: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    role: str = ""


@dataclass(slots=True)
class Document:
    lines: list[str]
    blocks: list[Block]
    front_matter: dict[str, Any]
    references: Mapping[str, str]
    lists: Mapping[int, list[ListItem]]
    read_to: int
    tabs: list[list[tabs.Tab]] = field(default_factory=list)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # 40 ms that a plain command does not pay

    parser = MarkdownIt("commonmark", {"maxNesting": 40}).enable("table")
    parser.core.ruler.disable(["inline", "text_join"], ignoreInvalid=True)
    return parser


def parse(text: str, most_lines: int = 10_000) -> Document:
    """Blocks of the first `most_lines` lines; `read_to` is the last line that was parsed."""
    lines = text.split("\n")
    read_to = min(len(lines), most_lines)
    matter, mended = _front_matter([line[:LONGEST_LINE] for line in lines[:read_to]])
    mended = _mend(dialects.mended(mended))
    environment: dict[str, Any] = {}
    tokens = _parser().parse("\n".join(mended), environment)
    references = {name.lower(): str(found.get("href", "")) for name, found in environment.get("references", {}).items()}
    blocks, listed = _walk(tokens)
    return Document(lines, blocks, matter, references, listed, read_to, tabs.tabs(lines[:read_to]))


def _walk(tokens: list[Token]) -> tuple[list[Block], dict[int, list[ListItem]]]:
    blocks: list[Block] = []
    listed: dict[int, list[ListItem]] = {}
    items: list[ListItem] = []
    lists: list[tuple[bool, int]] = []
    quotes = 0
    count = 0
    place = 0
    while place < len(tokens):
        token = tokens[place]
        kind = token.type
        span = token.map or [0, 0]
        item = items[-1] if items else None
        block: Block | None = None
        if kind == "heading_open":
            block = Block("heading", span[0] + 1, span[1], tokens[place + 1].content, int(token.tag[1:]))
        elif kind == "paragraph_open":
            block = Block("paragraph", span[0] + 1, span[1], tokens[place + 1].content)
        elif kind == "fence":
            block = _fence(token)
        elif kind == "code_block":
            block = _indented(token)
        elif kind == "table_open":
            end = place
            while tokens[end].type != "table_close":
                end += 1
            block = Block("table", span[0] + 1, span[1], rows=_rows(tokens[place:end]))
            place = end
        elif kind == "html_block":
            block = Block("html", span[0] + 1, span[1], token.content)
        elif kind in ("bullet_list_open", "ordered_list_open"):
            count += 1
            lists.append((kind == "ordered_list_open", count))
        elif kind in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif kind == "list_item_open":
            new = ListItem(span[0] + 1, span[1], lists[-1][0], token.info, item, len(items) + 1, lists[-1][1])
            if item is not None:
                item.children.append(new)
            items.append(new)
            listed.setdefault(new.list_id, []).append(new)
        elif kind == "list_item_close":
            items.pop()
        elif kind == "blockquote_open":
            quotes += 1
        elif kind == "blockquote_close":
            quotes -= 1
        if block is not None:
            block.item = item
            block.quoted = quotes > 0
            if item is not None:
                item.blocks.append(block)
            blocks.append(block)
        place += 1
    return blocks, listed


def _fence(token: Token) -> Block:
    first, end = token.map or [0, 0]
    body = token.content.split("\n")
    if body and body[-1] == "":
        body.pop()
    last = max(end, first + 1)
    told = 0
    if token.info.lstrip().startswith("{"):  # the options of a directive: `:linenos:`
        told = next((at for at, line in enumerate(body) if not _DIRECTIVE_OPTION.match(line)), len(body))
    begins = first + 2 + told
    return Block("fence", first + 1, last, info=token.info.strip(), body=tuple(body[told:]), body_first=begins)


def _indented(token: Token) -> Block:
    first = (token.map or [0, 0])[0]
    body = token.content.rstrip("\n").split("\n")
    fence = _FENCE.match(body[0])
    if fence and len(body) > 2 and body[-1].strip() == fence[2]:  # a fence that was indented too far for its list item
        inner = tuple(line.removeprefix(fence[1]) for line in body[1:-1])
        return Block("fence", first + 1, first + len(body), info=fence[3].strip(), body=inner, body_first=first + 2)
    return Block("fence", first + 1, first + len(body), body=tuple(body), body_first=first + 1, indented=True)


def _rows(tokens: list[Token]) -> tuple[tuple[str, ...], ...]:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows:
            rows[-1].append(token.content)
    return tuple(tuple(row) for row in rows)


def _front_matter(lines: list[str]) -> tuple[dict[str, Any], list[str]]:
    """Keys of the first level, values as text, number or truth. The lines are emptied, not removed."""
    mark = lines[0].strip().lstrip("\ufeff") if lines else ""
    if mark not in ("---", "+++", ";;;"):
        return {}, lines
    end = next((at for at in range(1, min(len(lines), 400)) if lines[at].strip() in (mark, "...")), 0)
    if not end:
        return {}, lines
    found: dict[str, Any] = {}
    for line in lines[1:end]:
        match = re.match(r"([A-Za-z_][\w.-]*)\s*[:=]\s*(.*)$", line)
        if match:
            found[match[1]] = _scalar(match[2].strip())
    return found, [""] * (end + 1) + lines[end + 1 :]


def _scalar(text: str) -> Any:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    if text in ("true", "false"):
        return text == "true"
    return int(text) if re.fullmatch(r"-?\d{1,15}", text) else text


def _mend(lines: list[str]) -> list[str]:
    mended = []
    inside = ""
    body = -1  # the indentation an admonition's body must have
    for line in lines:
        fence = _FENCE.match(line)
        if inside:
            if fence and fence[2].startswith(inside) and not fence[3].strip():
                inside = ""
        elif fence:
            inside = fence[2]
        if body >= 0:
            indent = len(line) - len(line.lstrip())
            if line.strip() and indent < body:
                body = -1
            else:
                mended.append(" " * (body - 4) + "> " + line[body:] if line.strip() else " " * (body - 4) + ">")
                continue
        opening = _ADMONITION.match(line) if not inside else None
        if opening:
            body = len(opening[1]) + 4
            words = re.sub(r'^[\w -]+?\s*"(.*)"$', r"\1", opening[2].strip())
            mended.append(f"{opening[1]}> **{words}**  ")
        elif not inside and not fence and (_SHORTCODE.match(line) or _TAGS.match(line)):
            summary = _SUMMARY.match(line)
            mended.append(f"**{summary[1].strip()}**" if summary and summary[1].strip() else "")
        elif not inside and line.count("|") > _MOST_COLUMNS and _RULE_OF_TABLE.match(line):
            mended.append("\\" + line)  # a row of text: nobody reads a table of so many columns
        elif not inside and (summary := _SUMMARY.match(line)):
            mended.append(f"**{summary[1].strip()}**")
        else:
            mended.append(line)
    return _mend_fences(mended)


def _mend_fences(lines: list[str]) -> list[str]:
    """Close what was never closed before the next heading; widen a Markdown fence that holds fences."""
    opened: tuple[int, str, str, str] | None = None  # line, indentation, marks, info
    depth = 0
    suspect = -1
    blank = -1  # the last empty line so far
    place = 0
    while place < len(lines):
        fence = _FENCE.match(lines[place])
        if not fence and not lines[place].strip():
            blank = place
        if opened is None:
            if fence:
                opened, depth, suspect = (place, fence[1], fence[2], fence[3].strip()), 0, -1
        elif fence and fence[2][0] == opened[2][0] and len(fence[2]) >= len(opened[2]):
            if fence[3].strip():
                if opened[3].split(" ")[0].lower() in ("markdown", "md", "mdx"):
                    depth += 1
                else:
                    close = suspect if suspect > opened[0] else blank
                    if close > opened[0]:
                        lines[close] = opened[1] + opened[2]
                        opened, place = None, close
            elif depth:
                depth -= 1
                if depth == 0 and _closes_later(lines, place):
                    lines[opened[0]] = f"{opened[1]}``````{opened[3]}"
                    end = _next_bare(lines, place)
                    lines[end] = opened[1] + "``````"
                    opened, place = None, end
            else:
                opened = None
        elif suspect < 0 and _HEADING_INSIDE.match(lines[place]) and place and not lines[place - 1].strip():
            suspect = place - 1
        place += 1
    if opened is not None and suspect > opened[0]:
        lines[suspect] = opened[1] + opened[2]
    return lines


def _next_bare(lines: list[str], place: int) -> int:
    for at in range(place + 1, len(lines)):
        fence = _FENCE.match(lines[at])
        if fence and not fence[3].strip():
            return at
        if fence:
            return place
    return place


def _closes_later(lines: list[str], place: int) -> bool:
    return _next_bare(lines, place) > place
