"""What every command is given: --state, --pack, --as and --unsafe-filesystem, before or after its name; and what is
opened from them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from datetime import datetime

    from handrail.incident.events import Actor
    from handrail.incident.incident import Incident
    from handrail.operator.operator import Answer, Operator
    from handrail.pack.model import Pack
    from handrail.paths import State
    from handrail.runbook.classing import Classes

F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Given:
    """The options as far as they were given. Nothing is opened until it is asked for."""

    state_flag: str | None = None
    pack_flags: list[str] = field(default_factory=list)
    name: str | None = None
    unsafe: bool = False
    theme: str | None = None
    ascii: bool = False
    hide: Callable[[str], str] = str  # takes out of a text what was entered as a secret

    def words(self) -> list[str]:
        """The options as they would be given again."""
        packs = [word for flag in self.pack_flags for word in ("--pack", flag)]
        named = ["--as", self.name] if self.name else []
        state = ["--state", self.state_flag] if self.state_flag else []
        return [*packs, *named, *state, *(["--unsafe-filesystem"] if self.unsafe else [])]

    def state(self) -> State:
        """The state folder; it may not be there."""
        from handrail.paths import State, state_root

        return State(state_root(self.state_flag))

    def packs(self) -> tuple[Pack, ...]:
        """Raises PackError."""
        from handrail.pack.pack import find

        return find(self.pack_flags or [path for path in os.environ.get("HANDRAIL_PACK", "").split(os.pathsep) if path])

    def serve_tools(self) -> None:
        """What the packs say of programs counts from here on; a pack that says wrong things is told on stderr."""
        from handrail.errors import PackError
        from handrail.reloading import serve_tools
        from handrail.text import clean

        try:
            serve_tools(self.packs())
        except PackError as error:
            click.echo(f"handrail: {clean(str(error))}", err=True)

    def classes(self) -> Classes:
        """What operators said by hand about steps; the folder may not be there. Trouble with it is said on stderr."""
        from handrail.incident.classes import Kept
        from handrail.text import clean

        kept = Kept(self.state())
        classes = kept.now()
        if kept.trouble:
            click.echo(f"handrail: {clean(kept.trouble)}", err=True)
        return classes

    def actor(self, drill: State | None = None) -> tuple[Actor, bool]:
        """Who acts, and whether a person was named, here or in the practice world `drill`. Raises UsageError for what
        is no name."""
        from handrail.actor import identify

        actor, named = identify(self.name, self.state())
        return identify(self.name, drill) if drill is not None and not named else (actor, named)

    def prepare(self, state: State) -> None:
        """Make the state folder. Where a record is not safe nothing is made, and what is there can be read.

        Raises StateError, there only when there is nothing to read.
        """
        from handrail.errors import StateError
        from handrail.incident import filesystem

        if not self.unsafe:
            try:
                filesystem.check(state.root)
            except StateError:
                if not state.active.is_dir():
                    raise
                return
        state.make()

    @contextmanager
    def operator(self) -> Iterator[Operator]:
        """An Operator on the state folder, made when it is missing. Raises StateError, PackError, UsageError."""
        from handrail.clock import SystemClock
        from handrail.incident import filesystem
        from handrail.operator.operator import Operator

        state = self.state()
        if not self.unsafe:
            filesystem.check(state.root)
        state.make()
        operator = Operator(state, self.packs(), SystemClock(), self.actor()[0], unsafe_filesystem=self.unsafe)
        self.hide = operator.secrets.hide
        try:
            yield operator
        finally:
            operator.close()


def common_options(command: F) -> F:
    """--state, --pack, --as and --unsafe-filesystem on a command; what stands after the command's name wins."""
    for option in (
        click.option("--unsafe-filesystem", "given_unsafe", is_flag=True, expose_value=False, callback=_keep_unsafe,
                     help="Write the record even where a rename or a lock may not hold (a network or Windows drive)."),
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


def told(operator: Operator, answer: Answer, refused: int) -> int:
    """Say how an act ended, and answer the exit status; `refused` is that of a refusal.

    The id is printed once the act is on disk. One that is kept in memory until the disk is back is said on stderr, and
    ends with 3: it is not lost, but nobody can promise that yet.
    """
    from handrail.text import clean

    incident = settled(answer)
    if incident is None:
        return refused
    if incident.unrecorded:
        why = clean(operator.watcher.now().store_note)
        click.echo(f"handrail: {why}\n  {incident.id}: kept in memory until the disk is back.", err=True)
        return 3
    click.echo(incident.id)
    return 0


def moment(ctx: click.Context, parameter: click.Parameter, value: str | None) -> datetime | None:
    """An option's ISO 8601 time with its zone."""
    from handrail.clock import parse_iso

    if value is None:
        return None
    try:
        return parse_iso(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no time such as 2026-11-21T03:12:00Z.", ctx, parameter) from None


def _keep_unsafe(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(Given).unsafe = True


def _keep_state(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.ensure_object(Given).state_flag = value


def _keep_packs(ctx: click.Context, _: click.Parameter, value: tuple[str, ...]) -> None:
    if value:
        ctx.ensure_object(Given).pack_flags = list(value)


def _keep_name(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.ensure_object(Given).name = value
