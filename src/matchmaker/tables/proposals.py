"""What the columns of a file probably mean: proposals with how sure they are, never a silent guess."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from matchmaker.tables.evidence import (
    LEVEL_SCALES,
    Cells,
    find_scale,
    find_separator,
    is_email,
    is_level,
    is_listed,
    is_number,
    is_role,
    is_short,
    is_slots,
    is_small,
    is_yes_or_no,
    is_zone,
    look_at,
)
from matchmaker.tables.fields import Meaning, read_meaning, recognise
from matchmaker.tables.mapping import fits
from matchmaker.tables.sheet import Sheet
from matchmaker.text import normalise, quote_list

Sureness = Literal["certain", "likely", "unknown"]
ENOUGH = 0.8
"""Share of the filled cells that must fit before a field is called likely."""

OWN_SIGNS: Mapping[str, str] = {"skills": ";", "goals": ";", "languages": ";,", "preferred": ";,", "refused": ";,"}
"""The signs that part values in a field without being stated."""


@dataclass(frozen=True)
class Proposal:
    """What one column may mean.

    Parameters
    ----------
    heading : str
    field : str
        In the language of ``[columns]``.
    sureness : {"certain", "likely", "unknown"}
        certain: the heading is a documented name. likely: the cells speak for it. unknown: nobody can
        know; the field is only a suggestion and is left commented out.
    evidence : str
        Why, in words.
    separator : str or None
        What parts several values in its cells, where the program must say so.
    words : mapping of str to int
        What the words of a usual scale may stand for.
    """

    heading: str
    field: str
    sureness: Sureness
    evidence: str
    separator: str | None = None
    words: Mapping[str, int] = dataclasses.field(default_factory=dict)

    @property
    def value(self) -> str | dict[str, Any]:
        """What stands behind the heading in ``[columns]``: the field, or a table with what its cells need."""
        details = {"separator": self.separator, "words": dict(self.words)}
        told = {name: detail for name, detail in details.items() if detail}
        return {"field": self.field, **told} if told else self.field


@dataclass(frozen=True)
class Hint:
    """What speaks for a field.

    Parameters
    ----------
    field : str
    check : callable
        What the cells must be.
    told : str
        The evidence in words, after the share of the cells.
    heading : str or None
        What the heading must say, as a pattern.
    unless : str or None
        What it must not say.
    is_unlike : bool
        Whether no two cells may be the same.
    """

    field: str
    check: Callable[[str], bool]
    told: str
    heading: str | None = None
    unless: str | None = None
    is_unlike: bool = False

    def measure(self, heading: str, cells: Cells) -> float:
        """Return the share of the cells that speak for the field, 0 if the heading does not."""
        plain = normalise(heading)
        if self.heading is not None and not re.search(self.heading, plain):
            return 0.0
        if (self.unless is not None and re.search(self.unless, plain)) or (self.is_unlike and not cells.are_unlike):
            return 0.0
        return cells.measure(self.check)


def _speaks_of(what: str) -> str:
    return f"fit, and the heading speaks of {what}"


PERIOD = r"\b(week|month|year|day)|weekly|monthly"
LEARN = r"\b(learn|develop|improve|goals?|get better|work on)"

HINTS: tuple[Hint, ...] = (
    Hint("email", is_email, "are e-mail addresses", unless="manager"),
    Hint("zone", is_zone, "are time zones"),
    Hint("slots", is_slots, "are free times of the week"),
    Hint("role", is_role, "are roles"),
    Hint("skills", is_listed, "are subjects with levels"),
    Hint("capacity", is_small, _speaks_of("mentees"), r"(how many|number of|max|most).*mentees?|mentees? at most"),
    Hint("minimum", is_small, _speaks_of("fewest mentees"), r"(min|least|fewest).*mentees?|mentees? at least"),
    Hint("wanted", is_small, _speaks_of("mentors"), r"(how many|number of).*mentors?|mentors? wanted"),
    Hint("hours", is_number, _speaks_of("hours"), r"\bhours?\b", PERIOD),
    Hint("priority", is_number, _speaks_of("waiting or priority"), r"\bwait|\bpriority"),
    Hint("willing", is_yes_or_no, _speaks_of("being willing"), r"\bwilling|\bagree|\bhappy to"),
    Hint("languages", is_short, _speaks_of("languages"), r"\blanguages?\b", "program"),
    Hint("manager", bool, _speaks_of("a manager"), r"\bmanager|reports to"),
    Hint("goals", is_short, _speaks_of("learning"), LEARN),
    Hint("skills", is_short, _speaks_of("skills"), r"\b(skills?|strengths?|expertise)", LEARN),
    Hint("id", bool, _speaks_of("an id"), r"\b(id|number|no|ref)\b", r"phone|tel\b|mobile|how many|number of", True),
    Hint("first_name", is_short, _speaks_of("a first name"), r"\b(first|given)\b.*\bnames?\b"),
    Hint("last_name", is_short, _speaks_of("a last name"), r"\b(last|family)\b.*\bnames?\b"),
    Hint("name", is_short, _speaks_of("a person's name"), r"^(your |full |preferred |display )*name\b"),
)
"""What speaks for which field, the surest first."""

GOAL_PARTS: tuple[tuple[str, str], ...] = (
    ("kind", r"\bkind|\btype"),
    ("current", r"\bnow\b|current|today|start"),
    ("target", r"target|wanted|aim"),
    ("importance", r"importan|matters"),
    ("theme", r"\btheme"),
    ("subject", r"^$|\bwhat\b|topic|subject"),
)
"""Parts of a numbered goal, by what the rest of the heading says."""


WISHES: tuple[tuple[str, str, str], ...] = (
    ("refused", r"\b(not|never|avoid|except|exclude|conflict|refuse[ds]?|don'?t|without)\b", "of a refusal"),
    ("preferred", r"\b(like|likes|prefer\w*|wish\w*|want\w*|choice|choose|favou?rite|request\w*)\b", "of a preference"),
)
"""What a column of people of the other side may mean, by what its heading says; "would not like" is a refusal."""


def list_identities(sheet: Sheet, side: str) -> frozenset[str]:
    """Return the ids and e-mails of the people in a sheet, for the wishes of the other side.

    Parameters
    ----------
    sheet : Sheet
    side : {"mentors", "mentees", "people"}
    """
    found = _find_identities(sheet, side)
    return frozenset(text.casefold() for place in found for text in sheet.columns[place].values if text)


def _find_identities(sheet: Sheet, side: str) -> list[int]:
    """Return the columns with the ids and e-mails of a sheet's own people."""
    found = propose(sheet, side)
    return [k for k, one in enumerate(found) if one.field in ("id", "email") and one.sureness != "unknown"]


