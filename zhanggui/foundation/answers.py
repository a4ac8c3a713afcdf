"""Answers in msgspec records: encoded once, and described in OpenAPI so that the web client is typed."""

from collections.abc import Callable
from typing import Any

import msgspec
from fastapi import FastAPI, Response

_described: dict[str, object] = {}
_encode = msgspec.json.Encoder().encode


def answer(record: object, *, status: int = 200) -> Response:
    """Return a record (Struct, dataclass, list, dict) as a JSON response."""
    return Response(_encode(record), status_code=status, media_type="application/json")


def _anything(_kind: type) -> dict[str, object]:
    """Describe what only its readers know (the body of a card): any JSON."""
    return {"description": "any JSON"}


def shaped(kind: Any) -> dict[str, Any]:  # noqa: ANN401  any type msgspec can describe
    """Describe what a route answers: `@router.get("/x", **shaped(Row))`."""
    (schema,), components = msgspec.json.schema_components(
        [kind], ref_template="#/components/schemas/{name}", schema_hook=_anything
    )
    _described.update(components)
    content = {"application/json": {"schema": schema}}
    return {"response_class": Response, "responses": {200: {"description": "OK", "content": content}}}


def describe(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """Return an `openapi` function that adds our records' schemas to FastAPI's."""
    original = app.openapi

    def openapi() -> dict[str, Any]:
        document = original()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for name, schema in _described.items():
            schemas.setdefault(name, schema)
        return document

    return openapi
