"""Eligibility: one small named rule per sentence of the FAQ, each with its code, reason and fix.

Rules say whether something may pass into the platform or into QuickBooks. All are evaluated for *explain*; a
sync goes by the first that does not pass.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal
from enum import Flag, StrEnum, auto

from msgspec import Struct

from service.core.directions import direction
from service.core.policy import Policy
from service.core.records import Bill, Document, Kind, amount_of, label_of, noun_of
from service.core.references import Reference

SYNCED_CURRENCY = "USD"


class Gate(Flag):
    """The way that a rule guards."""

    INTO_PLATFORM = auto()
    INTO_QUICKBOOKS = auto()
    BOTH = INTO_PLATFORM | INTO_QUICKBOOKS


class Standing(StrEnum):
    """What a rule says of a candidate: `skip` is how things are, `hold` waits for somebody or something."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    SKIP = "skip"
    HOLD = "hold"


class Verdict(Struct, frozen=True):
    """A rule's answer, with the sentence that a bookkeeper reads and the fix."""

    standing: Standing
    reason: str = ""
    fix: str = ""
    field: str | None = None


PASS = Verdict(Standing.PASS)


class Candidate(Struct, frozen=True, kw_only=True):
    """What is about to cross over, as the rules see it.

    `balance` is what QuickBooks says is open, None for what isn't there. `currency` has the home currency
    filled in. `unlinked` lists the parents that the other side doesn't have; `unsupported` names what the
    document refers to that this version doesn't sync.
    """

    kind: Kind
    document: Document
    policy: Policy
    linked: bool = False
    balance: Decimal | None = None
    currency: str | None = None
    party_currency: str | None = None
    unlinked: tuple[Reference, ...] = ()
    unsupported: tuple[str, ...] = ()
    parent_reason: str | None = None

    @property
    def label(self) -> str:
        """Name it as a bookkeeper would."""
        return label_of(self.kind, self.document)

    @property
    def amount(self) -> Decimal | None:
        """What it is worth in its own currency."""
        return amount_of(self.document)


class Rule(Struct, frozen=True):
    """A rule with its code, the way it guards, and the preferences and facts that it depends on."""

    code: str
    gates: Gate
    applies_to: frozenset[Kind]
    judge: Callable[[Candidate], Verdict]
    depends_on: frozenset[str]

    @property
    def sentence(self) -> str:
        """The rule in one sentence: its function's docstring."""
        return (self.judge.__doc__ or "").strip().splitlines()[0]


RULES: list[Rule] = []


def rule(
    code: str, *, gates: Gate, applies_to: Iterable[Kind], depends_on: Iterable[str] = ()
) -> Callable[[Callable[[Candidate], Verdict]], Callable[[Candidate], Verdict]]:
    """Register a rule; the order of registration is the order in which a sync goes by them."""

    def register(judge: Callable[[Candidate], Verdict]) -> Callable[[Candidate], Verdict]:
        RULES.append(Rule(code, gates, frozenset(applies_to), judge, frozenset(depends_on)))
        return judge

    return register


def skip(reason: str, fix: str, field: str | None = None) -> Verdict:
    """Say that this never crosses as it is."""
    return Verdict(Standing.SKIP, reason, fix, field)


def hold(reason: str, fix: str, field: str | None = None) -> Verdict:
    """Say that this waits."""
    return Verdict(Standing.HOLD, reason, fix, field)


TRANSACTIONS = (Kind.BILL,)
EVERYTHING = tuple(Kind)


@rule("direction", gates=Gate.INTO_PLATFORM, applies_to=EVERYTHING, depends_on=["transactions_direction"])
def not_into_platform(candidate: Candidate) -> Verdict:
    """What goes to QuickBooks only is not taken from there."""
    way = direction(candidate.kind, candidate.policy)
    if candidate.linked or way.into_platform:
        return PASS
    return skip(
        f"{candidate.label} stays in QuickBooks. {way.reason}",
        "Set transactions_direction to both if bills made in QuickBooks should come here.",
    )


