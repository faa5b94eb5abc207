"""Drift in QuickBooks' books, past everything that would tell of a change."""

from collections.abc import Callable
from decimal import Decimal

from service.core.records import Kind
from service.sandbox.engine import columns
from service.sandbox.entities import ENTITIES as DECLARED
from service.sandbox.stored import Stored
from service.sandbox.wire import Doc, encode
from tests.house import House
from tests.reconcile.drifts import CENT, Planted, drift, imported, pair


def silently(house: House, entity: str, qbo_id: str, change: Callable[[Doc], None]) -> Stored:
    """Change an object without anything that tells of it."""
    books = house.quickbooks.books
    stored = books.find(entity, qbo_id)
    assert stored is not None
    doc = stored.doc()
    change(doc)
    stored.source = encode(doc)
    stored.rendered = None
    books.shelves[entity].reindex(stored, columns(DECLARED[entity], doc))
    books.shelves[entity].version += 1
    return stored


def shift_balance(house: House, entity: str, qbo_id: str, amount: Decimal) -> None:
    """Change what is open of an object, in the same silence."""
    stored = silently(house, entity, qbo_id, lambda _: None)
    stored.balance = (stored.balance or Decimal(0)) + amount


def take_away(house: House, entity: str, qbo_id: str) -> None:
    """Delete an object and leave no tombstone."""
    shelf = house.quickbooks.books.shelves[entity]
    stored = shelf.get(qbo_id)
    assert stored is not None
    shelf.remove(stored, 0)
    shelf.gone.pop(qbo_id)


@drift
async def bill_deleted(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.BILL, imported(house, Kind.BILL, 0))
    take_away(house, "Bill", qbo_id)
    return Planted("gone_in_quickbooks", subject)


@drift
async def invoice_deleted(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.INVOICE, imported(house, Kind.INVOICE, 300))
    take_away(house, "Invoice", qbo_id)
    return Planted("gone_in_quickbooks", subject, left="removed_in_quickbooks")


@drift
async def bill_edited(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.BILL, imported(house, Kind.BILL, 1))
    silently(house, "Bill", qbo_id, lambda doc: doc.update(DueDate="2027-01-31"))
    return Planted("edited_in_quickbooks", subject, "due_on")


@drift
async def bill_a_cent_off(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.BILL, imported(house, Kind.BILL, 2))

    def change(doc: Doc) -> None:
        doc["Line"][0]["Amount"] += CENT
        doc["TotalAmt"] += CENT

    silently(house, "Bill", qbo_id, change)
    shift_balance(house, "Bill", qbo_id, CENT)
    return Planted("edited_in_quickbooks", subject, "lines")


@drift
async def bill_redated(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.BILL, imported(house, Kind.BILL, 3))
    silently(house, "Bill", qbo_id, lambda doc: doc.update(TxnDate="2025-12-31"))
    return Planted("edited_in_quickbooks", subject, "issued_on")


@drift
async def bill_of_the_wrong_vendor(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.BILL, imported(house, Kind.BILL, 4))
    other = house.quickbooks.all("Bill")[9]["VendorRef"]["value"]
    silently(house, "Bill", qbo_id, lambda doc: doc.update(VendorRef={"value": other}))
    return Planted("edited_in_quickbooks", subject, "vendor")


@drift
async def vendor_renamed(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.VENDOR, imported(house, Kind.VENDOR, 100))
    stored = silently(house, "Vendor", qbo_id, lambda doc: doc.update(DisplayName="Somebody else"))
    stored.name = "Somebody else"
    return Planted("edited_in_quickbooks", subject, "name")


@drift
async def customer_inactive(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.CUSTOMER, "u5")
    silently(house, "Customer", qbo_id, lambda doc: doc.update(Active=False)).active = False
    return Planted("edited_in_quickbooks", subject, "archived")


@drift
async def payment_voided(house: House) -> Planted:
    """Offline: it was only recorded here, so that QuickBooks' void counts."""
    subject, qbo_id = await pair(house, Kind.BILL_PAYMENT, "p100")
    paid, bill = await pair(house, Kind.BILL, "b100")
    amount = Decimal(str((house.quickbooks.read("BillPayment", qbo_id) or {})["TotalAmt"]))

    def change(doc: Doc) -> None:
        doc["PrivateNote"] = f"Voided - {doc.get('PrivateNote', '')}"
        doc["TotalAmt"], doc["Line"] = Decimal(0), []

    silently(house, "BillPayment", qbo_id, change)
    shift_balance(house, "Bill", bill, amount)
    return Planted("gone_in_quickbooks", subject, others=(paid,))


@drift
async def payment_deleted(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.INVOICE_PAYMENT, "r50")
    document = (await house.get(Kind.INVOICE_PAYMENT, "r50")).document
    (line,) = document.lines  # type: ignore[union-attr]
    settled, invoice = await pair(house, Kind.INVOICE, line.invoice)  # type: ignore[union-attr]
    take_away(house, "Payment", qbo_id)
    shift_balance(house, "Invoice", invoice, line.amount)
    return Planted("gone_in_quickbooks", subject, others=(settled,))


@drift
async def transfer_deleted(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.FUNDS_TRANSFER, "t5")
    take_away(house, "JournalEntry", qbo_id)
    return Planted("gone_in_quickbooks", subject, left="removed_in_quickbooks")


@drift
async def bill_doubled(house: House) -> Planted:
    """QuickBooks' Copy takes the memo along, and our mark with it."""
    _, qbo_id = await pair(house, Kind.BILL, "b180")
    books = house.quickbooks.books
    original = books.find("Bill", qbo_id)
    assert original is not None
    twin = original.copy()
    twin.id = books.next_id(DECLARED["Bill"])
    twin.rendered = None
    books.shelves["Bill"].add(twin)
    return Planted("duplicate_in_quickbooks", ("bill", None, twin.id), left="duplicate_in_quickbooks")


@drift
async def bill_paid_by_nobody(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.BILL, imported(house, Kind.BILL, 5))
    shift_balance(house, "Bill", qbo_id, -CENT)
    return Planted("paid_in_quickbooks", subject, "balance", left="balance_differs")


@drift
async def item_with_another_account(house: House) -> Planted:
    subject, qbo_id = await pair(house, Kind.ITEM, "i3")
    income = next(each for each in house.quickbooks.all("Account") if each["AccountType"] == "Income")
    silently(house, "Item", qbo_id, lambda doc: doc.update(IncomeAccountRef={"value": income["Id"]}))
    return Planted("edited_in_quickbooks", subject, "income_account")
