"""``matchmaker init``: a program file proposed from the headings of the spreadsheets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matchmaker.cli.console import Progress, show_document, show_notices
from matchmaker.cli.options import FILE
from matchmaker.errors import Report
from matchmaker.text import normalise, quote_list

if TYPE_CHECKING:
    from matchmaker.tables import Sheet
    from matchmaker.tables.proposals import Proposal

NO_COMMENT = re.compile(r"[\x00-\x1f\x7f]+")
"""Signs that no comment of a TOML file can hold."""


@click.command(name="init")
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--preset", type=click.Choice(["youth", "school", "workplace", "internship", "speed"]), help="A rhythm.")
@click.option("--out", type=FILE, help="Write the program there instead of on stdout; never over an existing file.")
def command(files: tuple[Path, ...], preset: str | None, out: Path | None) -> None:
    """Propose a program from the headings of FILES.

    Name the files (or the sheets of a workbook) so that they say which side they hold: mentors.csv,
    mentees.csv. One file alone whose name does not say so is taken for both sides. Each column is shown
    with how sure the proposal is; what is unknown is left commented out for you to decide.
    """
    report = Report()
    with Progress() as progress, progress.follow("reading"):
        text = propose_program(files, preset, report)
    show_notices((notice.kind, str(notice)) for notice in report.notices)
    if out is None:
        show_document(text.encode())
    elif out.exists():
        raise click.UsageError(f"{out} exists already; choose another name.")
    else:
        out.write_text(text, encoding="utf-8", newline="\n")
        click.echo(f"{out}: read it, and decide about the lines that are commented out.", err=True)


def find_side(name: str) -> str | None:
    """Return which side a name speaks of, or None; "mentoring" speaks of neither.

    Examples
    --------
    >>> find_side("New Mentors 2027"), find_side("mentors_and_mentees"), find_side("Mentoring 2027")
    ('mentors', 'people', None)
    """
    word = normalise(name)
    is_mentors, is_mentees = re.search(r"mentor(?!ing|ship)", word), re.search("mentee", word)
    if is_mentors and is_mentees:
        return "people"
    return "mentors" if is_mentors else "mentees" if is_mentees else None


def list_sheets(files: Sequence[Path], report: Report) -> dict[str, Sheet]:
    """Return the sheet of each side; the report takes notices of what is to be known about it.

    Raises
    ------
    click.UsageError
        If it is not clear which side a file or sheet holds, or two hold the same.
    """
    found: dict[str, Sheet] = {}
    for path in dict.fromkeys(files):
        for side, sheet in _list_sides(path, report, is_alone=len(set(files)) == 1):
            other = found.setdefault(side, sheet)
            if other is not sheet:
                raise click.UsageError(
                    f"{_name_sheet(other)} and {_name_sheet(sheet)} both seem to hold the {side}. Give one of them."
                )
    return found


def _list_sides(path: Path, report: Report, *, is_alone: bool) -> Iterator[tuple[str, Sheet]]:
    """Yield the sheets of a file with their sides; in a workbook of several, those whose names speak of one."""
    from matchmaker.tables import read_sheets

    sheets, found = read_sheets(path)
    report.extend(found)
    if len(sheets) == 1:
        side = find_side(sheets[0].sheet or "") or find_side(path.stem) or ("people" if is_alone else None)
        if side is None:
            raise click.UsageError(f"{path}: is this the mentors' or the mentees'? Say so in the file's name.")
        yield side, sheets[0]
        return
    named = [(side, sheet) for sheet in sheets if (side := find_side(sheet.sheet or "")) is not None]
    if not named:
        names = quote_list([sheet.sheet or "" for sheet in sheets], 12)
        raise click.UsageError(f"{path} has the sheets {names}. Call them 'mentors' and 'mentees', or 'people'.")
    yield from named


def _name_sheet(sheet: Sheet) -> str:
    return str(sheet.locate(None))


def propose_program(files: Sequence[Path], preset: str | None, report: Report) -> str:
    """Return the text of a program for some files, which reads back as a program; the report takes notices."""
    from matchmaker.program import Program, write_program
    from matchmaker.tables.proposals import list_identities, propose

    rhythm = f'preset = "{preset}"\n' if preset else "weeks = 26\nevery_weeks = 1\nsession_minutes = 60\n"
    parts = [
        write_program(Program()).rstrip(),
        'name = ""',
        "# start = 2027-01-11    # first day of the programme",
        rhythm,
    ]
    sheets = list_sheets(files, report)
    people = {side: list_identities(sheet, side) for side, sheet in sheets.items()}
    for side, sheet in sheets.items():
        others = frozenset[str]().union(*(people[other] for other in people if other != side or side == "people"))
        parts += [f"[columns.{side}]", *map(write_line, propose(sheet, side, others)), ""]
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
    evidence = NO_COMMENT.sub(" ", proposal.evidence)
    return f"{mark}{key}    # {proposal.sureness}: {evidence}"
