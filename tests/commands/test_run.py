"""Running a runbook without a screen: the same supervisor, the same record, an exit status that can be trusted."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest
from support.runs import belonging_to
from support.shells import Said, Shell
from support.waiting import wait_until

from handrail.incident.archive import Archive
from handrail.incident.incident import Incident

RUNBOOK = """\
# Mill

## Look

```bash
# Say hello
echo hello
```

```bash
# Ask the mill
echo '{"turning": true}'
# Expected: {"turning": true}
```

## Wrong

```bash
# Ask wrongly
echo '{"turning": true}'
# Expected: {"turning": false}
```

```bash
# Never reached
touch reached
```

## Change

```bash
# Write it down
touch written
```

## Destroy

```bash
# Remove the sack
rm -rf old-sack
```

## Blank

```bash
# Turn the wheel
printf "%s turns" "<wheel>"; echo
```

## People

```bash
# Look first
echo looking
```

1. Call the miller
2. Write down what the miller says

And then:

```bash
# After the call
touch called
```

## Slow

```bash
# Grind
echo grinding; sleep 300
```

## Odd

```bash
# Vanish
kill -9 $PPID
```
"""


@pytest.fixture
def mill(shell: Shell) -> Path:
    return shell.file("mill.md", RUNBOOK)


def _section(shell: Shell, mill: Path, title: str, *more: str) -> Said:
    return shell.says("run", mill, "--section", title, *more)


def _records(shell: Shell) -> list[Incident]:
    files = [path for folder in (shell.state.active, shell.state.past) for path in folder.glob("*.json")]
    archive = Archive(shell.state)
    return [archive.read(path.stem) for path in files]


def test_what_succeeds_streams_its_output_and_ends_with_0(shell: Shell, mill: Path) -> None:
    said = _section(shell, mill, "Look")
    assert said.status == 0
    assert said.out == 'hello\n{"turning": true}\n', "stdout is the steps' own"
    assert "RAN" in said.err
    assert "PASSED" in said.err


def test_a_run_is_a_record_like_any_other(shell: Shell, mill: Path) -> None:
    _section(shell, mill, "Look", "--as", "ade")
    (record,) = _records(shell)
    assert record.kind == "checklist"
    assert [state.word for state in record.items.values()] == ["ran", "passed"]
    assert {attempt.by for state in record.items.values() for attempt in state.attempts} == {"ade"}
    assert record.closed, "nothing is left to do in it"
    assert shell.says("verify").status == 0


def test_a_wrong_answer_with_exit_0_ends_with_1_and_what_follows_is_not_run(shell: Shell, mill: Path) -> None:
    said = _section(shell, mill, "Wrong", "--yes")
    assert said.status == 1
    assert "FAILED" in said.err
    assert "turning" in said.err
    assert not (shell.home / "reached").exists()
    (record,) = _records(shell)
    assert not record.closed, "somebody has to look"


def test_a_change_without_a_yes_ends_with_2_before_anything_ran(shell: Shell, mill: Path) -> None:
    said = _section(shell, mill, "Change")
    assert said.status == 2
    assert "--yes" in said.err
    assert "touch written" in said.err
    assert not shell.state.active.exists() or not _records(shell)
    assert not (shell.home / "written").exists()
    assert _section(shell, mill, "Change", "--yes").status == 0
    assert (shell.home / "written").exists()


def test_what_destroys_needs_a_yes_of_its_own(shell: Shell, mill: Path) -> None:
    sack = shell.home / "old-sack"
    sack.mkdir()
    said = _section(shell, mill, "Destroy", "--yes")
    assert said.status == 2
    assert "--yes-destroy" in said.err
    assert sack.exists()
    assert _section(shell, mill, "Destroy", "--yes-destroy").status == 0
    assert not sack.exists()


def test_an_open_blank_ends_with_2_and_is_filled_from_words_or_a_file(shell: Shell, mill: Path) -> None:
    said = _section(shell, mill, "Blank", "--yes")
    assert said.status == 2
    assert "wheel" in said.err
    assert _section(shell, mill, "Blank", "--yes", "--set", "wheel=north").out == "north turns\n"
    hostile = "south; touch /nowhere $(id)"
    name = shell.file("name", f"{hostile}\n")
    assert _section(shell, mill, "Blank", "--yes", "--set", f"wheel=@{name}").out == f"{hostile} turns\n"
    assert sorted(record.values[0].text for record in _records(shell)) == ["north", hostile]


@pytest.mark.parametrize("pair", ["wheel", "weel=x", "wheel=@/nowhere", "=x"])
def test_a_value_that_fits_nothing_is_wrong_usage(shell: Shell, mill: Path, pair: str) -> None:
    assert _section(shell, mill, "Blank", "--yes", "--set", pair).status == 2


def test_a_human_step_is_named_and_ends_with_3(shell: Shell, mill: Path) -> None:
    said = _section(shell, mill, "People")
    assert said.status == 3
    assert said.out == "looking\n"
    assert "Call the miller" in said.err
    assert not (shell.home / "called").exists()
    (record,) = _records(shell)
    assert record.id in said.err


def test_one_item_by_its_id_or_title(shell: Shell, mill: Path) -> None:
    items = shell.says("read", mill, "--json").json["items"]
    hello = next(item for item in items if item["title"] == "Say hello")
    assert shell.says("run", mill, "--item", hello["id"]).out == "hello\n"
    assert shell.says("run", mill, "--item", "Say hello").out == "hello\n"
    for words in (("--item", "nothing"), ("--section", "Nowhere"), ("--item", hello["id"], "--section", "Look")):
        assert shell.says("run", mill, *words).status == 2


def test_a_lost_run_could_not_be_told(shell: Shell, mill: Path) -> None:
    """The step kills its own supervisor: nobody saw how it ended."""
    said = _section(shell, mill, "Odd", "--yes-destroy")
    assert said.status == 3
    assert "LOST" in said.err


def test_events_are_json_lines(shell: Shell, mill: Path) -> None:
    said = _section(shell, mill, "Look", "--json")
    assert said.status == 0
    assert said.err == ""
    assert [event["event"] for event in said.events if event["event"] != "output"] == [
        "opened", "started", "finished", "started", "finished", "done"]
    assert "".join(event["text"] for event in said.events if event["event"] == "output") == 'hello\n{"turning": true}\n'
    assert [event["verdict"] for event in said.events if event["event"] == "finished"] == ["ran", "passed"]
    person = _section(shell, mill, "People", "--json")
    assert person.status == 3
    assert person.events[-1]["event"] == "needs-a-person"


def test_a_request_through_a_pack(shell: Shell, mill: Path) -> None:
    book = shell.file("get.md", "# Mill\n\n1. Look: `GET /status`\n")
    shell.file("pack/handrail.toml", 'name = "Mill"\nbase = "http://127.0.0.1:9"\n[scheme.P1]\nrank = 1\n')
    said = shell.says("run", book, "--pack", "pack")
    assert said.status == 1
    assert "connection refused" in said.out
    without = shell.says("run", book)
    assert without.status == 2
    assert "--pack" in without.err


def _grinding(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "grinding\n"


def _run(shell: Shell) -> Path:
    return wait_until(lambda: next(iter(shell.state.root.glob("runs/*/*-*")), None))


def test_ctrl_c_detaches_and_the_step_runs_on(shell: Shell, mill: Path) -> None:
    process = shell.starts("run", mill, "--section", "Slow", "--yes")
    _grinding(process)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "runs on" in said
    assert f"handrail show {_records(shell)[0].id}" in said
    assert belonging_to(_run(shell)), "the step lives"
    shown = shell.says("show", _records(shell)[0].id)
    assert "running" in shown.out


def test_ctrl_c_twice_stops_the_step(shell: Shell, mill: Path) -> None:
    process = shell.starts("run", mill, "--section", "Slow", "--yes")
    _grinding(process)
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    wait_until(lambda: "Ctrl-C once more" in process.stderr.readline())
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "STOPPED" in said
    assert not belonging_to(_run(shell))
    assert [state.word for state in _records(shell)[0].items.values()] == ["stopped"]


def test_a_killed_command_leaves_its_step_and_the_next_one_records_the_end(shell: Shell, mill: Path) -> None:
    process = shell.starts("run", mill, "--section", "Slow", "--yes")
    _grinding(process)
    process.kill()
    process.wait(60)
    record = _records(shell)[0]
    assert belonging_to(_run(shell))
    assert "running" in shell.says("show", record.id).out
    for pid in belonging_to(_run(shell)):
        os.kill(pid, signal.SIGTERM)
    wait_until(lambda: not belonging_to(_run(shell)))
    assert ", ended" in shell.says("show", record.id).out, "told from the run's own files though nobody recorded it"


def test_on_a_terminal_a_change_is_asked_for_and_output_is_harmless(shell: Shell) -> None:
    shout = "printf 'a\\033]0;owned\\007b\\033[31mred\\n'; touch shouted"
    book = shell.file("hostile.md", f"# Mill\n\n```bash\n# Shout\n{shout}\n```\n")
    with shell.at_a_terminal("run", book) as terminal:
        terminal.wait_for("[y/N]")
        assert not (shell.home / "shouted").exists()
        terminal.press("y", "enter")
        assert terminal.wait() == 0
        assert (shell.home / "shouted").exists()
        answer = bytes(terminal.raw).partition(b"[y/N]")[2]
        assert b"ab\x1b[" in answer, "the title is not set, and the colour is kept"
        assert b"mred\x1b[0m" in answer
        assert b"\x1b]" not in answer
        assert b"\x07" not in answer


def test_on_a_terminal_a_no_ends_with_2(shell: Shell, mill: Path) -> None:
    with shell.at_a_terminal("run", mill, "--section", "Change") as terminal:
        terminal.wait_for("[y/N]")
        terminal.press("enter")
        assert terminal.wait() == 2
    assert not (shell.home / "written").exists()


def test_on_a_terminal_what_destroys_wants_its_word(shell: Shell, mill: Path) -> None:
    (shell.home / "old-sack").mkdir()
    for word, status in (("y", 2), ("old-sack", 0)):
        with shell.at_a_terminal("run", mill, "--section", "Destroy") as terminal:
            terminal.wait_for("Type 'old-sack'")
            terminal.press(word, "enter")
            assert terminal.wait() == status
        assert (shell.home / "old-sack").exists() is (status == 2)


VAULT = """\
# Vault

