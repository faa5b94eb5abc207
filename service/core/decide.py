"""(base, record, counterpart, policy) -> Decision. Pure; every cell of the table has a test.

All content is in wire space. A decision never asks for a write that would undo somebody's removal, and never
for one that a person has to confirm first.
"""

from typing import Any

from msgspec.structs import replace

from service.core.carry import candidate_of, carry, is_paid, keep_of, refuse, with_line_ids, with_old
from service.core.decide_payment import decide_payment, match_payment
from service.core.decision import NOTHING, Counterpart, Decision, Instruction, Pair, Record, Result, Write
from service.core.directions import direction
from service.core.match import MERGED
from service.core.merge import Keep, changed_fields, merge
from service.core.policy import Policy
from service.core.records import (
    CONTENT,
    LISTS,
    PAYMENTS,
    ZERO,
    Document,
    Invoice,
    Kind,
    Payment,
    is_project,
    label_of,
)
from service.core.rules import (
    PASS,
    Gate,
    books_are_open,
    first_objection,
    hold,
    not_into_quickbooks,
)


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
    if record.is_gone:
        return NOTHING
    if pair.problem == MERGED and pair.instruction is not Instruction.RECREATE:
        return _unpaired(pair, record.content)
    objection = first_objection(candidate_of(pair, policy, record=record), Gate.INTO_QUICKBOOKS)
    if objection and not _is_asked_first(pair, objection[0]):
        return refuse(*objection, waits_for=record.unlinked)
    if pair.problem and pair.problem != MERGED:
        return _unpaired(pair, record.content)
    return Decision(
        result=Result.CREATED_IN_QUICKBOOKS,
        content=record.content,
        quickbooks=Write.CREATE,
        fields=CONTENT[pair.kind],
    )


def _is_asked_first(pair: Pair, code: str) -> bool:
    """Whose a payment is has to be known before it stays where it is: it may be recorded on both sides."""
    return pair.kind in PAYMENTS and pair.problem == "ambiguous" and code in ("sync_off", "direction")


def _decide_counterpart(pair: Pair, counterpart: Counterpart, policy: Policy) -> Decision:
    """New in QuickBooks: create here or say why not."""
    if counterpart.deleted:
        return NOTHING
    if pair.problem == MERGED:
        return replace(_unpaired(pair, counterpart.content), result=Result.SKIPPED)
    if pair.problem == "duplicate_in_quickbooks":
        return _unpaired(pair, counterpart.content)  # what may stand there twice is told, whatever crosses
    objection = first_objection(candidate_of(pair, policy, counterpart=counterpart), Gate.INTO_PLATFORM)
    if objection and not _is_asked_first(pair, objection[0]):
        return refuse(*objection, waits_for=counterpart.unlinked or counterpart.unheld)
    if pair.problem:
        return _unpaired(pair, counterpart.content)
    return Decision(
        result=Result.CREATED_IN_PLATFORM,
        content=counterpart.content,
        platform=Write.CREATE,
        platform_fields=CONTENT[pair.kind],
        link=True,
        base=counterpart.content,
        waits_for=next(iter(counterpart.unheld), None),
    )


def _decide_match(pair: Pair, record: Record, counterpart: Counterpart, policy: Policy) -> Decision:
    """Two that belong together and were never linked: what one side lacks is taken from the other."""
    if isinstance(record.content, Payment):
        return match_payment(pair, record, counterpart, policy)
    if record.archived and pair.kind not in LISTS:
        return _decide_gone_match(pair, record, counterpart, policy)
    objection = first_objection(
        candidate_of(pair, policy, counterpart=counterpart, linked=True), Gate.INTO_PLATFORM
    )
    if objection:
        return refuse(*objection, waits_for=counterpart.unlinked)
    keep = keep_of(pair, policy)
    merged = merge(pair.kind, None, record.content, counterpart.content, keep=keep)
    open_base = _without_agreement(pair.kind, counterpart.content)
    decision = carry(pair, record, counterpart, base=open_base, merged=merged, policy=policy)
    base = with_old(counterpart.content, open_base, decision.held_fields)
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
    if isinstance(record.content, Payment):
        return decide_payment(pair, record, counterpart, base, policy)
    if pair.kind in LISTS:
        if counterpart.deleted:
            counterpart = replace(counterpart, content=replace(counterpart.content, archived=True))
    elif record.archived or _is_gone_there(counterpart):
        return _decide_removal(pair, record, counterpart, base, policy)
    since = _since(pair, record, counterpart, base, policy)
    merged = merge(pair.kind, since, record.content, counterpart.content, keep=keep_of(pair, policy))
    if merged.to_platform or merged.to_quickbooks or merged.conflicts:
        return carry(pair, record, counterpart, base=base, merged=merged, policy=policy)
    content = with_line_ids(record.content, merged.content)
    if content == record.content and merged.content == base:
        return NOTHING
    return replace(NOTHING, content=content, base=merged.content)


def _since(pair: Pair, record: Record, counterpart: Counterpart, base: Document, policy: Policy) -> Document:
    """Where changes of one side don't cross, a person who keeps the other side undoes whatever they were.

    A project that is gone from QuickBooks is gone: nobody can write it there again.
    """
    if pair.instruction is Instruction.KEEP_PLATFORM and not direction(pair.kind, policy).into_platform:
        return counterpart.content
    keeps_theirs = pair.instruction is Instruction.KEEP_QUICKBOOKS or counterpart.deleted
    if keeps_theirs and is_project(counterpart.content):
        return record.content
    return base


