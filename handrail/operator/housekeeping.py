"""What a console does beside its operator: the others see it, it polls the probes, it takes ends into the record."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from handrail.clock import Clock
from handrail.incident.events import Actor
from handrail.incident.incident import Attempt
from handrail.operator.polling import Polling
from handrail.paths import State
from handrail.presence import Presence
from handrail.watcher import Watcher

if TYPE_CHECKING:
    from handrail.operator.following import Following
    from handrail.operator.rounds import Append, Rounds
    from handrail.runs.control import Waker


class Housekeeping:
    """Nothing of it runs until it is needed: a command that writes a note starts no thread for it."""

    def __init__(self, state: State, clock: Clock, watcher: Watcher, append: Append) -> None:
        self._state = state
        self._clock = clock
        self._watcher = watcher
        self._append = append
        self._presence = Presence(state)
        self._guard = threading.Lock()
        self._gone = False
        self._rounds: Rounds | None = None
        self._following: Following | None = None
        self.polling = Polling(state, clock, watcher)
        self._wakers: dict[str, Waker] = {}
        self._moved_in = False

    def move_in(self, actor: Actor, *, seen: bool = True) -> None:
        """Presence, rounds and probes. Who is only heard of (`seen` False) polls and goes round without being there."""
        if self._moved_in:
            return
        self._moved_in = True
        if seen:
            self._presence.enter(actor)
        self._go_round(actor)
        self.polling.begin(actor.name)
        self._following = self._follow_up(actor)

    def rename(self, actor: Actor) -> None:
        if self._moved_in:
            self._presence.enter(actor)

    def follow(self, incident: str, attempt: Attempt | None, actor: Actor) -> None:
        """Take the end of this run into the record as soon as it comes."""
        rounds = self._go_round(actor)
        if attempt is None or attempt.verdict or rounds is None:
            return
        from handrail.runs.control import Waker

        with self._guard:
            if attempt.run not in self._wakers and not self._gone:
                self._wakers[attempt.run] = Waker(self._state.run(incident, attempt.run), self._woken)
        self._let_go(attempt.run)

    def move_out(self) -> None:
        """Stop all of it. Never hangs."""
        with self._guard:
            self._gone = True
            wakers, self._wakers = list(self._wakers.values()), {}
        leaving = threading.Thread(target=_stop_all, daemon=True,
                                   args=([*self.polling.stops(), *(waker.close for waker in wakers)],))
        leaving.start()
        if self._rounds is not None:
            self._rounds.close()
        if self._following is not None:
            self._following.close()
        self._presence.leave()
        leaving.join(1.0)

    def _go_round(self, actor: Actor) -> Rounds | None:
        from handrail.operator.rounds import Rounds

        with self._guard:
            if self._rounds is None and not self._gone:
                self._rounds = Rounds(self._watcher, self._clock, actor, self._append)
                self._rounds.start()
            return self._rounds

    def _follow_up(self, actor: Actor) -> Following:
        from handrail.operator.following import Following

        following = Following(self._watcher, self._clock, actor, self._append, self.polling.ask)
        following.start()
        return following

    def _woken(self) -> None:
        if self._rounds is not None:
            self._rounds.wake()

    def _let_go(self, but: str) -> None:
        """Close the wakers of runs whose end is recorded; the watcher may not have seen the newest yet."""
        running = {attempt.run for incident in self._watcher.open() for _, attempt in incident.running()}
        with self._guard:
            over = [run for run in self._wakers if run not in running and run != but]
            closing = [self._wakers.pop(run) for run in over]
        _stop_all([waker.close for waker in closing])


def _stop_all(stops: Sequence[Callable[[], object]]) -> None:
    for stop in stops:
        stop()
