"""Commands inside commands: what sudo, ssh, xargs, exec, watch, find and interpreters run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from . import fed
from .judgement import HARMLESS, Judgement
from .syntax import Simple
from .tools import Call, Family, program

_CODE = ("-c", "-e", "--eval", "-p", "-r", "-E", "-")
_HARMLESS_MODULES = ("json.tool", "this", "platform", "site")
_EXECS = ("-exec", "-execdir", "-ok", "-okdir")
#: Options in one word that end in code: python -Bc, perl -lane, ruby -rjson -ne, node -pe.
_BUNDLED_CODE = re.compile(r"-(?:[a-zA-Z0]?\d{0,4}[a-zA-Z]{0,4}[ceEpr]|i[\w.]*)")
_LETTERS = re.compile(r"-[a-zA-Z]{2,5}")
_LETTERS_TO_C = re.compile(r"-[a-z]*c")
_SERVERS = ("http.server", "SimpleHTTPServer")


class Inner(NamedTuple):
    """Something a command runs: shell text, words as they stand, or something already judged.

    `script` says that the words are somebody's script, judged by its name where it is no known tool.
    """

    text: str = ""
    words: Sequence[str] = ()
    script: bool = False
    judged: Judgement | None = None


def inner(family: Family, words: Sequence[str], call: Call, simple: Simple) -> list[Inner]:
    """All that a call of this family runs; nothing when it runs nothing."""
    arguments = words[1:]
    how = family.text("runs").split()
    skip = _skip(family, call)
    if skip is None:
        return []
    match how[0]:
        case "find":
            return _find(arguments, family.text("execs").split() or _EXECS)
        case "alias":
            return [Inner(text=word.partition("=")[2]) for word in arguments if "=" in word]
        case "program":
            return _interpreter(words, simple)
        case "option":
            return _option(how[1:], family, arguments, call, simple)
    rest = _without_assignments(_rest(family, arguments, call, skip))
    texts = [Inner(text=text) for text in option_values(arguments, family.text("texts").split())]
    if texts:
        return texts
    if rest:
        return [Inner(text=" ".join(rest)) if how[0] == "shell" else Inner(words=rest)]
    return _script_for_shell(simple) if family.spec.get("shell") else []


def option_values(arguments: Sequence[str], names: Sequence[str], *, bundled: bool = False) -> list[str]:
    """What stands behind these options; `bundled` also finds the c of -lc."""
    values = []
    for place, word in enumerate(arguments):
        if "=" in word:
            name, _, value = word.partition("=")
            if name in names:
                values.append(value)
                continue
        if place + 1 < len(arguments) and (
            word in names
            or (word[:1] == "-" and (
                (bundled and "-c" in names and _LETTERS_TO_C.fullmatch(word))
                or ("-" + word[-1] in names and _LETTERS.fullmatch(word))
            ))
        ):
            values.append(arguments[place + 1])
    return values


def _skip(family: Family, call: Call) -> int | None:
    """How many words stand before the inner command; None when these verbs run nothing."""
    only = [pattern.split() for pattern in family.text("only").split(",") if pattern.strip()]
    for verbs in only:
        if list(call.verbs[: len(verbs)]) == verbs:
            return len(verbs) + int(family.spec.get("skip", 1))
    return None if only else int(family.spec.get("skip", 0))


def _rest(family: Family, arguments: Sequence[str], call: Call, skip: int) -> Sequence[str]:
    mark = family.text("after")
    if mark and mark in arguments:
        return arguments[arguments.index(mark) + 1 :]
    if mark and call.verbs[:1] in (("run",), ("debug",)):
        return ()
    return arguments[call.at[skip] :] if len(call.at) > skip else ()


def _find(arguments: Sequence[str], execs: Sequence[str]) -> list[Inner]:
    found = []
    for place, word in enumerate(arguments):
        if word in execs:
            rest = list(arguments[place + 1 :])
            end = next((at for at, one in enumerate(rest) if one in (";", "+", "\\;")), len(rest))
            if rest[:end]:
                found.append(Inner(words=rest[:end]))
    return found


def _option(
    names: Sequence[str], family: Family, arguments: Sequence[str], call: Call, simple: Simple
) -> list[Inner]:
    """su -c '...', bash -c '...', bash script, bash <<EOF, curl | bash, gcloud compute ssh --command='...'."""
    shells = family.name == "shells"
    texts = [Inner(text=text) for text in option_values(arguments, names, bundled=shells)]
    if texts:
        return texts
    if shells:
        reads_script = not call.verbs or call.options & {"-s", "-"}
        return _script_for_shell(simple) if reads_script else [Inner(words=call.verbs, script=True)]
    if "--" in arguments:
        return [Inner(text=" ".join(arguments[arguments.index("--") + 1 :]))]
    return _script_for_shell(simple) if family.spec.get("shell") else []


def _script_for_shell(simple: Simple) -> list[Inner]:
    """A shell that is opened with its input from elsewhere runs it."""
    texts = [Inner(text=text) for text in fed.texts(simple)]
    return [*texts, _unseen("a shell")] if fed.unseen(simple) else texts


def _interpreter(words: Sequence[str], simple: Simple) -> list[Inner]:
    """python x.py, node -e ..., java -jar: the script's name says what it is for; code of another language does not."""
    name = program(words[0])
    for place, word in enumerate(words[1:], 1):
        if word.startswith("-m") and word[2:] in _HARMLESS_MODULES:
            return [Inner(judged=HARMLESS)]
        if word in ("-m", "-jar") and place + 1 < len(words):
            module = words[place + 1]
            if module in _HARMLESS_MODULES:
                return [Inner(judged=HARMLESS)]
            if module in _SERVERS:
                return [Inner(judged=Judgement("change", "starts a server", long_running=True))]
            return [Inner(words=words[place + 1 :], script=True)]
        if word in _CODE or _BUNDLED_CODE.fullmatch(word):
            return [Inner(judged=Judgement("change", f"{name} code is not looked into"))]
        if not word.startswith("-"):
            return [Inner(words=words[place:], script=True)]
    return [_unseen(name)] if fed.is_fed(simple) else []


def _unseen(name: str) -> Inner:
    return Inner(judged=Judgement("change", f"{name} runs what it is fed"))


def _without_assignments(words: Sequence[str]) -> Sequence[str]:
    place = 0
    while place < len(words) and re.match(r"[A-Za-z_]\w*=", words[place]):
        place += 1
    return words[place:]
