"""Every route, against a real server process."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest

from matchmaker import read_program, verify_matching
from matchmaker.documents import read_matching
from matchmaker.documents.request import open_request, read_lists, read_program_part
from matchmaker.errors import Report
from matchmaker.roster import Roster, gather_roster
from matchmaker.roster.build import read_mentees, read_mentors
from matchmaker.tables import read_people
from tests.service.running import EXAMPLES, Running, make_body, running

LEADERSHIP = EXAMPLES / "leadership"


def get_problem(response: Any, status: int, name: str) -> dict[str, Any]:
    """Return the problem that a response is."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert (problem["type"], problem["status"]) == (f"urn:matchmaker:problem:{name}", status)
    return problem


def make_form() -> dict[str, Any]:
    """Return the files of an example as a form."""
    files = {name: (LEADERSHIP / f"{name}.csv").read_bytes() for name in ("mentors", "mentees", "history")}
    files["program"] = (LEADERSHIP / "program.toml").read_bytes()
    return {name: (f"../../{name}", content) for name, content in files.items()}


def read_example() -> tuple[Roster, Any]:
    """Return the example as the command reads it."""
    program = read_program(LEADERSHIP / "program.toml")
    files: Any = {name: LEADERSHIP / f"{name}.csv" for name in ("mentors", "mentees", "history")}
    found = read_people(program=program, **files)
    return gather_roster(*found[:3], program, found[3])[0], program


def test_a_matching_from_end_to_end(server: Running) -> None:
    """A request is taken, found again where Location says, and ends with an answer that verifies by itself."""
    body = make_body()
    sent = server.send(body)
    assert sent.status_code == 202
    assert sent.headers["Retry-After"] == "1"
    where = sent.headers["Location"]
    job = server.finish(where.rsplit("/", 1)[1])
    assert job["state"] == "succeeded"
    assert job["best"]["gap"] == 0
    answer = server.client.get(f"{where}/result")
    assert answer.headers["content-type"] == "application/json"
    matching = read_matching(answer.content)
    document, report = open_request(body), Report()
    people = read_lists(document.roster, report)
    program = read_program_part(document.program)
    roster, _ = gather_roster(read_mentors(people[0], report), read_mentees(people[1], report), [], program, report)
    assert verify_matching(matching, roster, program).holds
    assert len(matching.pairs) == job["best"]["matched"]


def test_files_give_the_same_answer_as_the_library(server: Running) -> None:
    """The same files, sent as a form under any names, give the answer that the library gives, byte for byte."""
    from matchmaker import match
    from matchmaker.documents import write_matching

    sent = server.client.post("/v1/matchings", files=make_form())
    job = server.finish(sent.json()["id"])
    assert job["state"] == "succeeded", job
    answer = server.client.get(job["links"]["result"])
    assert answer.content == write_matching(match(*read_example()))


def test_results_in_every_form(server: Running) -> None:
    """The answer is to be had as JSON, as each table in CSV, and as a workbook; nothing else."""
    job = server.finish(server.client.post("/v1/matchings", files=make_form()).json()["id"])
    where = job["links"]["result"]
    matching = server.client.get(where).json()
    pairs = server.client.get(where, headers={"Accept": "text/csv"})
    assert pairs.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(pairs.content.decode("utf-8-sig"))))
    assert len(rows) == 1 + len(matching["pairs"])
    left = server.client.get(where, params={"table": "leftovers"}, headers={"Accept": "text/csv"})
    assert len(left.content.decode("utf-8-sig").splitlines()) == 1 + len(matching["leftovers"])
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    book = server.client.get(where, headers={"Accept": f"{kind}, */*;q=0.1"})
    assert book.headers["content-type"] == kind
    sheets = openpyxl.load_workbook(io.BytesIO(book.content)).sheetnames
    assert sheets == ["pairs", "leftovers", "mentors", "notices"]
    get_problem(server.client.get(where, headers={"Accept": "image/png"}), 406, "not-acceptable")
    get_problem(server.client.get(where, params={"table": "x"}), 400, "parameter")


