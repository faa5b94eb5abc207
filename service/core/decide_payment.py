"""Decides about payments that stand on both sides: money that moved is fixed, and a void is never undone."""

from msgspec.structs import replace

from service.core.carry import POSTED, candidate_of, carry, keep_of, refuse, takes_changes, with_old
from service.core.decision import NOTHING, Counterpart, Decision, Instruction, Pair, Record, Result, Write
from service.core.merge import changed_fields, merge
from service.core.policy import Policy
from service.core.records import (
    ACCOUNT_FIELDS,
    CONTENT,
    DAY_FIELDS,
    QUICKBOOKS_ONLY,
    ZERO,
    BillPayment,
    Document,
    Kind,
    Method,
    Payment,
    account_of,
    amount_of,
    is_voided,
    label_of,
    settling_as,
    with_account,
)
from service.core.rules import PASS, Gate, books_are_open, first_objection, not_into_quickbooks

_REMAPPED = ("lines", "credits", "unmapped")
_WORDS = ("reference", "memo")


def match_payment(pair: Pair, record: Record, counterpart: Counterpart, policy: Policy) -> Decision:
    """Link a record with the payment that it is: by our mark, or because somebody entered it there by hand.

    One that was entered there is as QuickBooks has it; the platform had only been told of it.
    """
    content = record.content
    assert isinstance(content, Payment)
    if record.is_gone or counterpart.is_gone:
        sent = counterpart.content
        assert isinstance(sent, Payment)
        if counterpart.is_gone:  # a void takes the lines, and writes its own memo
            sent = replace(settling_as(sent, content), memo=content.memo)
        decision = decide_payment(pair, record, counterpart, sent, policy)
        return replace(decision, link=not decision.unlink, base=decision.base or sent)
    if content.sync and amount_of(content) != ZERO:
        return _match_sent(pair, record, counterpart, policy)
    differing = changed_fields(pair.kind, content, counterpart.content)
    return Decision(
        result=Result.UPDATED_IN_PLATFORM if differing else Result.UNCHANGED,
        content=_with_card_of(counterpart.content, content),
        platform=Write.UPDATE if differing else None,
        platform_fields=differing,
        link=True,
        base=counterpart.content,
    )


def _with_card_of(content: Document, other: Document) -> Document:
    """Whether a payment is a card's follows from the account here."""
    if isinstance(content, BillPayment) and isinstance(other, BillPayment):
        return replace(content, card=other.card)
    return content


def _match_sent(pair: Pair, record: Record, counterpart: Counterpart, policy: Policy) -> Decision:
    """Link what was sent, or what a person says is one: it settles what ours does; what we lack is taken."""
    ours, theirs = record.content, counterpart.content
    assert isinstance(ours, Payment)
    taken = {name: getattr(theirs, name) for name in _WORDS if getattr(ours, name) is None}
    told = {name: getattr(theirs, name) for name in _known_better(ours, counterpart)}
    taken = {name: value for name, value in (taken | told).items() if value != getattr(ours, name)}
    record = replace(record, content=replace(ours, **taken))
    before = {ACCOUNT_FIELDS[type(ours)]: account_of(ours)} | (
        {} if counterpart.marked else dict.fromkeys(_WORDS)
    )
    since = replace(theirs, **(before | taken))
    decision = decide_payment(pair, record, counterpart, since, policy)
    agreed = decision.base or with_old(theirs, since, decision.held_fields)
    decision = replace(decision, link=not decision.unlink, base=agreed)
    if not taken:
        return decision
    nothing_else = decision.result is Result.UNCHANGED
    return replace(
        decision,
        result=Result.UPDATED_IN_PLATFORM if nothing_else else decision.result,
        content=replace(decision.content or record.content, **taken),
        platform=Write.UPDATE,
        platform_fields=(*decision.platform_fields, *taken),
    )


def _known_better(ours: Document, counterpart: Counterpart) -> list[str]:
    """Name what QuickBooks knows better of a payment that was entered there: when, and from which account."""
    assert isinstance(ours, Payment)
    if counterpart.marked:
        return []
    is_free = ours.method is Method.OFFLINE and not any(
        each.kind is Kind.ACCOUNT for each in counterpart.unlinked
    )
    day, account = DAY_FIELDS[type(ours)], ACCOUNT_FIELDS[type(ours)]
    return [day, account] if is_free else [day]


