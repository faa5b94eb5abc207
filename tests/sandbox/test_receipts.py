"""Estimates, receipts, refunds, purchases and orders: added up, numbered, and posted where they post."""

from decimal import Decimal

from service.sandbox import Company
from tests.sandbox.conftest import Ids, Wire, balance


async def test_sales_forms_that_leave_nothing_open_are_added_up(
    wire: Wire, ids: Ids, company: Company
) -> None:
    refund = {**ids.invoice(30), "DepositToAccountRef": {"value": ids.bank}}

    estimate = await wire.create("Estimate", {**ids.invoice(70), "TotalAmt": 5, "TrackingNum": "1Z"})
    receipt = await wire.create("SalesReceipt", ids.invoice(50))
    refunded = await wire.create("RefundReceipt", refund)
    bare = {"Line": ids.invoice(9)["Line"]}
    anonymous = await wire.create("SalesReceipt", bare)

    assert (estimate["TotalAmt"], estimate["TxnStatus"], estimate["TrackingNum"]) == (70, "Pending", "1Z")
    assert (receipt["TotalAmt"], receipt["Balance"], refunded["TotalAmt"]) == (50, 0, 30)
    assert (estimate["DocNumber"], receipt["DocNumber"], refunded["DocNumber"]) == ("1", "1", "2")
    assert "CustomerRef" not in anonymous
    assert balance(company, "Account", ids.account("Undeposited Funds")) == 59
    assert balance(company, "Account", ids.bank) == -30
    assert balance(company, "Customer", ids.customer) == 0
    assert await wire.code("/refundreceipt", ids.invoice(30)) == "2020"


async def test_a_voided_receipt_gives_its_money_back(wire: Wire, ids: Ids, company: Company) -> None:
    made = await wire.create("SalesReceipt", ids.invoice(50))

    voided = await wire.create(
        "SalesReceipt",
        {"Id": made["Id"], "SyncToken": "0", "sparse": True},
        operation="update",
        include="void",
    )

    assert (voided["TotalAmt"], voided["PrivateNote"], voided["SyncToken"]) == (0, "Voided", "1")
    assert balance(company, "Account", ids.account("Undeposited Funds")) == 0


async def test_purchases_and_orders_are_added_up(wire: Wire, ids: Ids, company: Company) -> None:
    body = {
        "AccountRef": {"value": ids.bank},
        "PaymentType": "Cash",
        "EntityRef": {"value": ids.vendor, "type": "Vendor"},
        "Line": [ids.line(40), ids.line(2.5)],
    }
    order = {"VendorRef": {"value": ids.vendor}, "Line": [ids.line(25)]}

    bought = await wire.create("Purchase", body)
    ordered = await wire.create("PurchaseOrder", order)

    assert (bought["TotalAmt"], bought["EntityRef"]["name"]) == (42.5, "Pine & Sons")
    assert (ordered["TotalAmt"], ordered["POStatus"]) == (25, "Open")
    assert balance(company, "Account", ids.bank) == Decimal("-42.5")
    assert await wire.code("/purchase", {**body, "EntityRef": {"value": "999", "type": "Vendor"}}) == "2500"
    assert await wire.code("/purchase", {"AccountRef": {"value": ids.bank}, "Line": [ids.line(1)]}) == "2020"


async def test_a_rate_means_nothing_where_there_is_one_currency(wire: Wire, ids: Ids) -> None:
    bill = await wire.create("Bill", ids.bill(10, ExchangeRate=0))

    assert "ExchangeRate" not in bill
