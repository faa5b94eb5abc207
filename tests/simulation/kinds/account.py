"""Accounts: people open and correct expense accounts and leave the others alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from service.core.records import Account, Document
from tests.simulation.kinds.kind import SimulatedKind
from tests.simulation.projection import Fields, LookUp, named, plain_name, reference

if TYPE_CHECKING:
    from tests.simulation.bookkeeper import Bookkeeper, Wire
    from tests.simulation.caller import Caller
    from tests.simulation.watch import Standing


def _of_quickbooks(wire: Fields) -> Fields:
    return {
        "name": plain_name(wire["Name"]),
        "type": wire.get("AccountType"),
        "subtype": wire.get("AccountSubType"),
        "number": wire.get("AcctNum") or None,
        "parent": reference(wire.get("ParentRef")),
        "description": wire.get("Description") or None,
        "archived": wire.get("Active") is False,
    }


def _of_document(document: Any, id_of: LookUp) -> Fields:
    names = ("name", "type", "subtype", "number", "description", "archived")
    return {name: getattr(document, name) for name in names} | {
        "parent": named(id_of, "account", document.parent)
    }


def _change_there(there: Bookkeeper, found: Wire, name: str) -> Wire | None:
    edits = there.site.edits
    if name == "name":
        return {"Name": edits.text("Account")}
    if name == "number":
        return {"AcctNum": edits.text("A")}
    return {"Description": edits.text("description")}


def _change_here(here: Caller, document: Any, name: str) -> Document | None:
    return replace(document, **{name: here.site.edits.text("Account" if name == "name" else "A")})


def _new_there(there: Bookkeeper) -> bool:
    """Open an expense account, sometimes below another."""
    body: Wire = {"Name": there.site.edits.text("Account"), "AccountType": "Expense"}
    above = there.free("account")
    if above and there.chance.random() < 0.3:
        body |= {"SubAccount": True, "ParentRef": {"value": there.chance.choice(above)["Id"]}}
    return there.create("account", body)


def _new_here(here: Caller) -> bool:
    """Write an expense account, sometimes below another."""
    edits = here.site.edits
    parent = here.pick(here.free("account")) if here.chance.random() < 0.3 else None
    document = Account(name=edits.text("Account"), type="Expense", parent=parent.id if parent else None)
    return here.put("account", f"a{edits.next()}", document)


def _is_free_there(wire: Wire) -> bool:
    return wire["AccountType"] == "Expense"


def _is_free_here(record: Standing) -> bool:
    document = record.document
    return isinstance(document, Account) and document.type == "Expense"


KIND = SimulatedKind(
    name="account",
    entity="Account",
    rank=10,
    is_list=True,
    of_quickbooks=_of_quickbooks,
    of_document=_of_document,
    mapped=frozenset(
        {"Name", "AcctNum", "AccountSubType", "Description", "Active", "ParentRef", "SubAccount"}
        | {"CurrentBalance", "CurrentBalanceWithSubAccounts"}
    ),
    fields=("name", "description", "description", "number"),
    change_there=_change_there,
    change_here=_change_here,
    new_there=_new_there,
    new_here=_new_here,
    weights={"new_there": 1, "new_here": 1, "edit_there": 2, "edit_here": 2, "switch_there": 1}
    | {"archive_here": 1, "restore": 1, "both": 1},
    populates=(0, 0),
    key_of=lambda fields: ((fields["name"] or "").casefold(), fields["type"], fields["parent"]),
    parents_of=lambda fields: [("account", fields["parent"])],
    is_free_there=_is_free_there,
    is_free_here=_is_free_here,
)
