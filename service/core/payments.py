"""Balances, statuses and applications: what follows from money that moved, and what of it may move now.

An *application* is one payment's share of one bill or vendor credit. Payments that are only scheduled count:
QuickBooks shows a bill as paid when its payment is scheduled.
"""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from service.core.policy import Preferences
from service.core.records import (
    ZERO,
    BillPayment,
    InvoicePayment,
    Kind,
    Method,
    Payment,
    PaymentStatus,
    amount_of,
    credits_of,
)
from service.core.references import Reference

CARD_TYPE = "Credit Card"
CLEARING_TYPE = "Bank"
PAYING_TYPES = ("Bank", CARD_TYPE)
DEPOSIT_TYPES = ("Bank", "Other Current Asset")
"""Undeposited Funds is of the second type."""


class Status(StrEnum):
    """Where a bill, an invoice or a vendor credit stands."""

    OPEN = "open"
    SCHEDULED = "scheduled"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    VOIDED = "voided"


class Standing(NamedTuple):
    """An open balance and its status."""

    balance: Decimal
    status: Status


def standing(amount: Decimal, settled: Decimal, *, scheduled: bool = False) -> Standing:
    """Return where a bill stands of which so much is settled; `scheduled`: some of that has not moved yet."""
    balance = amount - settled
    if settled == ZERO:
        return Standing(balance, Status.OPEN)
    if balance > ZERO:
        return Standing(balance, Status.PARTIALLY_PAID)
    return Standing(balance, Status.SCHEDULED if scheduled else Status.PAID)


class Application(Struct, frozen=True, kw_only=True):
    """One live payment's share of one bill or credit.

    `linked`: QuickBooks has the payment. `coming`: a write of it is planned, or its outcome is not known yet.
    `moves_money`: the payment is more than the use of a credit. `code` is that of the payment.
    """

    payment: str
    amount: Decimal
    sync: bool = True
    scheduled: bool = False
    moves_money: bool = True
    linked: bool = False
    coming: bool = False
    code: str | None = None


class Target(Struct, frozen=True, kw_only=True):
    """A bill, invoice or credit as a payment meets it.

    Without `quickbooks_balance` QuickBooks doesn't have it. `deleted`: it had it, and it was deleted there.
    """

    reference: Reference
    label: str
    amount: Decimal
    quickbooks_amount: Decimal | None = None
    quickbooks_balance: Decimal | None = None
    deleted: bool = False
    applications: tuple[Application, ...] = ()

    @property
    def settled(self) -> Decimal:
        """What all live payments of the platform come to."""
        return sum((each.amount for each in self.applications), ZERO)

    def open_for(self, payment: str) -> Decimal | None:
        """Return what QuickBooks says is open, less what is on its way there beside this payment."""
        if self.quickbooks_balance is None:
            return None
        under_way = (each for each in self.applications if each.coming and each.payment != payment)
        return self.quickbooks_balance - sum((each.amount for each in under_way), ZERO)

    def uncovered(self) -> Decimal:
        """Return what is still to be paid here."""
        return self.amount - self.settled

    def awaited(self, payment: str) -> str | None:
        """Name a payment that moves money, helps to cover this, and is neither in QuickBooks nor coming."""
        return next(
            (
                each.payment
                for each in self.applications
                if each.payment != payment
                and each.moves_money
                and each.sync
                and not (each.linked or each.coming)
            ),
            None,
        )


def bills_of(targets: Iterable[Target]) -> list[Target]:
    """Return the bills among what a payment meets: a credit follows them, and not who else uses it."""
    return [each for each in targets if each.reference.kind is Kind.BILL]


class Funding(Struct, frozen=True, kw_only=True):
    """The account that a payment goes against (no `type`: there is none), and what names it."""

    account: str | None
    preference: str
    type: str | None = None
    archived: bool = False


def funding(payment: Payment, preferences: Preferences) -> Funding:
    """Return the account of a payment, by record id.

    Online ones go against a clearing account, money out or money in (the FAQ's "How do I reconcile my
    payments?"); others against the account that they name, or the default one.
    """
    if isinstance(payment, InvoicePayment):
        return _deposit(payment, preferences)
    if payment.method is Method.ONLINE:
        name = "money_out_clearing_account"
        return Funding(account=preferences.money_out_clearing_account, preference=name)
    if payment.bank_account is None:
        return Funding(account=preferences.default_bank_account, preference="default_bank_account")
    account = preferences.bank_accounts.get(payment.bank_account, payment.bank_account)
    return Funding(account=account, preference=f"bank_accounts.{payment.bank_account}")


