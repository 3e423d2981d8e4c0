"""Integers in, the best pairing out: the engine that knows nothing of people."""
