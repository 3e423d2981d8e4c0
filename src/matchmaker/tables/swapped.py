"""Whether the file given for the mentors holds the mentees, and the other way round, as their headings show."""

from __future__ import annotations

from matchmaker.errors import Fault, InputError, Place
from matchmaker.program import Program
from matchmaker.tables.fields import recognise
from matchmaker.tables.sheet import Sheet, find_column


def refuse_swapped(mentors: Sheet, mentees: Sheet, program: Program) -> None:
    """Refuse two files that were given for each other's side.

    They were if several headings of ``[columns]`` are lost, and none the other way round; or, where these do not
    tell, if each file has documented headings of the other side alone.

    Raises
    ------
    InputError
        With one fault, instead of one for each heading.
    """
    lost = _count_lost(mentors, "mentors", program) + _count_lost(mentees, "mentees", program)
    turned = _count_lost(mentees, "mentors", program) + _count_lost(mentors, "mentees", program)
    if (lost > 1 and not turned) or (not lost and _is_other(mentors, "mentee") and _is_other(mentees, "mentor")):
        problem = f"this seems to be the mentees' file, and {mentees.file} the mentors'"
        remedy = "Give the two files the other way round"
        raise InputError([Fault("swapped", problem, remedy, Place(mentors.file, mentors.sheet, mentors.heading_row))])


def _count_lost(sheet: Sheet, side: str, program: Program) -> int:
    """Return how many headings that the program names for a side are not in a sheet."""
    columns = program.columns.mentors if side == "mentors" else program.columns.mentees
    return sum(
        column.meaning != "ignore" and find_column(sheet, heading) is None for heading, column in columns.items()
    )


def _is_other(sheet: Sheet, role: str) -> bool:
    """Return whether a sheet has documented headings of one side, and none of the other's."""
    found = [recognise(heading) for heading in sheet.headings]
    sides = {meaning.field.side for meaning in found if meaning is not None}
    return role in sides and not ({"mentor", "mentee"} - {role}) & sides
