"""What transactions of every kind have in common: the header's defaults, currencies, numbers, parties."""

from service.sandbox import errors
from service.sandbox.draft import Draft, ref_of
from service.sandbox.wire import Doc

US = frozenset({"US", "USA"})
MOST_TAXABLE_LINES = 750


def complete_header(draft: Draft, party: str | None = None) -> None:
    """Fill in the date, the currency and, where several are allowed, the exchange rate (recorded).

    Clients that send all their fields mean nothing by a rate of 0, or by a rate where there is one currency.
    """
    if party in draft.entity.required and draft.ref(str(party)) is None:
        raise errors.missing(str(party))
    draft.default("TxnDate", draft.books.today)
    multicurrency = draft.books.multicurrency
    if multicurrency and draft.books.knobs.currency_required and draft.ref("CurrencyRef") is None:
        raise errors.missing("CurrencyRef")
    draft.default("CurrencyRef", {"value": draft.books.home_currency})
    if not draft.books.multicurrency:
        draft.doc.pop("ExchangeRate", None)
    elif not draft.doc.get("ExchangeRate"):
        draft.doc["ExchangeRate"] = 1


def check_tax(draft: Draft, *details: str) -> None:
    """In the United States a line is TAX or NON (6100); elsewhere the form says how its tax counts (2020).

    Codes that a line had before stay.
    """
    if draft.books.country not in US:
        if draft.doc.get("GlobalTaxCalculation") is None and draft.is_new:
            raise errors.missing("GlobalTaxCalculation")
        return
    known = {_tax_code(line, details) for line in (draft.old or {}).get("Line") or ()}
    for line in draft.doc["Line"]:
        code = _tax_code(line, details)
        if code not in {None, "TAX", "NON"} and code not in known:
            raise errors.by_code("6100")


def _tax_code(line: Doc, details: tuple[str, ...]) -> str | None:
    detail = line.get(str(line.get("DetailType")))
    return (
        ref_of(detail, "TaxCodeRef")
        if line.get("DetailType") in details and isinstance(detail, dict)
        else None
    )


def limit_taxable_lines(draft: Draft) -> None:
    """A taxable form has at most 750 lines (QBO documented)."""
    lines = draft.doc["Line"]
    taxed = any(_tax_code(line, ("SalesItemLineDetail",)) == "TAX" for line in lines)
    if taxed and len(lines) > MOST_TAXABLE_LINES:
        raise errors.business(f"A taxable form has at most {MOST_TAXABLE_LINES} lines.", "Line")


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
            named = draft.books.knobs.duplicate_number_named
            raise errors.duplicate_number(str(number), draft.entity.name, other.id, named=named)


def ledger_key(doc: Doc, field: str, kind: str) -> str:
    """Answer the payable or receivable account of a document, `@kind@currency` where it names none."""
    return ref_of(doc, field) or f"@{kind}@{ref_of(doc, 'CurrencyRef') or ''}"
