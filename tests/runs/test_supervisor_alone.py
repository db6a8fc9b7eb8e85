"""The supervisor needs nothing but the standard library, and of that only what starts fast."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from handrail.runs import supervisor

START = Path(supervisor.__file__)
PARTS = START.with_name("supervision")
SLOW = {"json", "re", "socket", "signal", "subprocess", "typing", "pathlib", "argparse", "contextlib", "dataclasses",
        "enum", "collections", "functools", "inspect", "ctypes", "logging", "traceback"}


def _files() -> list[Path]:
    return [START, *sorted(PARTS.glob("*.py"))]


def _imports(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports would hide where they lead"
            found.add(str(node.module))
    return found


def test_it_imports_only_the_standard_library_and_its_own_parts() -> None:
    foreign = {f"{path.name}: {name}" for path in _files() for name in _imports(ast.parse(path.read_text()))
               if not name.startswith("handrail.runs.supervision")
               and name.partition(".")[0] not in sys.stdlib_module_names}
    assert foreign == set()


def test_it_starts_without_anything_installed_and_without_what_is_slow() -> None:
    """As it is started: isolated, without site-packages. What it has imported by then is all it needs for a step."""
    report = ("import sys; sys.path.append(sys.argv[1]); import handrail.runs.supervision.birth, "
              "handrail.runs.supervision.request; print(*sorted(sys.modules))")
    found = subprocess.run([sys.executable, "-I", "-S", "-c", report, str(START.parents[2])], capture_output=True,
                           text=True, check=True).stdout.split()
    ours = {name for name in found if name.startswith("handrail") and "supervision" not in name}
    assert ours == {"handrail", "handrail.runs"}
    bare = subprocess.run([sys.executable, "-I", "-S", "-c", "import sys; print(*sorted(sys.modules))"],
                          capture_output=True, text=True, check=True).stdout.split()
    assert SLOW & (set(found) - set(bare)) == set()


def test_rubbish_on_its_input_ends_it_without_a_trace(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-I", "-S", START], input=b"rubbish", cwd=tmp_path, capture_output=True,
                          check=False)
    assert done.returncode != 0 and list(tmp_path.iterdir()) == []
