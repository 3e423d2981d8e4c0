"""Options that several commands share, and the reading they stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from matchmaker.errors import Report
    from matchmaker.program import Program
    from matchmaker.roster import Roster

Command = TypeVar("Command", bound=Callable[..., Any])

FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)

INPUT_OPTIONS = (
    click.option("--mentors", type=FILE, help="Spreadsheet of the mentors (CSV or XLSX)."),
    click.option("--mentees", type=FILE, help="Spreadsheet of the mentees."),
    click.option("--people", type=FILE, help="One spreadsheet for both, with a role column."),
    click.option("--history", type=FILE, help="Pairs of earlier programmes: mentor, mentee, outcome."),
    click.option("--program", type=FILE, help="The program file (TOML); without it, all defaults."),
)


class Seconds(click.FloatRange):
    """A time above 0; words that Python takes for numbers, such as nan and inf, are none."""

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the seconds, or refuse what is no time."""
        seconds = float(super().convert(value, param, ctx))
        if not isfinite(seconds):
            self.fail(f"{value!r} is not a number of seconds. Leave the option out to have no limit.", param, ctx)
        return seconds


def take_inputs(command: Command) -> Command:
    """Give a command the options that name its files."""
    for option in reversed(INPUT_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True)
class Inputs:
    """The files that a command was given.

    Parameters
    ----------
    mentors, mentees, people, history, program : Path or None
    """

    mentors: Path | None = None
    mentees: Path | None = None
    people: Path | None = None
    history: Path | None = None
    program: Path | None = None

    def require(self) -> None:
        """Refuse a combination that leaves a side without a file.

        Raises
        ------
        click.UsageError
            If neither ``--people`` nor both of ``--mentors`` and ``--mentees`` are there, or both.
        """
        pair = self.mentors is not None and self.mentees is not None
        if self.people is not None and (self.mentors or self.mentees):
            raise click.UsageError("Give --people, or --mentors and --mentees, not both.")
        if self.people is None and not pair:
            raise click.UsageError("Give --mentors FILE and --mentees FILE, or --people FILE for both.")

    def name_files(self) -> dict[str, Path]:
        """Return the files that were given, by option."""
        return {name: path for name, path in vars(self).items() if path is not None}


def read_program_file(path: Path | None) -> Program:
    """Return the program of a file, or the default program without one."""
    from matchmaker.program import Program, read_program

    return Program() if path is None else read_program(path)


@contextmanager
def naming_program(path: Path | None) -> Iterator[None]:
    """Call the program by its file in every fault of a roster that is raised inside.

    Parameters
    ----------
    path : Path or None
        None leaves it at "program".
    """
    from matchmaker.errors import Place, RosterError

    try:
        yield
    except RosterError as error:
        name = None if path is None else str(path)
        for k, fault in enumerate(error.report.faults):
            if name and fault.place.file == "program":
                place = Place(name, fault.place.sheet, fault.place.row, fault.place.column)
                error.report.faults[k] = replace(fault, place=place)
        raise RosterError(error.report) from None


def read_roster(inputs: Inputs, program: Program, *, set_aside: bool = False) -> tuple[Roster, Report]:
    """Return the checked roster with all notices so far.

    Parameters
    ----------
    inputs : Inputs
    program : Program
        Says how the columns are to be read, and what the roster must agree with.
    set_aside : bool
        Whether faulty people are set aside instead of stopping everything.

    Raises
    ------
    RosterError
        With every fault of the cells, the roster and its agreement with the program.
    """
    from matchmaker.roster import gather_roster
    from matchmaker.tables import read_people

    mentors, mentees, history, report = read_people(
        program=program,
        mentors=inputs.mentors,
        mentees=inputs.mentees,
        people=inputs.people,
        history=inputs.history,
    )
    with naming_program(inputs.program):
        return gather_roster(mentors, mentees, history, program, report, set_aside=set_aside)
