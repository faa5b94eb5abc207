"""What we write QuickBooks answers and we read back; what we don't map stays to the byte.

The laws hold for every kind alike: writing and reading back changes nothing, and an update moves the fields
that it names, and nothing else.
"""

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from service.core.match import marker_of
from service.core.records import (
    CONTENT,
    ENTITIES,
    LISTS,
    QUICKBOOKS_ONLY,
    Account,
    AccountingClass,
    Address,
    Bill,
    BillLine,
    BillPayment,
    Customer,
    Document,
    FundsTransfer,
    Invoice,
    InvoiceLine,
    InvoicePayment,
    Item,
    Itemised,
    Kind,
    Location,
    PaidBill,
    PaidInvoice,
    Payment,
    Unmapped,
    UsedCredit,
    Vendor,
    VendorCredit,
)
from service.quickbooks.translate import TRANSLATORS
from service.quickbooks.translate.wire import BODY_ENCODER
from tests.core.strategies import documents, every_kind
from tests.quickbooks.stand_ins import payload_files
from tests.quickbooks.translate import books

MARKER = marker_of("acme", Kind.BILL, "bill-1")
DERIVED = {
    *("SyncToken", "MetaData", "TotalAmt", "Balance", "FullyQualifiedName", "SubAccount", "sparse", "LineEx"),
    *("CustomExtensions", "Lat", "Long", "TaxLine", "SubClass", "SubDepartment", "SubItem", "Job"),
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
_EXPENSE = {"VendorRef", "TxnTaxDetail.TotalTax", *_TXN, *_LINE} | {
    "Line.AccountBasedExpenseLineDetail.AccountRef"
}
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
ONLY_THERE = {kind: _LIST_EXTRAS if kind in LISTS else _TXN_EXTRAS for kind in Kind}
unmapped = st.dictionaries(
    st.sampled_from(["ClassRef", "TaxCodeRef", "BillableStatus", "Qty", "Id9"]), extras, max_size=3
)


def writable(kind: Kind, document: Document) -> Any:
    """The document as it can be created in QuickBooks: active, and with a due date."""
    if isinstance(document, Bill | Invoice):
        return replace(document, due_on=document.due_on or document.issued_on)
    return replace(document, archived=False) if kind in LISTS else document


DETAILS = ("AccountBasedExpenseLineDetail", "SalesItemLineDetail", "JournalEntryLineDetail")
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
                walk(each, f"{path}.{key}", f"{plain}.{key}".replace("..", ".").lstrip("."))
        else:
            found[path] = value

    walk(books.spelled(raw), "", "")
    return found


GENERATED = ("SubTotalLineDetail", "DiscountLineDetail")


def key_of(line: Any) -> str:
    """A line goes by its id, a payment's by what it is linked to."""
    linked = line.get("LinkedTxn") or [{}]
    return line.get("Id") or f"{linked[0].get('TxnType')} {linked[0].get('TxnId')}"


def _is_ours(kind: Kind, plain: str) -> bool:
    """Whether something below this path is mapped."""
    return any(path.startswith(f"{plain.rstrip('.')}.") for path in MAPPED[kind])


@given(data=st.data(), kind=every_kind, marker=st.sampled_from([None, MARKER]))
def test_what_is_created_comes_back_as_it_was_written(data, kind, marker) -> None:
    content = writable(kind, data.draw(documents(kind)))
    marker = None if kind in LISTS else marker

    found = TRANSLATORS[kind].project(books.create(kind, TRANSLATORS[kind].create(content, marker)))

    assert found.content == content
    assert (found.id, found.sync_token, found.marker) == ("145", 0, marker)
    assert found.inactive is False
    assert found.unsupported == ()


@settings(max_examples=400)
@given(edit=edits())
def test_an_update_brings_the_fields_that_it_names_and_leaves_the_others(edit) -> None:
    project = TRANSLATORS[edit.kind].project
    before = project(edit.raw)

    after = project(updated(edit))

    for name in CONTENT[edit.kind]:
        there = getattr(after.content, name)
        if name not in edit.fields or name in QUICKBOOKS_ONLY:
            assert there == getattr(before.content, name), name
        elif name != "lines" or isinstance(edit.wanted, Payment):
            assert there == getattr(edit.wanted, name), name
        else:
            assert _without_ids(there) == _without_ids(edit.wanted.lines)
    assert after.marker == before.marker


def _without_ids(lines: Any) -> Any:
    return [replace(line, id=None) for line in lines]


@settings(max_examples=400)
@given(edit=edits())
def test_an_update_leaves_what_we_do_not_map_as_it_was_to_the_byte(edit) -> None:
    after = updated(edit)

    kept = {key_of(line) for line in books.read(after).get("Line", [])}
    kept &= {key_of(line) for line in books.read(edit.raw).get("Line", [])}
    is_itemised = isinstance(edit.wanted, Itemised)
    sent = {line.id for line in edit.wanted.lines} if is_itemised and "lines" in edit.fields else kept
    assert unmapped_of(edit.kind, after, lines=kept & sent) == unmapped_of(
        edit.kind, edit.raw, lines=kept & sent
    )


@settings(max_examples=200)
@given(edit=edits())
def test_lines_keep_their_ids_and_new_ones_get_others(edit) -> None:
    after = TRANSLATORS[edit.kind].project(updated(edit)).content

    if isinstance(after, Itemised) and "lines" in edit.fields:
        there = {line.id for line in TRANSLATORS[edit.kind].project(edit.raw).content.lines}
        for wanted, found in zip(edit.wanted.lines, after.lines, strict=True):
            assert found.id == wanted.id if wanted.id else found.id not in there


@given(data=st.data(), kind=every_kind)
def test_writing_back_what_was_read_changes_nothing(data, kind) -> None:
    raw = data.draw(objects(kind))
    found = TRANSLATORS[kind].project(raw)
    fields = data.draw(st.sampled_from([(), CONTENT[kind]]))

    after = updated(Edit(kind, raw, found.content, fields))

    assert TRANSLATORS[kind].project(after).content == found.content
    assert unmapped_of(kind, after) == unmapped_of(kind, raw)


@given(edit=edits())
def test_a_body_names_no_more_than_its_fields_and_what_quickbooks_asks_for(edit) -> None:
    body = TRANSLATORS[edit.kind].update(edit.wanted, (), edit.raw, 0)

    asked = {kind: {"Name"} for kind in books.TREES} | {kind: {name} for kind, name in books.PARTIES.items()}
    assert set(body) == {"sparse", "SyncToken"} | asked.get(edit.kind, set())
    assert body["sparse"] is True


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        pytest.param(kind, parameter.values[0], id=f"{kind.value}-{parameter.id}", marks=parameter.marks)
        for kind in Kind
        for parameter in payload_files(f"{ENTITIES[kind].lower()}/*.json")
    ],
)
def test_recorded_objects_are_read_and_written_back_unchanged(kind, path) -> None:
    raw = path.read_bytes()

    found = TRANSLATORS[kind].project(raw)
    is_foreign = kind is Kind.FUNDS_TRANSFER and found.unsupported
    every = ("memo", "moved_on") if is_foreign else CONTENT[kind]
    bodies = [TRANSLATORS[kind].update(found.content, fields, raw, 0) for fields in ((), every)]

    wire = BODY_ENCODER.encode(books.read(raw) | {"SyncToken": "0"})
    for body in bodies:
        after = books.update(kind, wire, body)
        assert TRANSLATORS[kind].project(after).content == found.content
        assert unmapped_of(kind, after) == unmapped_of(kind, wire)


