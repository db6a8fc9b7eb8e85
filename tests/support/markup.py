"""Finds the places where a screen could hand foreign text to a markup parser.

Textual reads a plain `str` as markup nearly everywhere: `[red]` in a runbook's title would colour it, `[@click=...]`
would press a key. So text that is not written out in our own source must be given as Content or Text, or with
`markup=False`. The check knows no types: what it cannot see to be harmless, it reports.
"""

from __future__ import annotations

import ast

# Widgets whose first argument (or label, prompt, title) is read as markup. They take `markup=False` or do not.
TAKES_MARKUP = {"Static", "Label"}
LABELLED = {"Button", "Checkbox", "RadioButton", "Option", "Tab", "TabPane", "Collapsible", "Selection", "Markdown"}
# Their own filter lets escape sequences through to the terminal.
BANNED = {"RichLog", "Log"}
# What makes harmless text out of any string.
SAFE = {"Content", "Text"}
SAFE_MAKERS = {"assemble", "styled", "from_rich_text", "blank", "join", "empty"}
TITLES = {"border_title", "border_subtitle", "tooltip"}
CELLS = {"add_row", "add_column", "update_cell", "update_cell_at", "add_option", "add_options"}


def findings(source: str) -> list[tuple[int, str]]:
    """(line, what is wrong) in line order."""
    tree = ast.parse(source)
    texts = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and _bases(node) & TAKES_MARKUP}
    found: list[tuple[int, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found += [(node.lineno, f"{alias.name} passes escape sequences on; draw the lines yourself")
                      for alias in node.names if alias.name in BANNED and (node.module or "").startswith("textual")]
        elif isinstance(node, ast.Call):
            found += _call(node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            found += _assignment(node)
        elif isinstance(node, ast.ClassDef) and node.name in texts:
            found += _own_init(node)
    return sorted(set(found))


def _call(node: ast.Call) -> list[tuple[int, str]]:
    name = _name(node.func)
    first = node.args[:1]
    if name in TAKES_MARKUP and _bare(node.func) and any(not _literal(text) for text in first) and not _marked(node):
        return [(node.lineno, f"{name} of text that is not written out here needs markup=False")]
    labels = [*first, *(word.value for word in node.keywords if word.arg in ("label", "prompt", "title"))]
    if name in LABELLED and _bare(node.func) and any(not _harmless(text) for text in labels):
        return [(node.lineno, f"{name} takes Content or Text, or a literal")]
    if name == "notify" and not _marked(node):
        words = [*node.args, *(word.value for word in node.keywords if word.arg in ("message", "title"))]
        if any(not _literal(text) for text in words):
            return [(node.lineno, "notify of text that is not written out here needs markup=False")]
    if name in CELLS and any(not _harmless(cell) for cell in node.args):
        return [(node.lineno, f"{name} takes Content or Text, or a literal")]
    if name in ("from_markup", "update") and any(_made_of_parts(text) for text in first):
        return [(node.lineno, f"{name} of text put together here: use Content")]
    if name in ("from_markup", "from_text") and any(not _literal(text) for text in first) and not _marked(node):
        return [(node.lineno, f"{name} of text that is not written out here")]
    return []


def _assignment(node: ast.Assign | ast.AnnAssign) -> list[tuple[int, str]]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    titles = [target.attr for target in targets if isinstance(target, ast.Attribute) and target.attr in TITLES]
    if titles and node.value is not None and not _harmless(node.value):
        return [(node.lineno, f"{titles[0]} takes Content or Text, or a literal")]
    return []


def _own_init(node: ast.ClassDef) -> list[tuple[int, str]]:
    """`super().__init__(text)` inside a class of ours that is a Static or Label."""
    return [(call.lineno, "a Static of text that is not written out here needs markup=False")
            for call in ast.walk(node)
            if isinstance(call, ast.Call) and _name(call.func) == "__init__" and call.args
            and not _literal(call.args[0]) and not _marked(call)]


def _literal(node: ast.expr) -> bool:
    if isinstance(node, ast.IfExp):
        return _literal(node.body) and _literal(node.orelse)
    return isinstance(node, ast.Constant)


def _harmless(node: ast.expr) -> bool:
    """A literal, or something that was made as Content or Text right here."""
    if isinstance(node, ast.IfExp):
        return _harmless(node.body) and _harmless(node.orelse)
    if isinstance(node, ast.Call):
        made = node.func
        if isinstance(made, ast.Attribute):
            return made.attr in SAFE_MAKERS and _name(made.value) in SAFE
        return _name(made) in SAFE
    return _literal(node)


def _made_of_parts(node: ast.expr) -> bool:
    """An f-string, a sum, a `format`, a `join`, a `str(...)`: surely a str, and surely not a literal."""
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.BinOp):
        return any(_made_of_parts(side) or (isinstance(side, ast.Constant) and isinstance(side.value, str))
                   for side in (node.left, node.right))
    return isinstance(node, ast.Call) and (
        (isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "join")
         and isinstance(node.func.value, ast.Constant))
        or _name(node.func) == "str")


def _marked(node: ast.Call) -> bool:
    return any(word.arg == "markup" and isinstance(word.value, ast.Constant) and word.value.value is False
               for word in node.keywords)


def _bases(node: ast.ClassDef) -> set[str]:
    return {_name(base) for base in node.bases}


def _bare(node: ast.expr) -> bool:
    return isinstance(node, ast.Name)


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        return _name(node.value)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
