"""The tables name every field once, and what QuickBooks spells in several ways is one value."""

import itertools
import json
from typing import Any

import msgspec
import pytest

from service.core.records import CONTENT, DOCUMENTS, ORDER, Kind
from service.quickbooks.translate import TABLES, TRANSLATORS, expenses, sales
from service.quickbooks.translate.codecs import LEAVE
from service.quickbooks.translate.fields import Field
from tests.quickbooks.translate import books
from tests.quickbooks.translate.plain import PLAIN

LINES: dict[Kind, list[tuple[Field, ...]]] = {
    Kind.BILL: list(expenses.LINES_BY_TYPE.values()),
    Kind.VENDOR_CREDIT: list(expenses.LINES_BY_TYPE.values()),
    Kind.INVOICE: [sales.LINE],
}
"""The fields of the plain documents' lines, in their order."""
FIELDS: list[tuple[Kind, Field, int | None]] = [
    *((kind, each, None) for kind in ORDER for each in TABLES[kind].fields),
    *((kind, each, at) for kind in LINES for at, line in enumerate(LINES[kind]) for each in line),
]
CASES = [
    pytest.param(kind, each, at, one, other, id=f"{kind.value}-{at}-{each.name}-{one}-{other}")
    for kind, each, at in FIELDS
    for group in each.codec.same
    for one, other in itertools.combinations(group, 2)
]


@pytest.mark.parametrize("kind", list(ORDER))
def test_each_field_of_the_content_stands_in_its_table_once(kind) -> None:
    table = TABLES[kind]
    named = [each.name for each in table.fields] + [name for group in table.groups for name in group.names]

    follows = {"card"} & set(DOCUMENTS[kind].__struct_fields__)  # by the account's type
    assert sorted(named) == sorted({*CONTENT[kind], *follows})


@pytest.mark.parametrize("kind", list(ORDER))
def test_no_two_fields_of_a_kind_share_a_property(kind) -> None:
    table = TABLES[kind]
    paths = [each.path for each in table.fields] + [
        (name,) for group in table.groups for name in group.properties
    ]

    assert len({path[:1] for path in paths}) == len(paths)


def spelled(kind: Kind, field: Field, value: str, *, line: int | None, absent: bool) -> Any:
    """The plain object of a kind with this JSON text at the place of a field."""
    wire: dict[str, Any] = json.loads(books.create(kind, TRANSLATORS[kind].create(PLAIN[kind], None)))
    place = wire if line is None else wire["Line"][line]
    for key in field.path[:-1]:
        place = place.setdefault(key, {})
    if value == "null" and absent:
        place.pop(field.path[-1], None)
        raw = json.dumps(wire)
    else:
        place[field.path[-1]] = "@here"
        raw = json.dumps(wire).replace('"@here"', value)
    return TRANSLATORS[kind].project(raw.encode())


@pytest.mark.parametrize(("kind", "field", "line", "one", "other"), CASES)
def test_two_spellings_of_one_value_are_one_content_with_one_hash(kind, field, line, one, other) -> None:
    if field.required and "null" in (one, other):
        with pytest.raises(msgspec.ValidationError, match=field.path[0]):
            spelled(kind, field, "null", line=line, absent=True)
        return
    for absent in (True, False):
        first = spelled(kind, field, one, line=line, absent=absent)
        second = spelled(kind, field, other, line=line, absent=absent)

        assert first.content == second.content
        assert first.content_hash == second.content_hash


def test_every_way_of_spelling_has_equivalents_on_record_or_is_taken_as_it_stands() -> None:
    without = {each.name for _, each, _ in FIELDS if not each.codec.same}

    assert without == {"type"}


@pytest.mark.parametrize(
    ("kind", "field", "line"),
    [pytest.param(*each, id=f"{each[0].value}-{each[1].name}-{each[2]}") for each in FIELDS],
)
def test_what_a_field_reads_it_writes_so_that_it_reads_the_same(kind, field, line) -> None:
    if field.required:
        found = (
            TRANSLATORS[kind].project(books.create(kind, TRANSLATORS[kind].create(PLAIN[kind], None))).content
        )
    else:
        found = spelled(kind, field, "null", line=line, absent=True).content
    owner = found if line is None else found.lines[line]
    value = getattr(owner, field.name)

    sent = field.codec.write(value, None)

    if sent is not LEAVE:
        wire = msgspec.json.encode(sent, enc_hook=str)
        read = field.codec.read(msgspec.json.decode(wire, type=field.codec.wire | None))
        assert read == value
