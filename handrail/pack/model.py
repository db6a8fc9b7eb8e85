"""What a pack is made of: the tables of handrail.toml as values."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec


class LevelRule(msgspec.Struct, frozen=True, kw_only=True):
    """One severity of a scheme. Durations are texts such as "5m", "24h", "1w", "next business day"; "" for none.

    `rank` 1 is the worst. `examples` are the runbook's own, shown when declaring.
    """

    rank: int
    title: str = ""
    respond: str = ""
    update: str = ""
    resolve: str = ""
    escalate: tuple[str, ...] = ()
    review: str = ""
    examples: tuple[str, ...] = ()


class ProbeLevel(msgspec.Struct, frozen=True, kw_only=True):
    """One `level` of a probe: bad in this way while `when` holds, for `for`, until `clear` (else until not `when`).

    `latch` keeps it until a person clears it. `note`, `owner` and `channel` are shown beside it; `scenario` is
    what it looks like, offered when somebody declares from the lamp.
    """

    severity: str
    when: str
    for_: str = msgspec.field(default="", name="for")
    clear: str = ""
    clear_for: str = ""
    note: str = ""
    owner: str = ""
    channel: str = ""
    scenario: str = ""
    latch: bool = False


class Flap(msgspec.Struct, frozen=True, kw_only=True):
    """Flapping: the weighted share of changes among the last `window` answers, in percent."""

    window: int
    high: float
    low: float


class Each(msgspec.Struct, frozen=True, kw_only=True):
    """Sub-lamps: `items` is a jq path that yields each thing, `key` one that yields its name."""

    key: str
    items: str = ".[]"


class Verify(msgspec.Struct, frozen=True, kw_only=True):
    """What "resolved" needs after a step: good for `hold`, over at least `samples` answers."""

    hold: str
    samples: int = 1


class Countdown(msgspec.Struct, frozen=True, kw_only=True):
    """A timer on the panel: the moment in `field`, plus `plus`."""

    field: str
    plus: str = "0s"
    label: str = ""


Missing = Literal["unknown", "ok", "warn", "crit"]


class Cadence(msgspec.Struct, frozen=True, kw_only=True):
    """`[defaults]`: how every probe of the pack is asked and damped; each key may be given per probe.

    Durations are texts. `stale_after` may be a multiple of the interval ("3x"). What a pack does not give stands in
    packs/common/defaults.toml.
    """

    interval: str = ""
    retry_every: str = ""
    slow_after: str = ""
    slow_interval: str = ""
    stale_after: str = ""
    timeout: str = ""
    confirm_bad: int = 1
    confirm_good: int = 1
    missing: Missing = "unknown"
    min_coverage: float = 1.0
    flap: Flap | None = None
    history: str = ""
    concurrency: int = 1
    body_limit: str = ""


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """One `[[probe]]`, with what it leaves out filled in from `[defaults]`.

    `values` are jq paths that must each yield exactly one value; `unit` gives numbers their unit (one for all, or by
    name). `show` is what the lamp says ("{watch}", "{free} free"), `want` what would be well ("want active"), `words`
    turns values into words (true = "active"), `graph` names the number the sparkline draws. `expect` holds a condition
    by tag: what is expected while that tag is engaged. `options` holds the keys of the kind (url, host, path, ...).
    """

    id: str
    kind: str
    title: str = ""
    group: str = ""
    tags: tuple[str, ...] = ()
    runbook: str = ""
    owner: str = ""
    channel: str = ""
    interval: str = ""
    retry_every: str = ""
    slow_after: str = ""
    slow_interval: str = ""
    stale_after: str = ""
    timeout: str = ""
    when_run: Literal["schedule", "manual"] = "schedule"
    unsafe: bool = False
    requires: str = ""
    network: Literal["local", "external"] = "local"
    confirm_bad: int = 1
    confirm_good: int = 1
    flap: Flap | None = None
    missing: Missing = "unknown"
    optional: tuple[str, ...] = ()
    min_coverage: float = 1.0
    history: str = ""
    body_limit: str = ""
    values: dict[str, str] = {}
    unit: str | dict[str, str] = ""
    each: Each | None = None
    show: str = ""
    want: str = ""
    words: dict[str, str] = {}
    graph: str = ""
    level: tuple[ProbeLevel, ...] = ()
    expect: dict[str, str] = {}
    agree: str = ""
    depends_on: tuple[str, ...] = ()
    verify: Verify | None = None
    countdown: Countdown | None = None
    events: tuple[str, ...] = ()
    options: dict[str, Any] = {}


class Rewrite(msgspec.Struct, frozen=True, kw_only=True):
    """A pattern and its replacement, applied to a command just before it runs and always shown. `note` says why."""

    pattern: str
    replace: str
    note: str = ""


# When evidence is collected in a scenario: before anything changes, meanwhile, only once there is room for it again,
# or a snapshot of it before anything else changes. "" asks for nothing.
Collecting = Literal["", "first", "during", "after", "snapshot"]


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """What `d` offers: a title, a level, and the section of a runbook that answers it. `evidence` says when evidence is
    collected, as `[evidence]` of the pack knows it."""

    id: str
    title: str
    severity: str
    runbook: str = ""
    section: str = ""
    examples: tuple[str, ...] = ()
    evidence: Collecting = ""


class StandingRule(msgspec.Struct, frozen=True, kw_only=True):
    """`[[condition]]`: a fact that stands until it is undone, such as an engaged kill switch.

    `engage` and `clear` are sections ("kill-switches.md#gmail-kill-switch"): it is engaged once a changing step of the
    one took effect, and cleared once the last step of the other passed. `id` is the tag that probes `expect`.
    """

    id: str
    text: str
    engage: str
    clear: str
    until: str = ""


class ClockRule(msgspec.Struct, frozen=True, kw_only=True):
    """`[[clock]]`: how long a procedure may take, or how long something lasts.

    It runs `within` ("60s") from the first start in one of its `sections` ("kill-switches.md#gmail-kill-switch"), or
    from the end of the step titled `after` there; it is met by the step titled `until`, else by the section's last one.
    Each opened call has a clock of its own. `text` names it on the screen.
    """

    id: str
    text: str
    within: str
    sections: tuple[str, ...]
    after: str = ""
    until: str = ""


class EvidenceRule(msgspec.Struct, frozen=True, kw_only=True):
    """`[evidence]`: where evidence is collected. `collect` is the section of the full collection, `early` of the one
    that is quick enough to come before containment; the early one suffices for what stands in the runbooks `early_for`.
    `snapshot` is the title of the step that takes a snapshot, `room` the probe whose lamp says that there is no room.
    """

    collect: str
    early: str = ""
    early_for: tuple[str, ...] = ()
    snapshot: str = ""
    room: str = ""


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """When people work: weekdays ("mon"), hours ("09:00"), days off ("2026-12-25"), a time zone ("" is this host's)."""

    workdays: tuple[str, ...] = ()
    opens: str = ""
    closes: str = ""
    holidays: tuple[str, ...] = ()
    timezone: str = ""


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """`[world]`: what a drill may touch. Written by the drill itself."""

    folder: str = ""
    ports: tuple[int, ...] = ()
    paths: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """A loaded pack. `folder` holds the Markdown; `sha256` is of everything that was read, so a change is a new pack.

    `short` is the scheme as drawn on cards (AC). `world` limits what a drill may touch; empty outside drills.
    `go_on_after_failure` names headings of runbooks under which a chain goes on past a step that failed: containment
    does what it can.
    """

    id: str
    name: str
    short: str
    folder: Path
    sha256: str
    scheme: dict[str, LevelRule]
    probes: tuple[Probe, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    conditions: tuple[StandingRule, ...] = ()
    clocks: tuple[ClockRule, ...] = ()
    evidence: EvidenceRule | None = None
    rewrites: tuple[Rewrite, ...] = ()
    tools: dict[str, dict[str, Any]] = {}
    vars: dict[str, str] = {}
    path: tuple[str, ...] = ()
    base: str = ""
    runbooks: tuple[Path, ...] = ()
    world: dict[str, Any] = {}
    cadence: Cadence = Cadence()
    calendar: Calendar = Calendar()
    go_on_after_failure: tuple[str, ...] = ()
