"""What QuickBooks does by itself: it links credits, applies payments, books openings, numbers forms."""

from typing import Any

import pytest

from service.sandbox import Company
from tests.sandbox.conftest import Ids, Wire, balance
from tests.sandbox.test_sales import received

NOTE = "Created by QB Online to link credits to charges."


def prefer(company: Company, **settings: Any) -> None:
    company.set_preferences({"SalesFormsPrefs": settings})


def test_a_new_invoice_uses_up_open_credits(company: Company, ids: Ids) -> None:
    prefer(company, AutoApplyCredit=True)
    credit = company.create("CreditMemo", ids.invoice(30))["Id"]

    invoice = company.create("Invoice", ids.invoice(100))["Id"]

    (payment,) = company.all("Payment")
    assert (payment["TotalAmt"], payment["UnappliedAmt"], payment["PrivateNote"]) == (0, 0, NOTE)
    assert "DepositToAccountRef" not in payment
    assert [(one["Amount"], one["LinkedTxn"][0]["TxnType"]) for one in payment["Line"]] == [
        (30, "Invoice"),
        (30, "CreditMemo"),
    ]
    assert balance(company, "Invoice", invoice) == 70
    assert balance(company, "CreditMemo", credit) == 0
    assert [row.actor for row in company.journal[-2:]] == ["person", "quickbooks"]


def test_a_new_credit_pays_the_oldest_invoices(company: Company, ids: Ids) -> None:
    newer = company.create("Invoice", ids.invoice(50, TxnDate="2026-11-10"))["Id"]
    older = company.create("Invoice", ids.invoice(50, TxnDate="2026-11-01"))["Id"]
    prefer(company, AutoApplyCredit=True)

    company.create("CreditMemo", ids.invoice(60))

    assert balance(company, "Invoice", older) == 0
    assert balance(company, "Invoice", newer) == 40


def test_without_the_preference_credits_stay_open(company: Company, ids: Ids) -> None:
    credit = company.create("CreditMemo", ids.invoice(30))["Id"]
    company.create("Invoice", ids.invoice(100))

    assert company.all("Payment") == []
    assert balance(company, "CreditMemo", credit) == 30


@pytest.mark.parametrize(("automatic", "unapplied"), [(True, 0), (False, 70)])
async def test_payments_can_be_applied_to_the_oldest_invoices(
    wire: Wire, company: Company, ids: Ids, automatic: bool, unapplied: int
) -> None:
    invoices = [company.create("Invoice", ids.invoice(50))["Id"] for _ in range(2)]
    prefer(company, AutoApplyPayments=automatic)

    payment = await wire.create("Payment", received(ids, 70))

    assert payment["UnappliedAmt"] == unapplied
    assert [balance(company, "Invoice", one) for one in invoices] == ([0, 30] if automatic else [50, 50])


async def test_an_opening_balance_becomes_a_bill_or_an_invoice(
    wire: Wire, company: Company, ids: Ids
) -> None:
    vendor = await wire.create(
        "Vendor", {"DisplayName": "Old Debt", "Balance": 120.5, "OpenBalanceDate": "2026-01-01"}
    )
    customer = await wire.create(
        "Customer", {"DisplayName": "Old Claim", "Balance": 80, "OpenBalanceDate": "2026-01-01"}
    )
    plain = await wire.create("Vendor", {"DisplayName": "No date", "Balance": 99})

    (bill,), (invoice,) = company.all("Bill"), company.all("Invoice")
    assert (vendor["Balance"], customer["Balance"], plain["Balance"]) == (120.5, 80, 0)
    assert (bill["TxnDate"], bill["VendorRef"]["value"]) == ("2026-01-01", vendor["Id"])
    assert (invoice["TotalAmt"], invoice["CustomerRef"]["value"]) == (80, customer["Id"])


