"""What all records have in common: how they are written, how they are answered."""

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar

from msgspec import Struct
from msgspec.structs import asdict
from pydantic import BaseModel, ConfigDict, Field, StrictInt, ValidationError, WrapValidator

from service.api.pagination import PageParameters
from service.api.schemas.fields import Id, Input, Instant, Money
from service.api.validation import field_errors
from service.core.records import BillLine, Document, InvoiceLine, Itemised
from service.store.records import StoredRecord

READ_ONLY = frozenset(
    {
        "id",
        "kind",
        "revision",
        "origin",
        "archived",
        "created_at",
        "updated_at",
        "quickbooks",
        "balance",
        "status",
    }
)
"""What a caller may send back as it was answered; a kind whose status is a field of its own takes it."""

KEYS = frozenset({"id", "revision"})
"""What an item of a batch is named by: it is no more read only there."""

SyncState = Literal["agreed", "pending", "skipped", "held", "failed", "conflict", "not_synced"]
Origin = Literal["platform", "quickbooks"]
_HIDDEN = frozenset({"archived", "card"})
"""Answered once for every kind, or known from what it refers to."""


class RecordInput(Input):
    """A record as callers write it: a full replacement."""

    read_only: ClassVar[frozenset[str]] = READ_ONLY

    def document(self) -> Document:
        """Return it as the core has it."""
        raise NotImplementedError


class BatchKeys(Input):
    """What an item of a batch has besides the record's fields."""

    read_only: ClassVar[frozenset[str]] = READ_ONLY - KEYS

    id: Id
    revision: Annotated[
        StrictInt | None,
        Field(ge=0, description="Write only if this is the present revision; 0: only if there is none."),
    ] = None


class QuickBooksStanding(BaseModel):
    """How a record stands with QuickBooks."""

    id: str | None = Field(description="Its id in QuickBooks, once it is linked.")
    sync_state: SyncState
    code: str | None = Field(description="Why it is skipped, held, failed or in conflict.")
    balance: Money | None = Field(description="What QuickBooks says is open.")
    synced_at: dt.datetime | None


class RecordAnswer(BaseModel):
    """What every record answers besides its own fields."""

    id: str
    kind: str
    revision: int
    origin: Origin
    archived: bool
    created_at: dt.datetime
    updated_at: dt.datetime
    quickbooks: QuickBooksStanding


def answer_example(kind: str, key: str, content: dict[str, Any]) -> dict[str, Any]:
    """Write the example of an answer from that of a body."""
    return {
        "id": key,
        "kind": kind,
        **content,
        "revision": 3,
        "origin": "platform",
        "archived": False,
        "created_at": "2026-03-02T09:00:00Z",
        "updated_at": "2026-03-02T09:05:00Z",
        "quickbooks": {
            "id": "191",
            "sync_state": "agreed",
            "code": None,
            "balance": content.get("balance"),
            "synced_at": "2026-03-02T09:05:30Z",
        },
    }


class RefusedItem(BaseModel):
    """An item of a batch that doesn't validate; it takes the item's place."""

    id: str | None
    errors: list[Any]


def _keep_refused(value: Any, validate: Callable[[Any], Any]) -> Any:
    """One bad item never stops the others."""
    try:
        return validate(value)
    except ValidationError as error:
        given = value.get("id") if isinstance(value, dict) else None
        return RefusedItem(
            id=given if isinstance(given, str) else None,
            errors=field_errors(error.errors(include_url=False)),
        )


Item = TypeVar("Item")


class BatchInput(Input, Generic[Item]):
    """Up to 1,000 records of one kind."""

    items: Annotated[list[Annotated[Item, WrapValidator(_keep_refused)]], Field(max_length=1000)]


class BatchItemAnswer(BaseModel):
    """What became of one item of a batch."""

    id: str | None
    status: Literal[200, 201, 409, 412, 422]
    revision: int | None
    problem: dict[str, Any] | None = Field(description="A problem document, where it was refused.")


class BatchAnswer(BaseModel):
    """An answer per item, in the order of the items."""

    items: list[BatchItemAnswer]


class RecordParameters(PageParameters):
    """Which records a list shows."""

    model_config = ConfigDict(extra="forbid")

    number: str | None = None
    name: str | None = None
    party: Annotated[str | None, Field(description="The vendor's or customer's id.")] = None
    status: str | None = None
    sync_state: SyncState | None = None
    code: str | None = None
    archived: bool | None = None
    updated_after: Annotated[
        Instant | None, Field(description="Only records changed after this instant, with its offset.")
    ] = None


def present(stored: StoredRecord) -> dict[str, Any]:
    """Answer a record."""
    return {
        "id": stored.id,
        "kind": stored.kind.value,
        **content_of(stored.document),
        **_worth(stored),
        "revision": stored.revision,
        "origin": stored.origin,
        "archived": stored.archived,
        "created_at": stored.created_at,
        "updated_at": stored.updated_at,
        "quickbooks": {
            "id": stored.quickbooks_id,
            "sync_state": stored.sync_state,
            "code": stored.code,
            "balance": stored.quickbooks_balance,
            "synced_at": stored.synced_at,
        },
    }


def _worth(stored: StoredRecord) -> dict[str, Any]:
    """A payment has no balance, and its status is its document's own."""
    if isinstance(stored.document, Itemised):
        return {"amount": stored.amount, "balance": stored.balance, "status": stored.status}
    return {} if stored.amount is None else {"amount": stored.amount}


def content_of(document: Document) -> dict[str, Any]:
    """Show a document's own fields; what QuickBooks calls a line is not for callers."""
    return {name: _shown(value) for name, value in asdict(document).items() if name not in _HIDDEN}


def _shown(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_shown(each) for each in value]
    if isinstance(value, BillLine | InvoiceLine):
        written = zip(value.__struct_encode_fields__, asdict(value).values(), strict=True)
        return {name: _shown(each) for name, each in written if name != "quickbooks_id"}
    return asdict(value) if isinstance(value, Struct) else value
