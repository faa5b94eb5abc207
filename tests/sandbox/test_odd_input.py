"""What no careful client sends is refused with a fault, or does no harm; never does the sandbox fall over."""

from typing import Any

import httpx
import pytest

from service.sandbox import Company, CompanyAccess
from tests.sandbox.conftest import Ids, Wire

DEEP = b"[" * 5000


@pytest.mark.parametrize("items", [[None], [1], ["x"], [[]]])
@pytest.mark.parametrize("params", [{}, {"requestid": "r"}], ids=["plain", "requestid"])
async def test_items_of_a_batch_are_objects(wire: Wire, items: list[Any], params: dict[str, str]) -> None:
    assert await wire.code("/batch", {"BatchItemRequest": items}, **params) == "2010"


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ({"CDCQuery": None}, "2010"),
        ({"CDCQuery": "Bill"}, "2010"),
        ({"operation": 1, "Bill": {}}, "500"),
        ({"operation": "send", "Bill": {"Id": "1", "BillEmail": "a@b.example"}}, "500"),
        ({"operation": "send", "Invoice": {"Id": "1", "BillEmail": []}}, "610"),
    ],
)
async def test_an_odd_item_is_refused_and_the_others_are_not(
    wire: Wire, item: dict[str, Any], code: str
) -> None:
    plain = {"bId": "2", "operation": "create", "Vendor": {"DisplayName": "Fine"}}

    answer = await wire.post("/batch", {"BatchItemRequest": [item, plain]})

    first, second = answer["BatchItemResponse"]
    assert first["Fault"]["Error"][0]["code"] == code
    assert second["Vendor"]["DisplayName"] == "Fine"


@pytest.mark.parametrize("sparse", [[], {}, ["true"], {"value": True}, "no", 0])
async def test_a_sparse_that_is_no_yes_means_a_full_update(wire: Wire, ids: Ids, sparse: Any) -> None:
    bill = await wire.create("Bill", ids.bill(PrivateNote="gone after a full update"))

    changed = await wire.create("Bill", {**ids.bill(), "Id": bill["Id"], "SyncToken": "0", "sparse": sparse})

    assert "PrivateNote" not in changed


@pytest.mark.parametrize("path", ["/batch", "/bill", "/taxservice/taxcode"])
async def test_json_nested_too_deeply_is_no_json(wire: Wire, path: str) -> None:
    response = await wire.call("POST", path, content=DEEP)

    assert (response.status_code, response.json()["Fault"]["Error"][0]["code"]) == (400, "2010")


@pytest.mark.parametrize("total", ["x", "NaN", "Infinity", {}, [], "1e999999"])
async def test_a_tax_that_is_no_amount_is_refused(wire: Wire, ids: Ids, total: Any) -> None:
    assert await wire.code("/invoice", ids.invoice(TxnTaxDetail={"TotalTax": total})) == "2140"


async def test_an_amount_that_comes_to_more_than_can_be_written_is_refused(wire: Wire, ids: Ids) -> None:
    detail = {"ItemRef": {"value": ids.item}, "Qty": 10**14, "UnitPrice": 10**14}
    line = {"DetailType": "SalesItemLineDetail", "Amount": 1, "SalesItemLineDetail": detail}
    discount = {"PercentBased": True, "DiscountPercent": 10**14}
    less = {"DetailType": "DiscountLineDetail", "DiscountLineDetail": discount}

    refused = await wire.code("/invoice", ids.invoice(Line=[{**line, "Amount": 10**14}, less]))

    assert refused in {"2140", "6070"}


