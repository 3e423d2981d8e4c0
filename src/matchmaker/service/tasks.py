"""What children do, each task by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import msgspec

from matchmaker.documents import read_matching, read_memory, write_matching, write_memory
from matchmaker.documents.interim import read_interim, write_interim
from matchmaker.service.jobs import Best, Step
from matchmaker.service.line import Line, Task
from matchmaker.service.problems import list_errors
from matchmaker.service.reading import Payload, read_payload
from matchmaker.service.vault import BEST, INTERIM, MATCHING, MEMORY, make_folder, write_file

if TYPE_CHECKING:
    from matchmaker.matching import Matching
    from matchmaker.solve.outcome import Interim

LEAST_WAIT = 0.25
"""Seconds between two steps that are told, unless the phase is another; more, the longer a job takes."""

WAITS = 600
"""Seconds of a job with which the wait between two steps grows by one."""


def run_match(folder: Path, arguments: Mapping[str, Any], line: Line) -> Any:
    """Match what a job was sent; write the answer, and send how far it has come."""
    from matchmaker.answer.memory import Memory
    from matchmaker.engine import match

    answer, teller = Path(arguments["answer"]), Teller(line)
    teller(Step("reading"))
    payload = _read(folder, arguments)
    start, memory = _read_start(folder / "start")
    kept = Memory() if memory is None else memory
    matching = match(
        payload.roster,
        payload.program,
        gap=payload.options.gap,
        time_limit=_limit(payload, arguments),
        start=start,
        memory=kept,
        on_progress=teller,
        on_interim=Keeper(answer, line).keep,
        should_stop=line.should_stop,
    )
    teller(Step("writing"))
    return write_answer(answer, matching, write_memory(kept))


def _read(folder: Path, arguments: Mapping[str, Any]) -> Payload:
    return read_payload(folder / "payload", arguments["people"])


def _limit(payload: Payload, arguments: Mapping[str, Any]) -> float:
    """Return the seconds that the search may take: what was asked for, within what is allowed."""
    asked, most = payload.options.time_limit, float(arguments["seconds"])
    return most if asked is None else min(asked, most)


def _read_start(folder: Path) -> tuple[Any, Any]:
    """Return the earlier answer to begin with and what its run learned, None where there is none."""
    path, memory = folder / MATCHING, folder / MEMORY
    if not path.exists():
        return None, None
    return read_matching(path.read_bytes()), read_memory(memory.read_bytes() if memory.exists() else b"")


class Teller:
    """Sends how far a job has come, not too often.

    Parameters
    ----------
    line : Line
    """

    def __init__(self, line: Line) -> None:
        self.line = line
        self.phase, self.last, self.began = "", 0.0, monotonic()

    def __call__(self, step: Any) -> None:
        """Send a step if it is of another phase, or some time has passed."""
        now = monotonic()
        wait = LEAST_WAIT + (now - self.began) / WAITS
        if step.phase == self.phase and now < self.last + wait:
            return
        self.phase, self.last = step.phase, now
        known = {name: getattr(step, name, None) for name in Step.__struct_fields__}
        self.line.send("step", step={name: value for name, value in known.items() if value is not None})


class Keeper:
    """Keeps the matching so far on the disk, so that a job may be cut off at any time.

    Parameters
    ----------
    answer : Path
        Folder.
    line : Line
    """

    def __init__(self, answer: Path, line: Line) -> None:
        self.answer, self.line = answer, line

    def keep(self, interim: Interim) -> None:
        """Write the matching so far, and send how good it is."""
        make_folder(self.answer)
        write_file(self.answer / INTERIM, write_interim(interim))
        best = judge(len(interim.keys), list(zip(interim.value, interim.bound, strict=True)), "feasible")
        self.line.send("interim", best=msgspec.to_builtins(best))


def write_answer(answer: Path, matching: Matching, memory: bytes = b"") -> dict[str, Any]:
    """Write an answer and return how good it is. The matching itself is written last: if it is there, all is."""
    best = msgspec.to_builtins(describe_best(matching))
    make_folder(answer)
    if memory:
        write_file(answer / MEMORY, memory)
    write_file(answer / BEST, msgspec.json.encode(best))
    write_file(answer / MATCHING, write_matching(matching))
    return {"best": best}


def describe_best(matching: Matching) -> Best:
    """Return a matching in numbers."""
    levels = [(level.value, level.bound) for level in matching.certificate.levels]
    return judge(len(matching.pairs), levels, matching.status)


def judge(num_pairs: int, levels: Sequence[tuple[int, int]], status: str) -> Best:
    """Return how good some pairs are, of which value and bound of each level are known, points last.

    The bound on points speaks of these pairs only where the levels before are proven.
    """
    *before, (total, most) = levels
    bound = most if all(value == bound for value, bound in before) else None
    return Best(num_pairs, total, bound, None if bound is None else bound - total, status)


def run_check(folder: Path, arguments: Mapping[str, Any], line: Line) -> Any:
    """Return what a matching of these people under this program would be refused for, or should be known."""
    from matchmaker.answer.candidates import check_required
    from matchmaker.scoring import encode, find_flat

    payload = _read(folder, arguments)
    encoded = encode(payload.roster, payload.program)
    check_required(encoded, payload.roster, payload.program).raise_if_faulty()
    payload.report.extend(encoded.report)
    aside = [{"role": one.role, "id": one.id, "reason": one.reason} for one in payload.roster.aside]
    return {
        "mentors": len(payload.roster.mentors),
        "mentees": len(payload.roster.mentees),
        "notices": list_errors(payload.report.notices),
        "num_notices": sum(payload.report.num_notices.values()),
        "set_aside": aside,
        "flat_components": find_flat(encoded),
    }


def run_settle(folder: Path, arguments: Mapping[str, Any], line: Line) -> Any:
    """Make the answer of a job that was cut off from the matching that it had got."""
    from matchmaker.engine import settle

    answer, payload = Path(arguments["answer"]), _read(folder, arguments)
    interim = read_interim((answer / INTERIM).read_bytes())
    return write_answer(answer, settle(payload.roster, payload.program, interim))


def run_render(folder: Path, arguments: Mapping[str, Any], line: Line) -> Any:
    """Write an answer as spreadsheets: all tables as CSV, and the workbook."""
    from matchmaker.tables.output import list_tables, write_csv, write_workbook

    answer, payload = Path(arguments["answer"]), _read(folder, arguments)
    tables = list_tables(read_matching((answer / MATCHING).read_bytes()), payload.roster)
    if arguments["form"] == "xlsx":
        write_file(answer / "matching.xlsx", write_workbook(tables))
        return None
    for table in tables:
        write_file(answer / f"{table.name}.csv", write_csv(table))
    return None


def run_explain(folder: Path, arguments: Mapping[str, Any], line: Line) -> Any:
    """Return why a mentee has whom they have, and what any other choice would cost everybody."""
    from matchmaker.explain import explain_mentee

    payload = _read(folder, arguments)
    matching = read_matching((Path(arguments["answer"]) / MATCHING).read_bytes())
    explanation = explain_mentee(
        matching,
        payload.roster,
        payload.program,
        arguments["mentee"],
        mentor=arguments["mentor"],
        most=arguments["most"],
    )
    return msgspec.to_builtins(explanation)


def run_verify(folder: Path, arguments: Mapping[str, Any], line: Line) -> Any:
    """Return what holds of an answer and what does not, by the checker that never meets the solver."""
    from matchmaker.verify import verify_matching

    payload = _read(folder, arguments)
    matching = read_matching((Path(arguments["answer"]) / MATCHING).read_bytes())
    verification = verify_matching(matching, payload.roster, payload.program)
    return {"holds": verification.holds, **msgspec.to_builtins(verification)}


def run_nothing(folder: Path, arguments: Mapping[str, Any], line: Line) -> Any:
    """Do nothing, once everything is loaded."""
    return None


TASKS: dict[str, Task] = {
    "warm": run_nothing,
    "match": run_match,
    "check": run_check,
    "settle": run_settle,
    "render": run_render,
    "explain": run_explain,
    "verify": run_verify,
}
"""What a child can be asked to do."""
