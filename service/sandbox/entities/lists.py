"""The small lists: Class, Department (a location to its users), Term, PaymentMethod, TaxCode."""

from service.sandbox.declare import Entity, anything, choice, flag, number, ref, text
from service.sandbox.draft import Draft
from service.sandbox.entities.shapes import HEADER, NAME_REFUSED


def _nested_list(name: str, child_flag: str, events: frozenset[str]) -> Entity:
    """Declare a list whose objects nest."""

    def complete(draft: Draft) -> None:
        draft.doc[child_flag] = draft.ref("ParentRef") is not None
        draft.default("Active", True)

    return Entity(
        name=name,
        fields=(
            text("Name", 100, find=True, refused=NAME_REFUSED),
            flag(child_flag, find=True),
            ref("ParentRef", name, find=True, named=False),
            text("FullyQualifiedName", read_only=True, find=True),
            flag("Active", find=True),
            *HEADER,
        ),
        name_field="Name",
        name_space=name.lower(),
        parent_field="ParentRef",
        child_flag=child_flag,
        required=("Name",),
        update_requires=("Name",),
        kept=frozenset({"Active"}),
        events=events,
        complete=complete,
    )


def _active(draft: Draft) -> None:
    draft.default("Active", True)


def _complete_term(draft: Draft) -> None:
    """A term is STANDARD, or DATE_DRIVEN where it names a day of the month (QBO documented)."""
    draft.default("Active", True)
    dated = draft.doc.get("DayOfMonthDue") is not None
    draft.doc["Type"] = "DATE_DRIVEN" if dated else "STANDARD"
    if not dated:
        draft.default("DueDays", 0)


CLASS = _nested_list("Class", "SubClass", frozenset({"Create", "Update", "Delete", "Merge"}))
DEPARTMENT = _nested_list("Department", "SubDepartment", frozenset({"Create", "Update", "Merge"}))

TERM = Entity(
    name="Term",
    fields=(
        text("Name", 31, find=True),
        flag("Active", find=True),
        text("Type", find=True),
        number("DiscountPercent"),
        number("DueDays"),
        number("DiscountDays"),
        number("DayOfMonthDue"),
        number("DueNextMonthDays"),
        number("DiscountDayOfMonth"),
        *HEADER,
    ),
    name_field="Name",
    name_space="term",
    required=("Name",),
    kept=frozenset({"Active"}),
    events=frozenset({"Create", "Update"}),
    complete=_complete_term,
)

PAYMENT_METHOD = Entity(
    name="PaymentMethod",
    fields=(
        text("Name", 31, find=True),
        flag("Active", find=True),
        choice("Type", "CREDIT_CARD", "NON_CREDIT_CARD", find=True),
        *HEADER,
    ),
    name_field="Name",
    name_space="paymentmethod",
    required=("Name",),
    kept=frozenset({"Active"}),
    events=frozenset({"Create", "Update", "Merge"}),
    complete=_active,
)

TAX_CODE = Entity(
    name="TaxCode",
    fields=(
        text("Name", find=True),
        text("Description"),
        flag("Active", find=True),
        flag("Taxable"),
        flag("TaxGroup"),
        *anything("Hidden", "TaxCodeConfigType", "SalesTaxRateList", "PurchaseTaxRateList"),
        *HEADER,
    ),
    operations=frozenset(),
    name_field="Name",
    in_cdc=False,
)
