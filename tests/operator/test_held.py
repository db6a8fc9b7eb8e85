"""Whatever a step reaches is pinned when it first runs: changed behind its back, the next step of that kind is held."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desks import Desk, a_desk, done, refused

from handrail.incident.incident import Incident

BOOK = """# Mill

```sh
# Look
{command}
```

```sh
# Elsewhere
{between}
```

```sh
# Look again
{command}
```
"""
TOOLS = ("aws", "ssh", "psql", "gcloud")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with configurations, and stand-ins for the programs that would read them."""
    for folder in (".aws", ".ssh", "bin", ".config/gcloud/configurations"):
        (tmp_path / folder).mkdir(parents=True)
    for name in TOOLS:
        (tmp_path / "bin" / name).write_text("#!/bin/sh\necho went\n")
        (tmp_path / "bin" / name).chmod(0o755)
    (tmp_path / ".aws/config").write_text("[default]\nsso_account_id = 111111111111\n"
                                          "[profile prod]\nsso_account_id = 999999999999\n")
    (tmp_path / ".ssh/config").write_text("Host db\n  HostName 10.0.0.1\n")
    (tmp_path / ".pg_service.conf").write_text("[orders]\nhost=db1\ndbname=orders\n")
    (tmp_path / ".config/gcloud/active_config").write_text("work\n")
    for name, project in (("work", "shop-test"), ("live", "shop-prod")):
        (tmp_path / f".config/gcloud/configurations/config_{name}").write_text(f"[core]\nproject = {project}\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
    for name in ("AWS_PROFILE", "PGHOST", "PGSERVICE", "CLOUDSDK_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


# The command, the file that changes behind its back, what it says then, and both as the screen tells them.
CHANGES = [
    ("aws s3 ls", ".aws/config", "[default]\nsso_account_id = 222222222222\n", "111111111111", "222222222222"),
    ("ssh db uptime", ".ssh/config", "Host db\n  HostName 10.9.9.9\n", "10.0.0.1", "10.9.9.9"),
    ("PGSERVICE=orders psql -c 'select 1'", ".pg_service.conf", "[orders]\nhost=live\ndbname=orders\n", "db1", "live"),
    ("gcloud compute instances list", ".config/gcloud/active_config", "live\n", "shop-test", "shop-prod"),
]


def desk_with(home: Path, command: str, between: str = "true") -> Iterator[tuple[Desk, Incident]]:
    with a_desk(home / "desk", BOOK.format(command=command, between=between)) as desk:
        yield desk, desk.open()


@pytest.fixture
def folder(home: Path) -> Path:
    (home / "desk").mkdir()
    return home


@pytest.mark.parametrize(("command", "file", "content", "was", "now"), CHANGES, ids=[case[0] for case in CHANGES])
def test_a_configuration_that_changed_holds_it_and_one_that_did_not_does_not(
        folder: Path, command: str, file: str, content: str, was: str, now: str) -> None:
    for desk, record in desk_with(folder, command):
        desk.run(record, "Look")
        record = desk.operator.watcher.incident(record.id) or record
        key = desk.key(record, "Look again")
        consent = desk.consent(record, key)
        assert any(was in target.text for target in desk.operator.prepared(record, key).targets or ())
        (folder / file).write_text(content)
        held = refused(desk.operator.start_step(record.id, key, consent))
        assert held.code == "target-changed" and was in held.sentence and now in held.sentence
        assert desk.operator.watcher.incident(record.id).item(key).attempts == ()  # type: ignore[union-attr]
    (folder / "desk/state").rename(folder / "first")
    for desk, record in desk_with(folder, command):  # the control: now it stays what it is
        desk.run(record, "Look")
        assert desk.run(record, "Look again").verdict == "ran"


def test_a_step_that_sets_another_profile_holds_those_after_it(folder: Path) -> None:
    """Not behind its back: it carries over, and is as much of a change."""
    for desk, record in desk_with(folder, "aws s3 ls", "export AWS_PROFILE=prod"):
        desk.run(record, "Look")
        desk.run(record, "Elsewhere")
        record = desk.operator.watcher.incident(record.id) or record
        key = desk.key(record, "Look again")
        held = refused(desk.operator.start_step(record.id, key, desk.consent(record, key)))
        assert held.code == "target-changed" and "999999999999" in held.sentence
        assert done(desk.operator.note(record.id, "seen")).item(key).attempts == ()
