"""VendorBalance and CustomerBalance: what each is owed or owes, as of a day."""

from collections.abc import Mapping
from decimal import Decimal

from service.sandbox.books import Books
from service.sandbox.reports.aging import Side, open_items
from service.sandbox.reports.period import report_day
from service.sandbox.reports.shape import money, report, row, section
from service.sandbox.wire import Doc

ZERO = Decimal(0)


def balances(books: Books, name: str, side: Side, params: Mapping[str, str]) -> Doc:
    """Answer the open amounts of each vendor or customer that has any."""
    period = report_day(books, params)
    wanted = {one for one in params.get(side.party.lower(), "").split(",") if one}
    sums: dict[str, Decimal] = {}
    for one in open_items(books, side, period):
        if not wanted or one.party in wanted:
            sums[one.party] = sums.get(one.party, ZERO) + one.open
    named = []
    for party, amount in sums.items():
        stored = books.find(side.party, party)
        if amount and stored is not None:
            named.append((books.full_name(stored), party, amount))
    rows = [row((title, party), money(amount)) for title, party, amount in sorted(named)]
    if rows:
        whole = sum((amount for _, _, amount in named), ZERO)
        rows.append(section(None, (), ["TOTAL", money(whole)], "GrandTotal"))
    return report(books, name, period, [("", side.title), ("Total", "Money")], rows)
