"""Who looks at the pairs: threads, or any executor, in other processes or on other machines.

The answer does not depend on who works. What all questions share goes to a worker once: a worker that does
not have it says so, and is asked again with it. A worker that dies costs a retry.
"""

from __future__ import annotations

import logging
import os
import pickle
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from matchmaker.scoring.passes import Answerer, Lists, Question
from matchmaker.solve.costs import Costs

LOG = logging.getLogger(__name__)

MOST_KEPT = 4
"""Shared things that a worker keeps."""

MOST_ASKED = 64
"""Questions under way at a time."""

KEPT: OrderedDict[str, Any] = OrderedDict()
"""What this process was sent, by token."""


@dataclass(frozen=True)
class Missing:
    """The answer of a worker that has not got what all questions share."""


@dataclass(frozen=True)
class Failed:
    """The answer of a worker whose question went wrong.

    Parameters
    ----------
    error : Exception
    """

    error: Exception


def work(tokens: tuple[str, str], parcels: tuple[bytes, bytes] | None, question: Question) -> Lists | Missing | Failed:
    """Answer a question in whatever process this runs in."""
    try:
        for token, parcel in zip(tokens, parcels or (), strict=False):
            KEPT[token] = pickle.loads(parcel)
        if not all(token in KEPT for token in tokens):
            return Missing()
        for token in tokens:
            KEPT.move_to_end(token)
        while len(KEPT) > MOST_KEPT:
            KEPT.popitem(last=False)
        answerer, costs = (KEPT[token] for token in tokens)
        return answerer.answer(question, costs)
    except Exception as error:  # noqa: BLE001 - whatever it is goes back to who asked
        return Failed(error)


@dataclass(eq=False)
class Workers:
    """Asks an executor, and does itself what the executor could not.

    Parameters
    ----------
    answerer : Answerer
    executor : Executor or None
        None takes threads. A thread pool shares memory, so nothing is sent to it.
    """

    answerer: Answerer
    executor: Executor | None
    token: str = field(default_factory=lambda: uuid4().hex)
    parcel: bytes | None = None
    num_sent: int = 0

    def ask(self, questions: list[Question], costs: Costs) -> Iterator[Lists]:
        """Yield the answers in the order of the questions."""
        if self.executor is None:
            with ThreadPoolExecutor(os.cpu_count()) as threads:
                yield from threads.map(lambda one: self.answerer.answer(one, costs), questions)
        elif isinstance(self.executor, ThreadPoolExecutor):
            yield from self.executor.map(lambda one: self.answerer.answer(one, costs), questions)
        else:
            yield from self._ask_others(self.executor, questions, costs)

    def _ask_others(self, executor: Executor, questions: list[Question], costs: Costs) -> Iterator[Lists]:
        """Keep some questions under way, send what is missing, and answer here what gets lost.

        Only one question at a time carries what is missing, so that no worker gets it twice while it is on
        its way; the others that lack it wait for that one's answer.
        """
        tokens = self.token, uuid4().hex
        self.parcel = self.parcel or pickle.dumps(self.answerer)
        parcels = self.parcel, pickle.dumps(costs)
        waiting, parked = list(range(len(questions)))[::-1], list[int]()
        under_way: dict[Future[Any], int] = {}
        answers: dict[int, Lists] = {}
        carrier, done = -1, 0
        while done < len(questions):
            while waiting and len(under_way) < MOST_ASKED:
                self._submit(executor, under_way, waiting.pop(), tokens, None, questions)
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                number = under_way.pop(future)
                answer = self._read(future, questions[number], costs)
                if not isinstance(answer, Missing):
                    answers[number] = answer
                    if number == carrier:
                        carrier, waiting, parked = -1, [*parked, *waiting], []
                elif carrier < 0:
                    carrier, self.num_sent = number, self.num_sent + 1
                    self._submit(executor, under_way, number, tokens, parcels, questions)
                else:
                    parked.append(number)
            while done in answers:
                yield answers.pop(done)
                done += 1

    def _submit(
        self,
        executor: Executor,
        under_way: dict[Future[Any], int],
        number: int,
        tokens: tuple[str, str],
        parcels: tuple[bytes, bytes] | None,
        questions: list[Question],
    ) -> None:
        """Hand a question over; a broken executor gives a future that failed."""
        try:
            future = executor.submit(work, tokens, parcels, questions[number])
        except Exception as error:  # noqa: BLE001 - a pool that broke refuses everything
            future = Future()
            future.set_exception(error)
        under_way[future] = number

    def _read(self, future: Future[Any], question: Question, costs: Costs) -> Any:
        """Return an answer; one that got lost on the way is worked out here."""
        try:
            answer = future.result()
        except Exception as error:  # noqa: BLE001 - a worker died, or its pool broke
            LOG.warning("a worker was lost (%s: %s); its pairs are looked at here", type(error).__name__, error)
            return self.answerer.answer(question, costs)
        if isinstance(answer, Failed):
            raise answer.error
        return answer
