"""Totals: what is open, what was paid and what is in flight, on both sides, at the end of a reconcile."""

from decimal import Decimal
from typing import Any, NamedTuple

from service.core.payments import funding
from service.core.records import (
    ENTITIES,
    KINDS,
    PAYMENTS,
    SEEN,
    ZERO,
    Document,
    FundsTransfer,
    Kind,
    Method,
    Payment,
    account_of,
    amount_of,
    decode,
    is_voided,
)
from service.core.references import Reference
from service.core.totals import Totals
from service.quickbooks.translate.balances import read_balance
from service.store import examining, reconciliations, totals
from service.store.transaction import Connection, Row
from service.sync.asking import ask_for
from service.sync.discrepancies import named_here, party_here
from service.sync.run import Run

_OWED = {Kind.BILL: ("payables", 1), Kind.VENDOR_CREDIT: ("payables", -1), Kind.INVOICE: ("receivables", 1)}
_PARTIES = {"payables": (Kind.VENDOR, "vendor"), "receivables": (Kind.CUSTOMER, "customer")}
_CLEARING = {
    "money_out": ("money_out_clearing_account", Kind.BILL_PAYMENT),
    "money_in": ("money_in_clearing_account", Kind.INVOICE_PAYMENT),
}
Party = tuple[str | None, str]
"""A vendor or customer, and the currency."""


async def summarise(run: Run) -> dict[str, Any]:
    """Add both sides up; QuickBooks is asked for the present balances of the clearing accounts."""
    accounts = await run.services.store.read(lambda connection: _clearing_accounts(connection, run))
    rows = await ask_for(run, ENTITIES[Kind.ACCOUNT], sorted(set(accounts.values()))) if accounts else []
    balances = dict(read_balance(bytes(row)) for row in rows)
    return await run.services.store.read(lambda connection: _summary(connection, run, accounts, balances))


def _clearing_accounts(connection: Connection, run: Run) -> dict[str, str]:
    """Return QuickBooks' ids of the clearing accounts that are linked, by what they are for."""
    chosen = {
        name: getattr(run.policy.preferences, preference) for name, (preference, _) in _CLEARING.items()
    }
    run.parents.load_keys(connection, [Reference(Kind.ACCOUNT, each) for each in chosen.values() if each])
    found = {name: run.parents.qbo_id_of(Kind.ACCOUNT, each) for name, each in chosen.items() if each}
    return {name: qbo_id for name, qbo_id in found.items() if qbo_id}


def _summary(
    connection: Connection, run: Run, accounts: dict[str, str], balances: dict[str, Decimal]
) -> dict[str, Any]:
    apart = reconciliations.fields_apart(connection, run.company, run.sync)
    owed = _owed(connection, run, apart)
    moved = _Moved(run, apart)
    for kind in (*PAYMENTS, Kind.FUNDS_TRANSFER):
        moved.take(connection, kind)
    for row in reconciliations.causes(connection, run.company, run.sync):
        kind = Kind(row.kind)
        currency = row.currency or run.policy.facts.home_currency
        if kind in _OWED:
            name, sign = _OWED[kind]
            owed[name].explain((row.party, currency), row.code, sign * row.amount)
        elif kind in PAYMENTS:
            moved.totals.explain((kind, row.account, currency), row.code, row.amount)
    found, left = reconciliations.numbers(connection, run.company, run.sync)
    return {
        "reads": run.cost()[0],
        "differences": {"found": found, "open": left},
        "counts": _counts(connection, run),
        **{name: _parties(connection, run, name, added) for name, added in owed.items()},
        "payments": _accounts(connection, run, moved.totals),
        "clearing": _clearing(run, moved, accounts, balances),
    }


def _counts(connection: Connection, run: Run) -> dict[str, Any]:
    known = totals.counts(connection, run.company)
    counts: dict[str, dict[str, Any]] = {
        kind.value: {"records": 0, "archived": 0, "objects": 0, "linked": 0, "agreed": 0, "codes": {}}
        for kind in SEEN
    }
    for row in known.here:
        names = ("records", "archived", "linked", "agreed")
        counts[row.kind] |= {name: int(getattr(row, name)) for name in names}
    for row in known.there:
        counts[KINDS[row.entity].value]["objects"] = row.objects
    for row in known.codes:
        kind = KINDS[row.kind].value if row.kind in KINDS else row.kind
        codes = counts[kind]["codes"]
        codes[row.code] = codes.get(row.code, 0) + row.number
    return {kind: each for kind, each in counts.items() if each["records"] or each["objects"]}


