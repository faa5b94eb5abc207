"""Evaluates every rule for one pair and gathers what is known about it; reads only."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from service.api.schemas.issue import present_issue
from service.api.schemas.records import content_of
from service.api.schemas.sync import present_outcome
from service.core.directions import direction
from service.core.payments import Funding, Target
from service.core.policy import Policy
from service.core.records import Document, Kind, Transaction, label_of
from service.core.rules import Candidate, Gate, judge_all
from service.store.explain import Parents, StoredCounterpart, StoredLink, StoredOperation
from service.store.issues import StoredIssue
from service.store.outcome_listing import StoredOutcome
from service.store.records import StoredRecord


class Known(Struct, frozen=True, kw_only=True):
    """What the store knows about one pair."""

    kind: Kind
    policy: Policy
    record: StoredRecord | None
    counterpart: StoredCounterpart | None
    link: StoredLink | None
    record_parents: Parents
    counterpart_parents: Parents
    issues: list[StoredIssue]
    outcomes: list[StoredOutcome]
    operations: list[StoredOperation]
    funding: Funding | None = None
    targets: tuple[Target, ...] = ()


def explain(known: Known) -> dict[str, Any]:
    """Write the explanation."""
    record, counterpart = known.record, known.counterpart
    way = direction(known.kind, known.policy)
    rules = list(_rules(known))
    waits_for = record.waits_for if record else counterpart.waits_for if counterpart else None
    return {
        "kind": known.kind.value,
        "record": record.id if record else None,
        "quickbooks_id": counterpart.quickbooks_id if counterpart else None,
        "summary": _summary(known, rules),
        "direction": {"direction": way.flow, "reason": way.reason},
        "rules": rules,
        "platform": _platform(record) if record else None,
        "quickbooks": _quickbooks(counterpart) if counterpart else None,
        "link": _link(known.link) if known.link else None,
        "waits_for": waits_for,
        "issues": [present_issue(each) for each in known.issues],
        "outcomes": [present_outcome(each) | {"sync": each.sync} for each in known.outcomes],
        "operations": [_operation(each) for each in known.operations],
    }


def _rules(known: Known) -> Iterable[dict[str, Any]]:
    for gate, name in ((Gate.INTO_PLATFORM, "into_platform"), (Gate.INTO_QUICKBOOKS, "into_quickbooks")):
        candidate = _candidate(known, gate)
        if candidate is None:
            continue
        for judged in judge_all(candidate, gate):
            yield {
                "code": judged.code,
                "gate": name,
                "rule": judged.sentence,
                "verdict": judged.verdict.standing.value,
                "reason": judged.verdict.reason,
                "fix": judged.verdict.fix,
                "field": judged.verdict.field,
            }


def _candidate(known: Known, gate: Gate) -> Candidate | None:
    """What a sync would put before the rules of this gate."""
    linked = known.link is not None
    counterpart = known.counterpart
    if gate is Gate.INTO_PLATFORM:
        if counterpart is None:
            return None
        document, parents = counterpart.content, known.counterpart_parents
        balance = counterpart.balance
        currency = counterpart.currency or _currency(document, known.policy)
    else:
        if known.record is None:
            return None
        document, parents = known.record.document, known.record_parents
        balance = counterpart.balance if counterpart and linked else None
        currency = _currency(document, known.policy)
    return Candidate(
        kind=known.kind,
        document=document,
        policy=known.policy,
        id=known.record.id if known.record else None,
        linked=linked,
        voided=counterpart.voided if counterpart and gate is Gate.INTO_PLATFORM else False,
        balance=balance,
        currency=currency,
        party_currency=parents.party_currency,
        unlinked=parents.unlinked,
        unheld=parents.unheld,
        funding=known.funding if gate is Gate.INTO_QUICKBOOKS else None,
        targets=known.targets if gate is Gate.INTO_QUICKBOOKS else (),
        unsupported=counterpart.unsupported if counterpart and gate is Gate.INTO_PLATFORM else (),
    )


def _currency(document: Document, policy: Policy) -> str | None:
    if not isinstance(document, Transaction):
        return None
    return document.currency or policy.facts.home_currency


def _summary(known: Known, rules: list[dict[str, Any]]) -> str:
    """One sentence that a bookkeeper can use."""
    record, counterpart = known.record, known.counterpart
    document = record.document if record else counterpart.content if counterpart else None
    assert document is not None
    label = label_of(known.kind, document)
    opened = next((each for each in known.issues if each.state == "open"), None)
    if opened:
        return f"{opened.reason} {opened.fix}"
    objection = next((each for each in rules if each["verdict"] != "pass"), None)
    if objection and known.link is None:
        return f"{objection['reason']} {objection['fix']}"
    if record and record.sync_state == "pending":
        return f"{label} is looked at by the next sync."
    if counterpart and not record and counterpart.undecided:
        return f"{label} was read from QuickBooks and is decided by the next sync."
    if counterpart and not record and counterpart.reason:
        return counterpart.reason
    if known.link and record and record.sync_state == "agreed":
        return f"{label} is the same on both sides."
    last = next((each.reason for each in known.outcomes if each.reason), None)
    return last or f"{label} has not been synced yet."


def _platform(record: StoredRecord) -> dict[str, Any]:
    return {
        "revision": record.revision,
        "archived": record.archived,
        "sync_state": record.sync_state,
        "code": record.code,
        "content": content_of(record.document),
    }


def _quickbooks(counterpart: StoredCounterpart) -> dict[str, Any]:
    shown = (
        "sync_token",
        "deleted",
        "inactive",
        "undecided",
        "code",
        "reason",
        "balance",
        "last_updated_at",
        "observed_at",
    )
    return {name: getattr(counterpart, name) for name in shown} | {"content": content_of(counterpart.content)}


def _link(link: StoredLink) -> dict[str, Any]:
    return {
        "quickbooks_id": link.quickbooks_id,
        "linked_at": link.linked_at,
        "agreed_at": link.agreed_at,
        "base": content_of(link.base),
    }


def _operation(operation: StoredOperation) -> dict[str, Any]:
    hidden = {"fields"}
    names = StoredOperation.__struct_fields__
    return {name: getattr(operation, name) for name in names if name not in hidden}
