"""Where one person's row names another: ids and e-mails made ids, former pairs, ids that look alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from matchmaker.errors import Fault, InputError, Notice, Place, Report
from matchmaker.people import Former
from matchmaker.roster.build import Coder
from matchmaker.roster.columns import Lists, MenteeColumns, MentorColumns, PersonColumns
from matchmaker.tables.parsing import read_id
from matchmaker.tables.sheet import Sheet
from matchmaker.text import normalise, quote_list

People = TypeVar("People", MentorColumns, MenteeColumns)

HISTORY: Mapping[str, tuple[str, ...]] = {
    "mentor": ("mentor", "mentor id", "mentor email", "mentor e-mail"),
    "mentee": ("mentee", "mentee id", "mentee email", "mentee e-mail"),
    "outcome": ("outcome",),
}
"""The headings of a file of former pairs."""

SHORTENED = re.compile(r"\d(\.\d+)?E\+\d\d?", re.I)
"""A long number as a spreadsheet shows it when it has cut off its last digits."""


def read_former(sheet: Sheet, report: Report) -> list[Former]:
    """Return the former pairs of a sheet.

    Parameters
    ----------
    sheet : Sheet
    report : Report
        Takes a fault for each row in which one of the two is blank.

    Raises
    ------
    InputError
        If there is no column for one side.
    """
    columns = {name: _find_column(sheet, aliases) for name, aliases in HISTORY.items()}
    missing = [name for name in ("mentor", "mentee") if columns[name] is None]
    if missing:
        problem = f"the history has no column {quote_list(missing)}"
        remedy = "Call the columns mentor, mentee and, if there is one, outcome"
        raise InputError([Fault("column", problem, remedy, Place(sheet.file, sheet.sheet, sheet.heading_row))])
    for _, fault in sheet.list_faults([sheet.headings[place] for place in columns.values() if place is not None]):
        report.add_fault(fault)
    texts = [_list_texts(sheet, columns[name]) for name in HISTORY]
    former = []
    for row, (mentor, mentee, outcome) in zip(sheet.rows.tolist(), zip(*texts, strict=True), strict=True):
        if mentor and mentee:
            former.append(Former(read_id(mentor), read_id(mentee), outcome))
        else:
            problem = f"a former pair has no {'mentee' if mentor else 'mentor'}"
            report.add_fault(
                Fault("history", problem, "Fill the cell, or delete the row", Place(sheet.file, sheet.sheet, row))
            )
    return former


def _find_column(sheet: Sheet, aliases: Sequence[str]) -> int | None:
    forms = [normalise(heading) for heading in sheet.headings]
    return next((forms.index(name) for name in aliases if name in forms), None)


def _list_texts(sheet: Sheet, place: int | None) -> list[str]:
    if place is None:
        return [""] * len(sheet.rows)
    column = sheet.columns[place]
    return [column.values[code] for code in column.codes.tolist()]


def resolve(
    mentors: MentorColumns, mentees: MenteeColumns, former: Sequence[Former]
) -> tuple[MentorColumns, MenteeColumns, list[Former]]:
    """Return people and former pairs with ids wherever an e-mail was written instead."""
    mentor_ids, mentee_ids = _Names(mentors), _Names(mentees)
    pairs = [replace(one, mentor=mentor_ids.find(one.mentor), mentee=mentee_ids.find(one.mentee)) for one in former]
    return _resolve_wishes(mentors, mentee_ids), _resolve_wishes(mentees, mentor_ids), pairs


class _Names:
    """The ids of one side, also by e-mail; made when first asked."""

    def __init__(self, people: PersonColumns) -> None:
        self._people = people
        self._by_email: dict[str, str] | None = None
        self._ids: set[str] = set()

    def find(self, text: str) -> str:
        """Return the id that a text names: itself, or that of the person with this e-mail."""
        if self._by_email is None:
            people = self._people
            self._ids = {name or email for name, email in zip(people.ids, people.emails, strict=True)}
            pairs = zip(people.ids, people.emails, strict=True)
            self._by_email = {email.casefold(): name or email for name, email in pairs if email}
        return text if text in self._ids else self._by_email.get(text.casefold(), text)


def _resolve_wishes(people: People, names: _Names) -> People:
    return replace(people, preferred=_rename(people.preferred, names), refused=_rename(people.refused, names))


def _rename(lists: Lists, names: _Names) -> Lists:
    """Return lists of ids with e-mails made ids."""
    words = [names.find(word) if word else word for word in lists.words]
    if words == list(lists.words):
        return lists
    coder = Coder()
    table = np.array([coder.code(word) for word in words], np.int32)
    return Lists(lists.offsets, table[lists.codes], coder.words)


def tell_lookalikes(mentors: MentorColumns, mentees: MenteeColumns, report: Report) -> None:
    """Tell of ids that a spreadsheet has probably changed: leading zeros lost, digits cut off."""
    ids = {name for people in (mentors, mentees) for name in people.ids if name[:1].isdigit()}
    for kind, told, remedy in (*_list_zeros(ids), *_list_shortened(ids)):
        report.add_notice(Notice(kind, told, remedy))


def _list_zeros(ids: set[str]) -> Iterator[tuple[str, str, str]]:
    padded = sorted(name for name in ids if name[0] == "0" and name.isdecimal())
    pairs = [f"{name.lstrip('0') or '0'} and {name}" for name in padded if (name.lstrip("0") or "0") in ids - {name}]
    if pairs:
        told = f"these ids differ only in leading zeros and are read as different people: {quote_list(pairs)}"
        yield "id-zeros", told, "If a spreadsheet dropped the zeros, export the column as text"


def _list_shortened(ids: set[str]) -> Iterator[tuple[str, str, str]]:
    shortened = sorted(filter(SHORTENED.fullmatch, ids))
    if shortened:
        told = f"these ids look like numbers that a spreadsheet has rounded: {quote_list(shortened)}"
        yield "id-rounded", told, "Export the column as text, or the ids meet no others"
