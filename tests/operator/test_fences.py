"""What a fence says about itself holds when it runs: its folder, its interpreter, and that it runs alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desks import Desk, a_desk, refused

from handrail.incident.checklist import Checklist
from handrail.operator.operator import Consent

RUNBOOK = """# Mill

```sh {"cwd":"./wheel house"}
# Where
pwd
```

```sh {"cwd":"nowhere"}
# Lost
pwd
```

```sh {"interpreter":"python3"}
# Snake
snake --hiss
```

```sh {"interpreter":"/usr/bin/env bash"}
# Bash
echo ${BASH_VERSION:0:1}
```

```sh {"excludeFromRunAll":"true"}
# Alone
ls
```
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "wheel house").mkdir()
    with a_desk(tmp_path, RUNBOOK) as desk:
        yield desk


def test_it_runs_where_its_fence_says_beside_the_document_and_the_screen_knows(desk: Desk) -> None:
    record = desk.open()
    where = str(desk.runbook.parent / "wheel house")
    assert desk.operator.prepared(record, desk.key(record, "Where")).cwd == where
    assert desk.output(record, desk.run(record, "Where")).strip() == where


def test_in_a_folder_that_is_not_there_nothing_runs(desk: Desk) -> None:
    record = desk.open()
    ended = desk.run(record, "Lost")
    assert ended.verdict == "failed"
    assert "nowhere" in desk.output(record, ended)
    assert str(Path.home()) not in desk.output(record, ended).splitlines()


def test_another_interpreter_than_a_shell_is_refused_and_a_shell_is_taken(desk: Desk) -> None:
    record = desk.open()
    key = desk.key(record, "Snake")
    prepared = desk.operator.prepared(record, key)
    answer = refused(desk.operator.start_step(record.id, key, Consent(prepared.command)))
    assert (answer.code, "python3 runs it" in answer.sentence) == ("other-shell", True)
    assert desk.output(record, desk.run(record, "Bash")).strip().isdigit()


def test_what_runs_alone_ends_a_chain_before_it(desk: Desk) -> None:
    record = desk.open()
    checklist = desk.operator.watcher.checklist(record.id)
    assert isinstance(checklist, Checklist)
    plan = desk.operator.chain_plan(record, checklist, desk.key(record, "Alone"))
    assert plan.steps == ()
    assert "keeps it out" in plan.halt
