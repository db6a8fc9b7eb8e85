"""Requests as runbooks write them: method, address, headers and body, with blanks in each."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from handrail.runbook.placeholders import fill
from handrail.runbook.reader import read
from handrail.runbook.request_text import Written, parts

BOOK = """# Mill

```http
POST /api/mill?who=<who>
Content-Type: application/json
X-Reason: <why>

{"note": "<note>", "count": <count>}

HTTP/1.1 200 OK

{"turning": true}
```

```http
### first
GET /api/mill
### second
PUT https://mill.example/api/mode HTTP/1.1
Content-Type: application/x-www-form-urlencoded

mode=<mode>&by=kim
```
"""


def steps():
    return [item for item in read(BOOK, "mill.md").items if item.kind == "http"]


def test_each_request_is_a_step_with_its_headers_and_body_and_its_answer_is_not() -> None:
    post, get, put = steps()
    assert parts(post.command) == Written(
        "POST", "/api/mill?who=<who>", ("Content-Type: application/json", "X-Reason: <why>"),
        '{"note": "<note>", "count": <count>}')
    assert [blank.name for blank in post.placeholders] == ["who", "why", "note", "count"]
    assert parts(get.command) == Written("GET", "/api/mill")
    assert parts(put.command).address == "https://mill.example/api/mode"
    assert (get.risk, post.risk, put.risk) == ("read", "change", "change")


def test_a_value_is_written_as_its_place_asks() -> None:
    hostile = 'a "b"\r\nX-Admin: 1 &c=d'
    post, _, put = steps()
    filled = parts(fill(post.command, {"who": hostile, "why": hostile, "note": hostile, "count": "3"}))
    assert parse_qs(urlsplit(filled.address).query)["who"] == [hostile]
    assert len(filled.headers) == 2
    assert "\n" not in filled.headers[1] and filled.headers[1].startswith('X-Reason: a "b"')
    assert json.loads(filled.body) == {"note": hostile, "count": 3}
    form = parts(fill(put.command, {"mode": hostile})).body
    assert parse_qs(form) == {"mode": [hostile], "by": ["kim"]}


@pytest.mark.parametrize("text, wanted", [
    ("POST /x", Written("POST", "/x")),
    ("POST /x HTTP/1.1\nHost: a", Written("POST", "/x", ("Host: a",))),
    ('POST /x\n{"a": 1}', Written("POST", "/x", (), '{"a": 1}')),
    ("POST /x\n\nplain\n\ntext", Written("POST", "/x", (), "plain\n\ntext")),
    ("", Written("", "")),
])
def test_parts(text: str, wanted: Written) -> None:
    assert parts(text) == wanted
