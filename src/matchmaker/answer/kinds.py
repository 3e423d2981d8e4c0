"""The kinds of reason for being left over."""

from __future__ import annotations

SET_ASIDE = "set aside"
SCREENED_OUT = "screened out"
NO_PLACES = "no places"
NO_WISH = "wants none"
NO_PARTNER = "no eligible partner"
OUTCOMPETED = "outcompeted"
TAKEN = "all taken"
NOT_NEEDED = "not needed"

KINDS = {
    SET_ASIDE: "The person's data has a fault and the run was told to go on without them.",
    SCREENED_OUT: "The mentor does not pass the programme's screening.",
    NO_PLACES: "The mentor's capacity, hours or free times leave no place at all.",
    NO_WISH: "The mentee wants no mentor.",
    NO_PARTNER: "The rules leave nobody; it says how many each rule removed.",
    OUTCOMPETED: (
        "Every eligible mentor is full, or meets others at every time that would fit; it says by how many points the "
        "nearest was missed, or who comes first."
    ),
    TAKEN: "No mentor is left to the mentee: they have all who are eligible, or hours or required pairs decide.",
    NOT_NEEDED: "Every mentee for whom the mentor is eligible is at least as well placed with others.",
}
"""Every kind of reason with what it means, in the order in which they are tried."""
