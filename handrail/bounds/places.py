"""Where words lead: files and addresses, inside a practice world or not."""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterator
from itertools import product
from urllib.parse import urlsplit

from handrail.bounds.values import ANY, OURS, SOME, WILD
from handrail.pack.model import Bounds

HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
# Files that programs of the list read by themselves, and then do as they say.
_OBEYED = frozenset({".curlrc", "_curlrc", ".netrc", ".jq", ".bashrc", ".profile", ".bash_profile", ".inputrc"})

ADDRESS = re.compile(r"\b[a-zA-Z][\w+.-]*://[^\s'\"]*")
_HOST_PORT = re.compile(r"(?<![\w.-])((?:\d{1,3}\.){3}\d{1,3}|localhost)(?::(\d+))?(?![\w.])")
_PATH = re.compile(r"(?<![\w.:/@~*?\]}\ue000-\uf8ff-])(?:/[^\s'\"=,:;|&<>()]*|~[^\s'\"/]*)")


def named(text: str, raw: str, world: Bounds) -> Iterator[str]:
    """What a text that is known names outside the world, wherever it stands: a file or an address."""
    bare = ADDRESS.sub("", text)
    for path in _PATH.findall(bare):
        if path.startswith("~") or not inside(re.sub(r"[\ue000-\uf8ff]", "0", path), world):
            yield f"It names {shown(path, raw)}"
    if ".." in bare.split("/") and ANY not in text:
        yield from file(bare, raw, world)
    yield from addressed(text, raw, world)


def file(text: str, raw: str, world: Bounds) -> Iterator[str]:
    """Why a word that names a file leads outside, or may."""
    if ANY in text:
        yield f"What {raw[:60]} comes to is only known when it runs"
        return
    text = text.replace(OURS, SOME)
    if text.count(SOME) > 5:
        yield f"What {raw[:60]} comes to is only known when it runs"
        return
    pieces = text.split(SOME)
    for filling in product(("0", ""), repeat=len(pieces) - 1):
        path = "".join(piece + fill for piece, fill in zip(pieces, (*filling, ""), strict=True))
        parts = path.split("/")
        if any(WILD in part and part.startswith(".") for part in parts):
            yield f"It names {shown(raw, raw)}, which may be the folder above"
        elif not inside(path.replace(WILD, "0"), world) or _leads_out(path, world):
            yield f"It names {shown(path if path == text and WILD not in text else raw, raw)}"
        elif _OBEYED & set(parts):
            yield f"It names {shown(raw, raw)}, which other programs obey"
        else:
            continue
        return


def _leads_out(path: str, world: Bounds) -> bool:
    """Whether a symbolic link that is there already leads out. `path` is inside as it is written."""
    certain = path[:path.find(WILD)].rpartition("/")[0] if WILD in path else path
    whole = os.path.normpath(os.path.join(world.folder, certain))  # noqa: PTH118  (text, not yet a path)
    at = next((len(allowed.rstrip("/")) for allowed in world.paths if _below(whole, allowed)), 0)
    while at >= 0:
        at = whole.find("/", at + 1)
        if os.path.islink(whole[:at] if at >= 0 else whole):  # noqa: PTH114
            real = os.path.realpath(whole)
            return not any(_below(real, os.path.realpath(allowed)) for allowed in world.paths)
    return False


def inside(path: str, world: Bounds) -> bool:
    """Whether a path leads to where the world may reach. `~` leads home, and the shell of a step has another home."""
    if path.startswith("~"):
        return False
    whole = os.path.normpath(os.path.join(world.folder, path))  # noqa: PTH118
    return any(_below(whole, allowed) for allowed in world.paths)


def _below(path: str, allowed: str) -> bool:
    return path == allowed or path.startswith(allowed.rstrip("/") + "/")


def addressed(text: str, raw: str, world: Bounds) -> Iterator[str]:
    """Addresses, and hosts with a port, that are none of the world's."""
    for address in ADDRESS.findall(text):
        yield from _address(address, raw, world)
    for host, port in _HOST_PORT.findall(ADDRESS.sub("", text)):
        if host not in HOSTS or (port and int(port) not in world.ports):
            yield f"It reaches {host}{':' + port if port else ''}"


def asked(text: str, raw: str, world: Bounds) -> Iterator[str]:
    """Why an address that is asked leads outside, or may; it may lack its scheme."""
    known = re.split(f"[{ANY}{SOME}{OURS}{WILD}{{\\[]", text, maxsplit=1)[0]
    whole = known if "://" in known else f"http://{known}"
    if known != text and "/" not in whole.partition("://")[2]:
        yield f"What {raw[:60]} reaches is only known when it runs"
    elif re.search(r"[\s\\\x00-\x1f]", text) or not whole.lower().startswith(("http://", "https://")):
        yield f"It reaches {shown(text, raw)}"
    else:
        yield from _address(whole, raw, world)


def _address(address: str, raw: str, world: Bounds) -> Iterator[str]:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if host not in HOSTS or port not in world.ports or "@" in parts.netloc:
        yield f"It reaches {parts.netloc if host else shown(address, raw)}"


def shown(text: str, raw: str) -> str:
    """A text for a sentence; as it is written where parts of it are not known."""
    return (raw if re.search(r"[\ue000-\uf8ff]", text) else text)[:80]
