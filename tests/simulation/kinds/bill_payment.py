"""Payments of bills: made on either side, voided and deleted, with credits and without."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from service.core.policy import CreditApplication
from service.core.records import BillPayment, amount_of
from tests.simulation.kinds import paying, settling
from tests.simulation.kinds.kind import SimulatedKind
from tests.simulation.kinds.payments import BILLS, ZERO, takes_more

if TYPE_CHECKING:
    from tests.simulation.agreement import Agreement, Case


def _waits_for_bill(agreement: Agreement, case: Case) -> bool:
    """It only applies credits, and a bill of it is not covered here, or its other payments are not there."""
    if case.record is None or agreement.preferences.partial_credit_application is not CreditApplication.HOLD:
        return False
    document = case.record.document
    assert isinstance(document, BillPayment)
    if amount_of(document) != ZERO or not document.credits:
        return False
    open_here = {each.id: each.balance or ZERO for each in agreement.records["bill"]}
    mine = {line.bill for line in document.lines}
    if any(open_here[each] > 0 for each in mine):
        return True
    return any(
        amount_of(other.document) != ZERO
        and other.document.sync
        and ("bill_payment", other.id) not in agreement.links
        for other in BILLS.live(agreement)
        if any(line.bill in mine for line in other.document.lines)
    )


KIND = SimulatedKind(
    name="bill_payment",
    entity="BillPayment",
    rank=50,
    is_list=False,
    of_quickbooks=BILLS.of_quickbooks,
    of_document=BILLS.of_document,
    mapped=frozenset({"DocNumber", "TxnDate", "PrivateNote", "Line", "CurrencyRef", "VendorRef"})
    | {"CheckPayment", "CreditCardPayment", "PayType"},
    fields=("memo", "memo", "reference", "reference", "status", "part", "paid_on", "account"),
    change_there=paying.change_there,
    change_here=paying.change_here,
    new_there=paying.pay_there,
    new_here=paying.pay_here,
    weights={"new_there": 10, "new_here": 16, "edit_there": 5, "edit_here": 6, "delete_there": 4}
    | {"archive_here": 2, "restore": 1, "both": 2},
    acts={partial(settling.void_here, sort=BILLS): 6, partial(settling.void_there, sort=BILLS): 5}
    | {paying.both_pay: 3, paying.enter_twice: 5}
    | {paying.apply_here: 7, paying.apply_twice: 3, paying.overpay: 1}
    | {partial(settling.change_what_is_fixed, sort=BILLS): 2}
    | {lambda people: paying.apply_there(people.there): 4},
    populates=(1, 1),
    key_of=BILLS.key_of,
    parents_of=BILLS.parents_of,
    restored="memo",
    is_history=lambda _: True,
    besides=BILLS.besides,
    takes_away=lambda fields: BILLS.voided(fields["vendor"]),
    reasons={
        **BILLS.reasons,
        "credit_used_in_quickbooks": lambda a, c: takes_more(a, c, "VendorCredit", "vendor_credit"),
        "credit_waits_for_bill": _waits_for_bill,
    },
)
