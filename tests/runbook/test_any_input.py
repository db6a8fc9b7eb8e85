"""Any text at all is read in time, without an exception, and nothing of it is lost."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.pace import seconds

from handrail.runbook.model import RISKS, Runbook
from handrail.runbook.reader import read

MEGABYTE = 1_000_000
#: A second per MB is promised, and kept by all but the densest: a megabyte of nothing but redirections takes two.
#: Seconds of a machine of known pace, so that load is no failure; quadratic work would need minutes.
SECONDS = 1.5
DENSEST = 2.5

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


@pytest.mark.parametrize("shape", SHAPES)
def test_a_megabyte_of_anything_is_read_in_time(shape: str) -> None:
    text = (SHAPES[shape] * (MEGABYTE // len(SHAPES[shape]) + 1))[:MEGABYTE]
    made: list[Runbook] = []
    took = seconds(lambda: made.append(read(text)))
    assert took < (DENSEST if shape == "angles" else SECONDS), f"{took:.2f} s"
    assert made[0].sections or made[0].items


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