@rule("direction", gates=Gate.INTO_QUICKBOOKS, applies_to=EVERYTHING, depends_on=["transactions_direction"])
def not_into_quickbooks(candidate: Candidate) -> Verdict:
    """What comes from QuickBooks only is not written there."""
    way = direction(candidate.kind, candidate.policy)
    if way.into_quickbooks:
        return PASS
    return skip(f"{candidate.label} stays here. {way.reason}", "Change it in QuickBooks.")


@rule("not_unpaid", gates=Gate.INTO_PLATFORM, applies_to=[Kind.BILL])
def only_unpaid_when_first_seen(candidate: Candidate) -> Verdict:
    """Only unpaid bills sync; paid and partly paid ones are history unless they are linked already."""
    if candidate.linked or candidate.balance is None or candidate.balance == candidate.amount:
        return PASS
    words = "paid" if candidate.balance == 0 else "partly paid"
    return skip(
        f"{candidate.label} was already {words} in QuickBooks when it was first seen.",
        "Nothing to do: it is history. To manage it here, remove its payment in QuickBooks and sync again.",
    )


@rule("zero_amount", gates=Gate.INTO_QUICKBOOKS, applies_to=[Kind.BILL])
def worth_something(candidate: Candidate) -> Verdict:
    """A $0 bill is not sent."""
    if candidate.linked or candidate.amount != 0:
        return PASS
    return skip(
        f"{candidate.label} is worth 0.00.", "Give it an amount if QuickBooks should have it.", "amount"
    )


@rule("currency_not_usd", gates=Gate.BOTH, applies_to=TRANSACTIONS, depends_on=["home_currency"])
def only_dollars(candidate: Candidate) -> Verdict:
    """Only USD syncs; without a currency of its own the home currency counts."""
    if candidate.currency == SYNCED_CURRENCY:
        return PASS
    return skip(
        f"{candidate.label} is in {candidate.currency}; only USD syncs.",
        "Manage it in the program where it was made.",
        "currency",
    )


@rule("vendor_currency", gates=Gate.BOTH, applies_to=[Kind.BILL], depends_on=["home_currency"])
def vendor_kept_in_dollars(candidate: Candidate) -> Verdict:
    """A USD bill needs a vendor that QuickBooks keeps in USD: a vendor's currency can't change there."""
    if candidate.party_currency in (None, SYNCED_CURRENCY):
        return PASS
    return skip(
        f"{candidate.label} is in USD, but QuickBooks keeps its vendor in {candidate.party_currency}.",
        "Use a vendor that is kept in USD; QuickBooks needs one per currency.",
        "vendor",
    )


@rule("number_missing", gates=Gate.BOTH, applies_to=TRANSACTIONS)
def has_a_number(candidate: Candidate) -> Verdict:
    """Bill numbers are required: pairing and recovery need them."""
    document = candidate.document
    if not isinstance(document, Bill) or document.number:
        return PASS
    return skip(f"{candidate.label} can't sync.", "Give it a number, then it syncs by itself.", "number")


@rule(
    "preferences_missing",
    gates=Gate.BOTH,
    applies_to=[Kind.BILL],
    depends_on=["unallocated_expense_account"],
)
def unallocated_expense_account_set(candidate: Candidate) -> Verdict:
    """Bills wait until the company has set its unallocated-expense account."""
    if candidate.policy.preferences.unallocated_expense_account:
        return PASS
    if candidate.linked and _has_accounts(candidate.document):
        return PASS
    return hold(
        f"{candidate.label} waits: the preference unallocated_expense_account is not set.",
        "Set unallocated_expense_account in the sync preferences; the bill follows at the next sync.",
        "unallocated_expense_account",
    )