async def test_sales_are_numbered_on_request_where_the_company_does_it_itself(
    wire: Wire, company: Company, ids: Ids
) -> None:
    prefer(company, CustomTxnNumbers=True)

    silent = await wire.create("Invoice", ids.invoice())
    asked = await wire.create("Invoice", ids.invoice(), include="allowautodocnum")

    assert "DocNumber" not in silent
    assert asked["DocNumber"] == "1"


async def test_orders_are_numbered_unless_the_company_does_it_itself(
    wire: Wire, company: Company, ids: Ids
) -> None:
    own = await wire.create("PurchaseOrder", ids.bill(5))
    pair = {"Name": "VendorAndPurchasesPrefs.UseCustomTxnNumbers", "Value": "false"}
    company.set_preferences({"OtherPrefs": {"NameValue": [pair]}})
    numbered = [(await wire.create("PurchaseOrder", ids.bill(5)))["DocNumber"] for _ in range(2)]

    assert "DocNumber" not in own
    assert numbered == ["1", "2"]


async def test_sales_forms_show_the_custom_fields_in_use(wire: Wire, company: Company, ids: Ids) -> None:
    fields = [
        {
            "CustomField": [
                {"Name": f"SalesFormsPrefs.UseSalesCustom{n}", "BooleanValue": n != 2} for n in (1, 2, 3)
            ]
        },
        {
            "CustomField": [
                {"Name": f"SalesFormsPrefs.SalesCustomName{n}", "StringValue": name}
                for n, name in ((1, "Crew #"), (2, "Unused"), (3, "Truck"))
            ]
        },
    ]
    prefer(company, CustomField=fields)
    sent = [{"DefinitionId": "1", "StringValue": "102"}, {"DefinitionId": "2", "StringValue": "lost"}]

    bare = await wire.create("Invoice", ids.invoice())
    filled = await wire.create("Invoice", ids.invoice(CustomField=sent))
    kept = await wire.create("Invoice", {"Id": filled["Id"], "SyncToken": "0", **ids.invoice(7)})

    assert bare["CustomField"] == [
        {"DefinitionId": "1", "Name": "Crew #", "Type": "StringType"},
        {"DefinitionId": "3", "Name": "Truck", "Type": "StringType"},
    ]
    assert [one.get("StringValue") for one in filled["CustomField"]] == ["102", None]
    assert kept["CustomField"] == filled["CustomField"]


async def test_a_discount_in_percent_is_counted(wire: Wire, ids: Ids) -> None:
    body = ids.invoice(200)
    detail = {"PercentBased": True, "DiscountPercent": 10}
    body["Line"].append({"DetailType": "DiscountLineDetail", "DiscountLineDetail": detail})

    invoice = await wire.create("Invoice", body)

    assert invoice["TotalAmt"] == 180
    assert invoice["Line"][1]["Amount"] == 20


async def test_a_deposit_on_the_form_lowers_what_is_open(wire: Wire, company: Company, ids: Ids) -> None:
    body = {**ids.invoice(100), "Deposit": 40, "DepositToAccountRef": {"value": ids.bank}}

    invoice = await wire.create("Invoice", body)
    company.void("Invoice", invoice["Id"])

    assert (invoice["TotalAmt"], invoice["Balance"]) == (100, 60)
    assert balance(company, "Account", ids.bank) == 0
    assert balance(company, "Customer", ids.customer) == 0
    assert balance(company, "Invoice", invoice["Id"]) == 0


async def test_cash_back_stays_out_of_the_bank(wire: Wire, company: Company, ids: Ids) -> None:
    detail = {"AccountRef": {"value": ids.account("Services")}}
    body = {
        "DepositToAccountRef": {"value": ids.bank},
        "CashBack": {"AccountRef": {"value": ids.card}, "Amount": 20},
        "Line": [{"Amount": 100, "DetailType": "DepositLineDetail", "DepositLineDetail": detail}],
    }

    deposit = await wire.create("Deposit", body)

    assert deposit["TotalAmt"] == 80
    assert balance(company, "Account", ids.bank) == 80
