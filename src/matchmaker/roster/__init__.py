"""The roster: everyone, in columns, checked once."""

from matchmaker.roster.checks import draft_roster
from matchmaker.roster.crosschecks import check_roster
from matchmaker.roster.roster import Aside, Links, Roster, hash_roster

__all__ = ["Aside", "Links", "Roster", "check_roster", "draft_roster", "hash_roster"]
