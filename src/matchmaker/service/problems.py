"""Everything that can be answered instead of what was asked: RFC 9457 problem documents, their types in one list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from matchmaker.errors import (
    Fault,
    Infeasible,
    InputError,
    MatchmakerError,
    Person,
    ProgramError,
    Remark,
    RosterError,
    Stopped,
)

PREFIX = "urn:matchmaker:problem:"

MEDIA_TYPE = "application/problem+json"


class Kind(NamedTuple):
    """One type of problem.

    Parameters
    ----------
    status : int
        HTTP status.
    title : str
        The same for every problem of the type.
    remedy : str
        What to do, for the documentation.
    """

    status: int
    title: str
    remedy: str


PROBLEMS: dict[str, Kind] = {
    "parameter": Kind(400, "A parameter or header cannot be used", "Give it as the description says"),
    "body": Kind(400, "The body is not what its media type says", "Send whole, valid JSON or multipart form data"),
    "unauthenticated": Kind(401, "A key is needed", "Send Authorization: Bearer KEY with a key that is valid"),
    "forbidden": Kind(403, "The key may not do this", "Use a key with the scope that is named"),
    "not-found": Kind(404, "There is nothing here", "Check the address; jobs are purged some time after their end"),
    "method": Kind(405, "This address does not know the method", "Use one of those in the header Allow"),
    "not-acceptable": Kind(406, "The answer is not to be had in that form", "Ask for JSON, CSV or XLSX"),
    "silent": Kind(408, "The body did not come in time", "Send it again, at a stretch"),
    "not-finished": Kind(409, "There is no answer yet", "Wait as Retry-After says, or with ?wait= on the job"),
    "no-answer": Kind(409, "The job ended without an answer", "See 'cause'; mend it and send the job again"),
    "too-large": Kind(413, "The body is too large", "See /v1/capabilities for the limit"),
    "media-type": Kind(415, "Bodies of this media type are not read", "Send application/json or multipart/form-data"),
    "document": Kind(422, "The document is not the one that is needed", "See 'detail' for what it should be"),
    "program": Kind(422, "The program has faults", "Mend everything in 'errors'"),
    "roster": Kind(422, "The roster has faults", "Mend everything in 'errors', or set faulty people aside"),
    "input": Kind(422, "A file cannot be read", "Mend everything in 'errors'"),
    "refused": Kind(422, "This cannot be matched or explained", "See 'detail'"),
    "infeasible": Kind(422, "Minimums and required pairs cannot be met, and that is proven", "See 'detail'"),
    "too-many-people": Kind(422, "The roster has too many people", "See /v1/capabilities for the limit"),
    "out-of-memory": Kind(422, "The job needs more memory than it may have", "Send fewer people, or raise 'memory'"),
    "key-reused": Kind(422, "The Idempotency-Key belongs to another body", "Use a new key for a new job"),
    "too-many-jobs": Kind(429, "The key has too many unfinished jobs", "Wait until some of them have ended"),
    "crashed": Kind(500, "The process of the job ended without a word", "Report it; the log has the id"),
    "internal": Kind(500, "A fault of the service itself", "Report it; the log has the request id"),
    "busy": Kind(503, "There is no room for more at the moment", "Try again as Retry-After says"),
    "storage": Kind(503, "The store cannot be used at the moment", "Try again; the log says more"),
    "stopping": Kind(503, "The service is about to stop", "Try again in a moment"),
    "too-slow": Kind(503, "It takes longer than it may", "Try again later, or make the roster smaller"),
}
"""Every type, by its status."""

Document = dict[str, Any]


class Problem(Exception):
    """What is answered instead of what was asked.

    Parameters
    ----------
    name : str
        One of `PROBLEMS`.
    detail : str
        What is wrong this time, and what to do.
    headers : mapping of str to str or None
    more : dict
        Further members of the document, such as `errors`.
    """

    def __init__(self, name: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(name)
        self.name, self.detail, self.headers, self.more = name, detail, dict(headers or {}), more

    @property
    def status(self) -> int:
        """HTTP status."""
        return PROBLEMS[self.name].status

    def describe(self) -> Document:
        """Return the document."""
        return describe_problem(self.name, self.detail, **self.more)


def describe_problem(name: str, detail: str, **more: Any) -> Document:
    """Return a problem document.

    Parameters
    ----------
    name : str
        One of `PROBLEMS`.
    detail : str
    more : dict
        Further members.
    """
    kind = PROBLEMS[name]
    return {"type": f"{PREFIX}{name}", "title": kind.title, "status": kind.status, "detail": detail, **more}


def describe_error(error: MatchmakerError, places: Mapping[Person, str] | None = None) -> Document:
    """Return the problem document of what the library refuses.

    Parameters
    ----------
    error : MatchmakerError
    places : mapping of (str, int) to str or None
        Role and row to where somebody stands in the document; None where the roster is the document's own.
    """
    if isinstance(error, RosterError):
        report = error.report
        errors, count = list_errors(report.faults, places), sum(report.num_faults.values())
        return describe_problem("roster", _count(count, len(errors)), errors=errors, num_errors=count)
    if isinstance(error, ProgramError):
        errors = list_errors(error.faults, places)
        return describe_problem("program", _count(len(errors), len(errors)), errors=errors, num_errors=len(errors))
    if isinstance(error, InputError):
        name = "document" if all(fault.kind == "document" for fault in error.faults) else "input"
        errors = list_errors(error.faults, places)
        return describe_problem(name, str(error), errors=errors, num_errors=len(errors))
    if isinstance(error, Infeasible):
        return describe_problem("infeasible", str(error))
    if isinstance(error, Stopped):
        return describe_problem("too-slow", str(error))
    return describe_problem("refused", str(error))


def _count(count: int, num_listed: int) -> str:
    told = "1 fault" if count == 1 else f"{count:,} faults"
    return told if count == num_listed else f"{told}; the first {num_listed:,} are listed"


def list_errors(remarks: Iterable[Remark], places: Mapping[Person, str] | None = None) -> list[Document]:
    """Return faults or notices as a document lists them: a JSON Pointer, or file, sheet, row and column."""
    return [_describe_remark(remark, places) for remark in remarks]


def _describe_remark(remark: Remark, places: Mapping[Person, str] | None) -> Document:
    where = find_pointer(remark, places)
    place = remark.place
    cell = {"file": place.file, "sheet": place.sheet, "row": place.row, "column": place.column}
    found = {"pointer": where} if where is not None else {name: value for name, value in cell.items() if value}
    told = {"kind": remark.kind, "detail": remark.problem, "remedy": remark.remedy, **found}
    return told if remark.value is None else {**told, "value": remark.value}


ENTRY = re.compile(r"(mentor|mentee|history)s?\[(\d+)\]")
STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def find_pointer(remark: Fault | Remark, places: Mapping[Person, str] | None = None) -> str | None:
    """Return the JSON Pointer (RFC 6901) to what a remark speaks of, None if it stands in a file.

    Parameters
    ----------
    remark : Remark
    places : mapping of (str, int) to str or None
    """
    place = remark.place
    if place.row is not None or place.sheet is not None:
        return None
    if place.file == "program":
        return "/program" + "".join(_split(place.column or ""))
    entry = ENTRY.fullmatch(place.file or "")
    if entry is None:
        return None if place.file else "".join(_split(place.column or ""))
    role, row = entry.group(1), int(entry.group(2))
    field = "" if place.column is None else f"/{escape(place.column)}"
    if places is not None and role != "history":
        return None if (role, row) not in places else places[role, row] + field
    return f"/roster/{role if role == 'history' else role + 's'}/{row}{field}"


def _split(path: str) -> Sequence[str]:
    """Return the steps of a dotted path, numbers counted from 0."""
    return [f"/{escape(name)}" if name else f"/{int(number) - 1}" for name, number in STEP.findall(path)]


def escape(name: str) -> str:
    """Return a name as a step of a JSON Pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def render_problems() -> str:
    """Return every type of problem as Markdown, for the documentation."""
    rows = ["| status | type | title | what to do |", "|---|---|---|---|"]
    rows += [f"| {kind.status} | `{name}` | {kind.title} | {kind.remedy} |" for name, kind in PROBLEMS.items()]
    return "\n".join(rows)
