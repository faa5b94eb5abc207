"""python-quickbooks: voiding, sending, printing, attaching, and writing twice."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from quickbooks import objects as qbo
from quickbooks.exceptions import ObjectNotFoundException, ValidationException

from tests.contracts.clients.shop import Shop, make


def open_balance(shop: Shop, entity: str, object_id: str) -> Any:
    stored = shop.company.read(entity, object_id)
    assert stored is not None
    return stored["Balance"]


def test_a_voided_invoice_stays_with_nothing_in_it(shop: Shop) -> None:
    invoice = shop.invoice(100).save(qb=shop.qb)

    invoice.void(qb=shop.qb)

    voided = qbo.Invoice.get(invoice.Id, qb=shop.qb)
    assert (voided.TotalAmt, voided.Balance, voided.PrivateNote) == (0, 0, "Voided")
    assert (voided.SyncToken, len(voided.Line)) == ("1", 2)


def test_a_voided_payment_opens_its_invoice_again(shop: Shop) -> None:
    invoice = shop.invoice(100).save(qb=shop.qb)
    payment = shop.payment(100, invoice).save(qb=shop.qb)
    paid = open_balance(shop, "Invoice", invoice.Id)

    payment.void(qb=shop.qb)

    voided = qbo.Payment.get(payment.Id, qb=shop.qb)
    assert (paid, open_balance(shop, "Invoice", invoice.Id)) == (0, 100)
    assert (voided.TotalAmt, voided.Line, voided.PrivateNote) == (0, [], "Voided")


def test_a_voided_bill_payment_opens_its_bill_again(shop: Shop) -> None:
    bill = shop.bill(50).save(qb=shop.qb)
    payment = shop.bill_payment(20, bill).save(qb=shop.qb)
    paid = open_balance(shop, "Bill", bill.Id)

    payment.void(qb=shop.qb)

    voided = qbo.BillPayment.get(payment.Id, qb=shop.qb)
    assert (paid, open_balance(shop, "Bill", bill.Id)) == (30, 50)
    assert (voided.TotalAmt, voided.Line, voided.PrivateNote) == (0, [], "Voided")


def test_a_voided_sales_receipt_is_worth_nothing(shop: Shop) -> None:
    receipt = make(qbo.SalesReceipt, CustomerRef=shop.customer, Line=[shop.sold(40)]).save(qb=shop.qb)

    receipt.void(qb=shop.qb)

    voided = qbo.SalesReceipt.get(receipt.Id, qb=shop.qb)
    assert (receipt.TotalAmt, voided.TotalAmt, voided.PrivateNote) == (40, 0, "Voided")


@pytest.mark.parametrize("kind", [qbo.Invoice, qbo.Estimate, qbo.SalesReceipt])
def test_sales_forms_are_printed(shop: Shop, kind: type[Any]) -> None:
    made = make(kind, CustomerRef=shop.customer, Line=[shop.sold()]).save(qb=shop.qb)

    assert made.download_pdf(qb=shop.qb).startswith(b"%PDF-")
    made.delete(qb=shop.qb)
    with pytest.raises(ObjectNotFoundException):
        made.download_pdf(qb=shop.qb)


@pytest.mark.parametrize(
    ("build", "field"),
    [
        (lambda shop: shop.invoice(), "BillEmail"),
        (lambda shop: make(qbo.Estimate, CustomerRef=shop.customer, Line=[shop.sold()]), "BillEmail"),
        (lambda shop: make(qbo.PurchaseOrder, VendorRef=shop.vendor, Line=[shop.ordered()]), "POEmail"),
    ],
)
def test_forms_are_sent_to_whom_they_are_for(shop: Shop, build: Callable[[Shop], Any], field: str) -> None:
    made = build(shop).save(qb=shop.qb)
    with pytest.raises(ValidationException, match=field):
        made.send(qb=shop.qb)

    answer = made.send(qb=shop.qb, send_to="ada+books@harbor.example")
    again = made.send(qb=shop.qb)

    for sent in (answer[made.qbo_object_name], again[made.qbo_object_name]):
        assert sent["EmailStatus"] == "EmailSent"
        assert sent[field]["Address"] == "ada+books@harbor.example"
        assert sent["DeliveryInfo"]["DeliveryType"] == "Email"


def test_notes_and_files_are_attached(shop: Shop, tmp_path: Path) -> None:
    bill = shop.bill().save(qb=shop.qb)
    scan = tmp_path / "scan.txt"
    scan.write_bytes("Rechnung über 50 €".encode())
    target = make(qbo.AttachableRef, EntityRef=bill.to_ref())

    note = make(qbo.Attachable, Note="called them", AttachableRef=[target]).save(qb=shop.qb)
    file = make(qbo.Attachable, FileName="scan.txt", ContentType="text/plain", AttachableRef=[target])
    file._FilePath = str(scan)
    by_path = file.save(qb=shop.qb)
    raw = make(qbo.Attachable, FileName="raw.bin", ContentType="application/octet-stream")
    raw._FileBytes = b"\x00\x01"
    by_bytes = raw.save(qb=shop.qb)

    assert [one["FileName"] for one in shop.company.all("Attachable") if "FileName" in one] == [
        "scan.txt",
        "raw.bin",
    ]
    assert qbo.Attachable.get(note.Id, qb=shop.qb).Note == "called them"
    where = f"AttachableRef.EntityRef.Type = 'bill' AND AttachableRef.EntityRef.value = '{bill.Id}'"
    assert sorted(one.Id for one in qbo.Attachable.where(where, qb=shop.qb)) == [note.Id, by_path.Id]

    by_bytes.Note = "no use"
    assert by_bytes.save(qb=shop.qb).Note == "no use"
    by_path.delete(qb=shop.qb)
    assert [one.Id for one in qbo.Attachable.all(qb=shop.qb)] == [note.Id, by_bytes.Id]


def test_a_number_is_taken_twice_where_the_caller_allows_it(shop: Shop) -> None:
    preferences = {"NameValue": [{"Name": "WarnDuplicateBillNumber", "Value": "true"}]}
    shop.company.set_preferences({"OtherPrefs": preferences})
    first = shop.bill(DocNumber="7").save(qb=shop.qb)

    second = shop.bill(DocNumber="7").save(qb=shop.qb, params={"include": "allowduplicatedocnum"})

    assert (second.DocNumber, second.Id == first.Id) == ("7", False)


def test_a_repeated_request_id_answers_what_it_answered(shop: Shop) -> None:
    first = shop.bill(DocNumber="7").save(qb=shop.qb, request_id="11111111-2222")
    again = shop.bill(DocNumber="7").save(qb=shop.qb, request_id="11111111-2222")
    first.PrivateNote = "once"
    updates = [first.save(qb=shop.qb, request_id="33333333-4444") for _ in range(2)]
    deletes = [updates[0].delete(qb=shop.qb, request_id="55555555-6666") for _ in range(2)]

    assert (again.Id, again.SyncToken) == (first.Id, "0")
    assert updates[0].to_dict() == updates[1].to_dict()
    assert updates[0].SyncToken == "1"
    assert deletes[0]["Bill"] == deletes[1]["Bill"]
    assert [row.operation for row in shop.company.journal if row.entity == "Bill"] == [
        "create",
        "update",
        "delete",
    ]
