"""``matchmaker check``: every fault and notice, before anything is matched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from matchmaker.cli.console import show_notices
from matchmaker.cli.options import Inputs, read_program_file, read_roster, take_inputs
from matchmaker.cli.status import Status, describe_faults
from matchmaker.text import count

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
    from matchmaker.answer.candidates import check_required
    from matchmaker.errors import Report, RosterError
    from matchmaker.scoring import encode, find_flat

    inputs = Inputs(**files)
    inputs.require()
    program = read_program_file(inputs.program)
    report, told, status = Report(), "", Status.DONE
    try:
        roster, report = read_roster(inputs, program, set_aside=set_aside_faulty)
        encoded = encode(roster, program)
        report.extend(encoded.report)
        report.extend(check_required(encoded, roster, program))
        report.raise_if_faulty()
        flat, told = find_flat(encoded), describe_roster(roster)
    except RosterError as error:
        report, flat, told, status = error.report, {}, describe_faults(error), Status.FAULTY
    if as_json:
        click.echo(render_report(report, list(flat)))
        return status
    show_notices(report.notices)
    for name, why in flat.items():
        click.echo(f"Notice: the component '{name}' distinguishes nobody: {why}", err=True)
    click.echo(told, err=status is not Status.DONE)
    return status


def describe_roster(roster: Roster) -> str:
    """Return how many people there are, and who was set aside because of which fault."""
    counts = f"{count(len(roster.mentors), 'mentor')}, {count(len(roster.mentees), 'mentee')}, no faults"
    if not roster.aside:
        return f"{counts}."
    aside = [f"  {one.role} {one.id}: {one.text}" for one in roster.aside]
    return "\n".join([f"{counts} without {count(len(aside), 'person', 'people')} set aside:", *aside])


def render_report(report: Report, flat: list[str]) -> str:
    """Return everything that was found as JSON: remarks as far as they were kept, and the number of all by kind."""
    import msgspec

    found = {
        "faults": list(map(_list_fields, report.faults)),
        "notices": list(map(_list_fields, report.notices)),
        "num_faults": dict(sorted(report.num_faults.items())),
        "num_notices": dict(sorted(report.num_notices.items())),
        "flat": flat,
    }
    return msgspec.json.format(msgspec.json.encode(found), indent=1).decode()


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
