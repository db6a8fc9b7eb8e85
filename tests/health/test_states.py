"""The state machine, answer by answer, on a clock moved by hand.

A story is a row of answers every `every` seconds: `.` well, `1` to `4` bad at that rank, `?` cannot be told, and a
space is an answer that never came. Below it stands the word after each.
"""

from __future__ import annotations

import pytest

from handrail.health.track import Meter, Track
from handrail.pack.pack import Pack

LETTERS = {"CRIT": "C", "HIGH": "H", "WARN": "W", "NOTE": "N", "OK": "o", "UNKNOWN": "u", "FLAPPING": "f",
           "EXPECTED": "e", "BLOCKED": "b"}
LEVELS = "".join(f'  {{ severity = "P{rank}", when = "x == {rank}" }},\n' for rank in (1, 2, 3, 4))


def story(pack: Pack, clock, answers: str, every: float = 10.0) -> str:
    """The words of the first probe's lamp after each answer; a space where none came."""
    track = Track(Meter(pack.probes[0], pack), "", None)
    told = ""
    for answer in answers:
        clock.passed += every
        if answer == " ":
            told += " "
            continue
        value = {".": 0, "?": None}.get(answer, int(answer) if answer.isdigit() else None)
        track.take({"error": "none", "x": value}, {}, clock, (), {})
        track.face(clock, {})
        told += LETTERS[track.word]
    return told


def probe(levels: str = LEVELS, **keys: object) -> str:
    settings = {"interval": "10s", "confirm_bad": 3, "confirm_good": 2, "stale_after": "3x", "timeout": "1s"} | keys
    lines = "".join(f"{key} = {value!r}\n".replace("'", '"') if isinstance(value, str) else f"{key} = {value}\n"
                    for key, value in settings.items())
    return ('[[probe]]\nid = "p"\nkind = "http"\nurl = "http://h/"\nvalues = { x = ".x" }\n'
            f'flap = {{ window = 21, high = 90, low = 20 }}\n{lines}level = [\n{levels}]\n')


@pytest.mark.parametrize(("settings", "answers", "words"), [
    # an answer in the red is believed after confirm_bad, one in the green after confirm_good
    ({}, "....", "oooo"),
    ({}, ".111..", "oooCCo"),
    ({}, ".11.11.", "ooooooo"),
    ({}, ".1111.1..", "oooCCCCCo"),
    ({"confirm_bad": 1, "confirm_good": 1}, ".1.1", "oCoC"),
    ({"confirm_bad": 0, "confirm_good": 0}, ".1.", "oCo"),
    # never green before a first good answer, and never green on the way to red from nothing
    ({}, "111", "uuC"),
    ({}, "1.", "uo"),
    ({}, "?1?", "uuu"),
    # up and down the ranks
    ({}, ".333111333..", "oooWWWCCWWWo"),
    ({}, ".111333...", "oooCCWWWoo"),
    # an outage that changes its face is still one
    ({}, ".1212121", "ooooHHHH"),
    # not to be told: a bad lamp stays so for a while, a good one does not stay good
    ({}, "..??..", "oouuoo"),
    ({}, ".111?.?..", "oooCCCCoo"),
    ({}, ".111???????", "oooCCCCuuuu"),
    ({}, ".111?????1", "oooCCCCuuC"),
    ({}, "..?11", "oouuu"),
    ({}, ".1?1?1", "oouuuC"),
])
def test_damping(packed, clock, settings, answers, words):
    assert story(packed(probe(**settings)), clock, answers) == words


@pytest.mark.parametrize(("level", "answers", "words"), [
    # `for` is time that was watched
    ('when = "x == 2", for = "30s"', ".22222", "ooooHH"),
    ('when = "x == 2", for = "30s"', ".22.2222", "oooooooH"),
    ('when = "x == 2", for = "40s"', ".222222", "oooooHH"),
    # until `clear` holds, not merely until `when` does not
    ('when = "x >= 3", clear = "x < 2"', ".444222...", "oooHHHHHoo"),
    ('when = "x == 2", clear_for = "30s"', ".222....", "oooHHHHo"),
    ('when = "x == 2", clear_for = "30s"', ".222..2....", "oooHHHHHHHo"),
    # until a person clears it
    ('when = "x == 2", latch = true', ".222......", "oooHHHHHHH"),
])
def test_holding_and_clearing(packed, clock, level, answers, words):
    assert story(packed(probe(f'  {{ severity = "P2", {level} }},\n')), clock, answers) == words


def test_time_that_nobody_watched_neither_fires_nor_resets(packed, clock):
    pack = packed(probe('  { severity = "P2", when = "x == 2", for = "40s" },\n'))
    assert story(pack, clock, ".222          2") == "oooo" + " " * 10 + "o", "not two minutes bad"
    assert story(pack, clock, ".222          222") == "oooo" + " " * 10 + "ooH", "20 s before the gap, 20 s after"


def test_levels_do_not_share_their_time(packed, clock):
    levels = ('  { severity = "P1", when = "x == 1", for = "10m" },\n'
              '  { severity = "P3", when = "x == 3" },\n')
    assert story(packed(probe(levels)), clock, ".1111111") == "oooooooo", "P1 waits; nothing says P3"


