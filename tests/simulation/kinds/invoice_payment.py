"""Payments of invoices: received on either side, with credit memos and rests, deposited and voided."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tests.simulation.kinds import receiving, settling
from tests.simulation.kinds.kind import SimulatedKind
from tests.simulation.kinds.payments import INVOICES

if TYPE_CHECKING:
    from tests.simulation.agreement import Agreement, Case


def _is_deposited(agreement: Agreement, case: Case) -> bool:
    """Somebody took its money to the bank: QuickBooks lets nobody touch it."""
    deposited = {
        link["TxnId"]
        for deposit in agreement.site.quickbooks.all("Deposit")
        for line in deposit["Line"]
        for link in line.get("LinkedTxn") or ()
    }
    return case.wire is not None and case.wire["Id"] in deposited


KIND = SimulatedKind(
    name="invoice_payment",
    entity="Payment",
    rank=55,
    is_list=False,
    of_quickbooks=INVOICES.of_quickbooks,
    of_document=INVOICES.of_document,
    mapped=frozenset({"PaymentRefNum", "TxnDate", "PrivateNote", "Line", "CurrencyRef", "CustomerRef"})
    | {"DepositToAccountRef", "UnappliedAmt"},
    fields=("memo", "memo", "reference", "reference", "part", "received_on", "account"),
    change_there=receiving.change_there,
    change_here=receiving.change_here,
    new_there=receiving.receive_there,
    new_here=receiving.receive_here,
    weights={"new_there": 10, "new_here": 14, "edit_there": 5, "edit_here": 6, "delete_there": 4}
    | {"archive_here": 2, "restore": 1, "both": 2},
    acts={partial(settling.void_here, sort=INVOICES): 6, partial(settling.void_there, sort=INVOICES): 5}
    | {receiving.both_receive: 3, receiving.enter_twice: 5, receiving.credit_there: 4}
    | {receiving.apply_there: 3, receiving.deposit_there: 6, receiving.overpay: 1}
    | {receiving.receive_for_another: 1, partial(settling.change_what_is_fixed, sort=INVOICES): 2},
    populates=(1, 1),
    key_of=INVOICES.key_of,
    parents_of=INVOICES.parents_of,
    restored="memo",
    is_history=lambda _: True,
    besides=INVOICES.besides,
    takes_away=lambda fields: INVOICES.voided(fields["customer"]),
    reasons={**INVOICES.reasons, "deposited": _is_deposited},
)
