"""A runbook, a pack, a file name, an operator and a program all try to speak to the terminal; and what reaches it."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest
from support import hostile
from support.wire import foreign, text_of

pytest.importorskip("pyte", reason="pyte, the terminal emulator of the `test` extra, is not installed")
from support.terminal import Terminal

BAD = "\x1b]0;pwned\x07\x1b[2J\x1b[31m\u202e\u009b5A\x1b]52;c;cHduZWQ=\x07[/foo][@click=app.quit]z[/]"
LINES = [line.raw for line in hostile.LINES if b"\n" not in line.raw]
OUTPUT = b"\n".join([*LINES, *hostile.fuzz(300, seed=23), b"the end\n"])


def runbook(bad: str, script: Path) -> str:
    return f"""# Mill {bad} book

## Wheel {bad}

A sentence {bad} about it.

```bash
# Step 1: Say {bad} much
ls / > /dev/null; cat {shlex.quote(str(script))}
```

```bash
# Step 2: Ask {bad} things
printf 'Password {bad} '; read -r answer
```

```bash
# Step 3: Fail {bad}
ls /nonexistent{bad.replace("/", "")}
```

- [ ] Look at {bad} the wheel
"""


def walk(handrail: str, folder: Path, bad: str, name: str) -> str:
    """Everything a console sends while somebody goes through it."""
    folder.mkdir()
    script = folder / "output"
    script.write_bytes(OUTPUT if bad else b"an ordinary line\n" * 300 + b"the end\n")
    file = folder / name
    file.write_text(runbook(bad, script), "utf-8")
    env = {"HANDRAIL_STATE": str(folder / "state"), "HANDRAIL_ACTOR": "kim", "MILL": bad or "x"}
    with Terminal([handrail, str(file)], (100, 30), env) as terminal:
        terminal.wait_for("Say", 30)
        terminal.press("enter")
        screen = terminal.wait_for(lambda text: "y do it" in text or "the end" in text, 30)
        if "y do it" in screen:
            terminal.press("y")
        terminal.wait_for("the end", 30)
        terminal.press("t")
        terminal.wait_for("esc", 30)
        terminal.press("esc")
        terminal.wait_for("the end", 30)
        terminal.press("o")
        terminal.wait_for(lambda text: "Wheel" not in text, 30)
        looking = [*["pgup"] * 12, "T", "W", *["pgup"] * 3, "R", *["pgdn"] * 3, "R", *"MMCVkc*yG", "o"]
        walking = ["down", "enter", "y", "?", "esc", ":", "esc", "]", "enter", "esc", "[", "n", "x", "enter", "1",
                   "enter"]
        for key in looking + walking:
            terminal.press(key)
            terminal.settle()
        terminal.kill(15)
        terminal.wait(20)
        return bytes(terminal.raw).decode("utf-8")  # strictly: no broken characters either


def test_of_a_hostile_world_only_own_sequences_reach_the_terminal(handrail, tmp_path):
    sent = walk(handrail, tmp_path / "hostile", BAD, "mill\x1b]0;pwned\x07\u202e[red].md")
    assert foreign(sent) == []
    assert text_of(sent).isprintable()
    assert "the end" in text_of(sent)
    assert "[@click=app.quit]z[/]" in text_of(sent)


def test_the_harmless_world_sends_the_same_kinds(handrail, tmp_path):
    assert foreign(walk(handrail, tmp_path / "harmless", "", "mill.md")) == []


def test_the_check_bites():
    assert foreign("a\x1b[2Jb\x1b]0;x\x07\x9b1m\x07") == ["\x07", "\x1b[2J", "\x1b]0;x\x07", "\x9b"]
    assert foreign("\x1b]2;a\x1b[2J\x07") != []


def run(handrail: str, *arguments: str, env: dict[str, str]) -> str:
    done = subprocess.run([handrail, *arguments], env={"PATH": "/usr/bin:/bin", **env}, capture_output=True, timeout=60)
    return (done.stdout + done.stderr).decode("utf-8", "surrogateescape")


def test_plain_commands_say_nothing_hostile_either(handrail, tmp_path):
    env = {"HANDRAIL_STATE": str(tmp_path / "state"), "HANDRAIL_ACTOR": "kim"}
    file = tmp_path / "mill\x1b]0;pwned\x07.md"
    file.write_text(runbook(BAD, tmp_path / "none"), "utf-8")
    said = [
        run(handrail, "read", str(file), env=env),
        run(handrail, "read", str(tmp_path / f"no{BAD.replace('/', '')}"), env=env),
        run(handrail, "declare", f"Mill {BAD} down", "--severity", "P1", env=env),
        run(handrail, "declare", "Mill", "--severity", f"P{BAD}", env=env),
        run(handrail, "incidents", env={**env, "HANDRAIL_ACTOR": f"kim{BAD}"}),
        run(handrail, "incidents", env=env),
        run(handrail, "show", f"INC{BAD}", env=env),
    ]
    for text in said:
        assert "\x1b" not in text and "\x9b" not in text and "\u202e" not in text, text
