"""The probes of the packs that serve: a monitor for each, exchanged when a pack was edited."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from handrail.clock import Clock
from handrail.errors import HandrailError
from handrail.paths import State
from handrail.watcher import Watcher

if TYPE_CHECKING:
    from handrail.health.monitor import Monitor
    from handrail.incident.incident import Incident
    from handrail.pack.model import Pack


class Polling:
    """Nothing of it runs before `begin`. The probes' client takes a while to import, so that is done in a thread."""

    def __init__(self, state: State, clock: Clock, watcher: Watcher) -> None:
        self._state = state
        self._clock = clock
        self._watcher = watcher
        self._guard = threading.Lock()
        self._by = ""
        self._gone = False
        self._monitors: dict[str, Monitor] = {}

    def begin(self, by: str) -> None:
        """Poll as `by` from now on, whatever packs the watcher serves."""
        self._by = by
        self._watcher.repacked.append(self._exchange)
        self._exchange()

    def stops(self) -> list[Callable[[], object]]:
        """What ends it, one for each monitor; no other begins."""
        with self._guard:
            self._gone = True
            monitors, self._monitors = list(self._monitors.values()), {}
        return [monitor.stop for monitor in monitors]

    def ask_now(self, pack: str, probe: str) -> bool:
        """Ask a probe at once, if it is this process that polls it."""
        with self._guard:
            asked = [monitor for monitor in self._monitors.values() if monitor.pack.id == pack]
        return any(monitor.ask_now(probe) for monitor in asked)

    def ask(self, pack: Pack, probe: str) -> None:
        """Have a probe asked at once, by whoever polls it. Raises StateError."""
        from handrail.health.wishes import wish

        if not self.ask_now(pack.id, probe):
            wish(self._state.health(pack.sha256), probe)

    def _exchange(self) -> None:
        threading.Thread(target=self._bring_up_to_date, name="handrail-probes", daemon=True).start()

    def _bring_up_to_date(self) -> None:
        from handrail.health.monitor import Monitor

        packs = {pack.sha256: pack for pack in self._watcher.packs if pack.probes}
        with self._guard:
            if self._gone:
                return
            old = [self._monitors.pop(sha) for sha in tuple(self._monitors) if sha not in packs]
            new = [Monitor(pack, self._state, self._clock, self._by, partial(self._engaged, pack))
                   for sha, pack in packs.items() if sha not in self._monitors]
            self._monitors |= {monitor.pack.sha256: monitor for monitor in new}
        for monitor in old:  # first, so that the next one finds what the last one knew
            monitor.stop()
        for monitor in new:
            try:
                monitor.start()
            except HandrailError:
                continue  # its lamps age into STALE, and the screen says that nobody polls
        if self._gone:  # this was left meanwhile
            for monitor in new:
                monitor.stop()

    def _engaged(self, pack: Pack) -> frozenset[str]:
        return engaged(pack, self._watcher.open())


def engaged(pack: Pack, incidents: Iterable[Incident]) -> frozenset[str]:
    """The standing conditions of the pack's open incidents: kill switches that are thrown."""
    return frozenset(condition.name for incident in incidents if incident.pack == pack.id and not incident.closed
                     for condition in incident.standing)
