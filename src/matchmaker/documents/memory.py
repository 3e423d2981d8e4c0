"""What a run has learned, as a file beside its answer: a zip of arrays, of use to the next run only."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.answer.memory import Memory
from matchmaker.solve.outcome import Learned
from matchmaker.solve.problem import Prices

FORMAT = "matchmaker.memory 3"
"""Format and version; a file of another is as good as none."""


def write_memory(memory: Memory) -> bytes:
    """Return a memory as bytes; an empty one has none."""
    if memory.learned is None:
        return b""
    learned, file = memory.learned, io.BytesIO()
    arrays: dict[str, Any] = {
        "about": _pack([FORMAT, memory.context, memory.prices]),
        "mentee_ids": _pack(memory.mentee_ids),
        "mentor_ids": _pack(memory.mentor_ids),
        "mentee_marks": memory.mentee_marks,
        "mentor_marks": memory.mentor_marks,
        "keys": learned.keys,
        "points": learned.points,
        "worst": learned.worst,
        "bits": np.array(learned.bits),
        "mentor_prices": learned.prices.mentors,
        "time_prices": learned.prices.times,
    }
    np.savez_compressed(file, **arrays, seal=_seal(arrays))
    return file.getvalue()


def _seal(arrays: Mapping[str, NDArray[Any]]) -> NDArray[np.uint8]:
    """Return a hash of all arrays: what is learned proves something only as a whole."""
    told = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        told.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        told.update(array.tobytes())
    return np.frombuffer(told.digest(), np.uint8)


def read_memory(data: bytes) -> Memory:
    """Return the memory that bytes hold; an empty one where they hold none that this version can use."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
        seal = arrays.pop("seal")
        return _restore(arrays) if np.array_equal(seal, _seal(arrays)) else Memory()
    except (OSError, ValueError, KeyError, EOFError, UnicodeDecodeError, zipfile.BadZipFile):
        return Memory()


def _restore(arrays: dict[str, NDArray[np.generic]]) -> Memory:
    form, context, prices = _unpack(arrays["about"])
    if form != FORMAT:
        return Memory()
    whole = {
        name: arrays[name].astype(np.int64) for name in ("keys", "points", "worst", "mentor_prices", "time_prices")
    }
    learned = Learned(
        whole["keys"],
        whole["points"],
        whole["worst"],
        int(arrays["bits"].astype(np.int64)),
        Prices(whole["mentor_prices"].reshape(-1, 2), whole["time_prices"].reshape(-1, 4)),
    )
    ids = _unpack(arrays["mentee_ids"]), _unpack(arrays["mentor_ids"])
    marks = arrays["mentee_marks"].astype(np.uint64), arrays["mentor_marks"].astype(np.uint64)
    return Memory(context, prices, *ids, *marks, learned)


def _pack(words: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\0".join(words).encode("utf-8", "surrogatepass"), np.uint8)


def _unpack(octets: NDArray[np.generic]) -> list[str]:
    return octets.tobytes().decode("utf-8", "surrogatepass").split("\0")
