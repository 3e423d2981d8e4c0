"""A service as a process of its own, as users run it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from matchmaker import Goal, Mentee, Mentor, Program, Roster
from matchmaker.documents.request import write_request

EXAMPLES = Path(__file__).parents[2] / "examples"

PATIENCE = 120
"""Seconds that a test waits for what must happen."""


class Running:
    """A server process and a client for it.

    Parameters
    ----------
    data : Path
        Folder of the store.
    settings : mapping of str to object
        As in the environment.
    """

    def __init__(self, data: Path, settings: Mapping[str, Any] | None = None) -> None:
        given = {f"MATCHMAKER_{name.upper()}": str(value) for name, value in (settings or {}).items()}
        command = [sys.executable, "-m", "matchmaker", "serve", "--data", str(data), "--port", "0"]
        environment = {name: text for name, text in os.environ.items() if not name.startswith("MATCHMAKER_")}
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment | given)
        self.lines: list[str] = []
        self.port = 0
        self.has_port = threading.Event()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.has_port.wait(PATIENCE)
        assert self.port, "".join(self.lines)
        self.url = f"http://127.0.0.1:{self.port}"
        self.client = httpx.Client(base_url=self.url, timeout=PATIENCE)

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)
            if '"listening"' in line:
                self.port = json.loads(line)["port"]
                self.has_port.set()
        self.has_port.set()

    def wait_until_ready(self) -> None:
        """Wait until the service says so."""
        end = time.monotonic() + PATIENCE
        while self.client.get("/readyz").status_code != 200:
            assert time.monotonic() < end
            time.sleep(0.05)

    def send(self, body: bytes, key: str | None = None, path: str = "/v1/matchings") -> httpx.Response:
        """Send a job in JSON."""
        headers = {"Content-Type": "application/json"} | ({} if key is None else {"Idempotency-Key": key})
        return self.client.post(path, content=body, headers=headers)

    def finish(self, identity: str) -> dict[str, Any]:
        """Return a job once it has ended."""
        end = time.monotonic() + PATIENCE
        while True:
            job: dict[str, Any] = self.client.get(f"/v1/matchings/{identity}", params={"wait": 5}).json()
            if job["state"] in ("succeeded", "failed", "cancelled"):
                return job
            assert time.monotonic() < end

    def stop(self, sig: signal.Signals = signal.SIGTERM) -> int:
        """Tell the process to end, and return its exit status."""
        self.process.send_signal(sig)
        return self.wait()

    def wait(self) -> int:
        """Wait for the end of the process, and return its exit status."""
        self.client.close()
        status = self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return status


@contextmanager
def running(data: Path, **settings: Any) -> Iterator[Running]:
    """Run a service for a while."""
    server = Running(data, settings)
    try:
        server.wait_until_ready()
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


def make_body(num_mentees: int = 6, num_mentors: int = 4, seed: int = 0, **members: Any) -> bytes:
    """Return a request of made-up people."""
    subjects = ("python", "sales", "law")
    mentors = [
        Mentor(id=f"m{k}", skills={subjects[(k + seed) % 3]: 3 + k % 3}, capacity=1 + k % 2) for k in range(num_mentors)
    ]
    mentees = [
        Mentee(id=f"e{k}", goals=[Goal(subjects[(k * 7 + seed) % 3], current=k % 2, target=3)])
        for k in range(num_mentees)
    ]
    document = json.loads(write_request(Roster(mentors=mentors, mentees=mentees), Program(timetable=False)))
    return json.dumps({**document, **members}).encode()
