"""(base, record, counterpart, policy) -> Decision. Pure; every cell of the table has a test.

All content is in wire space. A decision never asks for a write that would undo somebody's removal, and never
for one that a person has to confirm first.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from service.core.directions import direction
from service.core.merge import FieldConflict, Keep, Merge, changed_fields, equal_lines, merge
from service.core.policy import Policy
from service.core.records import CONTENT, LISTS, ZERO, Account, Bill, Document, Kind, amount_of, label_of
from service.core.references import Reference
from service.core.rules import (
    PASS,
    Candidate,
    Gate,
    Standing,
    Verdict,
    books_are_open,
    first_objection,
    hold,
    not_into_quickbooks,
    parents_are_linked,
)


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


class Instruction(StrEnum):
    """What a person has told us about one pair; used up by the decision that follows it."""

    RECREATE = "recreate"
    ACCEPT = "accept"
    KEEP_PLATFORM = "keep_platform"
    KEEP_QUICKBOOKS = "keep_quickbooks"
    PROCEED = "proceed"


class Record(Struct, frozen=True, kw_only=True):
    """The platform's side. `unlinked` lists parents that QuickBooks neither has nor is about to get."""

    id: str
    content: Document
    archived: bool = False
    currency: str | None = None
    unlinked: tuple[Reference, ...] = ()
    instruction: Instruction | None = None


class Counterpart(Struct, frozen=True, kw_only=True):
    """QuickBooks' side. `unlinked` lists parents, by their QuickBooks ids, that have no record here."""

    id: str
    content: Document
    deleted: bool = False
    balance: Decimal | None = None
    currency: str | None = None
    unlinked: tuple[Reference, ...] = ()
    unsupported: tuple[str, ...] = ()
    instruction: Instruction | None = None


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


def decide(pair: Pair, policy: Policy) -> Decision:
    """Decide what should happen to one pair."""
    record, counterpart = pair.record, pair.counterpart
    if record is not None and counterpart is not None:
        if pair.base is None:
            return _decide_match(pair, record, counterpart, policy)
        return _decide_linked(pair, record, counterpart, pair.base, policy)
    if record is not None:
        return _decide_record(pair, record, policy)
    if counterpart is not None:
        return _decide_counterpart(pair, counterpart, policy)
    return NOTHING


def _decide_record(pair: Pair, record: Record, policy: Policy) -> Decision:
    """New here: nothing is sent of what was archived before; else create in QuickBooks or say why not."""
    if record.archived:
        return NOTHING
    objection = first_objection(_candidate(pair, policy, record=record), Gate.INTO_QUICKBOOKS)
    if objection:
        return _refuse(*objection, waits_for=record.unlinked)
    if pair.problem:
        return _unpaired(pair, record.content)
    return Decision(
        result=Result.CREATED_IN_QUICKBOOKS,
        content=record.content,
        quickbooks=Write.CREATE,
        fields=CONTENT[pair.kind],
    )


def _decide_counterpart(pair: Pair, counterpart: Counterpart, policy: Policy) -> Decision:
    """New in QuickBooks: create here or say why not."""
    if counterpart.deleted:
        return NOTHING
    objection = first_objection(_candidate(pair, policy, counterpart=counterpart), Gate.INTO_PLATFORM)
    if objection:
        return _refuse(*objection, waits_for=counterpart.unlinked)
    if pair.problem:
        return _unpaired(pair, counterpart.content)
    return Decision(
        result=Result.CREATED_IN_PLATFORM,
        content=counterpart.content,
        platform=Write.CREATE,
        platform_fields=CONTENT[pair.kind],
        link=True,
        base=counterpart.content,
    )


def _decide_match(pair: Pair, record: Record, counterpart: Counterpart, policy: Policy) -> Decision:
    """Two that belong together and were never linked: what one side lacks is taken from the other."""
    if record.archived and pair.kind not in LISTS:
        return _decide_gone_match(pair, record, counterpart, policy)
    objection = first_objection(
        _candidate(pair, policy, counterpart=counterpart, linked=True), Gate.INTO_PLATFORM
    )
    if objection:
        return _refuse(*objection, waits_for=counterpart.unlinked)
    keep = _keep(pair, policy)
    merged = merge(pair.kind, None, record.content, counterpart.content, keep=keep)
    open_base = _without_agreement(pair.kind, counterpart.content)
    decision = _carry(pair, record, counterpart, base=open_base, merged=merged, policy=policy)
    base = _with_old(counterpart.content, open_base, decision.held_fields)
    return replace(decision, link=True, base=base)


