"""Translation against a whole QuickBooks: what we write it takes, and answers so that we read the same.

The other laws are tested on a stand-in that is harsher than QuickBooks; here its rules are in force: types of
accounts, parties of what is paid, totals that it works out itself, texts that it cleans.
"""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from service.core.records import (
    CONTENT,
    DOCUMENTS,
    LISTS,
    QUICKBOOKS_ONLY,
    Account,
    BillPayment,
    Invoice,
    Item,
    Itemised,
    Kind,
    Unmapped,
    amount_of,
)
from service.sandbox.wire import decode
from tests.core.strategies import documents, every_kind
from tests.quickbooks.translate.edits import MARKER, key_of, unmapped_of
from tests.quickbooks.translate.furnished import Furnished, Json
from tests.quickbooks.translate.plain import PLAIN

WORKED_OUT = ("LineNum", "HomeBalance", "HomeTotalAmt", "BillAddr.Id")
"""What QuickBooks works out itself; an address that is taken away takes its id along."""
TOGETHER = (
    {"bank_account", "card"},
    {"lines", "credits"},
    {"lines", "discount", "tax"},
)
"""Fields whose values have to fit each other: a card that is a bank is refused, so is a negative total."""
TIED = ("currency", "vendor", "customer", "type")
"""What can't be changed in QuickBooks once it is used."""


FIELDS = {kind: document.__struct_fields__ for kind, document in DOCUMENTS.items()}


def spoken_for(kind: Kind, field: str) -> set[str]:
    return {name for group in TOGETHER if field in group for name in group} & set(FIELDS[kind]) or {field}


def without_ids(content: Any) -> Any:
    """The content without the ids that QuickBooks gives its lines."""
    if isinstance(content, Itemised):
        return replace(content, lines=tuple(replace(line, id=None) for line in content.lines))
    return content


@settings(max_examples=150)
@given(data=st.data(), kind=every_kind, currency=st.sampled_from(["USD", "EUR"]))
def test_what_is_created_is_read_back_the_same(data, kind, currency) -> None:
    company = Furnished()
    is_home = kind in LISTS or kind is Kind.FUNDS_TRANSFER
    currency = "USD" if is_home else currency
    content = company.fitted(kind, data.draw(documents(kind)), currency=currency)

    raw = company.create(kind, content, None if kind in LISTS else MARKER)

    found = company.read(kind, raw)
    if isinstance(content, Account) and content.subtype is None:
        content = replace(content, subtype=found.content.subtype)
    assert without_ids(found.content) == without_ids(content)
    assert found.marker == (None if kind in LISTS else MARKER)
    assert (found.unsupported, found.voided, found.inactive) == ((), False, False)
    assert found.amount in (None, amount_of(content))
    assert kind in LISTS or found.currency == currency


UNMAPPED: dict[Kind, Json] = {
    Kind.VENDOR: {"WebAddr": {"URI": "https://ash.example"}, "Mobile": {"FreeFormNumber": "555-0199"}},
    Kind.CUSTOMER: {"Notes": "Rings twice", "ShipAddr": {"City": "Bern"}, "Taxable": False},
    Kind.ITEM: {"PurchaseDesc": "Bought", "PurchaseCost": Decimal("1.25"), "Taxable": True},
    Kind.BILL: {"SalesTermRef": {"value": "3"}},
    Kind.VENDOR_CREDIT: {"DepartmentRef": {"value": "@location"}},
    Kind.INVOICE: {"CustomerMemo": {"value": "Thank you"}, "BillEmail": {"Address": "a@ash.example"}},
    Kind.BILL_PAYMENT: {"DepartmentRef": {"value": "@location"}},
    Kind.INVOICE_PAYMENT: {"PaymentMethodRef": {"value": "2"}},
}
DETAILS = {
    "AccountBasedExpenseLineDetail": {"ClassRef": {"value": "@class"}, "BillableStatus": "NotBillable"},
    "SalesItemLineDetail": {"ServiceDate": "2026-03-01"},
    "JournalEntryLineDetail": {"ClassRef": {"value": "@class"}},
}
"""What people add in QuickBooks that is no content of ours."""


