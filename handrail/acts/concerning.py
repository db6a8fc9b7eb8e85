"""Which probes look at the system that a step acted on."""

from __future__ import annotations

from contextlib import suppress

from handrail.acts.standing import RunbookOf, rules_of
from handrail.errors import HandrailError
from handrail.health.system import concerned
from handrail.incident.checklist import find, split_key
from handrail.incident.incident import Attempt, Incident
from handrail.pack.model import Pack


def probes_of(incident: Incident, pack: Pack, key: str, attempt: Attempt, runbook_of: RunbookOf) -> frozenset[str]:
    """The ids of the probes that ask what this attempt of the step `key` may have changed."""
    call = next((call for call in incident.calls if call.id == split_key(key)[0]), None)
    tags: set[str] = set()
    with suppress(HandrailError):
        item = find(incident, key, runbook_of)
        if call is not None and item is not None:
            rules = rules_of(pack, call.document, item.section, runbook_of(call.sha256))
            tags = {rule.id for rule in rules}
    return concerned(pack, attempt.command, tags)
