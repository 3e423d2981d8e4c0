"""What each component says about a pair, in words."""

from __future__ import annotations

from matchmaker.scoring.components import COMPONENTS
from matchmaker.scoring.encoded import Encoded


def explain_components(encoded: Encoded, mentee: int, mentor: int) -> dict[str, str]:
    """Return for each component that the program uses a sentence about a pair.

    Parameters
    ----------
    encoded : Encoded
    mentee, mentor : int
        Rows.
    """
    told: dict[str, str] = {}
    for family in COMPONENTS:
        told |= family.explain(encoded, mentee, mentor)
    return {name: told.get(name, "a component of your own") for name in encoded.components}