def with_more(company: Furnished, kind: Kind, raw: bytes) -> bytes:
    """The object after somebody has filled in what we don't map."""
    before = decode(raw)
    more: Json = dict(UNMAPPED.get(kind, {}))
    if kind not in LISTS and before.get("Line"):
        more["Line"] = [_detailed(line) for line in before["Line"]]
    known = {"@location": company.tracked(Kind.LOCATION, "9")}
    known["@class"] = company.tracked(Kind.ACCOUNTING_CLASS, "9")
    body = _named(more, known) | {"Id": before["Id"], "SyncToken": before["SyncToken"], "sparse": True}
    body |= {
        name: before[name] for name in ("Name", "VendorRef", "CustomerRef", "TotalAmt") if name in before
    }
    return company.write(kind, body, "update", actor="person")


def _detailed(line: Json) -> Json:
    name = line.get("DetailType", "")
    return line | ({name: line[name] | DETAILS[name]} if name in DETAILS else {})


def _named(value: Any, known: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _named(each, known) for name, each in value.items()}
    if isinstance(value, list):
        return [_named(each, known) for each in value]
    return known.get(value, value) if isinstance(value, str) else value


def untouched(kind: Kind, raw: bytes, lines: set[str]) -> dict[str, Any]:
    found = unmapped_of(kind, raw, lines=lines)
    return {path: each for path, each in found.items() if not path.endswith(WORKED_OUT) and each != "NotSet"}


def wanted_instead(data: Any, company: Furnished, kind: Kind, before: Any) -> Any:
    """Another document that the same object may become."""
    drawn = data.draw(documents(kind))
    known = {name: getattr(drawn, name) for name in ("vendor", "customer") if hasattr(drawn, name)}
    wanted = company.fitted(kind, replace(drawn, **dict.fromkeys(known, "41")), suffix=" 2")
    if isinstance(wanted, Account | Item):
        wanted = replace(wanted, type=before.type)
    if isinstance(wanted, Account):
        wanted = replace(wanted, parent=company.account(before.type, 1) if wanted.parent else None)
    if isinstance(wanted, Itemised):
        ids = data.draw(st.permutations([*(line.id for line in before.lines), None, None]))
        lines = zip(wanted.lines, ids, strict=False)
        wanted = replace(wanted, lines=tuple(replace(line, id=id) for line, id in lines))
    return replace(wanted, archived=data.draw(st.booleans())) if kind in LISTS else wanted


@settings(max_examples=250)
@given(data=st.data(), kind=every_kind)
def test_an_update_moves_what_it_names_and_leaves_all_else(data, kind) -> None:
    company = Furnished()
    first = data.draw(documents(kind))
    known = {name: "41" for name in ("vendor", "customer") if hasattr(first, name)}
    raw = company.create(kind, company.fitted(kind, replace(first, **known)), None)
    raw = with_more(company, kind, raw)
    before = company.read(kind, raw).content
    wanted = wanted_instead(data, company, kind, before)
    names = [name for name in CONTENT[kind] if name not in QUICKBOOKS_ONLY and name not in TIED]
    drawn = data.draw(st.lists(st.sampled_from(names), unique=True, max_size=3))
    fields = tuple({each for name in drawn for each in spoken_for(kind, name)})

    after = company.update(kind, wanted, fields, raw)

    found = company.read(kind, after).content
    expected = replace(before, **{name: getattr(wanted, name) for name in fields})
    if isinstance(expected, Account) and expected.subtype is None:
        expected = replace(expected, subtype=before.subtype)
    assert without_ids(found) == without_ids(expected)
    kept = {key_of(line) for line in decode(raw).get("Line", [])}
    kept &= {key_of(line) for line in decode(after).get("Line", [])}
    if "lines" in fields and isinstance(wanted, Itemised):
        kept &= {line.id for line in wanted.lines}
    was = untouched(kind, raw, kept)
    assert {path: untouched(kind, after, kept).get(path) for path in was} == was


