"""What all list entries share: a name that QuickBooks marks when they are inactive, and a place in a tree."""

from typing import Any

from service.quickbooks.translate.codecs import ACTIVE, NAME, REF
from service.quickbooks.translate.fields import Field, field
from service.quickbooks.translate.table import WireObject


class ListObject(WireObject, kw_only=True):
    """A list entry; its full name has its parents', joined by colons."""

    FullyQualifiedName: str | None = None


NAME_FIELD = field("name", "Name", NAME, required=True)
DISPLAY_NAME = field("name", "DisplayName", NAME, required=True)
ARCHIVED = field("archived", "Active", ACTIVE, on_create=False)


def parent_field(flag: str) -> Field:
    """Declare the parent; `flag` is the property that says whether there is one."""
    return field("parent", "ParentRef", REF, beside=lambda parent: {flag: parent is not None})


def derive(wire: Any, content: Any) -> dict[str, Any]:
    """Say whether an entry is inactive, and how deep it lies."""
    return {"inactive": content.archived, "level": (wire.FullyQualifiedName or "").count(":")}
