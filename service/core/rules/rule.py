"""What a rule is: its verdicts, what it is asked about, and the register of all of them."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from enum import Flag, StrEnum, auto

from msgspec import Struct

from service.core.payments import Funding, Target
from service.core.policy import Policy
from service.core.records import ORDER, PAYMENTS, Document, Kind, amount_of, label_of
from service.core.references import Reference


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
    filled in. `unlinked` lists the parents that the other side doesn't have, `unheld` the bills and credits
    that a payment made in QuickBooks settles and that are not here; `unsupported` names what the document
    refers to that this version doesn't sync. `id`, `funding` and `targets` are those of a payment.
    """

    kind: Kind
    document: Document
    policy: Policy
    id: str | None = None
    linked: bool = False
    voided: bool = False
    balance: Decimal | None = None
    currency: str | None = None
    party_currency: str | None = None
    unlinked: tuple[Reference, ...] = ()
    unheld: tuple[Reference, ...] = ()
    funding: Funding | None = None
    targets: tuple[Target, ...] = ()
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


EXPENSES = (Kind.BILL, Kind.VENDOR_CREDIT)
ITEMISED = (*EXPENSES, Kind.INVOICE)
TRANSACTIONS = (*ITEMISED, *PAYMENTS, Kind.FUNDS_TRANSFER)
EVERYTHING = ORDER
