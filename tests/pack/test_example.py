"""The annotated example is the format's description, so it must load and mean what its comments say."""

from __future__ import annotations

from pathlib import Path

from handrail.pack import pack

EXAMPLE = Path(__file__).parents[1] / "data" / "packs" / "example"


def test_the_example_says_what_its_comments_say():
    house = pack.load(EXAMPLE)
    assert (house.id, house.name, house.short) == ("boathouse", "Boat House", "BH")
    assert list(house.scheme) == ["P1", "P2", "P3"]
    assert house.runbooks == (EXAMPLE / "boathouse.md",)
    assert house.path == (str(EXAMPLE / "bin"),)
    gate, harbour, disk = house.probes
    assert gate.options["url"] == "http://127.0.0.1:4100/api/gate", "base, then the rewrite"
    assert (gate.interval, gate.confirm_bad, gate.missing) == ("10s", 2, "unknown")
    assert (disk.interval, disk.options["path"]) == ("60s", "/srv/boathouse/state")
    assert harbour.depends_on == ("gate",)


def test_the_shipped_plain_pack_has_four_levels_and_asks_nothing():
    plain = pack.builtin("plain")
    assert [(name, rule.rank) for name, rule in plain.scheme.items()] == [("P1", 1), ("P2", 2), ("P3", 3), ("P4", 4)]
    assert plain.probes == ()
    assert not any(rule.respond or rule.resolve or rule.update for rule in plain.scheme.values())
    assert [scenario.severity for scenario in plain.scenarios] == list(plain.scheme)
