"""Declaring on the screen, filled in from the lamp somebody looks at, else from what the lamps propose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handrail.clock import short_duration
from handrail.health.monitor import among
from handrail.text import clean
from screens.base import ActingScreen
from widgets import look
from widgets.dialogs.declare import DeclareDialog

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handrail.health.monitor import Lamp
    from handrail.incident.incident import Incident
    from handrail.pack.model import Pack
    from handrail.snapshot import Snapshot
    from tui.app import HandrailApp
    from widgets.dialogs.declare import Declaration


@dataclass(frozen=True, slots=True)
class FilledIn:
    """Each of them may be changed before enter. `source` names what proposed it."""

    scenario: str = ""
    title: str = ""
    level: str = ""
    detected: str = "now"
    source: str = ""


def declare(app: HandrailApp, *, drill: bool) -> None:
    """Ask what is to be declared; the incident opens once it is on disk."""
    screen = app.screen
    lamp = screen.lamp_under_cursor() if isinstance(screen, ActingScreen) else ""
    fill = filled_in(lamp, app.operator.watcher.now(), app.operator.packs)
    dialog = DeclareDialog(app.operator.packs, app.clock.now(), scenario=fill.scenario, title=fill.title,
                           level=fill.level, detected=fill.detected, source=fill.source, drill=drill,
                           already=already_open(app.operator.watcher.now(), app.clock.now()))

    def answered(declaration: Declaration | None) -> None:
        acting = app.places.acting
        if declaration is None:
            acting.say("Nothing was declared.", look.QUIET)
            return
        future = app.operator.declare(declaration.title, declaration.pack, declaration.level, declaration.scenario,
                                      declaration.detected_at, declaration.source)
        # Until the record answers, what was proposed must not look as if nobody had declared it.
        acting.say(f"Declaring {declaration.title} …", look.QUIET)
        acting.run_act(future, then=declared)

    def declared(incident: Incident) -> None:
        app.places.acting.unsay()
        app.places.show(incident.id)

    app.push_screen(dialog, answered)


def already_open(snapshot: Snapshot, now: datetime) -> dict[str, str]:
    """By scenario, a sentence about its newest open incident: declared twice, an incident has two halves."""
    return {
        incident.scenario: f"Open already: {clean(incident.title)}, {short_duration(int(incident.seconds_open(now)))}, "
        f"{clean(incident.holder) or 'nobody'} has it. Declare only another one."
        for incident in sorted((card.incident for card in snapshot.cards), key=lambda one: one.id)
        if incident.scenario
    }


def filled_in(lamp_id: str, snapshot: Snapshot, packs: Sequence[Pack]) -> FilledIn:
    """`lamp_id` is "" when nobody looks at a lamp."""
    lamp = among(snapshot.lamps, lamp_id)
    if lamp is not None:
        return _from_lamp(lamp, snapshot.at, packs)
    if not snapshot.proposals:
        return FilledIn()
    one = snapshot.proposals[0]
    title = "" if one.scenario else one.title
    return FilledIn(one.scenario, title, one.level, _ago(one.since, snapshot.at), f"lamp {', '.join(one.ids[:8])}")


def _from_lamp(lamp: Lamp, at: datetime, packs: Sequence[Pack]) -> FilledIn:
    scenario = lamp.scenario or _by_link(lamp, packs)
    title = "" if scenario else f"{lamp.title}: {lamp.why.partition(':')[0] or lamp.value}"
    detected = _ago(lamp.since, at) if lamp.severity else "now"
    return FilledIn(scenario, title if lamp.severity else "", lamp.severity, detected, f"lamp {lamp.id}")


def _by_link(lamp: Lamp, packs: Sequence[Pack]) -> str:
    """The scenario that opens the very section the lamp is linked to."""
    file, _, wanted = lamp.runbook.partition("#")
    return next((one.id for pack in packs if pack.id == lamp.pack for one in pack.scenarios
                 if wanted and one.runbook == file and _anchor(one.section) == wanted), "")


def _ago(since: datetime | None, at: datetime) -> str:
    seconds = int((at - since).total_seconds()) if since is not None else 0
    return f"{seconds}s ago" if 5 <= seconds < 600 else f"{seconds // 60}m ago" if seconds >= 600 else "now"


def _anchor(title: str) -> str:
    """A heading as the anchor that links to it."""
    return "-".join("".join(c for c in title.lower() if c.isalnum() or c in " -").split())
