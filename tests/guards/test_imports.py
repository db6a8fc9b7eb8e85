"""Plain commands start without the screen's libraries, and the supervisor stands alone."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from support.imports import foreign

import handrail.runs

# Runs the command line as the `handrail` program does, then prints which modules it took to do it.
RUN = """
import json, sys
sys.argv = ["handrail", *sys.argv[1:]]
try:
    {enter}
except SystemExit:
    pass
print("\\n" + json.dumps(sorted(sys.modules)))
"""
ENTER = "from tui.cli import main; main()"
SCREEN = {"textual", "rich", "screens", "widgets"}


def modules_of(enter: str, *words: str) -> set[str]:
    """The top-level modules, and those of ours in full, that a fresh process ends with."""
    done = subprocess.run([sys.executable, "-c", RUN.format(enter=enter), *words], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return {name.split(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


@pytest.fixture
def runbook(tmp_path: Path) -> Path:
    path = tmp_path / "runbook.md"
    path.write_text("# Restart\n\n```bash\n# Look first\nuptime\n```\n")
    return path


PLAIN = (("--help",), ("incidents",), ("incidents", "--json"), ("show", "INC-20260101-000000"), ("read", "RUNBOOK"),
         ("read", "RUNBOOK", "--json"), ("verify",), ("export", "INC-20260101-000000"))


@pytest.mark.parametrize("words", PLAIN, ids=" ".join)
def test_a_plain_command_imports_no_screen(words: tuple[str, ...], runbook: Path, tmp_path: Path,
                                           monkeypatch: pytest.MonkeyPatch) -> None:
    if find_spec("tui.cli") is None:
        pytest.skip("there is no command line yet")
    monkeypatch.setenv("HANDRAIL_STATE", str(tmp_path / "state"))
    loaded = modules_of(ENTER, *(str(runbook) if word == "RUNBOOK" else word for word in words))
    assert "tui" in loaded
    assert not loaded & SCREEN


def test_the_control_that_imports_the_screen_is_caught() -> None:
    assert modules_of("import textual.app") & SCREEN == {"textual", "rich"}


RUNS = Path(handrail.runs.__file__).parent
SUPERVISION = [RUNS / "supervisor.py", *sorted(RUNS.glob("supervision/*.py"))]


@pytest.mark.parametrize("path", SUPERVISION, ids=[path.name for path in SUPERVISION])
def test_the_supervisor_takes_the_standard_library_and_its_own_parts(path: Path) -> None:
    assert foreign(path, "handrail.runs.supervision") == []


@pytest.mark.parametrize("line", ["import httpx", "from handrail.clock import Clock", "def f():\n    import tinydb"])
def test_a_supervisor_with_a_dependency_is_caught(line: str, tmp_path: Path) -> None:
    (tmp_path / "supervisor.py").write_text(f"import os\n{line}\n")
    assert len(foreign(tmp_path / "supervisor.py", "handrail.runs.supervision")) == 1
