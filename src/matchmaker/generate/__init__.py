"""Realistic rosters of any size, made from a seed, for trying things out and for benchmarks."""

from matchmaker.generate.files import write_roster

__all__ = ["write_roster"]
