"""The oracle of the report: a reconcile says of both sides what their own books say (I2, I10).

Totals are added up here from the platform's documents and QuickBooks' objects, and compared with the report.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from service.core.causes import CAUSES
from service.store.tables import Counterpart, Difference, Reconciliation, table_of
from tests.simulation.kinds import ENTITY_OF

if TYPE_CHECKING:
    from tests.simulation.agreement import Agreement

ZERO = Decimal(0)
_R, _D, _C = table_of(Reconciliation), table_of(Difference), table_of(Counterpart)
_REPORT = select(_R.c.sync, _R.c.summary).where(_R.c.company == bindparam("company"))
_DIFFERENCES = select(_D.c.kind, _D.c.record, _D.c.code, _D.c.reason, _D.c.fix).where(
    _D.c.company == bindparam("company")
)
_SEEN = select(_C.c.entity, _C.c.qbo_id).where(_C.c.company == bindparam("company"), _C.c.deleted.is_(False))
_OWED = {"bill": ("payables", 1), "vendor_credit": ("payables", -1), "invoice": ("receivables", 1)}


def wrong_with_report(agreement: Agreement, sync: str) -> Iterator[str]:
    """Say what a reconcile of two sides at rest reports wrongly: nothing is unexplained, nothing is alarm."""
    row = next(iter(agreement.site.all(_REPORT)), None)
    if row is None or row.sync != sync:
        yield "the reconcile left no report"
        return
    report = json.loads(row.summary, parse_float=Decimal)
    for name in ("payables", "receivables", "payments"):
        for line in report[name]:
            if Decimal(line["unexplained"]):
                yield f"{name}: {line} is unexplained"
    for each in agreement.site.all(_DIFFERENCES):
        if each.code in CAUSES:
            yield f"false alarm: {each.code} of {each.kind} {each.record}: {each.reason}"
        if not each.reason or not each.fix:
            yield f"difference {each.code} of {each.kind} {each.record} bears no reason or no way out"
    yield from _sums(agreement, report)


def _sums(agreement: Agreement, report: dict[str, Any]) -> Iterator[str]:
    """Each side's open amounts together are what its own books say."""
    seen = {(row.entity, row.qbo_id) for row in agreement.site.all(_SEEN)}
    here, there = {"payables": ZERO, "receivables": ZERO}, {"payables": ZERO, "receivables": ZERO}
    for kind, (name, sign) in _OWED.items():
        for record in agreement.records[kind]:
            if not record.archived:
                here[name] += sign * (record.balance or ZERO)
        for qbo_id, wire in agreement.objects[kind].items():
            if (ENTITY_OF[kind], qbo_id) in seen:
                there[name] += sign * Decimal(str(wire["Balance"]))
    for name, ours in here.items():
        sides = ("platform", "quickbooks")
        told = [sum((Decimal(line[side]) for line in report[name]), ZERO) for side in sides]
        if told != [ours, there[name]]:
            yield f"{name} are {ours} here and {there[name]} there, and reported as {told}"
