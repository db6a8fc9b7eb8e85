"""What an answer means: each level of a probe held against the values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from handrail.conditions import Answer, Condition, Context, parse
from handrail.pack.model import Pack, Probe
from handrail.pack.probe_names import names_of
from handrail.quantities import seconds

AGREE_RANK = 3
# A kill switch that is thrown and did not do what it is for.
EXPECT_RANK = 2
MISSING_RANK = {"warn": 3, "crit": 1}


@dataclass(frozen=True, slots=True)
class Level:
    """One way of being bad. `hold` and `clear_hold` are seconds.

    `when` is None for what Handrail adds by itself: `own` says what that is about. `tag` is the engaged condition under
    which something else was expected.
    """

    rank: int
    severity: str
    text: str
    hold: float = 0.0
    clear_hold: float = 0.0
    latch: bool = False
    note: str = ""
    owner: str = ""
    channel: str = ""
    scenario: str = ""
    when: Condition | None = None
    clear: Condition | None = None
    own: Literal["", "missing", "agree", "expect"] = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One answer, judged. `levels` and `clears` say yes, no or None (cannot be told) for each level.

    A level that does not apply now is in `apart`. `unknown` says why the lamp cannot be told, "" when it can.
    `expected` is the tag of an engaged condition under which this is what was expected. `learning` says which windows
    still fill.
    """

    levels: tuple[bool | None, ...]
    clears: tuple[bool | None, ...]
    apart: frozenset[int] = frozenset()
    unknown: str = ""
    expected: str = ""
    learning: str = ""

    @property
    def rank(self) -> int | None:
        """Position of the worst level that holds, None when none does."""
        return next((n for n, holds in enumerate(self.levels) if holds), None)


class Judge:
    """The levels of one probe, worst first, ready to be asked."""

    def __init__(self, probe: Probe, pack: Pack) -> None:
        names = names_of(probe)
        ranks = {name: rule.rank for name, rule in pack.scheme.items()}
        self.probe = probe
        levels = [
            Level(
                rank=ranks[level.severity], severity=level.severity, text=level.when,
                hold=seconds(level.for_) or 0.0, clear_hold=seconds(level.clear_for) or 0.0, latch=level.latch,
                note=level.note, owner=level.owner, channel=level.channel, scenario=level.scenario,
                when=parse(level.when, names), clear=parse(level.clear, names) if level.clear else None,
            )
            for level in probe.level
        ]
        self.agree = parse(probe.agree, names) if probe.agree else None
        if self.agree is not None:
            levels.append(
                Level(AGREE_RANK, _severity(ranks, AGREE_RANK), probe.agree, note="sources disagree", own="agree"))
        if probe.missing in MISSING_RANK:
            rank = MISSING_RANK[probe.missing]
            levels.append(Level(rank, _severity(ranks, rank), "", note="no value", own="missing"))
        # No severity: whoever threw the switch knows already that this is an incident.
        levels += [Level(EXPECT_RANK, "", f"{tag} is engaged, but not {text}", note="not as expected", own="expect",
                         tag=tag) for tag, text in probe.expect.items()]
        self.levels = tuple(sorted(levels, key=lambda level: level.rank))
        self.expect = {tag: parse(text, names) for tag, text in probe.expect.items()}
        conditions = [c for level in self.levels for c in (level.when, level.clear) if c is not None]
        conditions += [*self.expect.values(), *([self.agree] if self.agree else [])]
        self.names = frozenset[str]().union(*(condition.names for condition in conditions))
        self.patterns = frozenset[str]().union(*(condition.patterns for condition in conditions))
        self.windows: dict[str, float] = {}
        for condition in conditions:
            for name, length in condition.windows.items():
                self.windows[name] = max(length, self.windows.get(name, 0.0))

    def judge(self, values: Mapping[str, object], context: Context, reasons: Mapping[str, str],
              engaged: Collection[str] = ()) -> Result:
        """`reasons` say why values are missing; `engaged` are the tags that incidents have engaged."""
        told = [level.when.judge(values, context) if level.when is not None else None for level in self.levels]
        levels: list[bool | None] = []
        apart: set[int] = set()
        whys: list[str] = []
        learning: list[str] = []
        missing = False
        for n, answer in enumerate(told):
            if answer is None:
                levels.append(False)
            elif answer.value is None and self._waits(self.levels[n], answer, values):
                levels.append(False)
                apart.add(n)
                learning += [answer.why] if answer.filling else []
            else:
                levels.append(answer.value)
                if answer.value is None:
                    whys.append(_reason(answer, reasons))
                    missing = missing or bool(answer.absent)
        self._add_own(levels, values, context, missing, engaged)
        failed = self._failed(values)
        unknown = "" if any(levels) else failed or ", ".join(dict.fromkeys(whys))
        if missing and self.probe.missing == "ok" and not failed:
            levels, unknown = [bool(holds) for holds in levels], ""
        clears = tuple(
            level.clear.judge(values, context).value if level.clear is not None else _opposite(holds)
            for level, holds in zip(self.levels, levels, strict=True)
        )
        expected = next((tag for tag in engaged if tag in self.expect
                         and self.expect[tag].judge(values, context).value is True), "")
        return Result(tuple(levels), clears, frozenset(apart), unknown, expected, ", ".join(dict.fromkeys(learning)))

    def _waits(self, level: Level, answer: Answer, values: Mapping[str, object]) -> bool:
        """An optional value is absent, or a window has not filled: that level waits, the lamp does not.

        A window that does not fill because its signal is gone is no such case.
        """
        optional = frozenset(self.probe.optional)
        if answer.filling and level.when is not None:
            return all(name in optional or name.startswith("item.") or values.get(name) is not None
                       for name in level.when.windows)
        return bool(answer.absent) and answer.absent <= optional

    def _add_own(self, levels: list[bool | None], values: Mapping[str, object], context: Context,
                 missing: bool, engaged: Collection[str]) -> None:
        for n, level in enumerate(self.levels):
            if level.own == "missing":
                levels[n] = missing
            elif level.own == "agree" and self.agree is not None:
                levels[n] = self.agree.judge(values, context).value is False
            elif level.own == "expect":
                levels[n] = level.tag in engaged and self.expect[level.tag].judge(values, context).value is False

    def _failed(self, values: Mapping[str, object]) -> str:
        """A probe that did not get its answer is not well because no level mentions it."""
        error, status = values.get("error", "none"), values.get("status")
        if error != "none" and "error" not in self.names:
            return str(error)
        if isinstance(status, int) and status >= 300 and "status" not in self.names:  # a redirect is no answer either
            return f"HTTP {status}"
        return ""


def _reason(answer: Answer, reasons: Mapping[str, str]) -> str:
    better = [reasons[name] for name in sorted(answer.absent) if name in reasons]
    return ", ".join(dict.fromkeys(better)) or answer.why


def _opposite(holds: bool | None) -> bool | None:
    return None if holds is None else not holds


def _severity(ranks: Mapping[str, int], rank: int) -> str:
    """The scheme's own name for a rank, or the next milder one."""
    return next((name for name, of in sorted(ranks.items(), key=lambda item: item[1]) if of >= rank), "")
