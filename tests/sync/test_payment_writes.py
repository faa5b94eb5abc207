"""What the store lets callers write about payments: what is open limits them, what was sent is fixed."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from service.core.records import BillPayment, Kind, Method, PaymentStatus, Vendor
from service.store import record_writes
from service.store.record_writes import Precondition, Write
from service.store.refusals import RefusedError
from tests.house import COMPANY, House, bill
from tests.sync.paying import DAY, credit, crediting, pay_there, paying, standing

PAYMENT = Kind.BILL_PAYMENT


async def refusal(house: House, key: str, payment: BillPayment) -> tuple[str, str | None]:
    """Write a payment that is refused; return code and field."""
    with pytest.raises(RefusedError) as refused:
        await house.put(PAYMENT, key, payment)
    return refused.value.code, refused.value.field


async def test_what_is_paid_is_no_longer_open_at_once(books: House) -> None:
    await books.put(PAYMENT, "p1", paying(("b1", "40.00"), ("b2", "100.00"), status=PaymentStatus.SCHEDULED))

    assert await standing(books, Kind.BILL, "b1") == ("60.00", "100.00", "partially_paid", None)
    assert await standing(books, Kind.BILL, "b2") == ("0.00", "100.00", "scheduled", None)


async def test_no_payment_takes_more_than_is_open(books: House) -> None:
    await books.put(PAYMENT, "p1", paying(("b1", "40.00")))

    assert await refusal(books, "p2", paying(("b2", "100.00"), ("b1", "60.01"))) == (
        "exceeds_balance",
        "lines[1].amount",
    )
    await books.put(PAYMENT, "p2", paying(("b1", "60.00")))
    await books.put(PAYMENT, "p1", paying(("b1", "40.00"), memo="the same again"))


async def test_the_payments_of_one_batch_share_what_is_open(books: House) -> None:
    writes = [Write(id=each, document=paying(("b1", "60.00"))) for each in ("p1", "p2")]

    written = await books.store.run(
        lambda c: record_writes.put_many(c, COMPANY, PAYMENT, writes, books.clock.now())
    )

    assert [each.refusal.code if each.refusal else None for each in written] == [None, "exceeds_balance"]


async def test_no_payment_uses_more_than_a_credit(books: House) -> None:
    await books.put(Kind.VENDOR_CREDIT, "c1", credit("30.00"))

    uses = paying(("b1", "50.00"), credits=crediting("c1", "30.01"))

    assert await refusal(books, "p1", uses) == ("exceeds_balance", "credits[0].amount")
    await books.put(PAYMENT, "p1", replace(uses, credits=crediting("c1", "20.00")))
    assert await standing(books, Kind.VENDOR_CREDIT, "c1") == ("10.00", "None", "partially_paid", None)


async def test_a_payment_pays_bills_of_its_own_vendor(books: House) -> None:
    await books.put(Kind.VENDOR, "oak", Vendor(name="Oak"))
    await books.put(Kind.BILL, "other", bill("oak", "O-1", "10.00"))

    mixed = paying(("b1", "10.00"), ("other", "10.00"))

    assert await refusal(books, "p1", mixed) == ("vendor_mismatch", "lines[1]")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"paid_on": DAY.replace(day=9)}, "paid_on"),
        ({"bank_account": "card"}, "bank_account"),
        ({"method": Method.ONLINE}, "method"),
        ({"lines": paying(("b1", "20.00")).lines}, "lines"),
    ],
)
async def test_what_was_sent_is_fixed(books: House, change: dict[str, Any], field: str) -> None:
    payment = paying(("b1", "40.00"))
    await books.put(PAYMENT, "p1", payment)
    await books.sync()

    assert await refusal(books, "p1", replace(payment, **change)) == ("payment_posted", field)
    await books.put(PAYMENT, "p1", replace(payment, memo="seen", reference="77"))
    sync = await books.sync()

    assert sync.counts["bill_payment"] == {"updated_in_quickbooks": 1}
    (there,) = books.quickbooks.all("BillPayment")
    assert (there["DocNumber"], there["PrivateNote"].splitlines()[0]) == ("77", "seen")


async def test_a_void_is_never_undone(books: House) -> None:
    payment = paying(("b1", "40.00"))
    await books.put(PAYMENT, "p1", replace(payment, status=PaymentStatus.VOIDED))

    assert await refusal(books, "p1", payment) == ("payment_voided", "status")
    assert await standing(books, Kind.BILL, "b1") == ("100.00", "100.00", "open", None)


async def test_a_payment_made_in_quickbooks_can_be_voided_here_and_not_edited(books: House) -> None:
    pay_there(books, ("B-1", "40.00"))
    books.clock.advance(60)
    await books.sync()
    (made,) = await books.all(PAYMENT)
    assert isinstance(made.document, BillPayment)

    assert await refusal(books, made.id, replace(made.document, memo="mine")) == (
        "made_in_quickbooks",
        "memo",
    )
    await books.put(PAYMENT, made.id, replace(made.document, status=PaymentStatus.VOIDED))
    first, second = await books.sync(), await books.sync()

    assert first.counts["bill_payment"] == {"removed_in_quickbooks": 1}
    assert second.counts == {}
    assert books.quickbooks.all("BillPayment")[0]["TotalAmt"] == 0
    assert await standing(books, Kind.BILL, "b1") == ("100.00", "100.00", "open", None)


async def test_two_writers_never_pay_the_same_rest(books: House) -> None:
    """On PostgreSQL both transactions are under way at once; the bill's row is what they meet at."""

    async def write(key: str) -> str:
        def put(connection: Any) -> str:
            wanted = Write(id=key, document=paying(("b1", "60.00")), precondition=Precondition())
            (written,) = record_writes.put_many(connection, COMPANY, PAYMENT, [wanted], books.clock.now())
            return written.refusal.code if written.refusal else "written"

        return await books.store.run(put)

    found = await asyncio.gather(*(write(f"p{number}") for number in range(6)))

    assert sorted(found) == ["exceeds_balance"] * 5 + ["written"]
    assert (await books.get(Kind.BILL, "b1")).balance == Decimal("40.00")
