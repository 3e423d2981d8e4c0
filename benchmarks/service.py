"""Measure the service, a real process on loopback: ``python -m benchmarks.service`` writes docs/service-figures.md.

What is measured: the time of a small job beside the library call, answers while a large job runs, cancelling,
and two hundred clients for a minute.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from benchmarks.launch import ROOT
from benchmarks.records import describe_machine, find_commit
from matchmaker import match, read_program
from matchmaker.documents.request import write_request
from matchmaker.generate import write_roster
from matchmaker.roster import gather_roster
from matchmaker.tables import read_people
from tests.service.running import Running, make_body, running

PAGE = ROOT / "docs" / "service-figures.md"
RECORD = ROOT / "benchmarks" / "results" / "service.json"
CHAOS = ROOT / "benchmarks" / "results" / "chaos.json"

SMALL, LARGE = (500, 150), (50_000, 10_000)
REPEATS = 15
NUM_CLIENTS, SECONDS = 200, 60
EARLY = 10
"""Seconds after which memory is first looked at."""


def make_roster(folder: Path, num_mentees: int, num_mentors: int) -> tuple[Any, Any]:
    """Return a made-up roster and its program."""
    write_roster(folder, num_mentees=num_mentees, num_mentors=num_mentors, seed=1)
    program = read_program(folder / "program.toml")
    found = read_people(program=program, mentors=folder / "mentors.csv", mentees=folder / "mentees.csv")
    return gather_roster(*found[:3], program, found[3])[0], program


def take_time(work: Callable[[], Any]) -> float:
    """Return the seconds that something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def rank(values: Sequence[float], percent: float) -> float:
    """Return a percentile, in the unit of the values."""
    return float(np.percentile(np.array(values), percent))


def measure_overhead(server: Running, folder: Path) -> dict[str, float]:
    """Return what a small job takes from sending to the answer in hand, and what the library call takes."""
    roster, program = make_roster(folder, *SMALL)
    body = write_request(roster, program)

    def ask() -> None:
        job = server.send(body).json()
        server.client.get(job["links"]["self"], params={"wait": 30})
        assert server.client.get(job["links"]["result"]).status_code == 200

    ask()
    match(roster, program)
    times = [(take_time(ask), take_time(lambda: match(roster, program))) for _ in range(REPEATS)]
    service, library = (sorted(column) for column in zip(*times, strict=True))
    middle = REPEATS // 2
    return {"service": service[middle], "library": library[middle], "more": service[middle] - library[middle]}


def measure_liveness(server: Running, body: bytes) -> dict[str, Any]:
    """Return how quickly the service answers while a large job runs."""
    began = time.perf_counter()
    job = server.send(body).json()
    times: list[float] = []
    state = "queued"
    while state in ("queued", "running"):
        for _ in range(20):
            times.append(take_time(lambda: server.client.get("/livez")))
            time.sleep(0.01)
        state = server.client.get(job["links"]["self"]).json()["state"]
    ended = server.client.get(job["links"]["self"]).json()
    figures = {"answers": len(times), "p50": rank(times, 50), "p99": rank(times, 99), "most": max(times)}
    figures["seconds"] = time.perf_counter() - began
    return {**figures, "state": state, "matched": ended["best"]["matched"], "gap": ended["best"]["gap"]}


def measure_cancelling(server: Running, body: bytes, whole: float) -> list[dict[str, Any]]:
    """Return how quickly a large job is cancelled at several moments, and what was there by then."""
    found = []
    for seconds in [share * whole for share in (0.05, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9)]:
        job = server.send(body).json()
        time.sleep(seconds)
        began = time.perf_counter()
        ended = server.client.delete(job["links"]["self"]).json()
        took = time.perf_counter() - began
        best = ended["best"] or {}
        holds = None
        if best:
            holds = server.client.get(job["links"]["verification"], timeout=300).json().get("holds")
        found.append({"after": seconds, "took": took, "state": ended["state"], **best, "holds": holds})
    return found


