"""What one process leaves for the next: cases on disk, so that each driver's memory is its own."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.rivals import Dense


def find_folder(folder: Path, case: str) -> Path:
    """Return where a case is kept."""
    return folder / case.replace("/", "-").replace(",", "")


def keep(folder: Path, case: str, name: str, thing: Any) -> None:
    """Write something of a case."""
    place = find_folder(folder, case)
    place.mkdir(parents=True, exist_ok=True)
    with (place / f"{name}.pickle").open("wb") as file:
        pickle.dump(thing, file, protocol=5)


def load(folder: Path, case: str, name: str) -> Any:
    """Return what was kept of a case."""
    with (find_folder(folder, case) / f"{name}.pickle").open("rb") as file:
        return pickle.load(file)


def has(folder: Path, case: str, name: str) -> bool:
    """Return whether something of a case was kept."""
    return (find_folder(folder, case) / f"{name}.pickle").exists()


def keep_dense(folder: Path, case: str, dense: Dense) -> None:
    """Write the points of all pairs of a case."""
    place = find_folder(folder, case)
    np.save(place / "points.npy", dense.points)
    np.save(place / "places.npy", dense.places)


def load_dense(folder: Path, case: str) -> Dense:
    """Return the points of all pairs of a case."""
    place = find_folder(folder, case)
    return Dense(np.load(place / "points.npy"), np.load(place / "places.npy"))
