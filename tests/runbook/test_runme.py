"""Documents written for runme: what their front matter and their attributes say reaches every step."""

from __future__ import annotations

import subprocess

import pytest

from handrail.runbook.filling import substitute
from handrail.runbook.model import Item
from handrail.runbook.reader import read

HEAD = "---\ncwd: ../mill\nshell: zsh\nrunme:\n  version: v3\n---\n\n# Start the mill\n\n"


def commands(text: str) -> list[Item]:
    return [item for item in read(text).items if item.kind == "command"]


def test_folder_and_shell_of_the_front_matter_hold_for_fences_that_name_none() -> None:
    text = HEAD + "```sh\nls wheel\n```\n\n```bash {\"cwd\":\"/srv\"}\nls dam\n```\n\nRun `ls /tmp` once more.\n"
    first, second, inline = commands(text)
    assert first.attributes == {"cwd": "../mill", "interpreter": "zsh"}
    assert second.attributes == {"cwd": "/srv"}  # bash is what its author wrote
    assert inline.attributes == {}
    assert commands("---\ntitle: cwd\n---\n\n```sh\nls wheel\n```\n")[0].attributes == {}


@pytest.mark.parametrize("told", ['"promptEnv":"always"', '"promptEnv":true', '"promptEnv":"yes"'])
def test_exported_values_are_asked_for_where_the_fence_says_so(told: str) -> None:
    fence = f"```sh {{{told}}}\n# Where it stands\nexport WHEEL=north\nexport STONE=\"upper one\"\n```\n"
    [item] = commands("# Start\n\n" + fence)
    assert [(blank.spelling, blank.name) for blank in item.placeholders] == [("north", "WHEEL"), ("upper one", "STONE")]
    filled = substitute(item.command, item.placeholders, {"WHEEL": "it's south", "STONE": "$(rm x)"})
    script = f"{filled}\nprintf '%s|%s' \"$WHEEL\" \"$STONE\""
    said = subprocess.run(["sh", "-c", script], capture_output=True, check=True)
    assert said.stdout == b"it's south|$(rm x)"


@pytest.mark.parametrize("told", ["", '{"promptEnv":"never"}', '{"promptEnv":"auto"}', '{"promptEnv":false}'])
def test_and_are_taken_as_they_stand_where_it_does_not(told: str) -> None:
    [item] = commands(f"# Start\n\n```sh {told}\nexport WHEEL=north\n```\n")
    assert item.placeholders == ()


def test_a_value_that_stands_in_other_places_too_is_not_replaced_there() -> None:
    text = '# Start\n\n```sh {"promptEnv":"always"}\n# Both\nexport WHEEL=north\nls /mill/north\n```\n'
    assert commands(text)[0].placeholders == ()
