"""Two versions of a runbook, step by step."""

from __future__ import annotations

from handrail.runbook.differences import Differences, differences, text
from handrail.runbook.reader import read

OLD = """# Mill

## Stop

```sh
systemctl stop wheel
```

- [ ] Call the miller

## Look

```sh
ls dust
```

```sh
df -h /srv/mill
```
"""


def between(old: str, new: str) -> tuple[list[tuple[str, str]], int, int]:
    found: Differences = differences(read(old).items, read(new).items)
    return ([(text(change.old) if change.old else "", text(change.new) if change.new else "")
             for change in found.changes], found.same, found.moved)


def test_the_same_steps_are_the_same_whatever_stands_around_them() -> None:
    assert between(OLD, OLD) == ([], 4, 0)
    assert between(OLD, OLD.replace("## Stop\n", "## Stop\n\nThe wheel is old and tired.\n")) == ([], 4, 0)


def test_added_removed_and_reworded_in_the_order_of_the_new_version() -> None:
    new = OLD.replace("systemctl stop wheel", "systemctl stop wheel.service").replace(
        "```sh\nls dust\n```\n", "").replace("## Look\n", "## Look\n\n1. Write down the time\n")
    assert between(OLD, new) == ([
        ("systemctl stop wheel", "systemctl stop wheel.service"),
        ("ls dust", ""),
        ("", "1. Write down the time"),
    ], 2, 0)


def test_steps_under_another_heading_are_moved_not_changed() -> None:
    assert between(OLD, OLD.replace("## Look", "## Look around")) == ([], 4, 2)
    assert between(OLD, OLD.replace("# Mill", "# The mill")) == ([], 4, 4)
    first, second = "```sh\nls dust\n```\n", "```sh\ndf -h /srv/mill\n```\n"
    swapped = OLD.replace(f"{first}\n{second}", f"{second}\n{first}")
    assert swapped != OLD
    assert between(OLD, swapped) == ([], 4, 1)


def test_two_steps_that_have_nothing_in_common_are_no_change_of_one_another() -> None:
    assert between("```sh\nls dust\n```\n", "```sh\nreboot\n```\n") == ([("ls dust", ""), ("", "reboot")], 0, 0)


def test_a_step_with_the_same_title_is_the_same_step_however_its_command_changed() -> None:
    assert between("```sh\n# Sweep\nls dust\n```\n", "```sh\n# Sweep\nrm -rf /srv/mill/dust\n```\n") == (
        [("ls dust", "rm -rf /srv/mill/dust")], 0, 0)


def test_a_long_document_that_is_all_new_takes_no_long_time() -> None:
    old = "".join(f"```sh\necho one-{number}-{number * 7919}\n```\n\n" for number in range(800))
    new = old.replace("one", "two")
    changes, same, _ = between(old, new)
    assert same == 0
    assert len(changes) == 1600
