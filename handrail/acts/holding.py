"""Well again is not well for a moment: what `verify` of a probe asks for before its incident is resolved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from handrail.acts.concerning import probes_of
from handrail.acts.standing import RunbookOf
from handrail.clock import short_duration
from handrail.health.monitor import Lamp
from handrail.incident.incident import Incident
from handrail.pack.model import Pack, Probe, Verify
from handrail.quantities import seconds


def unheld(incident: Incident, pack: Pack, lamps: Iterable[Lamp], runbook_of: RunbookOf) -> tuple[str, ...]:
    """For each lamp that the incident is about and that has not been well for long enough, that in a few words.

    It is about the lamps of what its steps changed, counted from the end of the last such step, and about those that
    look like its scenario.
    """
    asking = [probe for probe in pack.probes if probe.verify is not None]
    if not asking:
        return ()
    changed = _changed(incident, pack, runbook_of)
    shown = {lamp.id: lamp for lamp in lamps if lamp.pack == pack.id}
    return tuple(said for probe in asking if probe.id in changed or _looks_like(probe, incident)
                 for said in _missing(probe, shown.get(probe.id), changed.get(probe.id)))


def _changed(incident: Incident, pack: Pack, runbook_of: RunbookOf) -> dict[str, datetime]:
    """When the last step ended that changed what a probe looks at, by the probe's id."""
    found: dict[str, datetime] = {}
    for key, state in incident.items.items():
        for attempt in state.attempts:
            if attempt.risk == "read":
                continue
            over = attempt.ended_at or attempt.started_at
            for id in probes_of(incident, pack, key, attempt, runbook_of):
                found[id] = max(over, found.get(id, over))
    return found


def _looks_like(probe: Probe, incident: Incident) -> bool:
    return bool(incident.scenario) and any(level.scenario == incident.scenario for level in probe.level)


def _missing(probe: Probe, lamp: Lamp | None, since: datetime | None) -> Iterator[str]:
    assert probe.verify is not None
    if lamp is None:
        yield f"{probe.title or probe.id} has no answer"
        return
    for one in lamp.parts or (lamp,):
        if one.word != "OK" or one.well is None:
            yield f"{one.title} is {'not well yet' if one.word == 'OK' else one.word}"
        elif far := _how_far(probe.verify, one, since):
            yield f"{one.title} has been well for {far}"


def _how_far(verify: Verify, lamp: Lamp, since: datetime | None) -> str:
    """"2m of 10m (4 of 20 answers)"; "" when that is enough."""
    assert lamp.well is not None
    begun = lamp.well.since if since is None else max(since, lamp.well.since)
    newest = [at for at in lamp.well.newest if at >= begun]
    held = max(0.0, (newest[-1] - begun).total_seconds()) if newest else 0.0
    wanted = seconds(verify.hold) or 0.0
    if held >= wanted and len(newest) >= verify.samples:
        return ""
    answers = f" ({len(newest)} of {verify.samples} answers)" if verify.samples > 1 else ""
    return f"{short_duration(int(held))} of {short_duration(wanted)}{answers}"
