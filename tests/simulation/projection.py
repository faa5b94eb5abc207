"""Parts of what each side holds, in one comparable form; written without the translators under test.

References are QuickBooks' ids, amounts have two decimals, an address falls into its parts. `None` is what is
not there.
"""

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

Fields = dict[str, Any]
LookUp = Callable[[str, str], str | None]
"""(kind, record id) -> QuickBooks' id."""


LINE_KINDS = ("account", "item", "accounting_class", "customer")
"""The kinds of a line's fields from the third on, in their order."""


class Line(NamedTuple):
    """One line of a bill."""

    amount: str
    description: str | None
    account: str | None
    item: str | None = None
    accounting_class: str | None = None
    customer: str | None = None
    billable: str | None = None

    needs_item = False

    @property
    def parents(self) -> list[tuple[str, str | None]]:
        """List what it refers to, by kind."""
        return list(zip(LINE_KINDS, self[2:-1], strict=True))

    @property
    def needs_account(self) -> bool:
        """Whether it takes the unallocated account on its way to QuickBooks."""
        return self.account is None and self.item is None


class SoldLine(NamedTuple):
    """One line of an invoice."""

    amount: str
    description: str | None
    item: str | None
    accounting_class: str | None = None
    taxable: str | None = None

    needs_account = False

    @property
    def parents(self) -> list[tuple[str, str | None]]:
        """List what it refers to, by kind."""
        return [("item", self.item), ("accounting_class", self.accounting_class)]

    @property
    def needs_item(self) -> bool:
        """Whether it takes the item of the unallocated income on its way to QuickBooks."""
        return self.item is None


class Share(NamedTuple):
    """By how much a payment brings one bill or credit down."""

    amount: str
    entity: str
    target: str | None

    needs_account = False

    @property
    def parents(self) -> list[tuple[str, str | None]]:
        """Name what it brings down."""
        return [(PAID[self.entity], self.target)] if self.entity in PAID else []


PAID = {"Bill": "bill", "VendorCredit": "vendor_credit", "Invoice": "invoice"}
"""What payments bring down, as far as it is synced: its entity and its kind."""
_MARK = re.compile(r"(?:\A|\n)sync:([a-z2-7]{12})\s*\Z")
_GONE = re.compile(r" \(deleted\)( \d+)?$")
_NOT_WRITTEN = frozenset(
    {"archived", "type", "subtype", "parent", "vendor", "currency", "tax", "location", "paid", "voided"}
    | {"customer", "discount"}
    | {"project", "unapplied", "from_account", "to_account", "income_account", "expense_account"}
)


def split_memo(note: str | None) -> tuple[str | None, str | None]:
    """Split a note of QuickBooks into what people wrote and the mark of the service."""
    if not note:
        return None, None
    found = _MARK.search(note)
    return (note, None) if found is None else (note[: found.start()] or None, found.group(1))


def mark_of(wire: Fields) -> str | None:
    """Return the mark of the service that a transaction bears: in its note, or as its number."""
    return split_memo(wire.get("PrivateNote"))[1] or split_memo(wire.get("DocNumber"))[1]


def account_of(wire: Fields) -> str | None:
    """Return the account that a payment in QuickBooks goes against."""
    if "PayType" not in wire:
        return reference(wire.get("DepositToAccountRef"))
    if wire.get("PayType") == "CreditCard":
        return reference((wire.get("CreditCardPayment") or {}).get("CCAccountRef"))
    return reference((wire.get("CheckPayment") or {}).get("BankAccountRef"))


def plain_name(name: str) -> str:
    """Strip what QuickBooks adds to the name of what is inactive."""
    return _GONE.sub("", name)


def cents(value: Any) -> str:
    """Write an amount with two decimals."""
    return f"{Decimal(str(value)):.2f}"


def reference(value: Any) -> str | None:
    """Return the id of a reference of QuickBooks."""
    return str(value["value"]) if value else None


def named(look_up: LookUp, kind: str, record: str | None) -> str | None:
    """Return the QuickBooks id of a record; one that isn't linked becomes `?kind/id`."""
    return None if record is None else look_up(kind, record) or f"?{kind}/{record}"


def day(value: Any) -> str | None:
    """Write a date."""
    return value.isoformat() if value is not None else None


def same_line(held: Any, value: Any) -> bool:
    """Compare fields; lines of the platform without an account take the unallocated one on their way."""
    if not isinstance(value, tuple):
        return bool(held == value)
    return len(held) == len(value) and all(
        _sorted_as(one, other) == other for one, other in zip(held, value, strict=True)
    )


def _sorted_as(one: Any, other: Any) -> Any:
    if isinstance(one, SoldLine) and one.needs_item:
        return one._replace(item=other.item)
    return one._replace(account=other.account) if one.needs_account else one


def atoms(fields: Fields) -> Iterator[str]:
    """List the single values that people wrote: texts, dates and amounts; no flags, ids or types."""
    for name, value in fields.items():
        if name == "lines":
            for line in value:
                yield line.amount
                if line.description:
                    yield line.description
        elif value and name not in _NOT_WRITTEN:
            yield value


def issue_values(issue: Any) -> set[str]:
    """Collect every single value that an issue shows: in its details, and in the document that lost."""
    shown = set(_leaves(issue.details))
    if issue.other:
        shown |= set(_leaves(json.loads(issue.other)))
    return shown


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each)
    elif isinstance(value, str):
        yield value


def differing(one: Fields, other: Fields) -> list[str]:
    """Name the fields in which two projections differ."""
    return [name for name in one if one[name] != other[name]]
