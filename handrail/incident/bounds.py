"""What a practice world may touch. After all rewrites a step that names anything else does not run.

This keeps an honest runbook from reaching past its drill by mistake; it is no jail for a hostile one.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from handrail.errors import Refusal
from handrail.pack_model import Bounds, Pack
from handrail.runbook.request_text import parts
from handrail.runbook.syntax import Simple, commands
from handrail.runbook.tools import standard

# What a POSIX shell does itself, without a program.
BUILTINS = frozenset({
    ":", ".", "[", "[[", "bg", "break", "cd", "command", "continue", "declare", "echo", "exit", "export",
    "false", "fg", "getopts", "hash", "jobs", "let", "local", "popd", "printf", "pushd", "pwd", "read", "readonly",
    "return", "set", "shift", "shopt", "source", "test", "times", "true", "type", "typeset", "ulimit", "umask",
    "unalias", "unset", "wait",
})
# Their first word is a pattern, which may look like a path.
PATTERNS = frozenset({"awk", "grep", "sed"})
# Programs of the list that would start others, by the words after which one begins.
STARTERS = {"find": ("-exec", "-execdir", "-ok", "-okdir"), "command": ("command",)}
# Options with which a program of the list starts another, or changes the whole host.
REACHING = {
    "date": ("-s", "--set"), "sort": ("--compress-program",),
    "tar": ("--to-command", "-I", "--use-compress-program", "--checkpoint-action", "-F", "--info-script"),
}
# Options of curl with a value that is a file, and those with one that is neither a file nor an address.
CURL_FILES = frozenset({"-o", "--output", "-T", "--upload-file", "-K", "--config", "-c", "--cookie-jar", "-D"})
CURL_WORDS = frozenset({
    "-X", "--request", "-H", "--header", "-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "--json",
    "-A", "--user-agent", "-e", "--referer", "-u", "--user", "-w", "--write-out", "-m", "--max-time", "-b", "--cookie",
    "--connect-timeout", "--retry", "--retry-delay", "-r", "--range", "-F", "--form",
})
HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})

ADDRESS = re.compile(r"\b[a-zA-Z][\w+.-]*://[^\s'\"]*")
HOST_PORT = re.compile(r"(?<![\w.-])((?:\d{1,3}\.){3}\d{1,3}|localhost)(?::(\d+))?(?![\w.])")
SED_REACHES = re.compile(r"(?:^|[;{}\n$\d!])\s*[ewW](?:\s|$)|/[gpIi\d]*[ew][gpIi\d]*\s*$")
PATH = re.compile(r"(?<![\w.:/@~*?\]}-])(?:/[^\s'\"=,:;|&<>()]*|~[^\s'\"/]*)")


def outside(command: str, kind: str, pack: Pack | None) -> Refusal | None:
    """Why this command would leave the practice world of `pack`; None when it stays inside, or there is no world."""
    if pack is None or not pack.world:
        return None
    world = _bounds(pack)
    reason = next(_requests(parts(command).address, world) if kind == "http" else _reasons(command, world), None)
    if reason is None:
        return None
    return Refusal("outside-the-world", f"{reason}: that is outside this practice world.",
                   "Skip it (s); for real it is run without `drill`.")


def _bounds(pack: Pack) -> Bounds:
    world = pack.world
    return Bounds(folder=str(world.get("folder", "")), ports=tuple(world.get("ports", ())),
                  paths=tuple(world.get("paths", ())), programs=tuple(world.get("programs", ())))


def _reasons(command: str, world: Bounds) -> Iterator[str]:
    for simple in commands(command):
        yield from _programs(simple, world)
        yield from _files(simple, world)
        for word in _places(simple):
            yield from _requests(word, world)


def _programs(simple: Simple, world: Bounds) -> Iterator[str]:
    name = simple.name
    if not name:
        return
    if "/" in name:
        if not _inside(name, world):
            yield f"It starts {name}"
    elif name not in BUILTINS and name not in world.programs:
        yield f"It starts {name}"
    for starter in STARTERS.get(name, ()):
        for at, word in enumerate(simple.words[:-1]):
            if word == starter and simple.words[at + 1] not in world.programs:
                yield f"It starts {simple.words[at + 1]}"
    for option in REACHING.get(name, ()):
        if any(word == option or word.startswith(f"{option}=") for word in simple.words):
            yield f"It says {name} {option}"
    if name == "sed" and any(SED_REACHES.search(word) for word in _things(simple.words)[:1]):
        yield "It starts a program or writes a file from sed"
    if name == "hostname" and (named := _things(simple.words)):
        yield f"It names this host {named[0]}"
    if name == "kill":
        yield from (f"It ends process {pid}" for pid in _pids(simple.words[1:]))
    if name == "awk" and any(re.search(r"system\s*\(|getline|\|\s*\"", word) for word in simple.words):
        yield "It starts a program from awk"


def _pids(words: Sequence[str]) -> list[str]:
    """The processes that stand in a `kill` by number: what a step looked up just now is a variable."""
    if words and words[0].startswith("-") and words[0] != "--":
        words = words[2 if words[0] in ("-s", "-n") else 1:]
    return [word for word in words if re.fullmatch(r"-?\d+", word)]


def _files(simple: Simple, world: Bounds) -> Iterator[str]:
    for word in _places(simple):
        bare = ADDRESS.sub("", word)
        for path in PATH.findall(bare):
            if not _inside(path, world):
                yield f"It names {path}"
        if ".." in bare.split("/") and ("$" in bare or not _inside(bare, world)):
            yield f"It names {bare}"


def _places(simple: Simple) -> Iterator[str]:
    """The words that may name a file or an address."""
    words = simple.words[1:]
    if simple.name == "curl":
        words = list(_of_curl(words))
    elif simple.name in PATTERNS and (things := _things(simple.words)):
        words.remove(things[0])
    yield from words
    yield from (target for _, target in simple.redirects)
    yield from (value for _, value in simple.assigns)


def _of_curl(words: Sequence[str]) -> Iterator[str]:
    """The files and addresses of curl's words; an address may lack its scheme."""
    rest = iter(words)
    for word in rest:
        option = word if word.startswith("--") else f"-{word[-1]}"
        if word.startswith("-") and option in CURL_FILES | CURL_WORDS:
            value = next(rest, "")
            if option in CURL_FILES:
                yield value
        elif not word.startswith("-"):
            yield word if "://" in word else f"http://{word}"


def _things(words: Sequence[str]) -> list[str]:
    """What a program is about: its words without options and their values."""
    tool = standard().family(words[0])
    return list(tool.call(list(words[1:])).verbs) if tool else [word for word in words[1:] if not word.startswith("-")]


def _requests(text: str, world: Bounds) -> Iterator[str]:
    for address in ADDRESS.findall(text):
        try:
            parts = urlsplit(address)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            host, port = "", None
        if host not in HOSTS or port not in world.ports:
            yield f"It reaches {parts.netloc if host else address}"
    for host, port in HOST_PORT.findall(ADDRESS.sub("", text)):
        if host not in HOSTS or (port and int(port) not in world.ports):
            yield f"It reaches {host}{':' + port if port else ''}"


def _inside(path: str, world: Bounds) -> bool:
    """Whether a path leads to where the world may reach. `~` leads home, and the shell of a step has another home."""
    if path.startswith("~"):
        return False
    whole = os.path.normpath(Path(world.folder, path))
    return any(whole == allowed or whole.startswith(allowed.rstrip("/") + "/") for allowed in world.paths)
