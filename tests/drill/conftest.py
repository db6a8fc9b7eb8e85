from collections.abc import Iterator
from pathlib import Path

import pytest

from handrail.clock import SystemClock
from handrail.drill import world as worlds
from handrail.incident.events import Actor
from handrail.operator.operator import Operator
from handrail.paths import State


@pytest.fixture
def world(tmp_path: Path) -> Iterator[worlds.World]:
    """A practice world of this test's own."""
    root = tmp_path / "drill"
    yield worlds.start("alwaysclaw", root)
    worlds.stop(root)


@pytest.fixture
def operator(world: worlds.World) -> Iterator[Operator]:
    """Somebody at a console on it, whose probes are asked."""
    state = State(world.state)
    state.make()
    found = Operator(state, (world.pack,), SystemClock(), Actor(name="kim"), prefix="DRILL")
    found.start_polling()
    yield found
    found.close()
