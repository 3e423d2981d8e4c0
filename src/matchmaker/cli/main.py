"""The group of commands. Each lives in a file of its own and is loaded when it is called."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

import click

from matchmaker.cli.status import Guard
from matchmaker.version import __version__

COMMANDS = {
    "init": "Propose a program file from the headings of your spreadsheets.",
    "check": "Check the roster and the program; list every fault at once.",
    "match": "Find the best pairing, prove it, and write it down.",
    "verify": "Re-check a written matching without any solver.",
    "explain": "Explain one mentee's pair and what any other choice would cost.",
    "generate": "Write a realistic roster of any size, to try things out.",
    "serve": "Serve matchings over HTTP, for other services to call.",
    "keys": "Make, list and revoke the keys of the service.",
    "completion": "Print the script that completes commands in your shell.",
}
"""Every command with its short help, in the order in which `--help` lists them."""


class LazyGroup(click.Group):
    """A group that imports a command only when somebody asks for it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in their order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, loaded now, or None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"matchmaker.cli.commands.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without loading any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is called, or say which one was probably meant."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            from matchmaker.text import suggest

            near = suggest(args[0], COMMANDS)
            hint = f"Did you mean '{near}'?" if near else f"There are: {', '.join(COMMANDS)}."
            raise click.UsageError(f"There is no command '{args[0]}'. {hint}", ctx)
        return super().resolve_command(ctx, args)


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", prog_name="matchmaker")
def matchmaker() -> None:
    """Match mentors and mentees: the best pairing for everyone, under hard rules, with a proof.

    \b
    A first run:
      matchmaker init mentors.csv mentees.csv --out program.toml
      matchmaker match --mentors mentors.csv --mentees mentees.csv --program program.toml --out answer
      matchmaker verify answer
    """


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    Parameters
    ----------
    arguments : sequence of str or None
        None takes those of this process.

    Returns
    -------
    int
        0 done; 1 the roster has faults or `verify` failed; 2 usage, program or unreadable input;
        3 proven impossible; 4 stopped without an answer; 70 a fault of ours; 130 interrupted.
    """
    with Guard() as guard:
        result = matchmaker.main(None if arguments is None else list(arguments), "matchmaker", standalone_mode=False)
        return int(result or 0)
    return int(guard.status)
