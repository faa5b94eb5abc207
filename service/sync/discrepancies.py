"""What a reconcile finds, put into words: values as callers know them, the cause, and what to do about it."""

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec.structs import replace

from service.core.causes import describe
from service.core.payments import DIFFERENCES, funding
from service.core.plan import MASS_REMOVAL
from service.core.reconcile import Discrepancy
from service.core.records import (
    BillLine,
    BillPayment,
    Document,
    Expense,
    InvoiceLine,
    Kind,
    Payment,
    account_of,
    amount_of,
    encode,
    label_of,
    party_of,
)
from service.store import examining
from service.store.transaction import Connection, Row
from service.sync.run import Run
from service.sync.spaces import parents_missing_here, platform_of


class Words:
    """The reasons and fixes of what is open, as the issues give them."""

    def __init__(self, issues: Iterable[Row[Any]] = ()) -> None:
        self._of_record: dict[tuple[str, str, str], tuple[str, str]] = {}
        self._of_object: dict[tuple[str, str, str], tuple[str, str]] = {}
        self._of_all: dict[str, tuple[str, str]] = {}
        self._of_balance: dict[tuple[str, str], str] = {}
        self.objects: set[tuple[str, str]] = set()
        """What of QuickBooks' is at issue by itself, by kind and id."""
        for row in issues:
            words = row.reason, row.fix
            if row.record:
                self._of_record[row.kind, row.record, row.code] = words
            elif row.quickbooks_id:
                self.objects.add((row.kind, row.quickbooks_id))
            if row.quickbooks_id:
                self._of_object[row.kind, row.quickbooks_id, row.code] = words
            if row.code == MASS_REMOVAL:
                self._of_all[row.kind] = words
            if row.code in DIFFERENCES and row.record:
                self._of_balance[row.kind, row.record] = row.code

    def called(self, found: Discrepancy) -> Discrepancy:
        """Return a difference of balances under the code by which it is told of already."""
        code = self._of_balance.get((found.kind or "", found.record or ""))
        return replace(found, code=code) if code is not None and found.field == "balance" else found

    def about(self, found: Discrepancy, label: str, reason: str | None) -> tuple[str, str]:
        """Return the reason and the fix of one difference; `reason` is what its object bears itself."""
        kind, code = (found.kind or ""), found.code
        told = self._of_record.get((kind, found.record or "", code)) or self._of_object.get(
            (kind, found.quickbooks_id or "", code)
        )
        if told is None and code == MASS_REMOVAL:
            told = self._of_all.get(kind)
        if told is not None:
            return told
        general = describe(code)
        return reason or (f"{label}: {general.meaning}" if label else general.meaning), general.fix


def load_words(connection: Connection, run: Run) -> Words:
    """Look up what is open of the company."""
    return Words(examining.open_issues(connection, run.company))


def row_of(
    run: Run,
    found: Discrepancy,
    words: Words,
    *,
    document: Document | None = None,
    content: Document | None = None,
    reason: str | None = None,
    resolved: bool = False,
) -> dict[str, Any]:
    """Return a difference as it is kept; `document` is the record's, `content` QuickBooks' (in its space)."""
    found = words.called(found)
    either = document if document is not None else content
    label = label_of(found.kind, either) if found.kind is not None and either is not None else ""
    why, fix = words.about(found, label, reason)
    shown = found.platform, found.quickbooks
    if shown == (None, None) and found.kind is not None:
        shown = _values(run, found, document, content, label)
    return {
        "kind": found.kind.value if found.kind else None,
        "record": found.record,
        "quickbooks_id": found.quickbooks_id,
        "field": found.field,
        "platform": text_of(shown[0]),
        "quickbooks": text_of(shown[1]),
        "amount": found.amount,
        "currency": _currency(run, either) if found.amount is not None else None,
        "party": _party(run, document, content),
        "account": _account(run, document, content),
        "code": found.code,
        "reason": why,
        "fix": fix,
        "resolved": resolved,
    }


def text_of(value: Any) -> str | None:
    """Write a value as callers know it: texts as they are, everything else as its JSON, without quotes."""
    if value is None or isinstance(value, str):
        return value
    text = encode(_shown(value)).decode()
    plain = msgspec.json.decode(text)
    return plain if isinstance(plain, str) else text


def _values(
    run: Run, found: Discrepancy, document: Document | None, content: Document | None, label: str
) -> tuple[Any, Any]:
    """Both sides' values of a field; of what is on one side only, its name on that side."""
    if document is None or content is None:
        return (label, None) if document is not None else (None, label)
    if found.field is None:
        return (None, label) if found.code == "gone_here" else (label, None)
    there = content
    if not parents_missing_here(run, content)[0]:
        there = platform_of(run, content, document, fields=("bank_account", "deposit_account"))
    return getattr(document, found.field, None), getattr(there, found.field, None)


def _shown(value: Any) -> Any:
    """QuickBooks' ids of lines are none of a caller's business."""
    if isinstance(value, tuple):
        return tuple(_shown(each) for each in value)
    return replace(value, quickbooks_id=None) if isinstance(value, BillLine | InvoiceLine) else value


def _currency(run: Run, document: Document | None) -> str | None:
    if document is None or amount_of(document) is None:
        return None
    return getattr(document, "currency", None) or run.policy.facts.home_currency


def _party(run: Run, document: Document | None, content: Document | None) -> str | None:
    if document is not None:
        return party_of(document)
    return party_here(run, content) if content is not None else None


def party_here(run: Run, content: Document) -> str | None:
    """Return the record of whom an object of QuickBooks' is with, or its id there."""
    party = party_of(content)
    kind = Kind.VENDOR if isinstance(content, Expense | BillPayment) else Kind.CUSTOMER
    return named_here(run, kind, party) if party else None


def named_here(run: Run, kind: Kind, qbo_id: str) -> str:
    """Return the record of an object, or its id behind `quickbooks:`."""
    return run.parents.record_of(kind, qbo_id) or f"quickbooks:{qbo_id}"


def _account(run: Run, document: Document | None, content: Document | None) -> str | None:
    if isinstance(content, Payment) and (there := account_of(content)):
        return named_here(run, Kind.ACCOUNT, there)
    if isinstance(document, Payment):
        return funding(document, run.policy.preferences).account
    return None