def _decide_removal(
    pair: Pair, record: Record, counterpart: Counterpart, base: Document, policy: Policy
) -> Decision:
    """A transaction that is gone on one side or on both."""
    if record.archived and _is_gone_there(counterpart):
        return Decision(result=Result.UNCHANGED, unlink=True)
    if _is_gone_there(counterpart):
        return _removed_there(pair, record, counterpart, base, policy)
    return _removed_here(pair, record, counterpart, base, policy)


def _is_gone_there(counterpart: Counterpart) -> bool:
    """A voided invoice asks for nothing any more; QuickBooks keeps it at 0.00."""
    voided = counterpart.voided and isinstance(counterpart.content, Invoice)
    return counterpart.deleted or voided


def _removed_there(
    pair: Pair, record: Record, counterpart: Counterpart, base: Document, policy: Policy
) -> Decision:
    if pair.instruction is Instruction.RECREATE:
        anew = replace(record, content=_numbered_anew(record.content, policy))
        return replace(_decide_record(replace(pair, counterpart=None), anew, policy), unlink=True)
    label = f"{label_of(pair.kind, record.content)} was {'deleted' if counterpart.deleted else 'voided'}"
    if pair.instruction is not Instruction.ACCEPT:
        if changed_fields(pair.kind, base, record.content):
            return _conflict(
                "removed_there_changed_here",
                f"{label} in QuickBooks and changed here since the last sync.",
                "Choose recreate to write it to QuickBooks again, or accept to archive it here too.",
            )
        if record.settled:
            return _conflict(
                "removed_in_quickbooks",
                f"{label} in QuickBooks, but payments here settle it.",
                "Choose recreate to write it to QuickBooks again, or accept to archive it here too.",
            )
        if pair.kind is Kind.INVOICE or not direction(pair.kind, policy).into_platform:
            return _conflict(
                "removed_in_quickbooks",
                f"{label} in QuickBooks; what is removed there stays here.",
                "Choose recreate to write it to QuickBooks again, or accept to archive it here too.",
            )
    return Decision(result=Result.ARCHIVED_IN_PLATFORM, platform=Write.ARCHIVE, unlink=True)


def _numbered_anew(content: Document, policy: Policy) -> Document:
    """Where QuickBooks numbers invoices itself, the number that it gave went with the invoice."""
    if isinstance(content, Invoice) and not policy.facts.custom_sales_numbers:
        return replace(content, number=None)
    return content


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
    candidate = candidate_of(pair, policy, counterpart=counterpart, linked=True)
    for code, judge in (("direction", not_into_quickbooks), ("books_closed", books_are_open)):
        if (verdict := judge(candidate)) is not PASS:
            return refuse(code, verdict)
    if is_paid(counterpart):
        return refuse(
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

    What the platform has no value for is taken, also where the base has one: and where it can't be, it stays
    QuickBooks' change and doesn't become one that was made here.
    """
    lacking = [name for name in CONTENT[pair.kind] if getattr(record.content, name) is None]
    since = replace(base, **dict.fromkeys(lacking))
    merged = merge(pair.kind, since, record.content, counterpart.content, keep=keep_of(pair, policy))
    decision = carry(pair, record, counterpart, base=since, merged=merged, policy=policy)
    unchanged = decision.result is Result.UNCHANGED
    return replace(
        decision,
        result=Result.UPDATED_IN_PLATFORM if unchanged else decision.result,
        platform=Write.UPDATE,
        platform_fields=decision.platform_fields or CONTENT[pair.kind],
    )


def _without_agreement(kind: Kind, content: Document) -> Document:
    """The base of what was never agreed on: what neither side has, so that an open question stays open."""
    empty = {name: _EMPTY.get(name) for name in CONTENT[kind] if name != "archived"}
    return replace(content, **empty)


_EMPTY: dict[str, Any] = {
    "lines": (),
    "tax": ZERO,
    "name": "",
    "type": "",
    "discount": ZERO,
    "vendor": "",
    "customer": "",
    "project": False,
    "from_account": "",
    "to_account": "",
    "amount": ZERO,
}


def _conflict(code: str, reason: str, fix: str) -> Decision:
    return Decision(result=Result.CONFLICT, code=code, reason=reason, fix=fix)


_UNPAIRED = {
    "number_taken": (
        "The number of {label} belongs to another one of the same vendor on the other side.",
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
    "possible_duplicate": (
        "{label} may be the same payment as one of the same party and amounts on the other side.",
        "Choose link if they are one; proceed if it was paid twice.",
    ),
    MERGED: (
        "QuickBooks has made one of {label} and another entry; what refers to it is written as that one",
        "Use the other one from now on and archive this one; or rename this one and choose recreate, to have "
        "it in QuickBooks again.",
    ),
    "duplicate_in_quickbooks": (
        "{label} in QuickBooks bears the mark of a record that has its own counterpart already.",
        "It is a copy: delete it in QuickBooks, or remove the line that begins with sync: from its memo.",
    ),
}


def _unpaired(pair: Pair, content: Document) -> Decision:
    assert pair.problem is not None
    reason, fix = _UNPAIRED[pair.problem]
    side = "here" if pair.problem == MERGED else "there"
    others = f" ({side}: {', '.join(pair.others)})" if pair.others else ""
    return Decision(
        result=Result.HELD,
        code=pair.problem,
        reason=reason.format(label=label_of(pair.kind, content)) + others,
        fix=fix,
    )