def _deposit(payment: InvoicePayment, preferences: Preferences) -> Funding:
    if payment.method is Method.ONLINE:
        name = "money_in_clearing_account"
        return Funding(account=preferences.money_in_clearing_account, preference=name)
    if payment.deposit_account is None:
        return Funding(account=preferences.deposit_to_account, preference="deposit_to_account")
    return Funding(account=payment.deposit_account, preference="deposit_account")


def funding_types(payment: Payment) -> tuple[str, ...]:
    """Return the types of account that a payment may go against."""
    if payment.method is Method.ONLINE:
        return (CLEARING_TYPE,)
    return PAYING_TYPES if isinstance(payment, BillPayment) else DEPOSIT_TYPES


def is_application(payment: Payment) -> bool:
    """Say whether a payment only applies credits: no money moves."""
    return bool(credits_of(payment)) and amount_of(payment) == ZERO


def shares(payment: Payment) -> Iterable[tuple[Reference, Decimal]]:
    """List what a payment brings down, bills, invoices and credits, in the payment's own space."""
    if isinstance(payment, InvoicePayment):
        for paid in payment.lines:
            yield Reference(Kind.INVOICE, paid.invoice), paid.amount
        return
    for line in payment.lines:
        yield Reference(Kind.BILL, line.bill), line.amount
    for used in payment.credits:
        yield Reference(Kind.VENDOR_CREDIT, used.vendor_credit), used.amount


def is_scheduled(payment: Payment) -> bool:
    """Say whether the money of a payment has not moved yet."""
    return payment.status is PaymentStatus.SCHEDULED


class Difference(NamedTuple):
    """What keeps a balance apart from QuickBooks' and no payment explains: positive amounts, by code."""

    code: str
    amount: Decimal


PAID_IN_QUICKBOOKS = "paid_in_quickbooks"
CREDIT_USED = "credit_used_in_quickbooks"
PAID_TWICE = "paid_twice"
BALANCE_DIFFERS = "balance_differs"
DIFFERENCES = (PAID_IN_QUICKBOOKS, CREDIT_USED, PAID_TWICE, BALANCE_DIFFERS)
_TAKEN_AWAY = frozenset({"removed_in_quickbooks", "removed_there_changed_here"})
_DISPUTED = frozenset({"changed_in_quickbooks", "both_changed", "removed_here_changed_there"})


def difference(target: Target) -> Difference | None:
    """Name what keeps a balance apart from QuickBooks' beyond its known causes.

    What QuickBooks says is settled must be what those of our payments come to that it has. Known causes are
    besides: a payment that was taken out of it or is in dispute, and one that is marked as recorded there
    (`sync: false`) and was not found. That more is settled here than there is to settle is told first.
    """
    if target.quickbooks_balance is None or target.quickbooks_amount is None:
        return None
    if target.uncovered() < ZERO:
        return Difference(PAID_TWICE, -target.uncovered())
    there = [each for each in target.applications if each.linked and each.code not in _TAKEN_AWAY]
    settled = target.quickbooks_amount - target.quickbooks_balance
    rest = settled - sum((each.amount for each in there), ZERO)
    if rest == ZERO or any(each.code in _DISPUTED for each in target.applications):
        return None
    if rest < ZERO:
        return Difference(BALANCE_DIFFERS, -rest)
    recorded = (each.amount for each in target.applications if not (each.linked or each.sync))
    if rest in _sums(recorded, rest):
        return None
    is_credit = target.reference.kind is Kind.VENDOR_CREDIT
    return Difference(CREDIT_USED if is_credit else PAID_IN_QUICKBOOKS, rest)


def _sums(amounts: Iterable[Decimal], most: Decimal) -> set[Decimal]:
    """What any of these amounts come to together, up to a most: there are no more sums than it has cents."""
    sums = {ZERO}
    for amount in amounts:
        sums |= {each + amount for each in sums if each + amount <= most}
    return sums