@dataclass
class Load:
    """What many clients saw.

    Parameters
    ----------
    statuses : counter of str
        "route status".
    times : dict of str to list of float
    problems : counter of str
        Types of the problems with a status of 500 or more.
    """

    statuses: Counter[str] = field(default_factory=Counter)
    times: dict[str, list[float]] = field(default_factory=dict)
    problems: Counter[str] = field(default_factory=Counter)

    async def ask(self, client: httpx.AsyncClient, name: str, method: str, path: str, **more: Any) -> httpx.Response:
        """Ask for something and note what came."""
        began = time.perf_counter()
        response = await client.request(method, path, **more)
        self.times.setdefault(name, []).append(time.perf_counter() - began)
        self.statuses[f"{name} {response.status_code}"] += 1
        if response.status_code >= 500:
            self.problems[response.json()["type"]] += 1
        return response


JSON = {"Content-Type": "application/json"}


async def live(load: Load, url: str, number: int, end: float) -> None:
    """Be one client: send small jobs, look at them, fetch answers, and ask around."""
    chance = random.Random(number)
    async with httpx.AsyncClient(base_url=url, timeout=120) as client:
        while time.monotonic() < end:
            sent = await load.ask(client, "send", "POST", "/v1/matchings", content=make_body(seed=number), headers=JSON)
            if sent.status_code == 202:
                where = sent.json()["links"]
                await load.ask(client, "wait", "GET", f"{where['self']}?wait=2")
                await load.ask(client, "result", "GET", where["result"])
                name, method, path = chance.choice(
                    [
                        ("events", "GET", where["events"]),
                        ("explain", "GET", f"{where['explain']}?mentee=e1"),
                        ("cancel", "DELETE", where["self"]),
                        ("discard", "DELETE", f"{where['self']}?discard=true"),
                    ]
                )
                await load.ask(client, name, method, path)
            name, path = chance.choice(
                [("list", "/v1/matchings?limit=5"), ("live", "/livez"), ("metrics", "/metrics"), ("none", "/v1/x")]
            )
            await load.ask(client, name, "GET", path)
            if chance.random() < 0.1:
                body = make_body(seed=number)
                await load.ask(client, "check", "POST", "/v1/check", content=body, headers=JSON)
            await asyncio.sleep(chance.random())


async def run_load(server: Running) -> tuple[Load, dict[str, float]]:
    """Let all clients live for a while; return what they saw, and the memory of the server."""
    load, end = Load(), time.monotonic() + SECONDS
    tasks = [asyncio.create_task(live(load, server.url, number, end)) for number in range(NUM_CLIENTS)]
    await asyncio.sleep(EARLY)
    early = measure_memory(server.process.pid)
    await asyncio.gather(*tasks)
    return load, {"early": early, "late": measure_memory(server.process.pid)}


