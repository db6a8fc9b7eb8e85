"""Database clients: the statements they are given, and whether they open a prompt of their own."""

from __future__ import annotations

from collections.abc import Sequence

from . import fed, sql
from .judgement import Judgement
from .model import Risk
from .nested import option_values
from .syntax import Simple
from .tools import Call, Family, Table


def judge(
    family: Family, arguments: Sequence[str], call: Call, simple: Simple, table: Table
) -> tuple[Risk, list[Judgement]]:
    """The risk of the call itself, and of each text of statements it is given: in options, words, or fed to it."""
    found, _ = family.risk(call)
    if family.text("sql-only") and call.verbs[:1] != (family.text("sql-only"),):
        return found or "change", []
    where = family.text("sql")
    texts = fed.texts(simple)
    if where.startswith("word"):
        texts += call.verbs[int(where.split()[1]) - 1 :]
    else:
        texts += option_values(arguments, where.split())
    dialect = sql.mongo if family.name == "mongo" else sql.risk
    parts = [Judgement(*dialect(text, table)) for text in texts]
    if _runs_a_file(family, call):
        parts.append(Judgement("change", f"{family.name} runs a file"))
    elif fed.unseen(simple):
        parts.append(Judgement("change", f"{family.name} runs what it is fed"))
    return found or "read", parts


def opens_prompt(family: Family, call: Call, simple: Simple) -> bool:
    """Whether a client waits for statements because it was given none."""
    if fed.is_fed(simple):
        return False
    where = family.text("sql")
    if where.startswith("word"):
        return len(call.verbs) < int(where.split()[1])
    if where or family.text("script"):
        return not call.options & {*where.split(), *family.text("script").split(), "-l", "--list", "--version"}
    asked = any(option.startswith("--") and option not in family.values for option in call.options)
    return not asked and not any(verb.startswith("@") or family.name != "sqlplus" for verb in call.verbs)


def _runs_a_file(family: Family, call: Call) -> bool:
    """Statements in a file are not looked into."""
    if any(option in call.options for option in family.text("script").split()):
        return True
    return family.name == "mongo" and any(verb.endswith(".js") for verb in call.verbs)
