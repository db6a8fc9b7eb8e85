"""What a person said of an item holds wherever its text is read again: widely for more care, narrowly for less."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from handrail.runbook.classing import Classes, begun, said, word_of
from handrail.runbook.model import Item, Runbook
from handrail.runbook.reader import read

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
MILL = """# Mill

## Look

```sh
./turn-wheel --dry
```

- [ ] Listen to the wheel

## Stop

If the wheel burns:

1. Call the miller
2. Run `rm -rf /srv/mill/dust`
"""


def item(runbook: Runbook, words: str) -> Item:
    return next(item for item in runbook.items if words in (item.command or item.text))


def say(runbook: Runbook, words: str, word: str, before: Classes | None = None) -> Classes:
    """One more thing said, as a person would: about the item as it stands."""
    before = before or Classes()
    one = said(item(before.on(runbook), words), word, "kim", NOW + timedelta(minutes=len(before.said)))
    return Classes((*before.said, one))


def test_a_step_becomes_what_was_said_and_tells_who_said_it() -> None:
    runbook = read(MILL)
    assert item(runbook, "turn-wheel").risk == "change", "what is not known changes things"
    made = item(say(runbook, "turn-wheel", "reads").on(runbook), "turn-wheel")
    assert (made.risk, word_of(made)) == ("read", "reads")
    assert made.by_hand is not None
    assert (made.by_hand.by, made.by_hand.own) == ("kim", "changes")
    assert made.id == item(runbook, "turn-wheel").id, "its record goes on"
    worse = say(runbook, "turn-wheel", "destroys").on(runbook)
    assert item(worse, "turn-wheel").risk == "destructive"
    assert item(worse, "Listen") == item(runbook, "Listen"), "nothing else changed"


def test_no_step_any_more_is_for_reading_and_nothing_of_it_is_lost() -> None:
    runbook = read(MILL)
    for words in ("turn-wheel", "Listen"):
        made = item(say(runbook, words, "not a step").on(runbook), words)
        assert (made.kind, made.text) == ("reference", item(runbook, words).text)
        assert begun(made).kind == item(runbook, words).kind
    again = say(runbook, "Listen", "a step", say(runbook, "Listen", "not a step"))
    assert item(again.on(runbook), "Listen") == item(runbook, "Listen"), "its own word takes back what was said"


def test_what_hangs_on_a_question_that_is_none_is_free() -> None:
    runbook = read(MILL)
    question = next(item for item in runbook.items if item.kind == "decision")
    assert item(runbook, "rm -rf").when == question.id
    made = Classes((said(question, "not a step", "kim", NOW),)).on(runbook)
    assert item(made, "rm -rf").when is None


def test_less_care_holds_under_the_same_headings_only_and_more_care_wherever_the_text_stands() -> None:
    runbook = read(MILL)
    other = read("# Another house\n\n```sh\n./turn-wheel --dry\n```\n")
    moved = read(MILL.replace("## Look", "## Before all\n\nNew words.\n\n## Look").replace("Listen", "Listen long"))
    less, more = say(runbook, "turn-wheel", "reads"), say(runbook, "turn-wheel", "destroys")
    assert item(less.on(moved), "turn-wheel").risk == "read", "edits elsewhere leave it alone"
    assert item(less.on(other), "turn-wheel").risk == "change", "the same words may mean another thing there"
    assert item(more.on(other), "turn-wheel").risk == "destructive"
    assert item(less.on(read(MILL.replace("--dry", "--wet"))), "turn-wheel").risk == "change", "another text"


def test_more_care_said_in_one_place_is_never_lowered_from_another() -> None:
    runbook = read(MILL)
    other = read("# Another house\n\n```sh\n./turn-wheel --dry\n```\n")
    both = say(runbook, "turn-wheel", "destroys")
    one = said(item(both.on(other), "turn-wheel"), "changes", "ade", NOW + timedelta(hours=1))
    both = Classes((*both.said, one))
    assert item(both.on(other), "turn-wheel").risk == "change"
    assert item(both.on(runbook), "turn-wheel").risk == "destructive"


def test_what_was_said_later_does_not_count_for_an_earlier_moment() -> None:
    runbook = read(MILL)
    assert item(say(runbook, "turn-wheel", "reads").until(NOW - timedelta(seconds=1)).on(runbook),
                "turn-wheel").by_hand is None


def test_a_word_that_does_not_fit_what_the_text_is_does_nothing() -> None:
    runbook = read(MILL)
    listen = item(runbook, "Listen")
    assert Classes((said(listen, "destroys", "kim", NOW),)).on(runbook) == runbook
