"""What transactions of every kind have in common: the header's defaults, currencies, numbers, parties."""

from service.sandbox import errors
from service.sandbox.draft import Draft, ref_of
from service.sandbox.wire import Doc


def complete_header(draft: Draft, party: str) -> None:
    """Fill in the date, the currency and, where several are allowed, the exchange rate (recorded)."""
    if draft.ref(party) is None:
        raise errors.missing(party)
    draft.default("TxnDate", draft.books.today)
    draft.default("CurrencyRef", {"value": draft.books.home_currency})
    if draft.books.multicurrency:
        draft.default("ExchangeRate", 1)


def own_ledger_account(draft: Draft, field: str, kind: str) -> None:
    """Post to the payable or receivable account of the currency, or to the company's first one."""
    if draft.ref(field) is None:
        currency = draft.ref("CurrencyRef")
        found = draft.books.account_of_type(kind, currency) or draft.books.account_of_type(kind)
        if found is not None:
            draft.doc[field] = {"value": found}


def check_currencies(draft: Draft, entity: str, party: str) -> None:
    """A transaction is in the currency of its vendor or customer (QBO documented)."""
    books, currency = draft.books, draft.ref("CurrencyRef")
    if not books.multicurrency and currency != books.home_currency:
        raise errors.business("Multicurrency is not enabled in this company.", "CurrencyRef")
    holder = draft.find(entity, draft.ref(party))
    if holder is not None:
        expected = books.column(holder, "CurrencyRef") or books.home_currency
        if currency != expected:
            raise errors.business(
                f"The currency of the transaction is invalid for the {entity.lower()} / account.",
                "CurrencyRef",
            )


def refuse_other_party(draft: Draft, party: str) -> None:
    """What is linked to a payment keeps its vendor or customer."""
    linked = draft.stored is not None and bool(draft.stored.links)
    if linked and ref_of(draft.old or {}, party) != draft.ref(party):
        raise errors.business("The name of a transaction that is linked to others can't be changed.", party)


def refuse_duplicate_number(draft: Draft, party: str | None, warns: str) -> None:
    """6140 where the company warns of duplicate numbers, per vendor for bills (inferred)."""
    number = draft.doc.get("DocNumber")
    if warns.lower() != "true" or not number or "allowduplicatedocnum" in draft.options:
        return
    if draft.old is not None and draft.old.get("DocNumber") == number:
        return
    for other in draft.books.shelves[draft.entity.name].by_number([str(number).casefold()]):
        same_party = party is None or draft.books.column(other, party) == draft.ref(party)
        if other.id != draft.id and same_party:
            raise errors.duplicate_number(str(number), draft.entity.name, other.id)


def ledger_key(doc: Doc, field: str, kind: str) -> str:
    """Answer the payable or receivable account of a document, `@kind@currency` where it names none."""
    return ref_of(doc, field) or f"@{kind}@{ref_of(doc, 'CurrencyRef') or ''}"
