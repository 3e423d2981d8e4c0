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
    OUTCOMPETED: "Every eligible mentor is full or has no time left; a shortfall is told in points.",
    TAKEN: "The mentee has every mentor they may have already, or the hours and times left fit nobody.",
    NOT_NEEDED: "Every mentee for whom the mentor is eligible has mentors enough, or nothing would be gained.",
}
"""Every kind of reason with what it means, in the order in which they are tried."""
