"""What is owed, and for how long: AgedPayables and AgedReceivables, with and without detail.

As of an earlier day a transaction's open balance is today's, and what payments of later days have used of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from service.sandbox import errors
from service.sandbox.books import Books
from service.sandbox.normalise import CENT
from service.sandbox.reports.period import Period, report_day
from service.sandbox.reports.shape import Cell, money, report, row, section
from service.sandbox.stored import Stored
from service.sandbox.wire import Doc

ZERO = Decimal(0)
LONGEST_SPAN = 3
"""Digits of a length or a number of spans: hundreds of days are plenty."""


@dataclass(frozen=True, slots=True)
class Side:
    """Payables or receivables: whose, which charges and credits, and which payments use them up."""

    party: str
    title: str
    charge: str
    credit: str
    payment: str


PAYABLE = Side("Vendor", "Vendor", "Bill", "VendorCredit", "BillPayment")
RECEIVABLE = Side("Customer", "Customer", "Invoice", "CreditMemo", "Payment")


@dataclass(frozen=True, slots=True)
class Open:
    """One open amount, credits negative, in the home currency."""

    stored: Stored
    party: str
    open: Decimal
    days: int


def open_items(books: Books, side: Side, period: Period, *, by_issue: bool = False) -> Iterator[Open]:
    """Answer what was open at the end of a period, the longest overdue first."""
    later = _used_later(books, side, period.end)
    found: list[Open] = []
    for kind, sign in ((side.charge, 1), (side.credit, -1)):
        for stored in books.shelves[kind]:
            doc = stored.doc()
            if str(doc.get("TxnDate", "")) > period.end:
                continue
            left = (stored.balance or ZERO) + later.get((kind, stored.id), ZERO)
            rate = Decimal(str(doc.get("ExchangeRate") or 1))
            due = doc["TxnDate"] if by_issue else doc.get("DueDate") or doc["TxnDate"]
            days = (date.fromisoformat(period.end) - date.fromisoformat(str(due))).days
            party = str(books.column(stored, f"{side.party}Ref"))
            if left:
                found.append(Open(stored, party, sign * (left * rate).quantize(CENT, ROUND_HALF_UP), days))
    for stored, doc, spare in _unapplied(books, side, period.end):
        days = (date.fromisoformat(period.end) - date.fromisoformat(str(doc["TxnDate"]))).days
        found.append(Open(stored, str(books.column(stored, f"{side.party}Ref")), -spare, days))
    return iter(sorted(found, key=lambda one: (-one.days, len(one.stored.id), one.stored.id)))


def _used_later(books: Books, side: Side, day: str) -> dict[tuple[str, str], Decimal]:
    used: dict[tuple[str, str], Decimal] = {}
    for stored in books.shelves[side.payment]:
        doc = stored.doc()
        if str(doc.get("TxnDate", "")) > day:
            for target, amount in stored.entity.effects(doc).applied.items():
                used[target] = used.get(target, ZERO) + amount
    return used


def _unapplied(books: Books, side: Side, day: str) -> Iterator[tuple[Stored, Doc, Decimal]]:
    """Answer payments that are worth more than what they are applied to."""
    for stored in books.shelves[side.payment]:
        doc = stored.doc()
        if str(doc.get("TxnDate", "")) > day:
            continue
        applied = stored.entity.effects(doc).applied
        net = sum((-one if key[0] == side.credit else one for key, one in applied.items()), ZERO)
        rate = Decimal(str(doc.get("ExchangeRate") or 1))
        spare = ((Decimal(doc.get("TotalAmt") or 0) - net) * rate).quantize(CENT, ROUND_HALF_UP)
        if spare:
            yield stored, doc, spare


@dataclass(frozen=True, slots=True)
class Buckets:
    """The spans of days of an aging report."""

    length: int
    count: int

    @property
    def titles(self) -> list[str]:
        """Their names, in order."""
        spans = [
            f"{place * self.length + 1} - {(place + 1) * self.length}" for place in range(self.count - 1)
        ]
        return ["Current", *spans, f"{(self.count - 1) * self.length + 1} and over"]

    def place(self, days: int) -> int:
        """Answer into which of them so many days overdue belong."""
        return 0 if days <= 0 else min(self.count, (days - 1) // self.length + 1)


def _buckets(params: Mapping[str, str]) -> Buckets:
    read = []
    for name, usual in (("aging_period", "30"), ("num_periods", "4")):
        value = params.get(name, usual)
        if not (value.isascii() and value.isdigit() and len(value) <= LONGEST_SPAN and int(value)):
            raise errors.bad_number(name, value)
        read.append(int(value))
    return Buckets(*read)


def _items(books: Books, side: Side, params: Mapping[str, str], period: Period) -> list[Open]:
    wanted = {one for one in params.get(side.party.lower(), "").split(",") if one}
    by_issue = bool(books.preference("ReportPrefs", "CalcAgingReportFromTxnDate"))
    found = open_items(books, side, period, by_issue=by_issue)
    return [one for one in found if not wanted or one.party in wanted]


def aged(books: Books, name: str, side: Side, params: Mapping[str, str]) -> Doc:
    """Answer what each vendor is owed, or each customer owes, by how long it is overdue."""
    period, buckets = report_day(books, params), _buckets(params)
    columns = [("", side.title), *((title, "Money") for title in buckets.titles), ("Total", "Money")]
    sums: dict[str, list[Decimal]] = {}
    whole = [ZERO] * (buckets.count + 2)
    for one in _items(books, side, params, period):
        mine = sums.setdefault(one.party, [ZERO] * (buckets.count + 2))
        for amounts in (mine, whole):
            amounts[buckets.place(one.days)] += one.open
            amounts[-1] += one.open
    names = sorted((_name(books, side, party).casefold(), party) for party in sums)
    rows = [row((_name(books, side, party), party), *map(_shown, sums[party])) for _, party in names]
    if rows:
        rows.append(section(None, (), ["TOTAL", *map(money, whole)], "GrandTotal"))
    return report(books, name, period, columns, rows)


def aged_detail(books: Books, name: str, side: Side, params: Mapping[str, str]) -> Doc:
    """Answer the open transactions, by how long they are overdue."""
    period, buckets = report_day(books, params), _buckets(params)
    titles = ("Date", "Transaction Type", "Num", side.title, "Due Date", "Past Due", "Amount", "Open Balance")
    columns = [(title, "String") for title in titles]
    grouped: list[list[Open]] = [[] for _ in range(buckets.count + 1)]
    for one in _items(books, side, params, period):
        grouped[buckets.place(one.days)].append(one)
    rows = []
    for title, group in zip(buckets.titles, grouped, strict=True):
        if group:
            whole = sum((one.open for one in group), ZERO)
            lines = [row(*_detail(books, side, one)) for one in group]
            rows.append(section(title, lines, [f"Total for {title}", *[""] * 6, money(whole)]))
    if rows:
        whole = sum((one.open for group in grouped for one in group), ZERO)
        rows.append(section(None, (), ["TOTAL", *[""] * 6, money(whole)], "GrandTotal"))
    return report(books, name, period, columns, rows)


def _detail(books: Books, side: Side, one: Open) -> list[Cell]:
    doc, kind = one.stored.doc(), one.stored.entity.name
    sign = 1 if kind == side.charge else -1
    rate = Decimal(str(doc.get("ExchangeRate") or 1))
    return [
        str(doc["TxnDate"]),
        (kind, one.stored.id),
        str(doc.get("DocNumber") or ""),
        (_name(books, side, one.party), one.party),
        str(doc.get("DueDate") or doc["TxnDate"]),
        str(max(0, one.days)),
        money(sign * Decimal(doc.get("TotalAmt") or 0) * rate),
        money(one.open),
    ]


def _name(books: Books, side: Side, party: str) -> str:
    stored = books.find(side.party, party)
    return books.full_name(stored) if stored is not None else ""


def _shown(value: Decimal) -> str:
    return money(value) if value else ""
