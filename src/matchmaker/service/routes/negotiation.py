"""Which of several forms somebody wants (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def choose_type(accept: str, offered: Sequence[str]) -> str | None:
    """Return the media type that is wanted most, None if none of those offered is.

    Parameters
    ----------
    accept : str
        What the header says; empty accepts anything.
    offered : sequence of str
        The preferred one first.
    """
    ranges = list(_read_ranges(accept)) or [("*/*", 1.0)]
    weights = [_weigh(kind, ranges) for kind in offered]
    best = max(weights, default=0.0)
    return offered[weights.index(best)] if best > 0 else None


def _read_ranges(accept: str) -> Iterator[tuple[str, float]]:
    for part in filter(None, map(str.strip, accept.split(","))):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights = [piece.removeprefix("q=") for piece in parameters if piece.startswith("q=")]
        yield kind, _read_weight(weights[0]) if weights else 1.0


def _read_weight(text: str) -> float:
    """Return a weight from 0 to 1; what cannot be read weighs nothing."""
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0


def _weigh(kind: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Return the weight of a media type by the range that speaks of it most closely."""
    whole = dict(reversed(ranges))
    for name in (kind, f"{kind.split('/', maxsplit=1)[0]}/*", "*/*"):
        if name in whole:
            return whole[name]
    return 0.0
