"""What stands behind the backticks of a fence: its language and attributes."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

#: MyST: `{code-block} bash` holds bash, `{mermaid}` a drawing.
_DIRECTIVE = re.compile(
    r"\{(?:(?:code|code-block|code-cell|sourcecode|parsed-literal)\}\s*(\S*)|([a-z][\w:-]*)\}\s*\S*$)")


class Info(NamedTuple):
    language: str
    attributes: dict[str, Any]


def info(text: str) -> Info:
    """Language and attributes of a fence: `sh {"name":"x"}`, `bash { name=x }`, `{.bash name=x}`, `bash title="x"`."""
    text = text.strip()[:2000]
    if not text:
        return Info("", {})
    if directive := _DIRECTIVE.match(text):
        return Info((directive[1] or directive[2] or "").lower(), {})
    head, brace, rest = text.partition("{")
    if brace and rest.rstrip().endswith("}"):
        language = head.strip().split(" ")[0]
        inside = rest.rstrip()[:-1]
        if not language and inside.lstrip().startswith("."):
            language = inside.split()[0].lstrip(".")
        return Info(language.lower(), _attributes("{" + inside + "}", inside))
    words = text.split()
    language = re.split(r"[:,{]", words[0])[0]
    return Info(language.lower(), _attributes("", " ".join(words[1:])))


def _attributes(as_json: str, loose: str) -> dict[str, Any]:
    if as_json:
        try:
            found = json.loads(as_json)
            if isinstance(found, dict):
                return {str(key): _truth(value) for key, value in found.items()}
        except (ValueError, RecursionError):
            pass
    pairs = re.findall(r"([A-Za-z][\w.-]*)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s,}]+)", loose)
    return {key: _truth(value.strip("\"'")) for key, value in pairs}


def _truth(value: Any) -> Any:
    return value == "true" if value in ("true", "false") else value
