"""A refused connection proves that a service is stopped, but not where the whole gateway in front of it refuses."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.desks import a_desk, done

from handrail.pack.model import Probe
from handrail.pack.pack import builtin

RUNBOOK = """# Voice

```bash
# Verify that voice is stopped
curl -sS --max-time 5 http://127.0.0.1:{port}/api/voice/status
# Expected: connection refused
```
"""


def probe(id: str, port: int, path: str) -> Probe:
    return Probe(id=id, kind="http", options={"url": f"http://localhost:{port}{path}"})


@pytest.mark.parametrize("case, word", [
    ("the port is its own", "passed"), ("other systems are asked there", "inconclusive"),
    ("it is the base of all requests", "inconclusive"), ("other systems stand elsewhere", "passed"),
])
def test_what_a_refusal_proves(tmp_path: Path, case: str, word: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    voice = probe("voice", port, "/api/voice/status")
    pack = builtin("plain")
    packs = {
        "the port is its own": replace(pack, probes=(voice,)),
        "other systems are asked there": replace(pack, probes=(voice, probe("gmail", port, "/api/gmail/status"))),
        "it is the base of all requests": replace(pack, base=f"http://localhost:{port}"),
        "other systems stand elsewhere": replace(pack, probes=(voice, probe("gmail", 1, "/api/gmail/status"))),
    }
    with a_desk(tmp_path, RUNBOOK.format(port=port), packs=(packs[case],)) as desk:
        incident = done(desk.operator.declare("Voice", "plain", "P2"))
        opened = done(desk.operator.open_in(incident.id, desk.runbook))
        desk.operator.start_polling()
        ended = desk.run(opened, "Verify that voice is stopped")
        assert ended.verdict == word, ended
        if word == "inconclusive":
            assert f"all of localhost:{port} refuses" in ended.why and "proves nothing" in ended.why
