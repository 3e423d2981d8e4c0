"""``matchmaker init``: a program file proposed from the headings of the spreadsheets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from matchmaker.cli.options import FILE

if TYPE_CHECKING:
    from matchmaker.tables.proposals import Proposal


@click.command(name="init")
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--preset", type=click.Choice(["youth", "school", "workplace", "internship", "speed"]), help="A rhythm.")
@click.option("--out", type=FILE, help="Write the program there instead of on stdout; never over an existing file.")
def command(files: tuple[Path, ...], preset: str | None, out: Path | None) -> None:
    """Propose a program from the headings of FILES.

    Name the files so that they say which side they hold (mentors.csv, mentees.csv); one file alone is
    taken for both sides. Each column is shown with how sure the proposal is; what is unknown is left
    commented out for you to decide.
    """
    text = propose_program(files, preset)
    if out is None:
        click.echo(text, nl=False)
    elif out.exists():
        raise click.UsageError(f"{out} exists already; choose another name.")
    else:
        out.write_text(text, encoding="utf-8", newline="\n")
        click.echo(f"{out}: read it, and decide about the lines that are commented out.", err=True)


def find_side(path: Path, sheet: str | None, num_files: int) -> str:
    """Return which side a sheet holds, by its name or that of its file."""
    for name in (sheet or "", path.stem):
        word = name.casefold()
        if "mentee" in word:
            return "mentees"
        if "mentor" in word:
            return "mentors"
    if num_files == 1:
        return "people"
    raise click.UsageError(f"{path}: is this the mentors' or the mentees'? Say so in the file's name.")


def propose_program(files: tuple[Path, ...], preset: str | None) -> str:
    """Return the text of a program for some files; it reads back as a program."""
    from matchmaker.program import Program, write_program
    from matchmaker.tables import read_sheets
    from matchmaker.tables.proposals import list_identities, propose

    rhythm = f'preset = "{preset}"\n' if preset else "weeks = 26\nevery_weeks = 1\nsession_minutes = 60\n"
    parts = [
        write_program(Program()).rstrip(),
        'name = ""',
        "# start = 2027-01-11    # first day of the programme",
        rhythm,
    ]
    found = []
    for path in files:
        sheets, _ = read_sheets(path)
        found += [(find_side(path, sheet.sheet, len(files) * len(sheets)), sheet) for sheet in sheets]
    people = [(side, list_identities(sheet, side)) for side, sheet in found]
    for side, sheet in found:
        others = frozenset[str]().union(*(names for other, names in people if other != side or side == "people"))
        parts.append(f"[columns.{side}]")
        parts += [write_line(one) for one in propose(sheet, side, others)]
        parts.append("")
    return "\n".join(parts)


def write_line(proposal: Proposal) -> str:
    """Return a proposal as a line of the file, commented out where nobody can know."""
    import tomlkit

    value = proposal.value
    if isinstance(value, dict):
        table = tomlkit.inline_table()
        table.update(value)
        value = table
    key = tomlkit.item({proposal.heading: value}).as_string().strip()
    mark = "# " if proposal.sureness == "unknown" else ""
    return f"{mark}{key}    # {proposal.sureness}: {proposal.evidence}".replace("\n", " ")
