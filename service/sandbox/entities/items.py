"""Item: services, products, bundles and categories."""

from service.sandbox import errors
from service.sandbox.declare import Entity, anything, choice, day, flag, number, ref, text
from service.sandbox.draft import Draft
from service.sandbox.entities.shapes import HEADER, NAME_REFUSED

KINDS = ("Service", "NonInventory", "Inventory", "Group", "Category", "Bundle")


def complete(draft: Draft) -> None:
    """Fill in the defaults that every answer shows (recorded)."""
    doc = draft.doc
    draft.default("Type", "Service")
    draft.default("Active", True)
    draft.default("Taxable", False)
    draft.default("TrackQtyOnHand", doc["Type"] == "Inventory")
    if doc["Type"] != "Category":
        draft.default("UnitPrice", 0)
        draft.default("PurchaseCost", 0)
    parent = draft.find("Item", draft.ref("ParentRef"))
    if draft.ref("ParentRef") is not None:
        doc["SubItem"] = True
        doc["Level"] = 1 + (int(parent.doc().get("Level", 0)) if parent is not None else 0)


def check(draft: Draft) -> None:
    """An item that is sold needs an income account; inventory needs all three, a stock and its date.

    (QBO documented.)
    """
    needed = {"Service": ("IncomeAccountRef",), "NonInventory": ("IncomeAccountRef",)}
    inventory = ("IncomeAccountRef", "ExpenseAccountRef", "AssetAccountRef")
    kind = str(draft.doc["Type"])
    names = inventory if kind == "Inventory" else needed.get(kind, ())
    bought = kind in needed and draft.ref("ExpenseAccountRef") is not None
    for name in names:
        if draft.ref(name) is None and not bought:
            raise errors.missing(name)
    for name in ("QtyOnHand", "InvStartDate") if kind == "Inventory" and draft.is_new else ():
        if draft.doc.get(name) is None:
            raise errors.missing(name)


ITEM = Entity(
    name="Item",
    fields=(
        text("Name", 100, find=True, refused=NAME_REFUSED),
        text("Sku", 100, find=True),
        text("Description", 4000, find=True),
        flag("Active", find=True),
        flag("SubItem", find=True),
        ref("ParentRef", "Item", find=True),
        number("Level"),
        text("FullyQualifiedName", read_only=True, find=True),
        flag("Taxable", find=True),
        flag("SalesTaxIncluded"),
        number("UnitPrice", find=True),
        choice("Type", *KINDS, find=True),
        ref("IncomeAccountRef", "Account"),
        text("PurchaseDesc", 4000),
        number("PurchaseCost", find=True),
        ref("ExpenseAccountRef", "Account"),
        ref("AssetAccountRef", "Account"),
        ref("PrefVendorRef", "Vendor"),
        flag("TrackQtyOnHand", find=True),
        number("QtyOnHand", find=True),
        day("InvStartDate"),
        ref("ClassRef", "Class"),
        *anything(
            "SalesTaxCodeRef",
            "PurchaseTaxCodeRef",
            "ItemGroupDetail",
            "PrintGroupedItems",
            "ItemCategoryType",
        ),
        *anything(
            "ReorderPoint", "TaxClassificationRef", "PurchaseTaxIncluded", "AbatementRate", "UQCDisplayText"
        ),
        *HEADER,
    ),
    name_field="Name",
    name_space="item",
    parent_field="ParentRef",
    child_flag="SubItem",
    required=("Name",),
    update_requires=("Name",),
    kept=frozenset({"Active", "Type"}),
    events=frozenset({"Create", "Update", "Delete", "Merge"}),
    complete=complete,
    check=check,
)