def test_explaining_and_verifying(server: Running) -> None:
    """Any mentee's place is explained, and the whole answer is checked again by what never met the solver."""
    job = server.finish(server.client.post("/v1/matchings", files=make_form()).json()["id"])
    told = server.client.get(job["links"]["explain"], params={"mentee": "E01", "mentor": "M06", "most": 2}).json()
    assert (told["mentee"], told["choices"][0]["mentor"], list(told["reasons"])) == ("E01", "M06", ["M06"])
    checked = server.client.get(job["links"]["verification"]).json()
    assert checked["holds"]
    assert len(checked["checks"]) > 5
    problem = get_problem(server.client.get(job["links"]["explain"], params={"mentee": "zz"}), 422, "refused")
    assert "there is no mentee 'zz'" in problem["detail"]
    get_problem(server.client.get(job["links"]["explain"]), 400, "parameter")


def test_checking_tells_everything_at_once(server: Running) -> None:
    """A check tells every fault with its pointer, and keeps nothing."""
    before = server.client.get("/v1/matchings", params={"limit": 1}).json()
    roster = {"mentors": [{"id": "a", "capacity": -1}, {"id": "a"}], "mentees": [{"id": "b", "zone": "Mars"}]}
    problem = get_problem(server.send(make_body(roster=roster), path="/v1/check"), 422, "roster")
    assert [one["pointer"] for one in problem["errors"]] == [
        "/roster/mentors/0/capacity",
        "/roster/mentors/1/id",
        "/roster/mentees/0/zone",
    ]
    found = server.send(make_body(), path="/v1/check")
    assert found.status_code == 200
    assert (found.json()["mentors"], found.json()["mentees"]) == (4, 6)
    assert server.client.get("/v1/matchings", params={"limit": 1}).json() == before


def test_faults_of_files_name_the_cell(server: Running) -> None:
    """A fault of a file names file, row and column, without a path of the server."""
    form = make_form()
    lines = form["mentees"][1].decode().splitlines()
    lines.append(lines[-1])
    problem = get_problem(
        server.client.post("/v1/check", files={**form, "mentees": ("x.csv", "\n".join(lines).encode())}), 422, "roster"
    )
    assert problem["errors"][0]["file"] == "mentees"
    assert problem["errors"][0]["row"] == len(lines)
    assert "/" not in json.dumps(problem).replace("application/", "")


def test_roster_faults_end_a_job(server: Running) -> None:
    """A job whose roster has faults fails with all of them; its answer says the same."""
    sent = server.send(make_body(roster={"mentors": [{"id": "a", "capacity": -1}]}))
    job = server.finish(sent.json()["id"])
    assert (job["state"], job["problem"]["type"]) == ("failed", "urn:matchmaker:problem:roster")
    problem = get_problem(server.client.get(job["links"]["result"]), 409, "no-answer")
    assert problem["cause"] == job["problem"]


def test_impossible_is_said(server: Running) -> None:
    """Minimums that cannot be met end a job with the proof in words."""
    roster = {"mentors": [{"id": "a", "minimum": 3, "capacity": 3}], "mentees": [{"id": "b"}]}
    job = server.finish(server.send(make_body(roster=roster)).json()["id"])
    assert job["problem"]["type"] in ("urn:matchmaker:problem:infeasible", "urn:matchmaker:problem:roster")


def test_the_same_key_is_the_same_job(server: Running) -> None:
    """A request that is sent again with its Idempotency-Key is the same job; another body with it is refused."""
    first = server.send(make_body(seed=1), key="one")
    again = server.send(make_body(seed=1), key="one")
    assert again.json()["id"] == first.json()["id"]
    assert again.headers["Idempotent-Replayed"] == "true"
    get_problem(server.send(make_body(seed=2), key="one"), 422, "key-reused")
    get_problem(server.send(make_body(), key="a b"), 400, "parameter")


def test_the_same_key_at_the_same_time(server: Running) -> None:
    """Of many requests with one key at once, one becomes a job."""
    ids = set[str]()

    def send() -> None:
        ids.add(server.send(make_body(seed=1), key="many").json()["id"])

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 1


def test_following_events(server: Running) -> None:
    """Events come numbered to the end of the job; whoever comes back gets only what was missed."""
    where = server.send(make_body()).json()["links"]["events"]
    whole = server.client.get(where).text
    numbers = [int(number) for number in re.findall(r"^id: (\d+)$", whole, re.M)]
    assert numbers == list(range(1, len(numbers) + 1))
    last = json.loads(re.findall(r"^data: (.*)$", whole, re.M)[-1])
    assert last["state"] == "succeeded"
    rest = server.client.get(where, headers={"Last-Event-ID": str(numbers[-2])}).text
    assert re.findall(r"^id: (\d+)$", rest, re.M) == [str(numbers[-1])]


