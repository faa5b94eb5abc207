"""Payments of bills and of invoices, which are alike: what they settle, and whether reasons are so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from service.core.policy import Flow
from service.core.records import Method, PaymentStatus, amount_of
from tests.simulation.kinds.expenses import is_copied
from tests.simulation.kinds.kind import Keys, Reason
from tests.simulation.projection import (
    PAID,
    Fields,
    LookUp,
    Share,
    account_of,
    cents,
    day,
    named,
    reference,
    split_memo,
)

if TYPE_CHECKING:
    from tests.simulation.agreement import Agreement, Case

ZERO = Decimal(0)
DAYS_APART = 5
_ENTITY_OF = {kind: entity for entity, kind in PAID.items()}
Settled = tuple[str, str, Decimal]
"""Kind and record of what goes down, and by how much."""


@dataclass(frozen=True, kw_only=True)
class Payments:
    """One of the two sorts, in its own words."""

    kind: str
    entity: str
    paid: str
    """The kind that it pays."""
    credit: str
    """The entity that lowers the money."""
    party: str
    party_ref: str
    reference: str
    """QuickBooks' property for it."""
    day: str
    account: str
    done: PaymentStatus
    """The status of one whose money has moved."""
    sign: int
    """Which way money moves on the account that it goes against."""
    clearing: str
    default: str
    direction: str
    """The preferences that say where it goes and whether it comes here."""
    settled_by: Callable[[Any], Iterable[Settled]]
    """What a document brings down."""

    # -- projections

    def of_quickbooks(self, wire: Fields) -> Fields:
        """Project a payment of QuickBooks."""
        party = reference(wire.get(self.party_ref))
        shares = [
            Share(cents(line["Amount"]), link["TxnType"], link["TxnId"])
            for line in wire.get("Line") or ()
            for link in line["LinkedTxn"]
        ]
        if not shares and wire.get("TotalAmt") == 0:
            return self.voided(party)
        net = self.net(shares)
        return self._fields(party, shares) | {
            self.day: wire.get("TxnDate"),
            "currency": reference(wire.get("CurrencyRef")) or "USD",
            "reference": wire.get(self.reference) or None,
            "memo": split_memo(wire.get("PrivateNote"))[0],
            "unapplied": cents(Decimal(str(wire.get("TotalAmt", net))) - net),
        }

    def of_document(self, document: Any, id_of: LookUp) -> Fields:
        """Project a record's document."""
        party = named(id_of, self.party, getattr(document, self.party))
        shares = [
            Share(cents(amount), _ENTITY_OF[kind], named(id_of, kind, target))
            for kind, target, amount in self.settled_by(document)
        ]
        shares += [
            Share(cents(abs(each.amount)), each.entity, each.quickbooks_id) for each in document.unmapped
        ]
        if document.status is PaymentStatus.VOIDED or not (shares or document.unapplied):
            return self.voided(party)
        return self._fields(party, shares) | {
            self.day: day(getattr(document, self.day)),
            "currency": document.currency or "USD",
            "reference": document.reference,
            "memo": document.memo,
            "unapplied": cents(document.unapplied),
        }

    def _fields(self, party: str | None, shares: Iterable[Share]) -> Fields:
        in_order = sorted(shares, key=lambda each: (each.entity, str(each.target), each.amount))
        return self.voided(party) | {"paid": tuple(in_order), "voided": None}

    def voided(self, party: str | None) -> Fields:
        """Return what is left of a voided one: nothing but that it was."""
        return {
            self.party: party,
            self.day: None,
            "currency": "USD",
            "reference": None,
            "memo": None,
            "paid": (),
            "unapplied": "0.00",
            "voided": "voided",
        }

    def net(self, shares: Iterable[Share]) -> Decimal:
        """Return the money that shares come to."""
        signed = (
            -Decimal(each.amount) if each.entity == self.credit else Decimal(each.amount) for each in shares
        )
        return sum(signed, ZERO)

    def key_of(self, fields: Fields) -> Any:
        """Return what only one payment should bear: whose it is, and what it comes to."""
        return fields[self.party], fields["paid"], fields["unapplied"]

    def parents_of(self, fields: Fields) -> Keys:
        """List what it refers to."""
        return [
            (self.party, fields[self.party]),
            *(each for share in fields["paid"] for each in share.parents),
        ]

    # -- what stands

    def live(self, agreement: Agreement) -> list[Any]:
        """List the records that count."""
        return [each for each in agreement.records[self.kind] if is_live(each)]

    def come_here(self, agreement: Agreement) -> bool:
        """Say whether payments made in QuickBooks come to the platform."""
        chosen = getattr(agreement.preferences, self.direction)
        flow = chosen or (Flow.BOTH if agreement.site.pays_both_ways else Flow.TO_QUICKBOOKS)
        return flow is Flow.BOTH and agreement.preferences.transactions_direction is Flow.BOTH

    def stays_as_it_is(self, agreement: Agreement, case: Case) -> bool:
        """What somebody does to it in QuickBooks doesn't come here."""
        assert case.record is not None
        is_online = case.record.document.method is Method.ONLINE  # type: ignore[union-attr]
        return is_online or (case.record.origin == "platform" and not self.come_here(agreement))

    def _pays_nothing_linked(self, agreement: Agreement, case: Case) -> bool:
        linked = {qbo_id for (kind, _), qbo_id in agreement.links.items() if kind == self.paid}
        shares = (case.there or {}).get("paid", ())
        return case.record is None and not any(
            share.entity == _ENTITY_OF[self.paid] and share.target in linked for share in shares
        )

    def pays_what_is_gone(self, agreement: Agreement, case: Case) -> bool:
        """Say whether something that it brings down is linked, and deleted in QuickBooks."""
        return any(
            share.entity in PAID and share.target not in agreement.objects[PAID[share.entity]]
            for share in (case.here or {}).get("paid", ())
        )

    # -- one payment on both sides

    def _is_told_of(self, agreement: Agreement, case: Case) -> bool:
        """The platform was told that QuickBooks has it, and nothing there is it for sure."""
        if case.record is None or case.record.document.sync:  # type: ignore[union-attr]
            return False
        return len(self._same_there(agreement, case)) != 1 or len(self._same_here(agreement, case)) > 0

    def _same_there(self, agreement: Agreement, case: Case) -> list[str]:
        """List what may be it in QuickBooks: unlinked, of the same party and amounts, about that day."""
        linked = {qbo_id for (kind, _), qbo_id in agreement.links.items() if kind == self.kind}
        assert case.here is not None
        return [
            qbo_id
            for qbo_id, fields in agreement.there[self.kind].items()
            if qbo_id not in linked and self._may_be_one(fields, case.here)
        ]

    def _same_here(self, agreement: Agreement, case: Case) -> list[str]:
        """List the other records that may be the same."""
        assert case.record is not None
        assert case.here is not None
        return [
            each.id
            for each in self.live(agreement)
            if each.id != case.record.id
            and (self.kind, each.id) not in agreement.links
            and self.key_of(agreement.here[self.kind][each.id]) == self.key_of(case.here)
        ]

    def _may_be_one(self, one: Fields, other: Fields) -> bool:
        if one["voided"] or self.key_of(one) != self.key_of(other):
            return False
        if self.net(other["paid"]) == ZERO:
            return True  # a credit is used once, whatever the day says
        days = [dt.date.fromisoformat(each[self.day]) for each in (one, other)]
        return abs((days[0] - days[1]).days) <= DAYS_APART

    # -- accounts

    def _has_no_account(self, agreement: Agreement, case: Case) -> bool:
        document: Any = case.record.document if case.record is not None else None
        if (
            document is None
            or document.method is Method.ONLINE
            or getattr(document, self.account) is not None
        ):
            return False
        return getattr(agreement.preferences, self.default) is None

    def besides(self, agreement: Agreement, case: Case) -> tuple[str, ...]:
        """Compare accounts: the one that it names, or the default one; online, the clearing account."""
        if case.record is None or case.wire is None or is_gone_there(case) or is_gone_here(case):
            return ()
        document: Any = case.record.document
        named_here, held = getattr(document, self.account), account_of(case.wire)
        if amount_of(document) == ZERO or named_here == held is None:
            return ()  # no money moves; or QuickBooks names none for what came from there
        if document.method is Method.ONLINE:
            named_here = getattr(agreement.preferences, self.clearing)
        chosen = {named_here} if named_here else set(agreement.site.defaults[self.default])
        if (self.kind, case.record.id) in agreement.site.edits.decided:
            chosen |= {getattr(document, self.account)}  # a person took over where QuickBooks says it went
        return () if held in {agreement.links.get(("account", each)) for each in chosen} else ("account",)

    @property
    def reasons(self) -> Mapping[str, Reason]:
        """Return the reasons that both sorts know."""
        paid = _ENTITY_OF[self.paid]
        return {
            "direction": lambda a, c: c.record is None and not self.come_here(a),
            "voided": lambda _, c: c.record is None and is_gone_there(c),
            "pays_nothing_here": self._pays_nothing_linked,
            "sync_off": self._is_told_of,
            "preferences_missing": self._has_no_account,
            "possible_duplicate": lambda a, c: a.twins(c) > 0,
            "duplicate_in_quickbooks": is_copied,
            "paid_twice": lambda a, c: takes_more(a, c, paid, self.paid),
            "paid_document_deleted": self.pays_what_is_gone,
            "payment_locked": lambda _, c: bool(c.differing) and not is_gone_there(c),
            "changed_in_quickbooks": lambda a, c: bool(c.differing) and self.stays_as_it_is(a, c),
            "removed_in_quickbooks": lambda a, c: is_gone_there(c) and self.stays_as_it_is(a, c),
            "removed_there_changed_here": lambda _, c: is_gone_there(c) and not is_gone_here(c),
            "removed_here_changed_there": lambda _, c: is_gone_here(c) and not is_gone_there(c),
        }