```bash
# Open it
echo "<API_TOKEN>"; sh -c 'echo also "$1"' as "<API_TOKEN>"
```
"""


@pytest.mark.parametrize("how", ["a name that sounds like one", "unseen", "a file"])
def test_a_secret_reaches_the_step_and_no_file(shell: Shell, how: str) -> None:
    book, canary = shell.file("vault.md", VAULT), "siskin-7f3a-9c"
    (shell.home / "token").write_text(canary + "\n")
    words, given = {
        "a name that sounds like one": (["--set", f"API_TOKEN={canary}"], None),
        "unseen": (["--secret", "API_TOKEN"], canary + "\n"),
        "a file": (["--secret", "API_TOKEN=@token"], None),
    }[how]
    said = shell.says("run", book, *words, given=given)
    assert (said.status, said.out) == (0, "[secret]\nalso [secret]\n")
    assert "Open it: its secret is visible in ps while it runs" in said.err
    assert canary not in said.err
    kept = [path for path in shell.state.root.rglob("*") if path.is_file() and canary.encode() in path.read_bytes()]
    assert kept == []


def test_an_empty_secret_and_one_that_nobody_asks_for_are_refused(shell: Shell) -> None:
    book = shell.file("vault.md", VAULT)
    assert shell.says("run", book, "--secret", "API_TOKEN", given="\n").status == 2
    assert shell.says("run", book, "--secret", "OTHER", given="x\n").status == 2


def test_at_a_terminal_a_secret_is_typed_unseen(shell: Shell) -> None:
    book = shell.file("vault.md", VAULT)
    with shell.at_a_terminal("run", book, "--secret", "API_TOKEN") as terminal:
        terminal.wait_for("API_TOKEN:")
        terminal.press("siskin-7f3a", "enter")
        assert terminal.wait() == 0
        assert b"siskin" not in terminal.raw and b"also [secret]" in terminal.raw
