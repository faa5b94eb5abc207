"""Every way in which the API refuses: one table of codes, and RFC 9457 documents made of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


class ProblemType(NamedTuple):
    """One kind of refusal: the status and what it is called."""

    status: int
    title: str


PROBLEMS: dict[str, ProblemType] = {
    # what can't be read
    "malformed_json": ProblemType(400, "The body is not valid JSON"),
    "invalid_cursor": ProblemType(400, "The cursor is not one of ours"),
    "invalid_etag": ProblemType(400, "The precondition can't be read"),
    "invalid_state": ProblemType(400, "The redirect is forged, used or too old"),
    # who asks
    "unauthenticated": ProblemType(401, "A valid API key is needed"),
    "invalid_signature": ProblemType(401, "The signature is wrong"),
    "scope_missing": ProblemType(403, "The API key lacks a scope"),
    # what isn't there
    "not_found": ProblemType(404, "There is no such resource"),
    "company_not_found": ProblemType(404, "There is no such company"),
    "record_not_found": ProblemType(404, "There is no such record"),
    "sync_not_found": ProblemType(404, "There is no such sync"),
    "no_reconciliation": ProblemType(404, "No reconcile has run yet"),
    "issue_not_found": ProblemType(404, "There is no such issue"),
    "quickbooks_object_not_found": ProblemType(404, "No sync has seen such an object"),
    "unknown_entity": ProblemType(404, "This entity does not sync"),
    "method_not_allowed": ProblemType(405, "The resource doesn't take this method"),
    # what stands in the way
    "company_archived": ProblemType(409, "The company is archived"),
    "already_ended": ProblemType(409, "The sync has ended already"),
    "not_a_preview": ProblemType(409, "Only a preview has a plan"),
    "issue_resolved": ProblemType(409, "The issue is resolved already"),
    "action_not_possible": ProblemType(409, "The issue doesn't take this action"),
    "changed_since": ProblemType(409, "The record was changed after this conflict"),
    "already_linked": ProblemType(409, "One of the two is linked already"),
    "counterpart_not_found": ProblemType(409, "No sync has seen that object"),
    "payment_posted": ProblemType(409, "The payment was sent to QuickBooks and is fixed"),
    "payment_voided": ProblemType(409, "The payment was voided; a void is never undone"),
    "made_in_quickbooks": ProblemType(409, "The payment was made in QuickBooks"),
    "nothing_to_record": ProblemType(409, "The payment has been recorded here already"),
    "realm_taken": ProblemType(409, "The QuickBooks company is connected elsewhere"),
    "realm_differs": ProblemType(409, "Another QuickBooks company was synced before"),
    "company_reset": ProblemType(409, "The QuickBooks company was set up anew"),
    "revision_mismatch": ProblemType(412, "The record has another revision"),
    "revision_needed": ProblemType(412, "QuickBooks has changed the record: send its revision"),
    "already_exists": ProblemType(412, "There is a record with this id already"),
    "version_mismatch": ProblemType(412, "The preferences have another version"),
    # what is too much, or of the wrong kind
    "body_too_large": ProblemType(413, "The body is too large"),
    "unsupported_media_type": ProblemType(415, "The body must be JSON"),
    # what is wrong with the content
    "validation_failed": ProblemType(422, "The request is not valid"),
    "unknown_reference": ProblemType(422, "It refers to something that isn't there"),
    "vendor_mismatch": ProblemType(422, "It is of another vendor"),
    "customer_mismatch": ProblemType(422, "It is of another customer"),
    "exceeds_balance": ProblemType(422, "It is more than what is open"),
    "parent_cycle": ProblemType(422, "An entry can't be its own ancestor"),
    "nested_too_deep": ProblemType(422, "The hierarchy is too deep"),
    "invalid_id": ProblemType(422, "The id can't be used"),
    "duplicate_item": ProblemType(422, "The id occurs twice in the batch"),
    "link_target_missing": ProblemType(422, "The other side to link is not named"),
    # what we can't do now
    "internal_error": ProblemType(500, "Something went wrong on our side"),
    "oauth_not_configured": ProblemType(503, "No QuickBooks app is configured"),
    "database_unavailable": ProblemType(503, "The database does not answer"),
    "not_ready": ProblemType(503, "The service is not ready"),
}


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field; `field` is its path, as in `lines[0].amount`."""

    field: str
    code: str
    detail: str


class ProblemError(Exception):
    """Ends a request with a problem document."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.extra = extra


def problem_document(
    code: str, detail: str = "", *, errors: Iterable[FieldError] = (), **extra: Any
) -> dict[str, Any]:
    """Write a problem document."""
    kind = PROBLEMS[code]
    return {
        "type": f"/problems/{code}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail or f"{kind.title}.",
        "code": code,
        "errors": [{"field": each.field, "code": each.code, "detail": each.detail} for each in errors],
        **extra,
    }


_ENCODER = msgspec.json.Encoder(decimal_format="string")


def problem_response(error: ProblemError) -> Response:
    """Answer with a problem document."""
    document = problem_document(error.code, error.detail, errors=error.errors, **error.extra)
    return Response(
        _ENCODER.encode(document),
        status_code=document["status"],
        media_type=MEDIA_TYPE,
        headers=error.headers,
    )
