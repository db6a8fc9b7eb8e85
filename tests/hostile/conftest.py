"""The installed command on a state folder of its own, and a runbook whose steps leave marks when they run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.installed import command, own
from support.runs import end_below

RUNBOOK = """# Monkey [/foo] runbook

## First

```bash
# Step 1: Change a thing
sleep 0.2; echo a >> MARKS
```

```bash
# Step 2: Look
echo hello
# Expected: hello
```

- [ ] Tick me by hand

```bash
# Step 3: Destroy
echo d >> MARKS.destroyed; rm -rf MARKS.precious
```

## Second

```bash
# Step 4: Ask for a password
echo c >> MARKS; read -s -p 'Password: ' x
```

```bash
# Step 5: Flood
echo e >> MARKS; seq 1 20000
```

```bash
# Step 6: Fail
ls /nonexistent
```
"""

# A lamp that is bad, with a runbook and a scenario.
PACK = """name = "Monkeys"
short = "MK"

[scheme.P1]
rank = 1
respond = "5m"

[scheme.P2]
rank = 2

[[scenario]]
id = "escape"
title = "Escape [/b]"
severity = "P1"
runbook = "cage.md"
section = "Close the cage"

[[probe]]
id = "cage"
kind = "file"
title = "cage [/b]"
path = "/nonexistent/cage"
interval = "2s"
timeout = "1s"
confirm_bad = 1
runbook = "cage.md#close-the-cage"
level = [{ severity = "P1", when = "not exists", scenario = "escape" }]
"""
CAGE = """# Cage

## Close the cage

```bash
ls <cage>
```

- [ ] Count them
"""


@pytest.fixture
def handrail() -> str:
    return command()


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return own(tmp_path)


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    """The file that gets a line from every step that changes something; what step 3 destroys lies beside it."""
    (tmp_path / "marks.precious").mkdir()
    return tmp_path / "marks"


@pytest.fixture
def runbook(tmp_path: Path, marks: Path) -> Path:
    path = tmp_path / "monkey.md"
    path.write_text(RUNBOOK.replace("MARKS", str(marks)))
    return path


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "handrail.toml").write_text(PACK)
    (folder / "cage.md").write_text(CAGE)
    return folder


@pytest.fixture(autouse=True)
def _nothing_runs_on(tmp_path: Path) -> Iterator[None]:
    yield
    end_below(tmp_path)
