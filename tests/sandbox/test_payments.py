"""Bill payments and vendor credits: balances, links, and what they do to what they pay."""

from decimal import Decimal
from typing import Any

import pytest

from service.sandbox import Company, Sandbox, SandboxFault
from tests.sandbox.conftest import Clock, Ids, Wire, balance


@pytest.fixture
def bill(company: Company, ids: Ids) -> str:
    return str(company.create("Bill", ids.bill(100))["Id"])


@pytest.fixture
def credit(company: Company, ids: Ids) -> str:
    body = {"VendorRef": {"value": ids.vendor}, "Line": [ids.line(30)]}
    return str(company.create("VendorCredit", body)["Id"])


def shown(company: Company, entity: str, object_id: str) -> dict[str, Any]:
    found = company.read(entity, object_id)
    assert found is not None
    return found


def test_a_bill_raises_what_is_owed(company: Company, ids: Ids, bill: str) -> None:
    assert balance(company, "Bill", bill) == 100
    assert balance(company, "Vendor", ids.vendor) == 100
    assert balance(company, "Account", ids.payable) == -100
    assert balance(company, "Account", ids.expense) == 0, "profit and loss accounts show no balance"


def test_postings_move_times_and_never_tokens(company: Company, ids: Ids, clock: Clock) -> None:
    before = shown(company, "Vendor", ids.vendor)
    clock.move(minutes=1)

    company.create("Bill", ids.bill(100))

    after = shown(company, "Vendor", ids.vendor)
    assert after["SyncToken"] == before["SyncToken"]
    assert after["MetaData"]["LastUpdatedTime"] > before["MetaData"]["LastUpdatedTime"]


def test_a_payment_lowers_the_bill_and_moves_its_token(
    company: Company, ids: Ids, bill: str, clock: Clock
) -> None:
    clock.move(minutes=1)

    paid = company.create("BillPayment", ids.payment(40, ("Bill", bill, 40)))

    after = shown(company, "Bill", bill)
    assert after["Balance"] == 60
    assert after["SyncToken"] == "1"
    assert after["MetaData"]["LastUpdatedTime"] == paid["MetaData"]["CreateTime"]
    assert after["LinkedTxn"] == [{"TxnId": paid["Id"], "TxnType": "BillPaymentCheck"}]
    assert balance(company, "Vendor", ids.vendor) == 60
    assert balance(company, "Account", ids.bank) == -40
    assert balance(company, "Account", ids.payable) == -60


def test_a_card_payment_raises_what_the_card_owes(company: Company, ids: Ids, bill: str) -> None:
    body = ids.payment(100, ("Bill", bill, 100), PayType="CreditCard")
    del body["CheckPayment"]

    paid = company.create("BillPayment", {**body, "CreditCardPayment": {"CCAccountRef": {"value": ids.card}}})

    assert balance(company, "Account", ids.card) == 100
    assert shown(company, "Bill", bill)["LinkedTxn"][0]["TxnType"] == "BillPaymentCheck"
    assert paid["PayType"] == "CreditCard"


def test_a_credit_covers_part_and_the_rest_leaves_the_bank(
    company: Company, ids: Ids, bill: str, credit: str
) -> None:
    company.create("BillPayment", ids.payment(70, ("Bill", bill, 100), ("VendorCredit", credit, 30)))

    assert balance(company, "Bill", bill) == 0
    assert balance(company, "VendorCredit", credit) == 0
    assert shown(company, "VendorCredit", credit)["SyncToken"] == "1"
    assert balance(company, "Account", ids.bank) == -70
    assert balance(company, "Vendor", ids.vendor) == 0


def test_a_credit_can_be_applied_without_money(company: Company, ids: Ids, bill: str, credit: str) -> None:
    company.create("BillPayment", ids.payment(0, ("Bill", bill, 30), ("VendorCredit", credit, 30)))

    assert balance(company, "Bill", bill) == 70
    assert balance(company, "Account", ids.bank) == 0
    assert balance(company, "Vendor", ids.vendor) == 70


def test_voiding_a_payment_opens_the_bill_again(company: Company, ids: Ids, bill: str) -> None:
    paid = company.create("BillPayment", ids.payment(100, ("Bill", bill, 100), PrivateNote="check 11"))

    voided = company.void("BillPayment", paid["Id"])

    assert voided["TotalAmt"] == 0
    assert voided["Line"] == []
    assert voided["PrivateNote"] == "Voided - check 11"
    assert voided["SyncToken"] == "1"
    assert balance(company, "Bill", bill) == 100
    assert "LinkedTxn" not in shown(company, "Bill", bill)
    assert shown(company, "Bill", bill)["SyncToken"] == "2"
    assert balance(company, "Account", ids.bank) == 0


async def test_payments_are_voided_by_an_update_that_includes_void(
    wire: Wire, company: Company, ids: Ids, bill: str
) -> None:
    paid = company.create("BillPayment", ids.payment(100, ("Bill", bill, 100)))
    body = {"Id": paid["Id"], "SyncToken": "0", "sparse": True}

    voided = await wire.create("BillPayment", body, operation="update", include="void")

    assert voided["TotalAmt"] == 0
    assert company.journal[-1].operation == "void"


