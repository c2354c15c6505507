"""The machine-readable contract: OpenAPI 3.1, made from the same routes and models that serve and validate."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

from aiohttp import web
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from server.web.routing import DECLARED, PUBLIC, Route, Routes

routes = Routes()

REFERENCE = "#/components/schemas/{model}"
_NAME = re.compile(r"\{(\w+)(:[^}]*)?\}")

Key = tuple[type[BaseModel], JsonSchemaMode]


class FieldErrorAnswer(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str


class ProblemAnswer(BaseModel):
    """A refusal (RFC 9457). Programs decide by `code` alone."""

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None
    errors: list[FieldErrorAnswer] | None = None


@routes.get("/api/v1/openapi.json", allow=PUBLIC)
async def show_contract(request: web.Request) -> web.Response:
    """Give the contract of every address that is not a page."""
    declared = frozenset(route for route in request.app[DECLARED].values() if is_contract(route))
    return web.json_response(contract(declared))


def is_contract(route: Route) -> bool:
    """Whether programs may rely on a route: pages and their files are for browsers, HEAD is HTTP's own."""
    browsers = route.gives == "text/html" or route.path.startswith("/static/")
    return not browsers and route.method not in {"HEAD", "OPTIONS"}


@cache
def contract(declared: frozenset[Route]) -> dict[str, Any]:
    """Write the OpenAPI document of these routes (OpenAPI 3.1.0)."""
    ordered = sorted(declared, key=lambda route: (route.path, route.method))
    schemas, components = schemas_of(ordered)
    paths: dict[str, dict[str, Any]] = {}
    for route in ordered:
        paths.setdefault(_NAME.sub(r"{\1}", route.path), {})[route.method.lower()] = operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Giao Ban", "version": version("giaoban")},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "giaoban"},
            },
        },
    }


def schemas_of(ordered: Iterable[Route]) -> tuple[dict[Any, Any], dict[str, Any]]:
    """Return a reference to the schema of each model, and the schemas they refer to."""
    wanted: dict[Key, None] = {(ProblemAnswer, "serialization"): None}  # a set that keeps its order
    for route in ordered:
        wanted |= {(route.body, "validation"): None} if route.body else {}
        wanted |= {(route.answers, "serialization"): None} if route.answers else {}
    schemas, definitions = models_json_schema(list(wanted), ref_template=REFERENCE)
    return dict(schemas.items()), definitions.get("$defs", {})


def operation(route: Route, schemas: Mapping[Key, Any]) -> dict[str, Any]:
    """Describe one method of one address; who may call it stands in `x-roles`."""
    return {
        "operationId": getattr(route.handler, "__name__", route.path),
        "summary": (route.handler.__doc__ or "").strip().partition("\n")[0],
        "parameters": [*names_of(route), *query_of(route)],
        **taken(route, schemas),
        "responses": {
            str(int(route.status)): given(route, schemas),
            "default": {
                "description": "A refusal.",
                "content": {"application/problem+json": {"schema": schemas[ProblemAnswer, "serialization"]}},
            },
        },
        "security": [] if route.allow is PUBLIC else [{"token": []}, {"session": []}],
        "x-roles": ["public"] if route.allow is PUBLIC else sorted(role.value for role in route.allow),
    }


def names_of(route: Route) -> list[dict[str, Any]]:
    """Describe the names in the address."""
    return [
        {"name": match[1], "in": "path", "required": True, "schema": {"type": "string"}}
        for match in _NAME.finditer(route.path)
    ]


def query_of(route: Route) -> list[dict[str, Any]]:
    """Describe the query of the address."""
    if route.query is None:
        return []
    return [
        {
            "name": name,
            "in": "query",
            "required": field.is_required(),
            "schema": TypeAdapter(field.rebuild_annotation()).json_schema(),
        }
        for name, field in route.query.model_fields.items()
    ]


def taken(route: Route, schemas: Mapping[Key, Any]) -> dict[str, Any]:
    """Describe the body a route takes."""
    if route.body is not None:
        schema, required = schemas[route.body, "validation"], _has_required(route.body)
    elif route.takes != "application/json":
        schema, required = {"type": "string"}, True
    else:
        return {}
    return {"requestBody": {"required": required, "content": {route.takes: {"schema": schema}}}}


def given(route: Route, schemas: Mapping[Key, Any]) -> dict[str, Any]:
    """Describe what a route answers when all is well."""
    described: dict[str, Any] = {"description": "Done."}
    if route.answers is not None:
        described["content"] = {route.gives: {"schema": schemas[route.answers, "serialization"]}}
    elif route.status != web.HTTPNoContent.status_code:
        described["content"] = {route.gives: {}}
    return described


def _has_required(model: type[BaseModel]) -> bool:
    return any(field.is_required() for field in model.model_fields.values())
