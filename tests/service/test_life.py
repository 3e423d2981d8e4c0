"""The life of a service: limits, keys, stopping, starting again, cancelling, purging."""

from __future__ import annotations

import asyncio
import errno
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from matchmaker import Goal, Mentee, Mentor, Program, Roster
from matchmaker.documents.request import write_request
from matchmaker.service.app import make_app
from matchmaker.service.children import CONTEXT, Child
from matchmaker.service.core import DATABASE
from matchmaker.service.settings import Settings
from matchmaker.service.store import Store
from tests.service.chaos import list_children
from tests.service.running import PATIENCE, Running, make_body, running
from tests.service.test_api import get_problem, make_form


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def make_long_body(num_mentees: int = 6_000, num_mentors: int = 2_000) -> bytes:
    """Return a request that keeps a service busy for some seconds, in several rounds."""
    subjects = [f"s{k}" for k in range(12)]
    mentors = [
        Mentor(id=f"m{k}", skills={subjects[(k * j) % 12]: 1 + (k * 7 + j) % 5 for j in range(1, 6)}, capacity=3)
        for k in range(num_mentors)
    ]
    mentees = [
        Mentee(
            id=f"e{k}",
            goals=[Goal(subjects[j % 12], current=0, target=1 + (k + j) % 5) for j in (k, k + 1 + k // 12 % 10)],
        )
        for k in range(num_mentees)
    ]
    return write_request(Roster(mentors=mentors, mentees=mentees), Program(timetable=False))


LONG = make_long_body()


def run_command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    return subprocess.run([sys.executable, "-m", "matchmaker", *arguments], capture_output=True, text=True, check=False)


def test_stopping_loses_nothing(tmp_path: Path) -> None:
    """A service that is told to stop re-queues what takes too long; the next one finishes it."""
    with running(tmp_path, grace=0.2) as server:
        ids = [server.send(body).json()["id"] for body in (LONG, make_body(), make_body(seed=1))]
        wait_until(lambda: server.client.get(f"/v1/matchings/{ids[0]}").json()["state"] == "running")
        assert server.stop() == 0
    with running(tmp_path) as server:
        assert [server.finish(one)["state"] for one in ids] == ["succeeded"] * 3
        assert server.client.get(f"/v1/matchings/{ids[0]}").json()["attempt"] == 2


def test_short_jobs_finish_before_the_stop(tmp_path: Path) -> None:
    """While a service stops, jobs that run may finish, answers are given, and nothing new is taken."""
    with running(tmp_path, grace=60) as server:
        identity = server.send(LONG).json()["id"]
        wait_until(lambda: server.client.get(f"/v1/matchings/{identity}").json()["state"] == "running")
        server.process.send_signal(signal.SIGTERM)
        wait_until(lambda: server.client.get("/readyz").status_code == 503)
        get_problem(server.send(make_body()), 503, "stopping")
        assert server.client.get("/livez").status_code == 200
        assert server.wait() == 0
    with running(tmp_path) as server:
        job = server.client.get(f"/v1/matchings/{identity}").json()
        assert (job["state"], job["attempt"]) == ("succeeded", 1)


def test_told_twice_it_waits_for_no_job(tmp_path: Path) -> None:
    """A service that is told to stop twice ends without waiting for jobs; the job that ran waits for the next one."""
    with running(tmp_path, grace=10 * PATIENCE) as server:
        identity = server.send(make_long_body(12_000, 4_000)).json()["id"]
        wait_until(lambda: server.client.get(f"/v1/matchings/{identity}").json()["state"] == "running")
        server.process.send_signal(signal.SIGTERM)
        wait_until(lambda: server.client.get("/readyz").status_code == 503)
        server.stop()
    store = Store(tmp_path / DATABASE)
    job = store.get(identity)
    store.close()
    assert job is not None
    assert (job.state, job.crashes) == ("queued", 0)


def test_killed_before_it_began(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is killed before it has begun is killed as soon as it has."""
    calls = list[str]()
    child = Child("warm", tmp_path, {}, 2**30)
    process = SimpleNamespace(**{name: partial(calls.append, name) for name in ("kill", "join")})
    line, other = CONTEXT.Pipe()
    other.close()
    monkeypatch.setattr(child, "_start", lambda: (line, process))
    child.kill()
    assert calls == []
    asyncio.run(child.start())
    assert "kill" in calls


def test_full_disks_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the disk is full, requests are answered with 503; what else the system refuses is a fault of ours."""
    app = make_app(Settings(data=str(tmp_path)))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    async def send(number: int) -> httpx.Response:
        def refuse(*_: object) -> None:
            raise OSError(number, "refused")

        monkeypatch.setattr("matchmaker.service.routes.matchings.take_body", refuse)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.post("/v1/matchings", content=make_body())

    get_problem(asyncio.run(send(errno.ENOSPC)), 503, "storage")
    get_problem(asyncio.run(send(errno.ENOENT)), 500, "internal")
    app.state.service.close()


def test_children_end_with_the_server(tmp_path: Path) -> None:
    """No process outlives a server that was killed."""
    server = Running(tmp_path)
    server.wait_until_ready()
    identity = server.send(LONG).json()["id"]
    wait_until(lambda: server.client.get(f"/v1/matchings/{identity}").json()["state"] == "running")
    children = list_children(server.process.pid)
    assert len(children) >= 2
    server.stop(signal.SIGKILL)
    wait_until(lambda: not any(_is_alive(pid) for pid in children))


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_cancelling_while_it_runs(tmp_path: Path) -> None:
    """A running job that is cancelled ends with the best answer so far, or without one; either verifies as told."""
    with running(tmp_path) as server:
        early = server.send(LONG).json()["id"]
        wait_until(lambda: server.client.get(f"/v1/matchings/{early}").json()["state"] == "running")
        job = server.client.delete(f"/v1/matchings/{early}").json()
        assert (job["state"], job["best"]) == ("cancelled", None)
        get_problem(server.client.get(f"/v1/matchings/{early}/result"), 409, "no-answer")
        late = server.send(LONG).json()["id"]
        wait_until(lambda: server.client.get(f"/v1/matchings/{late}").json()["best"] is not None)
        job = server.client.delete(f"/v1/matchings/{late}").json()
        if job["state"] == "cancelled":
            assert job["best"]["status"] == "feasible"
        answer = server.client.get(f"/v1/matchings/{late}/result").json()
        assert len(answer["pairs"]) == job["best"]["matched"]
        assert server.client.get(f"/v1/matchings/{late}/verification").json()["holds"]


def test_waiting_jobs_are_cancelled_at_once(tmp_path: Path) -> None:
    """A job that waits ends when it is cancelled, and never begins."""
    with running(tmp_path) as server:
        server.send(LONG)
        waiting = server.send(make_body()).json()
        job = server.client.delete(waiting["links"]["self"]).json()
        assert (job["state"], job["attempt"]) == ("cancelled", 0)
        assert server.client.get(waiting["links"]["events"]).text.count("data:") == 2


def test_room_is_limited(tmp_path: Path) -> None:
    """Too much of anything is refused: with 413, 422, 429 or 503, and when to come again."""
    with running(tmp_path, queue=2, jobs_per_key=10, people=9_000, body=5_000_000) as server:
        server.send(LONG)
        wait_until(lambda: server.client.get("/v1/matchings?state=running").json()["matchings"] != [])
        assert [server.send(make_body()).status_code for _ in range(2)] == [202, 202]
        refused = server.send(make_body())
        get_problem(refused, 503, "busy")
        assert refused.headers["Retry-After"]
        get_problem(server.send(b" " * 5_000_001), 413, "too-large")
        get_problem(
            server.client.post("/v1/check", content=iter([b" " * 3_000_000] * 2), headers=JSON), 413, "too-large"
        )
        get_problem(server.send(make_body(9_001, 0)), 422, "too-many-people")
    with running(tmp_path / "b", jobs_per_key=1) as server:
        server.send(LONG)
        refused = server.send(make_body())
        get_problem(refused, 429, "too-many-jobs")
        assert refused.headers["Retry-After"]


JSON = {"Content-Type": "application/json"}


def test_memory_is_limited(tmp_path: Path) -> None:
    """A job that needs more memory than it may have fails with that reason, and the service goes on."""
    with running(tmp_path, memory=20_000_000) as server:
        job = server.finish(server.send(LONG).json()["id"])
        assert job["state"] == "failed"
        assert job["problem"]["type"] in ("urn:matchmaker:problem:out-of-memory", "urn:matchmaker:problem:crashed")
        assert server.finish(server.send(make_body()).json()["id"])["state"] == "succeeded"


def test_keys_open_the_service(tmp_path: Path) -> None:
    """With keys, nobody gets in without one; each sees only its own jobs, and does only what it may."""
    data = str(tmp_path)
    keys = {
        name: run_command("keys", "--data", data, "add", name, *scopes).stdout.strip()
        for name, scopes in {
            "hr": (),
            "other": (),
            "reader": ("--scope", "read"),
            "boss": ("--scope", "admin"),
        }.items()
    }
    with running_with_key(tmp_path, keys["hr"]) as server:
        job = server.send(make_body()).json()
        server.finish(job["id"])
        where = job["links"]["self"]

        def ask(key: str, method: str = "GET", path: str = where) -> httpx.Response:
            headers = {"Authorization": f"Bearer {keys.get(key, key)}"}
            return server.client.request(method, path, headers=headers)

        assert ask("hr").status_code == 200
        assert ask("boss").status_code == 200
        get_problem(ask("other"), 404, "not-found")
        get_problem(ask("reader", "POST", "/v1/check"), 403, "forbidden")
        get_problem(ask("reader", "DELETE"), 403, "forbidden")
        for wrong in ("x", "mm_x", keys["hr"][:-1] + "x"):
            refused = ask(wrong)
            get_problem(refused, 401, "unauthenticated")
            assert refused.headers["WWW-Authenticate"].startswith("Bearer")
        assert ask("other", path="/v1/matchings").json()["matchings"] == []
        assert len(ask("boss", path="/v1/matchings").json()["matchings"]) == 1
        assert server.client.get("/livez", headers={"Authorization": ""}).status_code == 200
        listed = run_command("keys", "--data", data, "list")
        assert "reader" in listed.stdout
        assert keys["hr"] not in listed.stdout
        assert run_command("keys", "--data", data, "revoke", keys["hr"].split("_")[1]).returncode == 0
        get_problem(ask("hr"), 401, "unauthenticated")
        assert run_command("keys", "--data", data, "revoke", "none").returncode == 2


def running_with_key(tmp_path: Path, key: str) -> Any:
    """Run a service whose client sends a key."""
    made = Running(tmp_path)
    made.client.headers["Authorization"] = f"Bearer {key}"
    made.wait_until_ready()
    return _Closing(made)


class _Closing:
    """Stops a service in the end."""

    def __init__(self, server: Running) -> None:
        self.server = server

    def __enter__(self) -> Running:
        return self.server

    def __exit__(self, *_: object) -> None:
        self.server.stop()


def test_nobody_else_is_let_in_without_keys(tmp_path: Path) -> None:
    """A service listens for others only if it has keys, and on a port that is free."""
    refused = run_command("serve", "--data", str(tmp_path), "--host", "0.0.0.0", "--port", "0")
    assert refused.returncode == 2
    assert refused.stderr == (
        "0.0.0.0 can be reached by others, and the service has no keys. "
        "Make one with 'matchmaker keys add NAME', or listen on 127.0.0.1\n"
    )
    with running(tmp_path) as server:
        taken = run_command("serve", "--data", str(tmp_path / "b"), "--port", str(server.port))
        assert taken.returncode == 2
        assert "Another service may listen there: name another --port" in taken.stderr
        same = run_command("serve", "--data", str(tmp_path), "--port", "0")
        assert same.returncode == 2
        assert "another service works in this folder" in same.stderr


def test_jobs_are_purged(tmp_path: Path) -> None:
    """Some time after its end a job is forgotten with everything about it."""
    with running(tmp_path, retention=1) as server:
        server.finish(server.send(make_body()).json()["id"])
        time.sleep(1.1)
    with running(tmp_path, retention=1) as server:
        wait_until(lambda: server.client.get("/v1/matchings").json()["matchings"] == [])
        wait_until(lambda: not any((tmp_path / "jobs").iterdir()))


def test_slow_checks_are_refused(tmp_path: Path) -> None:
    """A check that takes longer than it may is ended, with 503."""
    with running(tmp_path, check_seconds=1) as server:
        get_problem(server.send(make_long_body(60_000, 20_000), path="/v1/check"), 503, "too-slow")


def test_bombs_are_refused(tmp_path: Path) -> None:
    """A workbook that unpacks to far more than it is, is refused as a fault of the file."""
    import io
    import zipfile

    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b" " * 300_000_000)
        archive.writestr("xl/workbook.xml", b" " * 300_000_000)
    with running(tmp_path) as server:
        form = {**make_form(), "mentees": ("m.xlsx", bomb.getvalue())}
        problem = get_problem(server.client.post("/v1/check", files=form), 422, "input")
        assert problem["errors"][0]["file"] == "mentees"


def test_callers_who_fall_silent_are_refused(tmp_path: Path) -> None:
    """Whoever begins a body and does not go on gets an answer after a while, and holds nothing any more."""
    with running(tmp_path, silence=1) as server, socket.create_connection(("127.0.0.1", server.port)) as caller:
        head = "POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99"
        caller.sendall(f"{head}\r\n\r\n{{".encode())
        assert caller.recv(20).startswith(b"HTTP/1.1 408")
        assert not any((tmp_path / "coming").iterdir())


def test_logs_are_lines(tmp_path: Path) -> None:
    """Every line of the log is JSON, from the start to the end."""
    with running(tmp_path) as server:
        server.finish(server.send(make_body()).json()["id"])
    assert [json.loads(line)["message"] for line in server.lines][-1]
