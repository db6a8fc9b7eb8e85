"""The body of a request that a sentence tells: sent where it is called a body, never where it is an answer."""

from __future__ import annotations

import pytest

from handrail.runbook.model import Item
from handrail.runbook.reader import read
from handrail.runbook.request_text import parts

BODY = '{"mode": "safe"}'
FENCE = f"```json\n{BODY}\n```"


def understood(text: str) -> tuple[Item, ...]:
    return tuple(read(f"# Mill\n\n## Do\n\n{text}\n", "mill.md").items)


@pytest.mark.parametrize("text", [
    f"Send `POST /api/mode` with body `{BODY}`.",
    f"Send `POST /api/mode` with the JSON payload {BODY} and wait a minute.",
    f"1. Call `POST /api/mode` (body: `{BODY}`)",
    f"- [ ] Call `POST /api/mode`, sending `{BODY}`",
    f"Send `POST /api/mode {BODY}`.",
    f"Call `POST /api/mode with body {BODY}`.",
    f"Send `POST /api/mode` with the following body:\n\n{FENCE}",
    "1. Send `POST /api/mode` with:\n\n   " + FENCE.replace("\n", "\n   "),
    f"Call `POST /api/mode`.\n\nRequest body:\n\n{FENCE}\n\nResponse:\n\n```json\n{{\"on\": true}}\n```",
    f"```http\nPOST /api/mode\n```\n\nwith body:\n\n{FENCE}",
    f"If it hangs, send `POST /api/mode` with body `{BODY}`.",
])
def test_a_body_that_is_called_one_is_sent(text: str) -> None:
    request = next(item for item in understood(text) if item.kind == "http")
    found = parts(request.command)
    assert (found.method, found.address, found.headers, found.body) == ("POST", "/api/mode", (), BODY)


@pytest.mark.parametrize("text", [
    f"Call `POST /api/mode`. It responds with body `{BODY}`.",
    f"Call `POST /api/mode` which returns `{BODY}`.",
    f"Call `POST /api/mode` with the response body `{BODY}`.",
    f"Call `POST /api/mode`, expected result:\n\n{FENCE}",
    f"Call `POST /api/mode`:\n\n{FENCE}",
    f"Call `POST /api/mode` and wait.\n\n{FENCE}",
    f"Call `POST /api/mode`.\n\nResponse body:\n\n{FENCE}",
    f"Call `POST /api/mode` without a body. The body of the answer:\n\n{FENCE}",
    f"Call `POST /api/mode`, which answers with this body:\n\n{FENCE}",
    f"Call `POST /api/mode` with an empty body. Expected body:\n\n{FENCE}",
    f"Call `POST /api/mode` with an empty body:\n\n{FENCE}",
    f"```http\nPOST /api/mode\n```\n\nResponse:\n\n{FENCE}",
    f"```http\nPOST /api/mode\n```\n\nIt echoes the body:\n\n{FENCE}",
    f"```http\nPOST /api/mode\n```\n\n{FENCE}",
    f"Call `POST /api/mode` to get the data:\n\n{FENCE}",
    f"Call `POST /api/mode` with jq to see the object:\n\n{FENCE}",
    f"Call `POST /api/mode` with your token:\n\n{FENCE}",
    f"```http\nPOST /api/mode\n```\n\nResponse:\n\nStatus 200\n\nBody:\n\n{FENCE}",
    f"Call `POST /api/mode`.\n\nWhat comes back:\n\nBody:\n\n{FENCE}",
    f"Send `POST /api/mode` with body:\n\nAsk Ada for it; what comes back:\n\n{FENCE}",
    f"Call `POST /api/mode`.\n\nTell the others.\n\nBody of the mail:\n\n{FENCE}",
    "Send `POST /api/mode` with body:\n\n```text\nnothing of the kind\n```",
])
def test_an_answer_or_what_nobody_calls_a_body_is_never_sent(text: str) -> None:
    requests = [item for item in understood(text) if item.kind == "http"]
    assert [parts(item.command) for item in requests] == [("POST", "/api/mode", (), "")]


@pytest.mark.parametrize("text", [f"Call `GET /api/mode` with body `{BODY}`.",
                                  f"Call `GET /api/mode` with body:\n\n{FENCE}"])
def test_what_only_reads_sends_nothing(text: str) -> None:
    (request,) = (item for item in understood(text) if item.kind == "http")
    assert request.command == "GET /api/mode"


def test_a_body_belongs_to_the_request_before_it_and_its_blanks_are_blanks() -> None:
    text = ('1. Call `POST /api/one` with body `{"who": "<who>"}`, then `POST /api/two`\n'
            '2. Call `POST /api/three` with body:\n\n   ```json\n   {"count": <count>}\n   ```\n')
    one, two, three = (item for item in understood(text) if item.kind == "http")
    assert [parts(item.command).body for item in (one, two, three)] == ['{"who": "<who>"}', "", '{"count": <count>}']
    assert [[blank.name for blank in item.placeholders] for item in (one, two, three)] == [["who"], [], ["count"]]


def test_a_request_is_called_after_itself_where_the_sentence_says_only_to_send_it() -> None:
    (request,) = understood(f"Send `POST /api/mode` with body `{BODY}`.")
    assert request.title == "POST /api/mode"
