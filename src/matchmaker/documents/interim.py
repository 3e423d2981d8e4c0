"""The matching that a search has got so far, as a file: a zip of arrays, from which an answer can be made."""

from __future__ import annotations

import io
import zipfile

import numpy as np

from matchmaker.documents.envelope import refuse_document
from matchmaker.solve.outcome import Interim
from matchmaker.solve.problem import Prices

FORMAT = "matchmaker.interim 1"
NAMES = ("keys", "starts", "value", "bound", "mentor_prices", "time_prices")


def write_interim(interim: Interim) -> bytes:
    """Return an interim answer as bytes."""
    file = io.BytesIO()
    np.savez(
        file,
        about=np.frombuffer(FORMAT.encode(), np.uint8),
        keys=interim.keys,
        starts=interim.starts,
        value=np.array(interim.value, np.int64),
        bound=np.array(interim.bound, np.int64),
        mentor_prices=interim.prices.mentors,
        time_prices=interim.prices.times,
    )
    return file.getvalue()


def read_interim(data: bytes) -> Interim:
    """Return the interim answer that bytes hold.

    Raises
    ------
    InputError
        If they hold none, or one of another version.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
        if bytes(arrays.pop("about")).decode() != FORMAT:
            raise ValueError("another version")
        keys, starts, value, bound, mentors, times = (arrays[name].astype(np.int64) for name in NAMES)
        prices = Prices(mentors.reshape(-1, 2), times.reshape(-1, 4))
        return Interim(keys, starts, (int(value[0]), int(value[1])), (int(bound[0]), int(bound[1])), prices)
    except (OSError, ValueError, KeyError, EOFError, IndexError, zipfile.BadZipFile) as error:
        raise refuse_document(None, f"this is no interim answer: {error}", "Match again") from None
