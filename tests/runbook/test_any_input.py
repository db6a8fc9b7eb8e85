"""Any text at all is read in time, without an exception, and nothing of it is lost."""

from __future__ import annotations

import itertools
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.pace import seconds

from handrail.runbook.model import RISKS, Runbook
from handrail.runbook.reader import read

MEGABYTE = 1_000_000
#: A second per MB is promised; half of one more is left to the measuring on a loaded machine. Seconds of a machine of
#: known pace, so that load is no failure; quadratic work would need minutes.
SECONDS = 1.5
#: Characters of each shape that are read by day, in the time of a megabyte: quadratic work would need minutes.
BY_DAY = 300_000

PIECES = st.sampled_from(
    [
        "# Head\n", "## Stop it (5 min)\n", "- item\n", "  - [ ] task\n", "1. Run `rm -rf /srv`\n",
        "```bash\n", "```\n", "~~~\n", "$ kubectl get pods\n", "# Expected: {\n", "cat <<EOF\n", "EOF\n",
        "if a; then\n", "fi\n", "'", '"', "$(", "`", "<pod>", "{x}", "[X]", "| a | b |\n", "|---|---|\n",
        "> quote\n", "!!! note\n", "    code\n", "<details>\n", "<!--", "-->", "---\n", "\t", "\r\n", "\\\n",
        "If it burns: call\n", "see [x](y.md)\n", "**Bold:**\n", "\x00", "\x1b[2J", "\u202e", "é→✓", "\n", " ",
        "mysql> select 1;\n", "redis-cli\n", "# ls\n", "Severity\n",
    ]
)
SHAPES = {
    "list": "- a\n",
    "numbered commands": "1. run `rm x`\n",
    "quotes": ">" * 500 + " a\n",
    "headings": "## a\n\n",
    "tables": "|a|b|\n|-|-|\n|c|d|\n\n",
    "fences": "```sh\nls\n```\n",
    "open quotes": "```sh\n" + "echo 'a\n" * 50,
    "open documents": "```sh\n" + "cat <<EOF\n" * 50,
    "substitutions": "```sh\n" + "$(" * 400 + "\n```\n",
    "prompts": "```\n" + "$ echo 'x\n" * 40 + "```\n",
    "brackets": "[" * 900 + "\n",
    "angles": "```sh\necho " + "<a " * 300 + "\n```\n",
    "conditions": "If a then check b. ",
    "emphasis": "*a **b ",
    "long words": "x" * 5000 + "\n",
    "pipes": "```sh\n" + "a |\n" * 100 + "```\n",
    "links": "[a](b) ",
    "lone carriage returns": "a\r",
    "letters": "a. x\nb. y\n",
    "tabs": '=== "A"\n\n    x\n\n',
    "org": "#+begin_src sh\nls\n#+end_src\n* A\n",
    "tables of commands": "|#|Command|\n|-|-|\n|1|`ls`|\n\n",
    "quoted prompts": "> $ ls\n",
    "redirections": "```sh\necho " + ">a" * 300 + "\n```\n",
    "pipelines": "```sh\n" + "a|" * 400 + "\n```\n",
    "xargs of xargs": "```sh\n" + "ls | xargs " * 50 + "rm\n```\n",
    "closed substitutions": "```sh\necho " + "$(a) " * 100 + "\n```\n",
    "backticks in a command": "```sh\necho " + "`a` " * 100 + "\n```\n",
    "backticks in a row": "`" * 900 + "\n\n",
    "code in sentences": "`a` " * 80 + "\n\n",
    "lines of code": "`a`\n",
    "commands in sentences": "run `ls a` " * 8 + "\n\n",
    "marks of documents": "```sh\ncat " + "<<A " * 200 + "\n```\n",
    "documents": "```sh\n" + "cat <<EOF\na\nEOF\n" * 60 + "```\n",
    "strings": "```sh\ncat " + "<<<A " * 200 + "\n```\n",
    "backslashes": "```sh\n" + "\\" * 500 + "\n```\n",
    "continued lines": "```sh\n" + "a \\\n" * 200 + "\n```\n",
    "rows": "|a|b|\n|-|-|\n" + "|c|d|\n" * 2000 + "\n",
    "columns": "|a" * 200 + "\n" + "|-" * 200 + "\n" + "|c" * 200 + "\n\n",
    "open links": "[a](" * 200 + "\n",
    "boxes": "- [ ] run `rm x` if a\n",
    "tags": "<b>a</b> " * 50 + "\n",
    "comments": "<!--" * 200 + "\n",
    "blanks in angles": "```sh\necho " + "<a> " * 100 + "\n```\n",
    "blanks in braces": "```sh\necho " + "{a} " * 100 + "\n```\n",
    "blanks in brackets": "```sh\necho " + "[A] " * 100 + "\n```\n",
    "variables": "```sh\necho " + '"$A" ' * 100 + "\n```\n",
    "names in capitals": "```sh\necho " + "YOUR_A " * 50 + "\n```\n",
    "crosses": "```sh\nls " + "xxx-" * 100 + "\n```\n",
    "single letters": "a\n",
    "one long line": "a " * 500_000,
    "one long command": "```sh\nls " + "a;" * 450_000 + "\n```\n",
    "one long fence": "```sh\n" + "ls a\n" * 200_000 + "```\n",
    "open fences": "```sh\n",
    "open braces": "```sh\n" + "{ " * 300 + "\n```\n",
    "open conditions": "```sh\n" + "if a; then\n" * 100 + "```\n",
    "tests": "```sh\n" + "[ " * 300 + "\n```\n",
    "hosts of hosts": "```sh\n" + "ssh a " * 60 + "ls\n```\n",
    "sudo of sudo": "```sh\n" + "sudo " * 200 + "ls\n```\n",
    "pods": "```sh\n" + "kubectl exec a -- sh -c 'ls'\n" * 60 + "```\n",
    "statements": "```sh\npsql <<A\n" + "select 1;\n" * 200 + "A\n```\n",
    "prompts of a client": "```\n" + "mysql> select 1;\n" * 100 + "```\n",
    "assignments": "```sh\n" + "a=b\n\n" * 200 + "```\n",
    "short sentences": "See a. " * 20 + "\n\n",
    "front matter": "---\n" + "a: b\n" * 200_000,
    "ladders": "Level 1: 5 min escalate to a\n",
    "arrows": "a → b ",
    "spaces": " " * 1_000_000,
    "empty lines": "\n" * 1_000_000,
    "nothing": "\0" * 1_000_000,
}


