"""How a runbook is understood, for a person and for a program."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.shells import Shell

from handrail.incident.classes import with_one_more
from handrail.runbook.classing import said
from handrail.runbook.reader import read

RUNBOOK = """\
# Mill

## Stop (5 min)

```bash
# Stop the wheel
curl -s -X POST http://localhost:3100/api/wheel/stop
```

```bash
# Verify
curl -s http://localhost:3100/api/wheel/<wheel>
# Expected: {"turning": false}
```

1. Call the miller
2. Write down what the miller says
"""
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def mill(shell: Shell) -> Path:
    return shell.file("mill.md", RUNBOOK)


def test_json_holds_every_field_that_is_promised(shell: Shell, mill: Path) -> None:
    said = shell.says("read", mill, "--json")
    assert (said.status, said.err) == (0, "")
    data = said.json
    assert data["document"] == str(mill)
    assert data["sha256"] == hashlib.sha256(mill.read_bytes()).hexdigest()
    assert {"title", "front_matter", "sections", "items", "policy", "findings"} <= data.keys()
    assert {"title", "level", "lines", "minutes"} <= data["sections"][0].keys()
    for item in data["items"]:
        assert {"id", "kind", "section", "lines", "title", "text", "language", "command", "inline", "placeholders",
                "expected", "risk", "risk_why", "long_running", "interactive", "options", "inside", "minutes", "links",
                "attributes"} <= item.keys()
    steps = [(item["kind"], item["title"], item["risk"]) for item in data["items"] if item["kind"] != "expected-output"]
    assert steps[0][1:] == ("Stop the wheel", "change")
    assert steps[1] == ("command", "Verify", "read")
    assert [kind for kind, _, _ in steps[2:]] == ["manual", "manual"]


def test_a_person_sees_each_step_with_risk_blank_and_expectation(shell: Shell, mill: Path) -> None:
    out = shell.says("read", mill).out
    lines = out.splitlines()
    assert any(line.startswith("  1 $ Stop the wheel  changes") for line in lines)
    assert any("Verify  reads" in line for line in lines)
    assert "blank: wheel" in out
    assert 'expects json: {"turning": false}' in out
    assert "  3 ○ Call the miller" in out
    assert not COLOUR.search(out), "a pipe gets no colour"


def test_colour_is_for_terminals_that_want_it(shell: Shell, mill: Path) -> None:
    with shell.at_a_terminal("read", mill) as terminal:
        assert terminal.wait() == 0
        assert "Stop the wheel" in terminal.text()
        assert COLOUR.search(terminal.raw.decode())
    shell.env["NO_COLOR"] = "1"
    with shell.at_a_terminal("read", mill) as terminal:
        assert terminal.wait() == 0
        assert "Stop the wheel" in terminal.text()
        assert not COLOUR.search(terminal.raw.decode())


def test_nothing_of_a_hostile_runbook_reaches_the_terminal(shell: Shell) -> None:
    evil = "# Mi\x1b[2Jll\n\n## Se\x1b]0;owned\x07ction\n\n```bash\n# Ti\u202etle\necho '\x1b[5m' <bl\x1bank>\n```\n"
    with shell.at_a_terminal("read", shell.file("evil.md", evil)) as terminal:
        assert terminal.wait() == 0
        raw = COLOUR.sub("", terminal.raw.decode())
        assert "\x1b" not in raw
        assert "\x07" not in raw
        assert "\u202e" not in raw


LONG = """# The mill that stands by the river and has stood there for a hundred and twenty years, as all here know

```bash
# Take the wheel out of the water, slowly, and look at every one of its forty blades while it comes up
curl -s -X POST http://localhost:3100/api/wheel/<wheel>/position/<position> -H 'Accept: application/json' -d '{"up": 1}'
```
"""


@pytest.mark.parametrize("width", [60, 80, 132])
def test_at_a_terminal_every_line_fits_and_nothing_is_lost(shell: Shell, width: int) -> None:
    file = shell.file("long.md", LONG)
    piped = shell.says("read", file).out
    assert "1 step: 1 changes" in piped
    assert max(map(len, piped.splitlines())) > 132, "a pipe gets whole lines"
    with shell.at_a_terminal("read", file, size=(width, 50)) as terminal:
        assert terminal.wait() == 0
        shown = COLOUR.sub("", terminal.raw.decode()).replace("\r\n", "\n").rstrip().split("\n")
    assert max(map(len, shown)) <= width
    assert "".join("".join(shown).split()) == "".join(piped.split())


def test_what_was_re_classed_is_said(shell: Shell, mill: Path) -> None:
    state = shell.state.classes
    state.parent.mkdir(parents=True, exist_ok=True)
    verify = next(item for item in read(RUNBOOK).items if item.title == "Verify")
    state.write_bytes(with_one_more(b"", said(verify, "destroys", "kim", datetime(2026, 11, 21, tzinfo=UTC))))
    out = shell.says("read", mill).out
    assert "Verify  DESTROYS  said by kim  re-classed by kim: destroys, not reads" in out
    assert shell.says("run", mill, "--item", "Verify", "--set", "wheel=north", "--yes").status == 2, "not confirmed"
    state.write_bytes(b"{")
    again = shell.says("read", mill)
    assert "Verify  reads" in again.out
    assert "damaged" in again.err and again.status == 0
