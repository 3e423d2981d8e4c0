"""A client of the service: sends the example as files and as a document, follows it, has the answer re-checked.

``python examples/client.py http://127.0.0.1:8080 [--key KEY]``. Needs httpx.
"""

from __future__ import annotations

import argparse
import json
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from matchmaker import read_program
from matchmaker.documents.request import write_request
from matchmaker.roster import gather_roster
from matchmaker.tables import read_people

EXAMPLE = Path(__file__).resolve().parent / "leadership"
FILES = {name: EXAMPLE / f"{name}.csv" for name in ("mentors", "mentees", "history")}
PROGRAM = EXAMPLE / "program.toml"

ENDED = ("succeeded", "failed", "cancelled")

Job = dict[str, Any]


def read_form() -> dict[str, bytes]:
    """Return the files as the parts of a form."""
    return {name: path.read_bytes() for name, path in {**FILES, "program": PROGRAM}.items()}


def write_document() -> bytes:
    """Return the same people and program as a document, ``matchmaker.request``."""
    program = read_program(PROGRAM)
    mentors, mentees, history, report = read_people(
        mentors=FILES["mentors"], mentees=FILES["mentees"], history=FILES["history"], program=program
    )
    roster, _ = gather_roster(mentors, mentees, history, program, report)
    return write_request(roster, program)


def check(response: httpx.Response) -> httpx.Response:
    """Return a response, or raise with the problem document that it is."""
    if response.is_error:
        raise RuntimeError(json.dumps(response.json(), indent=1))
    return response


def send(client: httpx.Client, **body: Any) -> Job:
    """Send a job and return it as it was taken.

    With an Idempotency-Key it is one job, however often it is sent; so it may be sent again when nobody answered.
    """
    headers = {"Idempotency-Key": uuid.uuid4().hex, **body.pop("headers", {})}
    for _ in range(10):
        try:
            response = client.post("/v1/matchings", headers=headers, **body)
        except httpx.TransportError:
            time.sleep(1)
            continue
        if response.status_code not in (429, 503):
            job: Job = check(response).json()
            return job
        time.sleep(float(response.headers.get("Retry-After", 1)))
    raise TimeoutError("the service has no room")


def wait_for_end(client: httpx.Client, job: Job) -> Job:
    """Return a job once it has ended; each question waits for news and is answered with 304 if there is none."""
    tag = ""
    while job["state"] not in ENDED:
        response = client.get(job["links"]["self"], params={"wait": 20}, headers={"If-None-Match": tag} if tag else {})
        if response.status_code != 304:
            job, tag = check(response).json(), response.headers["ETag"]
    return job


def follow(client: httpx.Client, job: Job) -> Iterator[Job]:
    """Yield a job with every event until it has ended; after a break, go on after the last event that came."""
    last = ""
    while job["state"] not in ENDED:
        headers = {"Last-Event-ID": last} if last else {}
        with suppress(httpx.TransportError), client.stream("GET", job["links"]["events"], headers=headers) as response:
            response.raise_for_status()
            for line in response.iter_lines():
                name, _, value = line.partition(": ")
                if name == "id":
                    last = value
                elif name == "data":
                    job = {**job, **json.loads(value)}
                    yield job
        if job["state"] not in ENDED:
            time.sleep(1)


def show_answer(client: httpx.Client, job: Job) -> None:
    """Print the answer of a job and whether it holds, or why there is none."""
    if job["best"] is None:
        print(f"{job['state']}: {json.dumps(job['problem'])}")
        return
    answer = check(client.get(job["links"]["result"])).json()
    verification = check(client.get(job["links"]["verification"])).json()
    told = "holds" if verification["holds"] else "DOES NOT HOLD"
    print(
        f"{job['state']}: {len(answer['pairs'])} pairs, {len(answer['leftovers'])} left over, gap {job['best']['gap']}"
    )
    print(f"re-checked: {told}, {len(verification['checks'])} checks")


def main() -> None:
    """Send the example as files and as a document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="where the service is, such as http://127.0.0.1:8080")
    parser.add_argument("--key", help="as 'matchmaker keys add' showed it")
    given = parser.parse_args()
    headers = {"Authorization": f"Bearer {given.key}"} if given.key else {}
    with httpx.Client(base_url=given.url, headers=headers, timeout=60) as client:
        print("As files, asking for news:")
        show_answer(client, wait_for_end(client, send(client, files=read_form())))
        print("As a document, following the events:")
        sent = send(client, content=write_document(), headers={"Content-Type": "application/json"})
        for job in follow(client, sent):
            print(f"  {job['state']}, {job['phase']}")
        show_answer(client, wait_for_end(client, sent))


if __name__ == "__main__":
    main()
