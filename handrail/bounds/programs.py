"""What each program of a practice world may be told: which words name files, and which options lead elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from handrail.bounds import curl
from handrail.bounds.places import file
from handrail.bounds.scripts import awk_reaches, jq_reaches, sed_reaches
from handrail.bounds.values import ANY, OURS, WILD
from handrail.pack.model import Bounds

# What a shell does itself, without a program, and what a practice world lets it do.
BUILTINS = frozenset({
    ":", "[", "[[", "bg", "break", "cd", "command", "continue", "echo", "exit", "export", "false", "fg", "jobs",
    "kill", "local", "printf", "pwd", "read", "return", "set", "shift", "test", "times", "true", "type",
    "ulimit", "umask", "unset", "wait",
})
# Programs whose words are texts, patterns, numbers or names that they look up among their own.
TEXTS = frozenset({
    ":", "[", "[[", "alwaysclaw", "basename", "bg", "break", "continue", "dirname", "echo", "exit", "export",
    "false", "fg", "free", "jobs", "local", "pgrep", "pkill", "printf", "ps", "pwd", "read", "return", "seq",
    "shift", "sleep", "systemctl", "times", "tr", "true", "type", "umask", "uname", "unset", "uptime", "wait", "whoami",
})
# Options that start something, change the host, or take their files from where nobody sees them. A short one counts
# anywhere in a bundle, a long one also where it is cut short.
_REACHING = {
    "cp": ("-s", "-l", "--symbolic-link", "--link"),
    "date": ("-s", "--set", "-f", "--file"),
    "du": ("--files0-from", "-X", "--exclude-from"),
    "find": ("-fprint", "-fprint0", "-fprintf", "-fls", "-files0-from", "-ok", "-okdir"),
    "grep": ("-f", "--file"),
    "jq": ("-f", "--from-file", "-L", "--slurpfile", "--rawfile", "--seq"),
    "hostname": ("-F", "--file", "-b", "--boot"),
    "mktemp": ("-t", "--tmpdir", "-p"),
    "printf": ("-v",),
    "sed": ("-f", "--file", "-i", "--in-place"),
    "awk": ("-f", "-i", "-l", "-E", "-e", "-D", "-o", "-p", "-d", "-L", "--file", "--include", "--load", "--exec",
            "--source", "--debug", "--pretty-print", "--profile", "--dump-variables"),
    "sort": ("-T", "--compress-program", "--files0-from", "--temporary-directory", "--random-source"),
    "tar": ("-x", "-I", "-F", "-T", "-X", "-K", "-g", "-P", "--extract", "--get", "--to-command",
            "--use-compress-program", "--checkpoint-action", "--info-script", "--new-volume-script", "--files-from",
            "--rsh-command", "--rmt-command", "--absolute-names", "--exclude-from", "--listed-incremental",
            "--volno-file"),
    "set": ("-o", "-k", "-a", "-p"),
    "wc": ("--files0-from",),
}
_CHEAP = {"set": {"-o"}}  # `set -o pipefail` is another word
# A value of these stands behind their option, glued or not, and is no file.
_TEXT_OPTIONS = {
    "cut": "df c b", "sort": "t k", "awk": "F v", "grep": "e m A B C", "head": "n c", "tail": "n c", "find": "",
    "stat": "c", "tr": "", "jq": "", "sed": "e", "date": "d", "diff": "", "xargs": "",
}
_SCRIPTS = {"awk": awk_reaches, "sed": sed_reaches, "jq": jq_reaches}
_EXECS = ("-exec", "-execdir")


def leaves(name: str, words: Sequence[tuple[str, str]], world: Bounds) -> Iterator[str]:
    """Why this call would leave the world. `words` are what stands behind the name: (what it comes to, as written)."""
    if name not in BUILTINS and name not in world.programs:
        yield f"It starts {name}"
        return
    yield from _options(name, words)
    match name:
        case "curl":
            yield from curl.leaves(words, world)
        case "command" | "wsl" | "wsl.exe":
            yield from _starts(words, world)
        case "find":
            yield from _find(words, world)
        case "kill":
            yield from _kill(words)
        case "hostname" | "mktemp" | "date":
            yield from _alone(name, words, world)
        case "awk" | "sed" | "jq" | "grep":
            yield from _with_script(name, words, world)
        case "test" | "[" | "[[":
            yield from (f"It asks about {raw}" for word, raw in words if word in (
                "-v", "-R") or (name == "[[" and word in ("-eq", "-ne", "-lt", "-le", "-gt", "-ge", "=~")))
        case "set":
            yield from (f"It says set {raw}" for word, raw in words if not re.fullmatch(
                r"[-+][euxfvo]+|pipefail|errexit|nounset|noglob|--", word))
        case "tar":
            yield from _tar(words, world)
        case "cd" if any(word.startswith("-") and word not in ("--", "-P", "-L") for word, _ in words):
            yield "It goes back to a folder that is only known when it runs"
        case _ if name not in TEXTS:
            yield from _operands(name, words, world)


def _options(name: str, words: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Options that reach farther than their files, and words that could turn out to be such options."""
    reaching = _REACHING.get(name, ())
    letters = {option[1] for option in reaching if re.fullmatch(r"-\w", option)} - {
        option[1] for option in _CHEAP.get(name, ())}
    for word, raw in words:
        if name == "find" and word in reaching:
            yield f"It says find {word}"
        elif name == "find":
            continue
        elif word.startswith("--") and len(word) > 2:
            said = word.partition("=")[0]
            if any(option.startswith(said) for option in reaching):
                yield f"It says {name} {raw[:60]}"
        elif word.startswith("-") and letters & set(_bundle(name, word)):
            yield f"It says {name} {raw[:60]}"
        elif reaching and word[:1] in (WILD, ANY) and name != "printf":
            yield f"What {raw[:60]} comes to is only known when it runs"


