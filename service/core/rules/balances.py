"""What balances allow of a payment: no bill is paid twice, and a credit follows its bill."""

from decimal import Decimal

from service.core.payments import Target, bills_of, is_application
from service.core.policy import CreditApplication
from service.core.records import PAYMENTS, BillPayment, Kind
from service.core.rules.rule import (
    PASS,
    Candidate,
    Gate,
    Verdict,
    hold,
    rule,
)


@rule("paid_document_deleted", gates=Gate.INTO_QUICKBOOKS, applies_to=PAYMENTS)
def nothing_of_it_deleted(candidate: Candidate) -> Verdict:
    """A payment waits while a bill, invoice or credit of it is deleted in QuickBooks and lives here."""
    gone = next((each for each in candidate.targets if each.deleted), None)
    if candidate.linked or gone is None:
        return PASS
    return hold(
        f"{candidate.label} settles {gone.label}, which was deleted in QuickBooks.",
        f"Decide about {gone.label} first: have it written again there, or void this payment.",
        gone.reference.kind.value,
    )


@rule("paid_twice", gates=Gate.INTO_QUICKBOOKS, applies_to=PAYMENTS)
def within_the_open_balance(candidate: Candidate) -> Verdict:
    """No payment brings a bill or invoice below what is open in QuickBooks, less what is on its way there."""
    found = _first_exceeded(candidate, Kind.BILL, Kind.INVOICE)
    if found is None:
        return PASS
    target, open_there = found
    return hold(
        f"{candidate.label} pays {target.label}, of which QuickBooks says that only {open_there} is open: "
        "it was paid there, too.",
        "If it is the same payment, choose link or set sync to false; else remove the other one in "
        "QuickBooks, or void this one.",
        "lines",
    )


@rule("credit_used_in_quickbooks", gates=Gate.INTO_QUICKBOOKS, applies_to=[Kind.BILL_PAYMENT])
def within_the_credit(candidate: Candidate) -> Verdict:
    """No payment uses more of a vendor credit than QuickBooks says is left of it."""
    found = _first_exceeded(candidate, Kind.VENDOR_CREDIT)
    if found is None:
        return PASS
    target, open_there = found
    return hold(
        f"{candidate.label} uses {target.label}, of which QuickBooks says that only {open_there} is left: "
        "it was applied there, too.",
        "Remove the application in QuickBooks, or link this one with it; else void this one.",
        "credits",
    )


@rule(
    "credit_waits_for_bill",
    gates=Gate.INTO_QUICKBOOKS,
    applies_to=[Kind.BILL_PAYMENT],
    depends_on=["partial_credit_application"],
)
def credit_follows_the_bill(candidate: Candidate) -> Verdict:
    """A vendor credit is applied in QuickBooks when the bills that it pays are wholly paid here."""
    document = candidate.document
    chosen = candidate.policy.preferences.partial_credit_application
    if candidate.linked or not isinstance(document, BillPayment) or chosen is CreditApplication.IMMEDIATE:
        return PASS
    if not is_application(document):
        return PASS
    for target in bills_of(candidate.targets):
        if target.uncovered() > 0:
            return hold(
                f"{candidate.label} applies a credit to {target.label}, "
                f"of which {target.uncovered()} is open.",
                "Pay the rest: the credit is then applied in QuickBooks, too. To apply it at once, set "
                "partial_credit_application to immediate.",
                "credits",
            )
        if awaited := target.awaited(candidate.id or ""):
            return hold(
                f"{candidate.label} applies a credit to {target.label}, whose payment {awaited} is not in "
                "QuickBooks yet.",
                f"Mend payment {awaited}: the credit follows with it.",
                "credits",
            )
    return PASS


def _first_exceeded(candidate: Candidate, *kinds: Kind) -> tuple[Target, Decimal] | None:
    """Find the first target of which QuickBooks has less left than this payment takes."""
    if candidate.linked or candidate.id is None:
        return None
    for target in candidate.targets:
        open_there = target.open_for(candidate.id)
        if target.reference.kind not in kinds or open_there is None:
            continue
        if sum(each.amount for each in target.applications if each.payment == candidate.id) > open_there:
            return target, open_there
    return None