def measure_memory(pid: int) -> float:
    """Return the resident memory of a process in MiB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


def measure_all() -> dict[str, Any]:
    """Measure everything."""
    figures: dict[str, Any] = {"machine": describe_machine(), "commit": find_commit()}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        body = write_request(*make_roster(folder / "large", *LARGE))
        with running(folder / "a") as server:
            figures["overhead"] = measure_overhead(server, folder / "small")
            show("overhead", figures["overhead"])
            figures["liveness"] = measure_liveness(server, body)
            show("liveness", figures["liveness"])
            figures["cancelling"] = measure_cancelling(server, body, figures["liveness"]["seconds"])
            show("cancelling", figures["cancelling"])
        with running(folder / "b", jobs=2, queue=300, jobs_per_key=10_000) as server:
            load, memory = asyncio.run(run_load(server))
        figures["load"] = {"memory": memory, "statuses": dict(sorted(load.statuses.items()))}
        figures["load"]["problems"] = dict(load.problems)
        figures["load"]["times"] = {
            name: {"p50": rank(times, 50), "p99": rank(times, 99), "count": len(times)}
            for name, times in sorted(load.times.items())
        }
        show("load", figures["load"])
    return figures


def show(name: str, figures: Any) -> None:
    """Print figures."""
    sys.stdout.write(f"{name}: {json.dumps(figures)}\n")
    sys.stdout.flush()


def make_page(figures: dict[str, Any]) -> str:
    """Return the page."""
    overhead, liveness, load = figures["overhead"], figures["liveness"], figures["load"]
    memory = load["memory"]
    lines = [
        "# The service in figures",
        "",
        "Written by `make benchmark-service`, which runs a real server process on loopback. Clients and server",
        "share the machine.",
        "",
        f"Commit {figures['commit']}, {figures['machine']}.",
        "",
        "## A small job beside the library call",
        "",
        f"{SMALL[0]} × {SMALL[1]}, from sending to the answer in hand, in turn with the same call of the library; "
        f"the middle of {REPEATS}.",
        "",
        "| service | library | more | at most |",
        "|---:|---:|---:|---:|",
        f"| {overhead['service']:.3f} s | {overhead['library']:.3f} s | {overhead['more']:.3f} s | 0.25 s |",
        "",
        "## Answers while a large job runs",
        "",
        f"`/livez` while {LARGE[0]:,} × {LARGE[1]:,} is matched ({liveness['matched']:,} pairs, "
        f"gap {liveness['gap']}, {liveness['seconds']:.1f} s): {liveness['answers']:,} answers.",
        "",
        "| half of them within | 99 % within | at most | slowest |",
        "|---:|---:|---:|---:|",
        f"| {1000 * liveness['p50']:.1f} ms | {1000 * liveness['p99']:.1f} ms | 50 ms | "
        f"{1000 * liveness['most']:.1f} ms |",
        "",
        "## Cancelling",
        "",
        "The same large job, cancelled some time after it was sent. The answer that was there is checked again.",
        "",
        "| after | took | at most | state | pairs | points | bound | verified |",
        "|---:|---:|---:|---|---:|---:|---:|---|",
        *map(tell_cancelled, figures["cancelling"]),
        "",
        "A bound on points is told once the number of mentees matched is proven.",
        "",
        "## Two hundred clients for a minute",
        "",
        "Each sends small jobs one after the other, waits for them, fetches answers, follows events, asks for",
        "explanations, lists, cancels, forgets. 503 is said on purpose: the queue or the children have no room.",
        "",
        f"Memory of the server after {EARLY} seconds {memory['early']:.0f} MiB, in the end {memory['late']:.0f} MiB: "
        f"{memory['late'] / memory['early']:.2f}× (at most 1.1×).",
        "",
        "| request | answers | half within | 99 % within | statuses |",
        "|---|---:|---:|---:|---|",
        *(tell_requests(name, times, load["statuses"]) for name, times in load["times"].items()),
        "",
        f"Answers of 500 and above, by type: {json.dumps(load['problems']) if load['problems'] else 'none'}.",
        *tell_chaos(figures.get("chaos")),
    ]
    return "\n".join(lines) + "\n"


def tell_chaos(chaos: dict[str, Any] | None) -> list[str]:
    """Return the section on kills."""
    if chaos is None:
        return []
    kills = chaos["kills"]
    return [
        "",
        "## Kills at random moments",
        "",
        "`make chaos` sends jobs while the server, or single processes of it, are killed (`kill -9`) and the server is",
        "started again. Each job has an Idempotency-Key and is sent until it is taken.",
        "",
        "| jobs | servers killed | processes killed | lost | doubled | answers that do not hold | seconds |",
        "|---:|---:|---:|---:|---:|---:|---:|",
        f"| {chaos['jobs']:,} | {kills.get('server', 0):,} | {kills.get('process', 0):,} | {chaos['lost']} | "
        f"{chaos['doubled']} | {chaos['wrong']} | {chaos['seconds']:,} |",
    ]


def tell_cancelled(one: dict[str, Any]) -> str:
    """Return a row."""
    known = [f"{one[name]:,}" if one.get(name) is not None else "" for name in ("matched", "total", "bound")]
    holds = {True: "yes", False: "NO", None: ""}[one["holds"]]
    cells = [f"{one['after']:.1f} s", f"{one['took']:.3f} s", "0.3 s", one["state"], *known, holds]
    return f"| {' | '.join(cells)} |"


def tell_requests(name: str, times: dict[str, float], statuses: dict[str, int]) -> str:
    """Return a row."""
    told = ", ".join(f"{key.split()[1]}: {count:,}" for key, count in statuses.items() if key.split()[0] == name)
    return f"| {name} | {times['count']:,} | {1000 * times['p50']:.0f} ms | {1000 * times['p99']:.0f} ms | {told} |"


def main() -> None:
    """Measure, or write the page again from what was kept."""
    if sys.argv[1:] != ["page"]:
        RECORD.write_text(json.dumps(measure_all(), indent=1) + "\n", encoding="utf-8")
    figures = json.loads(RECORD.read_text(encoding="utf-8"))
    if CHAOS.exists():
        figures["chaos"] = json.loads(CHAOS.read_text(encoding="utf-8"))
    PAGE.write_text(make_page(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
