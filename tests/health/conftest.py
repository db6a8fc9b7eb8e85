from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.faulty import FaultyServer, faulty

from handrail.pack import pack
from handrail.pack.pack import Pack
from handrail.paths import State

SCHEME = 'name = "T"\n' + "".join(f"[scheme.P{rank}]\nrank = {rank}\n" for rank in (1, 2, 3, 4))
# One answer is believed, and the cadence is quick: what a practice world uses.
QUICK = '[defaults]\ninterval = "1s"\nretry_every = "1s"\ntimeout = "2s"\nconfirm_bad = 1\nconfirm_good = 1\n'


class FakeClock:
    """Both clocks, moved by hand."""

    def __init__(self) -> None:
        self.passed = 1000.0

    def now(self) -> datetime:
        return datetime(2026, 11, 21, 3, 0, tzinfo=UTC) + timedelta(seconds=self.passed)

    def boot(self) -> float:
        return self.passed


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty() as found:
        yield found


@pytest.fixture
def state(tmp_path: Path) -> State:
    found = State(tmp_path / "state")
    found.make()
    return found


@pytest.fixture
def packed(tmp_path: Path) -> Callable[[str], Pack]:
    """A pack of the text after a scheme of P1 to P4."""

    def make(text: str) -> Pack:
        folder = tmp_path / "pack"
        folder.mkdir(exist_ok=True)
        (folder / "handrail.toml").write_text(SCHEME + text, "utf-8")
        return pack.load(folder)

    return make
