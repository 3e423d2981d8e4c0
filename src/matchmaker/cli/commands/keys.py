"""``matchmaker keys``: who may call the service."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from matchmaker.cli.console import show_table
from matchmaker.cli.extras import need_service
from matchmaker.cli.options import FILE, FOLDER
from matchmaker.service.keys import SCOPES

if TYPE_CHECKING:
    from matchmaker.service.store import Store


@click.group(name="keys")
@click.option("--data", type=FOLDER, help="Folder of the embedded store.  [default: matchmaker-data]")
@click.option("--config", type=FILE, help="Settings of the service (TOML).")
@click.pass_context
def command(ctx: click.Context, data: Path | None, config: Path | None) -> None:
    """Make, list and revoke the keys of the service."""
    need_service()
    from matchmaker.service.core import DATABASE
    from matchmaker.service.settings import read_settings
    from matchmaker.service.store import Store

    settings = read_settings(config, given={"data": None if data is None else str(data)})
    ctx.obj = Store(settings.folder / DATABASE)
    ctx.call_on_close(ctx.obj.close)


@command.command(name="add")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(SCOPES),
    multiple=True,
    default=("match", "read"),
    show_default=True,
    help="match sends and ends jobs, read looks at one's own, admin does both for everybody's.",
)
@click.pass_obj
def add(store: Store, name: str, scopes: tuple[str, ...]) -> None:
    """Make a key for NAME, such as the system that will use it, and print it. It is shown only once."""
    from matchmaker.service.keys import make_key

    key, shown = make_key(name, tuple(dict.fromkeys(scopes)))
    store.add_key(key)
    click.echo(shown)
    click.echo(f"Key {key.id} for {name}. Keep it now: it cannot be shown again.", err=True)


@command.command(name="list")
@click.pass_obj
def show(store: Store) -> None:
    """List the keys: ids, names and scopes. The keys themselves are not kept."""
    from matchmaker.service.jobs import format_time

    rows = [
        (key.id, key.name, key.scopes, format_time(key.created), format_time(key.revoked)) for key in store.list_keys()
    ]
    show_table("Keys", ("id", "name", "scopes", "made", "revoked"), rows)


@command.command(name="revoke")
@click.argument("identity", metavar="ID")
@click.pass_obj
def revoke(store: Store, identity: str) -> None:
    """Let the key with ID open nothing any more, from the next request on."""
    if not store.revoke_key(identity):
        raise click.UsageError(f"There is no key '{identity}' that is valid. See: matchmaker keys list")
    click.echo(f"Key {identity} is revoked.", err=True)
