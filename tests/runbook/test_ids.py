"""An item keeps its id while the document around it is edited: the record of what was done goes on with it."""

from __future__ import annotations

import pytest

from handrail.runbook.reader import read

MILL = """# Mill

## Stop

```sh
systemctl stop wheel
```

- [ ] Call the miller

## Look

Look at the dust:

```sh
ls -l /srv/dust
```

1. Open the gate
2. Write down the time

```sh {"name":"room"}
df -h
```
"""


def ids(text: str) -> dict[str, str]:
    """Ids by what the items say."""
    return {item.command or item.title: item.id for item in read(text).items}


EDITS = {
    "a step above": ("## Stop\n", "## Stop\n\n```sh\nuptime\n```\n"),
    "a step between": ("- [ ] Call", "```sh\nuptime\n```\n\n- [ ] Call"),
    "a section above": ("## Stop", "## Before\n\n1. Breathe\n\n## Stop"),
    "words around it": ("## Look\n", "## Look\n\nThe dust lies thick in autumn.\n"),
    "another item reworded": ("Call the miller", "Call the miller and his wife"),
    "another command edited": ("systemctl stop wheel", "systemctl stop wheel.service"),
    "its lead reworded": ("Look at the dust:", "See how much dust there is:"),
    "its fence's language named otherwise": ("```sh\nls", "```bash\nls"),
    "blanks and indentation": ("ls -l /srv/dust", "ls  -l   /srv/dust"),
    "items swapped": ("1. Open the gate\n2. Write down the time", "1. Write down the time\n2. Open the gate"),
    "a step above in the same list": ("1. Open the gate\n2. Write", "1. Breathe\n2. Open the gate\n3. Write"),
    "a box ticked in the file": ("- [ ] Call", "- [x] Call"),
    "other list marks": ("- [ ] Call", "* [ ] Call"),
    "line ends": ("\n", "\r\n"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_what_was_not_edited_keeps_its_id(edit: str) -> None:
    before, after = ids(MILL), ids(MILL.replace(*EDITS[edit]))
    folded = {" ".join(text.split()): id for text, id in after.items()}
    kept = [text for text in before if " ".join(text.split()) in folded]
    assert len(kept) >= len(before) - 1, "the edit touches at most one item"
    assert {text: folded[" ".join(text.split())] for text in kept} == {text: before[text] for text in kept}


def test_a_heading_is_a_part_of_where_an_item_is() -> None:
    before, after = ids(MILL), ids(MILL.replace("## Look", "## Look around"))
    assert before["systemctl stop wheel"] == after["systemctl stop wheel"], "under the other heading nothing changed"
    assert before["ls -l /srv/dust"] != after["ls -l /srv/dust"]
    assert after["df -h"] == "room", "a name wins over all"


def test_sections_that_are_numbered_anew_keep_the_ids_of_their_items() -> None:
    three = "# Mill\n\n## Step 1: Stop\n\n- Call the miller\n\n## 2. Look\n\n- Open the gate\n"
    four = three.replace("## 2. Look", "## 3. Look").replace("## Step 1:", "## 1. Breathe\n\n- Breathe\n\n## Step 2:")
    before, after = ids(three), ids(four)
    assert {words: after[words] for words in before} == before


def test_a_section_that_is_moved_takes_its_ids_along() -> None:
    stop, look = MILL.partition("## Look")[0].removeprefix("# Mill\n\n"), "## Look" + MILL.partition("## Look")[2]
    assert ids(f"# Mill\n\n{look}\n{stop}") == ids(MILL)


def test_a_twin_does_not_take_the_id_of_the_first() -> None:
    step = "```sh\nls -l /srv/dust\n```\n"
    found = [item.id for item in read(MILL.replace(step, f"{step}\n{step}")).items if item.command.startswith("ls")]
    first = ids(MILL)["ls -l /srv/dust"]
    assert found == [first, f"{first}~2"]
    assert ids(MILL.replace("## Stop\n", f"## Stop\n\n{step}"))["ls -l /srv/dust"] == first, "elsewhere it is no twin"