def decide_payment(
    pair: Pair, record: Record, counterpart: Counterpart, base: Document, policy: Policy
) -> Decision:
    """Decide about a payment that is linked."""
    if record.is_gone and counterpart.is_gone:
        return replace(NOTHING, unlink=counterpart.deleted)
    if counterpart.is_gone:
        return _gone_there(pair, record, counterpart, base, policy)
    if record.is_gone:
        return _gone_here(pair, record, counterpart, base, policy)
    counterpart = replace(counterpart, content=without_idle_account(counterpart.content, base))
    since = base
    if pair.instruction is Instruction.KEEP_PLATFORM and not takes_changes(record, pair, policy):
        since = replace(
            counterpart.content,
            **{name: getattr(base, name) for name in QUICKBOOKS_ONLY & set(CONTENT[pair.kind])},
        )
    elif pair.instruction is Instruction.KEEP_QUICKBOOKS:
        since = replace(
            base, **{name: getattr(record.content, name) for name in POSTED & set(CONTENT[pair.kind])}
        )
    merged = merge(pair.kind, since, record.content, counterpart.content, keep=keep_of(pair, policy))
    waits_for = next(iter(counterpart.unheld), None)
    if merged.to_platform or merged.to_quickbooks or merged.conflicts:
        decision = carry(pair, record, counterpart, base=base, merged=merged, policy=policy)
        return decision if decision.waits_for else replace(decision, waits_for=waits_for)
    if not record.remapped:
        return replace(NOTHING, waits_for=waits_for, base=merged.content if merged.content != base else None)
    return Decision(
        result=Result.UPDATED_IN_PLATFORM,
        content=counterpart.content,
        platform=Write.UPDATE,
        platform_fields=tuple(name for name in _REMAPPED if name in CONTENT[pair.kind]),
        base=merged.content,
        waits_for=waits_for,
    )


def without_idle_account(there: Document, base: Document) -> Document:
    """Where only credits are applied no money moves: which account QuickBooks names is of no meaning."""
    assert isinstance(there, Payment)
    assert isinstance(base, Payment)
    if amount_of(there) != ZERO or amount_of(base) != ZERO:
        return there
    return _with_card_of(with_account(there, account_of(base)), base)


def _gone_there(
    pair: Pair, record: Record, counterpart: Counterpart, base: Document, policy: Policy
) -> Decision:
    """Voided or deleted in QuickBooks: that comes here unless the platform moves the money itself."""
    label, words = label_of(pair.kind, record.content), "deleted" if counterpart.deleted else "voided"
    if pair.instruction is Instruction.RECREATE:
        return _recreated(pair, record, policy)
    if pair.instruction is not Instruction.ACCEPT:
        if changed_fields(pair.kind, base, record.content):
            return _conflict(
                "removed_there_changed_here",
                f"{label} was {words} in QuickBooks and changed here since the last sync.",
                "Choose recreate to write it to QuickBooks again, or accept to void it here too.",
            )
        if not takes_changes(record, pair, policy):
            return _conflict(
                "removed_in_quickbooks",
                f"{label} was {words} in QuickBooks; that doesn't come here.",
                "Choose recreate to write it to QuickBooks again, or accept to void it here too.",
            )
    return Decision(
        result=Result.UPDATED_IN_PLATFORM,
        content=record.content,
        platform=Write.VOID,
        platform_fields=("status",),
        unlink=counterpart.deleted,
    )


def _recreated(pair: Pair, record: Record, policy: Policy) -> Decision:
    """Write it anew, as a payment that was never sent."""
    objection = first_objection(candidate_of(pair, policy, record=record), Gate.INTO_QUICKBOOKS)
    if objection:
        return replace(refuse(*objection, waits_for=record.unlinked), unlink=True)
    return Decision(
        result=Result.CREATED_IN_QUICKBOOKS,
        content=record.content,
        quickbooks=Write.CREATE,
        fields=CONTENT[pair.kind],
        unlink=True,
    )


def _gone_here(
    pair: Pair, record: Record, counterpart: Counterpart, base: Document, policy: Policy
) -> Decision:
    """Voided or archived here: so it is in QuickBooks, unless somebody has worked on it there."""
    label = label_of(pair.kind, counterpart.content)
    if changed_fields(pair.kind, base, counterpart.content) and pair.instruction is not Instruction.ACCEPT:
        return _conflict(
            "removed_here_changed_there",
            f"{label} was voided here and changed in QuickBooks since the last sync.",
            "Choose accept to void it in QuickBooks too; a void is never undone.",
        )
    candidate = candidate_of(pair, policy, counterpart=counterpart, linked=True)
    for code, judge in (("direction", not_into_quickbooks), ("books_closed", books_are_open)):
        if (verdict := judge(candidate)) is not PASS:
            return refuse(code, verdict)
    return Decision(
        result=Result.REMOVED_IN_QUICKBOOKS,
        quickbooks=Write.VOID if is_voided(record.content) else Write.DELETE,
        content=counterpart.content,
    )


def _conflict(code: str, reason: str, fix: str) -> Decision:
    return Decision(result=Result.CONFLICT, code=code, reason=reason, fix=fix)
