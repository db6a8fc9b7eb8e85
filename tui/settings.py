"""`config.toml` in the user's configuration folder: theme, shapes, bell and keys. Checked before the screen changes."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handrail.errors import UsageError
from tui.wall_settings import WallSettings, wall_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FILE = "config.toml"
THEMES = ("dark", "light", "contrast")


@dataclass(frozen=True, slots=True)
class Settings:
    """`keys` maps the id of an action to the keys that do it, as people write them ("S", "ctrl+k", "?")."""

    theme: str = "dark"
    ascii: bool = False
    bell: bool = True
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wall: WallSettings = field(default_factory=WallSettings)


PLAIN = Settings()


def load(folder: Path | None = None, *, theme: str | None = None, ascii: bool = False) -> Settings:
    """The settings of the user, with what the command line says instead. A missing file is no error.

    Raises UsageError naming the file and the nearest name that would be understood.
    """
    if folder is None:
        from handrail.paths import config_root

        folder = config_root()
    path = folder / FILE
    settings = _checked(path, _table(path)) if path.is_file() else PLAIN
    if theme is not None:
        settings = replace(settings, theme=_theme(theme, "--theme"))
    return replace(settings, ascii=settings.ascii or ascii)


def _table(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        said = f"{path}: {error}."
        raise UsageError("The settings cannot be read.", said, "Mend the file, or move it away.") from None


def _checked(path: Path, table: dict[str, Any]) -> Settings:
    known = ("theme", "ascii", "bell", "keys", "wall")
    for name in table:
        if name not in known:
            raise _slip(path, f"there is no setting {name!r}.", name, known)
    for name in ("ascii", "bell"):
        if not isinstance(table.get(name, False), bool):
            raise _slip(path, f"{name} is true or false.", "", ())
    return Settings(
        theme=_theme(table.get("theme", "dark"), str(path)),
        ascii=table.get("ascii", False),
        bell=table.get("bell", True),
        keys=_keys(path, table.get("keys", {})),
        wall=_wall(path, table.get("wall", {})),
    )


def _wall(path: Path, table: object) -> WallSettings:
    if not isinstance(table, dict):
        raise _slip(path, "wall is a table.", "", ())
    return wall_settings(table, path)


def _theme(name: object, where: str) -> str:
    if name not in THEMES:
        raise UsageError("There is no such theme.", f"{where}: {name!r}.", f"One of {', '.join(THEMES)}.")
    return str(name)


def _keys(path: Path, table: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(table, dict):
        raise _slip(path, "keys is a table.", "", ())
    found = {}
    for name, value in _flat(table):
        keys = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else ()
        if not keys or not all(isinstance(key, str) and key for key in keys):
            raise _slip(path, f'keys.{name} is a key such as "S", or a list of them.', "", ())
        found[name] = keys
    return found


def _flat(table: Mapping[str, object], above: str = "") -> Iterable[tuple[str, object]]:
    """`[keys]` may be written with dots, which TOML reads as tables within tables."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _slip(path: Path, problem: str, name: str, known: Iterable[str]) -> UsageError:
    near = difflib.get_close_matches(name, list(known), 1)
    remedy = f"Did you mean {near[0]!r}?" if near else ""
    return UsageError("The settings cannot be used.", f"{path}: {problem}", remedy)
