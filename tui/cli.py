"""The command line. Every command's module is imported only when that command is called."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

from handrail import __version__
from handrail.errors import HandrailError
from tui.commands.dressed import screen_options
from tui.commands.given import Given, common_options

if TYPE_CHECKING:
    from collections.abc import Sequence

# In the order of --help, each with the sentence it shows: help must not import them.
COMMANDS = {
    "wall": "The read-only display for everyone in the room.",
    "watch": "Poll health and keep the deadlines without a screen.",
    "check": "Each probe once, and what it means.",
    "drill": "Practise: a world of its own on this host, and the console on it.",
    "read": "How a runbook is understood: every item in order.",
    "run": "Run items of a runbook without a screen.",
    "declare": "Declare an incident; prints its id once it is on disk.",
    "ack": "Take an incident: you hold it from now on.",
    "note": "Write a note to an incident's timeline.",
    "incidents": "The board as plain text.",
    "show": "One incident: its checklist and its timeline.",
    "export": "One incident as one file: the record, its outputs and papers.",
    "verify": "Check that the record is what was written.",
    "doctor": "What this host can and cannot hold, and what mends it.",
}
UNEXPECTED = 3
INTERRUPTED = 130
READER_LEFT = 141


class Commands(click.Group):
    """Imports a command when it is called. What is no command is a runbook or an incident for the console."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS and cmd_name != "console":
            return None
        command: click.Command = import_module(f"tui.commands.{cmd_name}").command
        return command

    def resolve_command(self, ctx: click.Context,
                        args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            return "console", self.get_command(ctx, "console"), args
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=Commands, invoke_without_command=True, subcommand_metavar="[FILE.md | ID | COMMAND]",
               context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="handrail")
@common_options
@screen_options
@click.pass_context
def cli(ctx: click.Context) -> object:
    """The console an on-call operator holds on to.

    Without a command the console opens; with a Markdown file, on a checklist of that runbook; with an incident's id, on
    that incident.
    """
    if ctx.invoked_subcommand is None:
        return ctx.invoke(import_module("tui.commands.console").command, target=None)
    return None


def main() -> None:
    """The `handrail` program."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line and answer its exit status. What goes wrong is a sentence on stderr, never a traceback."""
    given = Given()
    try:
        status = cli.main(list(arguments), prog_name="handrail", standalone_mode=False, obj=given)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except click.ClickException as error:
        return _usage(error)
    except HandrailError as error:
        return explain(error)
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # The reader has left, as `head` does; click ends the program then. Nobody is there to be told, and Python would
        # try at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return READER_LEFT
    except Exception as error:
        return _crashed(error, given)


def explain(error: HandrailError) -> int:
    """A HandrailError on stderr: what happened, where, and what to do. Answers its exit status."""
    from handrail.text import clean_block

    text = [f"handrail: {error.title}", *(f"  {line}" for line in (error.detail, error.remedy) if line)]
    click.echo("\n".join(clean_block(line) for line in text), err=True)
    return error.exit_status


def _usage(error: click.ClickException) -> int:
    from handrail.text import clean_block

    context = error.ctx if isinstance(error, click.UsageError) else None
    hint = f"  `{context.command_path} --help` says how." if context is not None else ""
    click.echo("\n".join(line for line in (f"handrail: {clean_block(error.format_message())}", hint) if line), err=True)
    return 2


def _crashed(error: Exception, given: Given) -> int:
    from tui.crash import report_crash

    file = report_crash(error, given.state().root, given.hide)
    click.echo(f"handrail: it stopped on an error of its own ({type(error).__name__}); the report is {file}", err=True)
    return UNEXPECTED
