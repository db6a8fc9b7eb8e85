"""What a Python file imports, read from its syntax: also inside functions, where a module set would not show it."""

from __future__ import annotations

import ast
import sys
from pathlib import Path


def imported(source: str) -> dict[str, int]:
    """Absolute module names and the first line each is imported on. Relative imports keep their dots."""
    found: dict[str, int] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = ["." * node.level + (node.module or "")]
        else:
            continue
        for name in names:
            found.setdefault(name, node.lineno)
    return found


def foreign(path: Path, allowed: str) -> list[str]:
    """"FILE:LINE name" for each import that is neither standard library nor begins with `allowed`."""
    return [f"{path.name}:{line} {name}" for name, line in imported(path.read_text("utf-8")).items()
            if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith((allowed, "."))]
