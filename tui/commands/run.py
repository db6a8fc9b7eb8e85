"""Running items of a runbook without a screen, through the same supervisor and into the same record."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.given import Given, common_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from handrail.incident.incident import Incident
    from handrail.incident.prepare import Consent
    from handrail.operator.operator import Operator
    from handrail.runbook.model import Item
    from tui.commands.plan import Fillings
    from tui.commands.stream import Out

# What a verdict means for whoever asked: done, the answer is no, could not tell.
STATUS = {"passed": 0, "ran": 0, "confirmed": 0, "failed": 1, "stopped": 1, "timed out": 1}
COULD_NOT_TELL = 3


@click.command("run")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--item", metavar="ID", help="Only this item: its id or its whole title.")
@click.option("--section", metavar="TITLE", help="Only this section.")
@click.option("--set", "pairs", metavar="NAME=VALUE", multiple=True, help="Fill a blank; NAME=@FILE reads a file.")
@click.option("--secret", "hidden", metavar="NAME[=@FILE]", multiple=True,
              help="Fill a blank with a secret: asked for unseen, or from a file. Kept in memory only.")
@click.option("--yes", is_flag=True, help="Changes are confirmed.")
@click.option("--yes-destroy", is_flag=True, help="What destroys is confirmed too.")
@click.option("--json", "as_json", is_flag=True, help="Events, one JSON object a line.")
@common_options
@click.pass_obj
def command(given: Given, file: Path, item: str | None, section: str | None, pairs: Sequence[str],
            hidden: Sequence[str], *, yes: bool, yes_destroy: bool, as_json: bool) -> int:
    """Run the steps of FILE in order until one does not succeed or a person is needed.

    Ctrl-C detaches: the step runs on. Pressed twice it stops the step.
    """
    from handrail.runbook.files import load
    from handrail.runbook.reader import read
    from handrail.starting_point import home
    from tui.commands import plan
    from tui.commands.stream import Out

    _, text = load(file)
    given.serve_tools()
    runbook = given.classes().on(read(text, str(file)))
    path, steps = plan.items(runbook, item, section)
    filled = plan.fillings(pairs, hidden, steps)
    out = Out(as_json=as_json)
    with given.operator() as operator:
        pack = operator.packs[0] if operator.packs else None
        agreed: dict[str, Consent] = {}
        for step in _until_a_person(steps):
            ready = plan.prepared(step, filled, pack, str(home(pack)))
            agreed[step.id] = plan.consent(step, ready, plan.Confirmed(yes, yes_destroy))
        record = operator.open_file(file, " > ".join(path[-1:]) if path else "", fresh=True).result()
        return _go(operator, _incident(record), steps, filled, agreed, out)


def _go(operator: Operator, record: Incident, steps: Sequence[Item], filled: Fillings,
        agreed: dict[str, Consent], out: Out) -> int:
    from handrail.runs.supervision.masking import SHORTEST
    from tui.commands.stream import follow

    call = record.calls[0].id
    if filled.plain:
        operator.fill(record.id, call, filled.plain).result()
    for name, text in filled.secret.items():
        if len(text.encode()) < SHORTEST:
            click.echo(f"handrail: {name} is not masked where a step prints it: a secret is from {SHORTEST} characters "
                       "on.", err=True)
        _incident(operator.fill_secret(record.id, call, name, text).result())
    out.opened(record)
    status = 0
    for step in steps:
        if not step.runs:
            out.needs_a_person(record, step)
            return COULD_NOT_TELL
        key = f"{call}:{step.id}"
        started = _incident(operator.start_step(record.id, key, agreed[step.id]).result())
        attempt = started.item(key).last
        assert attempt is not None
        out.started(step, attempt)
        ended = follow(operator, record.id, key, attempt, out)
        if ended is None:
            return COULD_NOT_TELL
        out.finished(step, ended)
        status = STATUS.get(ended.verdict, COULD_NOT_TELL)
        if status:
            out.left_open(record)
            return status
    operator.close_incident(record.id).result()
    out.done(record)
    return status


def _until_a_person(steps: Sequence[Item]) -> Sequence[Item]:
    """The steps that can run before the first one that a person must do: nothing after it needs a yes today."""
    human = next((at for at, step in enumerate(steps) if not step.runs), len(steps))
    return steps[:human]


def _incident(answer: object) -> Incident:
    """Raises UsageError for a refusal: with its sentence."""
    from handrail.errors import Refusal, UsageError
    from handrail.incident.incident import Incident

    if isinstance(answer, Refusal):
        raise UsageError(answer.sentence, "", answer.remedy)
    assert isinstance(answer, Incident)
    return answer
