"""Sides: a pair's two sides in QuickBooks' space, as the core decides about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from service.core.decision import Counterpart, Decision, Instruction, Record
from service.core.records import PAYMENTS, Document, Kind, Payment, decode, party_of
from service.core.references import Reference, placeholders_of, resolve_placeholders
from service.store import pairs
from service.store.transaction import Row
from service.sync.pairing import LINK_INSTRUCTION, currency_of
from service.sync.run import Run
from service.sync.settling import targets_now
from service.sync.spaces import in_home_currency, parents_missing_here, platform_of, wire_of


@dataclass(slots=True)
class Planned:
    """One pair with what was decided about it; `document` is the record's, in platform space."""

    kind: Kind
    decision: Decision
    record: Row[Any] | None = None
    counterpart: Row[Any] | None = None
    document: Document | None = None
    content: Document | None = None
    is_linked: bool = False


def base_of(run: Run, planned: Planned) -> Document | None:
    """Return what both sides last agreed on; None for a pair that isn't linked."""
    if not planned.is_linked or planned.counterpart is None:
        return None
    base = in_home_currency(run, decode(planned.kind, planned.counterpart.base))
    if planned.kind not in PAYMENTS:
        return base
    return resolve_placeholders(base, run.parents.qbo_id_of)  # what was linked while its account was new


def record_side(run: Run, planned: Planned) -> Record:
    """Return the platform's side; its parents, accounts and balances have been looked up."""
    row, document, counterpart = planned.record, planned.document, planned.counterpart
    assert row is not None
    assert document is not None
    wire = wire_of(run, document, base=base_of(run, planned))
    return Record(
        id=row.id,
        content=wire,
        archived=row.archived,
        currency=currency_of(run, document),
        unlinked=tuple(_not_coming(run, placeholders_of(wire))),
        made_there=row.origin == "quickbooks",
        settled=row.id in run.paying.settled,
        funding=run.paying.fundings.get(row.id),
        targets=targets_now(run, planned.kind, row.id),
        remapped=_is_remapped(run, planned),
        instruction=told(row.instruction, row, counterpart),
    )


def _is_remapped(run: Run, planned: Planned) -> bool:
    """Say whether what a payment made in QuickBooks settles is here by now, or no longer."""
    document, content = planned.document, planned.content
    if not isinstance(document, Payment) or content is None or not planned.is_linked:
        return False
    if planned.record is None or planned.record.origin != "quickbooks":
        return False
    if parents_missing_here(run, content)[0]:
        return False
    here = platform_of(run, content, document)
    assert isinstance(here, Payment)
    return here.unmapped != document.unmapped


def counterpart_side(
    run: Run, row: Row[Any] | None, content: Document | None, marker: str | None
) -> Counterpart | None:
    """Return QuickBooks' side; None where there is none."""
    if row is None or content is None:
        return None
    unlinked, unheld = parents_missing_here(run, content)
    return Counterpart(
        id=row.qbo_id,
        content=in_home_currency(run, content),
        deleted=row.deleted,
        voided=row.voided,
        marked=marker is not None and row.marker == marker,
        balance=row.balance,
        currency=row.currency or run.policy.facts.home_currency,
        unlinked=tuple(unlinked),
        unheld=tuple(unheld),
        unsupported=tuple(msgspec.json.decode(row.unsupported)) if row.unsupported else (),
        instruction=told(row.instruction),
    )


def _not_coming(run: Run, missing: Iterable[Reference]) -> Iterable[Reference]:
    return (each for each in missing if tuple(each) not in run.parents.coming)


def told(
    text: str | None, record: Row[Any] | None = None, counterpart: Row[Any] | None = None
) -> Instruction | None:
    """Read what a person chose; a choice about a pair that has changed since is none: he is asked again."""
    if not text or text.startswith(LINK_INSTRUCTION):
        return None
    word, at, _ = text.partition("@")
    if at and record is not None:
        seen = pairs.mark_of(record.revision, counterpart.content_hash if counterpart is not None else None)
        if text != word + seen:
            return None
    return Instruction(word)


def party_currency_of(run: Run, planned: Planned) -> str | None:
    """The currency in which QuickBooks keeps the party; a record's own party counts before the other's."""
    kind = Kind.CUSTOMER if planned.kind in (Kind.INVOICE, Kind.INVOICE_PAYMENT) else Kind.VENDOR
    if planned.document is not None:
        record = party_of(planned.document)
        party = run.parents.qbo_id_of(kind, record) if record else None
    else:
        party = party_of(planned.content) if planned.content is not None else None
    return run.parents.currency_of(kind, party) if party else None
