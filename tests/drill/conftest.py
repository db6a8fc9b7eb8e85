from collections.abc import Iterator
from pathlib import Path

import pytest

from handrail.drill import world as worlds


@pytest.fixture
def world(tmp_path: Path) -> Iterator[worlds.World]:
    """A practice world of this test's own."""
    root = tmp_path / "drill"
    yield worlds.start("alwaysclaw", root)
    worlds.stop(root)
