"""An incident as one file: whole, private, never over another, and such that anybody can check it elsewhere."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import os
import subprocess
import tarfile
from pathlib import Path

import pytest
from support.desks import a_desk, done
from support.runs import says, step
from support.shells import Shell

from handrail.clock import SystemClock
from handrail.errors import UsageError
from handrail.export import archive
from handrail.export.archive import export
from handrail.incident.archive import Archive
from handrail.incident.incident import Incident
from handrail.paths import State

CANARY = "siskin7f3a9c-export"
BOOK = """# Mill

```bash
# Grind | 2*3
echo 'flour = 3'; printf '%s' bytes-without-end
```

```bash
# Feed it
cat <<END
<API_TOKEN>
END
export KEPT="<API_TOKEN>" PLAIN=of-this-account
```
"""


@pytest.fixture
def ground(tmp_path: Path) -> tuple[Path, Incident]:
    """A folder with a closed checklist: two steps ran, one with a secret, and somebody wrote a hostile note."""
    with a_desk(tmp_path, BOOK) as desk:
        record = desk.open()
        done(desk.operator.fill_secret(record.id, "1", "API_TOKEN", CANARY))
        desk.run(record, "Grind | 2*3")
        desk.run(record, "Feed it")
        done(desk.operator.note(record.id, "=HYPERLINK(1) | ![x](y)\x1b]0;owned\x07 " + "long " * 100 + "to the end"))
        done(desk.operator.close_incident(record.id))
        return desk.state.root, Archive(desk.state).read(record.id)


def unpacked(file: Path, folder: Path) -> Path:
    with tarfile.open(file) as tar:
        tar.extractall(folder, filter="data")
    return next(folder.iterdir())


def test_it_holds_everything_and_can_be_checked_where_the_machine_is_gone(
        shell: Shell, ground: tuple[Path, Incident], tmp_path: Path) -> None:
    root, incident = ground
    said = shell.says("export", incident.id, "--state", root)
    file = shell.home / f"{incident.id}.tar.gz"
    assert (said.status, said.out.strip()) == (0, str(file))
    assert incident.head in said.err and hashlib.sha256(file.read_bytes()).hexdigest() in said.err
    root.rename(tmp_path / "gone")
    folder = unpacked(file, tmp_path / "elsewhere")
    assert folder.name == incident.id
    sums = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, check=False)
    assert sums.returncode == 0, sums.stdout
    summed = {line.split("  ", 1)[1] for line in (folder / "SHA256SUMS").read_text().splitlines()}
    assert summed == {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {"SHA256SUMS"}
    assert shell.says("verify", "--state", folder).status == 0
    assert [attempt.verdict for state in incident.items.values() for attempt in state.attempts] == ["ran", "ran"]
    first = next(iter(incident.items.values())).attempts[0]
    assert (folder / "runs" / incident.id / first.run / "out").read_text() == "flour = 3\nbytes-without-end"
    # The control: one byte of an output is another, and both checks say so.
    (folder / "runs" / incident.id / first.run / "out").write_text("flour = 4\nbytes-without-end")
    assert shell.says("verify", "--state", folder).status == 1
    assert subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True,
                          check=False).returncode == 1


def test_no_secret_and_nothing_of_the_account_is_in_it(
        shell: Shell, ground: tuple[Path, Incident], tmp_path: Path) -> None:
    root, incident = ground
    assert any("of-this-account" in path.read_text() for path in root.rglob("env.sh")), "the control: it is kept here"
    shell.says("export", incident.id, "--state", root, "-o", "x.tar")
    folder = unpacked(shell.home / "x.tar", tmp_path / "elsewhere")
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(b"[secret]" in path.read_bytes() for path in files), "the step with the secret is in it"
    assert [path for path in files if CANARY.encode() in path.read_bytes()] == []
    assert {path.name for path in files} & {"env.sh", "sock"} == set()


def test_what_is_for_people_is_whole_and_never_markup_or_a_formula(
        shell: Shell, ground: tuple[Path, Incident], tmp_path: Path) -> None:
    root, incident = ground
    shell.says("export", incident.id, "--state", root, "-o", "x.tar")
    folder = unpacked(shell.home / "x.tar", tmp_path / "elsewhere")
    text = (folder / "incident.md").read_text()
    assert "1. Grind \\| 2\\*3 — **ran**" in text
    assert "\x1b" not in text and "!\\[x\\](y)" in text and "to the end" in text
    rows = list(csv.DictReader(io.StringIO((folder / "timeline.csv").read_text())))
    assert [row["h"] for row in rows] == [event.h for event in incident.events]
    (note,) = (row["what"] for row in rows if row["kind"] == "note")
    assert note.startswith("'=HYPERLINK(1)") and note.endswith("to the end")


def test_the_file_and_all_in_it_is_private(shell: Shell, ground: tuple[Path, Incident]) -> None:
    root, incident = ground
    old = os.umask(0)
    try:
        shell.says("export", incident.id, "--state", root, "-o", "x.tar")
    finally:
        os.umask(old)
    assert (shell.home / "x.tar").stat().st_mode & 0o777 == 0o600
    with tarfile.open(shell.home / "x.tar") as tar:
        assert {member.mode for member in tar.getmembers()} == {0o600}


@pytest.mark.parametrize("name, why", [
    ("there.tar", "exists already"), ("link.tar", "exists already"), ("x.zip", "does not say so"),
    ("nowhere/x.tar", "No such file or directory"),
])
def test_nothing_is_overwritten_and_nothing_is_left_behind(
        shell: Shell, ground: tuple[Path, Incident], name: str, why: str) -> None:
    root, incident = ground
    shell.file("there.tar", "mine")
    (shell.home / "link.tar").symlink_to("nothing")
    before = sorted(shell.home.iterdir())
    said = shell.says("export", incident.id, "--state", root, "-o", name)
    assert (said.status, said.out) == (2, "")
    assert why in said.err and ("-o FILE" in said.err or ".tar.gz" in said.err)
    assert sorted(shell.home.iterdir()) == before
    assert (shell.home / "there.tar").read_text() == "mine"
    assert Archive(State(root)).read(incident.id).rev == incident.rev, "and nothing is on record"


def test_a_disk_that_is_full_in_the_middle_leaves_nothing(
        ground: tuple[Path, Incident], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, incident = ground
    target = tmp_path / "out"
    target.mkdir()

    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(archive.os, "fsync", full)
    with pytest.raises(UsageError, match="No space left on device"):
        export(State(root), incident.id, target, SystemClock())
    assert list(target.iterdir()) == []


def test_it_is_on_record_who_exported_what(shell: Shell, ground: tuple[Path, Incident]) -> None:
    root, incident = ground
    said = shell.says("export", incident.id, "--state", root, "--as", "bo", "--json").json
    events = shell.says("show", incident.id, "--state", root, "--json").json["events"]
    assert (events[-1]["kind"], events[-1]["actor"]["name"]) == ("exported", "bo")
    assert {key: events[-1]["data"][key] for key in ("sha256", "head", "bytes", "runs")} == {
        key: said[key] for key in ("sha256", "head", "bytes", "runs")}
    assert said["head"] == incident.head and len(said["runs"]) == 2
    assert "exported to " in shell.says("show", incident.id, "--state", root).out
    assert shell.says("verify", "--state", root).status == 0


def test_what_still_runs_is_in_it_as_far_as_it_is(shell: Shell, tmp_path: Path) -> None:
    with a_desk(tmp_path / "desk", "# M\n\n```bash\n# Go on\necho begun; sleep 100\n```\n") as desk:
        record = desk.open()
        attempt = desk.start(record, "Go on")
        files = desk.operator.watcher.run(record.id, attempt.run)
        says(files, b"begun")
        step(files)
        said = shell.says("export", record.id, "--state", desk.state.root, "--json")
        assert (said.status, said.json["runs"], said.json["running"]) == (0, [], [attempt.run])
        folder = unpacked(shell.home / f"{record.id}.tar.gz", tmp_path / "elsewhere")
        assert (folder / "runs" / record.id / attempt.run / "out").read_text() == "begun\n"
        assert "no end on record" in (folder / "incident.md").read_text()


def test_what_does_not_fit_is_exported_as_it_is_and_said(shell: Shell, ground: tuple[Path, Incident]) -> None:
    root, incident = ground
    run = next(iter(incident.items.values())).attempts[0].run
    (root / "runs" / incident.id / run / "out").write_text("flour = 9\nbytes-without-end")
    said = shell.says("export", incident.id, "--state", root)
    assert said.status == 1 and (shell.home / f"{incident.id}.tar.gz").exists()
    assert "it did not fit" in said.err and run in said.err
    assert not (root / "runs" / incident.id / "exported").exists()


def test_a_record_that_cannot_be_written_is_exported_all_the_same(
        shell: Shell, ground: tuple[Path, Incident]) -> None:
    root, incident = ground
    with (root / "lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = shell.says("export", incident.id, "--state", root)
    assert (shell.home / f"{incident.id}.tar.gz").exists()
    assert said.status == 0 and "the record does not say so" in said.err
    assert not (root / "runs" / incident.id / "exported").exists(), "and so nothing of it ever goes"
