"""From columns that were just read to a roster that agrees with its program: all faults at once."""

from __future__ import annotations

from collections.abc import Sequence

from matchmaker.errors import Report, RosterError, join_reports
from matchmaker.people import Former
from matchmaker.program import Program
from matchmaker.roster.checks import draft_roster
from matchmaker.roster.columns import MenteeColumns, MentorColumns
from matchmaker.roster.crosschecks import check_roster
from matchmaker.roster.roster import Roster


def gather_roster(
    mentors: MentorColumns,
    mentees: MenteeColumns,
    history: Sequence[Former],
    program: Program,
    report: Report,
    *,
    set_aside: bool = False,
) -> tuple[Roster, Report]:
    """Return the roster of columns that were just read, checked against itself and the program.

    Parameters
    ----------
    mentors, mentees : MentorColumns, MenteeColumns
    history : sequence of Former
    program : Program
    report : Report
        Faults and notices of the reading so far.
    set_aside : bool
        Whether to go on without people who have faults.

    Returns
    -------
    roster : Roster
    report : Report
        With the notices of every check.

    Raises
    ------
    RosterError
        With every fault found anywhere, unless all of them are of people who can be set aside.
    """
    draft = draft_roster(mentors, mentees, history, report)
    checked = check_roster(Roster.from_draft(draft, {}, in_order=False), program, doubtful=draft.report.faulty)
    everything = join_reports(draft.report, checked)
    if everything.num_faults and (everything.unplaced or not set_aside):
        raise RosterError(everything)
    roster = Roster.from_draft(draft, everything.faulty)
    while roster.aside:
        checked = check_roster(roster, program)
        if not checked.faulty or checked.unplaced:
            break
        roster = roster.without(checked.faulty)
    checked.raise_if_faulty()
    return roster, join_reports(roster.report, checked)
