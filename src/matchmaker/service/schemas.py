"""The schemas (JSON Schema 2020-12) of people in a request, for the description of the service."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TEXTS: Schema = {"type": "array", "items": TEXT}
LEVEL: Schema = {"type": ["integer", "null"], "minimum": 0, "maximum": 5}
COUNT: Schema = {"type": ["integer", "null"], "minimum": 0}
HOURS: Schema = {"type": ["number", "null"], "minimum": 0, "description": "Hours that make whole minutes."}
LEVELS: Schema = {"type": "object", "additionalProperties": LEVEL, "description": "Subject to level, 0 to 5."}
RATINGS: Schema = {
    "type": "object",
    "additionalProperties": {"type": ["integer", "null"], "minimum": 1, "maximum": 5},
}
SLOTS: Schema = {
    "type": ["string", "null"],
    "description": "Free times of the week, such as 'Mon 18:00-20:00; Fri 12:00-13:00'; null if unknown.",
}
ATTRIBUTES: Schema = {
    "type": "object",
    "additionalProperties": {"type": ["string", "number", "array"], "items": TEXT},
    "description": "Anything else that rules and preferences speak of.",
}

COMMON: dict[str, Schema] = {
    "id": {"type": "string", "description": "Unique on its side; without it, the e-mail is the id."},
    "name": TEXT,
    "email": TEXT,
    "hours": HOURS,
    "zone": {"type": "string", "description": "IANA name or fixed offset; empty takes the program's."},
    "slots": SLOTS,
    "languages": TEXTS,
    "traits": RATINGS,
    "preferred": TEXTS,
    "refused": TEXTS,
    "attributes": ATTRIBUTES,
}


def describe_people() -> dict[str, Schema]:
    """Return the schemas of mentors, mentees, goals and former pairs."""
    mentor = {
        **COMMON,
        "capacity": COUNT,
        "minimum": COUNT,
        "willing": {"type": ["boolean", "null"]},
        "skills": LEVELS,
        "knowledge": LEVELS,
    }
    mentee = {
        **COMMON,
        "goals": {"type": "array", "items": {"$ref": "#/components/schemas/Goal"}},
        "focus": {"type": "string", "description": "The goal or component that counts double."},
        "wanted": COUNT,
        "priority": COUNT,
    }
    goal: dict[str, Schema] = {
        "subject": TEXT,
        "kind": {"enum": ["skill", "knowledge"]},
        "current": LEVEL,
        "target": LEVEL,
        "importance": {"type": ["number", "null"], "minimum": 1, "maximum": 5},
        "theme": {"type": ["string", "null"]},
    }
    former = {"mentor": TEXT, "mentee": TEXT, "outcome": TEXT}
    return {
        "Mentor": make_object((), **mentor),
        "Mentee": make_object((), **mentee),
        "Goal": make_object(("subject",), **goal),
        "Former": make_object(("mentor", "mentee"), **former),
    }


def make_object(required: tuple[str, ...], **properties: Any) -> Schema:
    """Return the schema of an object that has these properties and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