def test_waiting_for_news(server: Running) -> None:
    """A job has a tag for what it is now; who knows it is told nothing until there is news."""
    job = server.finish(server.send(make_body()).json()["id"])
    shown = server.client.get(job["links"]["self"])
    same = server.client.get(job["links"]["self"], headers={"If-None-Match": shown.headers["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    other = server.client.get(job["links"]["self"], headers={"If-None-Match": '"1"'}, params={"wait": 20})
    assert other.json() == job


def test_rematch(server: Running) -> None:
    """After somebody left and somebody joined, the new answer keeps what must stay, and verifies."""
    job = server.finish(server.send(make_body()).json()["id"])
    pairs = server.client.get(job["links"]["result"]).json()["pairs"]
    kept, banned, gone = pairs[0], pairs[1], pairs[2]["mentee"]
    changes = {
        "format": "matchmaker.changes",
        "version": 1,
        "left": {"mentees": [gone]},
        "keep": [{"mentor": kept["mentor"], "mentee": kept["mentee"]}],
        "ban": [{"mentor": banned["mentor"], "mentee": banned["mentee"], "reason": "did not work"}],
        "joined": {"mentees": [{"id": "NEW", "name": "New", "goals": [{"subject": "law", "target": 3}]}]},
    }
    sent = server.send(json.dumps(changes).encode(), path=job["links"]["rematch"])
    again = server.finish(sent.json()["id"])
    assert again["state"] == "succeeded", again["problem"]
    assert again["parent"] == job["id"]
    now = {(one["mentee"], one["mentor"]) for one in server.client.get(again["links"]["result"]).json()["pairs"]}
    assert (kept["mentee"], kept["mentor"]) in now
    assert (banned["mentee"], banned["mentor"]) not in now
    assert gone not in {mentee for mentee, _ in now}
    assert server.client.get(again["links"]["verification"]).json()["holds"]
    third = server.send(b'{"format": "matchmaker.changes", "version": 1}', path=again["links"]["rematch"])
    last = server.finish(third.json()["id"])
    assert last["best"] == again["best"]


def test_rematch_of_strangers(server: Running) -> None:
    """Changes that cannot be made fail with a pointer into the changes."""
    job = server.finish(server.send(make_body()).json()["id"])
    changes = {
        "format": "matchmaker.changes",
        "version": 1,
        "left": {"mentors": ["zz"]},
        "changed": {"mentees": [{"id": "e1", "wanted": -1}]},
    }
    again = server.finish(server.send(json.dumps(changes).encode(), path=job["links"]["rematch"]).json()["id"])
    assert {one.get("pointer") for one in again["problem"]["errors"]} >= {"/left/mentors"}
    get_problem(server.send(b"{}", path=job["links"]["rematch"]), 422, "document")
    get_problem(server.client.post(job["links"]["rematch"], files={"a": b"b"}), 415, "media-type")


def test_ending_and_forgetting(server: Running, tmp_path: Path) -> None:
    """A job that has ended stays as it is when it is ended again; one that is forgotten is gone."""
    job = server.finish(server.send(make_body()).json()["id"])
    assert server.client.delete(job["links"]["self"]).json() == job
    forgotten = server.client.delete(job["links"]["self"], params={"discard": "true"})
    assert (forgotten.status_code, forgotten.content) == (204, b"")
    get_problem(server.client.get(job["links"]["self"]), 404, "not-found")
    get_problem(server.client.delete(job["links"]["self"]), 404, "not-found")


def test_listing_goes_on_in_pages(server: Running) -> None:
    """A list names where the next page is, until all were listed."""
    sent = {server.send(make_body()).json()["id"] for _ in range(3)}
    where, seen = "/v1/matchings?limit=2", list[str]()
    while where:
        page = server.client.get(where).json()
        seen += [job["id"] for job in page["matchings"]]
        where = page["next"]
    assert sent <= set(seen)
    assert seen == sorted(set(seen), reverse=True)


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", "/nothing", 404, "not-found"),
        ("PUT", "/v1/matchings", 405, "method"),
        ("GET", "/v1/check", 405, "method"),
        ("GET", "/v1/matchings/zz", 404, "not-found"),
        ("GET", f"/v1/matchings/{'0' * 32}", 404, "not-found"),
        ("GET", f"/v1/matchings/{'0' * 32}/result", 404, "not-found"),
        ("GET", "/v1/matchings?limit=0", 400, "parameter"),
        ("GET", "/v1/matchings?state=x", 400, "parameter"),
        ("POST", "/v1/matchings", 415, "media-type"),
    ],
)
def test_wrong_addresses(server: Running, method: str, path: str, status: int, name: str) -> None:
    """What is asked wrongly has its own status and type."""
    response = server.client.request(method, path)
    problem = get_problem(response, status, name)
    if status == 405:
        allowed = {"/v1/matchings": "GET, POST", "/v1/check": "POST"}[path]
        assert response.headers.get_list("Allow") == [allowed]
        assert problem["detail"] == f"this address knows {allowed}"


@pytest.mark.parametrize(
    ("body", "status", "name"),
    [
        (b"", 422, "document"),
        (b"{", 422, "document"),
        (make_body()[:-20], 422, "document"),
        (b"[" * 100_000, 422, "document"),
        (b'{"format": "matchmaker.request", "version": 1, "roster": {"mentors": NaN}}', 422, "document"),
        (make_body(program={"weeks": 1e999}).replace(b"Infinity", b"1e999"), 422, "program"),
        (make_body(program={"weeks": "x"}), 422, "program"),
        (make_body(options={"gap": -1}), 400, "parameter"),
        (make_body(options={"time_limit": 0}), 400, "parameter"),
        ("{}".encode("utf-16"), 422, "document"),
    ],
)
def test_wrong_bodies(server: Running, body: bytes, status: int, name: str) -> None:
    """A body that cannot be used is refused at once, with the reason."""
    get_problem(server.send(body), status, name)


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"mentors": b"id\na"}, "a form needs the files 'mentors' and 'mentees', or 'people' for both"),
        ({"mentors": b"a", "mentees": b"a", "x": b"a"}, "a form has no part 'x'"),
        ({"people": b"a", "mentors": b"a"}, "a form needs the files"),
        ({"people": b"a", "gap": b"a"}, "a form has no part 'gap'"),
    ],
)
def test_wrong_forms(server: Running, form: dict[str, bytes], told: str) -> None:
    """A form with parts that are missing or unknown says which."""
    problem = get_problem(server.client.post("/v1/matchings", files=form), 400, "parameter")
    assert told in problem["detail"]


