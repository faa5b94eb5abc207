"""Credit memos are read to be named; there is nothing of them to write."""

import datetime as dt
import json
from decimal import Decimal

from service.core.records import CreditMemo, Kind
from service.quickbooks.translate import TRANSLATORS

MEMO = {
    "Id": "73",
    "SyncToken": "1",
    "DocNumber": "1026",
    "TxnDate": "2026-03-02",
    "CustomerRef": {"value": "3", "name": "Cool Cars"},
    "CurrencyRef": {"value": "USD"},
    "TotalAmt": 100.0,
    "Balance": 40.0,
    "RemainingCredit": 40.0,
    "Line": [{"Id": "1", "Amount": 100.0, "DetailType": "SalesItemLineDetail"}],
    "MetaData": {"LastUpdatedTime": "2026-03-02T09:00:00-08:00"},
}


def test_a_credit_memo_is_read_with_what_it_comes_to_and_what_is_left() -> None:
    seen = TRANSLATORS[Kind.CREDIT_MEMO].project(json.dumps(MEMO).encode())

    assert seen.content == CreditMemo(
        customer="3",
        issued_on=dt.date(2026, 3, 2),
        number="1026",
        currency="USD",
        amount=Decimal("100.00"),
    )
    assert (seen.amount, seen.balance) == (Decimal("100.00"), Decimal("40.00"))
    assert (seen.voided, seen.marker, seen.match_key) == (False, None, None)


def test_a_voided_one_is_known() -> None:
    voided = MEMO | {"TotalAmt": 0, "Balance": 0, "PrivateNote": "Voided", "Line": []}

    assert TRANSLATORS[Kind.CREDIT_MEMO].project(json.dumps(voided).encode()).voided
