"""A pack: handrail.toml and Markdown runbooks, read into typed values.

Errors name file, line, key and the nearest known key.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from handrail.errors import PackError
from handrail.kinds import KINDS
from handrail.pack import checks as pack_checks
from handrail.pack.defaults import SHIPPED, common
from handrail.pack.model import (
    Bounds,
    Cadence,
    Calendar,
    ClockRule,
    Countdown,
    Each,
    EvidenceRule,
    Flap,
    LevelRule,
    Pack,
    Probe,
    ProbeLevel,
    Rewrite,
    Scenario,
    StandingRule,
    Verify,
)
from handrail.pack.rewrites import Rewritten, rewrite
from handrail.paths import config_root
from handrail.tables import Source, convert, describe, fields_of, names_in, nearest, unknown_key
from handrail.toml_lines import Key, key_lines

__all__ = [
    "FILE", "SCHEMA", "Bounds", "Cadence", "Calendar", "Countdown", "Each", "Flap", "LevelRule", "Pack", "Probe",
    "ProbeLevel", "Rewrite", "Rewritten", "Scenario", "Verify", "builtin", "find", "load", "rewrite",
]

FILE = "handrail.toml"
SCHEMA = 1


class _File(msgspec.Struct, frozen=True, kw_only=True):
    """The whole handrail.toml."""

    name: str
    scheme: dict[str, LevelRule]
    schema: int = SCHEMA
    id: str = ""
    short: str = ""
    base: str = ""
    path: tuple[str, ...] = ()
    vars: dict[str, str] = {}
    runbooks: tuple[str, ...] = ("*.md", "runbooks/**/*.md")
    defaults: dict[str, Any] = {}
    calendar: dict[str, Any] = {}
    probe: tuple[dict[str, Any], ...] = ()
    scenario: tuple[Scenario, ...] = ()
    condition: tuple[StandingRule, ...] = ()
    clock: tuple[ClockRule, ...] = ()
    evidence: EvidenceRule | None = None
    rewrite: tuple[Rewrite, ...] = ()
    tools: dict[str, Any] = {}
    world: Bounds = Bounds()
    go_on_after_failure: tuple[str, ...] = ()


def load(folder: Path) -> Pack:
    """The pack in `folder` (or the handrail.toml itself). Raises PackError when it is missing or says wrong things."""
    path = (folder if folder.name == FILE else folder / FILE).absolute()
    raw = _bytes(path)
    table, source = _toml(path, raw)
    file = convert(_File, table, (), source)
    if file.schema != SCHEMA:
        raise source.error(("schema",), f"is {file.schema}; this Handrail reads {SCHEMA}.", "Use a newer Handrail.")
    defaults = common()
    cadence = convert(Cadence, {**defaults["defaults"], **file.defaults}, ("defaults",), source)
    calendar = convert(Calendar, {**defaults["calendar"], **file.calendar}, ("calendar",), source)
    folder = path.parent
    runbooks = tuple(sorted({found for glob in file.runbooks for found in folder.glob(glob) if found.is_file()}))
    settings = names_in({**defaults["defaults"], **file.defaults}, _fields(Probe))
    pack = Pack(
        id=file.id or _slug(file.name),
        name=file.name,
        short=file.short or file.name[:2].upper(),
        folder=folder,
        sha256=_sha256(folder, raw, runbooks),
        scheme=dict(sorted(file.scheme.items(), key=lambda level: level[1].rank)),
        probes=tuple(_probe(table, ("probe", n), settings, source) for n, table in enumerate(file.probe)),
        scenarios=file.scenario,
        conditions=file.condition,
        clocks=file.clock,
        evidence=file.evidence,
        rewrites=file.rewrite,
        tools=file.tools,
        vars=file.vars,
        path=tuple(str(folder / Path(part).expanduser()) for part in file.path),
        base=file.base,
        runbooks=runbooks,
        world=dict(table.get("world", {})),
        cadence=cadence,
        calendar=calendar,
        go_on_after_failure=file.go_on_after_failure,
    )
    pack_checks.check(pack, source)
    places = tuple(_placed(pack, probe, ("probe", n), source) for n, probe in enumerate(pack.probes))
    return msgspec.structs.replace(pack, probes=places)


def builtin(name: str) -> Pack:
    """A shipped pack: "plain" or "alwaysclaw". Raises PackError for another name."""
    if name not in shipped():
        raise PackError(f"There is no shipped pack called {name!r}.", "", nearest(name, shipped(), "packs"))
    return load(SHIPPED / name)


def shipped() -> tuple[str, ...]:
    """The names of the packs that come with Handrail."""
    return tuple(sorted(found.parent.name for found in SHIPPED.glob(f"*/{FILE}")))


def find(flags: Sequence[str] = ()) -> tuple[Pack, ...]:
    """The packs to serve: those of --pack, else ./handrail.toml, else the user's configuration folder, else plain.

    A flag is a folder, a handrail.toml, or the name of a shipped pack. Raises PackError.
    """
    if flags:
        return tuple(load(_flagged(flag)) for flag in flags)
    for folder in (Path(), config_root()):  # where one stands may be gone, and then has no name
        if (folder / FILE).is_file():
            return (load(folder),)
    if several := sorted(config_root().glob(f"packs/*/{FILE}")):
        return tuple(load(found) for found in several)
    return (builtin("plain"),)


# -- reading


def _flagged(flag: str) -> Path:
    path = Path(flag).expanduser()
    return SHIPPED / flag if not path.exists() and flag in shipped() else path


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PackError(
            "This pack cannot be opened.", f"{path}: {error.strerror or error}.",
            f"Give a folder that holds a {FILE}, or one of the shipped packs: {', '.join(shipped())}.",
        ) from error


def _toml(path: Path, raw: bytes) -> tuple[dict[str, Any], Source]:
    try:
        text = raw.decode("utf-8")
        return tomllib.loads(text), Source(path, key_lines(text.replace("\r\n", "\n")))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise PackError("This pack cannot be used.", f"{path}, line {line}: not UTF-8.", "Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        said = re.sub(r"\(at (.*)\)$", r"at \1", str(error))
        said = said.replace("at end of document", f"at the end, line {max(1, len(text.splitlines()))}")
        raise PackError("This pack cannot be used.", f"{path}: {said}.", "Mend the TOML there.") from error
    except RecursionError:
        raise PackError("This pack cannot be used.", f"{path}: nested too deeply.", "Mend the TOML there.") from None


def _sha256(folder: Path, raw: bytes, runbooks: Iterable[Path]) -> str:
    digest = hashlib.sha256(raw)
    for runbook in runbooks:
        try:
            body = runbook.read_bytes()
        except OSError as error:
            raise PackError("This pack cannot be used.", f"{runbook}: {error.strerror or error}.",
                            "Make the file readable, or take it out of the pack.") from error
        digest.update(f"\0{runbook.relative_to(folder).as_posix()}\0{len(body)}\0".encode())
        digest.update(body)
    return digest.hexdigest()


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "pack"


def _fields(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(name for name in fields_of(kind) if name != "options")


# -- probes: the common keys, and those of their kind


def _probe(table: Mapping[str, Any], key: Key, settings: Mapping[str, Any], source: Source) -> Probe:
    for name in ("id", "kind"):
        if name not in table:
            raise source.error(key, f"has no {name}.", f"Add {name} = … to this table.")
        if not isinstance(table[name], str):
            raise source.error((*key, name), f"must be text in quotes, not {describe(table[name])}.")
    kind = KINDS.get(table["kind"])
    if kind is None:
        raise source.error((*key, "kind"), f'there is no kind "{table["kind"]}".',
                           nearest(table["kind"], KINDS, "kinds"))
    shared, own = _fields(Probe), _fields(kind.options)
    for name in table:
        if name not in shared and name not in own:
            raise unknown_key((*key, name), (*shared, *own), source)
    options = convert(kind.options, names_in(table, own), key, source)
    probe = convert(Probe, {**settings, **names_in(table, shared)}, key, source)
    return msgspec.structs.replace(probe, options=msgspec.to_builtins(options))


_VAR = re.compile(r"\{([A-Za-z_]\w*)\}")
_PATHS = ("path", "cwd", "glob")


def _placed(pack: Pack, probe: Probe, key: Key, source: Source) -> Probe:
    """Its options led to where they point here: vars, base address, rewrites, the pack's folder."""

    def led(value: Any, place: Key) -> Any:
        if isinstance(value, dict):
            return {name: led(inner, (*place, name)) for name, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [led(inner, (*place, n)) for n, inner in enumerate(value)]
        if not isinstance(value, str):
            return value
        if unknown := next((name for name in _VAR.findall(value) if name not in pack.vars), None):
            raise source.error(place, f"there is no variable {{{unknown}}}.", nearest(unknown, pack.vars, "variables"))
        text = _VAR.sub(lambda found: pack.vars[found[1]], value)
        if place[-1] == "url" and text.startswith("/"):
            text = pack.base.rstrip("/") + text
        return rewrite(text, pack).command if text else text

    options = {name: led(value, (*key, name)) for name, value in probe.options.items()}
    for name in _PATHS:
        if options.get(name):
            options[name] = str(pack.folder / Path(options[name]).expanduser())
    if probe.kind == "tcp":
        host, _, port = rewrite(f"{options['host']}:{options['port']}", pack).command.rpartition(":")
        options |= {"host": host, "port": int(port) if port.isdecimal() else options["port"]}
    return msgspec.structs.replace(probe, options=options)
