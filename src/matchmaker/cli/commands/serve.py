"""``matchmaker serve``: the engine behind HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from matchmaker.cli.extras import need_service
from matchmaker.cli.options import FILE, FOLDER


@click.command(name="serve")
@click.option("--data", type=FOLDER, help="Folder of the embedded store.  [default: matchmaker-data]")
@click.option("--host", help="Address to listen on; any but loopback needs keys.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 takes a free one.  [default: 8080]")
@click.option("--jobs", type=click.IntRange(min=1), help="Jobs that run at the same time.  [default: 1]")
@click.option("--config", type=FILE, help="Settings (TOML); see docs/service.md for all of them.")
def command(config: Path | None, data: Path | None, **given: Any) -> None:
    """Serve matchings over HTTP, until Ctrl-C or SIGTERM.

    Every setting can also stand in the environment, as MATCHMAKER_ and its name in capitals.
    """
    need_service()
    from matchmaker.service.server import serve
    from matchmaker.service.settings import read_settings

    serve(read_settings(config, given={**given, "data": None if data is None else str(data)}))
