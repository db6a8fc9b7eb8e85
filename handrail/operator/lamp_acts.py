"""What a person does to a lamp: has it asked now, mutes it for a while, clears its latch."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import timedelta

import msgspec

from handrail.clock import Clock, iso
from handrail.errors import Refusal
from handrail.health import marks
from handrail.health.monitor import Lamp
from handrail.incident.events import Actor
from handrail.operator.polling import Polling
from handrail.pack.model import Pack
from handrail.paths import State
from handrail.text import clean
from handrail.watcher import Watcher
from handrail.worker import Worker

LONGEST = timedelta(days=7)


class LampActs:
    """Every act answers a Future: None once it is done and on disk, or a Refusal. It raises StateError.

    Whoever polls takes it in within half a second.
    """

    def __init__(self, state: State, clock: Clock, watcher: Watcher, polling: Polling) -> None:
        self._state = state
        self._clock = clock
        self._watcher = watcher
        self._polling = polling
        self._hands = Worker("handrail-lamps")

    def close(self) -> None:
        self._hands.close()

    def ask_now(self, lamp: Lamp) -> Future[Refusal | None]:
        """Have its probe asked at once, by whoever polls it; also one that is only asked by hand."""
        def job() -> Refusal | None:
            pack = self._pack(lamp)
            probe = lamp.id.partition("/")[0]
            if pack is None or all(one.id != probe for one in pack.probes):
                return Refusal("no-probe", f"{lamp.title} is no probe that could be asked.")
            self._polling.ask(pack, probe)
            return None
        return self._hands.submit(job)

    def mute(self, lamp: Lamp, seconds: float, reason: str, actor: Actor) -> Future[Refusal | None]:
        """Quiet for `seconds`, at most a week, for a reason. It is still asked and still kept in its history."""
        def job() -> Refusal | None:
            if not reason.strip():
                return Refusal("no-reason", "To mute a lamp needs a reason.", "Say why in a few words.")
            until = self._clock.now() + min(timedelta(seconds=seconds), LONGEST)
            mute = marks.Mute(iso(until), clean(actor.name, 40), clean(reason.strip(), 120))
            return self._mark(lamp, lambda found: msgspec.structs.replace(found, muted={**found.muted, lamp.id: mute}))
        return self._hands.submit(job)

    def unmute(self, lamp: Lamp) -> Future[Refusal | None]:
        """Loud again at once."""
        def loud(found: marks.Marks) -> marks.Marks:
            return msgspec.structs.replace(
                found, muted={id: mute for id, mute in found.muted.items() if id != lamp.id})
        return self._hands.submit(lambda: self._mark(lamp, loud))

    def clear_latch(self, lamp: Lamp, actor: Actor) -> Future[Refusal | None]:
        """What stays until a person clears it. If it is still bad the next answers say so again."""
        def job() -> Refusal | None:
            if not lamp.latched:
                return Refusal("not-latched", f"{lamp.title} is not held by a latch: it becomes well by itself.")
            cleared = marks.Cleared(iso(self._clock.now()), clean(actor.name, 40))
            return self._mark(
                lamp, lambda found: msgspec.structs.replace(found, cleared={**found.cleared, lamp.id: cleared}))
        return self._hands.submit(job)

    def _mark(self, lamp: Lamp, edit: marks.Edit) -> Refusal | None:
        marks.change(self._state, lamp.pack, edit)
        return None

    def _pack(self, lamp: Lamp) -> Pack | None:
        return next((pack for pack in self._watcher.packs if pack.id == lamp.pack), None)
