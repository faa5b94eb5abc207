"""Objects as QuickBooks has them and edits of them, drawn at random; and what of an object is not ours."""

from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import strategies as st
from msgspec.structs import replace

from service.core.match import marker_of
from service.core.records import CONTENT, LISTS, ORDER, Account, Bill, Document, Invoice, Itemised, Kind
from service.quickbooks.translate import TRANSLATORS
from service.quickbooks.translate.wire import BODY_ENCODER
from tests.core.strategies import documents, every_kind
from tests.quickbooks.translate import books

MARKER = marker_of("acme", Kind.BILL, "bill-1")
DERIVED = {
    *("SyncToken", "MetaData", "TotalAmt", "Balance", "FullyQualifiedName", "SubAccount", "sparse", "LineEx"),
    *("CustomExtensions", "Lat", "Long", "TaxLine", "SubClass", "SubDepartment", "SubItem", "Job", "Level"),
    *("DiscountPercent", "PercentBased"),
}
_PARTY = (
    {"DisplayName", "CompanyName", "GivenName", "FamilyName", "AcctNum", "Active"}
    | {"PrimaryEmailAddr.Address", "PrimaryPhone.FreeFormNumber"}
    | {f"BillAddr.Line{number}" for number in range(1, 6)}
    | {f"BillAddr.{name}" for name in ("City", "CountrySubDivisionCode", "PostalCode", "Country")}
)
_TREE = {"Name", "ParentRef", "Active"}
_TXN = {"DocNumber", "TxnDate", "CurrencyRef", "PrivateNote"}
_LINE = {f"Line.{name}" for name in ("Amount", "Description", "DetailType")}
_FOR = ("ClassRef", "CustomerRef", "BillableStatus")
_EXPENSE = (
    {"VendorRef", "DepartmentRef", "TxnTaxDetail.TotalTax", *_TXN, *_LINE}
    | {f"Line.AccountBasedExpenseLineDetail.{name}" for name in ("AccountRef", *_FOR)}
    | {f"Line.ItemBasedExpenseLineDetail.{name}" for name in ("ItemRef", "Qty", "UnitPrice", *_FOR)}
)
_SALE = {
    f"Line.SalesItemLineDetail.{name}" for name in ("ItemRef", "Qty", "UnitPrice", "ClassRef", "TaxCodeRef")
}
_PAYMENT = {"TxnDate", "CurrencyRef", "PrivateNote", "Line.Amount", "Line.LinkedTxn"}
MAPPED = {
    Kind.ACCOUNT: _TREE | {"AccountType", "AcctNum", "AccountSubType", "Description"},
    Kind.ACCOUNTING_CLASS: _TREE,
    Kind.LOCATION: _TREE,
    Kind.ITEM: _TREE | {"Type", "Sku", "Description", "UnitPrice", "IncomeAccountRef", "ExpenseAccountRef"},
    Kind.VENDOR: _PARTY,
    Kind.CUSTOMER: _PARTY | {"ParentRef", "IsProject"},
    Kind.BILL: _EXPENSE | {"DueDate"},
    Kind.VENDOR_CREDIT: _EXPENSE,
    Kind.INVOICE: {"CustomerRef", "DueDate", "DepartmentRef", "TxnTaxDetail.TotalTax", *_TXN, *_LINE, *_SALE},
    Kind.BILL_PAYMENT: _PAYMENT
    | {"VendorRef", "DocNumber", "PayType", "CheckPayment.BankAccountRef", "CreditCardPayment.CCAccountRef"},
    Kind.INVOICE_PAYMENT: _PAYMENT | {"CustomerRef", "DepositToAccountRef", "PaymentRefNum", "UnappliedAmt"},
    Kind.FUNDS_TRANSFER: {"TxnDate", "CurrencyRef", "PrivateNote", "Line.Amount", "Line.DetailType"}
    | {f"Line.JournalEntryLineDetail.{name}" for name in ("PostingType", "AccountRef")},
}
"""What a kind's content is made of, written down here once more: all else is none of our business."""

extras = st.recursive(
    st.sampled_from([True, False, "text", "Ünï", 7, 0, Decimal("4.5"), Decimal("337.50"), Decimal("0.070")]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["value", "Extra", "any"]), inner)
    ),
    max_leaves=4,
)
_LIST_EXTRAS = [
    "Classification",
    "CurrentBalance",
    "TaxCodeRef",
    "TermRef",
    "WebAddr",
    "OtherAddr",
    "Unknown",
]
_TXN_EXTRAS = [
    "SalesTermRef",
    "APAccountRef",
    "LinkedTxn",
    "ExchangeRate",
    "VendorAddr",
    "CustomField",
    "Unknown",
]
ONLY_THERE = {kind: _LIST_EXTRAS if kind in LISTS else _TXN_EXTRAS for kind in ORDER}
unmapped = st.dictionaries(
    st.sampled_from(["ClassRef", "TaxCodeRef", "MarkupInfo", "Qty", "Id9"]), extras, max_size=3
)


def writable(kind: Kind, document: Document) -> Any:
    """The document as it can be created in QuickBooks: active, and with a due date."""
    if isinstance(document, Bill | Invoice):
        return replace(document, due_on=document.due_on or document.issued_on)
    return replace(document, archived=False) if kind in LISTS else document


