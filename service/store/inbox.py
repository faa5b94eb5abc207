"""The inbox of QuickBooks' webhooks: an authentic delivery is stored whole before it is answered."""

import datetime as dt

from sqlalchemy import Connection, insert

from service.store.tables import WebhookEvent, table_of

_INSERT = insert(table_of(WebhookEvent))


def put(connection: Connection, *, id: str, body: bytes, now: dt.datetime) -> None:
    """Store one delivery; a sweep handles it."""
    row = {"id": id, "body": body, "received_at": now, "handled_at": None, "note": None}
    connection.execute(_INSERT, row)
