"""The receiver of QuickBooks' webhooks: what is authentic is stored whole, and looked at later."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from service.api.body import read_bytes
from service.api.context import Context
from service.api.problems import ProblemError
from service.api.refusing import refuses
from service.quickbooks.webhooks import verify
from service.store import inbox

router = APIRouter(tags=["Webhooks"])


@router.post(
    "/webhooks/quickbooks",
    operation_id="receive_quickbooks_webhook",
    openapi_extra=refuses("invalid_signature", "body_too_large")
    | {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {}}},
            "description": "CloudEvents, or the older eventNotifications; signed in `intuit-signature`.",
        }
    },
    response_class=Response,
)
async def receive(context: Context, request: Request) -> Response:
    """Take a delivery: a wrong signature stores nothing."""
    body = await read_bytes(request, limit=context.webhook_limit)
    if not verify(body, request.headers.get("intuit-signature"), context.webhook_tokens):
        raise ProblemError("invalid_signature", "The body was not signed with a verifier token of ours.")
    now = context.clock.now()
    await context.store.run(lambda connection: inbox.put(connection, id=context.ids(), body=body, now=now))
    await context.ring_inbox()
    return Response(status_code=200)
