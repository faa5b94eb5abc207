"""What is decided about, and what a decision says: values without judgement."""

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from service.core.merge import FieldConflict
from service.core.payments import Funding, Target
from service.core.records import Document, Kind, is_voided
from service.core.references import Reference


class Result(StrEnum):
    """What a sync did with one record; also the keys of a sync's counts."""

    CREATED_IN_PLATFORM = "created_in_platform"
    UPDATED_IN_PLATFORM = "updated_in_platform"
    ARCHIVED_IN_PLATFORM = "archived_in_platform"
    CREATED_IN_QUICKBOOKS = "created_in_quickbooks"
    UPDATED_IN_QUICKBOOKS = "updated_in_quickbooks"
    REMOVED_IN_QUICKBOOKS = "removed_in_quickbooks"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    HELD = "held"
    FAILED = "failed"
    CONFLICT = "conflict"


class Write(StrEnum):
    """The ways in which one side is written."""

    CREATE = "create"
    UPDATE = "update"
    ARCHIVE = "archive"
    DELETE = "delete"
    VOID = "void"


class Instruction(StrEnum):
    """What a person has told us about one pair; used up by the decision that follows it."""

    RECREATE = "recreate"
    ACCEPT = "accept"
    KEEP_PLATFORM = "keep_platform"
    KEEP_QUICKBOOKS = "keep_quickbooks"
    PROCEED = "proceed"


class Record(Struct, frozen=True, kw_only=True):
    """The platform's side. `unlinked` lists parents that QuickBooks neither has nor is about to get.

    `made_there` says that it came from QuickBooks, `settled` that a payment made here settles some of it.
    `funding` and `targets` are those of a payment.
    `remapped`: what a payment made in QuickBooks settles has come here since, or left.
    """

    id: str
    content: Document
    archived: bool = False
    currency: str | None = None
    unlinked: tuple[Reference, ...] = ()
    made_there: bool = False
    settled: bool = False
    funding: Funding | None = None
    targets: tuple[Target, ...] = ()
    remapped: bool = False
    instruction: Instruction | None = None

    @property
    def is_gone(self) -> bool:
        """Say whether it was archived or voided here."""
        return self.archived or is_voided(self.content)


class Counterpart(Struct, frozen=True, kw_only=True):
    """QuickBooks' side. `unlinked` lists parents, by their QuickBooks ids, that have no record here.

    `unheld` lists what a payment settles that has none either: that keeps it from nothing. `marked`: it bears
    the record's mark, so it is what was sent.
    """

    id: str
    content: Document
    deleted: bool = False
    voided: bool = False
    marked: bool = False
    balance: Decimal | None = None
    currency: str | None = None
    unlinked: tuple[Reference, ...] = ()
    unheld: tuple[Reference, ...] = ()
    unsupported: tuple[str, ...] = ()
    instruction: Instruction | None = None

    @property
    def is_gone(self) -> bool:
        """Say whether it was deleted or voided in QuickBooks."""
        return self.deleted or self.voided


class Pair(Struct, frozen=True, kw_only=True):
    """What is decided as one. `base` is None for a pair that is not linked; `problem` is matching's code."""

    kind: Kind
    record: Record | None = None
    counterpart: Counterpart | None = None
    base: Document | None = None
    party_currency: str | None = None
    problem: str | None = None
    others: tuple[str, ...] = ()

    @property
    def instruction(self) -> Instruction | None:
        """What a person has told us, on either side."""
        ours = self.record.instruction if self.record else None
        return ours or (self.counterpart.instruction if self.counterpart else None)


class Decision(Struct, frozen=True, kw_only=True):
    """What should happen to one pair.

    `content` is what the platform will hold, `platform` and `quickbooks` how each side gets there and
    `fields` which of its fields QuickBooks has to take. `base` is the new base where the platform alone gives
    way, and the first one of a new link (else it moves with the acknowledgement); `held_fields` keep their
    old base because the two sides still differ.
    """

    result: Result
    content: Document | None = None
    platform: Write | None = None
    platform_fields: tuple[str, ...] = ()
    quickbooks: Write | None = None
    fields: tuple[str, ...] = ()
    link: bool = False
    unlink: bool = False
    base: Document | None = None
    held_fields: tuple[str, ...] = ()
    code: str | None = None
    reason: str = ""
    fix: str = ""
    field: str | None = None
    conflicts: tuple[FieldConflict, ...] = ()
    waits_for: Reference | None = None


NOTHING = Decision(result=Result.UNCHANGED)
