"""Health and deadlines without a screen: for a service unit, a pipe or a screen reader."""

from __future__ import annotations

import signal
import threading
import time
from typing import TYPE_CHECKING

import click

from tui.commands.given import Given, common_options

if TYPE_CHECKING:
    from handrail.health.monitor import Lamp
    from handrail.operator.operator import Operator
    from handrail.snapshot import Snapshot

# How long (s) `--once` waits beyond the longest limit of a probe.
PATIENCE = 10.0


@click.command("watch")
@click.option("--once", is_flag=True, help="Say how every lamp stands, once each has its answer, and end.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line; with --once one for all.")
@common_options
@click.pass_obj
def command(given: Given, once: bool, as_json: bool) -> int:
    """Poll the probes and keep the deadlines, and say each change in a line, until a signal ends it.

    With --once the exit status is that of `handrail check`: 0 ok, 1 warning, 2 critical, 3 unknown.
    """
    with given.operator() as operator:
        end = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: end.set())
        operator.start_polling(seen=False)
        return _once(operator, end, as_json=as_json) if once else _stream(operator, end, as_json=as_json)


def _once(operator: Operator, end: threading.Event, *, as_json: bool) -> int:
    from handrail.quantities import seconds
    from tui.commands.lamp_lines import UNKNOWN, status_of

    limits = [seconds(probe.timeout) or 0.0 for pack in operator.packs for probe in pack.probes]
    deadline = time.monotonic() + PATIENCE + max(limits, default=0.0)
    while not (answered := _answered(operator)) and time.monotonic() < deadline and not end.wait(0.05):
        pass
    snapshot = operator.watcher.now()
    status = status_of(snapshot.lamps) if snapshot.lamps else UNKNOWN
    status = status if answered else status or UNKNOWN
    if as_json:
        _print_json(snapshot, status)
    else:
        _print(snapshot)
    return status


def _answered(operator: Operator) -> bool:
    """Whether each lamp was asked often enough to believe its answer."""
    from handrail.health.telling import CANNOT_TELL

    snapshot = operator.watcher.now()
    polled = len(snapshot.polls) == sum(bool(pack.probes) for pack in operator.packs)
    return polled and all(poll.by and not poll.error for poll in snapshot.polls) and all(
        lamp.word not in ("UNKNOWN", "STALE") or (lamp.age is not None and lamp.why.startswith(CANNOT_TELL))
        for lamp in snapshot.lamps)


def _stream(operator: Operator, end: threading.Event, *, as_json: bool) -> int:
    news = threading.Event()
    operator.watcher.subscribe(news.set)
    said = _Said(as_json=as_json)
    while not end.is_set():
        said.look(operator.watcher.now())
        news.wait(0.5)
        news.clear()
    return 0


class _Said:
    """What was said already: a lamp is worth a line when its word or that of a part changes, a deadline when it passes.
    """

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._words: dict[tuple[str, str], tuple[str, int, tuple[tuple[str, str], ...]]] = {}
        self._errors: dict[str, str] = {}
        self._breaches: set[tuple[str, str]] = set()

    def look(self, snapshot: Snapshot) -> None:
        for poll in snapshot.polls:
            if poll.error != self._errors.get(poll.pack, ""):
                self._errors[poll.pack] = poll.error
                self._line(snapshot, poll.error or f"polled by {poll.by}", {"pack": poll.pack, "polling": poll.error})
        for lamp in snapshot.lamps:
            parts = tuple(sorted((one.id, one.word) for one in lamp.parts))
            key, state = (lamp.pack, lamp.id), (lamp.word, lamp.rank, parts)
            before = self._words.get(key)
            if before != state and not (before is None and lamp.age is None and lamp.word == "UNKNOWN"):
                self._words[key] = state
                self._lamp(snapshot, lamp, before[0] if before else "")
        there = {(lamp.pack, lamp.id) for lamp in snapshot.lamps}
        for key in set(self._words) - there:
            del self._words[key]
        for card in snapshot.cards:
            for clock in card.incident.deadlines:
                if clock.breached_at is not None and (card.incident.id, clock.id) not in self._breaches:
                    self._breaches.add((card.incident.id, clock.id))
                    self._line(snapshot, f"{card.incident.id} {clock.kind} deadline BREACHED: {card.incident.title}",
                               {"incident": card.incident.id, "deadline": clock.id, "breached": True})

    def _lamp(self, snapshot: Snapshot, lamp: Lamp, was: str) -> None:
        from tui.commands.lamp_lines import as_data, line

        before = f"  (was {'ok' if was == 'OK' else was})" if was else ""
        self._line(snapshot, f"{line(lamp)}{before}", {"lamp": as_data(lamp), "was": was or None}, styled=True)

    def _line(self, snapshot: Snapshot, text: str, data: dict[str, object], *, styled: bool = False) -> None:
        from handrail.clock import iso
        from handrail.text import clean
        from tui.commands.look import coloured

        if self._as_json:
            import json

            said = json.dumps({"at": iso(snapshot.at), **data})
        else:
            said = f"{iso(snapshot.at)} {text if styled else clean(text, 300)}"
        click.echo(said, color=coloured())


def _print(snapshot: Snapshot) -> None:
    from handrail.text import clean
    from tui.commands.lamp_lines import lines
    from tui.commands.look import say

    for poll in snapshot.polls:
        if poll.error:
            say(clean(poll.error))
    for lamp in snapshot.lamps:
        for text in lines(lamp):
            say(text)
    if not snapshot.lamps:
        say("There is nothing to watch: no pack here has probes.")


def _print_json(snapshot: Snapshot, status: int) -> None:
    import json

    from handrail.clock import iso
    from tui.commands.lamp_lines import STATUSES, as_data

    click.echo(json.dumps({
        "status": STATUSES[status], "at": iso(snapshot.at),
        "polls": [{"pack": poll.pack, "by": poll.by, "age": poll.age, "error": poll.error or None}
                  for poll in snapshot.polls],
        "lamps": [as_data(lamp) for lamp in snapshot.lamps],
    }, indent=2))
