"""The wheel: the four packages and the pack data, whole, and nothing else."""

import os
import re
import zipfile
from pathlib import Path

import pytest

import handrail

REPO = Path(__file__).parents[2]
PACKAGES = ("handrail", "tui", "screens", "widgets")
DATA = {".py", ".toml", ".md", ".tcss", ".typed", ".sh"}
WHEEL = os.environ.get("HANDRAIL_WHEEL", "")


def strangers(names: list[str]) -> list[str]:
    """The names that do not belong into the wheel."""
    return [name for name in names if not _belongs(name)]


def _belongs(name: str) -> bool:
    path = Path(name)
    if "test" in path.name or path.name == "conftest.py" or "tests" in path.parts:
        return False
    if re.fullmatch(r"handrail-[\d.]+\.dist-info", path.parts[0]):
        return True
    return path.parts[0] in PACKAGES and (path.suffix in DATA or "/drill/tools/" in name or "/killing/bin/" in name)


def missing(names: list[str], tree: Path) -> list[str]:
    """The files of the checkout's four packages that the wheel should hold and does not."""
    wanted = [path.relative_to(tree).as_posix() for package in PACKAGES for path in (tree / package).rglob("*")
              if path.is_file() and "__pycache__" not in path.parts]
    return [name for name in wanted if name not in names]


def wheel_names() -> list[str]:
    if not WHEEL:
        pytest.skip("no wheel was built for this run; `sh tests/run` builds one")
    return zipfile.ZipFile(WHEEL).namelist()


def test_the_wheel_holds_no_strangers() -> None:
    assert strangers(wheel_names()) == []


def test_the_wheel_holds_every_file_of_the_four_packages() -> None:
    assert missing(wheel_names(), REPO) == []


def test_the_stand_in_tools_and_packs_are_in_the_wheel() -> None:
    names = wheel_names()
    for name in ("handrail/drill/tools/systemctl", "handrail/packs/alwaysclaw/handrail.toml",
                 "handrail/packs/alwaysclaw/kill-switches.md"):
        assert name in names


def test_a_wheel_with_tests_or_other_folders_is_caught() -> None:
    bad = ["tests/drill/test_world.py", "handrail/test_text.py", "docs/index.md", "handrail/notes.txt", "conftest.py"]
    assert strangers([*bad, "handrail/text.py", "handrail-0.1.0.dist-info/METADATA", "tui/app.tcss"]) == bad


def test_a_wheel_that_forgot_a_package_is_caught(tmp_path: Path) -> None:
    for name in ("handrail/text.py", "handrail/acts/items.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert missing(["handrail/text.py"], tmp_path) == ["handrail/acts/items.py"]


def test_what_is_tested_is_what_was_installed() -> None:
    if not WHEEL:
        pytest.skip("this run is not `sh tests/run`: the source tree may be what is tested")
    assert REPO / "handrail" not in Path(handrail.__file__).resolve().parents
