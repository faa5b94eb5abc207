"""Requests that write, as frozen bytes: what is sent again is the same to the byte.

The unit of replay is the request, single or batch: its id, its item ids and its bytes. A batch embeds its
items' bytes as they are, so an item reads the same alone and in company.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec

MINOR_VERSION = ("minorversion", "75")
"""Every company's base since 2025-08-01."""

LARGEST_BATCH = 30
SINGLE_ITEM = "0"

_VOIDED_BY_UPDATE = frozenset({"Payment", "BillPayment", "SalesReceipt"})
"""QuickBooks voids these by an update with `include=void`; invoices have an operation of their own."""


class Operation(StrEnum):
    """What a write does."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    VOID = "void"


class BatchItem(NamedTuple):
    """One write: JSON bytes of its object, and options such as `allowduplicatedocnum`.

    `item_id` is at most 10 characters; a void of a payment carries `sparse: true` in its body.
    """

    item_id: str
    operation: Operation
    entity: str
    body: bytes
    options: tuple[str, ...] = ()


class WriteRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One request of the ledger; `path` is relative to the company, `requestid` is added when it is sent.

    `items` names a batch's items and is None for a single write, whose answer comes under "0".
    """

    path: str
    parameters: tuple[tuple[str, str], ...]
    body: bytes
    request_id: str
    items: tuple[str, ...] | None = None
    is_batch: bool = False

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The items that an answer must name, batch or not."""
        return self.items if self.items is not None else (SINGLE_ITEM,)


def batch_request(items: Sequence[BatchItem], *, request_id: str) -> WriteRequest:
    """Freeze a batch.

    Raises:
        ValueError: no item or more than 30, an id that is too long or comes twice.
    """
    ids = tuple(item.item_id for item in items)
    if not 1 <= len(items) <= LARGEST_BATCH:
        raise ValueError(f"a batch has 1 to {LARGEST_BATCH} items, not {len(items)}")
    if len(set(ids)) != len(ids) or not all(1 <= len(item_id) <= 10 for item_id in ids):
        raise ValueError("item ids are 1 to 10 characters and differ")
    _check_request_id(request_id, longest=36)
    body = b'{"BatchItemRequest":[' + b",".join(_batch_item(item) for item in items) + b"]}"
    return WriteRequest(
        path="batch", parameters=(MINOR_VERSION,), body=body, request_id=request_id, items=ids, is_batch=True
    )


def single_request(
    operation: Operation, entity: str, body: bytes, *, request_id: str, options: Iterable[str] = ()
) -> WriteRequest:
    """Freeze a single write.

    Raises:
        ValueError: the request id is empty or longer than 50 characters.
    """
    _check_request_id(request_id, longest=50)
    verb, included = _spelled(operation, entity, tuple(options))
    parameters = [MINOR_VERSION]
    if verb != Operation.CREATE:
        parameters.append(("operation", verb))
    if included:
        parameters.append(("include", ",".join(included)))
    return WriteRequest(path=entity.lower(), parameters=tuple(parameters), body=body, request_id=request_id)


def _batch_item(item: BatchItem) -> bytes:
    verb, included = _spelled(item.operation, item.entity, item.options)
    parts = [b'{"bId":', msgspec.json.encode(item.item_id), b',"operation":"', verb.encode(), b'"']
    if included:
        parts += [b',"optionsData":', msgspec.json.encode(",".join(included))]
    parts += [b",", msgspec.json.encode(item.entity), b":", item.body, b"}"]
    return b"".join(parts)


def _spelled(operation: Operation, entity: str, options: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return QuickBooks' verb and options for an operation."""
    if operation is Operation.VOID and entity in _VOIDED_BY_UPDATE:
        return Operation.UPDATE.value, ("void", *options)
    return operation.value, options


def _check_request_id(request_id: str, *, longest: int) -> None:
    if not 1 <= len(request_id) <= longest:
        raise ValueError(f"a request id has 1 to {longest} characters")