def test_deleting_a_payment_opens_the_bill_again(company: Company, ids: Ids, bill: str) -> None:
    paid = company.create("BillPayment", ids.payment(100, ("Bill", bill, 100)))

    company.delete("BillPayment", paid["Id"])

    assert balance(company, "Bill", bill) == 100
    assert balance(company, "Vendor", ids.vendor) == 100


def test_changing_a_payment_applies_the_difference(company: Company, ids: Ids, bill: str) -> None:
    other = company.create("Bill", ids.bill(50))["Id"]
    paid = company.create("BillPayment", ids.payment(100, ("Bill", bill, 100)))

    lines = ids.payment(100, ("Bill", bill, 60), ("Bill", other, 40))["Line"]
    company.update("BillPayment", {"Id": paid["Id"], "Line": lines})

    assert balance(company, "Bill", bill) == 40
    assert balance(company, "Bill", other) == 10
    assert balance(company, "Account", ids.bank) == -100


@pytest.mark.parametrize(
    ("total", "applied", "code"),
    [(120, 120, "6000"), (50, 100, "6000"), (-5, 0, "6000")],
    ids=["more than is open", "less money than lines", "negative"],
)
def test_wrong_amounts_are_refused_and_leave_no_trace(
    company: Company, ids: Ids, bill: str, total: int, applied: int, code: str
) -> None:
    with pytest.raises(SandboxFault) as refused:
        company.create("BillPayment", ids.payment(total, ("Bill", bill, applied)))

    assert refused.value.code == code
    assert shown(company, "Bill", bill)["SyncToken"] == "0"
    assert balance(company, "Account", ids.bank) == 0


def test_other_vendors_bills_and_wrong_accounts_are_refused(company: Company, ids: Ids, bill: str) -> None:
    other = company.create("Vendor", {"DisplayName": "Someone else"})["Id"]

    with pytest.raises(SandboxFault) as wrong_vendor:
        company.create(
            "BillPayment", {**ids.payment(100, ("Bill", bill, 100)), "VendorRef": {"value": other}}
        )
    check = {"BankAccountRef": {"value": ids.expense}}
    with pytest.raises(SandboxFault) as wrong_account:
        company.create("BillPayment", {**ids.payment(100, ("Bill", bill, 100)), "CheckPayment": check})

    assert wrong_vendor.value.code == "6000"
    assert wrong_account.value.code == "6430"


def test_an_overpayment_stays_on_the_vendor(company: Company, ids: Ids, bill: str) -> None:
    company.create("BillPayment", ids.payment(130, ("Bill", bill, 100)))

    assert balance(company, "Bill", bill) == 0
    assert balance(company, "Vendor", ids.vendor) == -30


def test_a_paid_bill_cannot_shrink_below_what_was_paid_nor_change_vendor(
    company: Company, ids: Ids, bill: str
) -> None:
    company.create("BillPayment", ids.payment(60, ("Bill", bill, 60)))
    other = company.create("Vendor", {"DisplayName": "Someone else"})["Id"]

    with pytest.raises(SandboxFault):
        company.update("Bill", {"Id": bill, "Line": [ids.line(50)]})
    with pytest.raises(SandboxFault):
        company.update("Bill", {"Id": bill, "VendorRef": {"value": other}})

    company.update("Bill", {"Id": bill, "Line": [ids.line(80)]})
    assert balance(company, "Bill", bill) == 20


def test_a_paid_bill_is_not_deleted_unless_the_knob_unlinks(
    sandbox: Sandbox, company: Company, ids: Ids, bill: str
) -> None:
    paid = company.create("BillPayment", ids.payment(100, ("Bill", bill, 100)))
    with pytest.raises(SandboxFault) as refused:
        company.delete("Bill", bill)
    assert refused.value.code == "6000"

    sandbox.knobs.delete_linked = "unlink"
    company.delete("Bill", bill)

    left = shown(company, "BillPayment", paid["Id"])
    assert left["Line"] == []
    assert left["TotalAmt"] == 100
    assert balance(company, "Vendor", ids.vendor) == -100


def test_a_bill_has_no_void(company: Company, bill: str) -> None:
    with pytest.raises(SandboxFault) as refused:
        company.void("Bill", bill)

    assert refused.value.code == "500"


def test_balances_add_up_the_accounts_tree(company: Company, ids: Ids) -> None:
    parent = ids.account("Savings")
    body = {"Name": "Reserve", "AccountType": "Bank", "SubAccount": True, "ParentRef": {"value": parent}}
    child = company.create("Account", body)["Id"]
    company.create("Transfer", {"FromAccountRef": {"value": ids.bank}, "ToAccountRef": {"value": child},
                                "Amount": "120.00"})  # fmt: skip

    above = shown(company, "Account", parent)
    assert (above["CurrentBalance"], above["CurrentBalanceWithSubAccounts"]) == (0, Decimal("120.00"))
    assert shown(company, "Account", child)["FullyQualifiedName"] == "Savings:Reserve"
