"""Short titles for items, and minutes from headings."""

from __future__ import annotations

import re
from functools import lru_cache

_NUMBERING = re.compile(
    r"^\s*(?:(?:step|phase|stage|part|task|action|test|remedy|option|alternative|method|approach|choice|plan)"
    r"\s*#?(?:\d+|[A-Z])(?:\.\d+)*\s*[:.)\-–—]\s*|\(?\d{1,2}(?:\.\d+)*[.):]\s+|\(?[a-z][.)]\s+|[-*+•]\s+)", re.I
)
_CHECKBOX = re.compile(r"^\s*\[[ xX]?\]\s+")
_MARKS = re.compile(r"^[\s✓✔☐☑✅❌⚠️🔴🟡🟢●○◦▪•→\-–—*]+\s*")
_EMPHASIS = re.compile(r"(\*\*|__)(.{1,400}?)\1|(?<![\w*])[*_]([^*_\n]{1,300}?)[*_](?![\w*])")
_LINK = re.compile(r"!?\[([^\[\]]{1,300})\](?:\([^)\s]{0,400}(?:\s+\"[^\"\n]{0,200}\")?\)|\[[^\]\n]{0,200}\])")
_ROLE = re.compile(r"\{[a-z:-]+\}`")
_BREAK = re.compile(r"<br\s*/?>|&nbsp;", re.I)
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,200}>")
_MINUTES = re.compile(
    r"(?P<low>\d+(?:\.\d+)?)\s*(?:(?:-|–|to)\s*(?P<high>\d+(?:\.\d+)?)\s*)?"
    r"(?P<unit>min(?:ute)?s?|m|hours?|hrs?|h|sec(?:ond)?s?|s)\b", re.I
)
_IN_BRACKETS = re.compile(rf"\W{{0,9}}(?:~|<|≤|about|up to|est\.?|max)?\W{{0,9}}{_MINUTES.pattern}\W{{0,9}}", re.I)
_ESTIMATE = re.compile(
    r"^\W{0,9}(?:estimated (?:time|duration)|(?:time|duration) (?:estimate|required|needed)|expected duration|eta|time"
    r"|duration|target|takes?(?: about)?)\W{0,9}:\s*(.*)", re.I
)
_LONGEST = 120


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Markdown emphasis, links and code marks taken off, blanks folded."""
    if "[" in text:
        text = _LINK.sub(r"\1", text)
    if "*" in text or "_" in text:
        text = _EMPHASIS.sub(lambda match: match[2] or match[3], text)
    if "}`" in text:
        text = _ROLE.sub("`", text)
    if "<br" in text or "&nbsp;" in text:
        text = _BREAK.sub(" ", text)
    if "<" in text:
        text = _TAG.sub("", text)
    return " ".join(text.replace("`", "").replace("\\", "").split())


def short(text: str) -> str:
    """A title from a comment, a list item or a sentence: numbering and marks off, its first sentence, no colon."""
    text = plain(text)
    for _ in range(3):
        before = text
        text = _CHECKBOX.sub("", _NUMBERING.sub("", text))
        text = _MARKS.sub("", text)
        if text == before:
            break
    sentence = re.match(r"(.{12,}?(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)[^.\d][.!?])(?:\s+[A-Z(]|$)", text)
    if sentence and len(text) > 60:
        text = sentence[1]
    text = text.strip().rstrip(":.;,").strip()
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
    return text


def before_colon(text: str) -> str:
    """The part of a list item before the colon that introduces its command."""
    head, colon, _ = text.partition(":")
    return head if colon and 3 <= len(head) <= 80 and "`" not in head else text


def minutes(text: str, *, anywhere: bool = False) -> float | None:
    """Minutes a text says something takes: the upper bound of "5-8 minutes". Only in brackets unless `anywhere`."""
    if not anywhere:
        brackets = re.findall(r"\(([^()]{0,80}\d[^()]{0,80})\)", text)
        text = " ".join(one for one in brackets if _IN_BRACKETS.fullmatch(one.strip()))
    match = _MINUTES.search(text)
    if not match:
        return None
    amount = float(match["high"] or match["low"])
    unit = match["unit"].lower()
    return amount * 60 if unit.startswith("h") else amount / 60 if unit.startswith("s") else amount


def estimate(line: str) -> float | None:
    """Minutes from a line such as "Estimated time: 5-8 minutes"."""
    match = _ESTIMATE.match(plain(line))
    return minutes(match[1], anywhere=True) if match else None
