"""``matchmaker check``: every fault and notice, before anything is matched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from matchmaker.cli.console import show_notices
from matchmaker.cli.options import Inputs, read_program_file, read_roster, take_inputs
from matchmaker.cli.status import Status, describe_faults

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matchmaker.errors import Remark


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
        flat = find_flat(encoded)
        told = f"{len(roster.mentors):,} mentors, {len(roster.mentees):,} mentees, no faults."
    except RosterError as error:
        report, flat, told, status = error.report, {}, describe_faults(error), Status.FAULTY
    if as_json:
        click.echo(render_report(report.faults, report.notices, list(flat)))
        return status
    show_notices(report.notices)
    for name, why in flat.items():
        click.echo(f"Notice: the component '{name}' distinguishes nobody: {why}", err=True)
    click.echo(told, err=status is not Status.DONE)
    return status


def render_report(faults: Sequence[Remark], notices: Sequence[Remark], flat: list[str]) -> str:
    """Return everything that was found as JSON."""
    import msgspec

    found = {
        "faults": list(map(_list_fields, faults)),
        "notices": list(map(_list_fields, notices)),
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
