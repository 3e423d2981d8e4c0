"""``matchmaker match``: the best pairing, proven, and written down."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from matchmaker.cli.answer import (
    check_folder,
    describe_run,
    show_matching,
    sum_up_notices,
    summarise,
    tell_stop,
    write_answer,
)
from matchmaker.cli.console import MODES, Progress, Watch, show_document, show_notices
from matchmaker.cli.interrupts import Interrupts
from matchmaker.cli.options import FOLDER, Inputs, Seconds, naming_program, read_program_file, read_roster, take_inputs
from matchmaker.cli.stored import read_start


@click.command(name="match")
@take_inputs
@click.option("--out", type=FOLDER, help="Folder for pairs.csv, leftovers.csv, mentors.csv, matching.xlsx …")
@click.option("--force", is_flag=True, help="Write over files in that folder, though they are no earlier answer.")
@click.option("--json", "as_json", is_flag=True, help="Print matching.json on stdout.")
@click.option("--set-aside-faulty", is_flag=True, help="Go on without faulty people; list them as left over.")
@click.option("--time-limit", type=Seconds(), help="Seconds that the search may take.")
@click.option("--gap", type=click.IntRange(min=0), default=0, help="Stop when proven within so many points.")
@click.option("--start", "begin", type=FOLDER, help="An earlier answer of nearly the same people, to begin with.")
@click.option("--progress", "mode", type=click.Choice(MODES), default="auto", help="How progress is shown on stderr.")
@click.option("--quiet", is_flag=True, help="No notices and no progress.")
def command(
    out: Path | None,
    force: bool,
    as_json: bool,
    set_aside_faulty: bool,
    time_limit: float | None,
    gap: int,
    begin: Path | None,
    mode: str,
    quiet: bool,
    **files: Any,
) -> None:
    """Find the best pairing, prove it, and write it down.

    Ctrl-C ends the search with the best answer so far; a second Ctrl-C ends at once, without one.
    """
    from matchmaker.documents import write_matching
    from matchmaker.engine import match

    inputs = Inputs(**files)
    inputs.require()
    if out is not None:
        check_folder(out, inputs, force=force)
    watch = Watch()
    with Progress("none" if quiet else mode) as progress, ExitStack() as stack:
        with progress.follow("reading"):
            program = read_program_file(inputs.program)
            roster, report = read_roster(inputs, program, set_aside=set_aside_faulty)
            start = read_start(begin)
        watch.mark("reading")
        interrupts = stack.enter_context(Interrupts())
        limits: dict[str, Any] = {"time_limit": time_limit, "gap": gap, "should_stop": interrupts.should_stop}
        with progress.follow("scoring"), naming_program(inputs.program):
            memory = start.memory if out is not None or begin is not None else None
            limits |= {"start": start.matching, "memory": memory}
            matching = match(roster, program, on_progress=progress, **limits)
        interrupts.keep_answer()
        watch.mark("matching")
        if out is not None:
            run = describe_run(out, inputs, watch, report, set_aside=set_aside_faulty)
            with progress.follow("writing"):
                write_answer(out, matching, roster, run, start.memory)
        stopped = tell_stop(matching, was_asked=interrupts.was_asked, gap=gap, has_limit=time_limit is not None)
    if not quiet:
        show_notices((one.kind, str(one)) for one in roster.report.notices)
        show_notices(sum_up_notices(matching, has_files=out is not None))
    if as_json:
        show_document(write_matching(matching))
    elif out is None:
        show_matching(matching, roster)
    click.echo(summarise(matching, stopped), err=True)
