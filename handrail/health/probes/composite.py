"""Other lamps taken together."""

from __future__ import annotations

from handrail.health.probes.reading import Hands, Reading
from handrail.kinds import Composite
from handrail.pack.probe_checks import matches

NONE_BAD = 5  # `worst` where no lamp is bad: milder than any rank


async def ask(options: Composite, hands: Hands) -> Reading:
    """Blocked counts as bad: why a part fails does not matter to the whole. What cannot be told is not well."""
    lamps = [
        lamp for id, lamp in hands.lamps().items()
        if any(matches(pattern, id) or matches(pattern, id.partition("/")[0]) for pattern in options.of)
    ]
    bad = [rank or NONE_BAD for word, rank in lamps if rank or word == "BLOCKED"]
    unknown = sum(word in ("UNKNOWN", "STALE") for word, _ in lamps)
    values: dict[str, object] = {
        "bad": len(bad), "total": len(lamps), "unknown": unknown, "worst": min(bad, default=NONE_BAD),
    }
    if unknown and "unknown" not in hands.needs:
        values["error"] = "parts"
    return Reading(values)
