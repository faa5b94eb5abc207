"""How people receive money for invoices: in part, with credit memos, too much, on either side or on both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from service.core.records import Document, InvoicePayment, Method, PaidInvoice
from tests.simulation.chart import CHECKING_ID, RECEIVING
from tests.simulation.kinds import settling
from tests.simulation.kinds.invoice import SOLD
from tests.simulation.kinds.payments import INVOICES
from tests.simulation.kinds.settling import (
    APART,
    ZERO,
    account_here,
    link,
    memo_there,
    open_here,
    open_on_both,
    open_there,
    part,
    with_mates,
)

if TYPE_CHECKING:
    from service.store.records import StoredRecord
    from tests.simulation.bookkeeper import Bookkeeper, Wire
    from tests.simulation.caller import Caller
    from tests.simulation.people import People

OWN_NOTE = "Created by QB Online to link credits to charges."
"""What QuickBooks writes on the payments that it makes itself."""


# -- in QuickBooks


def _into(there: Bookkeeper) -> Wire:
    """Choose the account that the money comes into; where none is named, QuickBooks takes its own."""
    found = [each["Id"] for each in there.all("account") if each["Name"] in RECEIVING]
    if there.chance.random() < 0.25 or not found:
        return {}
    return {"DepositToAccountRef": {"value": there.chance.choice(found)}}


def _body(
    there: Bookkeeper,
    customer: Wire,
    paid: Iterable[tuple[str, Decimal]],
    used: Iterable[tuple[str, Decimal]] = (),
    *,
    rest: Decimal = ZERO,
    day: dt.date | None = None,
) -> Wire:
    edits, chance = there.site.edits, there.chance
    invoices, credits = list(paid), list(used)
    total = sum((amount for _, amount in invoices), ZERO) - sum((amount for _, amount in credits), ZERO)
    body: Wire = {
        "CustomerRef": customer,
        "TxnDate": (day or edits.issued_on()).isoformat(),
        "TotalAmt": total + rest,
        "Line": [
            *(link("Invoice", target, amount) for target, amount in invoices),
            *(link("CreditMemo", target, amount) for target, amount in credits),
        ],
        **_into(there),
    }
    if chance.random() < 0.5:
        body["PrivateNote"] = edits.text("receipt")
    if chance.random() < 0.3:
        body["PaymentRefNum"] = edits.text("R")
    return body


def _credits_of(there: Bookkeeper, customer: Wire) -> list[Wire]:
    """Return the customer's credit memos of which something is left."""
    found = there.site.quickbooks.all("CreditMemo")
    return [
        each for each in found if each["Balance"] > 0 and each["CustomerRef"]["value"] == customer["value"]
    ]


def receive_there(there: Bookkeeper) -> bool:
    """Receive money for a customer's invoices in QuickBooks, perhaps with credit memos, perhaps too much."""
    found = open_there(there, "invoice")
    chosen = there.pick(found)
    if chosen is None:
        return False
    customer = chosen["CustomerRef"]
    mates = [
        each for each in found if each is not chosen and each["CustomerRef"]["value"] == customer["value"]
    ]
    paid = [
        (each["Id"], part(there, Decimal(str(each["Balance"])))) for each in with_mates(there, chosen, mates)
    ]
    left = sum((amount for _, amount in paid), ZERO)
    used: list[tuple[str, Decimal]] = []
    for credit in _credits_of(there, customer):
        if left and there.chance.random() < 0.5:
            amount = min(left, part(there, Decimal(str(credit["Balance"]))))
            used.append((credit["Id"], amount))
            left -= amount
    rest = there.site.edits.amount() if there.chance.random() < 0.2 else ZERO
    return there.create("invoice_payment", _body(there, customer, paid, used, rest=rest))


def credit_there(people: People) -> bool:
    """Enter a credit memo, which never comes here; QuickBooks may apply it to invoices by itself."""
    there, books = people.there, people.site.quickbooks
    customers = [each["CustomerRef"]["value"] for each in open_there(there, "invoice")]
    customers += [each["Id"] for each in there.free("customer")]
    if not customers or not there.free("item"):
        return False
    edits = people.site.edits
    line = {
        "Amount": edits.amount(),
        "DetailType": SOLD,
        SOLD: {"ItemRef": {"value": there.chance.choice(there.free("item"))["Id"]}},
    }
    body = {
        "CustomerRef": {"value": there.chance.choice(customers)},
        "TxnDate": edits.issued_on().isoformat(),
        "DocNumber": edits.text("CM"),
        "Line": [line],
    }
    words = f"a credit memo of {line['Amount']} for customer {body['CustomerRef']}"
    return there.does(words, lambda: books.create("CreditMemo", body))


def apply_there(people: People) -> bool:
    """Apply a credit memo to an invoice by hand: nothing is received."""
    there = people.there
    found = [
        (invoice, credit)
        for invoice in open_there(there, "invoice")
        for credit in _credits_of(there, invoice["CustomerRef"])
    ]
    if not found:
        return False
    invoice, credit = there.chance.choice(found)
    amount = part(there, min(Decimal(str(invoice["Balance"])), Decimal(str(credit["Balance"]))))
    body = _body(there, invoice["CustomerRef"], [(invoice["Id"], amount)], [(credit["Id"], amount)])
    return there.create("invoice_payment", body)


