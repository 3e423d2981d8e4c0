"""Small programmes that several tests share."""

from __future__ import annotations

from datetime import date

from matchmaker.people import Former, Goal, Mentee, Mentor
from matchmaker.program import BannedPair, Program, Relation, RequiredPair, Rule, Screening
from matchmaker.roster import Roster

START = date(2027, 1, 11)

PROGRAM = Program(
    start=START,
    weeks=26,
    minimum_hours=24,
    traits={"listens": "quality", "direct": "style"},
    rules=(Rule("another site", Relation("different", "site", "site")),),
    screening=Screening(traits={"listens": 2}),
    required=(RequiredPair("ann", "eve", "they began together"),),
    banned=(BannedPair("bob", "fay", "an old quarrel"),),
)


def make_mentors() -> list[Mentor]:
    """Return five mentors: two sought after, one screened out, one without a place, one far away."""
    return [
        Mentor(
            id="ann",
            name="Ann",
            email="ann@example.org",
            capacity=2,
            hours=60,
            zone="Europe/London",
            slots="Mon 12:00-14:00",
            skills={"Python": 4, "Excel": 2},
            traits={"listens": 5, "direct": 2},
            attributes={"site": "north"},
        ),
        Mentor(
            id="bob",
            name="Bob",
            email="bob@example.org",
            capacity=2,
            zone="Europe/London",
            slots="Mon 12:00-13:00; Tue 09:00-10:00",
            skills={"Python": 3},
            knowledge={"Law": 4},
            traits={"listens": 3, "direct": 5},
            attributes={"site": "south"},
        ),
        Mentor(id="cat", name="Cat", skills={"Law": 5}, traits={"listens": 1}, attributes={"site": "south"}),
        Mentor(
            id="dan",
            name="Dan",
            capacity=0,
            slots="Mon 12:00-13:00",
            skills={"Python": 5},
            traits={"listens": 4},
            attributes={"site": "south"},
        ),
        Mentor(
            id="far",
            name="Far",
            zone="Asia/Kolkata",
            slots="Sat 03:00-04:00",
            skills={"Python": 5},
            traits={"listens": 4},
            attributes={"site": "east"},
        ),
    ]


def make_mentees() -> list[Mentee]:
    """Return five mentees, of whom three can be matched."""
    london = "Europe/London"
    return [
        Mentee(
            id="eve",
            name="Eve",
            zone=london,
            slots="Mon 13:00-14:00",
            goals=[Goal("python", current=1, target=3)],
            attributes={"site": "south"},
        ),
        Mentee(
            id="fay",
            name="Fay",
            zone=london,
            slots="Mon 12:00-14:00",
            goals=[Goal("Python", current=0, target=4, importance=5)],
            traits={"direct": 2},
            attributes={"site": "west"},
        ),
        Mentee(
            id="gus",
            name="Gus",
            zone=london,
            slots="Mon 12:00-13:00; Tue 09:00-10:00",
            goals=[Goal("Law", "knowledge", 1, 4)],
            traits={"direct": 4},
            attributes={"site": "west"},
        ),
        Mentee(
            id="hal",
            name="Hal",
            zone=london,
            slots="Mon 12:00-13:00",
            goals=[Goal("Python", current=2, target=3, importance=1)],
            attributes={"site": "west"},
            refused=["bob"],
        ),
        Mentee(
            id="ida",
            name="Ida",
            zone=london,
            slots="Sun 20:00-21:00",
            goals=[Goal("Python", current=1, target=3)],
            attributes={"site": "west"},
        ),
    ]


def make_roster() -> Roster:
    """Return the whole small roster, with one former pair."""
    return Roster(mentors=make_mentors(), mentees=make_mentees(), history=[Former("bob", "hal", "ended early")])
