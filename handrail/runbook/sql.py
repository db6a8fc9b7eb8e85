"""SQL, client commands and mongo shell calls: statement by statement, the worst one counts."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase, translate
from functools import lru_cache

from .model import RISKS, Risk
from .tools import Table

#: Strings and comments, whichever begins first. MySQL runs `/*! ... */`, and `--x` without a blank is arithmetic there.
_SILENT = re.compile(
    r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"|--(?=\s|$)[^\n]*|/\*(?!!).*?\*/|/\*!\d*|\*/", re.S
)
_STRINGS = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.S)
_MONGO = re.compile(
    r"^\s*(?:db\b|rs\.|sh\.|printjson|print\(|show (?:dbs|collections|users|roles|profile|log)\b|use \S+\s*$)"
)
_COMMAND = re.compile(r"\b(?:run|admin)Command\s*\(\s*(?:\{\s*)?[\"']?(\w+)")
_EXPLAIN = re.compile(r"explain\s+(?P<options>\([^)]*\)|(?:(?:analy[sz]e|verbose)\s+)*)\s*(?P<rest>.*)", re.S)
_DESTROYS = re.compile(
    r"alter .*\b(?:drop|truncate)\b|alter table \S+ (?:on cluster \S+ )?delete\b"
    r"|with\b.*\b(?:delete from|drop|truncate)\b")
_LONGEST = 20_000
_FUNCTION = re.compile(r"\b(?:([a-z]\w*)\.)?([a-z]\w*)\s*\(")
_CATALOGUES = frozenset({"", "pg_catalog", "information_schema", "sys"})
_CALL = re.compile(r"\.?(\w+)\s*\(")


def risk(text: str, table: Table) -> tuple[Risk, str]:
    """The risk of a text of statements, and the statement that decides."""
    if _MONGO.match(text):
        return mongo(text, table)
    bare = _SILENT.sub(_without_what_is_said, text[:_LONGEST])
    found: tuple[Risk, str] = ("change", "SQL too long to follow") if len(text) > _LONGEST else ("read", "")
    for statement in bare.split(";"):
        words = statement.split()
        if words:
            one = _statement(" ".join(words).lower(), table)
            if RISKS.index(one[0]) > RISKS.index(found[0]):
                found = one
    return found


def _without_what_is_said(match: re.Match[str]) -> str:
    return "''" if match[0][0] == "'" else '""' if match[0][0] == '"' else " "


def _statement(statement: str, table: Table) -> tuple[Risk, str]:
    short = statement[:40]
    if explained := _EXPLAIN.match(statement):
        runs = re.search(r"analy[sz]e", explained["options"])
        return _statement(explained["rest"], table) if runs and explained["rest"] else ("read", "")
    for function in table.words("sql", "functions"):
        if function + "(" in statement.replace(" (", "("):
            return "destructive", function
    if _begins(statement, table.words("sql", "destructive")):
        return "destructive", short
    if _DESTROYS.match(statement):
        return "destructive", short
    for function in table.words("sql", "changing-functions"):
        if re.search(rf"\b{re.escape(function)}\b", statement):
            return "change", function
    if re.match(r"with\b.*\b(?:insert into|update|merge into)\b", statement):
        return "change", short
    if statement.startswith("pragma") and ("=" in statement or "checkpoint(" in statement.replace(" (", "(")):
        return "change", short
    if _begins(statement, table.words("sql", "read")):
        return _functions(statement, table)
    return "change", short


def _functions(statement: str, table: Table) -> tuple[Risk, str]:
    """A read that calls functions of the house is judged by their names; what nobody knows may do anything."""
    found: tuple[Risk, str] = ("read", "")
    known = table.words("sql", "known-functions")
    for schema, name in _FUNCTION.findall(statement):
        own = schema not in _CATALOGUES
        full = f"{schema}.{name}" if own else name
        if not own and (name in table.words("sql", "harmless-functions") or name in known):
            continue
        words = set(name.split("_"))
        if words & table.words("words", "destructive"):
            return "destructive", name
        if found[0] == "change":
            continue
        says_change = words & table.words("words", "change") and not words & table.words("words", "read")
        if says_change or not (_among(full, known) or _is_named_before(name, statement)):
            found = ("change", name)
    return found


def _is_named_before(name: str, statement: str) -> bool:
    """Whether the name is that of a table expression with its columns: `with late (id) as (select ...)`."""
    return statement.startswith("with") and bool(re.search(rf"\b{name}\s*\([^()]*\)\s+as\b", statement))


def _begins(statement: str, starts: frozenset[str]) -> bool:
    for start in starts:
        if start.startswith("\\"):
            if statement.startswith("\\") and not statement.startswith(("\\i", "\\!", "\\copy", "\\g", "\\o")):
                return True
        elif (
            statement == start
            or statement.startswith((start + " ", start + "("))
            or ("*" in start and fnmatchcase(statement, start + "*"))
        ):
            return True
    return False


def mongo(text: str, table: Table) -> tuple[Risk, str]:
    """The risk of what is typed into a mongo shell: every method that is called counts."""
    found: tuple[Risk, str] = ("read", "")
    for name in [*_CALL.findall(_STRINGS.sub("''", text)), *_COMMAND.findall(text)]:
        if name in ("runCommand", "adminCommand"):
            continue
        one: tuple[Risk, str]
        if _among(name, table.words("mongo-shell", "destructive")):
            one = ("destructive", name)
        elif _among(name, table.words("mongo-shell", "read")):
            one = ("read", "")
        else:
            one = ("change", name)
        if RISKS.index(one[0]) > RISKS.index(found[0]):
            found = one
    return found


def _among(name: str, patterns: frozenset[str]) -> bool:
    return name in patterns or bool(_one_of(patterns).match(name))


@lru_cache(maxsize=16)
def _one_of(patterns: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(translate(pattern) for pattern in sorted(patterns) if "*" in pattern) or r"(?!)")
