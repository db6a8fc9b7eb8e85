"""The bytes of an incident's file and the chain of its events.

    {"timeline": {"1": {event}, ...}, "incident": {"1": {fold}}, "_meta": {"1": {"schema", "fold", "sha256"}}}

The file is what TinyDB would write, in one line; `sha256` is of every byte before it and comes last. Each event's `h`
is sha256(previous h + canonical event), and there the event contributes the hash of its payload (`p`: data and
reason), so that a payload can be redacted later and the chain still be checked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from handrail.clock import iso
from handrail.errors import Damaged, NewerSchema, UsageError
from handrail.incident.events import Draft, Event

SCHEMA = 1

# A payload larger than this belongs outside the record, by its hash (bytes).
LARGEST_PAYLOAD = 1 << 20

Tables = dict[str, dict[str, Any]]

# What reading bytes that nobody vouches for may raise: no JSON, no UTF-8, nested without end.
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

# From each older schema to the next. A file is migrated in memory when it is read, and on disk by its next write, after
# the old bytes went to backups/. A migration moves events and adds to them; what their hashes cover stays as it is.
MIGRATIONS: dict[int, Callable[[Tables], Tables]] = {}

# The version of a fold that nobody stored.
NO_FOLD = 0

_OPENING = b'"sha256":"'
_CLOSING = b'"}}}'
_SEAL = 64 + len(_CLOSING)


def seal(tables: Mapping[str, Mapping[str, Any]], fold: int) -> bytearray:
    """The file for these tables, built in one buffer. Raises UsageError for a value that no JSON file can hold."""
    file = bytearray()
    try:
        _encoder.encode_into({name: table for name, table in tables.items() if name != "_meta"}, file)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise UsageError("This cannot be stored.", str(error)) from error
    del file[-1:]
    file += b"," if len(file) > 1 else b""
    file += b'"_meta":{"1":{"schema":%d,"fold":%d,' % (SCHEMA, fold) + _OPENING
    file += hashlib.sha256(file).hexdigest().encode() + _CLOSING
    return file


class Meta(msgspec.Struct):
    """What a file says about itself."""

    schema: int
    fold: int
    sha256: str


class Raw(msgspec.Struct):
    """A checked file, taken apart but not yet decoded: each event and the fold are still bytes."""

    timeline: dict[str, msgspec.Raw]
    incident: dict[str, msgspec.Raw]
    meta: dict[str, Meta] = msgspec.field(name="_meta")


class _MetaOnly(msgspec.Struct):
    meta: dict[str, Meta] = msgspec.field(name="_meta")


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Raw)
_meta_decoder = msgspec.json.Decoder(_MetaOnly)
_every_table = msgspec.json.Decoder(Tables)
_tables_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])


def unseal(data: bytes, path: Path) -> Raw:
    """Check the seal and take the file apart. Raises Damaged or NewerSchema naming `path` and why; never repairs."""
    check_seal(data, path)
    try:
        raw = _decoder.decode(data)
        if raw.meta["1"].schema == SCHEMA:
            return raw
    except (*UNREADABLE, KeyError):
        pass  # another schema may have another shape
    return _migrated(data, path)


def other_tables(data: bytes | bytearray) -> dict[str, msgspec.Raw]:
    """The tables of a checked file that this version does not know, as they are: its next write keeps them."""
    tables = _tables_decoder.decode(data)
    return {name: table for name, table in tables.items() if name not in ("timeline", "incident", "_meta")}


def in_order(timeline: Mapping[str, msgspec.Raw], count: int) -> bool:
    """Whether the rows are numbered from 1 to `count`, so that the next number is free."""
    return len(timeline) == count and all(key == str(n) for n, key in enumerate(timeline, 1))


def check_seal(data: bytes, path: Path) -> None:
    """Raises Damaged or NewerSchema, saying what is wrong, unless the bytes are those that were sealed."""
    sealed = data.endswith(_CLOSING) and data[-_SEAL - len(_OPENING) : -_SEAL] == _OPENING
    if not sealed or hashlib.sha256(memoryview(data)[:-_SEAL]).hexdigest().encode() != data[-_SEAL : -len(_CLOSING)]:
        _refuse(data, path)


def _migrated(data: bytes, path: Path) -> Raw:
    """An older file as this version would have written it, in memory only. `meta` keeps the old schema; no fold."""
    try:
        schema = _meta_decoder.decode(data).meta["1"].schema
    except (*UNREADABLE, KeyError):
        _refuse(data, path)
    if schema > SCHEMA:
        raise _newer(path, schema)
    try:
        tables = _every_table.decode(data)
    except UNREADABLE:
        _refuse(data, path)
    for version in range(schema, SCHEMA):
        if version not in MIGRATIONS:
            raise Damaged(f"{path.name} is too old.", f"{path}: schema {schema}, this one knows {SCHEMA}.",
                          "Open it once with an older Handrail that still knows it. It is left as it is.")
        tables = MIGRATIONS[version](tables)
    if schema == SCHEMA or "timeline" not in tables:
        _refuse(data, path)  # its shape is not the one that its number stands for
    rows = {n: msgspec.Raw(msgspec.json.encode(row)) for n, row in tables["timeline"].items()}
    return Raw(rows, {}, {"1": Meta(schema, NO_FOLD, "")})


def canonical(value: Any) -> bytes:
    """One spelling for equal values: sorted keys, no spaces, UTF-8. Raises UsageError for what JSON cannot say."""
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError("This cannot be stored.", str(error)) from error


def payload(draft: Draft) -> dict[str, Any]:
    """The draft's data as the file will give it back. Raises UsageError when it cannot be stored."""
    text = canonical(dict(draft.data))
    if len(text) > LARGEST_PAYLOAD:
        raise UsageError("This is too long for the record.", f"{len(text)} B, at most {LARGEST_PAYLOAD} B.",
                         "Keep it in a file; collected evidence is recorded by its hash.")
    data: dict[str, Any] = json.loads(text)
    return data


