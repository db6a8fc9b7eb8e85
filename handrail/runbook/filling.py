"""Values put into a command so that the program receives exactly them, however the blank was quoted.

Each place is a stack of readers: a JSON string in a single-quoted word behind ssh is read by this shell, by the remote
shell, then as JSON. A value is written for the innermost reader first and then for each one around it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote

from . import request_text, shell, web
from .model import Placeholder
from .syntax import Region, Simple, anatomy
from .tools import Family, standard

_MARK = re.compile("\ue0f0(\\d+)\ue0f1")
_SAFE = re.compile(r"[A-Za-z0-9_@%+:,./-]+")
_URL = re.compile(r"\b(?:https?|wss?|postgres(?:ql)?|mysql|mongodb(?:\+srv)?|redis|amqps?|ftp)://", re.I)
_DEEPEST = 6


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


def substitute(command: str, blanks: Sequence[Placeholder], values: Mapping[str, str]) -> str:
    """The command with each blank whose name has a value replaced, quoted for where it stands."""
    spots = [spot for spot in _spots(command, blanks) if spot[2] in values]
    if not spots:
        return command
    if web.REQUEST.match(command.partition("\n")[0].rstrip()):
        return _apply(command, [_Edit(a, b, _in_request(command[:a], values[name])) for a, b, name in spots])
    marked, places = _marked(command, spots)
    readers = _readers(marked)
    edits = []
    for number, (start, end, name) in enumerate(spots):
        value = values[name].replace("\0", "")
        written = _written(value, readers.get(number, ["plain"]), loose=command[end : end + 1] in ("<", ">"))
        edits.append(_Edit(start, end, written))
    edits.extend(_other_marks(command, marked, places, spots, values))
    return _apply(command, edits)


def _spots(command: str, blanks: Sequence[Placeholder]) -> list[tuple[int, int, str]]:
    """Where each blank stands, longest spellings first, none inside another."""
    found: list[tuple[int, int, str]] = []
    for blank in sorted(blanks, key=lambda one: -len(one.spelling)):
        spelling = blank.spelling
        before = r"(?<![\w$])" if spelling[0].isalnum() else r"(?<!\\)" if spelling[0] == "$" else ""
        after = r"(?!\w)" if spelling[-1].isalnum() or spelling[-1] == "_" else ""
        for match in re.finditer(before + re.escape(spelling) + after, command):
            if not any(start < match.end() and match.start() < end for start, end, _ in found):
                found.append((match.start(), match.end(), blank.name))
    return sorted(found)


def _marked(command: str, spots: Sequence[tuple[int, int, str]]) -> tuple[str, list[int]]:
    """The command with an inert word for each blank, and where those words stand."""
    parts = []
    places = []
    at = length = 0
    for number, (start, end, _) in enumerate(spots):
        mark = f"\ue0f0{number}\ue0f1"
        parts += [command[at:start], mark]
        places.append(length + start - at)
        length += start - at + len(mark)
        at = end
    return "".join([*parts, command[at:]]), places


def _apply(command: str, edits: Sequence[_Edit]) -> str:
    for edit in sorted(edits, reverse=True):
        command = command[: edit.start] + edit.text + command[edit.end :]
    return command


# --- who reads a place


def _readers(text: str, depth: int = 0) -> dict[int, list[str]]:
    """For each mark the readers of its place, outermost first."""
    commands, regions = anatomy(text)
    found: dict[int, list[str]] = {}
    for match in _MARK.finditer(text):
        found[int(match[1])] = _quoting(match.start(), regions)
    if depth >= _DEEPEST:
        return found
    for simple in commands:
        for inner, kind in _inner_texts(simple):
            if not _MARK.search(inner):
                continue
            if kind == "shell":
                deeper = _readers(inner, depth + 1)
                for number, readers in deeper.items():
                    if number in found:
                        found[number] += readers
            else:
                for match in _MARK.finditer(inner):
                    content = _content(inner, match.start(), kind)
                    if content and int(match[1]) in found:
                        found[int(match[1])].append(content)
    return found


def _quoting(place: int, regions: Sequence[Region]) -> list[str]:
    """The regions around a place that still matter: `$(...)` starts afresh, backticks are read once more."""
    around = sorted(
        (region for region in regions if region.start <= place < region.end), key=lambda one: one.end - one.start
    )
    readers: list[str] = []
    fresh = False
    for region in around:
        if region.kind == "backticks":
            readers.insert(0, "backticks")
            fresh = True
        elif region.kind == "code":
            fresh = True
        elif not fresh:
            readers.insert(0, region.kind)
            fresh = True
        elif region.kind == "heredoc" and "backticks" not in readers:
            break
    return readers or ["plain"]


def _inner_texts(simple: Simple) -> list[tuple[str, str]]:
    """What a command reads again: (text, "shell") for another shell, (word, family) for JSON, SQL and addresses."""
    if not simple.words:
        return [(text, "") for text in simple.fed]
    words = simple.words
    name = shell.program(words[0])
    family = standard().family(name)
    found: list[tuple[str, str]] = []
    fed = "shell" if family is not None and family.name in ("shells", "ssh") else _kind(family)
    found.extend((text, fed) for text in simple.fed)
    start = _shell_start(family, words)
    if start is not None:
        found.append((" ".join(words[start:]), "shell"))
        words = words[:start]
    else:
        nested = _shell_option(words)
        if nested is not None:
            found.append((words[nested], "shell"))
            words = words[:nested]
    kind = _kind(_last_family(words) or family)
    found.extend((word, kind) for word in words)
    return found


def _shell_start(family: Family | None, words: Sequence[str]) -> int | None:
    """Where the words begin that ssh or watch join into text for another shell."""
    if family is None or family.text("runs") != "shell":
        return 1 if words[0] == "eval" else None
    call = family.call(words[1:])
    skip = int(family.spec.get("skip", 0))
    return call.at[skip] + 1 if len(call.at) > skip else None


def _shell_option(words: Sequence[str]) -> int | None:
    """The place of the text after `sh -c`, wherever in the line the shell stands."""
    for place, word in enumerate(words[:-2]):
        if shell.program(word) in ("sh", "bash", "zsh", "dash", "ash", "ksh", "su", "runuser"):
            for option in range(place + 1, min(place + 6, len(words) - 1)):
                if re.fullmatch(r"-[a-z]*c", words[option]) or words[option] == "--command":
                    return option + 1
    return None


def _last_family(words: Sequence[str]) -> Family | None:
    """The program that in the end reads the words: behind sudo, or after -- in exec."""
    place = 0
    found = None
    for place, word in enumerate(words[:12]):
        family = standard().family(shell.program(word)) if not word.startswith("-") else None
        if family is not None and (place == 0 or words[place - 1] == "--" or (found and found.text("runs"))):
            found = family
    return found


def _kind(family: Family | None) -> str:
    if family is None:
        return "plain"
    if family.text("sql"):
        return "mysql" if family.name == "mysql" else "sql" if family.name != "mongo" else "plain"
    if family.text("http"):
        return "http"
    return "text" if family.name in ("looking", "sed", "awk", "perl") else "plain"


def _content(word: str, place: int, kind: str) -> str:
    """JSON strings, SQL strings and addresses have rules of their own."""
    before = word[:place]
    opened = re.sub(r"\\.", "", before)
    looks_like_json = word.lstrip()[:1] in ("{", "[") and '"' in word
    if (looks_like_json or (kind == "text" and re.search(r'[=:(]\s*"[^"]*$', opened))) and opened.count('"') % 2:
        return "json"
    if kind in ("sql", "mysql") and opened.count("'") % 2:
        return kind
    address = list(_URL.finditer(before))
    if address and kind != "text" and not re.search(r"[\s\"']", before[address[-1].end() :]):
        rest = before[address[-1].end() :]
        if "/" in rest or "?" in rest:
            return "query" if "?" in rest else "path"
        if "@" in word[place:].split("/")[0]:
            return "query"
    return ""


# --- writing


def _written(value: str, readers: Sequence[str], *, loose: bool) -> str:
    for reader in reversed(readers):
        value = _for_reader(value, reader, loose=loose)
    return value


def _for_reader(value: str, reader: str, *, loose: bool) -> str:
    match reader:
        case "plain":
            if _SAFE.fullmatch(value) and not loose:
                return value
            return "'" + value.replace("'", "'\"'\"'") + "'"
        case "single":
            return value.replace("'", "'\"'\"'")
        case "double":
            return re.sub(r'([\\"$`])', r"\\\1", value)
        case "ansi":
            return re.sub(r"([\\'])", r"\\\1", value)
        case "heredoc":
            return re.sub(r"([\\$`])", r"\\\1", value)
        case "backticks":
            return re.sub(r"([\\`])", r"\\\1", value)
        case "comment":
            return " ".join(value.split())
        case "json":
            return json.dumps(value, ensure_ascii=False)[1:-1]
        case "sql":
            return value.replace("'", "''")
        case "mysql":
            return value.replace("\\", "\\\\").replace("'", "''")
        case "path":
            return quote(value, safe="/:@~,;+=!*()'&$".replace("'", "").replace("$", ""), errors="surrogatepass")
        case "query":
            return quote(value, safe="", errors="surrogatepass")
    return value


def _in_request(before: str, value: str) -> str:
    return request_text.written(before, value) if "\n" in before else _in_url(before, value)


def _in_url(before: str, value: str) -> str:
    if "://" in before and "/" not in before.partition("://")[2]:
        return value
    return quote(value, safe="" if "?" in before else "/:@~,;+=!*()", errors="surrogatepass")


def _other_marks(
    command: str, marked: str, places: Sequence[int], spots: Sequence[tuple[int, int, str]], values: Mapping[str, str]
) -> list[_Edit]:
    """A value that holds the mark of its own here-document would end it: such a document gets another mark."""
    _, regions = anatomy(marked)
    edits = []
    for region in regions:
        if region.kind not in ("heredoc", "raw"):
            continue
        mark = marked[slice(*region.closed)].strip()
        inside = [number for number, place in enumerate(places) if region.start <= place < region.end]
        if not mark or not any(mark in values[spots[number][2]] for number in inside):
            continue
        new = mark
        while any(new in text for text in (command, *values.values())):
            new += "_"
        for span in (region.opened, region.closed):
            start, end = (_unmarked(at, places, spots) for at in span)
            edits.append(_Edit(start, end, marked[slice(*span)].replace(mark, new)))
    return edits


def _unmarked(at: int, places: Sequence[int], spots: Sequence[tuple[int, int, str]]) -> int:
    """An offset in the marked text as an offset in the command."""
    longer = sum(
        len(f"\ue0f0{number}\ue0f1") - (spots[number][1] - spots[number][0])
        for number, place in enumerate(places)
        if place < at
    )
    return at - longer
