"""Programs for sed, awk and jq inside a practice world: only what can neither start anything nor reach other files."""

from __future__ import annotations

import re

_ADDRESS = r"(?:\d+(?:~\d+)?|\$|/(?:[^/\\\n]|\\.)*/I?)"
_SED = re.compile(
    rf"(?:{_ADDRESS}(?:,\s*(?:{_ADDRESS}|[+~]\d+))?)?\s*!?\s*"
    r"(?:\{|[pdqQ=nNDPhHgGxlz]\d*|y(?P<y>[/|,#:])(?:(?!(?P=y))[^\\\n]|\\.)*(?P=y)(?:(?!(?P=y))[^\\\n]|\\.)*(?P=y)"
    r"|s(?P<s>[/|,#:@!_])(?:(?!(?P=s))[^\\\n]|\\.)*(?P=s)(?:(?!(?P=s))[^\\\n]|\\.)*(?P=s)[gpiI0-9]*)\s*")
_AWK_REACHES = re.compile(
    r"system|getline|(?<!\|)\|(?!\|)|@|ARG[VC]|ENVIRON\s*\[.*=|>(?!=|\s*\d+(?:\.\d+)?\s*(?:[){}&|;]|$))")
_AWK_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')


def sed_reaches(script: str) -> bool:
    """Whether a sed script holds anything but printing, deleting, holding and replacing."""
    at = 0
    while True:
        at += len(script[at:]) - len(script[at:].lstrip(" \t\n;{}"))
        if at == len(script):
            return False
        found = _SED.match(script, at)
        if found is None or found.end() == at:
            return True
        at = found.end()
        if at < len(script) and script[at] not in ";\n}" and not found[0].rstrip().endswith("{"):
            return True


def awk_reaches(script: str) -> bool:
    """Whether an awk program might start something, write or read a file, or choose its own input."""
    return _AWK_REACHES.search(_AWK_STRING.sub('""', script)) is not None


def jq_reaches(script: str) -> bool:
    """Whether a jq filter reads modules."""
    return re.search(r"\b(?:import|include)\b", script) is not None
