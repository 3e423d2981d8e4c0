"""The published description: it is that of the code, it needs no service, and every link in it leads somewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from matchmaker.service.app import describe_service
from matchmaker.service.openapi import render_routes
from tests.service.running import Running

DOCS = Path(__file__).parents[2] / "docs"


def list_references(schema: Any) -> list[str]:
    """Return every reference within a schema."""
    if isinstance(schema, dict):
        own = [schema["$ref"]] if isinstance(schema.get("$ref"), str) else []
        return own + [one for value in schema.values() for one in list_references(value)]
    return [one for value in schema for one in list_references(value)] if isinstance(schema, list) else []


def test_description_is_published() -> None:
    """The description in the documentation is the one that the code gives, without a store or a server."""
    published = json.loads((DOCS / "openapi.json").read_text(encoding="utf-8"))
    assert published == describe_service(), "run scripts/render_docs.py"


def test_a_service_gives_the_published_description(server: Running) -> None:
    """A service describes itself as the documentation does."""
    assert server.client.get("/openapi.json").json() == describe_service()


def test_references_lead_somewhere() -> None:
    """Every reference in the description is to a schema that is there."""
    description = describe_service()
    known = {f"#/components/schemas/{name}" for name in description["components"]["schemas"]}
    assert set(list_references(description)) <= known


def test_every_route_is_on_the_page() -> None:
    """The page of the service lists every route, and has a section with an example for each address."""
    description = describe_service()
    page = (DOCS / "service.md").read_text(encoding="utf-8")
    assert render_routes(description) in page
    for path in description["paths"]:
        assert f"`{path}`" in page.replace(render_routes(description), ""), path
