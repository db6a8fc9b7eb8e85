"""A runbook's bytes from disk, or a sentence that says why not and what to do."""

from __future__ import annotations

from pathlib import Path

from ..errors import RunbookError

LARGEST = 10 * 1024 * 1024  # B

_QUOTES = {  # bytes that stand for quotes, dashes and dots in one encoding and for odd letters in the other
    "cp1252": frozenset(b"\x85\x91\x92\x93\x94\x95\x96\x97\xa0\xb7\xe0\xe4\xe8\xe9\xea\xeb\xf1\xf3\xf6\xfc"),
    "mac_roman": frozenset(b"\xc9\xd0\xd1\xd2\xd3\xd4\xd5\xa5\xca\x88\x8a\x8e\x8f\x90\x9a\x9f"),
}
_SPOKEN = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman"}
_ICONV = {"cp1252": "WINDOWS-1252", "mac_roman": "MACINTOSH"}


def load(path: Path) -> tuple[bytes, str]:
    """The bytes of a runbook and the same as text. Raises RunbookError; Markdown itself is never an error."""
    name = str(path)
    try:
        if path.is_dir():
            raise RunbookError(
                f"{name} is a folder.", "A runbook is one Markdown file.", f"Name a file in it: {name}/FILE.md"
            )
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise RunbookError(
            f"{name} does not exist.", "", "Check the name; relative names start where you are."
        ) from None
    except PermissionError:
        raise RunbookError(f"{name} cannot be read.", "Permission denied.", f"Allow it: chmod u+r {name}") from None
    except OSError as error:
        raise RunbookError(
            f"{name} cannot be read.", f"{error.strerror or error}.", "Copy it to a local disk first."
        ) from None
    if len(raw) > LARGEST:
        raise RunbookError(
            f"{name} is larger than 10 MB.",
            "No runbook is that long.",
            "Name a Markdown file, or split this one by chapters.",
        )
    if not raw.strip():
        raise RunbookError(f"{name} is empty.", "", "Write at least one line, or name another file.")
    return raw, _decoded(raw, name)


def _decoded(raw: bytes, name: str) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise RunbookError(f"{name} is UTF-16, not UTF-8.", "", f"Convert it: iconv -f UTF-16 -t UTF-8 {name} > NEW.md")
    if b"\0" in raw:
        line = raw[: raw.index(b"\0")].count(b"\n") + 1
        raise RunbookError(
            f"{name} is not text.",
            f"It holds NUL bytes, the first in line {line}.",
            "Name the Markdown file it was made from.",
        )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        guess = guessed(raw)
        raise RunbookError(
            f"{name} is not UTF-8.",
            f"Byte 0x{raw[error.start]:02x} in line {line}; it looks like {_SPOKEN[guess]}.",
            f"Convert it: iconv -f {_ICONV[guess]} -t UTF-8 {name} > NEW.md",
        ) from None


def guessed(raw: bytes) -> str:
    """The likelier of cp1252 and mac_roman, by the bytes that stand for quotes, dashes and accents."""
    counts = {name: sum(raw.count(bytes([byte])) for byte in marks) for name, marks in _QUOTES.items()}
    return "mac_roman" if counts["mac_roman"] > counts["cp1252"] else "cp1252"
