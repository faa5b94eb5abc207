"""Turns what pydantic found into field errors with stable codes and plain words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from service.api.problems import FieldError, ProblemError

_CODES = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "string_too_long": "too_long",
    "string_too_short": "too_short",
    "string_pattern_mismatch": "invalid_format",
    "literal_error": "unknown_value",
    "enum": "unknown_value",
    "too_long": "too_many",
    "too_short": "too_few",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "datetime_from_date_parsing": "invalid_instant",
    "datetime_parsing": "invalid_instant",
    "timezone_aware": "invalid_instant",
    "string_type": "invalid_type",
    "bool_type": "invalid_type",
    "bool_parsing": "invalid_type",
    "int_type": "invalid_type",
    "int_parsing": "invalid_type",
    "dict_type": "invalid_type",
    "list_type": "invalid_type",
    "tuple_type": "invalid_type",
    "model_type": "invalid_type",
    "model_attributes_type": "invalid_type",
}
_WORDS = {
    "required": "This field is required.",
    "unknown_field": "There is no such field.",
    "invalid_type": "The value has the wrong type.",
}
_MANY = 50


def validation_problem(found: Iterable[Mapping[str, Any]], *, places: frozenset[str]) -> ProblemError:
    """Make the problem of a request that doesn't validate; `places` in a path aren't fields."""
    errors = field_errors(found, places=places)
    first = errors[0] if errors else FieldError("", "invalid", "The request is not valid.")
    detail = f"{first.field}: {first.detail}" if first.field else first.detail
    return ProblemError("validation_failed", detail, errors=errors)


def field_errors(
    found: Iterable[Mapping[str, Any]], *, places: frozenset[str] = frozenset()
) -> list[FieldError]:
    """Translate pydantic's errors, at most fifty of them."""
    return [_field_error(each, places) for each in list(found)[:_MANY]]


def _field_error(error: Mapping[str, Any], places: frozenset[str]) -> FieldError:
    kind = str(error["type"])
    context = error.get("ctx") or {}
    code = _CODES.get(kind, kind if "field_code" in context else "invalid_value")
    if code == "invalid_type" and error.get("input") is None:
        code = "required"
    path = [*error["loc"], *([context["field"]] if context.get("field") else [])]
    if code == "unknown_field" and places and "query" in error["loc"]:
        code = "unknown_parameter"
    return FieldError(path_of(path, places), code, _WORDS.get(code) or f"{error['msg']}.".replace("..", "."))


def path_of(location: Sequence[Any], places: frozenset[str] = frozenset()) -> str:
    """Write a location as callers do: `lines[0].amount`."""
    if location and location[0] in places:
        location = location[1:]
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part}" if path else str(part)
    return path
