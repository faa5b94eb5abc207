"""What a reconcile found: totals of both sides, and every difference with its cause."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.api import spreadsheets
from service.api.pagination import PageParameters
from service.core.records import Kind
from service.store.reconciliations import StoredDifference

Amount = Annotated[str, Field(pattern=r"^-?\d+\.\d{2}$", examples=["120.00"])]
Causes = Annotated[dict[str, Amount], Field(description="By code, what they make of the difference.")]


class KindCounts(BaseModel):
    """How much there is of a kind on each side."""

    records: int = Field(description="Here, archived ones included.")
    archived: int
    objects: int = Field(description="In QuickBooks, as far as syncs have seen them.")
    linked: int
    agreed: int
    codes: dict[str, int] = Field(description="How many stand with each code.")


class Totals(BaseModel):
    """Both sides' amounts; `unexplained` is 0.00 unless a difference was not found."""

    currency: str
    platform: Amount
    quickbooks: Amount
    difference: Amount
    causes: Causes
    unexplained: Amount


class Payable(Totals):
    """What is open of a vendor's bills, less what is open of the credits."""

    vendor: str | None = Field(description="The record, or QuickBooks' id behind `quickbooks:`.")
    name: str | None


class Receivable(Totals):
    """What is open of a customer's invoices."""

    customer: str | None = Field(description="The record, or QuickBooks' id behind `quickbooks:`.")
    name: str | None


class AccountTotals(Totals):
    """What payments came to, by account."""

    kind: Kind
    account: str | None = Field(description="The record, or QuickBooks' id behind `quickbooks:`.")
    name: str | None


class Clearing(BaseModel):
    """A clearing account as it stands in QuickBooks; what comes into it counts as positive."""

    purpose: Literal["money_out", "money_in"]
    account: str
    quickbooks_id: str
    balance: Amount = Field(description="QuickBooks' CurrentBalance, read at the end of the sync.")
    payments: Amount = Field(description="What payments come to on it.")
    transfers: Amount = Field(description="What transfers of ours come to on it.")
    other: Amount = Field(description="The rest of the balance: what somebody else entered.")
    in_flight: Amount = Field(description="Online payments whose transfer is not entered yet.")
    in_flight_payments: int


class Difference(BaseModel):
    """One difference between the two sides, or between what is kept and what it follows from."""

    number: int
    kind: Kind | None = Field(description="Null for what concerns the company as a whole.")
    record: str | None
    quickbooks_id: str | None
    field: str | None
    platform: str | None = Field(description="The value here; lines and the like as JSON.")
    quickbooks: str | None
    amount: Amount | None = Field(description="By how much more the platform has because of it.")
    currency: str | None
    party: str | None
    account: str | None
    code: str
    reason: str
    fix: str
    resolved: bool = Field(description="The same sync has put an end to it.")


class DifferenceCounts(BaseModel):
    """How many differences there are."""

    found: int
    open: int


_RECONCILIATION: dict[str, Any] = {
    "sync": "01kk8r2n4v0000000000000000",
    "at": "2026-03-02T09:00:12Z",
    "reads": 18,
    "found": {"found": 1, "open": 1},
    "counts": {
        "bill": {"records": 140, "archived": 2, "objects": 138, "linked": 138, "agreed": 137, "codes": {}}
    },
    "payables": [
        {
            "vendor": "ash",
            "name": "Ash & Co",
            "currency": "USD",
            "platform": "200.00",
            "quickbooks": "120.00",
            "difference": "80.00",
            "causes": {"paid_in_quickbooks": "80.00"},
            "unexplained": "0.00",
        }
    ],
    "receivables": [],
    "payments": [],
    "clearing": [],
    "differences": [
        {
            "number": 1,
            "kind": "bill",
            "record": "bill-1",
            "quickbooks_id": "191",
            "field": "balance",
            "platform": "100.00",
            "quickbooks": "20.00",
            "amount": "80.00",
            "currency": "USD",
            "party": "ash",
            "account": None,
            "code": "paid_in_quickbooks",
            "reason": "Bill A-17 is paid in QuickBooks by 80.00 more than here: BillPayment 204.",
            "fix": "Choose record_here to record that payment here, so that nobody pays it again.",
            "resolved": False,
        }
    ],
    "next": None,
}


class Reconciliation(BaseModel):
    """The latest reconcile of a company, with a page of what it found."""

    model_config = ConfigDict(json_schema_extra={"examples": [_RECONCILIATION]})

    sync: str
    at: dt.datetime
    reads: int = Field(description="The metered reads that it took.")
    found: DifferenceCounts
    counts: dict[Kind, KindCounts]
    payables: list[Payable]
    receivables: list[Receivable]
    payments: list[AccountTotals]
    clearing: list[Clearing]
    differences: list[Difference]
    next: str | None = Field(description="Send it as `cursor` to get the next differences; null ends.")


class ReconciliationParameters(PageParameters):
    """Which differences are shown, and how."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind | None = None
    code: str | None = None
    resolved: Annotated[bool | None, Field(description="Only what is put right, or only the rest.")] = None
    format: Annotated[
        Literal["json", "csv"] | None,
        Field(description="`csv`: all differences as a table, without the totals; so does Accept: text/csv."),
    ] = None


_HEADS = tuple(StoredDifference.__struct_fields__)
_OURS = frozenset({"number", "amount", "resolved"})
"""Columns that nobody has written: a minus in them is one."""


def present_difference(stored: StoredDifference) -> dict[str, Any]:
    """Answer a difference."""
    return {name: getattr(stored, name) for name in _HEADS}


def table_of(found: list[StoredDifference]) -> str:
    """Write differences as CSV."""
    return spreadsheets.write(_HEADS, ([_cell(name, each) for name in _HEADS] for each in found))


def _cell(name: str, difference: StoredDifference) -> str:
    value = getattr(difference, name)
    if value is None:
        return ""
    if name in _OURS:
        return str(value).lower() if isinstance(value, bool) else str(value)
    return spreadsheets.plain(value)