def test_options_of_forms(server: Running) -> None:
    """Options stand beside the files of a form."""
    sent = server.client.post("/v1/matchings", files=make_form(), data={"gap": "5", "set_aside_faulty": "true"})
    assert server.finish(sent.json()["id"])["state"] == "succeeded"
    bad = server.client.post("/v1/matchings", files=make_form(), data={"gap": "x"})
    assert "the options of the form cannot be read" in get_problem(bad, 400, "parameter")["detail"]


def test_what_is_known_is_not_sent_again(server: Running) -> None:
    """An answer has a tag for each form; who knows it is sent nothing. HEAD says what GET would, without the body."""
    job = server.finish(server.send(make_body()).json()["id"])
    where = job["links"]["result"]
    first = server.client.get(where)
    same = server.client.get(where, headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    other = server.client.get(where, headers={"If-None-Match": first.headers["ETag"], "Accept": "text/csv"})
    assert other.status_code == 200
    head = server.client.head(where)
    assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", first.headers["ETag"])
    assert server.client.head("/livez").status_code == 200
    assert server.client.get(job["links"]["events"], headers={"Last-Event-ID": "99999"}).status_code == 204


def test_lists_leave_out_single_faults(server: Running) -> None:
    """A list says how many faults a job has; the job itself says which."""
    job = server.finish(server.send(make_body(roster={"mentors": [{"id": "a", "capacity": -1}]})).json()["id"])
    listed = next(one for one in server.client.get("/v1/matchings").json()["matchings"] if one["id"] == job["id"])
    assert listed["problem"]["num_errors"] == len(job["problem"]["errors"])
    assert "errors" not in listed["problem"]


def test_changes_are_taken_once(server: Running) -> None:
    """Changes that are sent again are the same job, also when the job that they change is forgotten by then."""
    job = server.finish(server.send(make_body()).json()["id"])
    body = b'{"format": "matchmaker.changes", "version": 1}'
    first = server.send(body, "again", job["links"]["rematch"])
    assert server.finish(first.json()["id"])["state"] == "succeeded"
    server.client.delete(job["links"]["self"], params={"discard": "true"})
    again = server.send(body, "again", job["links"]["rematch"])
    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])
    get_problem(server.send(body + b" ", "again", job["links"]["rematch"]), 422, "key-reused")


