"""Every cell that the table of linked payments has to say something about.

A cell is what became of one payment on each side since the base, times who made it, which way payments go,
which side the company prefers, whether its day is closed, and what a person has told us. `M` is its memo,
`L` its lines: what a payment that was sent may still change, and what it may not.
"""

import datetime as dt
import itertools
from dataclasses import dataclass
from decimal import Decimal

from msgspec.structs import replace

from service.core.decision import Counterpart, Instruction, Pair, Record
from service.core.merge import Keep
from service.core.payments import Funding
from service.core.policy import AccountProfile, Facts, Policy, Preferences
from service.core.records import BillPayment, Kind, Method, PaidBill, PaymentStatus

HERE = ["=", "memo", "money", "voided", "archived"]
THERE = ["=", "memo", "same", "money", "voided", "deleted"]
"""`memo` and `money` differ from side to side; `same` is the memo that the platform may have, too."""
MADE = ["online", "offline", "there"]
WAYS = [each.value for each in AccountProfile]
KEEPS = [each.value for each in Keep]
TOLD = {"": None} | {each.value: each for each in Instruction}
FIELDS = {"M": "memo", "L": "lines"}

PAYMENT = BillPayment(
    vendor="41",
    paid_on=dt.date(2026, 3, 2),
    bank_account="35",
    reference="77",
    memo="March",
    currency="USD",
    lines=(PaidBill(bill="145", amount=Decimal("100.00")),),
)
_EDITS = {
    ("here", "memo"): {"memo": "April"},
    ("there", "memo"): {"memo": "May"},
    ("there", "same"): {"memo": "April"},
    ("here", "money"): {"lines": (PaidBill(bill="145", amount=Decimal("90.00")),)},
    ("there", "money"): {"lines": (PaidBill(bill="145", amount=Decimal("80.00")),)},
    ("here", "voided"): {"status": PaymentStatus.VOIDED},
    ("there", "voided"): {"lines": ()},
}
BANK = Funding(account="bank", preference="default_bank_account", type="Bank")


@dataclass(frozen=True)
class Cell:
    """One cell of the table."""

    platform: str
    quickbooks: str
    made: str
    way: str
    keep: str
    closed: bool
    told: str

    @property
    def comes_here(self) -> bool:
        """Whether QuickBooks' changes come here: the platform's own payments are its own."""
        return self.made == "there" or (self.made == "offline" and self.way == "two_way_payments")

    @property
    def wins(self) -> str:
        """The side whose value stays in a conflict: a person's word goes before the preference."""
        return {"keep_platform": "platform", "keep_quickbooks": "quickbooks"}.get(self.told, self.keep)

    @property
    def chosen(self) -> bool:
        """Whether a person has said which side to keep."""
        return self.told.startswith("keep")

    def __str__(self) -> str:
        books = "closed" if self.closed else "open"
        return (
            f"[{self.platform} | {self.quickbooks}] made {self.made}, {self.way}, keep={self.keep}, "
            f"books {books}, told {self.told or 'nothing'}"
        )


CELLS = [Cell(*each) for each in itertools.product(HERE, THERE, MADE, WAYS, KEEPS, [False, True], TOLD)]


def pair_of(cell: Cell) -> Pair:
    """The pair that a cell describes."""
    method = Method.ONLINE if cell.made == "online" else Method.OFFLINE
    return Pair(
        kind=Kind.BILL_PAYMENT,
        record=Record(
            id="p-1",
            content=replace(PAYMENT, method=method, **_EDITS.get(("here", cell.platform), {})),
            archived=cell.platform == "archived",
            currency="USD",
            made_there=cell.made == "there",
            funding=BANK,
            instruction=TOLD[cell.told],
        ),
        counterpart=Counterpart(
            id="501",
            content=replace(PAYMENT, **_EDITS.get(("there", cell.quickbooks), {})),
            deleted=cell.quickbooks == "deleted",
            voided=cell.quickbooks == "voided",
            currency="USD",
        ),
        base=PAYMENT,
    )


def policy_of(cell: Cell) -> Policy:
    """What the company of a cell has chosen."""
    return Policy(
        profile=AccountProfile(cell.way),
        preferences=Preferences(conflict={"bill_payment": Keep(cell.keep)}),
        facts=Facts(books_closed_on=dt.date(2026, 3, 31) if cell.closed else None),
    )