def _decide_gone_match(pair: Pair, record: Record, counterpart: Counterpart, policy: Policy) -> Decision:
    """A transaction that turns up in QuickBooks after it was archived here is linked, and removed there too.

    Only if it is what we sent: where it differs, somebody has worked on it, and a person has to choose.
    """
    sent = merge(pair.kind, None, record.content, counterpart.content, keep=Keep.PLATFORM).content
    decision = _removed_here(pair, record, counterpart, sent, policy)
    return replace(decision, link=True, base=decision.base or sent)


def _decide_linked(
    pair: Pair, record: Record, counterpart: Counterpart, base: Document, policy: Policy
) -> Decision:
    if pair.kind in LISTS:
        if counterpart.deleted:
            counterpart = replace(counterpart, content=replace(counterpart.content, archived=True))
    elif record.archived or counterpart.deleted:
        return _decide_removal(pair, record, counterpart, base, policy)
    since = counterpart.content if _writes_ours_again(pair, policy) else base
    merged = merge(pair.kind, since, record.content, counterpart.content, keep=_keep(pair, policy))
    if merged.to_platform or merged.to_quickbooks or merged.conflicts:
        return _carry(pair, record, counterpart, base=base, merged=merged, policy=policy)
    content = _with_line_ids(record.content, merged.content)
    if content == record.content and merged.content == base:
        return NOTHING
    return replace(NOTHING, content=content, base=merged.content)


def _writes_ours_again(pair: Pair, policy: Policy) -> bool:
    """On a one-way kind a person who keeps the platform's side undoes whatever QuickBooks changed."""
    keeps_ours = pair.instruction is Instruction.KEEP_PLATFORM
    return keeps_ours and not direction(pair.kind, policy).into_platform


def _decide_removal(
    pair: Pair, record: Record, counterpart: Counterpart, base: Document, policy: Policy
) -> Decision:
    """A transaction that is gone on one side or on both."""
    if record.archived and counterpart.deleted:
        return Decision(result=Result.UNCHANGED, unlink=True)
    if counterpart.deleted:
        return _removed_there(pair, record, base, policy)
    return _removed_here(pair, record, counterpart, base, policy)


def _removed_there(pair: Pair, record: Record, base: Document, policy: Policy) -> Decision:
    if pair.instruction is Instruction.RECREATE:
        return replace(_decide_record(replace(pair, counterpart=None), record, policy), unlink=True)
    label = label_of(pair.kind, record.content)
    if pair.instruction is not Instruction.ACCEPT:
        if changed_fields(pair.kind, base, record.content):
            return _conflict(
                "removed_there_changed_here",
                f"{label} was deleted in QuickBooks and changed here since the last sync.",
                "Choose recreate to write it to QuickBooks again, or accept to archive it here too.",
            )
        if not direction(pair.kind, policy).into_platform:
            return _conflict(
                "removed_in_quickbooks",
                f"{label} was deleted in QuickBooks; deletes made there don't come here.",
                "Choose recreate to write it to QuickBooks again, or accept to archive it here too.",
            )
    return Decision(result=Result.ARCHIVED_IN_PLATFORM, platform=Write.ARCHIVE, unlink=True)


def _removed_here(
    pair: Pair, record: Record, counterpart: Counterpart, base: Document, policy: Policy
) -> Decision:
    label = label_of(pair.kind, counterpart.content)
    if pair.instruction is Instruction.RECREATE:
        return _restored_here(pair, record, counterpart, base, policy)
    changed = changed_fields(pair.kind, base, counterpart.content)
    if changed and pair.instruction is not Instruction.ACCEPT:
        return _conflict(
            "removed_here_changed_there",
            f"{label} was archived here and changed in QuickBooks since the last sync.",
            "Choose recreate to restore it here, or accept to delete it in QuickBooks too.",
        )
    candidate = _candidate(pair, policy, counterpart=counterpart, linked=True)
    for code, judge in (("direction", not_into_quickbooks), ("books_closed", books_are_open)):
        if (verdict := judge(candidate)) is not PASS:
            return _refuse(code, verdict)
    if _is_paid(counterpart):
        return _refuse(
            "removal_blocked",
            hold(
                f"{label} is archived here, but QuickBooks has payments or credits on it.",
                "Remove what is applied to it in QuickBooks, then retry; or restore it here.",
            ),
        )
    return Decision(result=Result.REMOVED_IN_QUICKBOOKS, quickbooks=Write.DELETE, content=counterpart.content)