def payload_hash(data: Any, reason: Any) -> str:
    """What an event's data and reason contribute to the chain."""
    return hashlib.sha256(canonical({"data": data, "reason": reason})).hexdigest()


def row_of(event: Event, previous: str) -> dict[str, Any]:
    """The event as it is stored, chained to the hash of the one before it ("" for the first). `event.h` is not read."""
    row: dict[str, Any] = {
        "n": event.n, "id": event.id, "kind": event.kind, "data": event.data,
        "actor": {"name": event.actor.name, "account": event.actor.account, "tty": event.actor.tty,
                  "ssh": event.actor.ssh, "host": event.actor.host},
        "occurred_at": iso(event.occurred_at), "recorded_at": iso(event.recorded_at), "zone": event.zone,
        "reason": event.reason, "p": payload_hash(event.data, event.reason),
    }
    row["h"] = chain_hash(row, previous)
    return row


def chain_hash(row: Mapping[str, Any], previous: str) -> str:
    """The hash that a stored event must carry. Its data and reason count through `p` alone."""
    linked = {key: value for key, value in row.items() if key not in ("data", "reason", "h", "redacted")}
    return hashlib.sha256(previous.encode() + canonical(linked)).hexdigest()


def _refuse(data: bytes, path: Path) -> NoReturn:
    """Say what is wrong with the bytes, as exactly as they allow."""
    if not data:
        why = "It is empty."
    elif not data.strip(b"\0"):
        why = "It holds nothing but zeros, as after a power cut."
    else:
        why = _what_else(data, path)
    raise Damaged(f"{path.name} is damaged.", f"{path}: {why}",
                  f"It is left as it is. `handrail verify {path.stem}` says what does not fit, and with --accept "
                  "takes it as it stands.")


def _what_else(data: bytes, path: Path) -> str:
    try:
        content = json.loads(data.decode())  # given bytes it would let half of a surrogate pair pass
    except UnicodeDecodeError as error:
        return f"Byte {error.start} is not text."
    except json.JSONDecodeError as error:
        if error.pos >= len(error.doc.rstrip()) or not data.rstrip().endswith(b"}"):
            return f"It is cut short after {len(data)} bytes."
        return f"It is no JSON at byte {len(error.doc[:error.pos].encode())}."
    except RecursionError:
        return "It is nested too deeply to be ours."
    meta = content.get("_meta") if isinstance(content, dict) else None
    own = meta.get("1") if isinstance(meta, dict) else None
    if not isinstance(own, dict) or "sha256" not in own:
        return "It was not written by Handrail: it carries no seal."
    schema = own.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:
        raise _newer(path, schema)
    return "Its checksum does not fit: something other than Handrail changed it, or the disk did."


def _newer(path: Path, schema: int) -> NewerSchema:
    return NewerSchema(f"{path.name} was written by a newer Handrail.",
                       f"{path}: schema {schema}, this one knows {SCHEMA}.",
                       "Open it with that version. It is left as it is.")
