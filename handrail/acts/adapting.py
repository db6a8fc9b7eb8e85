"""Acts on what a step will run: edited for one run, replaced in all, its target accepted."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handrail.acts.decision import Decision, over
from handrail.errors import Refusal
from handrail.incident.events import Draft
from handrail.incident.incident import Incident
from handrail.incident.prepare import Prepared

LONGEST = 100_000  # characters of a command


def edit(incident: Incident, key: str, command: str, prepare: Callable[[Incident], Prepared | None]) -> Decision:
    """`command` instead, for the next run of CALL:ITEM only; the runbook's own text takes the edit back."""
    if refusal := over(incident):
        return refusal
    prepared = prepare(incident)
    if prepared is None:
        return Refusal("not-a-step", "There is nothing to run here.")
    if incident.item(key).word == "running":
        return Refusal("running", "It is running.", "Edit it when it has ended, then run it again.")
    command = command.strip("\n")
    if not command.strip():
        return Refusal("empty", "An empty command runs nothing.", "s skips the step.")
    if len(command) > LONGEST or "\0" in command:
        return Refusal("too-long", f"A command has at most {LONGEST} characters, and no NUL among them.")
    if command == prepared.text:
        return Refusal("same", "Nothing was changed.")
    standing = incident.edit(key)
    new = "" if standing is not None and command == prepared.unedited else command
    return [Draft("step_edited", {"item": key, "old": prepared.text, "new": new,
                                  "attempts": len(incident.item(key).attempts)})]


def replace(incident: Incident, old: str, new: str) -> Decision:
    """`new` for every `old` in all steps that still run."""
    if refusal := over(incident):
        return refusal
    if not old or old == new:
        return Refusal("same", "Nothing would be replaced.")
    return [Draft("replacement", {"old": old, "new": new})]


def accept_target(incident: Incident, seen: Mapping[str, str], prepared: Prepared) -> Decision:
    """What the step reaches now is right, and pinned from here on. `seen` is what the operator was shown, by key."""
    if refusal := over(incident):
        return refusal
    now = {target.key: target.text for target in prepared.targets or ()}
    if any(now.get(key) != text for key, text in seen.items()):
        return Refusal("changed", "It has changed once more since you looked.", "Look again.")
    pinned = {pin.target: pin.text for pin in incident.pins}
    drafts = [Draft("target_pinned", {"target": key, "old": pinned.get(key, ""), "new": text})
              for key, text in seen.items() if pinned.get(key) != text]
    return drafts or Refusal("same", "That is what is pinned already.")


def first_use(incident: Incident, prepared: Prepared) -> list[Draft]:
    """A pin for each target that has none yet, so that it is noticed when it changes."""
    pinned = {pin.target for pin in incident.pins}
    return [Draft("target_pinned", {"target": target.key, "old": "", "new": target.text})
            for target in prepared.targets or () if target.key not in pinned]