def test_a_vendor_that_is_held_back_is_not_written_along_with_another_field() -> None:
    content = writable(
        Kind.BILL, Bill(vendor="41", issued_on=None, lines=(BillLine(amount=Decimal("5.00")),))
    )
    raw = books.create(Kind.BILL, TRANSLATORS[Kind.BILL].create(replace(content, vendor="77"), None))

    body = TRANSLATORS[Kind.BILL].update(replace(content, memo="March"), ("memo",), raw, 0)

    assert body["VendorRef"] == {"value": "77"}


@pytest.mark.parametrize("is_active", [True, False])
def test_an_account_keeps_its_name_there_unless_the_name_is_what_changes(is_active) -> None:
    raw = b'{"Id":"1","SyncToken":"0","Name":"Fees%s","AccountType":"Expense","Active":%s}' % (
        (b"", b"true") if is_active else (b" (deleted)", b"false")
    )
    translator = TRANSLATORS[Kind.ACCOUNT]
    wanted = replace(translator.project(raw).content, name="Charges", description="New")

    assert translator.update(wanted, ("description",), raw, 0)["Name"] == "Fees"
    assert translator.update(wanted, ("name",), raw, 0)["Name"] == "Charges"


def test_a_list_entry_is_made_active_again_under_its_clean_name() -> None:
    raw = b'{"Id":"1","SyncToken":"4","DisplayName":"Ash & Co (deleted) 2","Active":false}'
    translator = TRANSLATORS[Kind.VENDOR]

    body = translator.update(replace(translator.project(raw).content, archived=False), ("archived",), raw, 4)

    assert (body["Active"], body["DisplayName"], body["SyncToken"]) == (True, "Ash & Co", "4")