def deposit_there(people: People) -> bool:
    """Take a payment to the bank: nobody may change it any more, though somebody may try here."""
    there, books = people.there, people.site.quickbooks
    found = there.pick([each for each in there.all("invoice_payment") if each["TotalAmt"] > 0])
    if found is None:
        return False
    linked = {"TxnId": found["Id"], "TxnType": "Payment", "TxnLineId": "0"}
    body = {
        "DepositToAccountRef": {"value": CHECKING_ID},
        "TxnDate": people.site.edits.issued_on().isoformat(),
        "Line": [{"Amount": found["TotalAmt"], "LinkedTxn": [linked]}],
    }
    words = f"invoice_payment {found['Id']} is deposited"
    done = there.does(words, lambda: books.create("Deposit", body))
    record = people.site.watch.record_of.get(("invoice_payment", found["Id"]))
    if done and record is not None and there.chance.random() < 0.4:
        settling.void_here(people, INVOICES, record)
    return done


def change_there(there: Bookkeeper, found: Wire, name: str) -> Wire | None:
    """Correct a field of a payment in QuickBooks."""
    edits = there.site.edits
    if not found.get("Line"):
        return None
    if name == "reference":
        return {"PaymentRefNum": edits.text("R")}
    if name == "received_on":
        return {"TxnDate": edits.issued_on().isoformat()}
    if name == "account":
        return _into(there) or None
    if name == "part":
        return settling.part_there(found, "Invoice")
    return memo_there(there, found, "receipt")


# -- on the platform


def _customer(record: StoredRecord) -> str:
    return str(record.document.customer)  # type: ignore[union-attr]


def _payment(here: Caller, customer: str, lines: Iterable[PaidInvoice], **fields: Any) -> InvoicePayment:
    edits, chance = here.site.edits, here.chance
    known: dict[str, Any] = {
        "customer": customer,
        "received_on": edits.issued_on(),
        "method": Method.ONLINE if chance.random() < 0.4 else Method.OFFLINE,
        "reference": edits.text("R") if chance.random() < 0.4 else None,
        "memo": edits.text("received") if chance.random() < 0.4 else None,
        "sync": chance.random() > 0.1,
        "lines": tuple(lines),
    } | fields
    if not known["sync"]:
        known["method"] = Method.OFFLINE
    if known["method"] is Method.OFFLINE:
        known["deposit_account"] = account_here(here, RECEIVING)
    return InvoicePayment(**known)


def _put(here: Caller, payment: InvoicePayment) -> bool:
    return here.put("invoice_payment", f"r{here.site.edits.next()}", payment)


def receive_here(here: Caller) -> bool:
    """Receive money for a customer's invoices on the platform."""
    found = open_here(here, "invoice")
    if not found:
        return False
    chosen = here.chance.choice(found)
    customer = _customer(chosen)
    mates = [each for each in found if each is not chosen and _customer(each) == customer]
    lines = [
        PaidInvoice(invoice=each.id, amount=part(here, each.balance or ZERO))
        for each in with_mates(here, chosen, mates)
    ]
    return _put(here, _payment(here, customer, lines))


def change_here(here: Caller, document: Any, name: str) -> Document | None:
    """Correct a field of a payment on the platform."""
    return settling.change_here(here, document, name, INVOICES, RECEIVING)


# -- on both sides


def both_receive(people: People) -> bool:
    """Receive money on both sides, about at once."""
    here = receive_here(people.here)
    return receive_there(people.there) or here


def enter_twice(people: People) -> bool:
    """Enter one payment on both sides: told to the platform as recorded there, or not."""
    found = open_on_both(people, "invoice")
    if not found:
        return False
    invoice, wire = people.site.chance.choice(found)
    amount = part(people.here, min(invoice.balance or ZERO, Decimal(str(wire["Balance"]))))
    day = people.site.edits.issued_on()
    told = day + dt.timedelta(days=people.site.chance.choice(APART))
    line = PaidInvoice(invoice=invoice.id, amount=amount)
    sync = people.site.chance.random() < 0.35
    payment = _payment(people.here, _customer(invoice), [line], received_on=told, sync=sync)
    body = _body(people.there, wire["CustomerRef"], [(wire["Id"], amount)], day=day)
    there = people.there.create("invoice_payment", body)
    return _put(people.here, payment) or there


# -- what the platform has to refuse


def overpay(people: People) -> bool:
    """Try to receive more than is open."""
    here = people.here
    found = open_here(here, "invoice")
    if not found:
        return False
    invoice = here.chance.choice(found)
    line = PaidInvoice(invoice=invoice.id, amount=(invoice.balance or ZERO) + 1)
    payment = _payment(here, _customer(invoice), [line])
    return here.must_fail("invoice_payment", f"r{here.site.edits.next()}", payment, code="exceeds_balance")


def receive_for_another(people: People) -> bool:
    """Try to have a customer pay another one's invoice."""
    here = people.here
    invoices = open_here(here, "invoice")
    if not invoices:
        return False
    invoice = here.chance.choice(invoices)
    others = [each for each in here.free("customer") if each.id != _customer(invoice)]
    if not others:
        return False
    line = PaidInvoice(invoice=invoice.id, amount=invoice.balance or ZERO)
    payment = _payment(here, here.chance.choice(others).id, [line])
    return here.must_fail("invoice_payment", f"r{here.site.edits.next()}", payment, code="customer_mismatch")
