"""What can go wrong, and how it is told.

The exception tree::

    MatchmakerError
    ├── ProgramError      the program (or a command's options) cannot mean anything
    ├── InputError        a file or a document cannot be read at all
    ├── RosterError       the roster has faults; carries the report with all of them
    ├── PointsError       the points given to ``assign`` cannot be used (also a ValueError)
    ├── Infeasible        no matching can meet the hard demands; carries the conflict
    └── Stopped           stopped before there was any answer

A *fault* stops a run, a *notice* is something the reader should know. Both say where they were
found, what is wrong, and what to do next; a `Report` collects them so that all are told at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Self

MOST_KEPT = 1_000
"""Faults (and notices) that a report keeps in full; beyond it, it only counts them by kind."""

Person = tuple[str, int]
"""Somebody in the input: the role ("mentor" or "mentee"), and the row of the columns that were read, from 0."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the input.

    Parameters
    ----------
    file, sheet : str or None
        The file and, in a workbook, the sheet.
    row : int or None
        The spreadsheet's own row number: the headings of a plain file are row 1.
    column : str or None
        The heading, the key of a program file, or the field of an object.
    """

    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        row = None if self.row is None else f"row {self.row}"
        column = None if self.column is None else f"column '{self.column}'"
        sheet = None if self.sheet is None else f"sheet '{self.sheet}'"
        return ", ".join(part for part in (self.file, sheet, row, column) if part)


@dataclass(frozen=True, slots=True)
class Remark:
    """What a fault and a notice have in common.

    Parameters
    ----------
    kind : str
        A stable word for this kind of remark, listed in the documentation.
    problem : str
        What is wrong, or what is to be known, as a sentence without a full stop.
    remedy : str
        What would be right, or the next step.
    place : Place
        Where.
    value : str or None
        The value found, as it was written.
    person : tuple of (str, int) or None
        The role ("mentor" or "mentee") and the row number inside the columns it came from, where
        the remark is about one person who can be set aside.
    """

    kind: str
    problem: str
    remedy: str = ""
    place: Place = field(default_factory=Place)
    value: str | None = None
    person: Person | None = None

    def __str__(self) -> str:
        where = f"{self.place}: " if str(self.place) else ""
        value = "" if self.value is None else f" (found: {self.value!r})"
        remedy = f". {self.remedy}" if self.remedy else ""
        return f"{where}{self.problem}{value}{remedy}"

    def without_rows(self) -> Self:
        """Return the same remark without file and row, so that an answer does not depend on them."""
        return self if self.place.file == "program" else replace(self, place=Place(column=self.place.column))


class Fault(Remark):
    """What stops a run: a rule of the input that is broken, where, and what would be right."""


class Notice(Remark):
    """What the reader should know, but what stops nothing."""


@dataclass(slots=True)
class Report:
    """All faults and notices of one reading, in the order they were found.

    At most `MOST_KEPT` of each are kept; `num_faults` and `num_notices` count all of them by kind,
    and `faulty` names every person with a fault, kept or not.
    """

    faults: list[Fault] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    num_faults: Counter[str] = field(default_factory=Counter)
    num_notices: Counter[str] = field(default_factory=Counter)
    faulty: dict[Person, Fault] = field(default_factory=dict)
    unplaced: bool = False
    _told: set[int] = field(default_factory=set, repr=False, compare=False)

    def add_fault(self, fault: Fault) -> None:
        """Note a fault, counted always and kept while there is room."""
        if fault.person is None:
            self.unplaced = True
        else:
            self.faulty.setdefault(fault.person, fault)
        if self._is_new(fault):
            self.num_faults[fault.kind] += 1
            if len(self.faults) < MOST_KEPT:
                self.faults.append(fault)

    def add_notice(self, notice: Notice) -> None:
        """Note a notice, counted always and kept while there is room."""
        if self._is_new(notice):
            self.num_notices[notice.kind] += 1
            if len(self.notices) < MOST_KEPT:
                self.notices.append(notice)

    def _is_new(self, remark: Remark) -> bool:
        """Return whether nothing was said yet in the same words about the same row of a file.

        One row may hold both a mentor and a mentee; what is wrong with its cells is told once.
        """
        if remark.place.row is None:
            return True
        key = hash((remark.kind, remark.place, remark.value, remark.problem))
        is_new = key not in self._told
        self._told.add(key)
        return is_new

    def extend(self, other: Report) -> None:
        """Take over everything that another report holds."""
        self.faults.extend(other.faults[: max(0, MOST_KEPT - len(self.faults))])
        self.notices.extend(other.notices[: max(0, MOST_KEPT - len(self.notices))])
        self.num_faults.update(other.num_faults)
        self.num_notices.update(other.num_notices)
        self.unplaced |= other.unplaced
        for person, fault in other.faulty.items():
            self.faulty.setdefault(person, fault)

    def raise_if_faulty(self) -> None:
        """Raise `RosterError` with this report if it holds any fault."""
        if self.num_faults:
            raise RosterError(self)

    def __str__(self) -> str:
        return "\n".join([*map(str, self.faults), *_summarise(self.num_faults, len(self.faults))])


def _summarise(counts: Counter[str], num_kept: int) -> Iterable[str]:
    """Yield a line with the counts by kind if more were found than kept."""
    if sum(counts.values()) > num_kept:
        kinds = ", ".join(f"{kind} {count:,}" for kind, count in sorted(counts.items()))
        yield f"… {sum(counts.values()) - num_kept:,} more; in all by kind: {kinds}"


def join_reports(*reports: Report) -> Report:
    """Return one report with everything in several, in their order."""
    joined = Report()
    for report in reports:
        joined.extend(report)
    return joined


class MatchmakerError(Exception):
    """Anything that matchmaker refuses, with a message meant for the user."""


class ProgramError(MatchmakerError):
    """The program, or a choice made on the command line, cannot mean anything.

    Parameters
    ----------
    faults : iterable of Fault
        Everything that is wrong with it.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return type(self), (self.faults,)


class InputError(MatchmakerError):
    """A file or document that cannot be read at all.

    Parameters
    ----------
    faults : iterable of Fault
        Why not, and what would help.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return type(self), (self.faults,)


class RosterError(MatchmakerError):
    """The roster has faults.

    Parameters
    ----------
    report : Report
        All faults and notices.
    """

    def __init__(self, report: Report) -> None:
        self.report = report
        super().__init__(str(report))

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return type(self), (self.report,)


class PointsError(MatchmakerError, ValueError):
    """Points, capacities or options that `assign` cannot use; the message names the first places."""


class Infeasible(MatchmakerError):
    """No matching can meet the hard demands, and that is proven.

    Parameters
    ----------
    message : str
        The reason in words, with the numbers that clash and what would repair it.
    conflict : object
        The small set of people and demands that clash: `matchmaker.certificate.Conflict`.
    """

    def __init__(self, message: str, conflict: Any) -> None:
        self.conflict = conflict
        super().__init__(message)

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return type(self), (str(self), self.conflict)


class Stopped(MatchmakerError):
    """Stopped, by the clock or by the caller, before there was any answer."""
