"""A record is not written where a rename, a lock or a sync may not mean what it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.record import KIM, HandClock, a_store, declare

from handrail.errors import StateError
from handrail.incident import filesystem
from handrail.incident.archive import Archive
from handrail.incident.filesystem import kind_of
from handrail.incident.store import Store
from handrail.paths import State

MOUNTS = r"""22 27 0:21 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /mnt/c rw,noatime - 9p C:\134 rw,dirsync,aname=drvfs;path=C:\
31 22 0:41 / /mnt/wsl1 rw - drvfs D: rw
32 22 0:42 / /srv/team rw,relatime shared:7 master:3 - nfs4 files:/team rw,vers=4.2
33 22 0:43 / /mnt/with\040space rw - cifs //files/team rw
34 22 0:44 / /home/kim/remote rw - fuse.sshfs kim@edge: rw
35 22 0:45 / /srv/team/local rw - xfs /dev/sdb1 rw
36 22 0:46 / /twice rw - nfs a:/x rw
37 22 0:47 / /twice rw - btrfs /dev/sdc1 rw
a line nobody expected
38 22 0:48 / /odd -
"""


@pytest.mark.parametrize(("folder", "kind"), [
    ("/var/lib/handrail", "ext4"), ("/mnt/c/Users/kim", "9p"), ("/mnt/c", "9p"), ("/mnt/cache", "ext4"),
    ("/mnt/wsl1/x", "drvfs"), ("/srv/team/state", "nfs4"), ("/srv/team/local/state", "xfs"),
    ("/mnt/with space/s", "cifs"), ("/home/kim/remote/s", "fuse.sshfs"), ("/twice/s", "btrfs"), ("/", "ext4"),
])
def test_the_file_system_of_a_folder_is_that_of_its_nearest_mount(folder: str, kind: str) -> None:
    assert kind_of(Path(folder), MOUNTS) == kind


def test_nothing_is_known_of_a_folder_without_mounts() -> None:
    assert kind_of(Path("/x"), "") == ""


def mounted(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"22 27 0:21 / / rw - ext4 /dev/sda1 rw\n30 22 0:40 / {tmp_path}/state rw - {kind} x rw\n")
    monkeypatch.setattr(filesystem, "MOUNTS", mounts)


@pytest.mark.parametrize("kind", ["9p", "drvfs", "nfs", "nfs4", "cifs", "smb3", "fuse.sshfs"])
def test_writing_is_refused_and_reading_is_fine(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    state = State(tmp_path / "state")
    incident = declare(a_store(state.root))
    mounted(tmp_path, kind, monkeypatch)
    with pytest.raises(StateError, match=rf"is on {kind}, .*--unsafe-filesystem"):
        declare(a_store(state.root))
    assert Archive(state).read(incident.id) == incident
    insisting = Store(state, HandClock(), unsafe_filesystem=True)
    assert declare(insisting).declared_by == KIM.name


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "tmpfs", "overlay", "zfs"])
def test_local_file_systems_are_fine(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mounted(tmp_path, kind, monkeypatch)
    declare(a_store(tmp_path / "state"))


def test_a_refused_folder_is_not_even_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounted(tmp_path, "nfs", monkeypatch)
    with pytest.raises(StateError):
        declare(a_store(tmp_path / "state"))
    assert not (tmp_path / "state").exists()
