"""What a job was sent -> roster and program, through the same checks as files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from matchmaker.documents.changes import People, apply_changes
from matchmaker.documents.request import (
    RunOptions,
    open_changes,
    open_request,
    read_lists,
    read_program_part,
)
from matchmaker.errors import MatchmakerError, Person, Report, RosterError
from matchmaker.program import Program, read_program
from matchmaker.roster import Roster, gather_roster
from matchmaker.roster.build import read_mentees, read_mentors
from matchmaker.roster.people import list_mentees, list_mentors
from matchmaker.service.vault import OPTIONS, PARTS, REQUEST
from matchmaker.tables import read_people


@dataclass(frozen=True)
class Payload:
    """What a job works on.

    Parameters
    ----------
    roster : Roster
    program : Program
    options : RunOptions
    report : Report
        The notices.
    """

    roster: Roster
    program: Program
    options: RunOptions
    report: Report


class Unreadable(Exception):
    """What was sent cannot be used.

    Parameters
    ----------
    error : MatchmakerError
    places : mapping of (str, int) to str or None
        Where people stand in the document that was sent last; None where the roster is the document's own.
    """

    def __init__(self, error: MatchmakerError, places: Mapping[Person, str] | None) -> None:
        super().__init__()
        self.error, self.places = error, places


def read_payload(folder: Path, most_people: int) -> Payload:
    """Return what was sent, read and checked.

    The process works in the folder from then on, so that no message holds its path.

    Parameters
    ----------
    folder : Path
    most_people : int
        Mentors and mentees together.

    Raises
    ------
    Unreadable
        With every fault.
    """
    os.chdir(folder)
    changes = sorted(Path().glob("changes-*.json"))
    places: dict[Person, str] | None = None
    try:
        payload = _read_document() if Path(REQUEST).exists() else _read_files()
        for path in changes:
            places = {}
            payload = _change(payload, path, places)
        check_size(len(payload.roster.mentors) + len(payload.roster.mentees), most_people)
    except MatchmakerError as error:
        raise Unreadable(error, places) from None
    return payload


def check_size(num_people: int, most: int) -> None:
    """Refuse a roster of too many people.

    Raises
    ------
    MatchmakerError
    """
    if num_people > most:
        raise MatchmakerError(f"the roster has {num_people:,} people; at most {most:,} are matched here")


def _read_document() -> Payload:
    document = open_request(Path(REQUEST).read_bytes())
    report = Report()
    mentors, mentees, history = read_lists(document.roster, report)
    program = read_program_part(document.program)
    return _gather(People(mentors, mentees, history, {}), program, document.options, report)


def _read_files() -> Payload:
    given: dict[str, Any] = {name: Path(name) for name in PARTS if Path(name).exists()}
    path = given.pop("program", None)
    program = Program() if path is None else read_program(path)
    mentors, mentees, history, report = read_people(program=program, **given)
    options = msgspec.json.decode(Path(OPTIONS).read_bytes(), type=RunOptions)
    gathered = gather_roster(mentors, mentees, history, program, report, set_aside=options.set_aside_faulty)
    return Payload(gathered[0], program, options, gathered[1])


def _gather(people: People, program: Program, options: RunOptions, report: Report) -> Payload:
    sides = read_mentors(people.mentors, report), read_mentees(people.mentees, report)
    gathered = gather_roster(*sides, people.history, program, report, set_aside=options.set_aside_faulty)
    return Payload(gathered[0], program, options, gathered[1])


def _change(payload: Payload, path: Path, places: dict[Person, str]) -> Payload:
    """Return a payload as it is after some changes; where people stand in the changes is written to `places`."""
    changes, report, roster = open_changes(path.read_bytes()), Report(), payload.roster
    earlier = People(list_mentors(roster.mentors), list_mentees(roster.mentees), roster.history, {})
    people, program = apply_changes(earlier, payload.program, changes, report)
    places.update(people.places)
    if report.num_faults and report.unplaced:
        raise RosterError(report)
    return _gather(people, program, changes.options, report)