@pytest.mark.parametrize("field", ["email", "phone", "address", "company_name", "account_number"])
def test_a_cleared_field_is_written_empty_and_not_left_out(field) -> None:
    content = Vendor(
        name="Ash",
        email="a@ash.example",
        phone="1",
        company_name="Ash Ltd",
        account_number="7",
        address=Address(city="Ulm"),
    )
    raw = books.create(Kind.VENDOR, TRANSLATORS[Kind.VENDOR].create(content, None))

    after = updated(Edit(Kind.VENDOR, raw, replace(content, **{field: None}), (field,)))

    assert getattr(TRANSLATORS[Kind.VENDOR].project(after).content, field) is None


def test_a_line_by_an_id_that_quickbooks_no_longer_has_is_written_as_a_new_one() -> None:
    raw = books.create(Kind.BILL, TRANSLATORS[Kind.BILL].create(PLAIN[Kind.BILL], None))
    stale = BillLine(id="9", amount=Decimal("5.00"), account="61")

    body = TRANSLATORS[Kind.BILL].update(replace(PLAIN[Kind.BILL], lines=(stale,)), ("lines",), raw, 0)

    assert "Id" not in body["Line"][0]


def test_the_lines_of_a_tax_are_left_to_quickbooks_when_the_tax_changes() -> None:
    wire = books.read(books.create(Kind.BILL, TRANSLATORS[Kind.BILL].create(PLAIN[Kind.BILL], None)))
    wire["TxnTaxDetail"] = {"TotalTax": 1, "TaxLine": [{"Amount": 1}], "TxnTaxCodeRef": {"value": "3"}}
    wanted = replace(PLAIN[Kind.BILL], tax=Decimal("2.00"))

    body = TRANSLATORS[Kind.BILL].update(wanted, ("tax",), BODY_ENCODER.encode(wire), 0)

    assert body["TxnTaxDetail"] == {"TotalTax": Decimal("2.00"), "TxnTaxCodeRef": {"value": "3"}}


@pytest.mark.parametrize(("parent", "is_below"), [("61", True), (None, False)])
def test_an_account_says_whether_it_lies_below_another(parent, is_below) -> None:
    raw = b'{"Id":"1","SyncToken":"0","Name":"Fees","AccountType":"Expense","ParentRef":{"value":"60"}}'

    body = TRANSLATORS[Kind.ACCOUNT].update(replace(PLAIN[Kind.ACCOUNT], parent=parent), ("parent",), raw, 0)

    assert body["SubAccount"] is is_below
    assert body["ParentRef"] == ({"value": parent} if parent else None)


@pytest.mark.parametrize("kind", sorted(LISTS))
def test_a_list_entry_that_does_not_say_is_active_and_keeps_its_name_as_it_is(kind) -> None:
    name = books.NAMES[kind]
    raw = b'{"Id":"1","SyncToken":"0","AccountType":"Expense","%s":"Elm (deleted)"}' % name.encode()

    found = TRANSLATORS[kind].project(raw)
    body = TRANSLATORS[kind].update(replace(found.content, archived=True), ("archived",), raw, 0)

    assert not found.inactive
    assert body[name] == "Elm (deleted)"


def test_keys_that_quickbooks_answers_and_may_refuse_are_not_sent_back() -> None:
    content = Bill(vendor="41", issued_on=None, lines=(BillLine(amount=Decimal("5.00"), account="61"),))
    wire = books.read(books.create(Kind.BILL, TRANSLATORS[Kind.BILL].create(content, None)))
    wire["Line"][0] |= {"LineEx": {"any": []}, "CustomExtensions": []}
    raw = BODY_ENCODER.encode(wire)
    found = TRANSLATORS[Kind.BILL].project(raw).content

    body = TRANSLATORS[Kind.BILL].update(found, ("lines",), raw, 0)

    assert set(body["Line"][0]) == {"Id", "LineNum", "Amount", "DetailType", "AccountBasedExpenseLineDetail"}


