"""Vendor, Customer and Employee: they share one sequence of ids and one space of names."""

from service.sandbox import errors
from service.sandbox.declare import Entity, anything, day, flag, money, number, ref, shape, text
from service.sandbox.draft import Draft, ref_of
from service.sandbox.entities.automatic import open_balance
from service.sandbox.entities.shapes import CURRENCY, HEADER, NAME_REFUSED, address, email, phone
from service.sandbox.entities.shapes import WEB as WEB_FIELDS
from service.sandbox.wire import Doc

NAME_PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")
NAMES = (
    text("Title", 16),
    text("GivenName", 100, find=True, refused=NAME_REFUSED),
    text("MiddleName", 100, find=True, refused=NAME_REFUSED),
    text("FamilyName", 100, find=True, refused=NAME_REFUSED),
    text("Suffix", 16),
)
REACH = (
    phone("PrimaryPhone"),
    phone("AlternatePhone"),
    phone("Mobile"),
    phone("Fax"),
    email("PrimaryEmailAddr"),
    shape("WebAddr", WEB_FIELDS, "WebSiteAddress"),
)
DISPLAY_NAME = text("DisplayName", 500, find=True, refused=NAME_REFUSED)
PRINT_NAME = text("PrintOnCheckName", 110, find=True)
ALL_EVENTS = frozenset({"Create", "Update", "Delete", "Merge"})


def _names(draft: Draft) -> None:
    """DisplayName is made from the parts where it is missing; without any of them it is fault 6080."""
    doc = draft.doc
    if not doc.get("DisplayName"):
        parts = [str(doc[part]) for part in NAME_PARTS if doc.get(part)] or [
            str(doc.get("CompanyName") or "")
        ]
        doc["DisplayName"] = " ".join(parts).strip()
    if not doc["DisplayName"]:
        raise errors.SandboxFault(
            "6080", "Name is required", "At least one name part or DisplayName is required"
        )
    _print_name(draft)
    draft.default("Active", True)


def _print_name(draft: Draft) -> None:
    """The company's name, else the display name; a full update that omits it resets it (recorded)."""
    doc = draft.doc
    shown = str(doc["DisplayName"]).removesuffix(" (deleted)")
    draft.default("PrintOnCheckName", (doc.get("CompanyName") or shown)[:110])


def _addresses(draft: Draft, *fields: str) -> None:
    """An address has an id of its own, which survives its changes (recorded)."""
    for name in fields:
        value = draft.doc.get(name)
        if isinstance(value, dict):
            before = (draft.old or {}).get(name)
            known = before.get("Id") if isinstance(before, dict) else None
            own = value.pop("Id", None)
            address_id = own or known or draft.books.next_number("address")
            draft.doc[name] = {"Id": address_id, **value}


def complete_vendor(draft: Draft) -> None:
    """Fill in what a vendor's answer shows (recorded 2026)."""
    _names(draft)
    _addresses(draft, "BillAddr", "OtherAddr")
    draft.default("Vendor1099", False)
    draft.default("BillRate", 0)
    draft.default("CostRate", 0)
    draft.default("CurrencyRef", {"value": draft.books.home_currency})
    draft.default("V4IDPseudonym", f"{draft.books.random.getrandbits(128):032x}")
    draft.doc.pop("Balance", None)


def complete_customer(draft: Draft) -> None:
    """Fill in what a customer's answer shows (recorded)."""
    doc = draft.doc
    doc.pop("Balance", None)
    _names(draft)
    _addresses(draft, "BillAddr", "ShipAddr")
    draft.default("Taxable", True)
    draft.default("Job", draft.ref("ParentRef") is not None)
    draft.default("BillWithParent", False)
    draft.default("CurrencyRef", {"value": draft.books.home_currency})
    draft.default("PreferredDeliveryMethod", "Print")
    group = draft.books.preference("TaxPrefs", "TaxGroupCodeRef")
    if draft.is_new and doc["Taxable"] and isinstance(group, dict):
        draft.default("DefaultTaxCodeRef", {"value": group["value"]})
    parent = draft.find("Customer", draft.ref("ParentRef"))
    doc["Level"] = 1 + int(parent.doc().get("Level", 0)) if parent is not None else None


def check_customer(draft: Draft) -> None:
    """A job without its customer is fault 6150 (QBO documented)."""
    if draft.doc.get("Job") and draft.ref("ParentRef") is None:
        raise errors.SandboxFault(
            "6150", "Parent missing", "A sub-customer needs a ParentRef", element="ParentRef"
        )


def complete_employee(draft: Draft) -> None:
    """Fill in what an employee's answer shows (recorded)."""
    _names(draft)
    _addresses(draft, "PrimaryAddr")
    draft.default("BillableTime", False)


def check_currency(draft: Draft) -> None:
    """The currency of a vendor or customer never changes (QBO documented)."""
    check_email(draft.doc)
    old = ref_of(draft.old or {}, "CurrencyRef")
    if old is not None and old != draft.ref("CurrencyRef"):
        raise errors.business("The currency of a name can't be changed once it is set.", "CurrencyRef")


