"""Account: the chart of accounts."""

from typing import Any

import msgspec
from msgspec import Struct

from service.core.match import strip_deleted
from service.core.records import Account
from service.quickbooks.translate.wire import (
    TEXT_DECODER,
    MetaData,
    Observed,
    Ref,
    Translator,
    cleared,
    observed,
    present_name,
    text,
)


class _Account(Struct, rename="pascal"):
    id: str
    name: str
    sync_token: str = "0"
    account_type: str = ""
    account_sub_type: str | None = None
    acct_num: str | None = None
    description: str | None = None
    parent_ref: Ref | None = None
    fully_qualified_name: str | None = None
    active: bool = True
    currency_ref: Ref | None = None
    meta_data: MetaData | None = None


_DECODER = msgspec.json.Decoder(_Account)


def project(raw: bytes) -> Observed:
    """Read an Account."""
    wire = _DECODER.decode(raw)
    content = Account(
        name=strip_deleted(wire.name),
        type=wire.account_type,
        number=text(wire.acct_num),
        subtype=text(wire.account_sub_type),
        parent=wire.parent_ref.value if wire.parent_ref else None,
        description=text(wire.description),
        archived=not wire.active,
    )
    return observed(
        content,
        meta=wire.meta_data,
        sync_token=wire.sync_token,
        id=wire.id,
        raw=raw,
        inactive=not wire.active,
        level=(wire.fully_qualified_name or "").count(":"),
        currency=wire.currency_ref.value if wire.currency_ref else None,
    )


def create(content: Account, _: str | None) -> dict[str, Any]:
    """Write a new Account."""
    body: dict[str, Any] = {"Name": content.name, "AccountType": content.type}
    body |= _optional(content, ("number", "subtype", "description"))
    return body | (_parent(content) if content.parent else {})


def update(content: Account, fields: tuple[str, ...], raw: bytes, sync_token: int) -> dict[str, Any]:
    """Write a sparse update; QuickBooks asks for the name in each: its own, unless that changes."""
    name = content.name if "name" in fields else present_name(TEXT_DECODER.decode(raw), "Name")
    body: dict[str, Any] = {"sparse": True, "SyncToken": str(sync_token), "Name": name}
    body |= {_NAMES[name]: cleared(getattr(content, name)) for name in fields if name in _NAMES}
    if "parent" in fields:
        body |= _parent(content)
    if "archived" in fields:
        body["Active"] = not content.archived
    return body


_NAMES = {
    "number": "AcctNum",
    "type": "AccountType",
    "subtype": "AccountSubType",
    "description": "Description",
}


def _optional(content: Account, names: tuple[str, ...]) -> dict[str, Any]:
    return {_NAMES[name]: value for name in names if (value := getattr(content, name)) is not None}


def _parent(content: Account) -> dict[str, Any]:
    if content.parent is None:
        return {"SubAccount": False, "ParentRef": None}
    return {"SubAccount": True, "ParentRef": {"value": content.parent}}


TRANSLATOR = Translator(project, create, update)