async def test_the_facts_of_a_company_stay_readable(wire: Wire, ids: Ids, access: CompanyAccess) -> None:
    known = (await wire.get(f"/companyinfo/{access.realm_id}"))["CompanyInfo"]
    body = {"Id": "1", "SyncToken": known["SyncToken"], "sparse": True}

    assert await wire.code("/companyinfo", {**body, "NameValue": ["x"]}) == "2010"
    assert await wire.code("/companyinfo", {**body, "NameValue": "x"}) == "2010"

    assert (await wire.create("Bill", ids.bill()))["TotalAmt"] == 150


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"SalesFormsPrefs": "x"}, "2010"),
        ({"OtherPrefs": {"NameValue": ["x"]}}, "2010"),
        ({"OtherPrefs": {"NameValue": {"Name": "x"}}}, "2010"),
        ({"AccountingInfoPrefs": {"BookCloseDate": "5"}}, "2110"),
    ],
)
async def test_preferences_keep_their_form(
    wire: Wire, company: Company, changes: dict[str, Any], code: str
) -> None:
    body = {"Id": "1", "SyncToken": "0", "sparse": True, **changes}
    before = company.read("Preferences", "1")

    assert await wire.code("/preferences", body) == code

    assert company.read("Preferences", "1") == before


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("Balance > 'NaN'", "4001"),
        ("Balance in ('sNaN')", "4001"),
        ("Balance = '-Infinity'", "4001"),
        ("Balance > '1e999999'", None),
        ("MetaData.LastUpdatedTime >= ' '", None),
    ],
)
async def test_odd_values_in_conditions(wire: Wire, ids: Ids, condition: str, code: str | None) -> None:
    await wire.create("Bill", ids.bill())

    answer = await wire.query(f"select * from Bill where {condition}")  # noqa: S608

    assert answer == {} if code is None else answer["Fault"]["Error"][0]["code"] == code


@pytest.mark.parametrize("content", [b"\xff\xfe", b"grant_type=refresh_token&refresh_token=%ff", DEEP])
@pytest.mark.parametrize("secret", ["Basic \u00e9", "Basic x", ""])
async def test_odd_requests_for_tokens_are_refused(
    http: httpx.AsyncClient, content: bytes, secret: str
) -> None:
    headers = {"Authorization": secret.encode("latin-1")}

    tokens = await http.post("/oauth2/v1/tokens/bearer", content=content, headers=headers)
    revoked = await http.post("/v2/oauth2/tokens/revoke", content=content, headers=headers)

    assert (tokens.status_code, tokens.json()["error"]) == (401, "invalid_client")
    assert revoked.status_code == 401


@pytest.mark.parametrize(
    "metadata", ["null", "true", "[]", '{"AttachableRef": [1]}', '{"AttachableRef": "x"}']
)
async def test_odd_metadata_of_a_file_is_refused(wire: Wire, metadata: str) -> None:
    files = {
        "file_metadata_01": (None, metadata.encode(), "application/json"),
        "file_content_01": ("a.pdf", b"x", "application/pdf"),
    }

    answer = (await wire.call("POST", "/upload", files=files)).json()

    assert answer["AttachableResponse"][0]["Fault"]["Error"][0]["code"] == "2010"


@pytest.mark.parametrize("amount", ["x", "NaN", {}])
async def test_odd_cash_back_is_refused(wire: Wire, ids: Ids, amount: Any) -> None:
    kind = "DepositLineDetail"
    line = {"Amount": 20, "DetailType": kind, kind: {"AccountRef": {"value": ids.expense}}}
    kept = {"AccountRef": {"value": ids.bank}, "Amount": amount}
    body = {"DepositToAccountRef": {"value": ids.bank}, "Line": [line], "CashBack": kept}

    assert await wire.code("/deposit", body) == "2140"


async def test_odd_tax_rates_are_refused(wire: Wire) -> None:
    assert await wire.code("/taxservice/taxcode", {"TaxCode": "T", "TaxRateDetails": [1]}) == "2010"


@pytest.mark.parametrize(
    "params", [{"num_periods": "9" * 400}, {"num_periods": "²"}, {"aging_period": "9999"}]
)
async def test_endless_spans_of_a_report_are_refused(wire: Wire, params: dict[str, str]) -> None:
    answer = await wire.get("/reports/AgedPayables", **params)

    assert answer["Fault"]["Error"][0]["code"] == "2090"
