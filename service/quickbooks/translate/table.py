"""A kind's translation, worked out of its table."""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from service.core.match import join_note, split_note
from service.core.records import QUICKBOOKS_ONLY, Document
from service.quickbooks.translate.codecs import Ref
from service.quickbooks.translate.fields import Field, as_it_is, read, wire_struct, write
from service.quickbooks.translate.wire import TEXT_DECODER, Meta, Observed, Translator, observed


class WireObject(Struct, kw_only=True):
    """What any object of QuickBooks may have beside its kind's fields."""

    Id: str
    SyncToken: str = "0"
    MetaData: Meta | None = None
    CurrencyRef: Ref | None = None


class Group(NamedTuple):
    """Fields of ours that share properties of QuickBooks' (given with their types).

    `read` takes the decoded object and answers our values; `write` takes our content and the object as it was
    (empty for a new one) and answers all these properties. `as_one`: they change only together.
    """

    names: tuple[str, ...]
    properties: dict[str, Any]
    read: Callable[[Any], dict[str, Any]]
    write: Callable[[Any, dict[str, Any]], dict[str, Any]]
    as_one: bool = False


class Table(NamedTuple):
    """How one kind stands in QuickBooks.

    `asked` names fields that QuickBooks wants in every update; `asked_by`, fields by what brings them along.
    `marker` is the property that takes our marker. `derive` reads from the decoded object, and our content of
    it, what is observed besides.
    """

    document: type[Document]
    wire: type[WireObject]
    fields: tuple[Field, ...]
    derive: Callable[[Any, Any], dict[str, Any]]
    groups: tuple[Group, ...] = ()
    asked: tuple[str, ...] = ()
    asked_by: tuple[tuple[str, str], ...] = ()
    marker: str | None = None


class TableTranslator:
    """Reads and writes one kind by its table."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._by_name = {each.name: each for each in table.fields}
        self._writable = tuple(each for each in table.fields if not each.fixed)
        self._new = tuple(each for each in self._writable if each.on_create)
        self._decoder = msgspec.json.Decoder(
            wire_struct(table.document.__name__, table.fields, table.wire, _properties(table))
        )

    def project(self, raw: bytes) -> Observed:
        """Read an object; raises msgspec's errors where it isn't one, or has a number that is no amount."""
        try:
            return self._project(raw)
        except ArithmeticError as error:
            raise msgspec.ValidationError(f"a number that is no amount: {error}") from error

    def _project(self, raw: bytes) -> Observed:
        wire: Any = self._decoder.decode(raw)
        values = read(self.table.fields, wire)
        for group in self.table.groups:
            values |= group.read(wire)
        content = self.table.document(**values)
        marked = getattr(wire, self.table.marker) if self.table.marker else None
        return observed(
            content,
            meta=wire.MetaData,
            sync_token=wire.SyncToken,
            id=wire.Id,
            raw=raw,
            marker=split_note(marked)[1],
            currency=wire.CurrencyRef.value if wire.CurrencyRef else None,
            **self.table.derive(wire, content),
        )

    def create(self, content: Any, marker: str | None) -> dict[str, Any]:
        """Write a new object; the marker is the last line of its note."""
        body = write(self._new, content, None)
        for group in self.table.groups:
            body |= group.write(content, {})
        if self.table.marker and marker:
            body[self.table.marker] = join_note(body.get(self.table.marker), marker)
        return body

    def update(self, content: Any, fields: tuple[str, ...], raw: bytes, sync_token: int) -> dict[str, Any]:
        """Write a sparse update of these fields; lines go whole, each built on QuickBooks' own."""
        before: dict[str, Any] = TEXT_DECODER.decode(raw)
        body: dict[str, Any] = {"sparse": True, "SyncToken": str(sync_token)}
        body |= write((each for each in self._writable if each.name in fields), content, before)
        body |= self._groups(content, set(fields) - QUICKBOOKS_ONLY, raw, before)
        asked = [*self.table.asked, *(name for by, name in self.table.asked_by if by in fields)]
        for name in asked:
            property_ = self._by_name[name].path[0]
            body.setdefault(property_, as_it_is(self._by_name[name], before))
        return body

    def _groups(self, content: Any, fields: set[str], raw: bytes, before: dict[str, Any]) -> dict[str, Any]:
        """A property goes whole: what it holds of fields that are not named stays as it is there."""
        body: dict[str, Any] = {}
        for group in self.table.groups:
            if not fields.isdisjoint(group.names):
                there = group.read(self._decoder.decode(raw))
                whole = group.names if group.as_one else fields
                kept = {name: value for name, value in there.items() if name not in whole}
                body |= group.write(replace(content, **kept), before)
        return body


def _properties(table: Table) -> dict[str, Any]:
    return {name: wire for group in table.groups for name, wire in group.properties.items()}


def translator(table: Table) -> Translator:
    """Make a kind's translation of its table."""
    made = TableTranslator(table)
    return Translator(made.project, made.create, made.update)