def _owed(
    connection: Connection, run: Run, apart: dict[tuple[str, str, str], str]
) -> dict[str, Totals[Party]]:
    """Add up what is open by party; what QuickBooks has under another party counts there as that one's."""
    home = run.policy.facts.home_currency
    owed: dict[str, Totals[Party]] = {name: Totals() for name in _PARTIES}
    for row in totals.open_balances(connection, run.company):
        name, sign = _OWED[Kind(row.kind)]
        here, there = (sign * (each or ZERO) for each in (row.here, row.there))
        owed[name].add((row.party, row.currency or home), here=here, there=there)
    for row in totals.open_alone(connection, run.company):
        name, sign = _OWED[KINDS[row.entity]]
        content = decode(KINDS[row.entity], row.content)
        run.parents.load(connection, records=(), counterparts=[content])
        owed[name].add((party_here(run, content), row.currency or home), there=sign * row.balance)
    for kind, (name, sign) in _OWED.items():
        elsewhere = {
            record: code
            for (of_kind, record, field), code in apart.items()
            if of_kind == kind and field == _PARTIES[name][1]
        }
        rows = {row.id: row for row in totals.some_records(connection, run.company, kind, elsewhere)}
        for record, linked in examining.linked(connection, run.company, kind, elsewhere).items():
            content = decode(kind, linked.content)
            run.parents.load(connection, records=(), counterparts=[content])
            own = (rows[record].party, rows[record].currency or home)
            other = (party_here(run, content), linked.currency or home)
            there = ZERO if linked.deleted or linked.voided else sign * (linked.balance or ZERO)
            owed[name].add(own, there=-there)
            owed[name].add(other, there=there)
            owed[name].explain(own, elsewhere[record], there)
            owed[name].explain(other, elsewhere[record], -there)
    return owed


class _InFlight(NamedTuple):
    """One online payment of ours on a clearing account."""

    record: str
    account: str | None
    amount: Decimal