def test_operations(server: Running) -> None:
    """The service says that it lives and is ready, what it counts, and what may be asked of it."""
    assert server.client.get("/livez").json() == {"status": "ok"}
    assert server.client.get("/readyz").json() == {"status": "ok"}
    counts = server.client.get("/metrics").text
    assert 'matchmaker_requests_total{method="GET",route="/livez",status="200"}' in counts
    assert 'matchmaker_jobs{state="queued"}' in counts
    can = server.client.get("/v1/capabilities").json()
    assert can["limits"]["queue"] == 1000
    assert can["documents"] == {"matchmaker.request": [1], "matchmaker.changes": [1]}


def test_requests_have_ids(server: Running) -> None:
    """A request keeps the id that it was sent with, if that is one; otherwise it gets one. The log has it."""
    kept = server.client.get("/livez", headers={"X-Request-ID": "abc-1"})
    assert kept.headers["X-Request-ID"] == "abc-1"
    made = server.client.get("/livez", headers={"X-Request-ID": "a b"})
    assert re.fullmatch("[0-9a-f]{16}", made.headers["X-Request-ID"])
    lines = [json.loads(line) for line in server.lines]
    assert any(line.get("request") == "abc-1" and line["route"] == "/livez" for line in lines)


def test_logs_hold_no_names(server: Running) -> None:
    """Neither names nor ids of people are logged, whatever goes wrong."""
    roster = {"mentors": [{"id": "SECRETID", "name": "Secret Name", "capacity": -1}], "mentees": []}
    server.finish(server.send(make_body(roster=roster)).json()["id"])
    server.client.get("/v1/matchings", params={"state": "SECRETID"})
    assert "secret" not in "".join(server.lines).lower()


def test_pages_of_other_sites_are_refused(server: Running) -> None:
    """A browser that a page of another site uses, or that calls under another name, gets nothing without keys."""
    get_problem(server.client.get("/v1/matchings", headers={"Origin": "https://evil.example"}), 403, "forbidden")
    get_problem(server.client.get("/v1/matchings", headers={"Host": "evil.example"}), 403, "forbidden")
    assert server.client.get("/v1/matchings", headers={"Origin": "http://localhost:3000"}).status_code == 200


def test_answers_are_documents(server: Running) -> None:
    """The description is OpenAPI 3.1 and names every route."""
    described = server.client.get("/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert set(described["paths"]) == {
        "/v1/check",
        "/v1/matchings",
        "/v1/matchings/{identity}",
        "/v1/matchings/{identity}/result",
        "/v1/matchings/{identity}/verification",
        "/v1/matchings/{identity}/explain",
        "/v1/matchings/{identity}/events",
        "/v1/matchings/{identity}/rematch",
        "/livez",
        "/readyz",
        "/metrics",
        "/v1/capabilities",
    }
    assert msgspec.json.encode(described)


def test_published_under_a_path(tmp_path: Path) -> None:
    """Behind a proxy that takes a path away, every address that is handed out begins with it."""
    with running(tmp_path, root_path="/matching") as own:
        sent = own.send(make_body())
        assert sent.headers["Location"].startswith("/matching/v1/matchings/")
        job = own.finish(sent.json()["id"])
        assert all(link.startswith("/matching/v1/") for link in job["links"].values())
        own.send(make_body())
        listed = own.client.get("/v1/matchings", params={"limit": 1})
        assert listed.json()["next"].startswith("/matching/v1/matchings?")
        assert own.client.get("/openapi.json").json()["servers"] == [{"url": "/matching"}]
        refused = own.client.put("/v1/matchings")
        assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, POST")
        get_problem(own.client.get("/nothing"), 404, "not-found")
