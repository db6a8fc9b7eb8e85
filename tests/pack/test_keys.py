"""Every key of every table: a wrong key, a wrong type, a missing one. Each error names the file, the line and the key.

The tables are read off the types themselves, so a key that is added later is tested without being added here.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from handrail.errors import PackError
from handrail.kinds import KINDS
from handrail.pack import pack
from handrail.pack.pack import (
    Bounds,
    Cadence,
    Calendar,
    Countdown,
    Each,
    Flap,
    LevelRule,
    Probe,
    ProbeLevel,
    Rewrite,
    Scenario,
    Verify,
)
from handrail.pack.pack import _File as File

# What each kind needs, written so that it loads.
NEEDED = {
    "http": 'url = "http://127.0.0.1:1/"', "tcp": 'host = "127.0.0.1"\nport = 1', "disk": 'path = "/"',
    "dns": 'name = "localhost"', "command": 'argv = ["true"]', "nagios": 'argv = ["true"]',
    "prometheus-text": 'url = "http://127.0.0.1:1/"\nmetric = "up"', "process": 'match = "x"', "memory": "",
    "file": 'path = "/"', "log": 'path = "/var/log/x"\nmatch = "ERROR"', "systemd": 'units = ["x"]',
    "sqlite": 'path = "/x.db"\ncheck = "integrity"', "heartbeat": 'path = "/x"\nperiod = "5m"',
    "composite": 'of = ["other"]', "self": "",
}
HEAD = 'name = "N"\n[scheme.P1]\nrank = 1\n'
OTHER = '[[probe]]\nid = "other"\nkind = "disk"\npath = "/"\n'


@dataclass(frozen=True)
class Table:
    """A table of the file: how it begins, where its keys stand, and which a mistake must be told about."""

    name: str
    head: str  # everything before the key under test
    key: str  # the key path of the table
    fields: dict[str, msgspec.structs.FieldInfo]
    inline: str = ""  # an inline table around the key: "level = [{{ severity = 'P1', {} }}]"


def fields(kind: type[msgspec.Struct], *without: str) -> dict[str, msgspec.structs.FieldInfo]:
    return {field.encode_name: field for field in msgspec.structs.fields(kind) if field.encode_name not in without}


def tables() -> Iterator[Table]:
    probe = HEAD + OTHER + '[[probe]]\nid = "p"\nkind = "disk"\npath = "/"\n'
    yield Table("the file", "", "", fields(File, "scheme"))
    yield Table("scheme", 'name = "N"\n[scheme.P1]\n', "scheme.P1", fields(LevelRule))
    yield Table("defaults", HEAD + "[defaults]\n", "defaults", fields(Cadence))
    yield Table("calendar", HEAD + "[calendar]\n", "calendar", fields(Calendar))
    yield Table("world", HEAD + "[world]\n", "world", fields(Bounds))
    yield Table("scenario", HEAD + "[[scenario]]\n", "scenario[0]", fields(Scenario))
    yield Table("rewrite", HEAD + "[[rewrite]]\n", "rewrite[0]", fields(Rewrite))
    yield Table("probe", probe, "probe[1]", fields(Probe, "options", "id", "kind"))
    yield Table("level", probe, "probe[1].level[0]", fields(ProbeLevel), "level = [ {{ {} }} ]")
    yield Table("flap", HEAD + "[defaults]\n", "defaults.flap", fields(Flap), "flap = {{ {} }}")
    yield Table("each", probe, "probe[1].each", fields(Each), "each = {{ {} }}")
    yield Table("verify", probe, "probe[1].verify", fields(Verify), "verify = {{ {} }}")
    yield Table("countdown", probe, "probe[1].countdown", fields(Countdown), "countdown = {{ {} }}")
    for kind, needed in NEEDED.items():
        keys = [line.partition(" ")[0] for line in needed.splitlines()]
        head = HEAD + OTHER + f'[[probe]]\nid = "p"\nkind = "{kind}"\n' + needed + "\n"
        yield Table(f"kind {kind}", head, "probe[1]", fields(KINDS[kind].options, *keys))


TABLES = list(tables())


def wrong_for(kind: object) -> str:
    """A TOML value that this type cannot be."""
    origin = typing.get_origin(kind)
    if origin in (dict, tuple) or (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        return "7"
    return "[[1]]"


def line_of(text: str, piece: str) -> int:
    return text[: text.index(piece)].count("\n") + 1


def refused(folder: Path, text: str) -> PackError:
    (folder / "handrail.toml").write_text(text, "utf-8")
    with pytest.raises(PackError) as caught:
        pack.load(folder)
    return caught.value


def in_table(table: Table, pair: str) -> str:
    body = table.head + (table.inline.format(pair) if table.inline else pair) + "\n"
    return body if table.head else pair + "\n" + HEAD.replace('name = "N"\n', "")


def test_the_tables_are_all_here():
    assert set(NEEDED) == set(KINDS)


@pytest.mark.parametrize("kind", NEEDED)
def test_what_each_kind_needs_is_enough(tmp_path, kind):
    (tmp_path / "handrail.toml").write_text(
        HEAD + OTHER + f'[[probe]]\nid = "p"\nkind = "{kind}"\n' + NEEDED[kind], "utf-8")
    assert pack.load(tmp_path).probes[1].kind == kind


@pytest.mark.parametrize(("table", "key"), [(table, key) for table in TABLES for key in table.fields],
                         ids=lambda value: value if isinstance(value, str) else value.name.replace(" ", "-"))
def test_every_key(tmp_path, table, key):
    field = table.fields[key]
    place = f"{table.key}.{key}" if table.key else key

    misspelt = key + "x"
    error = refused(tmp_path, text := in_table(table, f"{misspelt} = 1"))
    assert f"handrail.toml, line {line_of(text, misspelt)}: {place}x: no such key." in error.detail
    assert error.remedy == f"Did you mean {key}?", "the nearest key is the one that was meant"

    pair = f"{key} = {wrong_for(field.type)}"
    error = refused(tmp_path, text := in_table(table, pair))
    assert f"handrail.toml, line {line_of(text, pair)}: {place}: must be " in error.detail


@pytest.mark.parametrize(("table", "key"), [
    (table, key) for table in TABLES for key, field in table.fields.items() if field.required and table.key
], ids=lambda value: value if isinstance(value, str) else value.name.replace(" ", "-"))
def test_every_key_that_must_be_there(tmp_path, table, key):
    others = [f'{name} = {"1" if field.type in (int, float) else chr(34) + "x" + chr(34)}'
              for name, field in table.fields.items() if field.required and name != key]
    text = in_table(table, (", " if table.inline else "\n").join(others))
    error = refused(tmp_path, text)
    assert f": {table.key}: has no {key}." in error.detail
    assert "handrail.toml, line " in error.detail


@pytest.mark.parametrize("kind", [kind for kind, needed in NEEDED.items() if needed])
def test_every_key_that_a_kind_must_have(tmp_path, kind):
    for line in NEEDED[kind].splitlines():
        key = line.partition(" ")[0]
        rest = "\n".join(other for other in NEEDED[kind].splitlines() if other != line)
        text = HEAD + OTHER + f'[[probe]]\nid = "p"\nkind = "{kind}"\n' + rest
        error = refused(tmp_path, text)
        if any(field.encode_name == key and field.required for field in msgspec.structs.fields(KINDS[kind].options)):
            assert f"line {line_of(text, '[[probe]]' + chr(10) + 'id = ' + chr(34) + 'p')}: probe[1]: has no {key}." \
                in error.detail
        else:
            assert f"needs {key} or" in error.detail or f"or {key}, one of the two" in error.detail


@pytest.mark.parametrize(("text", "line", "problem", "remedy"), [
    ('[scheme.P1]\nrank = 1\n', 0, "has no name.", "Add name = … to this table."),
    ('name = "N"\n', 0, "has no scheme.", None),
    ('name = "N"\nscheme = {}\n', 2, "scheme: has no level.", None),
    ('name = 7\n[scheme.P1]\nrank = 1\n', 1, "name: must be text in quotes, not a number.", 'Put it in quotes: "7"'),
    (HEAD + "schema = 1\n", 4, "scheme.P1.schema: no such key.", None),
    ('schema = 2\n' + HEAD, 1, "schema: is 2; this Handrail reads 1.", "Use a newer Handrail."),
    (HEAD + '[[probe]]\nkind = "disk"\n', 4, "probe[0]: has no id.", None),
    (HEAD + '[[probe]]\nid = "p"\n', 4, "probe[0]: has no kind.", None),
    (HEAD + '[[probe]]\nid = 4\nkind = "disk"\n', 5, "probe[0].id: must be text in quotes, not a number.", None),
    (HEAD + '[[probe]]\nid = "p"\nkind = "htpp"\n', 6, 'probe[0].kind: there is no kind "htpp".', "Did you mean http?"),
    (HEAD + '[[probe]]\nid = "p"\nkind = "tcp"\nhost = "h"\nport = 70000\n', 8, "probe[0].port: is 70000.", None),
    (HEAD + '[[probe]]\nid = "p q"\nkind = "self"\n', 5, 'probe[0].id: "p q" is no id.', None),
    (HEAD + OTHER + OTHER, 9, 'probe[1].id: "other" is there already.', None),
    (HEAD + OTHER + 'interval = "15"\n', 8, 'probe[0].interval: "15" is no duration.', None),
    (HEAD + OTHER + 'interval = 15\n', 8, "probe[0].interval: must be text in quotes, not a number.", '"15"'),
    (HEAD + OTHER + 'stale_after = "0x"\n', 8, "probe[0].stale_after:", None),
    (HEAD + '[defaults]\nmin_coverage = 80\n', 5, "defaults.min_coverage: is 80", None),
    (HEAD + '[defaults]\nflap = { window = 2, high = 30, low = 20 }\n', 5, "defaults.flap: does not fit.", None),
    (HEAD + OTHER + 'depends_on = ["othr"]\n', 8, 'probe[0].depends_on[0]: there is no other probe "othr".', None),
    (HEAD + OTHER + 'depends_on = ["other"]\n', 8, 'there is no other probe "other".', None),
    (HEAD + OTHER + 'level = [\n  { severity = "P1", when = "free < 1GB" },\n  { severity = "P7", when = "ro" },\n]\n',
     10, 'probe[0].level[1].severity: there is no level "P7" in this scheme.', "Did you mean P1?"),
    (HEAD + OTHER + 'level = [\n  { severity = "P1", when = "free < 1" },\n]\n',
     9, 'probe[0].level[0].when: 1 what? free is a size. At "1" in "free < 1".', "Write 1MB or 1B."),
    (HEAD + OTHER + '[[probe.level]]\nseverity = "P1"\nwhen = "fre < 1GB"\n',
     10, 'probe[0].level[0].when: there is no name "fre".', "Did you mean free?"),
    (HEAD + OTHER + 'level = [{ severity = "P1", when = "ro", for = "x" }]\n', 8, 'level[0].for: "x" is no', None),
    (HEAD + OTHER + 'show = "{fre} free"\n', 8, 'probe[0].show: there is no name "fre".', "Did you mean free?"),
    (HEAD + OTHER + 'graph = "fre"\n', 8, 'probe[0].graph: there is no name "fre".', "Did you mean free?"),
    (HEAD + OTHER + 'unit = "sec"\n', 8, 'probe[0].unit: there is no unit "sec".', None),
    (HEAD + OTHER + 'values = { a = ".a" }\nunit = { b = "ms" }\n', 9, 'probe[0].unit.b: "b" is none of', "are a."),
    (HEAD + OTHER + 'expect.kill = "fre > 1GB"\n', 8, 'probe[0].expect.kill: there is no name "fre".', None),
    (HEAD + '[[probe]]\nid = "p"\nkind = "http"\nurl = "/x"\n', 7, 'probe[0].url: "/x" has no base.', None),
    (HEAD + '[[probe]]\nid = "p"\nkind = "http"\nurl = "ftp://x"\n', 7, 'probe[0].url: "ftp://x" is no http', None),
    (HEAD + '[[probe]]\nid = "p"\nkind = "http"\nurl = "http://x"\nmethod = "POST"\n', 8, "POST changes things.", None),
    (HEAD + '[[probe]]\nid = "p"\nkind = "http"\nurl = "http://x"\nmethod = "POST"\nunsafe = true\n',
     8, "POST is never asked on schedule.", 'when_run = "manual"'),
    (HEAD + '[[probe]]\nid = "p"\nkind = "disk"\npath = "{stat}/x"\n[vars]\nstate = "/s"\n',
     7, "probe[0].path: there is no variable {stat}.", "Did you mean state?"),
    (HEAD + '[[rewrite]]\npattern = "("\nreplace = ""\n', 5, "rewrite[0].pattern: not a regular expression:", None),
    (HEAD + "[[rewrite]]\npattern = 'a'\nreplace = '\\1'\n", 6, "rewrite[0].replace: not a replacement", None),
    (HEAD + "[[rewrite]]\npattern = 'a'\nreplace = '\\g<x>'\n", 6, "rewrite[0].replace: not a replacement", None),
    (HEAD + '[[scenario]]\nid = "s"\ntitle = "S"\nseverity = "P1"\nrunbook = "gone.md"\n',
     8, 'scenario[0].runbook: this pack has no runbook "gone.md".', None),
    (HEAD + 'respond = "soon"\n', 4, 'scheme.P1.respond: "soon" is no time to wait.', None),
    ('name = "N"\n[scheme.P1]\nrank = 9\n', 3, "scheme.P1.rank: is 9.", None),
    (HEAD + '[calendar]\nworkdays = ["monday"]\n', 5, 'calendar.workdays[0]: "monday" is no weekday.', "mean mon?"),
    (HEAD + '[calendar]\nholidays = ["25.12."]\n', 5, 'calendar.holidays[0]: "25.12." is no date.', None),
    (HEAD + '[calendar]\ncloses = "08:00"\n', 5, "calendar.closes: is not after opens.", None),
    (HEAD + '[calendar]\ntimezone = "Mars/Olympus"\n', 5, "calendar.timezone: this host knows no time zone", None),
])
def test_what_is_wrong_beyond_the_shape(tmp_path, text, line, problem, remedy):
    error = refused(tmp_path, text)
    assert problem in error.detail
    assert (f", line {line}: " if line else "handrail.toml: ") in error.detail
    if remedy:
        assert remedy in error.remedy


def test_a_circle_of_dependencies(tmp_path):
    circle = (("a", "b"), ("b", "c"), ("c", "a"))
    text = HEAD + "".join(f'[[probe]]\nid = "{id}"\nkind = "self"\ndepends_on = ["{on}"]\n' for id, on in circle)
    assert "a depends on itself." in refused(tmp_path, text).detail