def is_live(record: Any) -> bool:
    """Say whether a payment counts here."""
    return not record.archived and record.document.status is not PaymentStatus.VOIDED


def is_gone_there(case: Case) -> bool:
    """Say whether it is voided or deleted in QuickBooks."""
    return case.there is None or case.there["voided"] is not None


def is_gone_here(case: Case) -> bool:
    """Say whether it is voided or archived here."""
    assert case.record is not None
    return case.record.archived or bool(case.here and case.here["voided"])


def takes_more(agreement: Agreement, case: Case, entity: str, kind: str) -> bool:
    """Say whether something that it brings down has less open in QuickBooks than it takes."""
    for share in (case.here or {}).get("paid", ()):
        target = agreement.objects[kind].get(share.target) if share.entity == entity else None
        if target is not None and Decimal(str(target["Balance"])) < Decimal(share.amount):
            return True
    return False


def _settled_by_bill_payment(document: Any) -> list[Settled]:
    lines = [("bill", each.bill, each.amount) for each in document.lines]
    return [*lines, *(("vendor_credit", each.vendor_credit, each.amount) for each in document.credits)]


BILLS = Payments(
    kind="bill_payment",
    entity="BillPayment",
    paid="bill",
    credit="VendorCredit",
    party="vendor",
    party_ref="VendorRef",
    reference="DocNumber",
    day="paid_on",
    account="bank_account",
    done=PaymentStatus.PROCESSED,
    sign=-1,
    clearing="money_out_clearing_account",
    default="default_bank_account",
    direction="bill_payment_direction",
    settled_by=_settled_by_bill_payment,
)
INVOICES = Payments(
    kind="invoice_payment",
    entity="Payment",
    paid="invoice",
    credit="CreditMemo",
    party="customer",
    party_ref="CustomerRef",
    reference="PaymentRefNum",
    day="received_on",
    account="deposit_account",
    done=PaymentStatus.RECEIVED,
    sign=1,
    clearing="money_in_clearing_account",
    default="deposit_to_account",
    direction="invoice_payment_direction",
    settled_by=lambda document: [("invoice", each.invoice, each.amount) for each in document.lines],
)
SORTS = (BILLS, INVOICES)
SORT_OF = {each.entity: each for each in SORTS}
