"""``matchmaker check``: every fault and notice, before anything is matched."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from matchmaker.cli.console import Progress, show_document, show_notices
from matchmaker.cli.options import Inputs, naming_program, read_program_file, read_roster, take_inputs
from matchmaker.cli.status import Status, describe_faults
from matchmaker.text import say_count

if TYPE_CHECKING:
    from matchmaker.errors import Remark, Report
    from matchmaker.roster import Roster


@click.command(name="check")
@take_inputs
@click.option("--set-aside-faulty", is_flag=True, help="Check what is left without the faulty people.")
@click.option("--json", "as_json", is_flag=True, help="Print faults and notices as JSON on stdout.")
def command(set_aside_faulty: bool, as_json: bool, **files: Any) -> int:
    """Check roster and program: every fault at once, then what you should know.

    Exit status 1 if the roster has faults, 2 if the program has.
    """
    inputs = Inputs(**files)
    inputs.require()
    found = find_everything(inputs, set_aside=set_aside_faulty)
    if as_json:
        show_document(render_report(found.report, list(found.flat)))
        return found.status
    show_notices((notice.kind, str(notice)) for notice in found.report.notices)
    for name, why in found.flat.items():
        click.echo(f"Notice: the component '{name}' distinguishes nobody: {why}", err=True)
    click.echo(found.told, err=found.status is not Status.DONE)
    return found.status


@dataclass
class Found:
    """What a check came to.

    Parameters
    ----------
    report : Report
    status : Status
    told : str
        The end of what is shown.
    flat : dict of str to str
        Components that distinguish nobody, and why.
    """

    report: Report
    status: Status
    told: str
    flat: dict[str, str] = field(default_factory=dict)


def find_everything(inputs: Inputs, *, set_aside: bool) -> Found:
    """Return every fault and notice of some files."""
    from matchmaker.errors import InputError, ProgramError, Report, RosterError

    try:
        return check_files(inputs, set_aside=set_aside)
    except RosterError as error:
        return Found(error.report, Status.FAULTY, describe_faults(error))
    except (InputError, ProgramError) as error:
        report = Report()
        for fault in error.faults:
            report.add_fault(fault)
        return Found(report, Status.USAGE, str(error))


def check_files(inputs: Inputs, *, set_aside: bool) -> Found:
    """Return the notices of files without faults.

    Raises
    ------
    MatchmakerError
        With every fault.
    """
    from matchmaker.answer.candidates import check_required
    from matchmaker.scoring import encode, find_flat

    with Progress() as progress:
        with progress.follow("reading"):
            program = read_program_file(inputs.program)
            roster, report = read_roster(inputs, program, set_aside=set_aside)
        with progress.follow("scoring"), naming_program(inputs.program):
            encoded = encode(roster, program)
            report.extend(encoded.report)
            report.extend(check_required(encoded, roster, program))
            report.raise_if_faulty()
            flat = find_flat(encoded)
    return Found(report, Status.DONE, describe_roster(roster), flat)


def describe_roster(roster: Roster) -> str:
    """Return how many people there are, and who was set aside because of which fault."""
    counts = f"{say_count(len(roster.mentors), 'mentor')}, {say_count(len(roster.mentees), 'mentee')}, no faults"
    if not roster.aside:
        return f"{counts}."
    aside = [f"  {one.role} {one.id}: {one.fault}" for one in roster.aside]
    return "\n".join([f"{counts} without {say_count(len(aside), 'person', 'people')} set aside:", *aside])


def render_report(report: Report, flat: list[str]) -> bytes:
    """Return everything that was found as JSON: remarks as far as they were kept, and the number of all by kind."""
    import msgspec

    found = {
        "faults": list(map(_list_fields, report.faults)),
        "notices": list(map(_list_fields, report.notices)),
        "num_faults": dict(sorted(report.num_faults.items())),
        "num_notices": dict(sorted(report.num_notices.items())),
        "flat": flat,
    }
    return msgspec.json.format(msgspec.json.encode(found), indent=1)


def _list_fields(remark: Remark) -> dict[str, Any]:
    place = remark.place
    where = {"file": place.file, "sheet": place.sheet, "row": place.row, "column": place.column}
    return {
        "kind": remark.kind,
        **where,
        "value": remark.value,
        "problem": remark.problem,
        "remedy": remark.remedy,
    }
