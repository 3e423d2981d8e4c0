"""The worked examples give what their page says, counted again from the spreadsheets themselves."""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np

from matchmaker import Matching, Program, Roster, match, read_program, verify_matching
from matchmaker.answer.candidates import collect_candidates, find_rows
from matchmaker.cli.main import run
from matchmaker.cli.status import Status
from matchmaker.explain import explain_mentee
from matchmaker.roster import gather_roster
from matchmaker.scoring import encode
from matchmaker.tables import read_people

ROOT = Path(__file__).resolve().parent.parent
NETWORK, LEADERSHIP = ROOT / "examples" / "civil-service", ROOT / "examples" / "leadership"
GRADES = ("AA", "AO", "EO", "HEO", "SEO", "Grade 7", "Grade 6", "SCS1", "SCS2", "SCS3", "SCS4")


@cache
def solve(folder: Path) -> tuple[Matching, Roster, Program]:
    """Return the answer of an example, with what it was made from."""
    program = read_program(folder / "program.toml")
    history = folder / "history.csv"
    columns = read_people(
        mentors=folder / "mentors.csv",
        mentees=folder / "mentees.csv",
        history=history if history.exists() else None,
        program=program,
    )
    roster, _ = gather_roster(*columns[:3], program, columns[3])
    return match(roster, program), roster, program


@cache
def read_rows(path: Path, key: str) -> dict[str, dict[str, str]]:
    """Return the rows of a spreadsheet by the cell of one column."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row[key]: row for row in csv.DictReader(file)}


def share_identity(mentee: dict[str, str], mentor: dict[str, str]) -> bool:
    """Return whether a mentor has the identity that a mentee names."""
    return mentee["identity to match"] in mentor["characteristics"].split(", ")


def may_meet(mentee: dict[str, str], mentor: dict[str, str]) -> bool:
    """Return whether the network's two rules let a pair through."""
    steps = GRADES.index(mentor["grade"]) - GRADES.index(mentee["grade"])
    return 1 <= steps <= 2 and mentee["organisation"] != mentor["organisation"]


def test_network() -> None:
    """392 pairs are eligible, every mentee gets a mentor, and the figures on the page are those of the answer."""
    matching, roster, program = solve(NETWORK)
    mentors, mentees = (read_rows(NETWORK / f"{side}.csv", "email address") for side in ("mentors", "mentees"))
    eligible = {(a, b) for a, b in product(mentees, mentors) if may_meet(mentees[a], mentors[b])}
    candidates = collect_candidates(encode(roster, program), find_rows(roster, program), program.objective)
    named = {(roster.mentees.ids[i], roster.mentors.ids[j]) for i, j in candidates.pairs.tolist()}
    assert named == eligible
    assert len(eligible) == 392
    chosen = [(pair.mentee, pair.mentor) for pair in matching.pairs]
    loads = Counter(mentor for _, mentor in chosen)
    assert (len({mentee for mentee, _ in chosen}), len(chosen), len(loads), max(loads.values())) == (50, 50, 29, 3)
    assert set(chosen) <= eligible
    wishing = {name for name, row in mentees.items() if row["match with similar identity"] == "yes"}
    could = {a for a, b in eligible if a in wishing and share_identity(mentees[a], mentors[b])}
    got = {a for a, b in chosen if a in wishing and share_identity(mentees[a], mentors[b])}
    assert (len(wishing), len(could), len(got)) == (26, 19, 16)
    assert sum(mentees[a]["profession"] == mentors[b]["profession"] for a, b in chosen) == 30
    assert matching.certificate.gap == 0
    assert verify_matching(matching, roster, program).holds


def test_network_states_its_licence() -> None:
    """Whoever finds the files finds where they come from and under which licence."""
    text = " ".join((NETWORK / "README.md").read_text(encoding="utf-8").split())
    assert "Contains public sector information licensed under the [Open Government Licence v3.0]" in text
    assert "jonodrew/mentor-match" in text


def test_network_program_comes_from_init(tmp_path: Path) -> None:
    """The edited program decides about every column that `init` lists, and changes none it was certain of."""
    files = [str(NETWORK / f"{side}.csv") for side in ("mentors", "mentees")]
    assert run(["init", *files, "--out", str(tmp_path / "new.toml")]) == Status.DONE
    proposed = (tmp_path / "new.toml").read_text(encoding="utf-8").split("\n[columns.")[1:]
    edited = (NETWORK / "program.toml").read_text(encoding="utf-8").split("\n[columns.")[1:]
    for ours, theirs in zip(edited, proposed, strict=True):
        heading = re.compile(r'^(?:# )?"?([^"=]+?)"? = ', re.MULTILINE)
        assert sorted(heading.findall(ours)) == sorted(heading.findall(theirs))
        certain = [line.split("    # ")[0] for line in theirs.splitlines() if "# certain" in line]
        assert certain
        assert set(certain) <= set(ours.splitlines())


LEFT_OVER = {
    "E08": "no eligible partner",
    "E12": "all taken",
    "E15": "no eligible partner",
    "E16": "no eligible partner",
    "E17": "no eligible partner",
    "E19": "outcompeted",
    "M10": "not needed",
    "M11": "screened out",
    "M12": "screened out",
    "M13": "screened out",
    "M14": "no eligible partner",
}


def test_leadership_leftovers() -> None:
    """Everybody on the page is left over for the kind of reason it tells, and nobody else is; no two reasons are alike."""
    matching, roster, program = solve(LEADERSHIP)
    assert {one.id: one.kind for one in matching.leftovers} == LEFT_OVER
    page = (ROOT / "docs" / "examples.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| ([EM]\d\d) ", page, re.MULTILINE)) == sorted(LEFT_OVER)
    assert len({one.reason for one in matching.leftovers}) == len(LEFT_OVER)
    refusals = {one.id: one.refused_by for one in matching.leftovers}
    times, helps = "a weekly time that both have free", "helps with at least one goal"
    assert (refusals["E08"][times], refusals["E15"][times], refusals["M14"][times]) == (13, 14, 21)
    assert refusals["E16"]["a common language"] == 13
    assert refusals["E17"][helps] == 12
    assert len({pair.mentee for pair in matching.pairs}) == 16
    assert verify_matching(matching, roster, program).holds


def test_leadership_has_what_the_other_lacks() -> None:
    """Goals of both kinds with themes, traits, four clocks, minimums, hours, both roles, history, contested times."""
    matching, roster, program = solve(LEADERSHIP)
    goals = roster.mentees.goals
    assert set(np.unique(goals.knowledge).tolist()) == {0, 1}
    assert set(program.traits.values()) == {"quality", "style"}
    assert len(set(roster.mentors.zones.words)) == 4
    assert (roster.mentors.minimum > 0).any()
    assert (roster.mentors.hours > 0).any()
    assert (roster.same_human >= 0).sum() == 2
    assert len(roster.former) == 2
    assert {pair.mentee for pair in matching.pairs if pair.required} == {"E13"}
    assert explain_mentee(matching, roster, program, "E10").contested
    assert matching.certificate.time_prices
