"""``matchmaker explain``: one mentee's pair, and what any other choice would cost everybody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matchmaker.cli.console import Progress, name_person, show_document, show_table
from matchmaker.cli.options import FOLDER, Inputs, Seconds, take_inputs
from matchmaker.text import say_count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matchmaker.explain import Choice, ContestedTime, Explanation


@click.command(name="explain")
@click.argument("folder", type=FOLDER)
@click.option("--mentee", required=True, help="Id, e-mail or name of the mentee.")
@click.option("--mentor", help="Id, e-mail or name of a mentor to explain too.")
@click.option("--most", type=click.IntRange(min=0), default=5, show_default=True, help="Other mentors to name.")
@click.option("--time-limit", type=Seconds(), help="Seconds a mentor; unequal hours only.")
@take_inputs
@click.option("--json", "as_json", is_flag=True, help="Print the explanation as JSON on stdout.")
def command(
    folder: Path,
    mentee: str,
    mentor: str | None,
    most: int,
    time_limit: float | None,
    as_json: bool,
    **files: Any,
) -> None:
    """Explain one mentee's place in the answer in FOLDER."""
    import msgspec

    from matchmaker.cli.stored import read_stored
    from matchmaker.explain import explain_mentee

    with Progress() as progress:
        with progress.follow("reading"):
            stored = read_stored(folder, Inputs(**files))
        with progress.follow("tracing what other choices cost"):
            explanation = explain_mentee(
                stored.matching,
                stored.roster,
                stored.program,
                mentee,
                mentor=mentor,
                most=most,
                time_limit=time_limit,
                on_progress=progress,
            )
    if as_json:
        show_document(msgspec.json.format(msgspec.json.encode(explanation)))
    else:
        people = stored.roster.mentors
        show_explanation(explanation, dict(zip(people.ids, map(name_person, people.ids, people.names), strict=True)))


def show_explanation(explanation: Explanation, mentors: Mapping[str, str]) -> None:
    """Print an explanation in words, with mentors as they are shown."""
    click.echo(name_person(explanation.mentee, explanation.name))
    if explanation.leftover:
        click.echo(f"Left over: {explanation.leftover}.")
    for mentor, reasons in explanation.reasons.items():
        rows = [(reason.component, f"{reason.points:,}", reason.sentence) for reason in reasons]
        show_table(f"With mentor {mentors[mentor]}", ("component", "points", "because"), rows)
    for mentor, rules in explanation.refused.items():
        click.echo(f"Mentor {mentors[mentor]} is not eligible: refused by {', '.join(rules)}.")
    choices = [(mentors[one.mentor], f"{one.points:,}", describe_cost(one)) for one in explanation.choices]
    if choices:
        headings = ("mentor", "points of the pair", "what choosing them would cost everybody")
        show_table("Mentors", headings, choices)
    for time in explanation.contested:
        click.echo(f"Contested: {time.time} with mentor {mentors[time.mentor]}{describe_contest(time)}.")


def describe_cost(choice: Choice) -> str:
    """Return in words what choosing a mentor would cost."""
    from matchmaker.answer.effects import tell_effect

    if choice.chosen:
        return "is their mentor"
    if choice.coverage_cost is None or choice.points_cost is None:
        return "impossible beside what is required" if choice.is_exact else "not known: nothing was found in time"
    about = "" if choice.is_exact else "; or less, since the search was stopped before it was certain"
    if choice.effect is not None and (choice.effect.tiers or choice.effect.further or choice.points_cost < 0):
        return f"{tell_effect(choice.effect)}{about}"
    if choice.points_cost < 0:
        return f"nothing: {say_count(-choice.points_cost, 'point')} gained{about}"
    return f"{say_count(choice.points_cost, 'point')}{about}" if choice.points_cost else f"nothing: just as good{about}"


def describe_contest(time: ContestedTime) -> str:
    """Return in words what one more meeting at a contested time would do."""
    from matchmaker.answer.effects import tell_effect
    from matchmaker.matching import Effect

    if time.one_more is None:
        return ""
    if time.one_more == Effect():
        return "; one more meeting then would change nothing by itself"
    return f"; one more meeting then would mean: {tell_effect(time.one_more)}"