def _bundle(name: str, word: str) -> str:
    """The letters of a bundle, as far as the one whose value is glued to it."""
    taking = _TEXT_OPTIONS.get(name, "").replace(" ", "")
    found = re.match(rf"-([^{taking}]*)" if taking else r"-(.*)", word, re.DOTALL)
    return found[1] if found else ""


def _operands(name: str, words: Sequence[tuple[str, str]], world: Bounds) -> Iterator[str]:
    """Every word may name a file; of an option what stands behind its =."""
    taking = _TEXT_OPTIONS.get(name, "").replace(" ", "")
    text = False
    for word, raw in words:
        if text:
            text = False
        elif re.fullmatch(rf"-\w*[{taking}]", word) if taking else False:
            text = True
        elif word.startswith("--"):
            if "=" in word:
                yield from file(word.partition("=")[2], raw, world)
        elif taking and re.match(rf"-[{taking}]", word):
            continue
        elif word.startswith("-") and "/" in word:
            yield f"It says {name} {raw[:60]}, an option and a file in one"
        else:
            yield from file(word, raw, world)


def _starts(words: Sequence[tuple[str, str]], world: Bounds) -> Iterator[str]:
    """`command rm x`, `wsl -- rm x`: the rest is a call of its own."""
    rest = list(words)
    while rest and rest[0][0] in ("-d", "--distribution", "-u", "--user", "--", "-e", "--exec", "-v", "-V"):
        if rest[0][0] in ("-v", "-V"):
            return
        taken = 2 if rest[0][0] in ("-d", "--distribution", "-u", "--user") else 1
        del rest[:taken]
    if not rest:
        return
    name, raw = rest[0]
    if re.search(r"[\ue000-\uf8ff/]", name) or name.startswith("-"):
        yield f"It starts {raw}"
    else:
        yield from leaves(name, rest[1:], world)


def _find(words: Sequence[tuple[str, str]], world: Bounds) -> Iterator[str]:
    rest = list(words)
    kept: list[tuple[str, str]] = []
    while rest:
        word, raw = rest.pop(0)
        if word in _EXECS:
            end = next((at for at, (one, _) in enumerate(rest) if one in (";", "+")), len(rest))
            call, rest = rest[:end], rest[end + 1:]
            name = call[0][0] if call else ""
            if not call or re.search(r"[\ue000-\uf8ff/{]", name):
                yield f"It starts {call[0][1] if call else word}"
            elif name in (*_SCRIPTS, "curl", "tar", "wsl", "command") and any("{}" in one for one, _ in call):
                yield f"What {name} is told for each file is only known when it runs"
            else:
                yield from leaves(name, call[1:], world)
        elif word in ("-name", "-iname", "-path", "-ipath", "-regex", "-wholename", "-printf"):
            rest[:1] = []
        else:
            kept.append((word, raw))
    yield from _operands("find", kept, world)


