"""What a matching is asked for with, as documents: ``matchmaker.request`` and ``matchmaker.changes``.

A document is opened first (is it one, how many people does it speak of), which costs little, and read later.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from matchmaker.documents.envelope import Envelope, pack_document, unpack_document
from matchmaker.documents.people import PeopleReader, list_fields
from matchmaker.documents.program import list_program_table, parse_program_table
from matchmaker.errors import Fault, InputError, Place, ProgramError, Report
from matchmaker.people import Former, Mentee, Mentor
from matchmaker.program import Program
from matchmaker.roster import Roster
from matchmaker.roster.people import list_mentees, list_mentors

REQUEST = "matchmaker.request"
CHANGES = "matchmaker.changes"
VERSION = 1

REMEDY = "Send a document as the documentation of the service describes it"


class RunOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a matching is to be found.

    Attributes
    ----------
    gap : int
        Points within which the search may stop.
    time_limit : float or None
        Seconds for the search.
    set_aside_faulty : bool
        Whether to go on without people who have faults.
    """

    gap: int = 0
    time_limit: float | None = None
    set_aside_faulty: bool = False


class PeopleLists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The people of a request, unread.

    Attributes
    ----------
    mentors, mentees, history : list of raw JSON
    """

    mentors: list[msgspec.Raw] = []
    mentees: list[msgspec.Raw] = []
    history: list[msgspec.Raw] = []


class RequestDocument(Envelope, frozen=True, forbid_unknown_fields=True):
    """``matchmaker.request``: a roster, a program and how to match them.

    Attributes
    ----------
    roster : PeopleLists
    program : raw JSON
        The keys of the program file; without it, all defaults.
    options : RunOptions
    """

    roster: PeopleLists = PeopleLists()
    program: msgspec.Raw = msgspec.Raw(b"{}")
    options: RunOptions = RunOptions()

    @property
    def num_people(self) -> int:
        """How many people it speaks of."""
        return len(self.roster.mentors) + len(self.roster.mentees)


class Gone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ids of people who left."""

    mentors: tuple[str, ...] = ()
    mentees: tuple[str, ...] = ()


class NamedPair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pair to keep or to ban, and why."""

    mentor: str
    mentee: str
    reason: str = ""


class ChangesDocument(Envelope, frozen=True, forbid_unknown_fields=True):
    """``matchmaker.changes``: what is different from an earlier request.

    Attributes
    ----------
    joined, changed : PeopleLists
        New people, and people as they are now, whole. `history` stands with those who joined.
    left : Gone
    keep, ban : tuple of NamedPair
        Pairs that must stay, and pairs that must not come again.
    program : raw JSON
        A whole new program; null keeps the earlier one.
    options : RunOptions
    """

    joined: PeopleLists = PeopleLists()
    changed: PeopleLists = PeopleLists()
    left: Gone = Gone()
    keep: tuple[NamedPair, ...] = ()
    ban: tuple[NamedPair, ...] = ()
    program: msgspec.Raw = msgspec.Raw(b"null")
    options: RunOptions = RunOptions()

    @property
    def has_program(self) -> bool:
        """Whether there is a new program."""
        return bytes(self.program).strip() != b"null"

    @property
    def num_people(self) -> int:
        """How many people it speaks of."""
        lists = (self.joined, self.changed)
        return sum(len(one.mentors) + len(one.mentees) for one in lists)


def open_request(data: bytes) -> RequestDocument:
    """Return the request that a document holds, its people unread.

    Raises
    ------
    InputError
        If it is no JSON, another document, or of another version.
    """
    return unpack_document(data, REQUEST, VERSION, RequestDocument, remedy=REMEDY)


def open_changes(data: bytes) -> ChangesDocument:
    """Return the changes that a document holds, their people unread.

    Raises
    ------
    InputError
        If it is no JSON, another document, or of another version.
    """
    return unpack_document(data, CHANGES, VERSION, ChangesDocument, remedy=REMEDY)


def read_lists(lists: PeopleLists, report: Report) -> tuple[list[Mentor], list[Mentee], list[Former]]:
    """Return the people of a request as objects; what is no person is a fault in the report."""
    reader = PeopleReader(report)
    mentors = reader.read_mentors(_decode_all(lists.mentors, "mentors"))
    mentees = reader.read_mentees(_decode_all(lists.mentees, "mentees"))
    return mentors, mentees, reader.read_history(_decode_all(lists.history, "history"))


def _decode_all(items: Sequence[msgspec.Raw], name: str) -> list[Any]:
    """Return the entries of a list, each decoded.

    Raises
    ------
    InputError
        If one of them is no JSON after all, which only a look inside shows.
    """
    found: list[Any] = []
    try:
        found.extend(msgspec.json.decode(item) for item in items)
    except (msgspec.DecodeError, RecursionError) as error:
        fault = Fault("document", f"this is no JSON: {error}", REMEDY, Place(f"{name}[{len(found)}]"))
        raise InputError([fault]) from None
    return found


def read_program_part(raw: msgspec.Raw, file: str = "program") -> Program:
    """Return the program of a request.

    Raises
    ------
    ProgramError
        With every fault.
    """
    try:
        table = json.loads(bytes(raw), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        problem = f"the program cannot be read: {error}"
        raise ProgramError([Fault("type", problem, "Give the keys of a program file", Place(file))]) from None
    if not isinstance(table, dict):
        raise ProgramError([Fault("type", "the program is a table of keys", 'Write "program": { … }', Place(file))])
    return parse_program_table(table, file)


def write_request(roster: Roster, program: Program | None = None, options: RunOptions | None = None) -> bytes:
    """Return a roster and a program as a document to be sent to a service.

    Parameters
    ----------
    roster : Roster
        People who were set aside are not in it.
    program : Program or None
        None takes every default.
    options : RunOptions or None
    """
    people = {
        "mentors": list(map(list_fields, list_mentors(roster.mentors))),
        "mentees": list(map(list_fields, list_mentees(roster.mentees))),
        "history": list(map(list_fields, _list_history(roster))),
    }
    table = list_program_table(program or Program())
    content = _Content({name: rows for name, rows in people.items() if rows}, table, options or RunOptions())
    return pack_document(REQUEST, VERSION, content)


def _list_history(roster: Roster) -> Iterator[Former]:
    for (mentee, mentor), outcome in zip(roster.former.tolist(), roster.former_outcomes, strict=True):
        yield Former(roster.mentors.ids[mentor], roster.mentees.ids[mentee], outcome)


class _Content(msgspec.Struct, frozen=True):
    roster: dict[str, Any]
    program: dict[str, Any]
    options: RunOptions
