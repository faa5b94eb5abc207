"""python-quickbooks: what a write does to other objects, and what a write of the whole object takes away."""

import json
from typing import Any

import pytest
from quickbooks import objects as qbo
from quickbooks.exceptions import QuickbooksException

from tests.contracts.clients.shop import Shop, make


def applied(amount: Any, *targets: Any) -> list[Any]:
    """Make a line of a bill payment for each transaction."""
    return [make(qbo.BillPaymentLine, Amount=amount, LinkedTxn=[one.to_linked_txn()]) for one in targets]


def test_one_payment_pays_several_bills(shop: Shop) -> None:
    bills = [shop.bill(50, DocNumber=str(number)).save(qb=shop.qb) for number in range(3)]
    payment = shop.bill_payment(150, bills[0])
    payment.Line = applied(50, *bills)

    payment.save(qb=shop.qb)

    paid = qbo.Bill.where("Balance = '0'", order_by="DocNumber", qb=shop.qb)
    assert [one.Id for one in paid] == [one.Id for one in bills]
    assert [one.SyncToken for one in paid] == ["1", "1", "1"]
    assert {one.LinkedTxn[0].TxnType for one in paid} == {"BillPaymentCheck"}
    assert qbo.Vendor.get(shop.vendor.value, qb=shop.qb).Balance == 0


def test_a_vendor_credit_pays_without_money(shop: Shop) -> None:
    bill = shop.bill(50).save(qb=shop.qb)
    credit = make(qbo.VendorCredit, VendorRef=shop.vendor, Line=[shop.spent(30)]).save(qb=shop.qb)
    payment = shop.bill_payment(0, bill)
    payment.Line = applied(30, bill, credit)

    payment.save(qb=shop.qb)

    assert qbo.Bill.get(bill.Id, qb=shop.qb).Balance == 20
    assert qbo.VendorCredit.get(credit.Id, qb=shop.qb).Balance == 0


def test_a_credit_memo_pays_an_invoice(shop: Shop) -> None:
    invoice = shop.invoice(100).save(qb=shop.qb)
    memo = make(qbo.CreditMemo, CustomerRef=shop.customer, Line=[shop.sold(100)]).save(qb=shop.qb)
    payment = shop.payment(0, invoice, memo)

    saved = payment.save(qb=shop.qb)

    assert (saved.TotalAmt, saved.UnappliedAmt) == (0, 0)
    assert qbo.Invoice.get(invoice.Id, qb=shop.qb).Balance == 0
    assert qbo.CreditMemo.get(memo.Id, qb=shop.qb).RemainingCredit == 0


def test_a_deposit_takes_a_payment_out_of_undeposited_funds(shop: Shop) -> None:
    payment = shop.payment(100, shop.invoice(100).save(qb=shop.qb)).save(qb=shop.qb)
    line = make(qbo.DepositLine, Amount=100, DetailType=None, LinkedTxn=[payment.to_linked_txn()])
    line.LinkedTxn[0].TxnLineId = 0

    make(qbo.Deposit, DepositToAccountRef=shop.accounts["Checking"], Line=[line]).save(qb=shop.qb)

    balances = {one.Name: one.CurrentBalance for one in qbo.Account.all(qb=shop.qb)}
    assert (balances["Undeposited Funds"], balances["Checking"]) == (0, 100)
    with pytest.raises(QuickbooksException, match="6540"):
        qbo.Payment.get(payment.Id, qb=shop.qb).delete(qb=shop.qb)


def test_a_closed_period_stays_as_it_is(shop: Shop) -> None:
    old = shop.bill(10, TxnDate="2026-01-15").save(qb=shop.qb)
    shop.company.set_preferences({"AccountingInfoPrefs": {"BookCloseDate": "2026-01-31"}})

    for act in (lambda: old.delete(qb=shop.qb), lambda: shop.bill(TxnDate="2026-01-31").save(qb=shop.qb)):
        with pytest.raises(QuickbooksException) as refused:
            act()
        assert refused.value.error_code in {6200, 6210}
    assert shop.bill(TxnDate="2026-02-01").save(qb=shop.qb).Id


def test_an_inactive_name_is_free_again(shop: Shop) -> None:
    first = make(qbo.Vendor, DisplayName="Once").save(qb=shop.qb)
    first.Active = False
    retired = first.save(qb=shop.qb)

    second = make(qbo.Vendor, DisplayName="Once").save(qb=shop.qb)

    assert retired.DisplayName == "Once (deleted)"
    assert (second.DisplayName, second.Id == first.Id) == ("Once", False)


def test_a_write_of_the_whole_object_takes_away_what_it_leaves_out(shop: Shop) -> None:
    made = shop.bill(50, PrivateNote="forget me").save(qb=shop.qb)
    whole = shop.bill(60, Id=made.Id, SyncToken=made.SyncToken)
    whole.PrivateNote = None

    saved = whole.save(qb=shop.qb)

    assert (saved.TotalAmt, saved.PrivateNote, len(saved.Line)) == (60, "", 1)
    assert "PrivateNote" not in (shop.company.read("Bill", made.Id) or {})


def test_a_sparse_write_changes_what_it_names(shop: Shop) -> None:
    made = shop.bill(50, PrivateNote="keep me").save(qb=shop.qb)
    part = {"Id": made.Id, "SyncToken": made.SyncToken, "sparse": True, "DueDate": "2030-01-01"}

    saved = shop.qb.update_object("Bill", json.dumps(part))["Bill"]
    again = shop.qb.update_object("Bill", json.dumps({**part, "SyncToken": "1"}))["Bill"]

    assert (saved["DueDate"], saved["PrivateNote"], saved["TotalAmt"]) == ("2030-01-01", "keep me", 50)
    assert (saved["SyncToken"], again["SyncToken"]) == ("1", "1")
