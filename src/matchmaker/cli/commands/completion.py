"""``matchmaker completion``: the script that completes commands and options in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command(name="completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script for a shell.

    \b
    bash:  matchmaker completion bash >> ~/.bashrc
    zsh:   matchmaker completion zsh >> ~/.zshrc
    fish:  matchmaker completion fish > ~/.config/fish/completions/matchmaker.fish
    """
    from matchmaker.cli.main import matchmaker

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"There is no completion for {shell}.")
    click.echo(kind(matchmaker, {}, "matchmaker", "_MATCHMAKER_COMPLETE").source())
