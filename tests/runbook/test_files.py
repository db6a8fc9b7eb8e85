"""A file that cannot be opened as text is refused with a sentence that says why and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from handrail.errors import RunbookError
from handrail.runbook.files import LARGEST, load
from handrail.runbook.reader import read


def refused(path: Path) -> RunbookError:
    with pytest.raises(RunbookError) as caught:
        load(path)
    assert str(path) in caught.value.title
    assert caught.value.remedy
    return caught.value


def test_a_runbook_is_its_bytes_and_its_text(tmp_path: Path) -> None:
    file = tmp_path / "mill.md"
    raw = "\ufeff# Mühle\r\n\r\n- Öffnen\r\n".encode()
    file.write_bytes(raw)
    loaded, text = load(file)
    assert loaded == raw
    assert read(text).sha256 == read(raw).sha256
    assert read(text).title == "Mühle"


def test_missing_empty_and_folders(tmp_path: Path) -> None:
    assert "does not exist" in refused(tmp_path / "none.md").title
    assert "folder" in refused(tmp_path).title
    (tmp_path / "empty.md").write_bytes(b" \n\n")
    assert "empty" in refused(tmp_path / "empty.md").title


def test_what_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"# a\n\0\0")
    assert "line 2" in refused(tmp_path / "a.md").detail
    (tmp_path / "b.md").write_text("# a", encoding="utf-16")
    assert "iconv -f UTF-16" in refused(tmp_path / "b.md").remedy


@pytest.mark.parametrize(("encoding", "named"), [("cp1252", "WINDOWS-1252"), ("mac_roman", "MACINTOSH")])
def test_other_encodings_are_named_in_the_remedy(tmp_path: Path, encoding: str, named: str) -> None:
    file = tmp_path / "mill.md"
    file.write_bytes("# The “mill” – it’s café…\n".encode(encoding))
    assert named in refused(file).remedy


def test_more_than_ten_megabytes(tmp_path: Path) -> None:
    file = tmp_path / "mill.md"
    file.write_bytes(b"a" * (LARGEST + 1))
    assert "10 MB" in refused(file).title


def test_no_permission(tmp_path: Path) -> None:
    file = tmp_path / "mill.md"
    file.write_text("# a", encoding="utf-8")
    file.chmod(0)
    try:
        file.read_bytes()
    except PermissionError:
        assert "Permission denied" in refused(file).detail
    else:
        pytest.skip("whoever runs this may read everything")