@rule("not_approved", gates=Gate.INTO_QUICKBOOKS, applies_to=[Kind.BILL], depends_on=["only_approved"])
def approved_where_required(candidate: Candidate) -> Verdict:
    """With only_approved, bills wait for their approval."""
    document = candidate.document
    if candidate.linked or not candidate.policy.preferences.only_approved or not isinstance(document, Bill):
        return PASS
    if document.approval == "approved":
        return PASS
    return hold(
        f"{candidate.label} is {document.approval.value}; only approved bills go to QuickBooks.",
        "Approve it, or turn only_approved off.",
        "approval",
    )


@rule("books_closed", gates=Gate.INTO_QUICKBOOKS, applies_to=TRANSACTIONS, depends_on=["books_closed_on"])
def books_are_open(candidate: Candidate) -> Verdict:
    """Nothing is written with a date in QuickBooks' closed period."""
    closed = candidate.policy.facts.books_closed_on
    issued = _date_of(candidate.document)
    if closed is None or issued is None or issued > closed:
        return PASS
    return hold(
        f"{candidate.label} is dated {issued}; the books in QuickBooks are closed up to {closed}.",
        "Date it after the closing date, or reopen the period in QuickBooks.",
        "issued_on",
    )


@rule("parent_not_synced", gates=Gate.BOTH, applies_to=EVERYTHING)
def parents_are_linked(candidate: Candidate) -> Verdict:
    """The vendor, account or item that it refers to must be on both sides."""
    if candidate.unsupported:
        return hold(
            f"{candidate.label} refers to {candidate.unsupported[0]}, which this version does not sync.",
            "Use lines with an account or an item in QuickBooks, or manage it there.",
        )
    if not candidate.unlinked:
        return PASS
    parent = candidate.unlinked[0]
    noun = noun_of(parent.kind)
    why = f" {candidate.parent_reason}" if candidate.parent_reason else ""
    return hold(
        f"{candidate.label} refers to {noun} {parent.id}, which is not on both sides.{why}",
        f"Sync or mend that {noun} first; this follows by itself.",
        parent.kind.value,
    )


def _has_accounts(document: Document) -> bool:
    return isinstance(document, Bill) and all(line.account or line.item for line in document.lines)


def _date_of(document: Document) -> dt.date | None:
    return document.issued_on if isinstance(document, Bill) else None


class Judged(Struct, frozen=True):
    """A rule's verdict on one candidate."""

    code: str
    gates: Gate
    sentence: str
    verdict: Verdict


def _rules_for(kind: Kind, gate: Gate) -> tuple[Rule, ...]:
    return tuple(each for each in RULES if each.gates & gate and kind in each.applies_to)


_BY_GATE = {
    (kind, gate): _rules_for(kind, gate)
    for kind in Kind
    for gate in (Gate.INTO_PLATFORM, Gate.INTO_QUICKBOOKS)
}


def first_objection(candidate: Candidate, gate: Gate) -> tuple[str, Verdict] | None:
    """Return the first rule that doesn't let the candidate through this gate."""
    for each in _BY_GATE[candidate.kind, gate]:
        verdict = each.judge(candidate)
        if verdict is not PASS:
            return each.code, verdict
    return None


def judge_all(candidate: Candidate, gate: Gate) -> list[Judged]:
    """Evaluate every rule of this gate, for *explain*."""
    return [
        Judged(each.code, each.gates, each.sentence, each.judge(candidate))
        for each in _BY_GATE[candidate.kind, gate]
    ]


_DECIDED: dict[str, frozenset[str]] = {
    "changed_in_quickbooks": frozenset({"transactions_direction"}),
    "removed_in_quickbooks": frozenset({"transactions_direction"}),
    "both_changed": frozenset({"conflict"}),
}
"""Codes of `core.decide` that no rule gives, and the preferences that they depend on."""


def codes_depending_on(names: Iterable[str]) -> frozenset[str]:
    """Return the codes whose verdict may change when one of these preferences or facts does."""
    wanted = frozenset(names)
    by_rule = {each.code for each in RULES if each.depends_on & wanted}
    return frozenset(by_rule | {code for code, needed in _DECIDED.items() if needed & wanted})