DETAILS = (
    *("AccountBasedExpenseLineDetail", "ItemBasedExpenseLineDetail"),
    *("SalesItemLineDetail", "JournalEntryLineDetail"),
)
NESTED = ("BillAddr", "PrimaryEmailAddr", "PrimaryPhone", "TxnTaxDetail", "CheckPayment", "CreditCardPayment")
FOREIGN = {
    Kind.BILL_PAYMENT: st.sampled_from(["JournalEntry", "Deposit"]),
    Kind.INVOICE_PAYMENT: st.sampled_from(["CreditMemo", "JournalEntry", "Deposit", "Expense"]),
}


@st.composite
def objects(draw: st.DrawFn, kind: Kind) -> bytes:
    """An object as QuickBooks has it: with much that we don't map, at every depth."""
    content = writable(kind, draw(documents(kind)))
    wire = books.read(
        books.create(kind, TRANSLATORS[kind].create(content, draw(st.sampled_from([None, MARKER]))))
    )
    wire |= draw(st.dictionaries(st.sampled_from(ONLY_THERE[kind]), extras, max_size=4))
    for name in NESTED:
        if name in wire:
            wire[name] |= draw(unmapped)
    for line in wire.get("Line", []):
        line.update(draw(unmapped))
        for name in DETAILS:
            if name in line:
                line[name].update(
                    {key: each for key, each in draw(unmapped).items() if key not in _SALES_OWN}
                )
    if kind in FOREIGN:
        _pay_more(draw, kind, wire)
    if kind is Kind.INVOICE and draw(st.booleans()):
        wire["Line"].insert(1, {"Id": "88", "DetailType": "DescriptionOnly", "Description": "A note"})
    if kind in LISTS and draw(st.booleans()):
        wire["Active"] = False
        wire[books.NAMES[kind]] += books.SUFFIX
    return BODY_ENCODER.encode(wire)


_SALES_OWN = ("ClassRef", "TaxCodeRef", "Qty")


def _pay_more(draw: st.DrawFn, kind: Kind, wire: Any) -> None:
    """Let a payment settle what we don't hold too, and have something left."""
    total, left = wire["TotalAmt"], draw(st.sampled_from([Decimal("0.00"), Decimal("2.50")]))
    for at in range(draw(st.integers(0, 2))):
        name = draw(FOREIGN[kind])
        amount = Decimal("10.00")
        wire["Line"].append({"Amount": amount, "LinkedTxn": [{"TxnId": str(900 + at), "TxnType": name}]})
        total += -amount if name == "CreditMemo" else amount
    wire["TotalAmt"] = total + left
    if kind is Kind.INVOICE_PAYMENT:
        wire["UnappliedAmt"] = left


class Edit(NamedTuple):
    """An object, the content that somebody wants, and the fields that QuickBooks is to take of it."""

    kind: Kind
    raw: bytes
    wanted: Any
    fields: tuple[str, ...]


@st.composite
def edits(draw: st.DrawFn) -> Edit:
    kind = draw(every_kind)
    raw = draw(objects(kind))
    wanted = draw(documents(kind))
    if isinstance(wanted, Itemised):
        there = [line.id for line in TRANSLATORS[kind].project(raw).content.lines]
        ids = draw(st.permutations([*there, None, None]))
        lines = (replace(line, id=id) for line, id in zip(wanted.lines, ids, strict=False))
        wanted = replace(wanted, lines=tuple(lines))
    if isinstance(wanted, Bill | Invoice):
        wanted = replace(wanted, due_on=wanted.due_on or wanted.issued_on)
    if isinstance(wanted, Account):
        wanted = replace(wanted, subtype=wanted.subtype or "Bank")
    fields = draw(st.lists(st.sampled_from(CONTENT[kind]), unique=True))
    return Edit(kind, raw, wanted, tuple(fields))


def updated(edit: Edit) -> bytes:
    before = TRANSLATORS[edit.kind].project(edit.raw)
    body = TRANSLATORS[edit.kind].update(edit.wanted, edit.fields, edit.raw, before.sync_token)
    return books.update(edit.kind, edit.raw, body)


def unmapped_of(kind: Kind, raw: bytes, *, lines: set[str] | None = None) -> dict[str, Any]:
    """All that we don't map, by path, with numbers as they are spelled; of lines only these ids."""
    found: dict[str, Any] = {}

    def walk(value: Any, path: str, plain: str) -> None:
        name = plain.rpartition(".")[2]
        if name in DERIVED or plain in MAPPED[kind]:
            return
        if plain == "Line":
            for line in value:
                if line.get("DetailType") not in GENERATED and (lines is None or key_of(line) in lines):
                    walk(line, f"{path}[{key_of(line)}]", "Line.")
        elif isinstance(value, dict) and (not plain or _is_ours(kind, plain)):
            for key, each in value.items():
                walk(
                    each,
                    f"{path}.{_EXPENSE_DETAIL.get(key, key)}",
                    f"{plain}.{key}".replace("..", ".").lstrip("."),
                )
        else:
            found[path] = value

    walk(books.spelled(raw), "", "")
    return found


_EXPENSE_DETAIL = dict.fromkeys(("AccountBasedExpenseLineDetail", "ItemBasedExpenseLineDetail"), "Detail")
"""A line that is for an item now keeps there what both sorts of line may have."""
GENERATED = ("SubTotalLineDetail", "DiscountLineDetail")


def key_of(line: Any) -> str:
    """A line goes by its id, a payment's by what it is linked to."""
    linked = line.get("LinkedTxn") or [{}]
    return line.get("Id") or f"{linked[0].get('TxnType')} {linked[0].get('TxnId')}"


def _is_ours(kind: Kind, plain: str) -> bool:
    """Whether something below this path is mapped."""
    return any(path.startswith(f"{plain.rstrip('.')}.") for path in MAPPED[kind])
