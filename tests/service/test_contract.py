"""The service does what its description says, whatever is sent; nothing that is sent breaks it."""

from __future__ import annotations

import gzip
import json
import random
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from matchmaker.service.problems import PROBLEMS
from tests.service.running import Running, make_body
from tests.service.test_api import make_form

load_all_checks()

READ_LATER = [CHECKS.get_one("negative_data_rejection")]
"""Jobs are taken before their people are read: what is wrong with these ends the job, not the request."""

EXCLUDED = [CHECKS.get_one(name) for name in ("ignored_auth", "positive_data_acceptance")]
"""What is promised nowhere: a service without keys asks for none, and what has the right types may be no roster."""


@pytest.fixture(scope="module")
def operations(server: Running) -> dict[str, Any]:
    """Everything that the description of the running service offers, but the endless stream."""
    description = schemathesis.openapi.from_url(f"{server.url}/openapi.json").exclude(path_regex="/events$")
    return {one.label: one for one in (found.ok() for found in description.get_all_operations())}  # type: ignore[union-attr]


@settings(
    max_examples=150, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def test_the_description_is_kept(operations: dict[str, Any], data: st.DataObject) -> None:
    """Every answer to anything that the description allows, or forbids, is one that it names."""
    label = data.draw(st.sampled_from(sorted(operations)))
    operation = operations[label]
    mode = data.draw(st.sampled_from(list(GenerationMode)))
    case = data.draw(operation.as_strategy(generation_mode=mode))
    case.call_and_validate(excluded_checks=[*EXCLUDED, *(READ_LATER if label.startswith("POST /v1/matchings") else [])])


def check_answer(response: Any) -> None:
    """Hold that an answer is what was asked for, or a problem that is none of the service itself."""
    assert response.status_code < 500, response.text
    if response.status_code >= 400:
        assert response.headers["content-type"] == "application/problem+json"
        problem = response.json()
        name = problem["type"].rsplit(":", 1)[1]
        assert PROBLEMS[name].status == response.status_code == problem["status"]


WORDS = st.text(max_size=8)
PLAIN = st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats(allow_nan=False) | WORDS
ANYTHING = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3))
FIELDS = ("id", "email", "hours", "zone", "slots", "skills", "goals", "traits", "preferred", "attributes", "wanted")
PERSON = st.dictionaries(st.sampled_from(FIELDS) | WORDS, ANYTHING, max_size=4) | ANYTHING


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(mentors=st.lists(PERSON, max_size=3), mentees=st.lists(PERSON, max_size=3), program=ANYTHING)
def test_any_people(server: Running, mentors: list[Any], mentees: list[Any], program: Any) -> None:
    """Whatever stands where people and program should, the check ends with faults or without, never with a failure."""
    body = {"format": "matchmaker.request", "version": 1, "roster": {"mentors": mentors, "mentees": mentees}}
    check_answer(server.send(json.dumps(body | {"program": program}).encode(), path="/v1/check"))
    check_answer(server.send(json.dumps(body).encode(), path="/v1/check"))


def damage(body: bytes, chance: random.Random) -> bytes:
    """Return a body with something wrong."""
    way, place = chance.randrange(6), chance.randrange(len(body))
    if way == 0:
        return body[:place]
    if way == 1:
        return body[:place] + bytes([chance.randrange(256)]) + body[place + 1 :]
    if way == 2:
        return body[:place] + chance.choice([b"NaN", b"1e999", b"-", b'"', b"9" * 5_000, b"\xff"]) + body[place:]
    if way == 3:
        return body.decode().encode(chance.choice(["utf-16", "utf-32", "utf-8-sig"]))
    if way == 4:
        return b'{"a":' * chance.choice([10, 5_000, 200_000])
    return gzip.compress(body)


@pytest.mark.parametrize("path", ["/v1/check", "/v1/matchings"])
def test_damaged_documents(server: Running, path: str) -> None:
    """A document that was cut, changed, nested or written otherwise is refused or read, never failed upon."""
    chance, body = random.Random(0), make_body()
    for _ in range(80):
        check_answer(server.send(damage(body, chance), path=path))


def test_damaged_forms(server: Running) -> None:
    """So is a form, whatever its parts hold, and however its outside looks."""
    chance, form = random.Random(1), make_form()
    for _ in range(25):
        name = chance.choice(list(form))
        files = {**form, name: (form[name][0], damage(form[name][1], chance))}
        check_answer(server.client.post("/v1/check", files=files))
    whole = server.client.build_request("POST", "/v1/check", files=form)
    content = whole.read()
    for _ in range(40):
        headers = {"Content-Type": whole.headers["Content-Type"]}
        check_answer(server.client.post("/v1/check", content=damage(content, chance), headers=headers))
    for media_type in ("multipart/form-data", "multipart/form-data; boundary=", "application/json; charset=utf-16"):
        check_answer(server.client.post("/v1/check", content=content, headers={"Content-Type": media_type}))


def test_any_tail_of_an_address(server: Running) -> None:
    """No address breaks the service or leaves its folder."""
    for tail in ("..%2f..%2fetc", "%00", "a" * 5_000, "01a2" * 8, "ä", "..", "*"):
        for more in ("", "/result", "/events", "/explain?mentee=%00", "/verification"):
            check_answer(server.client.get(f"/v1/matchings/{tail}{more}"))
