"""What syncs which way: a table of kind by account profile, and what preferences make of it."""

from typing import NamedTuple

from service.core.policy import AccountProfile, Flow, Policy
from service.core.records import Kind

TABLE: dict[Kind, dict[AccountProfile, Flow]] = {
    kind: {AccountProfile.ONE_WAY: one_way, AccountProfile.TWO_WAY: two_way}
    for kind, one_way, two_way in (
        (Kind.ACCOUNT, Flow.BOTH, Flow.BOTH),
        (Kind.ACCOUNTING_CLASS, Flow.BOTH, Flow.BOTH),
        (Kind.LOCATION, Flow.BOTH, Flow.BOTH),
        (Kind.VENDOR, Flow.BOTH, Flow.BOTH),
        (Kind.CUSTOMER, Flow.BOTH, Flow.BOTH),
        (Kind.ITEM, Flow.BOTH, Flow.BOTH),
        (Kind.BILL, Flow.BOTH, Flow.BOTH),
        (Kind.INVOICE, Flow.BOTH, Flow.BOTH),
        (Kind.VENDOR_CREDIT, Flow.TO_QUICKBOOKS, Flow.TO_QUICKBOOKS),
        (Kind.BILL_PAYMENT, Flow.TO_QUICKBOOKS, Flow.BOTH),
        (Kind.INVOICE_PAYMENT, Flow.TO_QUICKBOOKS, Flow.BOTH),
        (Kind.FUNDS_TRANSFER, Flow.TO_QUICKBOOKS, Flow.TO_QUICKBOOKS),
        (Kind.CREDIT_MEMO, Flow.NEVER, Flow.NEVER),
    )
}

PAYMENT_PREFERENCES = {
    Kind.BILL_PAYMENT: "bill_payment_direction",
    Kind.INVOICE_PAYMENT: "invoice_payment_direction",
}
FOLLOW_TRANSACTIONS = frozenset({Kind.BILL, Kind.INVOICE, *PAYMENT_PREFERENCES})
"""What `transactions_direction` may keep from coming here."""


class Direction(NamedTuple):
    """The effective flow of a kind and the sentence that explains it."""

    flow: Flow
    reason: str

    @property
    def into_platform(self) -> bool:
        """Say whether QuickBooks' side comes here."""
        return self.flow in (Flow.BOTH, Flow.TO_PLATFORM)

    @property
    def into_quickbooks(self) -> bool:
        """Say whether the platform's side goes to QuickBooks."""
        return self.flow in (Flow.BOTH, Flow.TO_QUICKBOOKS)


_REASONS = {
    Flow.BOTH: "It syncs both ways.",
    Flow.TO_QUICKBOOKS: "It goes to QuickBooks only.",
    Flow.TO_PLATFORM: "It comes from QuickBooks only.",
    Flow.NEVER: "It does not sync.",
}


def direction(kind: Kind, policy: Policy) -> Direction:
    """Return which way a kind goes for this company, and why.

    `transactions_direction` answers the FAQ's "How do I stop bills/invoices syncing from QuickBooks Online?";
    lists stay two-way.
    """
    flow = TABLE[kind][policy.profile]
    if kind in PAYMENT_PREFERENCES:
        flow = policy.preferences.payment_direction(kind, policy.profile)
    if kind in FOLLOW_TRANSACTIONS and flow is Flow.BOTH:
        chosen = policy.preferences.transactions_direction
        if chosen is not Flow.BOTH:
            return Direction(chosen, "The preference transactions_direction says so.")
    if kind in PAYMENT_PREFERENCES and flow is Flow.TO_QUICKBOOKS:
        return Direction(flow, _one_way_reason(kind, policy))
    return Direction(flow, _REASONS[flow])


def _one_way_reason(kind: Kind, policy: Policy) -> str:
    if policy.profile is AccountProfile.TWO_WAY:
        return f"The preference {PAYMENT_PREFERENCES[kind]} says that payments go to QuickBooks only."
    return (
        "Payments go to QuickBooks only: they come from there only for accounts that signed up after 9/15/17 "
        "and are not under an accountant console."
    )