def test_flapping_holds_the_worse_state_until_it_calms_down(packed, clock):
    text = probe(confirm_bad=1, confirm_good=1).replace("high = 90", "high = 30")
    told = story(packed(text), clock, "." * 10 + "1." * 5 + "." * 40)
    assert told.startswith("o" * 10 + "Co")
    assert "f" in told
    first, last = told.index("f"), told.rindex("f")
    assert told[first : last + 1] == "f" * (last - first + 1), "it does not flap between flapping and not"
    assert 10 < first < 20 < last
    assert told.endswith("o" * 5)


def test_what_is_expected_while_a_kill_switch_is_engaged(packed, clock):
    pack = packed(probe('  { severity = "P1", when = "x == 1" },\n') + 'expect.kill-x = "x == 1"\n')
    track = Track(Meter(pack.probes[0], pack), "", None)

    def after(value: object, *engaged: str) -> str:
        clock.passed += 10
        track.take({"error": "none", "x": value}, {}, clock, engaged, {})
        track.face(clock, {})
        return track.word

    assert [after(1, "kill-x") for _ in range(4)] == ["EXPECTED"] * 4
    assert track.rank == 0
    assert after(1) == "CRIT", "it was counted all the while"
    assert after(0, "kill-x") == "CRIT", "well is not what was expected"
    assert after(0, "kill-x") == "HIGH", "the switch is thrown, and what it is for has not come"
    assert [after(0) for _ in range(2)] == ["HIGH", "OK"]


def test_a_bad_parent_explains_what_is_no_worse_than_itself(packed, clock):
    pack = packed(probe(confirm_bad=1))
    track = Track(Meter(pack.probes[0], pack), "", None)

    def beneath(value: object, word: str, rank: int) -> str:
        clock.passed += 10
        track.take({"error": "none", "x": value}, {}, clock, (), {})
        track.face(clock, {"gateway": (word, rank)})
        return track.word

    assert beneath(2, "OK", 0) == "HIGH"
    assert beneath(2, "CRIT", 1) == "BLOCKED"
    assert (track.rank, track.why) == (0, "blocked by gateway")
    assert beneath(2, "WARN", 3) == "HIGH", "a slow gateway does not explain a dead mailbox"
    assert beneath(2, "BLOCKED", 0) == "BLOCKED", "what blocks the parent blocks the child"
    assert beneath(2, "UNKNOWN", 0) == "HIGH"


def test_a_probe_that_could_not_measure_is_not_well_because_no_level_says_so(packed, clock):
    pack = packed('[[probe]]\nid = "p"\nkind = "http"\nurl = "http://h/"\nconfirm_bad = 1\nvalues = { x = ".x" }\n'
                  'optional = ["x"]\nlevel = [{ severity = "P1", when = "x == 1" }]\n')
    track = Track(Meter(pack.probes[0], pack), "", None)
    for values, word, value in (
        ({"error": "refused"}, "UNKNOWN", "refused"),
        ({"error": "none", "status": 500}, "UNKNOWN", "HTTP 500"),
        ({"error": "none", "status": 200, "elapsed": 0.012}, "OK", "12 ms"),
        ({"error": "timeout"}, "UNKNOWN", "no answer in 5 s"),
    ):
        clock.passed += 10
        track.take(values, {}, clock, (), {})
        track.face(clock, {})
        assert (track.word, track.value) == (word, value)


@pytest.mark.parametrize(("missing", "word", "rank"), [
    ("unknown", "UNKNOWN", 0), ("ok", "OK", 0), ("warn", "WARN", 3), ("crit", "CRIT", 1)])
def test_what_an_absent_value_means_is_the_packs_choice(packed, clock, missing, word, rank):
    pack = packed(probe(missing=missing, confirm_bad=1))
    track = Track(Meter(pack.probes[0], pack), "", None)
    track.take({"error": "none", "x": None}, {}, clock, (), {})
    track.face(clock, {})
    assert (track.word, track.rank) == (word, rank)


def test_sources_that_contradict_each_other_are_shown(packed, clock):
    pack = packed('[[probe]]\nid = "p"\nkind = "http"\nurl = "http://h/"\nconfirm_bad = 1\nconfirm_good = 1\n'
                  'values = { a = ".a", b = ".b" }\nagree = "a == b"\nlevel = [{ severity = "P1", when = "a == 9" }]\n')
    track = Track(Meter(pack.probes[0], pack), "", None)
    told = []
    for a, b in ((1, 1), (1, 2), (9, 9), (1, 1)):
        clock.passed += 10
        track.take({"error": "none", "a": a, "b": b}, {}, clock, (), {})
        track.face(clock, {})
        told.append((track.word, track.why))
    assert told == [("OK", ""), ("WARN", "sources disagree: a == b"), ("CRIT", "a == 9"), ("OK", "")]


def test_a_window_still_filling_makes_its_level_wait_and_not_the_lamp_unknown(packed, clock):
    pack = packed(probe('  { severity = "P1", when = "x == 1" },\n  { severity = "P3", when = "avg(x, 1m) > 3" },\n'))
    track = Track(Meter(pack.probes[0], pack), "", None)
    told = []
    for value in (4, 4, 4, 4, 4, 4, 4, 4, 4, None):
        clock.passed += 10
        track.take({"error": "none", "x": value}, {}, clock, (), {})
        track.face(clock, {})
        told.append((track.word, track.why))
    assert told[0] == ("OK", "learning: window 0 % filled")
    assert told[3] == ("OK", "learning: window 50 % filled")
    assert told[8] == ("WARN", "avg(x, 1m) > 3"), "filled after 50 s, then confirmed three times"
    assert told[9][0] == "WARN", "a signal that vanishes resolves nothing"
