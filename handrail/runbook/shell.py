"""How much a command can do: read, change or destroy; whether it ends by itself; whether it wants a keyboard.

The worst part decides, wherever it stands: after a pipe, in `$(...)`, behind sudo, inside ssh '...', in an SQL string.
What nobody listed counts as a change, never as a read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from . import paths_written, sql, web
from .model import RISKS, Risk
from .syntax import LONGEST, Simple, commands
from .tools import Call, Family, Table, standard

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_VERB_NOUN = re.compile(r"[A-Za-z]+-[A-Z][A-Za-z]+$")
_SCRIPT_ENDING = re.compile(r"\.(?:sh|bash|zsh|py|rb|pl|js|mjs|ts|ps1|bat|cmd|php|exe|groovy|sql|jar|lua|go)$", re.I)
_ENDLESS = (["true"], [":"], ["[", "1", "]"], ["1"])
_AND = frozenset({"and", "then", "or"})
_STATEMENT = re.compile(r"\b(?:delete\s+from|drop\s+(?:table|database|schema)|truncate\s+table)\b", re.I)
_DEEPEST = 8
_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ash", "ksh", "/bin/bash", "/bin/sh", "/bin/zsh", "/bin/ash"})


class Judgement(NamedTuple):
    """`why` names the part that decides, such as "kubectl delete"; empty for a plain read."""

    risk: Risk
    why: str
    long_running: bool = False
    interactive: bool = False


HARMLESS = Judgement("read", "")
_TOO_LONG = Judgement("change", "too long to follow")
_TOO_DEEP = Judgement("change", "too deep to follow")


def classify(command: str, language: str = "", table: Table | None = None) -> Judgement:
    """Judge a whole command text; `language` is the fence's (powershell is read with the same rules). Never raises."""
    judged = judge(commands(command), table)
    return worst([judged, _TOO_LONG]) if len(command) > LONGEST else judged


def judge(simples: Iterable[Simple], table: Table | None = None) -> Judgement:
    """Judge commands that were taken apart before."""
    return _Judge(table or standard()).all(simples)


def worst(parts: Iterable[Judgement]) -> Judgement:
    """The worst risk with its reason; long-running and interactive if any part is."""
    risk: Risk = "read"
    why = ""
    long_running = interactive = False
    for part in parts:
        if RISKS.index(part.risk) > RISKS.index(risk):
            risk, why = part.risk, part.why
        long_running = long_running or part.long_running
        interactive = interactive or part.interactive
    return Judgement(risk, why, long_running, interactive)


def program(name: str) -> str:
    """The bare name of a program: no folder, no `$`, no braces."""
    return name.strip("${}\"'").replace("\\", "/").rstrip("/").rpartition("/")[2]


