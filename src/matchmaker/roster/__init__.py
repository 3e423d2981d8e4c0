"""The roster: everyone, in columns, checked once."""

from matchmaker.roster.crosschecks import check_roster
from matchmaker.roster.gather import gather_roster
from matchmaker.roster.roster import Aside, Links, Roster, hash_roster

__all__ = ["Aside", "Links", "Roster", "check_roster", "gather_roster", "hash_roster"]