def _kill(words: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Processes by number only where `pgrep` has found them here, or a shell's own."""
    rest = list(words)
    if rest and rest[0][0] == "-l":
        return
    if rest and re.fullmatch(r"-[A-Za-z0-9]+", rest[0][0]):
        rest = rest[2 if rest[0][0] in ("-s", "-n") else 1:]
    for word, raw in rest:
        if not re.fullmatch(rf"{OURS}|%[\w%+-]*|--|", word):
            yield f"It ends process {raw[:40]}"


def _alone(name: str, words: Sequence[tuple[str, str]], world: Bounds) -> Iterator[str]:
    if name == "hostname":
        yield from (f"It names this host {raw}" for word, raw in words if not word.startswith("-"))
    elif name == "mktemp":
        templates = [(word, raw) for word, raw in words if not word.startswith("-")]
        if not templates:
            yield "It makes a file in /tmp"
        yield from _operands(name, templates, world)
    else:
        text = False
        for word, raw in words:
            if not text and not re.match(r"[+-]", word):
                yield f"It sets the clock to {raw}"
            if word.startswith(("-r", "--r")):
                yield f"It says date {raw}"
            text = word in ("-d", "--date")


def _with_script(name: str, words: Sequence[tuple[str, str]], world: Bounds) -> Iterator[str]:
    """A pattern or a program first, then files."""
    rest = list(words)
    scripts: list[tuple[str, str]] = []
    files: list[tuple[str, str]] = []
    taking = _TEXT_OPTIONS[name].replace(" ", "")
    named = False
    skip = 0
    for at, (word, raw) in enumerate(rest):
        if skip:
            skip -= 1
        elif word == "--":
            files += rest[at + 1:]
            break
        elif name in ("sed", "grep") and re.match(r"--(?:exp|reg)\w*=", word):
            scripts.append((word.partition("=")[2], raw))
            named = True
        elif name in ("sed", "grep") and re.fullmatch(r"-\w*e|--exp\w*|--reg\w*", word):
            scripts += rest[at + 1:at + 2]
            named, skip = True, 1
        elif name == "jq" and word in ("--arg", "--argjson"):
            skip = 2
        elif name in ("sed", "grep") and re.match(r"-\w*e.", word) and not word.startswith("--"):
            scripts.append((word.partition("e")[2], raw))
            named = True
        elif taking and re.fullmatch(rf"-\w*[{taking}]", word):
            skip = 1
        elif word.startswith("-") and word != "-":
            if "/" in word and not (taking and re.match(rf"-[{taking}]", word)) and not word.startswith("--include"):
                yield f"It says {name} {raw[:60]}, an option and a file in one"
        else:
            files.append((word, raw))
    if not named and files:
        scripts.append(files.pop(0))
    reaches = _SCRIPTS.get(name)
    for script, raw in scripts:
        if reaches is not None and (re.search(r"[\ue000-\uf8ff]", script) or reaches(script)):
            yield f"It may start a program or reach a file from {name}: {raw[:60]}"
    for word, raw in files:
        yield from file(word.partition("=")[2] if name == "awk" and "=" in word else word, raw, world)


def _tar(words: Sequence[tuple[str, str]], world: Bounds) -> Iterator[str]:
    """What an archive unpacks is only known then; a name with a colon is one on another host."""
    first = words[0][0] if words else ""
    if re.fullmatch(r"\w+", first) and set("xIFTXKgP") & set(first):
        yield f"It says tar {first}"
    for word, raw in words:
        if ":" in word:
            yield f"It reaches {raw[:60]}"
    yield from _operands("tar", words[1:] if re.fullmatch(r"\w+", first) else words, world)
