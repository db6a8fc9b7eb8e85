"""The walls between the rooms: each contract holds, and each breaks when somebody climbs over it."""

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import handrail

CONFIG = Path(__file__).parents[2] / "pyproject.toml"
HOUSE = Path(handrail.__file__).parents[1]
PACKAGES = ("handrail", "widgets", "screens", "tui")

# contract -> a file and an import that it must not have
CLIMBS = {
    "floors": ("widgets/__init__.py", "import screens.watch"),
    "rooms": ("handrail/runs/record.py", "import handrail.incident.incident"),
    "operator-floors": ("handrail/operator/rounds.py", "import handrail.operator.housekeeping"),
    "no-screen": ("handrail/text.py", "def late():\n    import rich.text"),
    "screens-apart": ("screens/watch.py", "import screens.incident"),
    "wall-cannot-act": ("handrail/snapshot.py", "import handrail.incident.store"),
    "watcher-reads": ("handrail/snapshot.py", "import handrail.incident.store"),
    "supervisor-alone": ("handrail/runs/supervisor.py", "import psutil"),
}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the four packages, to be spoilt."""
    for package in PACKAGES:
        shutil.copytree(HOUSE / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def lint(house: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    chosen = [word for contract in contracts for word in ("--contract", contract)]
    program = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run([sys.executable, "-c", program, "--no-cache", "--config", str(CONFIG), *chosen],
                          cwd=house, capture_output=True, text=True, timeout=120, check=False)


def test_all_walls_stand(house: Path) -> None:
    done = lint(house)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("contract", CLIMBS)
def test_a_climb_over_the_wall_is_seen(house: Path, contract: str) -> None:
    name, line = CLIMBS[contract]
    with (house / name).open("a", encoding="utf-8") as file:
        file.write(f"\n\n{line}\n")
    done = lint(house, contract)
    assert done.returncode == 1 and "BROKEN" in done.stdout, done.stdout + done.stderr


def test_a_room_that_no_layer_names_is_seen(house: Path) -> None:
    (house / "handrail" / "attic.py").write_text("")
    done = lint(house, "rooms")
    assert done.returncode == 1 and "handrail.attic" in done.stdout, done.stdout + done.stderr


def contracts() -> dict[str, Any]:
    found = tomllib.loads(CONFIG.read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    return {contract["id"]: contract for contract in found}


def test_every_contract_has_a_control() -> None:
    assert set(contracts()) == set(CLIMBS)


def test_every_screen_is_kept_apart(house: Path) -> None:
    """The contract lists the screens by name, since what several screens share lives beside them."""
    named = set()
    for path in (house / "screens").glob("*.py"):
        classes = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ClassDef)]
        if path.stem != "base" and any(node.name.endswith("Screen") for node in classes):
            named.add(f"screens.{path.stem}")
    assert named == set(contracts()["screens-apart"]["modules"])