def _restored_here(
    pair: Pair, record: Record, counterpart: Counterpart, base: Document, policy: Policy
) -> Decision:
    """Restored with QuickBooks' changes, and with those that were made here before it was archived.

    What the platform has no value for is taken, also where the base has one.
    """
    lacking = [name for name in CONTENT[pair.kind] if getattr(record.content, name) is None]
    since = replace(base, **dict.fromkeys(lacking))
    merged = merge(pair.kind, since, record.content, counterpart.content, keep=_keep(pair, policy))
    decision = _carry(pair, record, counterpart, base=base, merged=merged, policy=policy)
    unchanged = decision.result is Result.UNCHANGED
    return replace(
        decision,
        result=Result.UPDATED_IN_PLATFORM if unchanged else decision.result,
        platform=Write.UPDATE,
        platform_fields=decision.platform_fields or CONTENT[pair.kind],
    )


class _Held(Struct, frozen=True):
    """The fields of one merge that may not move now, by what holds them."""

    asked: tuple[str, ...] = ()
    untaken: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()
    refused_fields: tuple[str, ...] = ()
    refusal: tuple[str, Verdict] | None = None
    waits_for: tuple[Reference, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.asked, *self.untaken, *self.locked, *self.refused_fields)))


def _carry(
    pair: Pair, record: Record, counterpart: Counterpart, *, base: Document, merged: Merge, policy: Policy
) -> Decision:
    """Turn a merge into writes, holding back the fields that may not move."""
    held = _hold_back(pair, record, counterpart, merged=merged, policy=policy)
    to_platform = tuple(name for name in merged.to_platform if name not in held.fields)
    to_quickbooks = tuple(name for name in merged.to_quickbooks if name not in held.fields)
    taken = {name: getattr(merged.content, name) for name in (*to_platform, *to_quickbooks)}
    ours = record.content if "lines" in held.fields else _with_line_ids(record.content, merged.content)
    decision = Decision(
        result=_result(to_platform, to_quickbooks),
        content=replace(ours, **taken),
        platform=Write.UPDATE if to_platform else None,
        platform_fields=to_platform,
        quickbooks=Write.UPDATE if to_quickbooks else None,
        fields=to_quickbooks,
        held_fields=held.fields,
        base=None if to_quickbooks else _with_old(counterpart.content, base, held.fields),
        conflicts=merged.conflicts,
    )
    return _explain(decision, pair, record, held)


def _hold_back(
    pair: Pair, record: Record, counterpart: Counterpart, *, merged: Merge, policy: Policy
) -> _Held:
    way = direction(pair.kind, policy)
    asked = _asked(merged)
    untaken: tuple[str, ...] = ()
    if not way.into_platform and not _overridden(pair):
        untaken = tuple(dict.fromkeys((*merged.to_platform, *_conflicting(merged))))
    locked = _locked_fields(counterpart, merged)
    foreign = tuple(name for name in _foreign_fields(counterpart, merged) if name not in (*asked, *untaken))
    rest = tuple(name for name in merged.to_quickbooks if name not in (*asked, *untaken, *locked, *foreign))
    refusal = _refusal(pair, record, counterpart, policy) if rest else None
    if refusal or not foreign:
        return _Held(
            asked, untaken, locked, (*foreign, *rest) if refusal else (), refusal, waits_for=record.unlinked
        )
    verdict = parents_are_linked(_candidate(pair, policy, counterpart=counterpart, linked=True))
    missing = ("parent_not_synced", verdict)
    return _Held(asked, untaken, locked, foreign, missing, waits_for=counterpart.unlinked)


def _foreign_fields(counterpart: Counterpart, merged: Merge) -> tuple[str, ...]:
    """Fields whose value in QuickBooks nobody here could hold: it refers to what hasn't come here.

    Lines of a type that we don't sync are not written over either.
    """
    found = [_REFERRING[type(counterpart.content), each.kind] for each in counterpart.unlinked]
    foreign = [name for name in found if name in merged.to_platform]
    if counterpart.unsupported and "lines" in (*merged.to_platform, *merged.to_quickbooks):
        foreign.append("lines")
    return tuple(dict.fromkeys(foreign))


