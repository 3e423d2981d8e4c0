"""Small things the service says: keys, media types, pointers, logs."""

from __future__ import annotations

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import (
    Fault,
    Infeasible,
    InputError,
    MatchmakerError,
    Place,
    ProgramError,
    Report,
    RosterError,
    Stopped,
)
from matchmaker.service.jobs import format_time, is_id, make_id
from matchmaker.service.keys import SCOPES, Caller, make_key, open_key, split_token
from matchmaker.service.logs import Lines
from matchmaker.service.problems import PROBLEMS, Problem, describe_error, find_pointer
from matchmaker.service.routes.negotiation import choose_type

OFFERED = ("application/json", "text/csv", "x/y")


def test_keys_open_only_with_their_secret() -> None:
    """A key opens with what was shown; not with another secret, not when revoked, not when there is none."""
    key, shown = make_key("HR", ("match",))
    split = split_token(shown)
    assert split is not None
    assert split[0] == key.id
    assert open_key(key, split[1]) == Caller(key.id, frozenset({"match"}))
    assert open_key(key, split[1][:-1] + "!") is None
    assert open_key(None, split[1]) is None
    assert split_token("mm_x_y") is None


def test_admin_may_everything() -> None:
    """The scope admin stands for all of them; any other only for itself."""
    assert all(Caller("a", frozenset({"admin"})).may(scope) for scope in SCOPES)
    assert not Caller("a", frozenset({"read"})).may("match")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/*", "text/csv"),
        ("text/csv;q=0.5, x/y", "x/y"),
        ("application/json;q=0, */*;q=0.1", "text/csv"),
        ("image/png", None),
        ("text/csv;q=abc", None),
        ("*/*;q=0", None),
    ],
)
def test_media_types(accept: str, chosen: str | None) -> None:
    """The form with the highest weight is chosen, the first of equals, none that is refused."""
    assert choose_type(accept, OFFERED) == chosen


@given(st.text())
def test_any_accept(accept: str) -> None:
    """No header breaks the choice."""
    assert choose_type(accept, OFFERED) in (*OFFERED, None)


@pytest.mark.parametrize(
    ("place", "pointer"),
    [
        (Place("mentors[3]", column="capacity"), "/roster/mentors/3/capacity"),
        (Place("history[0]"), "/roster/history/0"),
        (Place("program", column="rules[2].any[1].from"), "/program/rules/1/any/0/from"),
        (Place("program"), "/program"),
        (Place("mentees[1]", column="a/b~c"), "/roster/mentees/1/a~1b~0c"),
        (Place("mentors", row=4, column="Capacity"), None),
        (Place(column="left.mentors"), "/left/mentors"),
        (Place("history"), None),
    ],
)
def test_pointers(place: Place, pointer: str | None) -> None:
    """What stands in a document has a JSON Pointer; what stands in a file has none."""
    assert find_pointer(Fault("type", "p", "r", place)) == pointer


def test_pointers_into_changes() -> None:
    """People of an earlier roster stand nowhere in the changes; those who were sent do."""
    fault = Fault("type", "p", "r", Place("mentors[3]", column="id"))
    assert find_pointer(fault, {("mentor", 3): "/joined/mentors/0"}) == "/joined/mentors/0/id"
    assert find_pointer(fault, {}) is None


def test_errors_become_problems() -> None:
    """Every exception of the library has its type; faults keep their number though not all are listed."""
    report = Report()
    for row in range(1_200):
        report.add_fault(Fault("type", "p", "r", Place("m", row=row)))
    told = describe_error(RosterError(report))
    assert (told["type"], told["num_errors"], len(told["errors"])) == ("urn:matchmaker:problem:roster", 1200, 1000)
    assert told["detail"] == "1,200 faults; the first 1,000 are listed"
    fault = Fault("document", "p", "r", Place(file="x"), "v")
    found = {
        "program": ProgramError([fault]),
        "document": InputError([fault]),
        "input": InputError([Fault("file", "p", "r")]),
        "infeasible": Infeasible("x", None),
        "too-slow": Stopped("x"),
        "refused": MatchmakerError("x"),
    }
    assert [describe_error(error)["type"] for error in found.values()] == [f"urn:matchmaker:problem:{n}" for n in found]
    assert describe_error(found["program"])["errors"] == [
        {"kind": "document", "detail": "p", "remedy": "r", "file": "x", "value": "v"}
    ]


def test_problems_have_their_status() -> None:
    """A problem is a document with type, title, status and detail, and what else belongs to it."""
    problem = Problem("busy", "full", {"Retry-After": "1"}, cause={"a": 1})
    assert problem.status == PROBLEMS["busy"].status
    assert problem.describe() == {
        "type": "urn:matchmaker:problem:busy",
        "title": PROBLEMS["busy"].title,
        "status": 503,
        "detail": "full",
        "cause": {"a": 1},
    }


def test_ids_sort_by_time_and_are_no_paths() -> None:
    """An id is 32 hexadecimal digits; nothing else is one."""
    assert is_id(make_id())
    assert not any(map(is_id, ("", "..", "a" * 31, "A" * 32, "../" + "a" * 29)))


def test_times_are_rfc_3339() -> None:
    """Times are written in UTC, to the millisecond."""
    assert format_time(1_800_000_000.5) == "2027-01-15T08:00:00.500Z"
    assert format_time(None) is None


def test_logs_are_lines_of_json() -> None:
    """A record is one line of JSON with whatever was given beside the message."""
    record = logging.makeLogRecord({"msg": "job %s", "args": ("ended",), "levelname": "INFO", "job": "1", "name": "x"})
    told = json.loads(Lines().format(record))
    assert {name: told[name] for name in ("level", "logger", "message", "job")} == {
        "level": "info",
        "logger": "x",
        "message": "job ended",
        "job": "1",
    }
