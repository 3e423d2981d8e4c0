"""Requests and changes as documents: what is written reads back, and what is wrong is told with its place."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker import Former, Goal, Mentee, Mentor, Program, Roster, read_program
from matchmaker.documents.changes import KEPT, People, apply_changes
from matchmaker.documents.people import list_fields
from matchmaker.documents.program import list_program_table, parse_program_table
from matchmaker.documents.request import (
    CHANGES,
    REQUEST,
    RunOptions,
    open_changes,
    open_request,
    read_lists,
    read_program_part,
    write_request,
)
from matchmaker.errors import InputError, ProgramError, Report
from matchmaker.program import BannedPair, RequiredPair
from matchmaker.roster import gather_roster, hash_roster
from matchmaker.roster.build import read_mentees, read_mentors
from matchmaker.roster.people import list_mentees, list_mentors
from matchmaker.tables import read_people

EXAMPLES = Path(__file__).parents[2] / "examples"

WORDS = st.text("abcXYZ äé-", min_size=1, max_size=6).map(str.strip).filter(bool)
LEVELS = st.dictionaries(WORDS, st.integers(0, 5), max_size=3)


def ask(**members: Any) -> bytes:
    """Return a request document."""
    return json.dumps({"format": REQUEST, "version": 1, **members}).encode()


def change(**members: Any) -> Any:
    """Return a changes document, opened."""
    return open_changes(json.dumps({"format": CHANGES, "version": 1, **members}).encode())


def read_back(data: bytes) -> Roster:
    """Return the roster of a request."""
    document, report = open_request(data), Report()
    mentors, mentees, history = read_lists(document.roster, report)
    program = read_program_part(document.program)
    return gather_roster(read_mentors(mentors, report), read_mentees(mentees, report), history, program, report)[0]


@pytest.mark.parametrize("name", ["leadership", "civil-service"])
def test_examples_read_back_as_the_same(name: str) -> None:
    """The roster and the program of an example go through a document unchanged."""
    folder = EXAMPLES / name
    program = read_program(folder / "program.toml")
    files = {side: folder / f"{side}.csv" for side in ("mentors", "mentees", "history")}
    found = read_people(program=program, **{side: path for side, path in files.items() if path.exists()})  # type: ignore[arg-type]
    roster, _ = gather_roster(*found[:3], program, found[3])
    data = write_request(roster, program)
    assert hash_roster(read_back(data)) == hash_roster(roster)
    assert read_program_part(open_request(data).program) == program


@settings(max_examples=60, deadline=None)
@given(
    minutes=st.none() | st.integers(0, 10_000),
    skills=LEVELS,
    knowledge=LEVELS,
    willing=st.sampled_from([True, False, None]),
    slots=st.sampled_from([None, "", "Mon 18:00-20:00; Fri 23:00-01:00", "daily 0:00-24:00"]),
    importance=st.none() | st.integers(1000, 5000),
    theme=st.none() | WORDS,
    attributes=st.dictionaries(WORDS, st.lists(WORDS, min_size=1, max_size=2, unique=True), max_size=2),
)
def test_people_read_back_as_the_same(
    minutes: int | None,
    skills: dict[str, int],
    knowledge: dict[str, int],
    willing: bool | None,
    slots: str | None,
    importance: int | None,
    theme: str | None,
    attributes: dict[str, list[str]],
) -> None:
    """Whatever people say, columns made of them become the same columns again by way of a document."""
    hours = None if minutes is None else Decimal(minutes) / 60
    mentor = Mentor(
        id="ann",
        email="ann@example.org",
        capacity=2,
        hours=None if hours is None else float(hours),
        willing=willing,
        slots=slots,
        skills=skills,
        knowledge=knowledge,
        preferred=["ben"],
        attributes=attributes,
    )
    goal = Goal("x", "knowledge", 1, None, None if importance is None else importance / 1000, theme)
    mentee = Mentee(id="ben", wanted=1, priority=3, focus="x", goals=[goal], traits={"calm": 4}, zone="Europe/Paris")
    report = Report()
    columns = read_mentors([mentor], report), read_mentees([mentee], report)
    assert not report.faults
    again = read_mentors(list_mentors(columns[0]), report), read_mentees(list_mentees(columns[1]), report)
    for before, after in zip(columns, again, strict=True):
        assert repr(before) == repr(after)


def test_hours_of_a_third_are_minutes() -> None:
    """Hours that no decimal holds, such as 50 / 60, are the minutes that are meant; others are refused."""
    report = Report()
    columns = read_mentors([Mentor(id="a", hours=50 / 60), Mentor(id="b", hours=1 / 7)], report)
    assert columns.hours[0] == 50
    assert [str(fault) for fault in report.faults] == [
        "mentors[1], column 'hours': hours cannot be read (found: '0.14285714285714285'). "
        "Give a number of hours that makes whole minutes, or None"
    ]


def test_fields_that_say_nothing_are_left_out() -> None:
    """A document holds what was stated; an empty list of free times is a statement."""
    assert list_fields(Mentor(id="a", slots="", willing=None)) == {"id": "a", "willing": None, "slots": ""}
    assert list_fields(Mentee(id="b", goals=[Goal("x")])) == {"id": "b", "goals": [{"subject": "x"}]}
    assert list_fields(Former("a", "b")) == {"mentor": "a", "mentee": "b"}


def test_every_fault_of_people_is_told() -> None:
    """What is no person, has no such field or lacks one it needs is a fault each, with the row."""
    data = ask(
        roster={
            "mentors": [7, {"id": "a", "foo": 1}],
            "mentees": [{"id": "b", "goals": [{"kind": "skill"}, 3]}],
            "history": [{"mentor": "a"}, {"mentor": "a", "mentee": 4}],
        }
    )
    report = Report()
    people = read_lists(open_request(data).roster, report)
    assert [str(fault) for fault in report.faults] == [
        "mentors[0]: this is no mentor. Give a table of its fields: { … }",
        "mentors[1], column 'foo': a mentor has no field 'foo'. There are: 'id', 'name', 'email', 'capacity', "
        "'minimum', 'hours', 'willing', 'zone', 'slots', 'languages', 'skills', 'knowledge' and 4 more",
        "mentees[0], column 'goals': a goal needs the field 'subject'. Add \"subject\"",
        "mentees[0], column 'goals': this is no goal. Give a table of its fields: { … }",
        "history[0]: a former needs the field 'mentee'. Add \"mentee\"",
        "history[1], column 'mentee': 'mentee' is a text. Give a text",
    ]
    assert [one.id for one in people[0]] == ["(mentor 1)", "a"]
    assert people[2] == []


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"{", "this is not a matchmaker.request document: Input data was truncated"),
        (b'{"format": "x", "version": 1}', "this document is not a matchmaker.request"),
        (b'{"format": "matchmaker.request", "version": 9}', "version 9 of matchmaker.request cannot be read"),
        (ask(roster={"mentors": {}}), "Expected `array`, got `object` - at `$.roster.mentors`"),
        (ask(people=[]), "Object contains unknown field `people`"),
        (ask(options={"gap": "x"}), "Expected `int`, got `str` - at `$.options.gap`"),
        (b"\xff\xfe", "this is not a matchmaker.request document"),
    ],
)
def test_other_documents_are_refused(data: bytes, told: str) -> None:
    """What is no request says why not."""
    with pytest.raises(InputError) as caught:
        open_request(data)
    assert told in str(caught.value)


def test_programs_are_the_keys_of_the_file() -> None:
    """A program in JSON has the keys of the file, dates as texts, null for what is not there."""
    text = b'{"start": "2027-01-11", "weeks": 12, "minimum_hours": 1.5, "zone": null, "weights": {"skills": 0.125}}'
    program = read_program_part(text)  # type: ignore[arg-type]
    assert (program.weeks, str(program.start), program.minimum_hours) == (12, "2027-01-11", Decimal("1.5"))
    assert parse_program_table(list_program_table(program)) == program


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"[]", 'program: the program is a table of keys. Write "program": { … }'),
        (b'{"weeks": "x"}', "program, column 'weeks': 'weeks' is a whole number (found: 'x')"),
        (b'{"start": "soon"}', "'start' is a date such as 2027-01-11"),
        (b'{"weks": 1}', "there is no key 'weks'. Did you mean 'weeks'?"),
    ],
)
def test_programs_with_faults_are_refused(raw: bytes, told: str) -> None:
    """A program that cannot be one says which key."""
    with pytest.raises(ProgramError) as caught:
        read_program_part(raw)  # type: ignore[arg-type]
    assert told in str(caught.value)


EARLIER = People(
    [Mentor(id="ann", refused=["ben"]), Mentor(email="bo@example.org")],
    [Mentee(id="ben", preferred=["ann", "bo@example.org"]), Mentee(id="cy")],
    [Former("ann", "cy")],
    {},
)


def test_changes_are_made() -> None:
    """Whoever left is gone from wishes and pairs too; the changed and the joined stand where they were sent."""
    program = Program(required=(RequiredPair("ann", "cy"),), banned=(BannedPair("bo@example.org", "cy"),))
    document = change(
        left={"mentors": ["ann"]},
        changed={"mentees": [{"id": "cy", "priority": 2}]},
        joined={"mentors": [{"id": "di"}], "history": [{"mentor": "di", "mentee": "ben"}]},
        keep=[{"mentor": "bo@example.org", "mentee": "ben"}],
        ban=[{"mentor": "di", "mentee": "ben", "reason": "family"}],
    )
    report = Report()
    people, changed = apply_changes(EARLIER, program, document, report)
    assert not report.faults
    assert [one.id or one.email for one in people.mentors] == ["bo@example.org", "di"]
    assert [list(one.preferred) for one in people.mentees] == [["bo@example.org"], []]
    assert people.mentees[1].priority == 2
    assert people.places == {("mentor", 1): "/joined/mentors/0", ("mentee", 1): "/changed/mentees/0"}
    assert people.history == [Former("ann", "cy"), Former("di", "ben")]
    assert changed.required == (RequiredPair("bo@example.org", "ben", KEPT),)
    assert changed.banned == (BannedPair("bo@example.org", "cy"), BannedPair("di", "ben", "family"))


def test_changes_of_strangers_are_faults() -> None:
    """Somebody who was not there can neither change nor leave."""
    report = Report()
    document = change(left={"mentees": ["bem"]}, changed={"mentors": [{"id": "ann"}, {"id": "zoe"}]})
    apply_changes(EARLIER, Program(), document, report)
    assert [str(fault) for fault in report.faults] == [
        "column 'changed.mentors[2]': there was no mentor 'zoe' (found: 'zoe'). "
        "Name somebody of the earlier roster, or let them join",
        "column 'left.mentees': there was no mentee 'bem' (found: 'bem'). Did you mean 'ben'?",
    ]


def test_nobody_changes_twice() -> None:
    """Somebody who is said to change twice, or to change and leave, is a fault: nobody guesses which is meant."""
    report = Report()
    document = change(left={"mentees": ["ben"]}, changed={"mentees": [{"id": "cy"}, {"id": "cy"}, {"id": "ben"}]})
    apply_changes(EARLIER, Program(), document, report)
    assert [str(fault) for fault in report.faults] == [
        "column 'changed.mentees[2]': mentee 'cy' changes twice (found: 'cy'). Say one thing of each person",
        "column 'changed.mentees[3]': mentee 'ben' changes and leaves (found: 'ben'). Say one thing of each person",
    ]


def test_a_new_program_takes_the_place_of_the_old_one() -> None:
    """Changes may bring a whole program."""
    _, program = apply_changes(EARLIER, Program(weeks=4), change(program={"weeks": 9}), Report())
    assert program.weeks == 9


def test_options_are_written() -> None:
    """A request says how it is to be matched."""
    data = write_request(Roster(mentees=[Mentee(id="a")]), options=RunOptions(gap=3, time_limit=1.5))
    assert open_request(data).options == RunOptions(3, 1.5)
