"""Traces: by OpenTelemetry where it is installed, and once."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from fastapi import FastAPI

from matchmaker.errors import MatchmakerError
from matchmaker.service.server import instrument

PACKAGE = "opentelemetry.instrumentation.fastapi"


def test_traces_need_their_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks for traces without the package is told what to install."""
    monkeypatch.setitem(sys.modules, PACKAGE, None)
    with pytest.raises(MatchmakerError, match="telemetry needs the package opentelemetry-instrumentation-fastapi"):
        instrument(FastAPI())


def test_requests_are_traced_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The application is traced, unless whoever started it traces it already."""
    traced = list[FastAPI]()
    module = SimpleNamespace(FastAPIInstrumentor=SimpleNamespace(instrument_app=traced.append))
    for name in ("opentelemetry", "opentelemetry.instrumentation"):
        monkeypatch.setitem(sys.modules, name, SimpleNamespace(__path__=[]))
    monkeypatch.setitem(sys.modules, PACKAGE, module)
    app, other = FastAPI(), FastAPI()
    other._is_instrumented_by_opentelemetry = True  # type: ignore[attr-defined]
    instrument(app)
    instrument(other)
    assert traced == [app]
