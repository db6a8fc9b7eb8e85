"""curl inside a practice world: the options that stay where its addresses lead, and what their values name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from handrail.bounds.places import asked, file
from handrail.bounds.values import ANY
from handrail.pack.model import Bounds

# What an option's value is: a file; text that may be read from a file with @; a field of a form; cookies, or the file
# with them; text; an address. "" for no value.
_KINDS = {
    "file": ("-o", "--output", "-T", "--upload-file", "-c", "--cookie-jar", "-D", "--dump-header", "--stderr"),
    "at": ("-d", "--data", "--data-ascii", "--data-binary", "--data-urlencode", "--json", "-H", "--header", "-w",
           "--write-out"),
    "form": ("-F", "--form"),
    "cookie": ("-b", "--cookie"),
    "text": ("-X", "--request", "--data-raw", "--form-string", "-A", "--user-agent", "-e", "--referer", "-u", "--user",
             "-m", "--max-time", "--connect-timeout", "--retry", "--retry-delay", "--retry-max-time", "-r", "--range",
             "--oauth2-bearer", "--limit-rate", "-y", "--speed-time", "-Y", "--speed-limit", "--max-filesize",
             "--max-redirs"),
    "address": ("--url",),
    "": ("-s", "--silent", "-S", "--show-error", "-f", "--fail", "--fail-with-body", "-i", "--include", "-I", "--head",
         "-L", "--location", "-v", "--verbose", "-k", "--insecure", "-G", "--get", "-#", "--progress-bar", "-N",
         "--no-buffer", "--no-progress-meter", "--retry-connrefused", "--retry-all-errors", "--compressed", "-4", "-6",
         "--ipv4", "--ipv6", "-q", "--disable", "-0", "--http1.0", "--http1.1", "-g", "--globoff", "--create-dirs"),
}
_KIND = {name: kind for kind, names in _KINDS.items() for name in names}


def leaves(words: Sequence[tuple[str, str]], world: Bounds) -> Iterator[str]:
    """Why a call of curl would leave the world, by each of its words: (what it comes to, how it is written)."""
    rest = iter(words)
    for word, raw in rest:
        if not word.startswith("-") or word == "-":
            yield from asked(word, raw, world)
            continue
        if word.startswith("--"):
            option, glued, value = word.partition("=")
            if glued:
                yield f"It says curl {raw[:40]}"
                continue
        else:
            option, value = _of_bundle(word)
        kind = _KIND.get(option)
        if kind is None or ANY in option:
            yield f"It says curl {raw if ANY in word else option}"
            continue
        if not kind:
            continue
        if not value:
            value, raw = next(rest, ("", ""))
        yield from _value(kind, value, raw, world)


def _of_bundle(word: str) -> tuple[str, str]:
    """The first option of `-sSo FILE` that takes a value or is not known, with what is glued to it; else the last."""
    for at, letter in enumerate(word[1:], 1):
        if _KIND.get(f"-{letter}", "unknown"):
            return f"-{letter}", word[at + 1:]
    return f"-{word[-1]}", ""


def _value(kind: str, value: str, raw: str, world: Bounds) -> Iterator[str]:
    if kind == "address":
        yield from asked(value, raw, world)
        return
    for path in _files(kind, value):
        if path != "-":
            yield from file(path, raw, world)


def _files(kind: str, value: str) -> list[str]:
    """The files that a value names."""
    before, _, behind = value.partition("@")
    match kind:
        case "file":
            return [value]
        case "cookie":
            return [] if "=" in value and not value.startswith(ANY) else [value]
        case "at" if value[:1] in ("@", ANY) or (behind and before.isidentifier()):
            return [behind or value]
        case "form":
            _, _, said = value.partition("=")
            return re.split(r"[,;]", said[1:]) if said[:1] in ("@", "<") or ANY in value else []
    return []
