"""What a step becomes: asked again and again, started and awaited, or given the whole terminal."""

from __future__ import annotations

from typing import Any

import pytest

from handrail.incident.forms import form_of
from handrail.runbook.model import Expected, Item
from handrail.runbook.reader import read
from handrail.runbook.shell import classify


def form(command: str, title: str = "Look", expected: tuple[str, str] | None = None, **attributes: Any) -> Any:
    judged = classify(command, "sh")
    return form_of(Item(
        id="look", kind="command", section=(), lines=(1, 1), title=title, text=command, command=command,
        risk=judged[0], long_running=judged[2], interactive=judged[3], attributes=attributes,
        expected=Expected(kind=expected[0], value=expected[1], lines=(1, 1)) if expected else None,  # type: ignore[arg-type]
    ), command)


@pytest.mark.parametrize("command, inner, every", [
    ("watch -n 5 'kubectl get pods | grep web'", "kubectl get pods | grep web", 5),
    ("watch -n1 -d df -h /data", "df -h /data", 1),
    ("watch --interval=0.5 date", "date", 0.5),
    ("watch date", "date", 2),
    ("sudo watch -n 3 'ss -s'", "sudo sh -c 'ss -s'", 3),
    ("watch -x echo 'a  b'", "echo 'a  b'", 2),
    ("while true; do curl -s localhost/x; sleep 5; done", "curl -s localhost/x", 5),
    ("while :\ndo\n  date\n  sleep 2m\ndone", "date", 120),
    ("while sleep 3; do date; done", "date", 3),
])
def test_what_goes_round_for_ever_is_a_monitor(command: str, inner: str, every: float) -> None:
    found = form(command)
    assert (found.kind, found.command, found.every, found.until, found.endless) == ("monitor", inner, every, "", True)
    assert found.note.endswith("until you stop it")


@pytest.mark.parametrize("command, inner, until", [
    ("until pg_isready; do sleep 2; done", "pg_isready", "succeeds"),
    ("while ! pg_isready; do echo waiting; sleep 2; done", "pg_isready", "succeeds"),
    ("while pgrep -x backup; do sleep 2; done", "pgrep -x backup", "fails"),
    ("watch -g cat state", "cat state", "changes"),
])
def test_a_loop_with_an_end_waits_for_it(command: str, inner: str, until: str) -> None:
    found = form(command)
    assert (found.kind, found.command, found.until) == ("monitor", inner, until)


@pytest.mark.parametrize("command", [
    "for i in 1 2 3; do date; sleep 1; done", "sleep 5; date",
    "while true; do date; break; sleep 1; done", "watch date | tee log", "echo watch", "tail -f log",
])
def test_what_ends_by_itself_or_is_not_understood_runs_as_it_is_written(command: str) -> None:
    assert (form(command).kind, form(command).command) == ("plain", command)


def test_the_words_around_what_reads_are_heard() -> None:
    steady = form("cat health", "Monitor for 10 minutes, every 30 seconds", ("text", "ok"))
    assert (steady.every, steady.hold, steady.until, steady.limit) == (30, 600, "expected", 0)
    assert steady.note == "monitors every 30s, until what is expected holds for 10m00s on end"
    only = form("cat health", "Watch it for 5 minutes")
    assert (only.kind, only.until, only.limit, only.endless) == ("monitor", "", 300, False)
    again = form("cat health", "Repeat every 2 s, up to 5 times", ("json", "{}"))
    assert (again.every, again.tries, again.until) == (2, 5, "expected")


@pytest.mark.parametrize("command, title", [
    ("rm -rf cache", "Repeat every 2 s, up to 5 times"),  # what destroys is never repeated because words may mean it
    ("systemctl restart web", "Restart it and monitor for 10 minutes"),
    ("cat health", "Users could not log in for 10 minutes"),
])
def test_words_alone_repeat_nothing_else(command: str, title: str) -> None:
    assert form(command, title).kind == "plain"


