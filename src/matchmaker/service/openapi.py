"""What the description of the service (OpenAPI 3.1) says of bodies and answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from matchmaker.documents.request import CHANGES, REQUEST, VERSION, Gone, NamedPair, RunOptions
from matchmaker.explain import Explanation
from matchmaker.matching import Matching
from matchmaker.service.jobs import STATES, Best, Step
from matchmaker.service.problems import MEDIA_TYPE, PROBLEMS
from matchmaker.service.schemas import describe_people, make_object
from matchmaker.version import __version__

Schema = dict[str, Any]

REF = "#/components/schemas/{name}"

ABOUT = (
    "Send a roster and a program, get the best pairing with its proof. Bodies and answers are versioned documents; "
    "whatever cannot be done is answered with a problem document (RFC 9457)."
)


def _refer(name: str) -> Schema:
    return {"$ref": REF.format(name=name)}


def _list_of(name: str) -> Schema:
    return {"type": "array", "items": _refer(name)}


def _give(schema: Schema, media_type: str = "application/json") -> Schema:
    return {"content": {media_type: {"schema": schema}}}


FILE = {"type": "string", "format": "binary"}

FORM: Schema = {
    "type": "object",
    "description": "The same CSV or XLSX files as for the command: mentors and mentees, or people for both.",
    "properties": {
        **dict.fromkeys(("mentors", "mentees", "people", "history"), FILE),
        "program": {**FILE, "description": "The program file (TOML)."},
        "gap": {"type": "integer", "minimum": 0},
        "time_limit": {"type": "number", "exclusiveMinimum": 0},
        "set_aside_faulty": {"type": "boolean"},
    },
    "additionalProperties": False,
}

BODY: Schema = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": _refer("Request")},
            "multipart/form-data": {"schema": FORM},
        },
    }
}

CHANGES_BODY: Schema = {"requestBody": {"required": True, **_give(_refer("Changes"))}}

ACCEPTED = {
    "description": "Taken. Location says where the job is, Retry-After when to look.",
    "headers": {
        "Location": {"schema": {"type": "string"}, "description": "Where the job is."},
        "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."},
    },
    **_give(_refer("Job")),
}
JOB = {"description": "The job.", **_give(_refer("Job"))}
JOBS = {"description": "Jobs, the latest first.", **_give(_refer("Jobs"))}
CHECKED = {"description": "No faults.", **_give(_refer("Checked"))}
EXPLANATION = {"description": "Why it is so.", **_give(_refer("Explanation"))}
VERIFICATION = {"description": "What holds and what does not.", **_give(_refer("Verified"))}
WORD = {"description": "Yes.", **_give({"type": "object", "properties": {"status": {"type": "string"}}})}
METRICS = {"description": "Counts.", **_give({"type": "string"}, "text/plain")}
CAPABILITIES = {"description": "Limits and versions.", **_give({"type": "object"})}
EVENTS = {"description": "Events, each a job as it was then.", **_give({"type": "string"}, "text/event-stream")}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RESULT = {
    "description": "The answer.",
    "content": {
        "application/json": {"schema": _refer("Matching")},
        "text/csv": {"schema": {"type": "string"}},
        XLSX: {"schema": FILE},
    },
}
PROBLEM = {"description": "Why not.", **_give(_refer("Problem"), MEDIA_TYPE)}


def tell(answers: Mapping[int, Any]) -> dict[int | str, dict[str, Any]]:
    """Return what a route may answer, problems included."""
    told: dict[int | str, dict[str, Any]] = {"4XX": PROBLEM, "5XX": PROBLEM}
    for status, one in answers.items():
        told[status] = {"description": one} if isinstance(one, str) else one
    return told


WORDS = {"type": "string"}
WHOLE = {"type": ["integer", "null"]}
TIME = {"type": ["string", "null"], "format": "date-time"}
PEOPLE = make_object((), mentors=_list_of("Mentor"), mentees=_list_of("Mentee"), history=_list_of("Former"))
PROGRAM = {"type": "object", "description": "The keys of the program file, one to one; dates are texts."}
NUMBERS = tuple(name for name in Step.__struct_fields__ if name != "phase")


def _describe_documents() -> dict[str, Schema]:
    """Return the schemas of what is sent."""
    version = {"const": VERSION}
    options = _refer("RunOptions")
    return {
        "People": PEOPLE,
        "Request": make_object(
            ("format", "version", "roster"),
            format={"const": REQUEST},
            version=version,
            roster=_refer("People"),
            program=PROGRAM,
            options=options,
        ),
        "Changes": make_object(
            ("format", "version"),
            format={"const": CHANGES},
            version=version,
            joined=_refer("People"),
            changed=_refer("People"),
            left=_refer("Gone"),
            keep=_list_of("NamedPair"),
            ban=_list_of("NamedPair"),
            program={**PROGRAM, "type": ["object", "null"]},
            options=options,
        ),
    }


def _describe_answers() -> dict[str, Schema]:
    """Return the schemas of what is answered."""
    links = {"type": "object", "additionalProperties": WORDS}
    best = {"anyOf": [_refer("Best"), {"type": "null"}]}
    problem = {"anyOf": [_refer("Problem"), {"type": "null"}]}
    numbers = dict.fromkeys(NUMBERS, WHOLE)
    times = dict.fromkeys(("created", "started", "ended"), TIME)
    fixed: dict[str, Schema] = {"id": WORDS, "state": {"enum": list(STATES)}, "attempt": {"type": "integer"}}
    more = {"parent": {"type": ["string", "null"]}, "phase": WORDS}
    job = {**fixed, **times, **more, **numbers, "best": best, "problem": problem, "links": links}
    remark = dict.fromkeys(("kind", "detail", "remedy", "pointer", "file", "sheet", "column", "value"), WORDS)
    types = [f"urn:matchmaker:problem:{name}" for name in PROBLEMS]
    return {
        "Job": make_object(tuple(job), **job),
        "Jobs": make_object(("matchings", "next"), matchings=_list_of("Job"), next={"type": ["string", "null"]}),
        "Remark": make_object(("kind", "detail", "remedy"), **remark, row={"type": "integer"}),
        "Problem": {
            "type": "object",
            "properties": {
                "type": {"enum": types},
                "title": WORDS,
                "status": {"type": "integer"},
                "detail": WORDS,
                "errors": _list_of("Remark"),
                "num_errors": {"type": "integer"},
                "cause": {},
            },
            "required": ["type", "title", "status", "detail"],
        },
        "Verified": make_object(
            ("holds", "checks"), holds={"type": "boolean"}, checks={"type": "array", "items": {"type": "object"}}
        ),
        "Checked": make_object(
            ("mentors", "mentees", "notices", "num_notices", "set_aside", "flat_components"),
            mentors={"type": "integer"},
            mentees={"type": "integer"},
            notices=_list_of("Remark"),
            num_notices={"type": "integer"},
            set_aside={"type": "array"},
            flat_components={"type": "object"},
        ),
    }


def list_schemas() -> dict[str, Schema]:
    """Return every schema by its name."""
    kinds = (RunOptions, Gone, NamedPair, Best, Matching, Explanation)
    _, components = msgspec.json.schema_components(kinds, ref_template=REF)
    return {**components, **describe_people(), **_describe_documents(), **_describe_answers()}


def describe(app: FastAPI) -> Schema:
    """Return the description of a service, as plain JSON."""
    found = get_openapi(title="matchmaker", version=__version__, description=ABOUT, routes=app.routes)
    schemas = dict(found.get("components", {}).get("schemas", {}))
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    found["components"] = {
        "schemas": {**schemas, **list_schemas()},
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "matchmaker keys add"}},
    }
    found["security"] = [{"key": []}, {}]
    for path in found["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
    described: Schema = msgspec.json.decode(msgspec.json.encode(found))
    return described


def render_routes(description: Schema) -> str:
    """Return every route of a description as Markdown, for the documentation."""
    rows = ["| method | address | what for |", "|---|---|---|"]
    for path, operations in description["paths"].items():
        rows += [f"| {method.upper()} | `{path}` | {told['summary']} |" for method, told in operations.items()]
    return "\n".join(rows)