def check_email(doc: Doc) -> None:
    """Each of the addresses, separated by commas, has an @ and a dot behind it (QBO documented)."""
    mail = doc.get("PrimaryEmailAddr")
    written = mail.get("Address") if isinstance(mail, dict) else None
    for one in str(written).split(",") if written else ():
        name, at, host = one.strip().rpartition("@")
        if not (name and at and "." in host):
            detail = "Email Address does not conform to the format"
            raise errors.SandboxFault(
                "2210", "Invalid Email Address format", detail, element="PrimaryEmailAddr"
            )


def _check_customer(draft: Draft) -> None:
    check_currency(draft)
    check_customer(draft)


VENDOR = Entity(
    name="Vendor",
    fields=(
        address("BillAddr"),
        address("OtherAddr"),
        text("TaxIdentifier", 20, masked=True),
        ref("TermRef", "Term", named=False),
        money("Balance", find=True),
        text("AcctNum", 100, find=True),
        number("BillRate"),
        flag("Vendor1099", find=True),
        CURRENCY,
        number("CostRate"),
        ref("APAccountRef", "Account"),
        *HEADER,
        *NAMES,
        text("CompanyName", 100, find=True),
        DISPLAY_NAME,
        PRINT_NAME,
        flag("Active", find=True),
        *anything("V4IDPseudonym"),
        *REACH,
        text("Notes", 2000),
        day("OpenBalanceDate"),
        *anything("VendorPaymentBankDetail", "GSTIN", "BusinessNumber", "HasTPAR"),
        *anything(
            "T4AEligible", "T5018Eligible", "Source", "UserId", "OtherContactInfo", "TaxReportingBasis"
        ),
        *anything(
            "DefaultTaxCodeRef", "Organization", "FamilyNameKana", "ContactName", "GSTRegistrationType"
        ),
    ),
    sequence="names",
    name_field="DisplayName",
    name_space="names",
    kept=frozenset({"CurrencyRef", "Active", "V4IDPseudonym"}),
    balance="Balance",
    events=ALL_EVENTS,
    aftermath=open_balance,
    complete=complete_vendor,
    check=check_currency,
)

CUSTOMER = Entity(
    name="Customer",
    fields=(
        flag("Taxable", find=True),
        address("BillAddr"),
        address("ShipAddr"),
        text("Notes", 2000),
        flag("Job", find=True),
        flag("BillWithParent"),
        ref("ParentRef", "Customer", find=True, named=False),
        number("Level"),
        ref("SalesTermRef", "Term", named=False),
        ref("PaymentMethodRef", "PaymentMethod", named=False),
        money("Balance", find=True),
        day("OpenBalanceDate"),
        money("BalanceWithJobs", read_only=True),
        CURRENCY,
        text("PreferredDeliveryMethod"),
        text("ResaleNum", 16),
        *anything("ARAccountRef", "IsProject", "ClientEntityId"),
        *HEADER,
        *NAMES,
        text("FullyQualifiedName", read_only=True, find=True),
        text("CompanyName", 100, find=True),
        DISPLAY_NAME,
        PRINT_NAME,
        flag("Active", find=True),
        *anything("V4IDPseudonym"),
        *REACH,
        ref("DefaultTaxCodeRef", "TaxCode", named=False),
        *anything(
            "TaxExemptionReasonId", "GSTIN", "BusinessNumber", "PrimaryTaxIdentifier", "CustomerTypeRef"
        ),
        *anything(
            "SecondaryTaxIdentifier", "Source", "Organization", "SalesRepRef", "ContactName", "AcctNum"
        ),
    ),
    sequence="names",
    name_field="DisplayName",
    name_space="names",
    parent_field="ParentRef",
    child_flag="Job",
    kept=frozenset(
        {
            "CurrencyRef",
            "Active",
            "DefaultTaxCodeRef",
            "PreferredDeliveryMethod",
            "IsProject",
            "Job",
            "ParentRef",
        }
    ),
    balance="Balance",
    rollup="BalanceWithJobs",
    by_person=frozenset({"IsProject"}),
    events=ALL_EVENTS,
    aftermath=open_balance,
    complete=complete_customer,
    check=_check_customer,
)

EMPLOYEE = Entity(
    name="Employee",
    fields=(
        text("SSN", 100),
        address("PrimaryAddr"),
        flag("BillableTime"),
        day("BirthDate"),
        text("Gender"),
        day("HiredDate"),
        day("ReleasedDate"),
        *anything("BillRate", "CostRate", "EmployeeNumber", "Organization"),
        *HEADER,
        *NAMES,
        DISPLAY_NAME,
        PRINT_NAME,
        flag("Active", find=True),
        *anything("V4IDPseudonym"),
        *REACH,
    ),
    sequence="names",
    name_field="DisplayName",
    name_space="names",
    kept=frozenset({"Active"}),
    events=ALL_EVENTS,
    complete=complete_employee,
)
