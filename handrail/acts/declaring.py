"""How a record begins: an incident that is declared, or a runbook opened without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from handrail.acts.clocks import rows
from handrail.acts.decision import level_data
from handrail.clock import iso
from handrail.errors import UsageError
from handrail.incident.events import Draft
from handrail.incident.incident import Incident, Level
from handrail.pack.model import Pack, Scenario
from handrail.pack.policy import deadlines
from handrail.runbook.model import Runbook

LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Opening:
    """A frozen document and the section of it that a call opens on."""

    runbook: Runbook
    sha256: str
    section: tuple[str, ...]

    def draft(self, call: str, parent: str = "") -> Draft:
        title = self.section[-1] if self.section else self.runbook.title or PurePath(self.runbook.document).name
        return Draft("call_opened", {
            "call": call, "document": self.runbook.document, "sha256": self.sha256, "section": list(self.section),
            "parent": parent, "title": title,
        }, id=f"call:{call}")


def incident(title: str, pack: Pack, level: Level, scenario: Scenario | None, opening: Opening | None,
             detected_at: datetime, source: str = "") -> Sequence[Draft]:
    """The events of a declaration: what proposed it, declared, its clocks from the moment of detection, and the
    scenario's checklist."""
    declared = Draft("declared", {
        "title": checked_title(title), "pack": pack.id, "scenario": scenario.id if scenario else "",
        "level": level_data(level), "kind": "incident", "detected_at": iso(detected_at),
    })
    clocks = rows(deadlines(pack, level.name, detected_at))
    proposed = Draft("proposed", {
        "title": declared.data["title"], "pack": pack.id, "scenario": declared.data["scenario"],
        "level": declared.data["level"], "source": source, "fingerprint": f"{pack.id}:{source}",
    }, occurred_at=detected_at)
    return [*([proposed] if source else []), declared, *clocks, *([opening.draft("1")] if opening else [])]


def checklist(opening: Opening) -> Sequence[Draft]:
    """The events of a runbook opened by itself: a record like any other, but not on the board."""
    call = opening.draft("1")
    return [Draft("declared", {"title": call.data["title"] or "Checklist", "pack": "", "scenario": "",
                               "kind": "checklist"}), call]


def reusable(record: Incident, sha256: str, section: tuple[str, ...]) -> bool:
    """Whether this open record is a checklist of exactly these bytes and this section."""
    return record.kind == "checklist" and not record.closed and any(
        call.sha256 == sha256 and call.section == section and not call.parent for call in record.calls)


def level_of(pack: Pack, name: str) -> Level:
    """A level of a pack's scheme. Raises UsageError naming the ones there are."""
    rule = pack.scheme.get(name) or pack.scheme.get(name.upper())
    if rule is None:
        raise UsageError(f"The pack {pack.name} has no severity {name!r}.", "", f"It has {', '.join(pack.scheme)}.")
    return Level(pack.id, name if name in pack.scheme else name.upper(), pack.short, rule.rank)


def checked_title(title: str) -> str:
    """A title in one line. Raises UsageError when it is empty or too long."""
    title = " ".join(title.split())
    if not title or len(title) > LONGEST_TITLE:
        raise UsageError("An incident needs a title.", f"One line of 1 to {LONGEST_TITLE} characters.")
    return title
