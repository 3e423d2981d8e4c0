"""The rules that the program declares on attributes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matchmaker.errors import Notice, Place
from matchmaker.program import Relation, Rule
from matchmaker.scoring.conditions import compile_condition, get_values, list_relations
from matchmaker.scoring.encoded import Block, Bools, Node
from matchmaker.text import say_count

if TYPE_CHECKING:
    from matchmaker.scoring.draft import Draft


def add_declared(draft: Draft) -> None:
    """Compile every declared rule and count whom it finds without a value."""
    for rule in draft.program.rules:
        node = compile_condition(rule.condition, draft.roster, draft.program, as_rule=True)
        draft.add_rule(rule.name, Negation(node))
        for relation in list_relations(rule.condition):
            _count_unknown(draft, rule, relation)


@dataclass(frozen=True, eq=False)
class Negation:
    """Refuses the pairs for which a condition does not hold.

    Parameters
    ----------
    condition : Node
    """

    condition: Node

    def __call__(self, block: Block) -> Bools:
        """Return where a pair is refused, shape (num_rows, num_mentors)."""
        return ~self.condition.look(block.rows)


def _count_unknown(draft: Draft, rule: Rule, relation: Relation) -> None:
    if relation.relation == "not_in_line":
        return
    sides = ((draft.roster.mentees, relation.mentee), (draft.roster.mentors, relation.mentor))
    for people, attribute in sides:
        values = get_values(people, attribute, draft.program.zone)
        count = int(np.count_nonzero(~values.known[values.places]))
        if count:
            effect = "waived" if relation.when_unknown == "allow" else "refused"
            who = f"{say_count(count, people.role)} without '{attribute}'"
            told = f"rule '{rule.name}': {who}, whose pairs are {effect}"
            advice = 'Fill in the column, or set when_unknown = "allow" to waive the rule for them'
            draft.report.add_notice(Notice("rule-unknown", told, advice, Place(column=attribute)))
