"""Invoices, credit memos, payments, journal entries and deposits."""

from typing import Any

import pytest

from service.sandbox import Company, SandboxFault
from tests.sandbox.conftest import Ids, Wire, balance


@pytest.fixture
def invoice(company: Company, ids: Ids) -> str:
    return str(company.create("Invoice", ids.invoice(100))["Id"])


def received(ids: Ids, total: Any, *applied: tuple[str, str, Any]) -> dict[str, Any]:
    lines = [
        {"Amount": amount, "LinkedTxn": [{"TxnId": txn, "TxnType": kind}]} for kind, txn, amount in applied
    ]
    return {"CustomerRef": {"value": ids.customer}, "TotalAmt": total, "Line": lines}


async def test_an_invoice_reads_as_recorded(wire: Wire, ids: Ids) -> None:
    invoice = await wire.create("Invoice", ids.invoice(100))

    assert invoice["LinkedTxn"] == []
    assert invoice["DocNumber"] == "1"
    assert [line["DetailType"] for line in invoice["Line"]] == ["SalesItemLineDetail", "SubTotalLineDetail"]
    assert "Id" not in invoice["Line"][1]
    assert invoice["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "NON"}
    assert invoice["TxnTaxDetail"] == {"TotalTax": 0}
    assert (invoice["EmailStatus"], invoice["PrintStatus"]) == ("NotSet", "NeedToPrint")
    assert invoice["Balance"] == invoice["TotalAmt"] == 100


async def test_invoices_and_credit_memos_share_a_counter(wire: Wire, ids: Ids, company: Company) -> None:
    numbers = [
        (await wire.create("Invoice", ids.invoice()))["DocNumber"],
        (await wire.create("CreditMemo", ids.invoice()))["DocNumber"],
        (await wire.create("Invoice", ids.invoice()))["DocNumber"],
    ]
    company.set_preferences({"SalesFormsPrefs": {"CustomTxnNumbers": True}})
    unnumbered = await wire.create("Invoice", ids.invoice())

    assert numbers == ["1", "2", "3"]
    assert "DocNumber" not in unnumbered


def test_a_payment_settles_an_invoice(company: Company, ids: Ids, invoice: str) -> None:
    paid = company.create("Payment", received(ids, 100, ("Invoice", invoice, 60)))

    assert paid["UnappliedAmt"] == 40
    assert balance(company, "Invoice", invoice) == 40
    assert balance(company, "Customer", ids.customer) == 0
    assert paid["DepositToAccountRef"] == {"value": ids.account("Undeposited Funds")}
    assert paid["Line"][0]["LineEx"]["any"][1]["value"] == {"Name": "txnOpenBalance", "Value": "100.00"}


def test_a_payment_without_lines_is_unapplied(company: Company, ids: Ids) -> None:
    paid = company.create("Payment", {"CustomerRef": {"value": ids.customer}, "TotalAmt": 100})

    assert (paid["UnappliedAmt"], paid["Line"]) == (100, [])


def test_a_credit_memo_covers_an_invoice_without_money(company: Company, ids: Ids, invoice: str) -> None:
    memo = company.create("CreditMemo", ids.invoice(30))["Id"]

    company.create("Payment", received(ids, 0, ("Invoice", invoice, 30), ("CreditMemo", memo, 30)))

    assert balance(company, "Invoice", invoice) == 70
    left = company.read("CreditMemo", memo)
    assert left is not None
    assert (left["Balance"], left["RemainingCredit"]) == (0, 0)


async def test_voiding_an_invoice_reads_as_recorded(
    wire: Wire, company: Company, ids: Ids, invoice: str
) -> None:
    voided = await wire.create("Invoice", {"Id": invoice, "SyncToken": "0"}, operation="void")

    assert (voided["TotalAmt"], voided["Balance"], voided["PrivateNote"]) == (0, 0, "Voided")
    assert [line["Amount"] for line in voided["Line"]] == [0, 0]
    assert voided["SyncToken"] == "1"
    assert balance(company, "Customer", ids.customer) == 0
    again = await wire.create("Invoice", {"Id": invoice, "SyncToken": "1"}, operation="void")
    assert again == voided


def test_a_deposited_payment_is_locked(company: Company, ids: Ids) -> None:
    paid = company.create("Payment", {"CustomerRef": {"value": ids.customer}, "TotalAmt": 80})["Id"]
    line = {"Amount": 80, "LinkedTxn": [{"TxnId": paid, "TxnType": "Payment", "TxnLineId": "0"}]}
    deposit = company.create("Deposit", {"DepositToAccountRef": {"value": ids.bank}, "Line": [line]})["Id"]

    assert balance(company, "Account", ids.bank) == 80
    assert balance(company, "Account", ids.account("Undeposited Funds")) == 0
    locked = company.read("Payment", paid)
    assert locked is not None
    assert locked["LinkedTxn"] == [{"TxnId": deposit, "TxnType": "Deposit"}]
    for attempt in (company.delete, company.void):
        with pytest.raises(SandboxFault) as refused:
            attempt("Payment", paid)
        assert refused.value.code == "6540"
    company.delete("Deposit", deposit)
    company.delete("Payment", paid)


def journal(*lines: tuple[str, str, Any]) -> dict[str, Any]:
    kind = "JournalEntryLineDetail"
    return {
        "Line": [
            {
                "DetailType": kind,
                "Amount": amount,
                kind: {"PostingType": side, "AccountRef": {"value": account}},
            }
            for side, account, amount in lines
        ]
    }


def test_a_journal_entry_balances_and_posts(company: Company, ids: Ids) -> None:
    savings = ids.account("Savings")

    entry = company.create("JournalEntry", journal(("Debit", savings, 50), ("Credit", ids.bank, 50)))

    assert [line["Id"] for line in entry["Line"]] == ["0", "1"]
    assert entry["TotalAmt"] == 0
    assert balance(company, "Account", savings) == 50
    assert balance(company, "Account", ids.bank) == -50
    with pytest.raises(SandboxFault) as unbalanced:
        company.create("JournalEntry", journal(("Debit", savings, 50), ("Credit", ids.bank, 49)))
    assert unbalanced.value.code == "2300"


@pytest.mark.parametrize("amount", [0, 50])
def test_a_journal_entry_has_two_lines_at_least(company: Company, ids: Ids, amount: int) -> None:
    with pytest.raises(SandboxFault) as refused:
        company.create("JournalEntry", journal(("Debit", ids.expense, amount)))

    assert refused.value.code == "2300"


def test_a_payable_line_names_its_vendor(company: Company, ids: Ids) -> None:
    body = journal(("Debit", ids.expense, 20), ("Credit", ids.payable, 20))
    with pytest.raises(SandboxFault) as refused:
        company.create("JournalEntry", body)
    assert refused.value.code == "6000"

    owner = {"Type": "Vendor", "EntityRef": {"value": ids.vendor}}
    body["Line"][1]["JournalEntryLineDetail"]["Entity"] = owner
    entry = company.create("JournalEntry", body)

    assert balance(company, "Vendor", ids.vendor) == 20
    shown = entry["Line"][1]["JournalEntryLineDetail"]["Entity"]
    assert shown == {"Type": "Vendor", "EntityRef": {"value": ids.vendor, "name": "Pine & Sons"}}
