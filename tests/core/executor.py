"""Carries decisions out on two small worlds: records in platform space, QuickBooks' objects in wire space.

It knows the habits of QuickBooks that matter here: lines without ids get one, and a bill gets a due date.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count

from msgspec.structs import replace

from service.core.decide import decide
from service.core.decision import Counterpart, Decision, Instruction, Pair, Record, Write
from service.core.policy import Policy
from service.core.records import (
    Approval,
    Bill,
    Document,
    Expense,
    Kind,
    Payment,
    PaymentStatus,
    Transaction,
    amount_of,
    emptied,
    is_archived,
    is_voided,
)
from service.core.references import missing_parents, to_platform, to_wire

_WHOLE = (Write.CREATE, Write.DELETE, Write.VOID)
"""Writes that leave the record as it is."""
DEFAULT_ACCOUNT = "rec-61"
"""The record of the unallocated expense account."""


def record_of(_: Kind, qbo_id: str) -> str | None:
    """Return the record that is linked to a QuickBooks id: those from 90 on have none."""
    return None if qbo_id.startswith("9") else f"rec-{qbo_id}"


def qbo_id_of(_: Kind, record: str) -> str | None:
    """Return the QuickBooks id of a record: those that begin with `new` have none."""
    return record.removeprefix("rec-") if record.startswith("rec-") else None


@dataclass
class World:
    """Both sides of one pair, and the base between them."""

    kind: Kind
    policy: Policy
    document: Document | None = None
    archived: bool = False
    content: Document | None = None
    deleted: bool = False
    voided: bool = False
    made_there: bool = False
    settled: Decimal = Decimal(0)
    unsupported: tuple[str, ...] = ()
    base: Document | None = None
    instruction: Instruction | None = None
    writes: list[tuple[Write, tuple[str, ...]]] = field(default_factory=list)

    def ours(self) -> Document:
        """The record in wire space."""
        assert self.document
        return to_wire(self.document, qbo_id_of, currency="USD", default_account=DEFAULT_ACCOUNT)

    def pair(self) -> Pair:
        """The pair as it stands."""
        record = counterpart = None
        if self.document is not None:
            record = Record(
                id="r-1",
                content=self.ours(),
                archived=self.archived,
                currency="USD" if isinstance(self.document, Transaction) else None,
                unlinked=tuple(missing_parents(self.document, qbo_id_of)),
                made_there=self.made_there,
                instruction=self.instruction,
            )
        if self.content is not None and not (self.deleted and self.base is None):
            amount = amount_of(self.content)
            counterpart = Counterpart(
                id="145",
                content=self.content,
                deleted=self.deleted,
                voided=self.voided,
                balance=amount - self.settled
                if isinstance(self.content, Expense) and amount is not None
                else None,
                currency="USD",
                unlinked=tuple(missing_parents(self.content, record_of)),
                unsupported=self.unsupported,
            )
        return Pair(kind=self.kind, record=record, counterpart=counterpart, base=self.base)

    def step(self, *, is_refused: bool = False) -> Decision:
        """Decide once and carry it out; the instruction is used up.

        Where the write `is_refused`, QuickBooks and the base stay as they are.
        """
        decision = self.decided()
        self.apply(decision)
        if not is_refused:
            self.push(decision)
        return decision

    def decided(self) -> Decision:
        """Decide and change nothing."""
        return decide(self.pair(), self.policy)

    def edit_here(self, content: Document) -> None:
        """Let somebody write this (in wire space) on the platform."""
        self.document = to_platform(content, self._record_of, currency="USD", previous=self.document)
        self.archived = is_archived(content) or (self.archived and isinstance(content, Transaction))

    @property
    def is_gone_here(self) -> bool:
        """Whether the platform has archived or voided it."""
        return self.archived or (self.document is not None and is_voided(self.document))

    @property
    def is_gone_there(self) -> bool:
        """Whether QuickBooks has deleted or voided it."""
        return self.deleted or self.voided

    def state(self) -> tuple[object, ...]:
        """All that a later decision depends on."""
        return (self.document, self.archived, self.content, self.deleted, self.voided, self.base)

    def apply(self, decision: Decision) -> None:
        """Carry a decision out on the platform; the instruction is used up."""
        self.instruction = None
        if decision.unlink:
            self.base = None
        if decision.platform is Write.CREATE:
            assert decision.content
            self.document = to_platform(decision.content, record_of, currency="USD")
            self.archived = is_archived(self.document)
        elif decision.content is not None and decision.quickbooks not in _WHOLE:
            self.document = to_platform(
                decision.content, self._record_of, currency="USD", previous=self.document
            )
            if not isinstance(self.document, Transaction):
                self.archived = is_archived(self.document)
            elif decision.platform is Write.UPDATE:
                self.archived = False
        if decision.platform is Write.ARCHIVE:
            self.archived = True
        if decision.platform is Write.VOID:
            assert isinstance(self.document, Payment)
            self.document = replace(self.document, status=PaymentStatus.VOIDED)
        if decision.link:
            self.base = decision.base or self.content
        elif decision.base is not None:
            self.base = decision.base

    def push(self, decision: Decision) -> None:
        """Carry a decision out in QuickBooks and acknowledge it."""
        if decision.quickbooks is None:
            return
        self.writes.append((decision.quickbooks, decision.fields))
        if decision.quickbooks is Write.DELETE:
            self.deleted, self.base = True, None
            return
        if decision.quickbooks is Write.VOID:
            assert isinstance(self.content, Payment)
            self.content, self.voided = emptied(self.content), True
            return
        assert decision.content
        before = self.content if decision.quickbooks is Write.UPDATE else None
        assert before is None or not self.deleted
        answer = decision.content
        if before is not None:
            answer = replace(before, **{name: getattr(answer, name) for name in decision.fields})
        assert before is None or not self.voided
        self.content = _as_quickbooks_has_it(answer, before)
        self.deleted = self.voided = False
        held = decision.held_fields
        old = {name: getattr(self.base, name) for name in held}
        self.base = replace(self.content, **old)
        wanted = replace(self.content, **{name: getattr(self.ours(), name) for name in held})
        self.document = to_platform(wanted, self._record_of, currency="USD", previous=self.document)

    def _record_of(self, kind: Kind, qbo_id: str) -> str | None:
        """A placeholder stands for its record."""
        return qbo_id.partition("/")[2] if qbo_id.startswith("@") else record_of(kind, qbo_id)


def _as_quickbooks_has_it(content: Document, before: Document | None) -> Document:
    """Lines get ids where they bring none that is known; a bill gets a due date; approvals stay here."""
    if not isinstance(content, Expense):
        return content
    known = {line.id for line in before.lines} if isinstance(before, Expense) else set()
    free = count(100)
    used = known | {line.id for line in content.lines}
    numbers = (str(number) for number in free if str(number) not in used)
    lines = tuple(
        replace(line, id=line.id if line.id in known else next(numbers), quickbooks_id=None)
        for line in content.lines
    )
    content = replace(content, lines=lines, approval=Approval.UNASSIGNED)
    return (
        replace(content, due_on=content.due_on or content.issued_on) if isinstance(content, Bill) else content
    )
