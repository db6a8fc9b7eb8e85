"""What the user has set for programs in general does not lead a practised step out of its world."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from support.waiting import wait_until

from handrail.errors import Refusal
from handrail.incident.incident import Incident
from handrail.operator.operator import Consent, Operator


def steps(operator: Operator, tmp_path: Path, *commands: str) -> tuple[Incident, list[str]]:
    body = "\n\n".join(f"```bash\n# Step {n}\n{command}\n```" for n, command in enumerate(commands))
    (tmp_path / "tried.md").write_text(f"# Tried\n\n{body}\n")
    record = operator.open_file(tmp_path / "tried.md").result(20)
    assert isinstance(record, Incident)
    checklist = operator.watcher.checklist(record.id)
    assert checklist is not None
    return record, [row.key for row in checklist.rows if row.item is not None and row.item.runs]


def run(operator: Operator, record: Incident, key: str) -> str:
    """Its verdict; "refused: ..." where it was."""
    now = operator.watcher.incident(record.id)
    assert now is not None
    prepared = operator.prepared(now, key)
    answer = operator.start_step(record.id, key, Consent(prepared.command, prepared.word)).result(20)
    if isinstance(answer, Refusal):
        return f"refused: {answer.sentence}"

    def verdict() -> str:
        seen = operator.watcher.incident(record.id)
        last = seen.item(key).last if seen is not None else None
        return last.verdict if last is not None else ""

    return str(wait_until(verdict, 30, "the end"))


def test_neither_a_proxy_nor_settings_of_curl_lead_it_elsewhere(
        operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        proxy = f"http://127.0.0.1:{elsewhere.getsockname()[1]}"
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy)
        (tmp_path / "settings").mkdir()
        (tmp_path / "settings" / ".curlrc").write_text(f'proxy = "{proxy}"\n')
        monkeypatch.setenv("CURL_HOME", str(tmp_path / "settings"))
        monkeypatch.setenv("CDPATH", "/:/etc")
        record, [ask, move] = steps(
            operator, tmp_path, "curl -sS --fail --max-time 10 http://localhost:3100/api/gmail/status",
            "cd tmp && pwd")
        assert run(operator, record, ask) == "ran"
        elsewhere.settimeout(0.0)
        with pytest.raises(BlockingIOError):
            elsewhere.accept()
        assert run(operator, record, move) == "failed", "there is no such folder in the practised home"


def test_what_a_step_left_behind_decides_about_the_next(operator: Operator, tmp_path: Path) -> None:
    record, [keep, use, forge, misuse, gone] = steps(
        operator, tmp_path, "folder=state/kept; mkdir -p $folder", 'ls "$folder/"', "x=$(printf '\\057etc')",
        'ls "$x"', 'ls "$never/set"')
    assert run(operator, record, keep) == "ran" and run(operator, record, use) == "ran"
    assert run(operator, record, forge) == "ran"
    assert run(operator, record, misuse) == "refused: It names /etc: that is outside this practice world."
    assert run(operator, record, gone) == "refused: It names /set: that is outside this practice world."