def check(made: Runbook, text: str) -> None:
    """Items are in order and inside the document, and every visible line belongs to one of them or to a section."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if len(lines) == 1:
        lines = text.split("\r")
    firsts = [item.lines[0] for item in made.items]
    assert firsts == sorted(firsts)
    assert len({item.id for item in made.items}) == len(made.items)
    covered = set()
    for first, last in [item.lines for item in made.items] + [section.lines for section in made.sections]:
        assert 1 <= first <= last <= len(lines)
        covered.update(range(first, last + 1))
    for number, line in enumerate(lines, 1):
        assert not line.strip() or number in covered, (number, line)
    for item in made.items:
        assert item.risk in RISKS
        assert item.title
        assert item.inside is None or item.inside in {one.id for one in made.items}
        assert item.when is None or item.when in {one.id for one in made.items}


@given(st.text(max_size=400))
@settings(max_examples=200)
def test_any_text(text: str) -> None:
    check(read(text), text)


@given(st.lists(PIECES, max_size=60).map("".join))
@settings(max_examples=300)
def test_any_markdown(text: str) -> None:
    check(read(text), text)


@given(st.binary(max_size=400))
@settings(max_examples=150)
def test_any_bytes(raw: bytes) -> None:
    made = read(raw)
    assert len(made.sha256) == 64


def test_text_that_cannot_be_encoded() -> None:
    assert read("# a \ud800\n").sections[0].level == 1


def test_ten_thousand_nested_lists() -> None:
    text = "\n".join(" " * (2 * depth) + "- a" for depth in range(1400))
    text += "\n" + "- " * 10_000 + "x\n" + "\n".join(" " * (2 * (depth % 300)) + "- a" for depth in range(10_000))
    assert seconds(lambda: read(text)) < SECONDS * len(text) / MEGABYTE


def of_shape(shape: str, size: int) -> str:
    """The shape over and over, and the letters of it each another name: nothing is known from the time before."""
    text = (SHAPES[shape] * (size // len(SHAPES[shape]) + 1))[:size]
    numbers = itertools.count()
    return text + "\n" + re.sub(r"\b[abc]\b", lambda letter: f"{letter[0]}{next(numbers) % 4096:x}", text)[:size]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_lot_of_anything_is_read_in_time(shape: str) -> None:
    text = of_shape(shape, BY_DAY // 2)
    made: list[Runbook] = []
    took = seconds(lambda: made.append(read(text)))
    assert took < SECONDS, f"{took:.2f} s"
    assert made[0].sections or made[0].items or not text.strip()


@pytest.mark.nightly
@pytest.mark.parametrize("shape", SHAPES)
def test_a_megabyte_of_anything_is_read_in_time(shape: str) -> None:
    text = of_shape(shape, MEGABYTE // 2)
    took = seconds(lambda: read(text))
    assert took < SECONDS * len(text) / MEGABYTE, f"{took:.2f} s"


def test_commands_past_what_is_followed_are_changes() -> None:
    dense = "```sh\necho " + "$(a) " * 100 + "\n```\n"
    made = read(dense * 400 + "```sh\nrm -rf /srv/<pod>\n```\n")
    last = [item for item in made.items if item.kind == "command"][-1]
    assert last.risk == "change"
    assert [blank.name for blank in last.placeholders] == ["pod"]
    assert read(dense + "```sh\nrm -rf /srv/<pod>\n```\n").items[-1].risk == "destructive"


def test_a_long_runbook_of_plain_commands_is_followed_to_its_end() -> None:
    part = "## Part {0}\n\n```sh\nkubectl -n web-{0} get pods -o wide | grep {0}\n```\n\n"
    made = read("".join(part.format(number) for number in range(1_500)))
    assert [item.risk for item in made.items if item.kind == "command"] == ["read"] * 1_500


@pytest.mark.parametrize("kind", ["bytes", "Markdown"])
def test_a_megabyte_of_chance_is_read_in_time(kind: str) -> None:
    chance = random.Random(4)
    pieces = PIECES.elements  # type: ignore[attr-defined]
    text = chance.randbytes(MEGABYTE) if kind == "bytes" else "".join(chance.choices(pieces, k=MEGABYTE // 6))
    assert seconds(lambda: read(text)) < SECONDS * len(text) / MEGABYTE


@pytest.mark.nightly
def test_ten_megabytes_end_in_ten_seconds() -> None:
    text = "".join(f"## Part {number}\n\n- Look at `kubectl get pods`\n\n" for number in range(220_000))
    made: list[Runbook] = []
    assert seconds(lambda: made.append(read(text))) < 10
    check(made[0], text)
