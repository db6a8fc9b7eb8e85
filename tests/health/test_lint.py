"""Slips that load and yet mislead, each with the same thing written right beside it as the control."""

from __future__ import annotations

import pytest

from handrail.health.lint import findings
from handrail.pack import pack

HTTP = '[[probe]]\nid = "p"\nkind = "http"\nurl = "http://127.0.0.1:1/"\n'


def level(*levels: str) -> str:
    lines = "".join(f"  {{ {one} }},\n" for one in levels)
    return HTTP + f"values = {{ x = '.x', p95Ms = '.p' }}\nlevel = [\n{lines}]\n"


CASES = {
    "not-a-path": (HTTP + 'values = { x = ".a[" }\n', 5, HTTP + 'values = { x = ".a[0]" }\n'),
    "many-values": (HTTP + "values = { x = '.l[] | select(.s > 1) | length' }\n", 5,
                    HTTP + "values = { x = '[.l[] | select(.s > 1)] | length' }\n"),
    "slow-limit": (HTTP + 'interval = "5s"\ntimeout = "5s"\n', 6, HTTP + 'interval = "5s"\ntimeout = "4s"\n'),
    "short-for": (level('severity = "P1", when = "x > 1", for = "20s"'), 7,
                  level('severity = "P1", when = "x > 1", for = "30s"')),
    "levels-reversed": (level('severity = "P1", when = "x < 0.95"', 'severity = "P2", when = "x < 0.85"'), 7,
                        level('severity = "P1", when = "x < 0.85"', 'severity = "P2", when = "x < 0.95"')),
    "clear-beyond": (level('severity = "P1", when = "x > 90%", clear = "x < 95%"'), 7,
                     level('severity = "P1", when = "x > 90%", clear = "x < 85%"')),
    "no-unit": (level('severity = "P1", when = "p95Ms > 60000"'), 7, level('severity = "P1", when = "x > 60000"')),
    "slow-pattern": ("[[probe]]\nid = \"p\"\nkind = \"log\"\npath = \"/var/log/x\"\nmatch = '(a+)+b'\n", 5,
                     "[[probe]]\nid = \"p\"\nkind = \"log\"\npath = \"/var/log/x\"\nmatch = '(a\\+)+b (c+)?'\n"),
    "external": ('[[probe]]\nid = "p"\nkind = "tcp"\nhost = "status.example.com"\nport = 1\n', 4,
                 '[[probe]]\nid = "p"\nkind = "tcp"\nhost = "grafana"\nport = 1\n'),
}


@pytest.mark.parametrize("code", CASES)
def test_a_slip_is_found_where_it_stands_and_its_mended_form_is_clean(packed, code):
    slip, line, mended = CASES[code]
    found = findings(packed(slip).folder)
    before = 1 + 2 * 4  # the name and the scheme above it
    assert [(finding.code, finding.line) for finding in found] == [(code, before + line)]
    assert found[0].message.startswith("p: ")
    assert found[0].remedy
    assert findings(packed(mended).folder) == ()


def test_localhost_that_is_ipv6_first(packed, monkeypatch):
    slip = packed('[[probe]]\nid = "p"\nkind = "http"\nurl = "http://localhost:1/"\n').folder
    for first, codes in (("::1", ["localhost-v6"]), ("127.0.0.1", [])):
        monkeypatch.setattr("socket.getaddrinfo", lambda *_, first=first, **__: [(0, 0, 0, "", (first, 0))])
        assert [finding.code for finding in findings(slip)] == codes


@pytest.mark.parametrize("name", pack.shipped())
def test_the_shipped_packs_have_no_slip_that_misleads(name):
    misleading = {"not-a-path", "many-values", "levels-reversed", "clear-beyond", "no-unit"}
    assert [finding for finding in findings(pack.SHIPPED / name) if finding.code in misleading] == []
