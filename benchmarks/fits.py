"""How time and memory grow: exponents fitted by least squares to logarithms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Fit:
    """``cost = factor × product of size ** exponent``.

    Parameters
    ----------
    exponents : tuple of float
        One for each of the sizes.
    error : float
        Typical deviation from the fit, as a share of the cost.
    count : int
        Measurements that it was fitted to.
    """

    exponents: tuple[float, ...]
    error: float
    count: int


def fit_exponents(sizes: Sequence[Sequence[float]], costs: Sequence[float]) -> Fit | None:
    """Return the exponents of a cost against one or several sizes.

    Parameters
    ----------
    sizes : sequence of sequences of float
        For each measurement one or several sizes, above 0.
    costs : sequence of float
        Above 0.

    Returns
    -------
    Fit or None
        None where the measurements do not determine it.
    """
    if not costs:
        return None
    table = np.column_stack([np.ones(len(costs)), np.log(np.array(sizes, float).reshape(len(costs), -1))])
    if len(costs) <= table.shape[1] or np.linalg.matrix_rank(table) < table.shape[1]:
        return None
    wanted = np.log(np.array(costs, float))
    solution = np.linalg.lstsq(table, wanted, rcond=None)[0]
    deviation = np.sqrt(np.mean((wanted - table @ solution) ** 2))
    return Fit(tuple(float(one) for one in solution[1:]), float(np.expm1(deviation)), len(costs))
