"""What all records have in common: how they are written, how they are answered."""

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar

from msgspec.structs import asdict
from pydantic import BaseModel, ConfigDict, Field, StrictInt, ValidationError, WrapValidator

from service.api.pagination import PageParameters
from service.api.schemas.fields import Id, Input, Instant, Money
from service.api.validation import field_errors
from service.core.records import Address, BillLine, Document
from service.store.records import StoredRecord

_READ_ONLY = frozenset(
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
SyncState = Literal["agreed", "pending", "skipped", "held", "failed", "conflict", "not_synced"]
Origin = Literal["platform", "quickbooks"]


class RecordInput(Input):
    """A record as callers write it: a full replacement."""

    read_only: ClassVar[frozenset[str]] = _READ_ONLY

    def document(self) -> Document:
        """Return it as the core has it."""
        raise NotImplementedError


class BatchKeys(Input):
    """What an item of a batch has besides the record's fields."""

    read_only: ClassVar[frozenset[str]] = _READ_ONLY - {"id", "revision"}

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
            "balance": content.get("amount"),
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
    status: Literal[200, 201, 412, 422]
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
    shown: dict[str, Any] = {"id": stored.id, "kind": stored.kind.value, **content_of(stored.document)}
    if stored.amount is not None:
        shown |= {"amount": stored.amount, "balance": stored.balance, "status": stored.status}
    return shown | {
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


def content_of(document: Document) -> dict[str, Any]:
    """Show a document's own fields; what QuickBooks calls a line is not for callers."""
    shown = {name: _shown(value) for name, value in asdict(document).items()}
    shown.pop("archived", None)
    return shown


def _shown(value: Any) -> Any:
    if isinstance(value, Address):
        return asdict(value)
    if isinstance(value, tuple):
        return [_shown(each) for each in value]
    if isinstance(value, BillLine):
        written = zip(value.__struct_encode_fields__, asdict(value).values(), strict=True)
        return {name: _shown(each) for name, each in written if name != "quickbooks_id"}
    return value