def propose(sheet: Sheet, side: str, others: frozenset[str] = frozenset()) -> list[Proposal]:
    """Return what every column of a sheet may mean.

    Parameters
    ----------
    sheet : Sheet
    side : {"mentors", "mentees", "people"}
    others : frozenset of str
        Ids and e-mails of the other side, from `list_identities`.

    Returns
    -------
    list of Proposal
        One for each heading, in order. What is certain or likely can stand together in ``[columns]``.
    """
    known = _find_identities(sheet, side) if others else []
    own = {place for place in known if not _speaks_of_wish(sheet.headings[place])}
    proposals = [
        _propose_column(heading, look_at(column), side, frozenset() if place in own else others)
        for place, (heading, column) in enumerate(zip(sheet.headings, sheet.columns, strict=True))
    ]
    used: dict[str, str] = {}
    for sureness in ("certain", "likely"):
        for i, one in enumerate(proposals):
            if one.sureness == sureness:
                proposals[i] = _keep_first(one, used)
    return [_need_subject(one, used) for one in proposals]


def _need_subject(proposal: Proposal, used: dict[str, str]) -> Proposal:
    """Return a proposal, or leave the column to the user if it tells of a goal whose subject is nowhere."""
    found = re.fullmatch(r"goal (\d+) .*", proposal.field)
    if found is None or f"goal {found[1]} subject" in used or proposal.sureness == "unknown":
        return proposal
    return replace(proposal, sureness="unknown", evidence=f"{proposal.evidence}, but no heading speaks of its subject")


def _keep_first(proposal: Proposal, used: dict[str, str]) -> Proposal:
    """Return a proposal, or leave the column to the user if a surer or earlier one has its field."""
    meaning = read_meaning(proposal.field)
    other = used.setdefault(proposal.field, proposal.heading)
    if other == proposal.heading or (meaning is not None and meaning.field.can_repeat):
        return proposal
    told = f"looks like '{proposal.field}', as '{other}' does"
    return Proposal(proposal.heading, f"attribute {proposal.heading}", "unknown", told)


def _propose_column(heading: str, cells: Cells, side: str, others: frozenset[str]) -> Proposal:
    """Return the surest proposal for one column."""
    if not cells.texts and recognise(heading, side) is None:
        return Proposal(heading, "ignore", "unknown", "every cell is blank")
    found = next(_list_proposals(heading, cells, side, others))
    return _add_separator(found, cells)