_REFERRING = {
    (Bill, Kind.VENDOR): "vendor",
    (Bill, Kind.ACCOUNT): "lines",
    (Account, Kind.ACCOUNT): "parent",
}
"""The field that refers to a parent, by document and the parent's kind."""


def _with_line_ids(ours: Document, merged: Document) -> Document:
    """Lines of equal content take QuickBooks' ids, so that later edits find them: as the base does."""
    if isinstance(ours, Bill) and isinstance(merged, Bill) and equal_lines(ours.lines, merged.lines):
        return replace(ours, lines=merged.lines)
    return ours


def _with_old(content: Document, base: Document, held: tuple[str, ...]) -> Document:
    return replace(content, **{name: getattr(base, name) for name in held}) if held else content


def _result(to_platform: tuple[str, ...], to_quickbooks: tuple[str, ...]) -> Result:
    if to_quickbooks:
        return Result.UPDATED_IN_QUICKBOOKS
    return Result.UPDATED_IN_PLATFORM if to_platform else Result.UNCHANGED


_SIDES = {Keep.QUICKBOOKS: "QuickBooks'", Keep.PLATFORM: "the platform's", Keep.ASK: "neither"}


def _explain(decision: Decision, pair: Pair, record: Record, held: _Held) -> Decision:
    """Give the decision its code: what a person has to know first."""
    label = label_of(pair.kind, record.content)
    if held.asked:
        return _with_code(
            decision,
            Result.CONFLICT,
            code="both_changed",
            reason=f"{label} was changed on both sides: {_words(held.asked)}.",
            fix="Choose keep_platform or keep_quickbooks.",
            fields=held.asked,
        )
    if held.untaken:
        return _with_code(
            decision,
            Result.CONFLICT,
            code="changed_in_quickbooks",
            reason=f"{label} was changed in QuickBooks ({_words(held.untaken)}); that doesn't come here.",
            fix="Choose keep_platform to write ours there again, or keep_quickbooks to take theirs.",
            fields=held.untaken,
        )
    if held.refusal is not None:
        refusal = _refuse(*held.refusal, waits_for=held.waits_for)
        return replace(
            decision,
            result=refusal.result,
            code=refusal.code,
            reason=refusal.reason,
            fix=refusal.fix,
            field=refusal.field,
            waits_for=refusal.waits_for,
        )
    if held.locked:
        return _with_code(
            decision,
            Result.HELD,
            code="money_locked",
            reason=f"{label} has payments or credits in QuickBooks: its {_words(held.locked)} can't change.",
            fix="Undo the edit here, or remove what is applied to it in QuickBooks and retry.",
            fields=held.locked,
        )
    if decision.conflicts and not _overridden(pair):
        return _with_code(
            decision,
            Result.CONFLICT,
            code="conflict_settled",
            reason=f"{label} was changed on both sides; {_SIDES[decision.conflicts[0].kept]} value was kept.",
            fix="Nothing to do if that is right; else choose the other side.",
            fields=tuple(each.field for each in decision.conflicts),
        )
    return decision


def _with_code(
    decision: Decision, result: Result, *, code: str, reason: str, fix: str, fields: tuple[str, ...]
) -> Decision:
    return replace(decision, result=result, code=code, reason=reason, fix=fix, field=fields[0])


def _words(fields: tuple[str, ...]) -> str:
    return ", ".join(name.replace("_", " ") for name in fields)


def _keep(pair: Pair, policy: Policy) -> Keep:
    if pair.instruction is Instruction.KEEP_PLATFORM:
        return Keep.PLATFORM
    if pair.instruction is Instruction.KEEP_QUICKBOOKS:
        return Keep.QUICKBOOKS
    return policy.preferences.keep(pair.kind)


def _overridden(pair: Pair) -> bool:
    return pair.instruction in (Instruction.KEEP_PLATFORM, Instruction.KEEP_QUICKBOOKS)


def _asked(merged: Merge) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(each.field.partition("[")[0] for each in merged.conflicts if each.kept is Keep.ASK)
    )


