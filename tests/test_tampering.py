"""Every single value of an answer is changed in turn: nothing that can be read passes the verification."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from matchmaker.documents import read_matching, write_matching
from matchmaker.engine import match
from matchmaker.errors import InputError, MatchmakerError
from matchmaker.explain import explain_mentee
from matchmaker.people import Goal, Mentee, Mentor
from matchmaker.program import BannedPair, Program, RequiredPair, hash_program
from matchmaker.roster import Roster
from matchmaker.verify import verify_matching
from tests.searched import search_all
from tests.small import PROGRAM, make_roster

Keys = tuple[str | int, ...]

HUGE = 2**70
"""Beyond what 64 bits hold."""


def make_unequal() -> tuple[Roster, Program]:
    """Return a programme whose hours differ, so that a solver vouches for the bound."""
    mentors = [Mentor(id=f"m{k}", capacity=3, hours=4 + k, skills={"A": 5 - k}) for k in range(2)]
    mentees = [Mentee(id=f"e{k}", hours=k, goals=[Goal("A", current=0, target=5, importance=k)]) for k in range(1, 6)]
    return Roster(mentors=mentors, mentees=mentees), Program(weeks=10)


def make_contest() -> tuple[Roster, Program]:
    """Return a programme in which an hour of one mentor is contested, and one mentee has two mentors at once."""
    mentors = [
        Mentor(id="star", capacity=3, slots="Mon 12:00-13:00; Tue 12:00-13:00", skills={"A": 5}),
        Mentor(id="kind", capacity=3, minimum=1, slots="Mon 12:00-13:00", skills={"A": 2}),
        Mentor(id="wise", capacity=2, slots="Mon 12:00-13:00", skills={"A": 4}),
    ]
    goal = Goal("A", current=0, target=4)
    wanted = (1, 1, 2)
    mentees = [Mentee(id=f"e{k}", wanted=n, slots="Mon 12:00-13:00", goals=[goal]) for k, n in enumerate(wanted)]
    both = (RequiredPair("kind", "e2", "old friends"), RequiredPair("wise", "e2"))
    return Roster(mentors=mentors, mentees=mentees), Program(weeks=10, required=both)


CASES = {
    "small": (make_roster(), PROGRAM),
    "unequal hours": make_unequal(),
    "unequal hours, points alone": (make_unequal()[0], Program(weeks=10, objective="points")),
    "contested times": make_contest(),
}


def list_values(value: Any, path: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    """Yield every value of a document with its path, inner ones first."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from list_values(child, (*path, key))
    yield path, value


def change_value(value: Any) -> list[Any]:
    """Return other values to put in the place of one."""
    if isinstance(value, list):
        turned = [value[::-1]] if len(value) > 1 else []
        return [
            *turned,
            *([value[:1] + value] if value else []),
            *(value[:k] + value[k + 1 :] for k in range(len(value))),
        ]
    if isinstance(value, dict):
        return [{**value, "luck": 1}, *({k: v for k, v in value.items() if k != key} for key in value)]
    if isinstance(value, int):
        return [value + 1, value - 1, -1 - value, value + 10**6, 2**62, HUGE]
    words = {"optimal": "feasible", "prices": "solver", "solver": "prices", "coverage": "points", "points": "coverage"}
    return ["x", 1] if value is None else [f"{value}x", words.get(value, ""), None]


def put(document: dict[str, Any], path: Keys, value: Any) -> dict[str, Any]:
    """Return a document with another value at a path."""
    changed = copy.deepcopy(document)
    place: Any = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return changed


def list_passing(case: str) -> tuple[int, list[tuple[Keys, Any, Any]]]:
    """Return how many changes of an answer can be read, and those of them that pass: where, and what became what."""
    roster, program = CASES[case]
    matching = match(roster, program)
    assert verify_matching(matching, roster, program).holds
    document = json.loads(write_matching(matching))
    readable, passing = 0, []
    for path, value in list_values(document):
        for other in change_value(value) if path else ():
            try:
                changed = read_matching(json.dumps(put(document, path, other)).encode())
            except InputError:
                continue
            if changed != matching:
                readable += 1
                if verify_matching(changed, roster, program).holds:
                    passing.append((path, value, other))
    return readable, passing


