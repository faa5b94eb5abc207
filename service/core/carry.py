"""Carries a merge over: turns it into writes on both sides, and holds back the fields that may not move."""

from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from service.core.decision import Counterpart, Decision, Instruction, Pair, Record, Result, Write
from service.core.directions import direction
from service.core.merge import AMOUNT, Keep, Merge, equal_lines
from service.core.policy import Policy
from service.core.records import (
    Customer,
    Document,
    Itemised,
    Method,
    Payment,
    amount_of,
    is_project,
    label_of,
    sum_of,
)
from service.core.references import Reference, fields_referring, placeholders_of
from service.core.rules import (
    PASS,
    Candidate,
    Gate,
    Standing,
    Verdict,
    books_are_open,
    first_objection,
    parents_are_linked,
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


def carry(
    pair: Pair, record: Record, counterpart: Counterpart, *, base: Document, merged: Merge, policy: Policy
) -> Decision:
    """Turn a merge into writes, holding back the fields that may not move."""
    held = _hold_back(pair, record, counterpart, merged=merged, policy=policy)
    held_fields = (*held.fields, *_rest_of_amount(held.fields, merged, record.content, counterpart.content))
    to_platform = tuple(name for name in merged.to_platform if name not in held_fields)
    to_quickbooks = tuple(name for name in merged.to_quickbooks if name not in held_fields)
    taken = {name: getattr(merged.content, name) for name in (*to_platform, *to_quickbooks)}
    ours = record.content if "lines" in held_fields else with_line_ids(record.content, merged.content)
    decision = Decision(
        result=_result(to_platform, to_quickbooks),
        content=replace(ours, **taken),
        platform=Write.UPDATE if to_platform else None,
        platform_fields=to_platform,
        quickbooks=Write.UPDATE if to_quickbooks else None,
        fields=to_quickbooks,
        held_fields=held_fields,
        base=None if to_quickbooks else with_old(counterpart.content, base, held_fields),
        conflicts=merged.conflicts,
    )
    return _explain(decision, pair, record, held)


def _hold_back(
    pair: Pair, record: Record, counterpart: Counterpart, *, merged: Merge, policy: Policy
) -> _Held:
    asked = asked_fields(merged)
    untaken: tuple[str, ...] = ()
    if not takes_changes(record, pair, policy) and not is_overridden(pair):
        untaken = tuple(dict.fromkeys((*merged.to_platform, *_conflicting(merged))))
    locked = _posted_fields(pair, merged) or _locked_fields(counterpart, merged)
    foreign = tuple(name for name in _foreign_fields(counterpart, merged) if name not in (*asked, *untaken))
    rest = tuple(name for name in merged.to_quickbooks if name not in (*asked, *untaken, *locked, *foreign))
    record = _waiting_as_merged(record, merged)
    refusal = _refusal(pair, record, counterpart, policy) if rest else None
    if refusal or not foreign:
        return _Held(
            asked, untaken, locked, (*foreign, *rest) if refusal else (), refusal, waits_for=record.unlinked
        )
    verdict = parents_are_linked(candidate_of(pair, policy, counterpart=counterpart, linked=True))
    missing = ("parent_not_synced", verdict)
    return _Held(asked, untaken, locked, foreign, missing, waits_for=counterpart.unlinked)


def _waiting_as_merged(record: Record, merged: Merge) -> Record:
    """A line that gave way to QuickBooks' waits for nothing any more."""
    needed = placeholders_of(merged.content)
    return replace(record, unlinked=tuple(each for each in record.unlinked if each in needed))


def _rest_of_amount(
    held: tuple[str, ...], merged: Merge, ours: Document, theirs: Document
) -> tuple[str, ...]:
    """Lines and tax make up one amount: where one of them waits, the other may not move alone.

    A tax may follow where the lines come to the same on both sides.
    """
    if not (isinstance(ours, Itemised) and isinstance(theirs, Itemised)) or AMOUNT.isdisjoint(held):
        return ()
    if sum_of(ours.lines) == sum_of(theirs.lines):
        return ()
    moving = dict.fromkeys((*merged.to_platform, *merged.to_quickbooks))
    return tuple(name for name in moving if name in AMOUNT and name not in held)


def _foreign_fields(counterpart: Counterpart, merged: Merge) -> tuple[str, ...]:
    """Fields whose value in QuickBooks nobody here could hold: it refers to what hasn't come here.

    Lines of a type that we don't sync are not written over either.
    """
    content = counterpart.content
    found = [name for each in counterpart.unlinked for name in fields_referring(content, each)]
    foreign = [name for name in found if name in merged.to_platform]
    if counterpart.unsupported and "lines" in (*merged.to_platform, *merged.to_quickbooks):
        foreign.append("lines")
    return tuple(dict.fromkeys(foreign))


def takes_changes(record: Record, pair: Pair, policy: Policy) -> bool:
    """Say whether what QuickBooks changes comes here: never into a payment that the platform makes itself."""
    content = record.content
    if isinstance(content, Payment) and content.method is Method.ONLINE:
        return False
    return record.made_there or direction(pair.kind, policy).into_platform


def with_line_ids(ours: Document, merged: Document) -> Document:
    """Lines of equal content take QuickBooks' ids, so that later edits find them: as the base does."""
    if isinstance(ours, Itemised) and isinstance(merged, Itemised) and equal_lines(ours.lines, merged.lines):
        return replace(ours, lines=merged.lines)
    return ours


def with_old(content: Document, base: Document, held: tuple[str, ...]) -> Document:
    """Return content whose held fields are still those of an older base."""
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
        refusal = refuse(*held.refusal, waits_for=held.waits_for)
        return replace(
            decision,
            result=refusal.result,
            code=refusal.code,
            reason=refusal.reason,
            fix=refusal.fix,
            field=refusal.field,
            waits_for=refusal.waits_for,
        )
    if held.locked and isinstance(record.content, Payment):
        return _with_code(
            decision,
            Result.HELD,
            code="payment_locked",
            reason=f"{label} stands in QuickBooks: its {_words(held.locked)} can't change any more.",
            fix="Choose keep_quickbooks; to pay otherwise, void it and enter another payment.",
            fields=held.locked,
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
    if decision.conflicts and not is_overridden(pair):
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


def keep_of(pair: Pair, policy: Policy) -> Keep:
    """Return which side wins a conflict over this pair: a person's choice, else the preference."""
    if pair.instruction is Instruction.KEEP_PLATFORM:
        return Keep.PLATFORM
    if pair.instruction is Instruction.KEEP_QUICKBOOKS:
        return Keep.QUICKBOOKS
    return policy.preferences.keep(pair.kind)


def is_overridden(pair: Pair) -> bool:
    """Say whether a person has chosen a side for this pair."""
    return pair.instruction in (Instruction.KEEP_PLATFORM, Instruction.KEEP_QUICKBOOKS)


def asked_fields(merged: Merge) -> tuple[str, ...]:
    """Name the fields that both sides changed and a person has to decide."""
    return tuple(
        dict.fromkeys(each.field.partition("[")[0] for each in merged.conflicts if each.kept is Keep.ASK)
    )


def _conflicting(merged: Merge) -> list[str]:
    """Fields that QuickBooks changed too: on a one-way kind its value is not overwritten."""
    return [each.field.partition("[")[0] for each in merged.conflicts]


_MONEY = frozenset({"vendor", "customer", "currency", "issued_on", "discount", "tax"})


def _locked_fields(counterpart: Counterpart, merged: Merge) -> tuple[str, ...]:
    """Money that is settled stays as it is; memo, accounts and due date still follow."""
    if not merged.to_quickbooks or not is_paid(counterpart):
        return ()
    locked = [name for name in merged.to_quickbooks if name in _MONEY]
    if "lines" in merged.to_quickbooks and _line_amounts(merged.content) != _line_amounts(
        counterpart.content
    ):
        locked.append("lines")
    return tuple(locked)


POSTED = frozenset(
    {"vendor", "paid_on", "currency", "bank_account", "lines", "credits"}
    | {"customer", "received_on", "deposit_account"}
)


def _posted_fields(pair: Pair, merged: Merge) -> tuple[str, ...]:
    """A payment that was sent is fixed in all that is money; only a person may decide otherwise."""
    if not isinstance(merged.content, Payment) or is_overridden(pair):
        return ()
    return tuple(name for name in merged.to_quickbooks if name in POSTED)


def _line_amounts(document: Document) -> list[tuple[str | None, Decimal]]:
    return [(line.id, line.amount) for line in document.lines] if isinstance(document, Itemised) else []


def is_paid(counterpart: Counterpart) -> bool:
    """Say whether something is applied to it in QuickBooks."""
    return counterpart.balance is not None and counterpart.balance != amount_of(counterpart.content)


def _refusal(
    pair: Pair, record: Record, counterpart: Counterpart, policy: Policy
) -> tuple[str, Verdict] | None:
    """What keeps an update of a linked pair from QuickBooks: a closed period of either date counts."""
    candidate = candidate_of(pair, policy, record=record, linked=True)
    if isinstance(record.content, Customer) and is_project(counterpart.content):
        candidate = replace(candidate, document=replace(record.content, project=True))
    objection = first_objection(candidate, Gate.INTO_QUICKBOOKS)
    if objection is None:
        verdict = books_are_open(replace(candidate, document=counterpart.content))
        objection = ("books_closed", verdict) if verdict is not PASS else None
    return objection


def candidate_of(
    pair: Pair,
    policy: Policy,
    *,
    record: Record | None = None,
    counterpart: Counterpart | None = None,
    linked: bool = False,
) -> Candidate:
    """Return a side of the pair as the rules see it."""
    side = record or counterpart
    assert side is not None
    return Candidate(
        kind=pair.kind,
        document=side.content,
        policy=policy,
        id=record.id if record else None,
        linked=linked,
        voided=counterpart.voided if counterpart else False,
        balance=counterpart.balance if counterpart else None,
        currency=side.currency,
        party_currency=pair.party_currency,
        unlinked=side.unlinked,
        unheld=counterpart.unheld if counterpart else (),
        funding=record.funding if record else None,
        targets=record.targets if record else (),
        unsupported=counterpart.unsupported if counterpart else (),
    )


WAITING = frozenset({"parent_not_synced", "pays_nothing_here"})
"""Codes of what follows by itself when a certain parent is there."""


def refuse(code: str, verdict: Verdict, waits_for: tuple[Reference, ...] = ()) -> Decision:
    """Turn a rule's objection into a decision."""
    return Decision(
        result=Result.SKIPPED if verdict.standing is Standing.SKIP else Result.HELD,
        code=code,
        reason=verdict.reason,
        fix=verdict.fix,
        field=verdict.field,
        waits_for=waits_for[0] if waits_for and code in WAITING else None,
    )