def test_the_attributes_of_a_fence_have_the_last_word() -> None:
    found = form("cat health", every="2s", tries="7", hold="10s")
    assert (found.every, found.tries, found.hold, found.until) == (2, 7, 10, "succeeds")
    assert form("watch -n 9 date", every="1m").every == 60
    assert form("cat health", **{"for": "5m"}).limit == 300


def test_a_server_in_the_foreground_is_started_and_awaited() -> None:
    found = form("pkill -f broker; npm run dev")
    assert (found.kind, found.ready, found.limit, found.endless) == ("service", "", 60, False)
    assert form("./server", ready="http://127.0.0.1:3100/health").ready == "http://127.0.0.1:3100/health"
    assert form("npm start", expected=("text", "Ready")).ready == "Ready"
    assert form("npm run dev &").kind == "plain"


@pytest.mark.parametrize("command", ["top", "vim /etc/hosts", "less log", "htop", "psql", "nano x", "ssh db-1"])
def test_a_full_screen_program_gets_the_terminal(command: str) -> None:
    assert (form(command).kind, form(command).endless) == ("terminal", True)


@pytest.mark.parametrize("command", ["read -p 'sure? ' x", "passwd kim", "while read -r x; do echo $x; done < list"])
def test_a_program_that_only_asks_is_answered_beside_its_output(command: str) -> None:
    assert form(command).kind == "plain"


@pytest.mark.parametrize("command", ["top -b -n 1", "psql -c 'select 1'", "ssh db-1 uptime"])
def test_the_same_programs_in_one_go_do_not(command: str) -> None:
    assert form(command).kind == "plain"


def first(text: str) -> Any:
    return next(item for item in read(text).items if item.kind == "command")


@pytest.mark.parametrize("sentence, until, hold, limit", [
    ("Expected: active for 5 minutes", "expected", 300, 0),
    ("Expected: stays `green` for 10 min", "expected", 600, 0),
    ("Expected: `Running` within 2 minutes", "expected", 0, 120),
    ("The state should remain `synced` for 30 seconds.", "expected", 30, 0),
    ("Confirm that the answer is `ready` within a minute.", "expected", 0, 60),
])
def test_a_time_in_an_expectation_is_watched(sentence: str, until: str, hold: float, limit: float) -> None:
    item = first(f"## Check it\n\n```sh\nsystemctl is-active web\n```\n\n{sentence}\n")
    found = form_of(item, item.command)
    assert (found.kind, found.until, found.hold, found.limit) == ("monitor", until, hold, limit)
    assert found.every > 0


@pytest.mark.parametrize("command, sentence", [
    ("systemctl restart web", "Expected: active for 5 minutes"),  # a change is not repeated because of words
    ("psql", "Expected: `ready` within 2 minutes"),  # nor what a person types into
    ("systemctl status web", "Expected: completes within 2 minutes"),  # how long it takes, and nothing it says
    ("systemctl status web", "Expected: stable for 10 minutes"),
    ("systemctl status web", "Expected: 3 for 2 hosts"),
    ("systemctl status web", "Output:\n\n```\nactive for 5 minutes\n```"),  # what it once said
    ("systemctl is-active web", "Expected: `active`"),
    ("systemctl is-active web", "It was `active` for 5 minutes when we looked."),
])
def test_other_words_about_time_watch_nothing(command: str, sentence: str) -> None:
    item = first(f"## Check it\n\n```sh\n{command}\n```\n\n{sentence}\n")
    assert form_of(item, item.command).kind in ("plain", "terminal")
    assert item.expected is None or item.expected.kind not in ("retry", "steady")


def test_the_time_of_a_change_is_still_shown() -> None:
    item = first("## Restart it\n\n```sh\nsystemctl restart web\n```\n\nExpected: `active` within 2 minutes\n")
    assert item.expected is not None
    assert (item.expected.kind, item.expected.value) == ("shown", "active within 120 s")


def test_a_watched_command_ends_once_it_was_so_for_long_enough() -> None:
    item = first("## Check it\n\n```sh\nwatch -n 7 systemctl is-active web\n```\n\nExpected: active for 5 minutes\n")
    found = form_of(item, item.command)
    assert (found.command, found.every, found.until, found.hold) == ("systemctl is-active web", 7, "expected", 300)