@pytest.mark.parametrize("kind", [Kind.INVOICE, Kind.BILL_PAYMENT, Kind.INVOICE_PAYMENT])
def test_what_is_voided_shows_it_and_is_worth_nothing(kind) -> None:
    company = Furnished()
    raw = company.create(kind, company.fitted(kind, replace(PLAIN[kind], memo="March")), MARKER)
    body = {"Id": company.read(kind, raw).id, "SyncToken": "0", "sparse": True}

    if kind is Kind.INVOICE:
        raw = company.write(kind, body, "void")
    else:
        raw = company.write(kind, body, "update", options=frozenset({"void"}))

    found = company.read(kind, raw)
    assert (found.voided, found.amount, found.marker, found.unsupported) == (True, 0, MARKER, ())
    assert amount_of(found.content) == 0


def test_a_project_is_seen_and_stays_one() -> None:
    company = Furnished()
    parent = company.party(Kind.CUSTOMER, "41")
    body = {"DisplayName": "Roof", "Job": True, "ParentRef": {"value": parent}, "IsProject": True}
    raw = company.write(Kind.CUSTOMER, body, actor="person")
    before = company.read(Kind.CUSTOMER, raw).content

    wanted = replace(before, name="Roof and gutter", project=False)
    after = company.read(Kind.CUSTOMER, company.update(Kind.CUSTOMER, wanted, ("name", "project"), raw))

    assert (before.project, before.parent) == (True, parent)
    assert after.content == replace(before, name="Roof and gutter")


def linked(entity: str, id: str, amount: int) -> Json:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": id, "TxnType": entity}]}


@pytest.mark.parametrize(("total", "rest"), [(70, "0.00"), (80, "10.00")])
def test_a_payment_of_bills_with_a_credit_adds_up_and_keeps_its_rest(total, rest) -> None:
    company = Furnished()
    vendor = company.party(Kind.VENDOR, "41")
    bill, credit = (company.owed(kind, "1", vendor, "USD") for kind in (Kind.BILL, Kind.VENDOR_CREDIT))
    body = {
        "VendorRef": {"value": vendor},
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": {"value": company.bank}},
        "TotalAmt": total,
        "Line": [linked("Bill", bill, 100), linked("VendorCredit", credit, 30)],
    }
    raw = company.write(Kind.BILL_PAYMENT, body, actor="person")

    found = company.read(Kind.BILL_PAYMENT, raw).content
    more = replace(found, lines=(replace(found.lines[0], amount=Decimal("90.00")),))
    after = company.read(Kind.BILL_PAYMENT, company.update(Kind.BILL_PAYMENT, more, ("lines",), raw))

    assert [(each.bill, each.amount) for each in found.lines] == [(bill, 100)]
    assert [(each.vendor_credit, each.amount) for each in found.credits] == [(credit, 30)]
    assert (amount_of(found), found.unapplied) == (total, Decimal(rest))
    assert after.content == more
    assert after.amount == total - 10


def test_a_payment_of_invoices_keeps_the_credit_memo_that_it_uses_and_its_rest() -> None:
    company = Furnished()
    customer = company.party(Kind.CUSTOMER, "41")
    invoice = company.owed(Kind.INVOICE, "1", customer, "USD")
    detail = {"ItemRef": {"value": company.item("1")}}
    line = {"DetailType": "SalesItemLineDetail", "Amount": 40, "SalesItemLineDetail": detail}
    memo = company.company.create("CreditMemo", {"CustomerRef": {"value": customer}, "Line": [line]})["Id"]
    body = {
        "CustomerRef": {"value": customer},
        "TotalAmt": 70,
        "Line": [linked("Invoice", invoice, 100), linked("CreditMemo", memo, 40)],
    }
    raw = company.write(Kind.INVOICE_PAYMENT, body, actor="person")

    found = company.read(Kind.INVOICE_PAYMENT, raw).content
    more = replace(found, lines=(replace(found.lines[0], amount=Decimal("90.00")),))
    after = company.read(Kind.INVOICE_PAYMENT, company.update(Kind.INVOICE_PAYMENT, more, ("lines",), raw))

    assert found.unmapped == (Unmapped(entity="CreditMemo", quickbooks_id=memo, amount=Decimal("-40.00")),)
    assert (amount_of(found), found.unapplied) == (70, Decimal("10.00"))
    assert (after.content, after.amount) == (more, 60)