@pytest.mark.parametrize("case", CASES)
def test_every_value(case: str) -> None:
    """Whatever single value is changed, dropped, doubled or moved, the answer no longer holds."""
    readable, passing = list_passing(case)
    assert passing == []
    assert readable > 200


@pytest.mark.parametrize("case", CASES)
def test_explained_or_refused(case: str) -> None:
    """Whatever single value is changed, an explanation is given or refused as an error of the answer, never as ours."""
    roster, program = CASES[case]
    document = json.loads(write_matching(match(roster, program)))
    refused: list[str] = []
    for path, value in list_values({name: document[name] for name in ("pairs", "certificate", "status")}):
        for other in change_value(value) if path else ():
            try:
                changed = read_matching(json.dumps(put(document, path, other)).encode())
                for name in roster.mentees.ids[:2]:
                    explain_mentee(changed, roster, program, name, most=0)
            except InputError:
                continue
            except MatchmakerError as error:
                refused.append(str(error))
    assert [told for told in refused if not re.search("does not hold|changed after it was made", told)] == []
    assert len(refused) > 20


def drop_claims(path: Keys, value: Any) -> Any:
    """Return a value without what one more place is said to do."""
    return {key: inner for key, inner in value.items() if key != "one_more"} if len(path) == 2 else None


@pytest.mark.parametrize("case", ["small", "contested times"])
def test_every_value_of_a_large_answer(case: str) -> None:
    """Of a large answer, only what one more place would do, and other prices that prove the same bound, could be others."""
    with search_all():
        readable, passing = list_passing(case)
    claims = {path for path, value, other in passing if path[0] == "mentors"}
    assert all(path[2:3] == ("one_more",) or len(path) == 2 for path in claims)
    assert all(drop_claims(path, value) == drop_claims(path, other) for path, value, other in passing if path in claims)
    others = [(path[:2], value, other) for path, value, other in passing if path not in claims]
    assert all(path in (("certificate", "mentor_prices"), ("certificate", "time_prices")) for path, *_ in others)
    assert all(isinstance(other, int) and other > value for _, value, other in others)
    assert readable > 400


def test_contest_has_everything() -> None:
    """What is tampered with has contested times, prices of places, notices of clashes, and leftovers."""
    roster, program = CASES["contested times"]
    matching = match(roster, program)
    assert matching.certificate.time_prices
    assert any(notice.kind == "clash" for notice in matching.notices)
    assert matching.leftovers
    assert match(*CASES["unequal hours"]).certificate.bound_by == "solver"


def test_firm_rule_overridden() -> None:
    """A pair that is banned does not pass because the program says that it overrides rules."""
    mentors, mentees = [Mentor(id="m")], [Mentee(id="e")]
    roster = Roster(mentors=mentors, mentees=mentees)
    required = (RequiredPair("m", "e", "agreed", override=True),)
    program = Program(required=required, banned=(BannedPair("m", "e", "an appraisal"),))
    allowed = match(roster, Program(required=required))
    forged = put(json.loads(write_matching(allowed)), ("certificate", "program_hash"), hash_program(program))
    verification = verify_matching(read_matching(json.dumps(forged).encode()), roster, program)
    assert "mentor m with mentee e: refused by banned by the organiser" in str(verification)
    assert not verification.holds


def test_no_solver_while_verifying() -> None:
    """Not even while it looks at everything does the verification load a solver."""
    code = (
        "import sys; from tests.small import *; from matchmaker.documents import read_matching;"
        "from matchmaker.verify import verify_matching;"
        "matching = read_matching(sys.stdin.buffer.read());"
        "assert verify_matching(matching, make_roster(), PROGRAM).holds;"
        "print([name for name in ('ortools', 'scipy.optimize', 'matchmaker.solve.flow') if name in sys.modules])"
    )
    root = Path(__file__).resolve().parent.parent
    data = write_matching(match(make_roster(), PROGRAM))
    done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, cwd=root, check=True)
    assert done.stdout.decode().strip() == "[]"
