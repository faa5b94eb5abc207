"""Law 2: a write with any token but the current one is refused with 5010, and changes nothing at all."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sandbox import SandboxFault
from service.sandbox.deviations import Deviations
from service.sandbox.entities import entity_named
from service.sandbox.wire import Doc
from tests.contracts.laws.office import ACTIONS, ENTITIES, TRANSACTIONS, Office
from tests.contracts.laws.profile import bounded

PICK = st.integers(0, 20)
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTIONS), PICK, PICK, st.sampled_from([100, 999, 5000])),
    min_size=4,
    max_size=12,
)
VOIDED_BY_API = ("BillPayment", "Invoice", "Payment")
OPERATIONS = ("update", "replace", "delete", "void")
LATE = st.lists(
    st.tuples(
        st.sampled_from(OPERATIONS),
        PICK,
        PICK,
        st.sampled_from([-2, -1, 1, 7, "x", "0x0", "00", ""]),
    ),
    min_size=1,
    max_size=8,
)
Late = tuple[str, int, int, int | str]


def test_only_the_current_token_writes(deviations: Deviations) -> None:
    tried: Counter[str] = Counter()

    @bounded(80)
    @given(STEPS, LATE)
    def law(steps: list[tuple[str, int, int, int]], late: list[Late]) -> None:
        office = Office(deviations)
        for place, step in enumerate(steps):
            office.act(step)
            office.clock.move(seconds=3)
            _come_late(office, late[place % len(late)], tried)

    law()

    assert [one for one in OPERATIONS if not tried[one]] == [], "each kind of write was tried"


def _come_late(office: Office, late: Late, tried: Counter[str]) -> None:
    operation, kind, number, offset = late
    allowed = {"delete": TRANSACTIONS, "void": VOIDED_BY_API}.get(operation, ENTITIES)
    entity = allowed[kind % len(allowed)]
    found = office.pick(entity, number)
    if found is None:
        return
    current = int(found["SyncToken"])
    token = str(current + offset) if isinstance(offset, int) else offset
    before, rows = office.snapshot(), len(office.company.journal)

    with pytest.raises(SandboxFault) as refused:
        _write(office, operation, entity, found, token)

    assert refused.value.code == ("5010" if token else "2020")
    assert office.snapshot() == before
    assert len(office.company.journal) == rows
    tried[operation] += 1


def _write(office: Office, operation: str, entity: str, found: Doc, token: str) -> None:
    name = "DisplayName" if "DisplayName" in found else "Name"
    change = {"PrivateNote": "late"} if entity in TRANSACTIONS else {name: f"{found[name]} late"}
    body = {**change, "Id": found["Id"], "SyncToken": token}
    if operation in {"update", "replace"}:
        office.company.update(entity, {**body, "sparse": operation == "update"})
        return
    declared = entity_named(entity)
    assert declared is not None
    office.company.write(operation, declared, body)
