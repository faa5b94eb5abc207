"""The OpenAPI document: what the framework sees, and what it can't: bodies, scopes, problems.

Everything is derived from the routes' own dependencies: it can't promise what the code doesn't do.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema

from service.api.auth import SCOPES, Allow
from service.api.body import JsonBody
from service.api.problems import MEDIA_TYPE, PROBLEMS, problem_document
from service.api.refusing import EXTENSION

TITLE = "quickbooks-sync"
VERSION = "1"
DESCRIPTION = """\
Keeps an accounts-payable and accounts-receivable platform and QuickBooks Online in agreement, both ways.

Amounts are strings with two decimals, dates `YYYY-MM-DD`, instants RFC 3339 in UTC. Every error is a problem
document (RFC 9457) with a stable `code`. Lists answer `{items, next}`; send `next` as `cursor` to go on.
"""
TAGS = [
    {"name": "Companies", "description": "The businesses on the platform."},
    {"name": "Connection", "description": "A company's connection to QuickBooks."},
    {"name": "Preferences", "description": "What a company has chosen about its sync."},
    {"name": "Accounts", "description": "The chart of accounts."},
    {"name": "Classes", "description": "What income and costs are sorted by, line by line."},
    {"name": "Locations", "description": "Where a transaction belongs."},
    {"name": "Items", "description": "Products and services that are bought and sold."},
    {"name": "Vendors", "description": "Those who send bills."},
    {"name": "Bills", "description": "What is to be paid."},
    {"name": "Vendor credits", "description": "What vendors owe."},
    {"name": "Bill payments", "description": "What was paid, and which credits were used."},
    {"name": "Funds transfers", "description": "Money moved between accounts."},
    {"name": "Syncs", "description": "Runs, and how a company stands."},
    {"name": "Reconciliation", "description": "Both sides' totals, and every difference with its cause."},
    {"name": "Issues", "description": "What waits for a person."},
    {"name": "Changes", "description": "The feed of what syncs changed here."},
    {"name": "Explain", "description": "Why something stands where it stands."},
    {"name": "Webhooks", "description": "What QuickBooks calls."},
    {"name": "Health", "description": "For probes and Prometheus; keep it inside the cluster."},
]
_SCHEME = "apiKey"
_REF = "#/components/schemas/{model}"
_CORE_RESPONSES = {"HTTPValidationError", "ValidationError"}


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str = Field(examples=["lines[0].amount"])
    code: str
    detail: str


class Problem(BaseModel):
    """An RFC 9457 problem document."""

    type: str = Field(examples=["/problems/validation_failed"])
    title: str
    status: int
    detail: str
    code: str = Field(examples=["validation_failed"])
    errors: list[FieldProblem]
    current: dict[str, Any] | None = Field(None, description="412: the record as it stands.")


def document(app: FastAPI, routes: Sequence[APIRoute]) -> dict[str, Any]:
    """Describe the API."""
    described = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        tags=TAGS,
        routes=app.routes,
    )
    schemas = described.setdefault("components", {}).setdefault("schemas", {})
    for name in _CORE_RESPONSES:
        schemas.pop(name, None)
    names = _add_schemas(schemas, [body.model for route in routes for body in _bodies(route)])
    for route in routes:
        for method in sorted(route.methods or ()):
            _complete(described["paths"][route.path_format][method.lower()], route, names)
    described["components"]["schemas"] = dict(sorted(schemas.items()))
    described["components"]["examples"] = {
        code: {"value": problem_document(code)} for code in sorted(PROBLEMS)
    }
    described["components"]["securitySchemes"] = {
        _SCHEME: {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key. Scopes: "
            + "; ".join(f"`{scope}` ({words})" for scope, words in SCOPES.items())
            + ".",
        }
    }
    return described


def text_of(described: dict[str, Any]) -> str:
    """Write the document so that equal ones are equal byte by byte."""
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


def _add_schemas(schemas: dict[str, Any], models: Iterable[type[BaseModel]]) -> dict[type[BaseModel], str]:
    """Add the models that the framework doesn't see; return the name of each."""
    wanted: list[type[BaseModel]] = [*dict.fromkeys(models), Problem]
    references, definitions = models_json_schema(
        [(model, "validation") for model in wanted], ref_template=_REF
    )
    schemas.update(definitions["$defs"])
    return {model: references[model, "validation"]["$ref"].rpartition("/")[2] for model in wanted}


def _complete(operation: dict[str, Any], route: APIRoute, names: dict[type[BaseModel], str]) -> None:
    codes: list[str] = list(operation.pop(EXTENSION, []))
    if operation.get("parameters"):
        codes.append("validation_failed")
    for allow in _calls(route, Allow):
        codes += ["unauthenticated", "scope_missing"]
        operation["security"] = [{_SCHEME: []}]
        operation["x-scopes"] = list(allow.scopes)
        scopes = " or ".join(f"`{scope}`" for scope in allow.scopes)
        operation["description"] = f"{operation.get('description', '')}\n\nScope: {scopes}.".strip()
        if "{company}" in route.path and not (
            route.path.endswith("{company}") and "PUT" in (route.methods or ())
        ):
            codes.append("company_not_found")
    for body in _bodies(route):
        codes += ["malformed_json", "body_too_large", "unsupported_media_type", "validation_failed"]
        operation["requestBody"] = {
            "required": not body.optional,
            "content": {"application/json": {"schema": {"$ref": _REF.format(model=names[body.model])}}},
        }
    responses = operation["responses"]
    responses.pop("422", None)
    for status, group in _by_status(codes).items():
        responses[str(status)] = _problem_answer(group)
    operation["responses"] = dict(sorted(responses.items()))


def _calls(route: APIRoute, kind: type[Any]) -> list[Any]:
    return [each.call for each in route.dependant.dependencies if isinstance(each.call, kind)]


def _bodies(route: APIRoute) -> list[JsonBody[Any]]:
    return _calls(route, JsonBody)


def _by_status(codes: Iterable[str]) -> dict[int, list[str]]:
    grouped: dict[int, list[str]] = {}
    for code in sorted(set(codes)):
        grouped.setdefault(PROBLEMS[code].status, []).append(code)
    return grouped


def _problem_answer(codes: list[str]) -> dict[str, Any]:
    return {
        "description": "; ".join(f"`{code}`: {PROBLEMS[code].title}" for code in codes),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": _REF.format(model="Problem")},
                "examples": {code: {"$ref": f"#/components/examples/{code}"} for code in codes},
            }
        },
    }
