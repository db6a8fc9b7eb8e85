"""A console on a moment that stands still: fixed clock, fixed facts, nothing on disk and nothing running."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from handrail.board import card, names
from handrail.earlier import Earlier
from handrail.health.monitor import Lamp, Poll
from handrail.incident.checklist import Checklist, build
from handrail.incident.events import Actor, Event
from handrail.incident.incident import Attempt, Call, Condition, Deadline, Incident, ItemState, Level
from handrail.incident.prepare import Prepared
from handrail.pack.model import LevelRule, Pack, Scenario
from handrail.runbook.model import Expected, Item, Runbook, Section
from handrail.runs.record import RunState
from handrail.snapshot import Activity, BadCard, Console, Snapshot
from handrail.values.secrets import Secrets

NOW = datetime(2026, 11, 21, 3, 17, 30, tzinfo=UTC)
EXPECTED = Expected(kind="json", value='{"connected": false, "watchActive": false}', lines=(18, 18))


class StillClock:
    def now(self) -> datetime:
        return NOW

    def boot(self) -> float:
        return 1000.0


def ago(**parts: float) -> datetime:
    return NOW - timedelta(**parts)


def item(number: int, section: str, title: str, command: str = "", kind: str = "command", **more: Any) -> Item:
    return Item(
        id=f"item{number}",
        kind=kind,
        section=("Gmail", section),
        lines=(10 + number * 3, 11 + number * 3),  # type: ignore[arg-type]
        title=title,
        text=title,
        command=command,
        **more,
    )


KILL, ROTATE = "Kill switch", "Rotate the token"
ITEMS = (
    item(1, KILL, "Stop the Gmail watch", "curl -s -X POST http://localhost:3100/api/gmail/watch/stop"),
    item(
        2,
        KILL,
        "Revoke the OAuth token",
        "curl -s -X POST http://localhost:3100/api/auth/gmail/revoke",
        risk="destructive",
        risk_why="revokes",
    ),
    item(
        3,
        KILL,
        "Verify disconnection",
        "curl -s http://localhost:3100/api/gmail/status",
        risk="read",
        expected=EXPECTED,
    ),
    item(
        4,
        ROTATE,
        "Clear stored credentials",
        "rm /home/alwaysclaw/state/auth/gmail-tokens.json",
        risk="destructive",
        risk_why="rm",
    ),
    item(5, ROTATE, "Re-authenticate in the browser", kind="manual"),
    item(6, ROTATE, "If consent is refused: escalate", kind="decision"),
    item(
        7,
        ROTATE,
        "Verify the new token works",
        "curl -s http://localhost:3100/api/gmail/status",
        risk="read",
        expected=Expected(kind="json", value='{"connected": true}', lines=(31, 31)),
    ),
    item(8, ROTATE, "The provider's status page", kind="reference"),
)
RUNBOOK = Runbook(
    document="gmail.md",
    title="Gmail",
    sha256="feed",
    front_matter={},
    items=ITEMS,
    sections=(
        Section(title="Gmail", level=1, lines=(1, 60), path=("Gmail",), minutes=15.0),
        Section(title=KILL, level=2, lines=(9, 21), path=("Gmail", KILL)),
        Section(title=ROTATE, level=2, lines=(22, 60), path=("Gmail", ROTATE)),
    ),
)
PACK = Pack(
    id="alwaysclaw",
    name="AlwaysClaw",
    short="AC",
    folder=Path("/nowhere"),
    sha256="beef",
    scheme={
        "P1": LevelRule(
            rank=1,
            title="Full outage",
            respond="5m",
            resolve="30m",
            examples=("the gateway crashes at start", "the state folder cannot be read"),
        ),
        "P2": LevelRule(rank=2, title="Major degradation", respond="15m", resolve="1h", examples=("Gmail is down",)),
        "P3": LevelRule(rank=3, title="Minor issue", respond="1h", resolve="24h"),
        "P4": LevelRule(rank=4, title="Low impact"),
    },
    scenarios=(
        Scenario(id="gmail", title="Gmail credential compromise", severity="P1", runbook="gmail.md", section=KILL),
        Scenario(id="twilio", title="Twilio credential compromise", severity="P1", runbook="twilio.md", section=KILL),
        Scenario(id="crash", title="Service crash loop", severity="P2", runbook="crash.md", section="Service crash"),
    ),
)


def attempt(run: str, verdict: str = "", why: str = "", seconds: float | None = 0.4, by: str = "kim") -> Attempt:
    return Attempt(
        run=run,
        command="as on the card",
        original="",
        risk="read",
        started_at=ago(seconds=42),
        by=by,
        verdict=verdict,
        why=why,
        seconds=seconds if verdict else None,
    )


def events() -> tuple[Event, ...]:
    kim, ade = Actor("kim", "root", "pts/0", "10.0.0.7", "edge-3"), Actor("ade", "root", "pts/2", "", "edge-3")
    rows: list[tuple[str, dict[str, Any], Actor, datetime, datetime]] = [
        (
            "declared",
            {"title": "Gmail credential compromise", "level": {"name": "P1"}},
            kim,
            ago(minutes=5),
            ago(minutes=5),
        ),
        ("acknowledged", {"by": "kim"}, kim, ago(minutes=4), ago(minutes=4)),
        ("step_started", {"item": "c1:item1", "risk": "change"}, kim, ago(minutes=3), ago(minutes=3)),
        ("step_finished", {"item": "c1:item1", "verdict": "ran", "why": ""}, kim, ago(minutes=3), ago(minutes=3)),
        ("note", {"text": "the watch fell silent at 03:02 [/b]"}, ade, ago(minutes=15), ago(minutes=1)),
        (
            "step_finished",
            {"item": "c1:item3", "verdict": "failed", "why": "connected is true, expected false"},
            kim,
            ago(seconds=30),
            ago(seconds=30),
        ),
    ]
    return tuple(
        Event(
            n=n,
            id=f"e{n}",
            kind=kind,
            data=data,
            actor=actor,
            occurred_at=occurred,
            recorded_at=recorded,
            zone=0,
            reason="",
            h="0" * 64,
        )
        for n, (kind, data, actor, occurred, recorded) in enumerate(rows, 1)
    )


GMAIL = Incident(
    id="INC-20261121-031204",
    rev=6,
    head="a",
    title="Gmail credential compromise",
    pack="alwaysclaw",
    level=Level("alwaysclaw", "P1", "AC", 1),
    status="mitigating",
    holder="kim",
    declared_at=ago(minutes=5),
    intervals=((ago(minutes=5, seconds=12), None),),
    deadlines=(
        Deadline("respond", "respond", "respond", ago(minutes=1), ago(minutes=5), state="met", met_at=ago(minutes=4)),
        Deadline("resolve", "resolve", "resolve", NOW + timedelta(minutes=24, seconds=48), ago(minutes=5)),
    ),
    conditions=(Condition("kill-gmail", "Gmail kill switch ON", ago(minutes=3), "kim", until="step 7 passes"),),
    calls=(Call("c1", "gmail.md", "feed", ("Gmail",), "", "Gmail", ago(minutes=5)),),
    items={
        "c1:item1": ItemState("confirmed", seen=True, attempts=(attempt("r1", "ran"),)),
        "c1:item2": ItemState("ran", attempts=(attempt("r2", "ran"),)),
        "c1:item3": ItemState("failed", attempts=(attempt("r3", "failed", "connected is true, expected false"),)),
        "c1:item4": ItemState("running", attempts=(attempt("r4"),)),
    },
    events=events(),
)
TWILIO = Incident(
    id="INC-20261121-030341",
    rev=1,
    head="b",
    title="Twilio signature failures [b]",
    pack="alwaysclaw",
    level=Level("alwaysclaw", "P2", "AC", 2),
    status="investigating",
    intervals=((ago(minutes=13, seconds=50), None),),
    deadlines=(Deadline("respond", "respond", "respond", NOW + timedelta(seconds=70), ago(minutes=13)),),
)


def trail(*bad: int, rank: int = 1) -> tuple[tuple[float | None, int], ...]:
    return tuple((0.35 + 0.1 * (n % 3), 0) if n not in bad else (1.0, rank) for n in range(24))


LAMPS = (
    Lamp("gateway", "gateway", "", "p", "OK", 0, "12 ms", "< 500 ms", 2.0, ago(hours=1), trail()),
    Lamp(
        "watch",
        "gmail watch",
        "",
        "p",
        "CRIT",
        1,
        "inactive",
        "want active",
        2.0,
        ago(minutes=2),
        trail(*range(18, 24)),
        "P1",
        "active is false",
        "#gmail",
    ),
    Lamp("loops", "loop kernel", "", "p", "WARN", 3, "612 ms", "< 500 ms", 14.0, ago(minutes=2), trail(22, 23, rank=3)),
    Lamp("disk", "disk", "", "p", "OK", 0, "31 GB free", "> 5 GB", 9.0, ago(hours=1), trail()),
    Lamp("voice", "voice", "", "p", "STALE", 0, "was ok", "no answer for 3m", 180.0, ago(minutes=3)),
)


class StillWatcher:
    """Answers what it was given."""

    def __init__(self, snapshot: Snapshot, incidents: tuple[Incident, ...]) -> None:
        self._snapshot = snapshot
        self._incidents = {incident.id: incident for incident in incidents}

    def now(self) -> Snapshot:
        return self._snapshot

    def start(self) -> None: ...

    def close(self) -> None: ...

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        return lambda: None

    def open(self) -> tuple[Incident, ...]:
        return tuple(self._incidents.values())

    def incident(self, id: str) -> Incident | None:
        return self._incidents.get(id)

    def drifted(self, incident: Incident) -> tuple[()]:
        return ()

    def checklist(self, id: str) -> Checklist | None:
        incident = self.incident(id)
        return build(incident, lambda _: RUNBOOK) if incident else None

    def run(self, incident_id: str, run_id: str) -> SimpleNamespace:
        state = RunState("running", seconds=42, silent=39)
        return SimpleNamespace(folder=Path("/nowhere/runs") / run_id, state=lambda *_: state, meta=lambda: None)


@dataclass
class StillOperator:
    """Answers every act with the incident as it is, and remembers what was asked of it."""

    watcher: StillWatcher
    packs: tuple[Pack, ...] = (PACK,)
    actor: Actor = field(default_factory=lambda: Actor("kim", "root", "pts/0", "", "edge-3"))
    asked: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    targets_version: int = 0

    def start_polling(self) -> None: ...

    def close(self) -> None: ...

    def rename(self, name: str) -> None:
        self.asked.append(("rename", (name,)))

    def owed(self, incident: Incident) -> tuple[str, ...]:
        return ()

    def held(self, *_: object) -> None:
        return None

    def prepared(self, incident: Incident, key: str) -> Prepared:
        step = next(item for item in ITEMS if key.endswith(f":{item.id}"))
        return Prepared(
            command=step.command,
            original=f"wsl -d Ubuntu -- {step.command}",
            notes=("from wsl -d Ubuntu -- …",),
            user="root",
            host="edge-3",
            cwd="/home/alwaysclaw",
            risk=step.risk,
            risk_why=step.risk_why,
            word="gmail-tokens.json" if "rm" in step.command else "gmail",
            expected=step.expected,
        )

    def earlier(self, incident: Incident, key: str) -> Future[Earlier]:
        """It never ran before."""
        answer: Future[Earlier] = Future()
        answer.set_result(Earlier(0, 0.0, 0.0))
        return answer

    @property
    def secrets(self) -> Secrets:
        """None was entered."""
        return Secrets()

    def __getattr__(self, name: str) -> Callable[..., Future[Incident]]:
        if name.startswith("_"):
            raise AttributeError(name)

        def act(*args: Any, **named: Any) -> Future[Incident]:
            self.asked.append((name, args))
            answer: Future[Incident] = Future()
            answer.set_result(self.watcher.incident(args[0]) or GMAIL if args else GMAIL)
            return answer

        return act


def operator(kind: str = "busy") -> StillOperator:
    """busy: two incidents, five lamps. empty: nothing. waits: a step asks for a password. bad: a damaged file."""
    runs = {
        "r4": RunState(
            "running",
            seconds=42,
            silent=39,
            echo=kind != "waits",
            waits="[sudo] password for kim:" if kind == "waits" else "",
        )
    }
    incidents = () if kind == "empty" else (GMAIL, TWILIO)
    cards = tuple(card(one, build(one, lambda _: RUNBOOK), runs) for one in incidents)
    lines = (
        []
        if kind == "empty"
        else [
            Activity(
                ago(seconds=30), GMAIL.id, "kim", "step 3 Verify disconnection FAILED, connected is true", "failed"
            ),
            Activity(ago(seconds=42), GMAIL.id, "kim", "step 4 Clear stored credentials started, DESTROYS", "running"),
            Activity(ago(minutes=1), GMAIL.id, "ade", "the watch fell silent at 03:02 [/b]", "note"),
            Activity(ago(minutes=4), GMAIL.id, "kim", "accepted it", "acknowledged"),
            Activity(ago(minutes=5), GMAIL.id, "kim", "declared P1 Gmail credential compromise", "P1"),
        ]
    )
    bad = (
        (
            BadCard(
                "INC-20261120-101500",
                Path("/var/lib/handrail/active/INC-20261120-101500.json"),
                "its checksum does not match its bytes",
            ),
        )
        if kind == "bad"
        else ()
    )
    snapshot = Snapshot(
        at=NOW,
        state=Path("/var/lib/handrail"),
        cards=cards,
        bad=bad,
        lamps=() if kind == "empty" else LAMPS,
        polls=() if kind == "empty" else (Poll("p", "ade", 3.0),),
        consoles=(Console("ade", 1), Console("kim", 2)),
        walls=1,
        activity=tuple(lines),
        packs=("AlwaysClaw",),
        runs=runs,
    )
    return StillOperator(StillWatcher(snapshot, incidents))


__all__ = ["GMAIL", "NOW", "StillClock", "StillOperator", "names", "operator"]
