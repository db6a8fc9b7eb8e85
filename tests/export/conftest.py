from collections.abc import Iterator
from pathlib import Path

import pytest
from support.runs import end_all
from support.shells import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """A prompt of this test's own; what it started does not outlive it."""
    shell = Shell(tmp_path)
    yield shell
    end_all(list(shell.state.root.glob("runs/*/*")))
