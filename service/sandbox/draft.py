"""One write on its way through the engine: what was sent, what it becomes, and the books it goes into."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.sandbox.declare import Entity
from service.sandbox.stored import Stored
from service.sandbox.wire import Doc

if TYPE_CHECKING:
    from service.sandbox.books import Books

# What QuickBooks writes by itself carries this option.
BY_ITSELF = frozenset({"by itself"})


@dataclass(slots=True)
class Draft:
    """`doc` is changed in place by `complete`; `old` and `stored` are None on a create."""

    books: "Books"
    entity: Entity
    doc: Doc
    sent: Doc
    id: str
    old: Doc | None = None
    stored: Stored | None = None
    options: frozenset[str] = frozenset()
    sparse: bool = False

    @property
    def is_new(self) -> bool:
        """Whether this is a create."""
        return self.stored is None

    def default(self, name: str, value: Any) -> None:
        """Fill a field in that has no value."""
        if self.doc.get(name) is None:
            self.doc[name] = value

    def ref(self, name: str) -> str | None:
        """The id that a reference of the document points to."""
        return ref_of(self.doc, name)

    def find(self, entity: str, object_id: str | None) -> Stored | None:
        """Find an object of the company."""
        return self.books.find(entity, object_id) if object_id else None


def ref_of(doc: Doc, name: str) -> str | None:
    """Answer the `value` of a reference, None where there is none."""
    reference = doc.get(name)
    return reference.get("value") if isinstance(reference, dict) else None
