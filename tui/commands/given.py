"""What every command is given: --state, --pack and --as, before or after its name; and what is opened from them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from handrail.incident.events import Actor
    from handrail.incident.incident import Incident
    from handrail.operator import Answer, Operator
    from handrail.pack_model import Pack
    from handrail.paths import State

F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Given:
    """The options as far as they were given. Nothing is opened until it is asked for."""

    state_flag: str | None = None
    pack_flags: list[str] = field(default_factory=list)
    name: str | None = None

    def state(self) -> State:
        """The state folder; it may not be there."""
        from handrail.paths import State, state_root

        return State(state_root(self.state_flag))

    def packs(self) -> tuple[Pack, ...]:
        """Raises PackError."""
        from handrail.pack import find

        return find(self.pack_flags or [path for path in os.environ.get("HANDRAIL_PACK", "").split(os.pathsep) if path])

    def actor(self, drill: State | None = None) -> tuple[Actor, bool]:
        """Who acts, and whether a person was named, here or in the practice world `drill`. Raises UsageError for what
        is no name."""
        from handrail.actor import identify

        actor, named = identify(self.name, self.state())
        return identify(self.name, drill) if drill is not None and not named else (actor, named)

    @contextmanager
    def operator(self) -> Iterator[Operator]:
        """An Operator on the state folder, made when it is missing. Raises StateError, PackError, UsageError."""
        from handrail.clock import SystemClock
        from handrail.operator import Operator

        state = self.state()
        state.make()
        operator = Operator(state, self.packs(), SystemClock(), self.actor()[0])
        try:
            yield operator
        finally:
            operator.close()


def common_options(command: F) -> F:
    """--state, --pack and --as on a command; what stands after the command's name wins."""
    for option in (
        click.option("--as", "acting_as", metavar="NAME", expose_value=False, callback=_keep_name,
                     help="Who acts (HANDRAIL_ACTOR)."),
        click.option("--pack", "given_packs", metavar="DIR", multiple=True, expose_value=False, callback=_keep_packs,
                     help="A folder with a handrail.toml; may be repeated (HANDRAIL_PACK)."),
        click.option("--state", "given_state", metavar="DIR", expose_value=False, callback=_keep_state,
                     help="The state folder (HANDRAIL_STATE)."),
    ):
        command = option(command)
    return command


def settled(answer: Answer) -> Incident | None:
    """The incident of an act. A refusal is said on stderr, and None."""
    from handrail.errors import Refusal
    from handrail.text import clean

    if not isinstance(answer, Refusal):
        return answer
    click.echo(f"handrail: {clean(' '.join((answer.sentence, answer.remedy)).strip())}", err=True)
    return None


def _keep_state(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.ensure_object(Given).state_flag = value


def _keep_packs(ctx: click.Context, _: click.Parameter, value: tuple[str, ...]) -> None:
    if value:
        ctx.ensure_object(Given).pack_flags = list(value)


def _keep_name(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.ensure_object(Given).name = value
