"""The body of a request that stands in a sentence: said behind it, or in the fence that the sentence announces.

What an answer looks like is never sent: a body counts only where the words between say that it is one.
"""

from __future__ import annotations

import json
import re

_SENDS = re.compile(r"(?:POST|PUT|PATCH|DELETE)\s")
_BODY = r"(?:body|bodies|payload|json|document|object|data|content)"
_SAID = re.compile(
    rf"\s*,?\s*\(?\s*(?:(?:with|using|and|sending|send|containing|carrying|plus)\b)?"
    rf"(?:\s+(?:an?|the|this|its|as|of|as its|following|request|http|raw|small|empty)\b|\s+\w+/json\b)*"
    rf"(?:\s*{_BODY}\b)*\s*(?:of|as|is|=|:)?\s*", re.I)
_WITH = re.compile(rf"\s+with(?: (?:an?|the|json|this|{_BODY}))*:?\s*$", re.I)
_WORDS = re.compile(rf"\b(?:with|sending|{_BODY})\b", re.I)
_ANNOUNCED = re.compile(
    rf"^[^.;]{{0,60}}(?:\b(?:with|sending|send|using|and)\b[^.;]{{0,40}}\b{_BODY}|\bwith(?: the following| this)?"
    r"|\b(?:body|payload))[^.;\w]{0,4}:\W*$", re.I)
_LABEL = re.compile(
    r"^\W{0,4}(?:(?:the|with|this|following|send|use|as|request|http|json) ){0,5}(?:body|payload)"
    r"(?: of the request| to send)?\W{0,4}$", re.I)
_ANSWERS = re.compile(
    r"\b(?:respon\w+|answer\w*|repl(?:y|ies)|return\w*|result\w*|expect\w*|output|receiv\w+|echo\w*|gives?"
    r"|shows?|get|see|fetch|read|look|compare|yields?|without|no body|empty body)\b", re.I)
_LANGUAGES = frozenset({"", "json", "jsonc", "json5", "javascript", "js", "text"})
_SPAN = re.compile(r"(`{1,3})(?!`)(.{2,4000}?)(?<!`)\1(?!`)", re.S)


def split(code: str) -> tuple[str, str]:
    """`POST /x {"on": true}` as the request and its body; the body is "" where none stands there."""
    head, _, rest = code.partition(" {")
    request = _WITH.sub("", head)
    if rest and len(request.split()) == 2 and is_sent(request) and looks_like("{" + rest):
        return request, "{" + rest
    return code, ""


def behind(request: str, after: str) -> str:
    """The body that the words right behind `request` give it, "" for none."""
    said = _SAID.match(after)
    if not is_sent(request) or said is None or not _WORDS.search(said[0]) or _ANSWERS.search(said[0]):
        return ""
    rest = after[said.end():]
    if span := _SPAN.match(rest):
        return span[2].strip() if looks_like(span[2]) else ""
    if rest[:1] not in ("{", "["):
        return ""
    try:
        _, end = json.JSONDecoder().raw_decode(rest)
    except (ValueError, RecursionError):
        return ""
    return rest[:end]


def is_announced(request: str, after: str) -> bool:
    """Whether the words behind `request` say that its body stands below."""
    return is_sent(request) and bool(_ANNOUNCED.match(after)) and not _ANSWERS.search(after)


def is_label(text: str) -> bool:
    """Whether a line between a request and a fence calls that the body."""
    return len(text) < 80 and bool(_LABEL.match(text)) and not _ANSWERS.search(text)


def in_fence(language: str, lines: tuple[str, ...]) -> str:
    """The body in a fence, "" when it holds none."""
    text = "\n".join(line.rstrip() for line in lines).strip()
    return text if language in _LANGUAGES and looks_like(text) else ""


def is_sent(request: str) -> bool:
    """Whether it is of a method that sends something."""
    return _SENDS.match(request) is not None


def looks_like(text: str) -> bool:
    """Whether it is JSON, as far as blanks in it allow."""
    text = text.strip()
    return text[:1] + text[-1:] in ("{}", "[]") and (text[1:-1].strip() == "" or '"' in text or ":" in text)


def joined(request: str, body: str) -> str:
    """The request as it is written in a fence: an empty line stands before the body."""
    return f"{request}\n\n{body}" if body else request
