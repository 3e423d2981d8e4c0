"""Scoring: components and rules, compiled to look-ups, and the points of any pair."""

from matchmaker.scoring.blocks import (
    choose_block_rows,
    find_flat,
    list_refusals,
    score_block,
    score_components,
)
from matchmaker.scoring.custom import Component
from matchmaker.scoring.encode import SCORING_VERSION, encode
from matchmaker.scoring.encoded import Encoded
from matchmaker.scoring.pairs import refuse_pairs, score_pairs
from matchmaker.scoring.sentences import explain_components

__all__ = [
    "SCORING_VERSION",
    "Component",
    "Encoded",
    "choose_block_rows",
    "encode",
    "explain_components",
    "find_flat",
    "list_refusals",
    "refuse_pairs",
    "score_block",
    "score_components",
    "score_pairs",
]
