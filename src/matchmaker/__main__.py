"""Run the command: ``python -m matchmaker``."""

from __future__ import annotations

import io
import sys

INTERRUPTED = 130


def main() -> None:
    """Run the command with the arguments of this process and end with its exit status."""
    try:
        from matchmaker.cli.main import run  # here, since whoever interrupts the start should not see our files
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        sys.exit(INTERRUPTED)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a name that cp437 lacks must not end a run
    sys.exit(run())


if __name__ == "__main__":
    main()