class _Judge:
    def __init__(self, table: Table, depth: int = 0) -> None:
        self.table = table
        self.depth = depth

    def all(self, simples: Iterable[Simple]) -> Judgement:
        return worst(self.one(simple) for simple in simples)

    def text(self, text: str) -> Judgement:
        if self.depth >= _DEEPEST or len(text) > LONGEST:
            return _TOO_DEEP
        return _Judge(self.table, self.depth + 1).all(commands(text))

    def one(self, simple: Simple) -> Judgement:
        parts = [self._words(simple.words, simple)] if simple.words else []
        parts.extend(Judgement(risk, why) for risk, why in paths_written.redirects(simple))
        if simple.background:
            parts.append(Judgement("read", "", long_running=True))
        if simple.looped and (simple.name == "sleep" or simple.words in _ENDLESS):
            parts.append(Judgement("read", "", long_running=True))
        return worst(parts)

    def _words(self, words: Sequence[str], simple: Simple) -> Judgement:
        name = words[0]
        if _VERB_NOUN.match(name) and self.table.family(name) is None:
            return self._unknown(words)
        family = self.table.family(program(name)) or (self.table.family(name) if name else None)
        if family is None or (
            name.startswith(("./", "../", "<")) and _SCRIPT_ENDING.search(name) and not self.table.family(program(name))
        ):
            return self._unknown(words)
        if any(word in ("--help", "--version") for word in words[1:3]):
            return HARMLESS
        return self._known(family, words, simple)

    def _known(self, family: Family, words: Sequence[str], simple: Simple) -> Judgement:
        arguments = words[1:]
        call = family.call(arguments)
        program_name = program(words[0]).lower()
        named = Call((program_name, *call.verbs), (-1, *call.at), call.options)
        found, pattern = family.risk(call)
        risk: Risk | None = found
        why = " ".join((program_name, *pattern)).strip() if pattern else program_name
        if risk is None and not call.verbs and not call.options and family.text("bare"):
            risk = _risk(family.text("bare"))
        if risk is None and family.text("otherwise"):
            risk = _risk(family.text("otherwise"))
        parts = []
        if family.text("http"):
            http = web.risk(family.text("http"), arguments, self.table)
            risk, why = http.risk, http.why
        elif family.text("files"):
            risk, why = paths_written.risk(family.text("files"), program_name, call, simple, risk or "change")
        elif family.text("sql"):
            risk, more = self._sql(family, arguments, call, simple)
            parts.extend(more)
        elif family.text("runs") and not family.has("idle", call):
            inner = self._inner(family, words, call, simple)
            if inner is not None:
                parts.append(inner)
                risk = found or ("change" if family.name == "systemd-run" else "read")
        if risk is None:
            verb = " ".join(call.verbs[:2])
            risk, why = "change", f"{program_name} {verb}".strip() + " is not in the tool table"
            destructive = self.table.words("words", "destructive")
            if any(word in destructive for verb in call.verbs[:3] for word in _split(verb)):
                risk = "destructive"
        long_running = (family.has("long", call) or family.has("long", named)) and not family.has("ends", call)
        if program_name in ("vmstat", "iostat", "mpstat", "sar", "ping") and any(v.isdigit() for v in call.verbs):
            long_running = False
        if program_name == "sleep" and call.verbs and _seconds(call.verbs[0]) >= 60:
            long_running = True
        interactive = family.has("interactive", call) or family.has("interactive", named)
        interactive = interactive and not family.has("batch", call)
        if risk != "destructive" and family.says(words):
            risk, why = "destructive", f"{why}: {family.says(words)}"
        if family.text("sql") or family.name in ("psql", "redis", "zkcli", "sqlplus", "influx"):
            interactive = interactive and self._waits(family, call, simple)
        if family.name == "ssh":
            interactive = interactive or (not parts and not (call.options & {"-N", "-f", "-O", "-V"}))
        if family.name == "shells" and not call.verbs and not simple.fed and simple.upstream is None:
            interactive = True
        own = Judgement(risk, why if risk != "read" else "", long_running, interactive)
        return worst([own, *parts])

    def _waits(self, family: Family, call: Call, simple: Simple) -> bool:
        """Whether a client opens a prompt of its own: it was given no statement."""
        if simple.fed or simple.upstream is not None or any(op == "<" for op, _ in simple.redirects):
            return False
        if family.text("sql").startswith("word"):
            return len(call.verbs) < int(family.text("sql").split()[1])
        options = set(family.text("sql").split()) | set(family.text("script").split()) | {"-l", "--list", "--version"}
        if family.name in ("redis", "zkcli", "influx"):
            return not call.verbs and not any(o.startswith("--") and o not in family.values for o in call.options)
        if family.name == "sqlplus":
            return not any(verb.startswith("@") for verb in call.verbs)
        return not (options & call.options) and family.name not in ("bq",)

    # --- SQL

    def _sql(
        self, family: Family, arguments: Sequence[str], call: Call, simple: Simple
    ) -> tuple[Risk, list[Judgement]]:
        where = family.text("sql")
        texts = list(simple.fed)
        if family.text("sql-only") and call.verbs[:1] != (family.text("sql-only"),):
            return family.risk(call)[0] or "change", []
        if where.startswith("word"):
            first = int(where.split()[1]) - 1
            texts.extend(call.verbs[first:])
        else:
            texts.extend(_option_values(arguments, where.split()))
        if simple.upstream is not None:
            source = simple.upstream
            if source.name in ("echo", "printf", "cat"):
                texts.extend(source.words[1:] if source.name != "cat" else source.fed)
                if source.name == "cat" and not source.fed:
                    return "change", [Judgement("change", f"{program(family.name)} runs a file")]
            elif family.name == "sqlite3":
                return "change", [Judgement("change", "loads what it is fed")]
            else:
                return "change", [Judgement("change", f"{family.name} runs what it is fed")]
        found, _ = family.risk(call)
        parts = [Judgement(*sql.risk(text, self.table)) for text in texts]
        runs_file = any(op == "<" for op, _ in simple.redirects) or any(
            option in call.options for option in family.text("script").split()
        )
        if runs_file:
            parts.append(Judgement("change", f"{family.name} runs a file"))
        if (
            not texts
            and not runs_file
            and found is None
            and family.name == "mongo"
            and any(verb.endswith(".js") for verb in call.verbs)
        ):
            return "change", parts
        return found or "read", parts

    # --- commands inside commands

    def _inner(self, family: Family, words: Sequence[str], call: Call, simple: Simple) -> Judgement | None:
        arguments = words[1:]
        how = family.text("runs").split()
        only = [pattern.split() for pattern in family.text("only").split(",") if pattern.strip()]
        if only and not any(list(call.verbs[: len(verbs)]) == verbs for verbs in only):
            return None
        if how[0] == "find":
            return self._find(arguments)
        if how[0] == "program":
            return self._interpreter(words, simple)
        if how[0] == "option":
            return self._option(how[1:], family, arguments, call, simple)
        fed = worst(self.text(text) for text in simple.fed) if simple.fed and family.name == "ssh" else None
        rest = self._rest(family, arguments, call)
        if not rest:
            return fed
        rest = _without_assignments(rest)
        if not rest:
            return fed
        if how[0] == "shell":
            inner = self.text(" ".join(rest))
        else:
            copied = Simple(words=list(rest), fed=simple.fed, upstream=simple.upstream, looped=simple.looped)
            copied.redirects = simple.redirects if self._is_shell(rest[0]) else []
            inner = _Judge(self.table, self.depth + 1)._words(rest, copied) if self.depth < _DEEPEST else _TOO_DEEP
        return worst([part for part in (inner, fed) if part is not None])

    def _is_shell(self, name: str) -> bool:
        return name in _SHELLS

    def _rest(self, family: Family, arguments: Sequence[str], call: Call) -> list[str]:
        mark = family.text("after")
        if mark and mark in arguments:
            return list(arguments[arguments.index(mark) + 1 :])
        skip = int(family.spec.get("skip", 0))
        if mark and family.text("only") and call.verbs[:1] in (("run",), ("debug",)):
            return []
        if len(call.at) <= skip:
            return []
        return list(arguments[call.at[skip] :]) if family.name not in ("env",) else list(call.verbs[skip:])

    def _find(self, arguments: Sequence[str]) -> Judgement | None:
        parts = []
        for place, word in enumerate(arguments):
            if word in ("-exec", "-execdir", "-ok", "-okdir"):
                rest = []
                for following in arguments[place + 1 :]:
                    if following in (";", "+", "\\;"):
                        break
                    rest.append(following)
                if rest:
                    parts.append(_Judge(self.table, self.depth + 1)._words(rest, Simple(words=rest)))
        return worst(parts) if parts else None

    def _option(
        self, names: Sequence[str], family: Family, arguments: Sequence[str], call: Call, simple: Simple
    ) -> Judgement | None:
        texts = _option_values(arguments, names, bundled=family.name == "shells") + list(simple.fed)
        if texts:
            return worst(self.text(text) for text in texts)
        if family.name == "shells":
            if call.verbs:
                return self._unknown(call.verbs)
            if simple.upstream is not None or any(op == "<" for op, _ in simple.redirects):
                return Judgement("change", "a shell runs what it is fed")
        return None

    def _interpreter(self, words: Sequence[str], simple: Simple) -> Judgement | None:
        """python x.py, node -e ..., java -jar: the script's name says what it is for; code of another language does not."""
        arguments = list(words[1:])
        if not arguments:
            return Judgement("change", f"{program(words[0])} runs what it is fed") if simple.fed else None
        for place, word in enumerate(arguments):
            if word in ("-m", "-jar") and place + 1 < len(arguments):
                rest = arguments[place + 1 :]
                if rest[0] in ("json.tool", "this", "platform", "site"):
                    return HARMLESS
                if rest[0] in ("http.server", "SimpleHTTPServer"):
                    return Judgement("change", "starts a server", long_running=True)
                return self._words_of_script(rest, simple)
            if word in ("-c", "-e", "--eval", "-p", "-r", "-E"):
                return Judgement("change", f"{program(words[0])} code is not looked into")
            if word == "-":
                return Judgement("change", f"{program(words[0])} runs what it is fed")
            if not word.startswith("-"):
                return self._words_of_script(arguments[place:], simple)
        return None

    def _words_of_script(self, words: Sequence[str], simple: Simple) -> Judgement:
        family = self.table.family(program(words[0]))
        if family is not None and self.depth < _DEEPEST:
            return _Judge(self.table, self.depth + 1)._words(words, Simple(words=list(words)))
        return self._unknown(words)

    # --- programs that are in no family

    def _unknown(self, words: Sequence[str]) -> Judgement:
        """Judge by the name, the first verbs and the long options. Only a reading verb in the right place is a read."""
        name = program(words[0])
        plain = [word for word in words[1:] if not word.startswith("-")]
        flags = [word.lstrip("-").partition("=")[0] for word in words[1:] if word.startswith("--")]
        verbs = [verb for verb in plain[:3] if re.fullmatch(r"[A-Za-z][\w:.-]*", verb)]
        spoken = [_split(text) for text in (_SCRIPT_ENDING.sub("", name), *verbs, *flags)]
        all_words = [word for group in spoken for word in group]
        destructive, change, read = (self.table.words("words", risk) for risk in ("destructive", "change", "read"))
        for pair in self.table.words("words", "together"):
            if set(pair.split()) <= set(all_words):
                return Judgement("destructive", f"{name}: {pair}")
        for word in all_words:
            if word in destructive:
                return Judgement("destructive", f"{name}: {word}")
        if any(_STATEMENT.search(word) for word in words[1:]):
            return Judgement("destructive", f"{name}: SQL that deletes")
        for group in spoken:
            if group[:1] and group[0] in read and not _AND.intersection(group):
                continue  # validate-deployment only looks, whatever the noun
            for word in group:
                if word in change:
                    return Judgement("change", f"{name}: {word}")
        leading = [spoken[0], *spoken[1 : 1 + min(2, len(verbs))], *spoken[1 + len(verbs) :]]
        if any(group and group[0] in read for group in leading):
            return HARMLESS
        return Judgement("change", f"{name or 'this'} is not in the tool table")


def _split(word: str) -> list[str]:
    """Words of a name: restore_images → restore, images; dropTable → drop, table."""
    parts = [part.lower() for part in _WORDS.findall(word)]
    whole = word.lower()
    return [*parts, whole] if whole not in parts and "-" in whole else parts


def _risk(text: str) -> Risk:
    return "destructive" if text == "destructive" else "read" if text == "read" else "change"


def _seconds(text: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", text)
    return float(match[1]) * {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}[match[2]] if match else 0.0


def _without_assignments(words: Sequence[str]) -> list[str]:
    place = 0
    while place < len(words) and re.match(r"[A-Za-z_]\w*=", words[place]):
        place += 1
    return list(words[place:])


def _option_values(arguments: Sequence[str], names: Sequence[str], *, bundled: bool = False) -> list[str]:
    values = []
    for place, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name in names and equals:
            values.append(value)
        elif place + 1 < len(arguments) and (
            word in names
            or (bundled and re.fullmatch(r"-[a-z]*c", word) and "-c" in names)
            or (re.fullmatch(r"-[a-zA-Z]{2,5}", word) and "-" + word[-1] in names)
        ):
            values.append(arguments[place + 1])
    return values
