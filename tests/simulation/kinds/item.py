"""Items: people make services and goods, price them, and take them out of use."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from service.core.records import Document, Item, rate
from tests.simulation.kinds.kind import Keys, SimulatedKind
from tests.simulation.projection import Fields, LookUp, named, plain_name, reference

if TYPE_CHECKING:
    from tests.simulation.bookkeeper import Bookkeeper, Wire
    from tests.simulation.caller import Caller
    from tests.simulation.watch import Standing

_MADE_BY_ANYBODY = ("Service", "NonInventory")


def _of_quickbooks(wire: Fields) -> Fields:
    return {
        "name": plain_name(wire["Name"]),
        "type": wire.get("Type"),
        "sku": wire.get("Sku") or None,
        "description": wire.get("Description") or None,
        "unit_price": _price(wire.get("UnitPrice")),
        "income_account": reference(wire.get("IncomeAccountRef")),
        "expense_account": reference(wire.get("ExpenseAccountRef")),
        "parent": reference(wire.get("ParentRef")),
        "archived": wire.get("Active") is False,
    }


def _of_document(document: Any, id_of: LookUp) -> Fields:
    return {name: getattr(document, name) for name in ("name", "type", "sku", "description", "archived")} | {
        "unit_price": _price(document.unit_price),
        "income_account": named(id_of, "account", document.income_account),
        "expense_account": named(id_of, "account", document.expense_account),
        "parent": named(id_of, "item", document.parent),
    }


def _price(value: Any) -> str | None:
    """QuickBooks answers 0 where nobody set a price; one has as many decimals as it needs."""
    return f"{Decimal(str(value)).normalize():f}" if value else None


def _change_there(there: Bookkeeper, found: Wire, name: str) -> Wire | None:
    edits = there.site.edits
    if name == "name":
        return {"Name": edits.text("Item")}
    if name == "sku":
        return {"Sku": edits.text("S")}
    if name == "unit_price":
        return {"UnitPrice": edits.amount()}
    return {"Description": edits.text("words")}


def _change_here(here: Caller, document: Any, name: str) -> Document | None:
    edits = here.site.edits
    if name == "unit_price":
        return replace(document, unit_price=rate(edits.amount()))
    changed: Document = replace(document, **{name: edits.text("Item" if name == "name" else "S")})
    return changed


def _new_there(there: Bookkeeper) -> bool:
    accounts = there.free("account")
    if not accounts:
        return False
    body: Wire = {
        "Name": there.site.edits.text("Item"),
        "Type": there.chance.choice(_MADE_BY_ANYBODY),
        "ExpenseAccountRef": {"value": there.chance.choice(accounts)["Id"]},
    }
    return there.create("item", body)


def _new_here(here: Caller) -> bool:
    edits, accounts = here.site.edits, here.free("account")
    if not accounts:
        return False
    document = Item(
        name=edits.text("Item"),
        type=here.chance.choice(_MADE_BY_ANYBODY),
        expense_account=here.chance.choice(accounts).id,
        unit_price=rate(edits.amount()) if here.chance.random() < 0.5 else None,
    )
    return here.put("item", f"i{edits.next()}", document)


def _parents(fields: Fields) -> Keys:
    return [
        ("account", fields["income_account"]),
        ("account", fields["expense_account"]),
        ("item", fields["parent"]),
    ]


def _is_free_here(record: Standing) -> bool:
    document = record.document
    return isinstance(document, Item) and document.type in _MADE_BY_ANYBODY


KIND = SimulatedKind(
    name="item",
    entity="Item",
    rank=25,
    is_list=True,
    of_quickbooks=_of_quickbooks,
    of_document=_of_document,
    mapped=frozenset(
        {"Name", "Type", "Sku", "Description", "UnitPrice", "IncomeAccountRef", "ExpenseAccountRef"}
        | {"ParentRef", "SubItem", "Active"}
    ),
    fields=("name", "sku", "unit_price", "description"),
    change_there=_change_there,
    change_here=_change_here,
    new_there=_new_there,
    new_here=_new_here,
    weights={"new_there": 1, "new_here": 1, "edit_there": 2, "edit_here": 2, "switch_there": 1}
    | {"archive_here": 1, "restore": 1, "both": 1},
    populates=(1, 1),
    key_of=lambda fields: ((fields["name"] or "").casefold(), fields["parent"]),
    parents_of=_parents,
    is_free_there=lambda wire: wire.get("Type") in _MADE_BY_ANYBODY,
    is_free_here=_is_free_here,
)