@pytest.fixture
def discounted() -> tuple[Furnished, bytes]:
    """An invoice made in QuickBooks: 200.00, a note, 10 % off, 3.00 of tax."""
    company = Furnished()
    detail = {"ItemRef": {"value": company.item("1")}, "Qty": 2, "UnitPrice": 100}
    discount = {"PercentBased": True, "DiscountPercent": 10}
    lines = [
        {"DetailType": "SalesItemLineDetail", "Amount": 200, "SalesItemLineDetail": detail},
        {"DetailType": "DescriptionOnly", "Description": "As agreed"},
        {"DetailType": "DiscountLineDetail", "DiscountLineDetail": discount},
    ]
    body = {
        "CustomerRef": {"value": company.party(Kind.CUSTOMER, "41")},
        "TxnTaxDetail": {"TotalTax": Decimal("3.00")},
        "Line": lines,
    }
    return company, company.write(Kind.INVOICE, body, actor="person")


def test_an_invoice_of_people_adds_up_and_its_discount_stays_a_percentage(discounted) -> None:
    company, raw = discounted
    found = company.read(Kind.INVOICE, raw)

    told = (replace(found.content.lines[0], description="Hours"), *found.content.lines[1:])
    after = company.update(Kind.INVOICE, replace(found.content, lines=told), ("lines",), raw)

    assert (found.amount, found.content.discount, found.content.tax) == (183, 20, 3)
    assert [line.amount for line in found.content.lines] == [200, 0]
    assert company.read(Kind.INVOICE, after).content == replace(found.content, lines=told)
    assert decode(after)["Line"][2]["DiscountLineDetail"] == {"PercentBased": True, "DiscountPercent": 10}


@pytest.mark.parametrize("changed", ["lines", "discount"])
def test_a_discount_that_is_no_longer_its_percentage_becomes_an_amount(discounted, changed) -> None:
    company, raw = discounted
    found = company.read(Kind.INVOICE, raw).content
    line = replace(found.lines[0], amount=Decimal("300.00"), quantity=Decimal("3"))
    more: Any = {"lines": (line, *found.lines[1:]), "discount": Decimal("25.00")}

    wanted: Invoice = replace(found, **{changed: more[changed]})
    after = company.read(Kind.INVOICE, company.update(Kind.INVOICE, wanted, (changed,), raw))

    assert after.content == wanted
    assert after.amount == amount_of(wanted)


def test_an_account_without_a_subtype_leaves_it_to_quickbooks() -> None:
    company = Furnished()
    raw = company.create(Kind.ACCOUNT, Account(name="Fees", type="Expense"))
    before = company.read(Kind.ACCOUNT, raw).content

    after = company.update(
        Kind.ACCOUNT, replace(before, subtype=None, number="77"), ("subtype", "number"), raw
    )

    assert before.subtype
    assert company.read(Kind.ACCOUNT, after).content == replace(before, number="77")


def test_a_payment_by_card_becomes_one_by_check() -> None:
    company = Furnished()
    paid = company.fitted(Kind.BILL_PAYMENT, replace(PLAIN[Kind.BILL_PAYMENT], card=True))
    raw = company.create(Kind.BILL_PAYMENT, paid)
    by_check: BillPayment = replace(paid, card=False, bank_account=company.bank)

    after = company.update(Kind.BILL_PAYMENT, by_check, ("card", "bank_account"), raw)

    assert company.read(Kind.BILL_PAYMENT, raw).content == paid
    assert company.read(Kind.BILL_PAYMENT, after).content == by_check
