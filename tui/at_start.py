"""What a console does by itself when it has opened: it says what happened since the last one was lost, and where this
host cannot hold what it promises."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from handrail.paths import State
from screens.base import ActingScreen
from widgets import look

if TYPE_CHECKING:
    from handrail.absence.mark import Mark
    from handrail.absence.meanwhile import Meanwhile
    from handrail.incident.incident import Incident
    from handrail.operator.operator import Operator

# How long (s) the ends of runs are waited for: they come into the record when the first console looks.
PATIENCE = 2.0


async def at_start(app: Any, operator: Operator) -> None:
    """Look in a thread; say what there is to say on the screen that is on then."""
    if not isinstance(operator.state, State):
        return  # a picture of a console
    # Here, so that the first frame does not wait for them.
    from handrail.absence.drafts import Drafts
    from handrail.absence.mark import Marking

    app.drafts = await asyncio.to_thread(Drafts, operator.state, operator.actor)
    told = await asyncio.to_thread(_meanwhile, operator)
    app.marking = Marking(operator.state, lambda: operator.actor, operator.watcher.open)
    app.marking.start()
    if told is not None:
        from widgets.dialogs.meanwhile import MeanwhileDialog

        app.push_screen(MeanwhileDialog(told, app.clock.now()), app.places.show_step)
    await say_limits(app, operator.state)


async def say_limits(app: Any, state: State) -> None:
    """One calm line about the worst that would end steps or lose the record; nothing when all is well."""
    sentence, bad = await asyncio.to_thread(_limits, state)
    screen = next((one for one in reversed(app.screen_stack) if isinstance(one, ActingScreen)), None)
    if sentence and screen is not None and screen.is_silent():
        screen.say(sentence, look.WARN if bad else look.QUIET)


def _meanwhile(operator: Operator) -> Meanwhile | None:
    from handrail.absence.mark import take
    from handrail.absence.meanwhile import meanwhile
    from handrail.errors import HandrailError
    from handrail.incident.checklist import Checklist

    mark = take(operator.state, operator.actor)
    if mark is None:
        return None
    watcher = operator.watcher
    watcher.refresh()
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and any(run.word not in ("running", "starting")
                                              for run in watcher.now().runs.values()):
        time.sleep(0.02)
    board = {one.id: one for one in watcher.open()}
    ids = [id for id in dict.fromkeys((*mark.seen, *board)) if id not in board or _may_tell(board[id], mark)]
    # One at a time: all the events of a hundred incidents are more than a console should hold.
    incidents = (one for one in map(watcher.incident, ids) if one is not None)

    def checklist_of(incident: Incident) -> Checklist:
        try:
            return watcher.checklist_of(incident)
        except HandrailError:
            return Checklist()

    return meanwhile(mark, incidents, checklist_of, watcher.run, operator.watcher.now().at)


def _may_tell(incident: Incident, mark: Mark) -> bool:
    """Whether it can hold news: it has gone on, or something ran in it when the mark was made."""
    over = [attempt.ended_at for state in incident.items.values() for attempt in state.attempts]
    return incident.rev != mark.seen.get(incident.id) or any(at is None or at >= mark.at for at in over)


def _limits(state: State) -> tuple[str, bool]:
    from handrail.doctor.examine import where_it_cannot_hold, worst

    found = worst(where_it_cannot_hold(state))
    return (f"{found.says} handrail doctor says what mends it.", found.word == "bad") if found else ("", False)