def _conflicting(merged: Merge) -> list[str]:
    """Fields that QuickBooks changed too: on a one-way kind its value is not overwritten."""
    return [each.field.partition("[")[0] for each in merged.conflicts]


def _without_agreement(kind: Kind, content: Document) -> Document:
    """The base of what was never agreed on: what neither side has, so that an open question stays open."""
    empty = {name: _EMPTY.get(name) for name in CONTENT[kind] if name != "archived"}
    return replace(content, **empty)


_EMPTY: dict[str, Any] = {"lines": (), "tax": ZERO, "name": "", "type": "", "vendor": ""}


_MONEY = frozenset({"vendor", "currency", "issued_on", "tax"})


def _locked_fields(counterpart: Counterpart, merged: Merge) -> tuple[str, ...]:
    """Money that is settled stays as it is; memo, accounts and due date still follow."""
    if not merged.to_quickbooks or not _is_paid(counterpart):
        return ()
    locked = [name for name in merged.to_quickbooks if name in _MONEY]
    if "lines" in merged.to_quickbooks and _line_amounts(merged.content) != _line_amounts(
        counterpart.content
    ):
        locked.append("lines")
    return tuple(locked)


def _line_amounts(document: Document) -> list[tuple[str | None, Decimal]]:
    return [(line.id, line.amount) for line in document.lines] if isinstance(document, Bill) else []


def _is_paid(counterpart: Counterpart) -> bool:
    return counterpart.balance is not None and counterpart.balance != amount_of(counterpart.content)


def _refusal(
    pair: Pair, record: Record, counterpart: Counterpart, policy: Policy
) -> tuple[str, Verdict] | None:
    """What keeps an update of a linked pair from QuickBooks: a closed period of either date counts."""
    candidate = _candidate(pair, policy, record=record, linked=True)
    objection = first_objection(candidate, Gate.INTO_QUICKBOOKS)
    if objection is None and isinstance(counterpart.content, Bill):
        verdict = books_are_open(replace(candidate, document=counterpart.content))
        objection = ("books_closed", verdict) if verdict is not PASS else None
    return objection


def _candidate(
    pair: Pair,
    policy: Policy,
    *,
    record: Record | None = None,
    counterpart: Counterpart | None = None,
    linked: bool = False,
) -> Candidate:
    side = record or counterpart
    assert side is not None
    return Candidate(
        kind=pair.kind,
        document=side.content,
        policy=policy,
        linked=linked,
        balance=counterpart.balance if counterpart else None,
        currency=side.currency,
        party_currency=pair.party_currency,
        unlinked=side.unlinked,
        unsupported=counterpart.unsupported if counterpart else (),
    )


def _refuse(code: str, verdict: Verdict, waits_for: tuple[Reference, ...] = ()) -> Decision:
    return Decision(
        result=Result.SKIPPED if verdict.standing is Standing.SKIP else Result.HELD,
        code=code,
        reason=verdict.reason,
        fix=verdict.fix,
        field=verdict.field,
        waits_for=waits_for[0] if waits_for and code == "parent_not_synced" else None,
    )


def _conflict(code: str, reason: str, fix: str) -> Decision:
    return Decision(result=Result.CONFLICT, code=code, reason=reason, fix=fix)


_UNPAIRED = {
    "number_taken": (
        "The number of {label} belongs to another bill of the same vendor on the other side.",
        "Give one of the two another number, or choose link if they are the same bill.",
    ),
    "duplicate_name": (
        "The name of {label} belongs to another entry on the other side.",
        "Rename one of the two, or choose link if they are the same.",
    ),
    "ambiguous": (
        "{label} could be any of several on the other side.",
        "Choose link and name the one that it is.",
    ),
    "duplicate_in_quickbooks": (
        "{label} in QuickBooks bears the mark of a record that has its own counterpart already.",
        "It is a copy: delete it in QuickBooks, or remove the line that begins with sync: from its memo.",
    ),
}


def _unpaired(pair: Pair, content: Document) -> Decision:
    assert pair.problem is not None
    reason, fix = _UNPAIRED[pair.problem]
    others = f" (there: {', '.join(pair.others)})" if pair.others else ""
    return Decision(
        result=Result.HELD,
        code=pair.problem,
        reason=reason.format(label=label_of(pair.kind, content)) + others,
        fix=fix,
    )