_DAY = dt.date(2026, 3, 2)
_FIVE = Decimal("5.00")
_LINES = (BillLine(id="1", amount=_FIVE, account="61"),)
PLAIN: dict[Kind, Any] = {
    Kind.ACCOUNT: Account(name="Fees", type="Expense"),
    Kind.ACCOUNTING_CLASS: AccountingClass(name="North"),
    Kind.LOCATION: Location(name="Ulm"),
    Kind.ITEM: Item(name="Hours", type="Service"),
    Kind.VENDOR: Vendor(name="Ash"),
    Kind.CUSTOMER: Customer(name="Birch"),
    Kind.BILL: Bill(vendor="41", issued_on=_DAY, currency="EUR", lines=_LINES),
    Kind.VENDOR_CREDIT: VendorCredit(vendor="41", issued_on=_DAY, currency="EUR", lines=_LINES),
    Kind.INVOICE: Invoice(
        customer="41",
        issued_on=_DAY,
        currency="EUR",
        lines=(InvoiceLine(id="1", amount=_FIVE, item="5"),),
    ),
    Kind.BILL_PAYMENT: BillPayment(
        vendor="41",
        paid_on=_DAY,
        bank_account="35",
        currency="EUR",
        lines=(PaidBill(bill="9", amount=_FIVE),),
    ),
    Kind.INVOICE_PAYMENT: InvoicePayment(
        customer="41",
        received_on=_DAY,
        deposit_account="4",
        currency="EUR",
        lines=(PaidInvoice(invoice="9", amount=_FIVE),),
    ),
    Kind.FUNDS_TRANSFER: FundsTransfer(
        moved_on=_DAY, from_account="35", to_account="36", amount=_FIVE, currency="EUR"
    ),
}
OTHER = {
    "issued_on": dt.date(2026, 4, 1),
    "due_on": dt.date(2026, 4, 1),
    "paid_on": dt.date(2026, 4, 1),
    "received_on": dt.date(2026, 4, 1),
    "moved_on": dt.date(2026, 4, 1),
    "currency": "USD",
    "lines": (BillLine(id="1", amount=Decimal("9.99"), account="69", description="Paper"),),
    "tax": Decimal("9.99"),
    "discount": Decimal("1.99"),
    "amount": Decimal("9.99"),
    "unit_price": Decimal("0.125"),
    "credits": (UsedCredit(vendor_credit="8", amount=Decimal("2.00")),),
    "card": True,
    "archived": True,
    "project": True,
    "unmapped": (Unmapped(entity="Deposit", quickbooks_id="7", amount=_FIVE),),
    "unapplied": Decimal("2.50"),
    "address": Address(city="Bern"),
}
OTHER_LINES: dict[Kind, Any] = {
    Kind.INVOICE: (
        InvoiceLine(id="1", amount=Decimal("9.99"), item="6", quantity=Decimal("1.5"), taxable=True),
    ),
    Kind.BILL_PAYMENT: (PaidBill(bill="9", amount=Decimal("9.99")), PaidBill(bill="7", amount=_FIVE)),
    Kind.INVOICE_PAYMENT: (PaidInvoice(invoice="7", amount=Decimal("9.99")),),
}


def other(kind: Kind, name: str) -> Any:
    """Another value for a field."""
    found = OTHER.get(name, "77")
    return OTHER_LINES.get(kind, found) if name == "lines" else found


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind in Kind for name in CONTENT[kind] if name not in QUICKBOOKS_ONLY],
)
def test_no_field_of_the_content_is_dropped_on_the_way_to_quickbooks(kind, name) -> None:
    raw = books.create(kind, TRANSLATORS[kind].create(PLAIN[kind], None))
    wanted = replace(PLAIN[kind], **{name: other(kind, name)})

    after = TRANSLATORS[kind].project(updated(Edit(kind, raw, wanted, (name,))))

    assert getattr(after.content, name) == getattr(wanted, name)
