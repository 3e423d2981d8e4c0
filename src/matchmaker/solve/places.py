"""Places of a mentor: capacity, cut to what the hours allow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matchmaker.solve.problem import NO_LIMIT, Problem, Times


def count_places(problem: Problem) -> NDArray[np.int64]:
    """Return the places of each mentor of a problem; see `fit_hours`."""
    values, places = np.unique(problem.need, return_inverse=True)
    counts = np.zeros((len(values), problem.num_mentors), np.int64)
    np.add.at(counts, (places.reshape(-1), problem.pairs[:, 1]), 1)
    return fit_hours(problem.capacity, problem.available, values, counts)


def limit_places(places: NDArray[np.int64], times: Times | None) -> NDArray[np.int64]:
    """Return the places of each mentor, cut to what weekly times can hold.

    Parameters
    ----------
    places : int64 array of shape (num_mentors,)
    times : Times or None
    """
    if times is None:
        return places
    held = times.pairs_per_start * np.bitwise_count(times.mentor_starts).sum(axis=1, dtype=np.int64)
    return np.where(times.mentor_known & times.mentee_known.all(), np.minimum(places, held), places)


def turn_hours_into_places(problem: Problem) -> tuple[Problem, bool]:
    """Return the problem with hours turned into places, and whether that loses nothing.

    Returns
    -------
    relaxed : Problem
        Without hours; no matching of the problem is lost.
    exact : bool
        Whether every matching of it keeps the hours: even the longest pairs of each mentor fit.
    """
    places = count_places(problem)
    relaxed = replace(problem, capacity=places, available=np.full(problem.num_mentors, NO_LIMIT))
    mentor = problem.pairs[:, 1]
    order = np.lexsort((-problem.need, mentor))
    firsts = np.searchsorted(mentor[order], np.arange(problem.num_mentors))
    taken = order[np.arange(len(order)) - firsts[mentor[order]] < places[mentor[order]]]
    return relaxed, not len(find_overbooked(problem, taken))


def fit_hours(
    capacity: NDArray[np.int64],
    available: NDArray[np.int64],
    needs: NDArray[np.int64],
    counts: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the most mentees that capacity and hours can hold, whoever they are.

    Parameters
    ----------
    capacity, available : int64 arrays of shape (num_mentors,)
        `available` in minutes, `NO_LIMIT` where unknown.
    needs : int64 array of shape (num_needs,)
        The distinct minutes that pairs take, ascending.
    counts : int64 array of shape (num_needs, num_mentors)
        How many eligible pairs of each mentor take each of them.

    Returns
    -------
    int64 array of shape (num_mentors,)
        Exact where all of a mentor's pairs take the same; else as many as fit if the shortest come
        first, which no matching can exceed. The longest are not counted: so, with one need, the
        places depend on nobody's eligibility.
    """
    left = np.where(available == NO_LIMIT, np.iinfo(np.int64).max, available)
    fit = np.zeros(len(capacity), np.int64)
    is_last = np.cumsum(counts[::-1], axis=0)[::-1] == counts
    for need, count, last in zip(needs.tolist(), counts, is_last & (counts > 0), strict=True):
        most = capacity if need == 0 else left // need
        take = np.where(last, most, np.minimum(count, most))
        fit += np.minimum(take, capacity)
        left = left - np.where(last, 0, take * need)
    return np.where(counts.any(axis=0), np.minimum(capacity, fit), capacity)


def find_overbooked(problem: Problem, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the mentors whose chosen pairs take more minutes than they have."""
    used = np.zeros(problem.num_mentors, np.int64)
    np.add.at(used, problem.pairs[chosen, 1], problem.need[chosen])
    return np.flatnonzero((problem.available != NO_LIMIT) & (used > problem.available))
