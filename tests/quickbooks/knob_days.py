"""What the tests of knobs do with the client: single writes, bills, payments, listings."""

import json
from datetime import timedelta
from typing import Any

from service.quickbooks.answers import ItemAnswer, read_head
from service.quickbooks.batch import Operation, single_request
from service.quickbooks.paging import pages
from tests.quickbooks.test_client_on_sandbox import Realm, account_of, decoded

SOON = timedelta(milliseconds=1)


async def only(realm: Realm, *request: Any, **more: Any) -> ItemAnswer:
    """Send a single write; answer what became of it."""
    answer = await realm.client.send(single_request(*request, **more))
    return answer.items["0"]


async def made(realm: Realm, entity: str, body: dict[str, Any], request_id: str) -> Any:
    answer = await only(realm, Operation.CREATE, entity, json.dumps(body).encode(), request_id=request_id)
    assert answer.faults == (), answer
    return decoded(answer.body)


def bill_body(realm: Realm, vendor_id: str, amount: Any = 12.5) -> dict[str, Any]:
    detail = {"AccountRef": {"value": account_of(realm, "Expense")}}
    kind = "AccountBasedExpenseLineDetail"
    line = {"DetailType": kind, "Amount": amount, kind: detail}
    return {"VendorRef": {"value": vendor_id}, "DocNumber": "K-1", "Line": [line]}


async def ids_of(realm: Realm, entity: str, **options: Any) -> list[str]:
    found: list[str] = []
    async for rows, _ in pages(realm.client, entity, **options):
        found += [read_head(row).id for row in rows]
    return found


def pay(realm: Realm, supplier: str, bill: str) -> str:
    body = {
        "VendorRef": {"value": supplier},
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": {"value": account_of(realm, "Bank")}},
        "TotalAmt": 5,
        "Line": [{"Amount": 5, "LinkedTxn": [{"TxnId": bill, "TxnType": "Bill"}]}],
    }
    return str(realm.company.create("BillPayment", body)["Id"])
