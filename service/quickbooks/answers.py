"""Envelopes of QuickBooks' answers, decoded once; the objects inside stay the bytes that came.

A `Raw` row is a slice of the whole answer and keeps it in memory: copy it (`bytes(row)`) where it is kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar

import msgspec
from msgspec import Raw, Struct

from service.quickbooks.errors import QuickBooksError, UnreadableAnswerError
from service.quickbooks.faults import Fault, read_fault
from service.quickbooks.times import read_instant


class FaultedAnswerError(QuickBooksError):
    """A fault where rows were expected; at least one."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(", ".join(fault.code for fault in faults))
        self.faults = faults


class Page(NamedTuple):
    """The rows of one query answer, and when QuickBooks began to work on it."""

    rows: list[Raw]
    time: datetime | None


class Tombstone(NamedTuple):
    """An object that CDC reports as deleted; `at` is its last change."""

    id: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed; `count` is the number of all objects, 1,000 means that the answer was cut."""

    time: datetime | None
    objects: dict[str, list[Raw]]
    deleted: dict[str, list[Tombstone]]
    count: int


class ItemAnswer(NamedTuple):
    """What became of one item: its object as it is now, or its faults.

    A fault whose rule says `retry` leaves this one item's outcome unknown.
    """

    entity: str | None
    body: Raw | None
    faults: tuple[Fault, ...]


class WriteAnswer(NamedTuple):
    """What became of a request, item by item; a single write's only item is "0"."""

    time: datetime | None
    intuit_tid: str | None
    items: dict[str, ItemAnswer]


class Head(NamedTuple):
    """What identifies one version of an object."""

    id: str
    sync_token: str
    updated_at: str
    is_deleted: bool
    is_inactive: bool


class _MetaData(Struct):
    LastUpdatedTime: str = ""


class _Head(Struct):
    Id: str | int
    SyncToken: str | int = ""
    MetaData: _MetaData | None = None
    status: str | None = None
    Active: bool | None = None


# One union instead of Raw: the rows are sliced in the same pass that reads the envelope.
_Part = list[Raw] | dict[str, Raw] | str | int | float | bool | None
_NOTHING = Raw(b"null")
_FAULT_KEYS = frozenset({"Fault", "fault"})


class _PageBody(Struct):
    QueryResponse: dict[str, _Part]
    time: Raw = _NOTHING


class _ChangesPart(Struct):
    QueryResponse: list[dict[str, _Part]] | None = None
    Fault: dict[str, Raw] | None = None


class _ChangesBody(Struct):
    CDCResponse: list[_ChangesPart]
    time: Raw = _NOTHING


class _BatchBody(Struct):
    BatchItemResponse: list[dict[str, Raw]]
    time: Raw = _NOTHING


_head = msgspec.json.Decoder(_Head)
_page = msgspec.json.Decoder(_PageBody)
_changes = msgspec.json.Decoder(_ChangesBody)
_batch = msgspec.json.Decoder(_BatchBody)
_object = msgspec.json.Decoder(dict[str, Raw])
_anything = msgspec.json.Decoder()

T = TypeVar("T")


def read_head(row: bytes | Raw) -> Head:
    """Return what identifies an object.

    Raises:
        UnreadableAnswerError: it has no Id, or is no object.
    """
    head = _decode(_head, row)
    updated_at = head.MetaData.LastUpdatedTime if head.MetaData else ""
    is_deleted = (head.status or "").lower() == "deleted"
    return Head(str(head.Id), str(head.SyncToken), updated_at, is_deleted, head.Active is False)


def read_page(body: bytes) -> Page:
    """Return a query answer's rows, under whichever key they come.

    Raises:
        UnreadableAnswerError: it is no query answer.
        FaultedAnswerError: it holds a fault.
    """
    answer = _decode(_page, body)
    rows = [row for _, part in _parts(answer.QueryResponse) for row in part]
    return Page(rows, _time(answer.time))


def read_changes(body: bytes) -> Changes:
    """Return what a CDC answer says, tombstones apart from objects.

    Raises:
        UnreadableAnswerError: it is no CDC answer.
        FaultedAnswerError: it, or the part of one entity, holds a fault.
    """
    answer = _decode(_changes, body)
    objects: dict[str, list[Raw]] = {}
    deleted: dict[str, list[Tombstone]] = {}
    count = 0
    for entity, row in _changed_rows(answer.CDCResponse):
        count += 1
        head = read_head(row)
        if head.is_deleted:
            deleted.setdefault(entity, []).append(Tombstone(head.id, read_instant(head.updated_at)))
        else:
            objects.setdefault(entity, []).append(row)
    return Changes(_time(answer.time), objects, deleted, count)


def read_object(body: bytes, entity: str) -> tuple[str, Raw, datetime | None]:
    """Return the entity's name, the one object of an answer and its time; `entity` in any case.

    Raises:
        UnreadableAnswerError: there is no such object.
    """
    answer = _decode(_object, body)
    for key, value in answer.items():
        if key.lower() == entity.lower() and _is_object(value):
            return key, value, _time(answer.get("time", _NOTHING))
    raise UnreadableAnswerError(f"no {entity} in the answer")


def read_batch(body: bytes) -> tuple[dict[str, ItemAnswer], datetime | None]:
    """Return a batch's answers by item id; their order means nothing (Intuit's batch reference).

    Raises:
        UnreadableAnswerError: it is no batch answer.
    """
    answer = _decode(_batch, body)
    found: dict[str, ItemAnswer] = {}
    for item_id, item in (_item(item) for item in answer.BatchItemResponse):
        if item is not None and found.setdefault(item_id, item) != item:
            raise UnreadableAnswerError(f"two answers to item {item_id}")
    return found, _time(answer.time)


def _item(item: dict[str, Raw]) -> tuple[str, ItemAnswer | None]:
    """Return one item's id and answer, None where it says neither what it is now nor what is wrong."""
    item_id = str(_decode(_anything, item.get("bId", _NOTHING)))
    told = {key: value for key, value in item.items() if _is_object(value)}
    for key in _FAULT_KEYS & told.keys():
        return item_id, ItemAnswer(None, None, read_fault(_decode(_anything, told[key])) or (Fault(),))
    for key, value in told.items():
        if key[:1].isupper():
            return item_id, ItemAnswer(key, value, ())
    return item_id, None


def _changed_rows(groups: list[_ChangesPart]) -> Iterator[tuple[str, Raw]]:
    for group in groups:
        if group.Fault is not None:
            raise FaultedAnswerError(_faults(group.Fault))
        for response in group.QueryResponse or ():
            for entity, rows in _parts(response):
                yield from ((entity, row) for row in rows)


def _parts(response: dict[str, _Part]) -> Iterator[tuple[str, list[Raw]]]:
    """Yield the lists of a QueryResponse; its numbers (totalCount and so on) are not to be relied on."""
    for key, value in response.items():
        if isinstance(value, list):
            yield key, value
        elif isinstance(value, dict) and key in _FAULT_KEYS:
            raise FaultedAnswerError(_faults(value))


def _faults(fault: dict[str, Raw]) -> tuple[Fault, ...]:
    decoded = {key: _decode(_anything, value) for key, value in fault.items()}
    return read_fault(decoded) or (Fault(),)


def _time(value: Raw) -> datetime | None:
    return read_instant(_decode(_anything, value))


def _is_object(value: Raw) -> bool:
    return bytes(memoryview(value)[:1]) == b"{"


def _decode(decoder: msgspec.json.Decoder[T], body: bytes | Raw) -> T:
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableAnswerError(f"{type(error).__name__}: {error}") from error
