"""``matchmaker verify``: re-check a stored answer without any solver."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from matchmaker.cli.answer import describe_proof
from matchmaker.cli.console import Progress, show_document
from matchmaker.cli.options import FOLDER, Inputs, take_inputs
from matchmaker.cli.status import Status


@click.command(name="verify")
@click.argument("folder", type=FOLDER)
@take_inputs
@click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON on stdout.")
def command(folder: Path, as_json: bool, **files: Any) -> int:
    """Re-check the answer in FOLDER from its roster and program, without any solver.

    The files are looked for where they were when the answer was made; name those that have moved.
    Exit status 1 if anything does not hold.
    """
    import msgspec

    from matchmaker.cli.stored import read_stored
    from matchmaker.tables.comparing import compare_folder
    from matchmaker.verify import Verification, verify_matching

    with Progress() as progress:
        with progress.follow("reading"):
            stored = read_stored(folder, Inputs(**files))
        with progress.follow("checking"):
            checks = verify_matching(stored.matching, stored.roster, stored.program).checks
            tables = compare_folder(folder, stored.matching, stored.roster, stored.run.hashes.get("matching.xlsx", ""))
    verification = Verification((*checks, tables))
    if as_json:
        show_document(msgspec.json.format(msgspec.json.encode(verification)))
    else:
        click.echo(str(verification))
    verdict = describe_proof(stored.matching) if verification.holds else "This answer does not hold."
    click.echo(verdict, err=True)
    return Status.DONE if verification.holds else Status.FAULTY
