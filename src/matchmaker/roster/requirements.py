"""Required and banned pairs: whom they name, and whether requirements can be kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from matchmaker.program import BannedPair, RequiredPair
from matchmaker.roster.columns import UNKNOWN, PersonColumns, list_words
from matchmaker.roster.meeting import Meeting, fill
from matchmaker.text import ask, quote_list, say_count, say_hours


def check_pairs(meeting: Meeting) -> None:
    """Required and banned pairs name people of the roster, and no requirement meets a ban or a refusal."""
    roster, program = meeting.roster, meeting.program
    entries: tuple[tuple[str, Sequence[RequiredPair | BannedPair]], ...] = (
        ("required", program.required),
        ("banned", program.banned),
    )
    for key, pairs in entries:
        for number, one in enumerate(pairs, start=1):
            for people, name in ((roster.mentors, one.mentor), (roster.mentees, one.mentee)):
                if name not in people.ids:
                    _blame_unknown(meeting, key, number, people, name)
    banned = {(one.mentor, one.mentee): one.reason for one in program.banned}
    former = {tuple(pair) for pair in roster.former.tolist()}
    for number, required in enumerate(program.required, start=1):
        if required.mentor not in roster.mentors.ids or required.mentee not in roster.mentees.ids:
            continue
        mentor, mentee = roster.mentor_row(required.mentor), roster.mentee_row(required.mentee)
        who = f"the required pair of mentor {required.mentor} and mentee {required.mentee}"
        against = list(_list_against(meeting, mentor, mentee))
        if (required.mentor, required.mentee) in banned:
            against.append(f"is banned too ({banned[required.mentor, required.mentee] or 'no reason given'})")
        if (mentee, mentor) in former and program.repeat_former is False and not required.override:
            against.append("was paired before, and former pairs do not repeat")
        for problem in against:
            key = f"required[{number}]"
            meeting.blame(key, "required-contradicted", f"{who} {problem}", "Take one of the two out")


def _blame_unknown(meeting: Meeting, key: str, number: int, people: PersonColumns, name: str) -> None:
    """Refuse a pair with somebody who is not there; a ban of somebody who was set aside is kept anyhow."""
    problem, remedy = f"there is no {people.role} '{name}' in the roster", ask(name, people.ids)
    if meeting.roster.is_aside(people.role, name):
        problem = f"{people.role} '{name}' was set aside because of a fault, but is in a required pair"
        remedy = "Mend the fault, or take the required pair out"
        if key == "banned":
            return
    meeting.blame(f"{key}[{number}]", "pair-unknown", problem, remedy, name)


def _list_against(meeting: Meeting, mentor: int, mentee: int) -> Iterator[str]:
    roster = meeting.roster
    if roster.same_human[mentee] == mentor:
        yield "is one human"
    mentors, mentees = roster.mentors, roster.mentees
    if mentors.ids[mentor] in list_words(mentees.refused, mentee):
        yield "is refused by the mentee"
    if mentees.ids[mentee] in list_words(mentors.refused, mentor):
        yield "is refused by the mentor"
    asked = meeting.program.screening.willing and meeting.find_sound(mentors)[mentor]
    if asked and mentors.willing[mentor] != 1:
        yield "has a mentor who did not agree to mentor"


def check_required_counts(meeting: Meeting) -> None:
    """Required pairs fit the places and hours of their mentors and the wishes of their mentees."""
    roster = meeting.roster
    pairs = [
        one for one in meeting.program.required if one.mentor in roster.mentors.ids and one.mentee in roster.mentees.ids
    ]
    for (mentor, mentee), count in Counter((one.mentor, one.mentee) for one in pairs).items():
        if count > 1:
            problem = f"mentor {mentor} with mentee {mentee} is required twice"
            meeting.blame("required", "required-repeated", problem, "Keep one")
    sound = meeting.find_sound(roster.mentors)
    for mentor in dict.fromkeys(one.mentor for one in pairs):
        if sound[roster.mentor_row(mentor)]:
            _check_mentor(meeting, mentor, [one.mentee for one in pairs if one.mentor == mentor])
    sound = meeting.find_sound(roster.mentees)
    for mentee, count in Counter(one.mentee for one in pairs).items():
        row = roster.mentee_row(mentee)
        wanted = int(fill(roster.mentees.wanted, meeting.program.wanted)[row])
        if count > wanted and sound[row]:
            problem = f"mentee {mentee} wants {say_count(wanted, 'mentor')} and {count} are required"
            remedy = "Raise what the mentee wants or take a requirement out"
            meeting.blame("required", "required-beyond-wanted", problem, remedy)


def _check_mentor(meeting: Meeting, mentor: str, mentees: Sequence[str]) -> None:
    """The places and hours of one mentor hold the mentees required with them."""
    roster, program, names = meeting.roster, meeting.program, quote_list(mentees)
    row = roster.mentor_row(mentor)
    capacity, available = int(fill(roster.mentors.capacity, program.capacity)[row]), int(roster.mentors.hours[row])
    if len(mentees) > capacity:
        problem = f"mentor {mentor} has {say_count(capacity, 'place')} and {len(mentees)} required mentees: {names}"
        remedy = "Raise the capacity or take a requirement out"
        meeting.blame("required", "required-beyond-capacity", problem, remedy)
    need = fill(roster.mentees.hours, int(program.minimum_hours * 60))
    asked = sum(int(need[roster.mentee_row(mentee)]) for mentee in mentees)
    if available != UNKNOWN and asked > available:
        problem = f"mentor {mentor} has {say_hours(available)} and {asked / 60:g} are required by {names}"
        meeting.blame("required", "required-beyond-hours", problem, "Raise the hours or take a requirement out")
