"""Whatever is written, in whatever order: balances are what the links say, stale tokens change nothing."""

import random
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.sandbox import Company, Sandbox, SandboxFault
from tests.sandbox.conftest import Clock, Ids

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["bill", "credit", "pay", "repay", "void", "unpay", "edit", "delete"]),
        st.integers(0, 9),
        st.integers(0, 9),
        st.integers(1, 5000),
    ),
    max_size=25,
)


@dataclass
class World:
    company: Company
    ids: Ids

    def pick(self, entity: str, number: int) -> dict[str, Any] | None:
        found = self.company.all(entity)
        return found[number % len(found)] if found else None

    def step(self, kind: str, one: int, two: int, cents: int) -> None:
        amount = Decimal(cents) / 100
        bill, credit = self.pick("Bill", one), self.pick("VendorCredit", two)
        payment = self.pick("BillPayment", one)
        if kind in {"bill", "credit"}:
            self.company.create("Bill" if kind == "bill" else "VendorCredit", self.ids.bill(amount))
        elif kind == "pay" and bill is not None:
            self.company.create("BillPayment", self.payment(bill, credit if two % 2 else None, amount))
        elif kind == "edit" and bill is not None:
            self.company.update("Bill", {"Id": bill["Id"], "Line": [self.ids.line(amount)]})
        elif kind == "delete" and bill is not None:
            self.company.delete("Bill", bill["Id"])
        elif payment is not None and kind == "void":
            self.company.void("BillPayment", payment["Id"])
        elif payment is not None and kind == "unpay":
            self.company.delete("BillPayment", payment["Id"])
        elif payment is not None and bill is not None and kind == "repay":
            body = self.payment(bill, None, amount)
            self.company.update("BillPayment", {"Id": payment["Id"], **body})

    def payment(self, bill: dict[str, Any], credit: dict[str, Any] | None, amount: Decimal) -> dict[str, Any]:
        targets = [("Bill", bill["Id"], amount)]
        covered = Decimal(0)
        if credit is not None:
            covered = min(Decimal(credit["Balance"]), amount)
            targets.append(("VendorCredit", credit["Id"], covered))
        return self.ids.payment(amount - covered, *targets)

    def assert_sums(self) -> None:
        used: dict[str, Decimal] = defaultdict(Decimal)
        paid = Decimal(0)
        for payment in self.company.all("BillPayment"):
            paid += payment["TotalAmt"]
            for line in payment["Line"]:
                used[line["LinkedTxn"][0]["TxnId"]] += line["Amount"]
        bills, credits = self.company.all("Bill"), self.company.all("VendorCredit")
        for one in [*bills, *credits]:
            assert one["Balance"] == one["TotalAmt"] - used[one["Id"]]
            assert one["Balance"] >= 0
        owed = sum((one["TotalAmt"] for one in bills), Decimal(0))
        owed -= sum((one["TotalAmt"] for one in credits), Decimal(0)) + paid
        assert self.balance("Vendor", self.ids.vendor, "Balance") == owed
        assert self.balance("Account", self.ids.payable, "CurrentBalance") == -owed
        assert self.balance("Account", self.ids.bank, "CurrentBalance") == -paid

    def balance(self, entity: str, object_id: str, field: str) -> Decimal:
        found = self.company.read(entity, object_id)
        assert found is not None
        return Decimal(found[field])


def new_world(unlink: bool) -> World:
    sandbox = Sandbox(Clock(), random.Random(1))
    sandbox.knobs.delete_linked = "unlink" if unlink else "reject"
    company = sandbox.company(sandbox.create_company().realm_id)
    return World(company, Ids(company))


@settings(max_examples=60, deadline=None)
@given(STEPS, st.booleans())
def test_balances_are_what_the_links_say(steps: list[tuple[str, int, int, int]], unlink: bool) -> None:
    world = new_world(unlink)
    for step in steps:
        before = snapshot(world.company)
        try:
            world.step(*step)
        except SandboxFault:
            assert snapshot(world.company) == before, "a refusal leaves no trace"
        world.assert_sums()


def snapshot(company: Company) -> list[bytes]:
    return [company.export(entity) for entity in ("Bill", "VendorCredit", "BillPayment", "Vendor", "Account")]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=15))
def test_only_the_current_token_writes(tokens: list[int]) -> None:
    world = new_world(unlink=False)
    bill = world.company.create("Bill", world.ids.bill())["Id"]
    current = 0
    for number, token in enumerate(tokens):
        body = {"Id": bill, "SyncToken": str(token), "PrivateNote": f"edit {number}"}
        if token == current:
            world.company.update("Bill", body)
            current += 1
        else:
            with pytest.raises(SandboxFault, match="5010"):
                world.company.update("Bill", body)
    assert world.balance("Bill", bill, "SyncToken") == current
