"""R11b: commands that leave one inside another shell or a client; what follows is typed there and never run here."""

from __future__ import annotations

import re

from . import nested, shell, tools
from .syntax import Simple, commands
from .vocabulary import words

_SHELLS = ("bash", "sh", "zsh", "ash", "dash", "fish", "ksh", "pwsh", "powershell")
_TTY = re.compile(r"-(?:i?td?i?|ti|i|t)|--stdin|--tty")
_LETTERS = re.compile(r"-[A-Za-z]+")
_DEEPEST = 5


def opens_shell(said: list[Simple]) -> bool:
    """Whether the last command of a step opens a shell or a client and waits for what is typed."""
    outer = [simple for simple in said if simple.depth == 0]
    return bool(outer) and not outer[-1].fed and _opens(outer[-1].words)


def _opens(said: list[str], depth: int = 0) -> bool:
    if not said or depth > _DEEPEST:
        return False
    name, rest = shell.program(said[0]), said[1:]
    plain = [word for word in rest if not word.startswith("-")]
    if name in ("sudo", "doas"):
        asked = {letter for word in rest if _LETTERS.fullmatch(word) for letter in word[1:]}
        if asked & {"i", "s"} or "--login" in rest:
            return len(plain) == (1 if asked & {"u", "g"} else 0)
        return _opens(rest[2:] if rest[:1] in (["-u"], ["-g"]) else rest, depth + 1)
    if name in _SHELLS:
        return not plain and "-c" not in rest
    if name in words("into_containers"):
        return _opens_container(rest, plain, depth)
    if name == "wsl":
        return not plain
    if name not in words("opens"):
        return False
    if inside := _runs(said):
        return _opens(inside, depth + 1)
    return shell.judge([Simple(words=list(said))]).interactive


def _runs(said: list[str]) -> list[str]:
    """The last command that a call such as `ssh host '...'` or `su -c '...'` runs by itself; [] where it runs none."""
    family = tools.standard().family(shell.program(said[0]))
    if family is None or not family.text("runs"):
        return []
    found = nested.inner(family, said, family.call(said[1:]), Simple(words=list(said)))
    last = found[-1] if found else nested.Inner()
    if last.text:
        return next((one.words for one in reversed(commands(last.text)) if one.depth == 0 and one.words), [])
    return list(last.words)


def _opens_container(rest: list[str], plain: list[str], depth: int) -> bool:
    """kubectl exec -it ... -- bash, oc rsh, oc debug, docker exec -it ... psql, aws ssm start-session."""
    if "--" in rest:
        inner = rest[rest.index("--") + 1 :]
        return _opens(inner, depth + 1) or (inner[:1] == ["chroot"] and len(inner) == 2)
    verbs = set(plain[:4])
    if "start-session" in verbs:
        return True
    if verbs & {"rsh", "debug"}:
        place = next(at for at, word in enumerate(plain) if word in ("rsh", "debug"))
        return len(plain) <= place + 4
    tty = any(_TTY.fullmatch(word) for word in rest)
    if not tty or not verbs & {"exec", "run", "attach", "execute-command", "enter"}:
        return False
    last = plain[-1].rpartition("/")[2]
    return last in _SHELLS or last in words("opens")