class _Moved:
    """What payments and transfers moved, by account."""

    def __init__(self, run: Run, apart: dict[tuple[str, str, str], str]) -> None:
        self.run = run
        self.totals: Totals[tuple[Kind, str | None, str]] = Totals()
        self.there: dict[tuple[Kind, str], Decimal] = {}
        """What moved in QuickBooks, by kind and QuickBooks' id of the account; into it counts as positive."""
        self.online: dict[Kind, list[_InFlight]] = {kind: [] for kind in PAYMENTS}
        self.transferred: set[str] = set()
        """Payments whose money a transfer here has moved on."""
        self._codes = {(kind, record): code for (kind, record, _), code in apart.items()}

    def take(self, connection: Connection, kind: Kind) -> None:
        """Add a kind up."""
        for rows in totals.moved(connection, self.run.company, kind):
            contents = [decode(kind, row.content) for row in rows if row.content is not None]
            self.run.parents.load(connection, records=(), counterparts=contents)
            for row in rows:
                self._take(kind, row)
        alone = [decode(kind, row.content) for row in totals.moved_alone(connection, self.run.company, kind)]
        self.run.parents.load(connection, records=(), counterparts=alone)
        for content in alone:
            self._moved_there(kind, content)
            if isinstance(content, Payment):
                key = kind, self._account(account_of(content)), self._currency(content)
                self.totals.add(key, there=amount_of(content) or ZERO)

    def _take(self, kind: Kind, row: Row[Any]) -> None:
        document = decode(kind, row.document)
        last = decode(kind, row.content) if row.content is not None else None
        content = None if row.deleted or row.voided else last
        lives = not (row.archived or is_voided(document))
        if content is not None:
            self._moved_there(kind, content)
        if isinstance(document, FundsTransfer) and lives:
            self.transferred |= set(document.payments)
        if not isinstance(document, Payment):
            return
        here = (row.amount or ZERO) if lives else ZERO
        base = decode(kind, row.base) if row.base is not None else None
        agreed = self._account(account_of(base)) if isinstance(base, Payment) else self._funding(document)
        own = agreed
        if content is None and isinstance(last, Payment) and account_of(last):
            own = self._account(
                account_of(last)
            )  # where it was when it was removed: its cause is told of there
        other = self._account(account_of(content)) if isinstance(content, Payment) else own
        mine, theirs = (
            (kind, own, self._currency(document)),
            (kind, other, self._currency(content or document)),
        )
        self.totals.add(mine, here=here)
        if content is not None:
            self.totals.add(theirs, there=amount_of(content) or ZERO)
        if mine != theirs and here and content is not None:
            code = self._codes.get((kind.value, row.id), "drifted")
            self.totals.explain(mine, code, here)
            self.totals.explain(theirs, code, -here)
        if lives and document.method is Method.ONLINE:
            self.online[kind].append(_InFlight(row.id, agreed, here))

    def _moved_there(self, kind: Kind, content: Document) -> None:
        if isinstance(content, FundsTransfer):
            moves = [(content.to_account, content.amount), (content.from_account, -content.amount)]
        else:
            assert isinstance(content, Payment)
            sign = 1 if kind is Kind.INVOICE_PAYMENT else -1
            moves = [(account_of(content) or "", sign * (amount_of(content) or ZERO))]
        for account, amount in moves:
            self.there[kind, account] = self.there.get((kind, account), ZERO) + amount

    def _account(self, qbo_id: str | None) -> str | None:
        return named_here(self.run, Kind.ACCOUNT, qbo_id) if qbo_id else None

    def _funding(self, document: Payment) -> str | None:
        return funding(document, self.run.policy.preferences).account

    def _currency(self, document: Document) -> str:
        return getattr(document, "currency", None) or self.run.policy.facts.home_currency


def _parties(connection: Connection, run: Run, name: str, added: Totals[Party]) -> list[dict[str, Any]]:
    kind, label = _PARTIES[name]
    known = totals.names(connection, run.company, kind, [party for party, _ in added.known() if party])
    lines = [
        {label: party, "name": known.get(party or ""), "currency": currency} | line
        for (party, currency), line in added.lines()
    ]
    return sorted(lines, key=lambda line: (line["name"] or "", line[label] or "", line["currency"]))


def _accounts(
    connection: Connection, run: Run, added: Totals[tuple[Kind, str | None, str]]
) -> list[dict[str, Any]]:
    ids = sorted({account for _, account, _ in added.known() if account})
    known = totals.names(connection, run.company, Kind.ACCOUNT, ids)
    lines = [
        {"kind": kind.value, "account": account, "name": known.get(account or ""), "currency": currency}
        | line
        for (kind, account, currency), line in added.lines()
    ]
    return sorted(lines, key=lambda line: (line["kind"], line["name"] or "", line["account"] or ""))


def _clearing(
    run: Run, moved: _Moved, accounts: dict[str, str], balances: dict[str, Decimal]
) -> list[dict[str, Any]]:
    """Say what a clearing account holds, what it should, and what is still to be moved on."""
    lines = []
    for name, qbo_id in accounts.items():
        preference, kind = _CLEARING[name]
        record = getattr(run.policy.preferences, preference)
        paid = sum((moved.there.get((each, qbo_id), ZERO) for each in PAYMENTS), ZERO)
        transferred = moved.there.get((Kind.FUNDS_TRANSFER, qbo_id), ZERO)
        waiting = [
            each
            for each in moved.online[kind]
            if each.account == record and each.record not in moved.transferred and each.amount
        ]
        balance = balances.get(qbo_id, ZERO)
        lines.append(
            {
                "purpose": name,
                "account": record,
                "quickbooks_id": qbo_id,
                "balance": balance,
                "payments": paid,
                "transfers": transferred,
                "other": balance - paid - transferred,
                "in_flight": sum((each.amount for each in waiting), ZERO),
                "in_flight_payments": len(waiting),
            }
        )
    return lines
