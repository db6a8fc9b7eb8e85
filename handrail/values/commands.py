"""Filling a blank from what a command prints: the command is a step like any other, with a key of its own."""

from __future__ import annotations

from handrail.errors import Refusal
from handrail.incident.events import Draft
from handrail.incident.incident import Incident
from handrail.runbook.model import Item
from handrail.runbook.placeholders import find as blanks_in
from handrail.runbook.shell import classify

# CALL:=NAME. No item of a document has an id that begins so.
SIGN = "="
# Of a long output so many lines are offered, and so much of it (B) is looked at.
LINES = 9
LOOKED_AT = 16_384


def key_of(call: str, name: str) -> str:
    """The key under which the command for a blank runs."""
    return f"{call}:{SIGN}{name}"


def item_of(incident: Incident, key: str) -> Item | None:
    """The command that was given for a blank as an item to run; None when `key` is none, or none was given."""
    call, _, id = key.partition(":")
    if not id.startswith(SIGN):
        return None
    command = last_command(incident, call, id[len(SIGN):])
    return step(id, command) if command else None


def step(id: str, command: str) -> Item:
    risk, why, *_ = classify(command)
    return Item(id=id, kind="command", section=(), lines=(0, 0), title=f"a value for {id.removeprefix(SIGN)}",
                text=command, language="bash", command=command, placeholders=blanks_in(command), risk=risk,
                risk_why=why)


def last_command(incident: Incident, call: str, name: str) -> str:
    """The command that was given last for a blank, "" for none."""
    return next((str(event.data.get("command", "")) for event in reversed(incident.events)
                 if event.kind == "value_command" and event.data.get("call") == call
                 and event.data.get("name") == name), "")


def give(incident: Incident, call: str, name: str, command: str) -> list[Draft] | Refusal:
    """Keep a command for a blank. Only what reads may fill one: nobody looks at a change made for a value."""
    command = command.strip()
    item = step(f"{SIGN}{name}", command)
    if item.risk != "read":
        what = "destroys" if item.risk == "destructive" else "changes things"
        return Refusal("not-a-read", f"It {what} ({item.risk_why}), and only what reads fills a blank.",
                       "Run it as a step, then fill in what it said.")
    if last_command(incident, call, name) == command:
        return []
    return [Draft("value_command", {"call": call, "name": name, "command": command})]


def values_in(output: bytes) -> tuple[str, ...]:
    """What an output offers as a value: all of it when it is one line, else its lines that are not empty."""
    text = output[:LOOKED_AT].decode("utf-8", "replace").replace("\r\n", "\n")
    lines = [line.strip() for line in text.split("\n")]
    return tuple(dict.fromkeys(line for line in lines if line))[:LINES]
