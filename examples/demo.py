"""Match the example programme, re-check the answer, and explain one pair. Run by `make demo`."""

from __future__ import annotations

import sys
from pathlib import Path

from matchmaker.cli.main import run

EXAMPLE = Path(__file__).resolve().parent / "leadership"
OUT = Path(__file__).resolve().parent.parent / "out" / "leadership"

FILES = [
    f"--mentors={EXAMPLE / 'mentors.csv'}",
    f"--mentees={EXAMPLE / 'mentees.csv'}",
    f"--history={EXAMPLE / 'history.csv'}",
    f"--program={EXAMPLE / 'program.toml'}",
]


def show(title: str, *arguments: str) -> None:
    """Run a command under a title; stop here if it fails."""
    print(f"\n=== {title} ===\n", flush=True)
    status = run(arguments)
    if status:
        sys.exit(status)


def main() -> None:
    """Show the way from two spreadsheets to a proven answer."""
    show("Matching the leadership programme", "match", *FILES)
    show("Writing the answer", "match", *FILES, f"--out={OUT}", "--quiet")
    show("Re-checking it without any solver", "verify", str(OUT))
    show("Explaining one pair", "explain", str(OUT), "--mentee=E10")
    print(f"\nThe answer is in {OUT}: open matching.xlsx, or see the tutorial in docs/tutorial.md.")


if __name__ == "__main__":
    main()
