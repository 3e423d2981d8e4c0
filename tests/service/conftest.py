"""One service for all tests that do not stop it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.service.running import Running, running


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running service without keys."""
    with running(tmp_path_factory.mktemp("service"), queue=1000, jobs_per_key=1000) as made:
        yield made
