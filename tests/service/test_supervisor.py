"""What watches the jobs: it finds each that it has begun, and goes on whatever one of them comes to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import httpx
import pytest

from matchmaker.service import children
from matchmaker.service.app import make_app
from matchmaker.service.core import Service, open_service
from matchmaker.service.helpers import Refused
from matchmaker.service.jobs import FAILED, QUEUED, RUNNING, SUCCEEDED, Job, make_id
from matchmaker.service.problems import Problem, describe_problem
from matchmaker.service.routes.sending import make_job, take_job
from matchmaker.service.settings import Settings
from matchmaker.service.store import Store
from matchmaker.service.vault import BEST, MATCHING


def with_service(folder: Path, task: Callable[[Service], Coroutine[Any, Any, None]]) -> None:
    """Do something with a service that runs no jobs by itself."""

    async def do() -> None:
        service = open_service(Settings(data=str(folder)))
        try:
            await task(service)
        finally:
            service.close()

    asyncio.run(do())


async def send(service: Service) -> Job:
    """Send a job of no files."""
    identity = make_id()
    service.vault.open(identity)
    return (await take_job(service, make_job(identity, "", None, "f")))[0]


def test_a_job_that_is_cancelled_while_it_begins_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever cancels a job before its process has started ends it all the same."""

    async def start(self: children.Child) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(children.Child, "start", start)
    monkeypatch.setattr("matchmaker.service.supervisor.MANNERS", 0.0)
    monkeypatch.setattr("matchmaker.service.supervisor.wait_for", lambda *_: asyncio.sleep(0))

    async def do(service: Service) -> None:
        job = await send(service)
        await service.supervisor._fill()
        child = service.supervisor.runs[job.id].child
        await service.supervisor.cancel(job.id)
        assert (child.was_asked, child.was_killed) == (True, True)

    with_service(tmp_path, do)


def test_a_process_that_does_not_start_costs_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no process can be started, the job waits for its lease to run out, and there is room for others."""

    def refuse() -> None:
        raise OSError(24, "too many files")

    monkeypatch.setattr(children.CONTEXT, "Pipe", refuse)

    async def do(service: Service) -> None:
        job = await send(service)
        await service.supervisor._fill()
        await asyncio.gather(*service.supervisor.tasks)
        found = await service.ledger.call(Store.get, job.id)
        assert found is not None
        assert found.state == RUNNING
        assert (service.supervisor.num_running, service.supervisor.runs) == (0, {})
        assert await service.ledger.call(Store.list_abandoned, time.time() + 60) == [found]

    with_service(tmp_path, do)


def test_faults_of_ours_are_no_endless_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job whose process cannot be followed is begun as often as any that crashes, then it has failed."""

    async def start(self: children.Child) -> None:
        raise RuntimeError

    monkeypatch.setattr(children.Child, "start", start)

    async def do(service: Service) -> None:
        job = await send(service)
        for state in (QUEUED, QUEUED, FAILED):
            await service.supervisor._fill()
            await asyncio.gather(*service.supervisor.tasks)
            found = await service.ledger.call(Store.get, job.id)
            assert found is not None
            assert found.state == state

    with_service(tmp_path, do)


@pytest.mark.parametrize(("best", "state"), [(b'{"matched":1,"total":2}', SUCCEEDED), (b"", QUEUED), (b"{}", QUEUED)])
def test_damaged_answers_are_made_again(tmp_path: Path, best: bytes, state: str) -> None:
    """A service starts whatever an earlier one left behind; an answer that is damaged is none."""

    async def do(service: Service) -> None:
        job = await send(service)
        begun = await service.ledger.call(Store.claim, "earlier", 30)
        assert begun is not None
        answer = service.vault.find_answer(begun)
        answer.mkdir()
        (answer / BEST).write_bytes(best)
        (answer / MATCHING).write_bytes(b"{}")
        await service.supervisor.recover()
        found = await service.ledger.call(Store.get, job.id)
        assert found is not None
        assert found.state == state

    with_service(tmp_path, do)


def test_a_job_that_got_in_keeps_its_files(tmp_path: Path) -> None:
    """Whoever is broken off while the store adds a job takes nothing away from it."""

    async def do(service: Service) -> None:
        add = Store.add

        def add_slowly(*given: Any, **options: Any) -> Any:
            time.sleep(0.2)
            return add(*given, **options)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Store, "add", add_slowly)
            sending = asyncio.create_task(send(service))
            while not list(service.vault.list_ids()):
                await asyncio.sleep(0.01)
            sending.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sending
        [job] = await service.ledger.call(Store.list_jobs)
        assert service.vault.find_payload(job.id).exists()

    with_service(tmp_path, do)


def test_what_is_forgotten_meanwhile_is_not_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks about a job that is being forgotten hears that there is none, not of a fault."""

    async def do(service: Service) -> None:
        async def refuse(*_: Any) -> None:
            raise Refused(describe_problem("internal", "no folder"))

        monkeypatch.setattr(service.helpers, "run", refuse)
        job = await send(service)
        with pytest.raises(Refused):
            await service.ask("explain", job)
        await service.supervisor.forget(job.id)
        assert not service.vault.find(job.id).exists()
        with pytest.raises(Problem, match="not-found") as told:
            await service.ask("explain", job)
        assert told.value.describe()["status"] == 404

    with_service(tmp_path, do)


@pytest.mark.parametrize("headers", [{"Host": "[::1"}, {"Host": "["}, {"Host": "localhost", "Origin": "http://["}])
def test_hosts_that_are_none_are_refused(tmp_path: Path, headers: dict[str, str]) -> None:
    """A host or an origin that is no address is refused, and breaks nothing."""
    app = make_app(Settings(data=str(tmp_path)))

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get("/v1/capabilities", headers=headers)

    try:
        assert asyncio.run(ask()).status_code == 403
    finally:
        app.state.service.close()
