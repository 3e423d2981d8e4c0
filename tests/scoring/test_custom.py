"""Components of an embedder's own: what they earn, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from matchmaker.errors import PointsError
from matchmaker.people import Mentee, Mentor
from matchmaker.program import Program
from matchmaker.roster import Roster
from matchmaker.scoring import encode, explain_components, score_block, score_pairs


@dataclass(frozen=True)
class Fixed:
    """The same values whatever the people."""

    given: Any
    name: str = "chemistry"
    weight: Any = 1

    def values(self, roster: Any, program: Any, mentee_rows: Any) -> Any:
        """Return the values of some mentees."""
        return self.given if np.ndim(self.given) != 2 else np.asarray(self.given)[mentee_rows]


def make_roster() -> Roster:
    """Return two mentors and two mentees of whom nothing is known, one mentor with a trait."""
    return Roster([Mentor(id="m", traits={"kind": 5}), Mentor(id="n")], [Mentee(id="e"), Mentee(id="f")])


def test_points_by_hand() -> None:
    """Values are rounded to millionths, then weighted and rounded down."""
    component = Fixed([[0.0, 1.0], [1 / 3, 0.9999996]])
    points, _ = score_block(encode(make_roster(), Program(), [component]), np.arange(2))
    assert points.tolist() == [[0, 1_000_000], [333_333, 1_000_000]]
    program = Program(traits={"kind": "quality"}, weights={"attitude": 2})
    _, components = score_pairs(encode(make_roster(), program, [component]), np.array([(1, 0), (0, 1)]))
    assert components["attitude"].tolist() == [666_666, 333_333]
    assert components["chemistry"].tolist() == [111_111, 333_333]


def test_weight_zero() -> None:
    """A component that weighs nothing is not asked."""
    assert encode(make_roster(), Program(), [Fixed(None, weight=0)]).components == ()


def test_sentence() -> None:
    """A component of one's own has a sentence too."""
    encoded = encode(make_roster(), Program(), [Fixed([[0, 1], [0, 1]])])
    assert explain_components(encoded, 0, 0) == {"chemistry": "a component of your own"}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([[0.5]], "gave values of shape (1, 1), (2, 2) are needed"),
        ([[0, 0], [0, 1.5]], "gave 1.5 at row 1, column 1: values lie between 0 and 1"),
        ([[0, -0.25], [0, 0]], "gave -0.25 at row 0, column 1: values lie between 0 and 1"),
        ([[0, 0], [float("nan"), 0]], "gave nan at row 1, column 0: values lie between 0 and 1"),
        ([[0, 0], [0, float("inf")]], "gave inf at row 1, column 1: values lie between 0 and 1"),
        ("many", "gave values that are no numbers: an array of shape (2, 2) is needed"),
        (None, "gave values that are no numbers: an array of shape (2, 2) is needed"),
    ],
)
def test_refused_values(given: Any, told: str) -> None:
    """Values of another shape, out of range or no numbers at all are refused by name and place."""

    class Given:
        name, weight = "chemistry", 1

        def values(self, roster: Any, program: Any, mentee_rows: Any) -> Any:
            return given

    encoded = encode(make_roster(), Program(), [Given()])
    with pytest.raises(PointsError) as caught:
        score_block(encoded, np.arange(2))
    assert str(caught.value) == f"component 'chemistry' {told}"


@pytest.mark.parametrize("name", ["skills", "Attitude", ""])
def test_taken_names(name: str) -> None:
    """A component of one's own needs a name that no other has."""
    with pytest.raises(PointsError, match="needs a name of its own"):
        encode(make_roster(), Program(), [Fixed([[0, 0], [0, 0]], name=name)])
    with pytest.raises(PointsError, match="'chemistry' needs a name of its own"):
        encode(make_roster(), Program(), [Fixed(None), Fixed(None)])


@pytest.mark.parametrize("weight", [-1, 0.0005, float("nan"), "many", None, True])
def test_refused_weights(weight: Any) -> None:
    """The weight is a number from 0 with at most three decimal places."""
    with pytest.raises(PointsError) as caught:
        encode(make_roster(), Program(), [Fixed(None, weight=weight)])
    assert str(caught.value) == (
        f"component 'chemistry' has the weight {weight!r}: give a number from 0, with at most three decimal places"
    )
