"""Database clients: the statements they are given, and whether they open a prompt of their own."""

from __future__ import annotations

from collections.abc import Sequence

from . import sql
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
    texts = list(simple.fed)
    if where.startswith("word"):
        texts += call.verbs[int(where.split()[1]) - 1 :]
    else:
        texts += option_values(arguments, where.split())
    unseen = _unseen(family, call, simple)
    source = simple.upstream
    if source is not None and source.name in ("echo", "printf"):
        texts += source.words[1:]
    elif source is not None and source.name == "cat" and source.fed:
        texts += source.fed
    elif source is not None:
        unseen = f"{family.name} runs what it is fed"
    parts = [Judgement(*sql.risk(text, table)) for text in texts]
    if unseen:
        parts.append(Judgement("change", unseen))
    return found or "read", parts


def opens_prompt(family: Family, call: Call, simple: Simple) -> bool:
    """Whether a client waits for statements because it was given none."""
    if simple.fed or simple.upstream is not None or any(operator == "<" for operator, _ in simple.redirects):
        return False
    where = family.text("sql")
    if where.startswith("word"):
        return len(call.verbs) < int(where.split()[1])
    if where or family.text("script"):
        return not call.options & {*where.split(), *family.text("script").split(), "-l", "--list", "--version"}
    asked = any(option.startswith("--") and option not in family.values for option in call.options)
    return not asked and not any(verb.startswith("@") or family.name != "sqlplus" for verb in call.verbs)


def _unseen(family: Family, call: Call, simple: Simple) -> str:
    """Statements in a file are not looked into."""
    scripts = any(option in call.options for option in family.text("script").split())
    fed = any(operator == "<" for operator, _ in simple.redirects)
    javascript = family.name == "mongo" and any(verb.endswith(".js") for verb in call.verbs)
    return f"{family.name} runs a file" if scripts or fed or javascript else ""
