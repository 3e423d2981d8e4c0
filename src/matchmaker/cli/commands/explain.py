"""``matchmaker explain``: one mentee's pair, and what any other choice would cost everybody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matchmaker.cli.console import show_table
from matchmaker.cli.options import FOLDER, Inputs, take_inputs

if TYPE_CHECKING:
    from matchmaker.explain import Choice, ContestedTime, Explanation


@click.command(name="explain")
@click.argument("folder", type=FOLDER)
@click.option("--mentee", required=True, help="Id of the mentee.")
@click.option("--mentor", help="Id of a mentor to explain too.")
@click.option("--most", type=click.IntRange(min=0), default=5, show_default=True, help="Other mentors to name.")
@take_inputs
@click.option("--json", "as_json", is_flag=True, help="Print the explanation as JSON on stdout.")
def command(folder: Path, mentee: str, mentor: str | None, most: int, as_json: bool, **files: Any) -> None:
    """Explain one mentee's place in the answer in FOLDER."""
    import msgspec

    from matchmaker.cli.stored import read_stored
    from matchmaker.explain import explain_mentee

    stored = read_stored(folder, Inputs(**files))
    explanation = explain_mentee(stored.matching, stored.roster, stored.program, mentee, mentor=mentor, most=most)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(explanation)))
    else:
        show_explanation(explanation)


def show_explanation(explanation: Explanation) -> None:
    """Print an explanation in words."""
    click.echo(f"{explanation.name or explanation.mentee} ({explanation.mentee})")
    if explanation.leftover:
        click.echo(f"Left over: {explanation.leftover}.")
    for mentor, reasons in explanation.reasons.items():
        rows = [(reason.component, f"{reason.points:,}", reason.sentence) for reason in reasons]
        show_table(f"With mentor {mentor}", ("component", "points", "because"), rows)
    for mentor, rules in explanation.refused.items():
        click.echo(f"Mentor {mentor} is not eligible: refused by {', '.join(rules)}.")
    choices = [(one.mentor, one.name, f"{one.points:,}", describe_cost(one)) for one in explanation.choices]
    if choices:
        headings = ("mentor", "name", "points of the pair", "what choosing them would cost everybody")
        show_table("Mentors", headings, choices)
    for time in explanation.contested:
        click.echo(f"Contested: {time.time} with mentor {time.mentor}{describe_contest(time)}.")


def describe_cost(choice: Choice) -> str:
    """Return in words what choosing a mentor would cost."""
    from matchmaker.answer.effects import tell_effect

    if choice.chosen:
        return "is their mentor"
    if choice.coverage_cost is None or choice.points_cost is None:
        return "impossible beside what is required"
    about = "" if choice.is_exact else ", at most, the search was stopped"
    if choice.effect is not None and (choice.effect.tiers or choice.effect.further):
        return f"{tell_effect(choice.effect)}{about}"
    return f"{choice.points_cost:,} points{about}" if choice.points_cost else f"nothing: just as good{about}"


def describe_contest(time: ContestedTime) -> str:
    """Return in words what one more meeting at a contested time would do."""
    from matchmaker.answer.effects import tell_effect
    from matchmaker.matching import Effect

    if time.one_more is None:
        return ""
    if time.one_more == Effect():
        return "; one more meeting then would change nothing by itself"
    return f"; one more meeting then would mean: {tell_effect(time.one_more)}"
