"""How a step ended, for the record. Any process that sees the end may write it; the first one stored wins."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from handrail.acts.decision import Decision
from handrail.incident.events import Draft
from handrail.incident.incident import Incident
from handrail.runs.record import RunState
from handrail.runs.remarks import RAN_BESIDE
from handrail.runs.verdict import Verdict
from handrail.starting_point import ran_beside


def finish(incident: Incident, key: str, run: str, verdict: Verdict, state: RunState, *, digest: str,
           now: datetime, going: Collection[str] = ()) -> Decision:
    """`digest` is the sha256 of the first `state.output_bytes` of the output, "" when that was too much to read;
    `going` are the runs of the incident that do run now.

    It happened when it ended, not when somebody looked: a step may have ended hours before the next console opened.
    """
    attempt = next((attempt for attempt in incident.item(key).attempts if attempt.run == run), None)
    if attempt is None or attempt.verdict:
        return []
    beside = state.word == "ended" and state.captured and ran_beside(incident, key, run, going)
    remarks = (*state.remarks, RAN_BESIDE) if beside else state.remarks
    ended = attempt.started_at + timedelta(seconds=state.seconds) if state.word == "ended" else now
    seconds = round(state.seconds, 3) if state.word == "ended" else None  # nobody saw how long the others took
    return [Draft("step_finished", {
        "item": key, "run": run, "verdict": verdict.word, "why": verdict.why,
        "exit": state.exit, "signal": state.signal,
        "seconds": seconds, "bytes": state.output_bytes, "sha256": digest,
        **({"remarks": list(remarks)} if remarks else {}),
    }, id=f"finish:{run}", occurred_at=min(ended, now))]
