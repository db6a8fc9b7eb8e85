"""Secrets out of what a service answered, before anybody keeps or shows it."""

from __future__ import annotations

import re

HIDDEN = "•••"
_NAMES = r"[\w.-]*(?:secret|token|passw|passphrase|api[_-]?key|apikey|private[_-]?key|credential|authorization|cookie"
_NAMES += r"|session[_-]?id|signature)[\w.-]*"
# A number or a word such as true says nothing; a text behind such a name is taken for the secret itself.
_QUOTED = re.compile(rf'(?i)("{_NAMES}"\s*:\s*)"(?:[^"\\]|\\.)*"?')
_PLAIN = re.compile(rf"(?im)^([ \t]*{_NAMES}[ \t]*[:=][ \t]*)\S.*$|(?<=[?&;\s])({_NAMES}=)[^&\s\"']+")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}")
_KNOWN = re.compile(
    r"\b(?:eyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*|gh[pousr]_\w{20,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|sk-[\w-]{20,}"
    r"|ya29\.[\w-]{10,})|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)")
_USER = re.compile(r"(\w+://)[^/\s:@]+:[^/\s@]+@")


def redacted(text: str) -> str:
    """`text` with the values of secret-looking names, and whatever is a known kind of token, replaced by •••."""
    text = _QUOTED.sub(rf'\1"{HIDDEN}"', text)
    text = _PLAIN.sub(lambda found: f"{found[1] or found[2]}{HIDDEN}", text)
    text = _BEARER.sub(rf"\1 {HIDDEN}", text)
    text = _KNOWN.sub(HIDDEN, text)
    return _USER.sub(rf"\1{HIDDEN}@", text)
