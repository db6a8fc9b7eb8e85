"""What reaches the terminal when hostile output is on the screen: the bytes of a real pseudo-terminal."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from support import hostile

pytest.importorskip("pyte", reason="pyte, the terminal emulator of the `test` extra, is not installed")
from support.terminal import Terminal

APP = Path(__file__).parents[1] / "data" / "hostile_app.py"
SEQUENCE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]P^_X][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]|[\x00-\x1f\x7f-\x9f]"
)
MOVES_AND_COLOURS = re.compile(r"\x1b\[[0-9;]*[Hm]")
HARMLESS = b"".join(b"an ordinary line %d\n" % number for number in range(700))


def wire(folder: Path, out: bytes, widget: str = "RunLog") -> str:
    folder.mkdir(exist_ok=True)
    (folder / "out").write_bytes(out)
    with Terminal([sys.executable, str(APP), str(folder), widget], size=(100, 30)) as terminal:
        assert terminal.wait(60) == 0, terminal.text()
        return bytes(terminal.raw).decode("utf-8")  # strictly: the terminal gets no broken characters either


def sequences(sent: str) -> Counter[str]:
    """Everything that is no text, but cursor addresses and colours."""
    return Counter(found for found in SEQUENCE.findall(sent) if not MOVES_AND_COLOURS.fullmatch(found))


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """What Textual itself sends for harmless output."""
    sent = wire(tmp_path_factory.mktemp("harmless") / "run", HARMLESS)
    assert "an ordinary line 699" in sent
    assert len(sequences(sent)) < 40
    return sequences(sent)


@pytest.fixture(scope="module")
def bad():
    lines = [line.raw for line in hostile.LINES if b"\n" not in line.raw]
    return b"\n".join([*lines, *hostile.fuzz(400, seed=17), b"the harmless end\n"])


def test_of_hostile_output_only_moves_and_colours_reach_the_terminal(tmp_path, own, bad):
    sent = wire(tmp_path / "run", bad)
    assert "the harmless end" in sent
    assert "[@click=app.quit]press" in sent
    assert sequences(sent).keys() <= own.keys()
    rest = SEQUENCE.sub("", sent)
    assert rest.isprintable()
    assert "pwned" not in rest


def test_the_control_that_shows_it_raw_is_caught(tmp_path, own, bad):
    foreign = sequences(wire(tmp_path / "run", bad, "Static")).keys() - own.keys()
    assert any("pwned" in sequence for sequence in foreign)
    assert any(sequence.startswith("\x1b]52;") for sequence in foreign)
