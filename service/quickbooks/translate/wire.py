"""What all translations answer, and what is read of any object alike."""

import datetime as dt
import hashlib
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from service.core.match import match_key
from service.core.records import PROJECTION_VERSION, Document, encode
from service.quickbooks.times import read_instant

TEXT_DECODER = msgspec.json.Decoder(float_hook=Decimal)
"""Reads any of QuickBooks' JSON without losing a cent: numbers with a point become Decimal."""
BODY_ENCODER = msgspec.json.Encoder(decimal_format="number")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Meta(Struct, frozen=True, rename="pascal"):
    """When an object was made and last touched; QuickBooks leaves either out at times."""

    create_time: str | None = None
    last_updated_time: str | None = None


class Observed(Struct, frozen=True, kw_only=True):
    """One object as QuickBooks sent it: its content and what is derived from it."""

    id: str
    sync_token: int
    last_updated_at: dt.datetime
    content: Document
    content_hash: str
    match_key: str | None
    raw: bytes
    inactive: bool = False
    level: int = 0
    marker: str | None = None
    currency: str | None = None
    amount: Decimal | None = None
    balance: Decimal | None = None
    voided: bool = False
    unsupported: tuple[str, ...] = ()


class Translator(NamedTuple):
    """How one kind is read from QuickBooks and written to it.

    `project(raw)` reads an object. `create(content, marker)` and `update(content, fields, raw, sync_token)`
    return bodies; `update` names only the given fields.
    """

    project: Callable[[bytes], Observed]
    create: Callable[[Any, str | None], dict[str, Any]]
    update: Callable[[Any, tuple[str, ...], bytes, int], dict[str, Any]]


def content_hash(content: Document) -> str:
    """Hash content in QuickBooks' ids, so that linking a parent changes nothing."""
    return hash_of(encode(content), PROJECTION_VERSION)


def hash_of(content: bytes, version: int) -> str:
    """Hash content as it is written down, as a version of the projection does."""
    return hashlib.blake2b(content, digest_size=12, salt=version.to_bytes(2, "big")).hexdigest()


def observed(content: Document, *, meta: Meta | None, sync_token: str, **derived: Any) -> Observed:
    """Complete an observation with what all kinds derive alike."""
    return Observed(
        sync_token=int(sync_token or 0),
        last_updated_at=instant((meta.last_updated_time or meta.create_time) if meta else None),
        content=content,
        content_hash=content_hash(content),
        match_key=match_key(content),
        **derived,
    )


class _Dated(Struct, rename="pascal"):
    meta_data: Meta | None = None


_DATED = msgspec.json.Decoder(_Dated)


def created_at(raw: bytes) -> dt.datetime:
    """Return when QuickBooks made an object, in whole seconds; the epoch where it doesn't say."""
    meta = _DATED.decode(raw).meta_data
    return instant(meta.create_time if meta else None)


def instant(text: str | None) -> dt.datetime:
    """Read one of QuickBooks' times (Pacific offset) as UTC; the epoch where there is none to be read."""
    return read_instant(text) or _EPOCH
