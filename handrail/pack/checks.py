"""What must be true of a pack beyond its shape: names that exist, durations that are some, sane conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handrail.pack import policy
from handrail.pack.model import Cadence, Calendar, Pack, Probe
from handrail.pack.probe_checks import check_conditions, check_options
from handrail.quantities import seconds, size
from handrail.runbook import tools
from handrail.runbook.model import RISKS
from handrail.tables import Source, describe, nearest, unknown_key
from handrail.toml_lines import Key

DURATION = 'Write a duration with its unit, such as "15s", "5m" or "1h30m".'
# An answer of each of these is kept in now.json.
MOST_SAMPLES = 200
RULE = 'Write a duration ("5m", "24h", "1w"), "immediately", "next business day", or "1h in business hours".'


def check(pack: Pack, source: Source) -> None:
    """Raises PackError for the first thing that is wrong, in the order of the tables."""
    _levels(pack, source)
    _cadence(pack.cadence, ("defaults",), source)
    _calendar(pack.calendar, source)
    _rewrites(pack, source)
    _tools(pack, source)
    _unique((probe.id for probe in pack.probes), "probe", source)
    _unique((scenario.id for scenario in pack.scenarios), "scenario", source)
    _unique((rule.id for rule in pack.conditions), "condition", source)
    for n, rule in enumerate(pack.conditions):
        for field in ("engage", "clear"):
            _link(getattr(rule, field), pack, ("condition", n, field), source)
    _clocks(pack, source)
    _evidence(pack, source)
    for n, probe in enumerate(pack.probes):
        _probe(pack, probe, ("probe", n), source)
    _circles(pack, source)
    for n, scenario in enumerate(pack.scenarios):
        _severity(scenario.severity, pack, ("scenario", n, "severity"), source)
        if scenario.runbook and pack.folder / scenario.runbook not in pack.runbooks:
            known = [str(path.relative_to(pack.folder)) for path in pack.runbooks]
            raise source.error(("scenario", n, "runbook"), f'this pack has no runbook "{scenario.runbook}".',
                               nearest(scenario.runbook, known, "runbooks"))


def _link(link: str, pack: Pack, key: Key, source: Source) -> None:
    """`FILE.md#anchor` of a runbook of this pack."""
    file, hash, _ = link.partition("#")
    known = [str(path.relative_to(pack.folder)) for path in pack.runbooks]
    if file not in known:
        raise source.error(key, f'this pack has no runbook "{file}".', nearest(file, known, "runbooks"))
    if not hash:
        raise source.error(key, f'"{link}" names no section.', "Write it as FILE.md#its-heading.")


def _clocks(pack: Pack, source: Source) -> None:
    _unique((rule.id for rule in pack.clocks), "clock", source)
    for n, rule in enumerate(pack.clocks):
        _duration(rule.within, ("clock", n, "within"), source)
        for place, link in enumerate(rule.sections):
            _link(link, pack, ("clock", n, "sections", place), source)


def _evidence(pack: Pack, source: Source) -> None:
    rule = pack.evidence
    if rule is not None:
        for field in ("collect", "early"):
            if link := getattr(rule, field):
                _link(link, pack, ("evidence", field), source)
        probes = [probe.id for probe in pack.probes]
        if rule.room and rule.room not in probes:
            raise source.error(("evidence", "room"), f'there is no probe "{rule.room}".',
                               nearest(rule.room, probes, "probes"))
    for n, scenario in enumerate(pack.scenarios):
        if scenario.evidence and rule is None:
            raise source.error(("scenario", n, "evidence"), "this pack does not say where evidence is collected.",
                               'Add [evidence] with collect = "FILE.md#its-heading".')


def _levels(pack: Pack, source: Source) -> None:
    if not pack.scheme:
        raise source.error(("scheme",), "has no level.", "Add a table such as [scheme.P1] with its rank.")
    for name, level in pack.scheme.items():
        key: Key = ("scheme", name)
        if not 1 <= level.rank <= 4:
            raise source.error((*key, "rank"), f"is {level.rank}.", "Ranks go from 1 (worst) to 4.")
        for field in ("respond", "update", "resolve"):
            rule = getattr(level, field)
            if rule and not policy.understood(rule):
                raise source.error((*key, field), f'"{rule}" is no time to wait.', RULE)


def _cadence(cadence: Cadence | Probe, key: Key, source: Source) -> None:
    for field in ("interval", "retry_every", "slow_after", "slow_interval", "timeout", "history"):
        _duration(getattr(cadence, field), (*key, field), source)
    times = re.fullmatch(r"(\d+(?:\.\d+)?)x", cadence.stale_after)
    if times is None or float(times[1]) < 1:
        _duration(cadence.stale_after, (*key, "stale_after"), source, 'Write "3x" (of the interval) or "1m".')
    if not size(cadence.body_limit):
        raise source.error((*key, "body_limit"), f'"{cadence.body_limit}" is no size.', 'Write one such as "256KiB".')
    if not 0 < cadence.min_coverage <= 1:
        raise source.error((*key, "min_coverage"), f"is {cadence.min_coverage}.", "It is a share between 0 and 1.")
    for field in ("confirm_bad", "confirm_good"):
        if getattr(cadence, field) < 0:
            raise source.error((*key, field), f"is {getattr(cadence, field)}.", "Count answers from 0 on.")
    if isinstance(cadence, Cadence) and cadence.concurrency < 1:
        raise source.error((*key, "concurrency"), f"is {cadence.concurrency}.", "At least one must be asked at a time.")
    if cadence.flap is not None and not (cadence.flap.window >= 3 and 0 < cadence.flap.low < cadence.flap.high <= 100):
        raise source.error((*key, "flap"), "does not fit.", "It needs window >= 3 and 0 < low < high <= 100.")


def _duration(text: str, key: Key, source: Source, remedy: str = DURATION) -> None:
    if not seconds(text):
        raise source.error(key, f'"{text}" is no duration.', remedy)


def _calendar(calendar: Calendar, source: Source) -> None:
    for n, day in enumerate(calendar.workdays):
        if day not in policy.WEEKDAYS:
            raise source.error(("calendar", "workdays", n), f'"{day}" is no weekday.',
                               nearest(day, policy.WEEKDAYS, "days"))
    if not calendar.workdays:
        raise source.error(("calendar", "workdays"), "is empty.", "Name at least one day.")
    for field in ("opens", "closes"):
        text = getattr(calendar, field)
        if policy.time_of_day(text) is None:
            raise source.error(("calendar", field), f'"{text}" is no time.', 'Write one such as "09:00".')
    if calendar.opens >= calendar.closes:
        raise source.error(("calendar", "closes"), "is not after opens.", 'Write times such as "09:00" and "17:00".')
    for n, day in enumerate(calendar.holidays):
        if policy.date_of(day) is None:
            raise source.error(("calendar", "holidays", n), f'"{day}" is no date.', 'Write one such as "2026-12-25".')
    if calendar.timezone:
        try:
            ZoneInfo(calendar.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise source.error(("calendar", "timezone"), f'this host knows no time zone "{calendar.timezone}".',
                               'Write one such as "Europe/Berlin", or leave it out for this host\'s own.') from None


def _tools(pack: Pack, source: Source) -> None:
    """Families of programs: keys that the table knows, of the type they have there, with risks that there are."""
    known = tools.keys() if pack.tools else frozenset()  # the table is not read for nothing
    for name, family in pack.tools.items():
        key: Key = ("tools", name)
        if name in tools.RESERVED:
            raise source.error(key, f"{name} is no family of programs.", "Name it after its program.")
        if not isinstance(family, dict):
            raise source.error(key, f"must be a table, not {describe(family)}.", "")
        for word, value in family.items():
            if word not in known:
                raise unknown_key((*key, word), known, source)
            wanted = tools.kind_of(word)
            if not isinstance(value, wanted) or isinstance(value, bool) != (wanted is bool):
                raise source.error((*key, word), f"must be {describe(wanted())}, not {describe(value)}.", "")
        for word in ("otherwise", "bare"):
            if (risk := family.get(word)) is not None and risk not in RISKS:
                raise source.error((*key, word), f'there is no risk "{risk}".', nearest(risk, RISKS, "risks"))


def _rewrites(pack: Pack, source: Source) -> None:
    for n, rule in enumerate(pack.rewrites):
        try:
            pattern = re.compile(rule.pattern)
        except re.error as error:
            raise source.error(("rewrite", n, "pattern"), f"not a regular expression: {error}.",
                               "Write the pattern in single quotes, so that backslashes stay.") from None
        try:
            pattern.sub(rule.replace, "")
        except (re.error, IndexError) as error:
            raise source.error(("rewrite", n, "replace"), f"not a replacement for this pattern: {error}.",
                               r"Groups are written \1 or \g<name>, a backslash \\.") from None


def _unique(ids: Iterable[str], table: str, source: Source) -> None:
    seen: set[str] = set()
    for n, id in enumerate(ids):
        if id in seen:
            raise source.error((table, n, "id"), f'"{id}" is there already.', f"Give each {table} an id of its own.")
        if not re.fullmatch(r"[\w.-]{1,64}", id):
            raise source.error((table, n, "id"), f'"{id}" is no id.', "Use letters, digits, - _ and . only.")
        seen.add(id)


def _probe(pack: Pack, probe: Probe, key: Key, source: Source) -> None:
    _cadence(probe, key, source)
    interval, timeout = seconds(probe.interval) or 0, seconds(probe.timeout) or 0
    if timeout > interval * 10:
        raise source.error((*key, "timeout"), f"{probe.timeout} is far longer than the interval of {probe.interval}.",
                           "Shorten it, or ask less often.")
    for n, level in enumerate(probe.level):
        place: Key = (*key, "level", n)
        _severity(level.severity, pack, (*place, "severity"), source)
        scenarios = [scenario.id for scenario in pack.scenarios]
        if level.scenario and level.scenario not in scenarios:
            raise source.error((*place, "scenario"), f'there is no scenario "{level.scenario}".',
                               nearest(level.scenario, scenarios, "scenarios"))
        for field, text in (("for", level.for_), ("clear_for", level.clear_for)):
            if text:
                _duration(text, (*place, field), source)
    for n, id in enumerate(probe.depends_on):
        others = [other.id for other in pack.probes if other is not probe]
        if id not in others:
            raise source.error((*key, "depends_on", n), f'there is no other probe "{id}".',
                               nearest(id, others, "probes"))
    if probe.verify is not None:
        _duration(probe.verify.hold, (*key, "verify", "hold"), source)
        if not 1 <= probe.verify.samples <= MOST_SAMPLES:
            raise source.error((*key, "verify", "samples"), f"is {probe.verify.samples}.",
                               f"Ask for 1 to {MOST_SAMPLES} answers.")
        if probe.when_run == "manual":
            raise source.error((*key, "verify"), "never comes about: this probe is only asked by hand.",
                               "Have it asked on schedule, or leave verify out.")
    if probe.countdown is not None and seconds(probe.countdown.plus) is None:
        raise source.error((*key, "countdown", "plus"), f'"{probe.countdown.plus}" is no duration.', DURATION)
    check_options(pack, probe, key, source)
    check_conditions(probe, key, source)


def _severity(name: str, pack: Pack, key: Key, source: Source) -> None:
    if name not in pack.scheme:
        raise source.error(key, f'there is no level "{name}" in this scheme.', nearest(name, pack.scheme, "levels"))


def _circles(pack: Pack, source: Source) -> None:
    parents = {probe.id: probe.depends_on for probe in pack.probes}
    for n, probe in enumerate(pack.probes):
        seen, open_ = set[str](), list(probe.depends_on)
        while open_:
            id = open_.pop()
            if id == probe.id:
                raise source.error(("probe", n, "depends_on"), f"{id} depends on itself.", "Break the circle.")
            if id not in seen:
                seen.add(id)
                open_ += parents[id]