def _list_proposals(heading: str, cells: Cells, side: str, others: frozenset[str]) -> Iterator[Proposal]:
    """Yield proposals for one column, the surest first; the last is always there."""
    meaning = recognise(heading, side)
    if meaning is not None and fits(meaning, side):
        yield _add_scale(Proposal(heading, str(meaning), "certain", "the heading is a documented name"), cells)
    yield from _propose_goal_part(heading, side)
    yield from _propose_wish(heading, cells, side, others)
    for hint in HINTS:
        share = hint.measure(heading, cells)
        if share >= ENOUGH and fits(Meaning(hint.field), side):
            yield Proposal(heading, hint.field, "likely", f"{share:.0%} of the {cells.name} {hint.told}")
    yield from _propose_scale(heading, cells, side)
    if re.search(r"\bhours?\b", normalise(heading)) and cells.measure(is_number) >= ENOUGH:
        told = "numbers of hours for part of the time; 'hours' is for the whole programme"
        yield Proposal(heading, "ignore", "unknown", told)
    yield Proposal(heading, f"attribute {heading}", "unknown", _describe(cells))


def _speaks_of_wish(heading: str) -> bool:
    return any(re.search(pattern, normalise(heading)) for _, pattern, _ in WISHES)


def _propose_wish(heading: str, cells: Cells, side: str, others: frozenset[str]) -> Iterator[Proposal]:
    """Yield what a column may mean whose cells name people of the other side: never an attribute."""
    share = cells.measure(lambda text: all(part.strip().casefold() in others for part in re.split("[;,]", text)))
    plain = normalise(heading)
    if share < ENOUGH or not others or re.search(r"\bmanager|reports to", plain):
        return
    whom = {"mentors": "mentees", "mentees": "mentors"}.get(side, "people of this file")
    told = f"{share:.0%} of the {cells.name} name {whom}"
    for field_name, pattern, what in WISHES:
        if re.search(pattern, plain):
            yield Proposal(heading, field_name, "likely", f"{told}, and the heading speaks {what}")
    advice = "leave 'preferred' if they are liked, write 'refused' if they are never to be paired"
    yield Proposal(heading, "preferred", "unknown", f"{told}: {advice}")


def _propose_goal_part(heading: str, side: str) -> Iterator[Proposal]:
    """Yield what a column about a numbered goal may hold, by the rest of its heading."""
    found = re.search(r"\bgoal ?(?:no\.? ?)?([1-9]\d?)\b[ :–-]*(.*)", normalise(heading))
    if found and side != "mentors":
        for part, pattern in GOAL_PARTS:
            if re.search(pattern, found[2]):
                told = f"the heading speaks of goal {found[1]} and its {part}"
                yield Proposal(heading, f"goal {found[1]} {part}", "likely", told)


def _propose_scale(heading: str, cells: Cells, side: str) -> Iterator[Proposal]:
    """Yield what a rating may be: a level where heading or words speak of one, else a trait."""
    scale = find_scale(cells)
    if scale is None and (cells.measure(is_level) < ENOUGH or len(cells.texts) < 3):
        return
    name, words = scale or ("numbers", {})
    grid = re.fullmatch(r"(.*?)\s*\[(.+)\]", heading.strip(), re.S)
    subject = grid[2].strip() if grid else heading.strip()
    is_about_level = name in LEVEL_SCALES or re.search(r"skill|confiden|level|experience", normalise(heading))
    told = f"every cell is a word of a scale of {name}" if scale else "the cells are whole numbers from 0 to 5"
    if is_about_level:
        field_name = f"goal skill {subject}" if side == "mentees" else f"skill {subject}"
        sureness: Sureness = "likely" if grid and scale and side == "mentors" else "unknown"
        yield Proposal(heading, field_name, sureness, told, words=words)
    else:
        yield Proposal(heading, f"trait {subject}", "unknown", told, words=words)


def _add_scale(proposal: Proposal, cells: Cells) -> Proposal:
    """Add the words of a usual scale to a column of levels or ratings."""
    meaning = read_meaning(proposal.field)
    scale = find_scale(cells)
    if scale is None or meaning is None or not re.match(r"trait|skill|knowledge|goal", meaning.kind):
        return proposal
    evidence = f"{proposal.evidence}; every cell is a word of a scale of {scale[0]}"
    return replace(proposal, words=scale[1], evidence=evidence)


def _add_separator(proposal: Proposal, cells: Cells) -> Proposal:
    """Add the sign that parts the cells, where the field would not be parted there by itself."""
    kind = proposal.field.split(" ")[0]
    sign = find_separator(cells) if kind in OWN_SIGNS or kind in ("attribute", "knowledge") else None
    if sign is None or proposal.words or sign in OWN_SIGNS.get(kind, ""):
        return proposal
    return replace(proposal, separator=sign, evidence=f"{proposal.evidence}; '{sign}' parts values that recur")


def _describe(cells: Cells) -> str:
    shown = quote_list([text[:30] for text in cells.texts], 3)
    return (
        f"every filled cell is {shown}"
        if len(cells.texts) == 1
        else f"{len(cells.texts) + cells.num_left:,} different values: {shown}"
    )
