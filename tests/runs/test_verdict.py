"""Never an unearned green: every kind of expectation, each with what must not pass."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.quick import until_within

from handrail.runbook.model import Expected
from handrail.runs.record import RunState
from handrail.runs.verdict import judge

OFF = '{"connected": false, "watchActive": false}'


def _judge(kind: Any, value: str, output: str | bytes, exit: int | None = 0, **state: Any) -> tuple[str, str]:
    expected = Expected(kind=kind, value=value, lines=(1, 2)) if kind else None
    data = output.encode() if isinstance(output, str) else output
    found = judge(expected, RunState("ended", exit=exit, **state), data)
    return found.word, found.why


@pytest.mark.parametrize("output", [
    OFF,
    '{"watchActive":false,"connected":false,"since":"2026"}',
    f"trying...\n{OFF}\n",
    f"  % Total [=====>]\nHTTP/1.1 200 OK (12 ms)\n{OFF}\ndone {{not json}}",
    '{\n  "connected": false,\n  "watchActive": false\n}\n',
    '\x1b[1;39m{\x1b[0m\x1b[34;1m"connected"\x1b[0m:\x1b[0;90mfalse\x1b[0m,"watchActive":false}',
    '{"level":"info"}\n' + OFF + '\n{"level":"info"}',
    '{"connected": true, "watchActive": true}\n' + OFF,
])
def test_a_superset_passes(output: str) -> None:
    assert _judge("json", OFF, output) == ("passed", "the output is as expected")


@pytest.mark.parametrize("expected, output, why", [
    (OFF, '{"connected": true, "watchActive": false}', "connected is true, expected false"),
    (OFF, '{"connected": false}', "watchActive is missing, expected false"),
    (OFF, '{"connected": 0, "watchActive": false}', "connected is 0, expected false"),
    (OFF, '{"connected": "false", "watchActive": false}', 'connected is "false", expected false'),
    (OFF, OFF + '\n{"connected": true, "watchActive": false}', "connected is true, expected false"),
    (OFF, "[]", f"the output is [], expected {OFF}"),
    (OFF, "", "there is no output, expected JSON"),
    (OFF, "Internal Server Error", "the output holds no JSON"),
    (OFF, '{"connected": false, "watchActive": fal', "the output holds no JSON"),
    ('{"gmail": {"watch": {"active": false}}}', '{"gmail": {"watch": {"active": true}}}',
     "gmail.watch.active is true, expected false"),
    ('{"calls": [{"id": 1}, {"id": 2}]}', '{"calls": [{"id": 1}, {"id": 3}]}', "calls[1].id is 3, expected 2"),
    ('{"calls": []}', '{"calls": [1]}', "calls has 1 entries, expected 0"),
    ('{"n": 1}', '{"n": true}', "n is true, expected 1"),
    ('{"n": null}', '{}', "n is missing, expected null"),
    ('{"n": null}', '{"n": 0}', "n is 0, expected null"),
])
def test_a_wrong_body_fails_and_the_place_is_named(expected: str, output: str, why: str) -> None:
    assert _judge("json", expected, output) == ("failed", why)


@pytest.mark.parametrize("expected, output", [('{"n": 1}', '{"n": 1.0}'), ('{"n": 1.0}', '{"n": 1}'), ("true", "true"),
                                              ('{"a": {}}', '{"a": {"b": 1}}'), ("[]", "[]"), ('"ok"', '"ok"\n')])
def test_equal_values_pass(expected: str, output: str) -> None:
    assert _judge("json", expected, output)[0] == "passed"


def test_a_right_body_does_not_mend_a_failed_command() -> None:
    assert _judge("json", OFF, OFF, exit=22) == ("failed", "exit 22, though the output is as expected")
    assert _judge("text", "ok", "ok", exit=None, signal=9)[1].startswith("signal 9, though")


json_values = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5),
                           lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner,
                                                                                       max_size=3), max_leaves=8)


@given(st.dictionaries(st.text(max_size=4), json_values, min_size=1, max_size=4), st.text(max_size=4), json_values)
def test_any_object_passes_against_itself_with_more_keys_and_fails_without_one(
        wanted: dict[str, Any], extra: str, value: Any) -> None:
    more = {**wanted, extra + "-more": value}
    assert _judge("json", json.dumps(wanted), json.dumps(more))[0] == "passed"
    for key in wanted:
        without = {name: each for name, each in more.items() if name != key}
        assert _judge("json", json.dumps(wanted), json.dumps(without))[0] == "failed"


@pytest.mark.parametrize("piece", ["[", "{", "[1,", '{"a":', "[[],", '["[', "-", "1,", "1e", "[\n"])
def test_hostile_output_is_judged_in_time(piece: str) -> None:
    hostile = piece * (300_000 // len(piece))
    for watch in until_within(1.5, clock=time.process_time):
        with watch:
            assert _judge("json", OFF, hostile)[0] == "failed"
            assert _judge("number", ">= 1", hostile)[0] in ("failed", "inconclusive", "passed")


@pytest.mark.parametrize("kind, value, output, exit, word", [
    ("text", "active (running)", "● x.service\n  Active: active (running) since", 0, "passed"),
    ("text", "active  (running)", "active\n(running)", 0, "passed"),
    ("text", "active (running)", "inactive (dead)", 0, "failed"),
    ("text", "ok", "\x1b[32mok\x1b[0m", 0, "passed"),
    ("text", "active", "active", 0, "passed"),
    ("text", "active", "active.", 0, "passed"),
    ("text", "active", "inactive", 0, "failed"),
    ("text", "active", "deactivated", 0, "failed"),
    ("text", "active", "not active", 0, "failed"),
    ("text", "active", "inactive\nactive", 0, "passed"),
    ("text", "Ready", "node-1 NotReady", 0, "failed"),
    ("text", "ready", "not-ready", 0, "failed"),
    ("text", "0 errors", "10 errors", 0, "failed"),
    ("text", "0 errors", "1.0 errors", 0, "failed"),
    ("text", "0 errors", "done, 0 errors", 0, "passed"),
    ("text", "connected: true", "disconnected: true", 0, "failed"),
    ("text", "\"voice is silent\"", "\"voice is silent\", HTTP 404", 0, "passed"),
    ("text", "●", "x●y", 0, "passed"),
    ("retry", "up", "update", 0, "failed"),
    ("retry", "up", "it is up", 0, "passed"),
    ("steady", "healthy", "unhealthy", 0, "failed"),
    ("steady", "healthy", "state=healthy", 0, "passed"),
    ("regex", r"^Healthy: \d+%$", "x\nHealthy: 98%\ny", 0, "passed"),
    ("regex", r"^Healthy", "Unhealthy", 0, "failed"),
    ("regex", r"(", "(", 0, "inconclusive"),
    ("exit", "0", "", 0, "passed"),
    ("exit", "1", "", 1, "passed"),
    ("exit", "1", "", 0, "failed"),
    ("exit", "0", "", 3, "failed"),
    ("exit", "soon", "", 0, "inconclusive"),
    ("number", ">= 0.95", "0.97", 0, "passed"),
    ("number", ">= 0.95", "0.80", 0, "failed"),
    ("number", ">= 0.95", "score: 0.97\n", 0, "passed"),
    ("number", "> 150,000", "ops/sec 182,000", 0, "passed"),
    ("number", "> 150000", "ops/sec 82,000", 0, "failed"),
    ("number", "0", "0", 0, "passed"),
    ("number", "== 0", "1", 0, "failed"),
    ("number", "< 80%", "usage is 71%", 0, "passed"),
    ("number", "> 5", "1e3", 0, "passed"),
    ("number", "> 5", "a 3\nb 9\ntotal 12", 0, "passed"),
    ("number", "> 5", "3 9", 0, "inconclusive"),
    ("number", "> 5", "v1.2.3", 0, "failed"),
    ("number", "> 5", "nothing", 0, "failed"),
    ("number", "a lot", "9", 0, "inconclusive"),
    ("status", "200", "HTTP/1.1 200 OK (3 ms)\n{}", 0, "passed"),
    ("status", "404", "HTTP/1.1 200 OK", 0, "failed"),
    ("status", "200 or 204", "HTTP/2 301\n\nHTTP/2 204\n", 0, "passed"),
    ("status", "200", "all fine", 0, "inconclusive"),
    ("failure", "connection refused", "", 7, "passed"),
    ("failure", "connection refused", "curl: (7) Failed to connect: Connection refused", 0, "passed"),
    ("failure", "connection refused", "dial tcp 10.0.0.1:80: connection refused", 1, "passed"),
    ("failure", "connection refused", '{"last_error": "connection refused"}', 0, "inconclusive"),
    ("failure", "connection refused (service stopped)", "", 7, "passed"),
    ("failure", "connection refused", '{"voice": "up"}', 0, "failed"),
    ("failure", "connection refused", "", 28, "failed"),
    ("failure", "not found", "x: not found", 1, "passed"),
    ("failure", "not found", "0 errors: nothing not found", 0, "failed"),
    ("shown", "Gateway restarted", "", 0, "ran"),
    ("shown", "Gateway restarted", "Gateway restarted", 1, "failed"),
    (None, "", "", 0, "ran"),
    (None, "", "all good", 3, "failed"),
])
def test_each_kind_passes_and_fails(kind: str, value: str, output: str, exit: int, word: str) -> None:
    found, why = _judge(kind, value, output, exit=exit)
    assert (found, bool(why)) == (word, True)


@pytest.mark.parametrize("kind", [None, "shown", "json", "text", "regex", "number", "exit", "status", "failure"])
@pytest.mark.parametrize("state, word, why", [
    (RunState("ended", exit=0, stopped_by="mara"), "stopped", "by mara"),
    (RunState("ended", exit=0, timed_out=True, seconds=30.2), "timed out", "ended after 30 s"),
    (RunState("lost", why="the machine restarted"), "lost", "the machine restarted"),
    (RunState("did not start", why="no supervisor came up within 10 s"), "did not start",
     "no supervisor came up within 10 s"),
    (RunState("ended"), "unknown", "how it ended was not recorded; check the target"),
    (RunState("running", exit=None), "unknown", "it has not ended yet"),
])
def test_what_did_not_end_by_itself_proves_nothing(kind: Any, state: RunState, word: str, why: str) -> None:
    expected = Expected(kind=kind, value=OFF if kind == "json" else "0", lines=(1, 1)) if kind else None
    found = judge(expected, state, OFF.encode())
    assert (found.word, found.why) == (word, why)


def test_nothing_expected_says_how_it_failed() -> None:
    assert _judge(None, "", "", exit=3) == ("failed", "exit 3")
    assert _judge(None, "", "", exit=None, signal=11) == ("failed", "signal 11")


@pytest.mark.parametrize("state, why", [
    (RunState("ended", exit=0, stopped_by="mara", left=("41 sh", "42 sleep")),
     "by mara; could not be ended: 41 sh, 42 sleep"),
    (RunState("ended", exit=0, timed_out=True, seconds=30.0, left=("41 sh",)),
     "ended after 30 s; could not be ended: 41 sh"),
    (RunState("ended", exit=0, stopped_by="mara", left=tuple(f"{n} x" for n in range(9))),
     "by mara; could not be ended: 0 x, 1 x, 2 x, 3 x, 4 x and 4 more"),
    (RunState("ended", exit=1, left=("41 nginx",)), "exit 1"),
    (RunState("ended", exit=1), "exit 1"),
])
def test_what_outlived_a_stop_is_named(state: RunState, why: str) -> None:
    assert judge(None, state, b"").why == why
