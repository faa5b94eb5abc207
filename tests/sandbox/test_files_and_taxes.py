"""Attachments with their contents, links to invoices, tax codes, e-mails."""

from typing import Any

import httpx
import pytest

from service.sandbox import Company, Sandbox
from service.sandbox.wire import decode, encode
from tests.sandbox.conftest import Clock, Ids, Wire

CONTENT = b"%PDF-1.4 a scanned bill"


async def uploaded(wire: Wire, metadata: Any, content: bytes = CONTENT) -> Any:
    files = {
        "file_metadata_01": ("meta.json", encode(metadata), "application/json"),
        "file_content_01": ("scan.pdf", content, "application/pdf"),
    }
    response = await wire.call("POST", "/upload", files=files)
    return decode(response.content)["AttachableResponse"][0]


async def test_a_files_content_can_be_fetched_for_a_while(
    wire: Wire, http: httpx.AsyncClient, ids: Ids, company: Company, clock: Clock
) -> None:
    bill = company.create("Bill", ids.bill(5))["Id"]
    target = {"AttachableRef": [{"EntityRef": {"type": "Bill", "value": bill}}]}

    made = (await uploaded(wire, target))["Attachable"]
    address = (await wire.call("GET", f"/download/{made['Id']}")).text
    file = await http.get(address.partition("8500")[2])
    clock.move(seconds=901)
    late = await http.get(address.partition("8500")[2])
    again = (await wire.get(f"/attachable/{made['Id']}"))["Attachable"]

    assert (made["FileName"], made["ContentType"], made["Size"]) == (
        "scan.pdf",
        "application/pdf",
        len(CONTENT),
    )
    assert made["FileAccessUri"].endswith(f"/download/{made['Id']}")
    assert (file.content, file.headers["content-type"]) == (CONTENT, "application/pdf")
    assert late.status_code == 403
    assert again["TempDownloadUri"] not in {made["TempDownloadUri"], address}


async def test_an_address_is_good_for_one_file(wire: Wire, http: httpx.AsyncClient) -> None:
    made = (await uploaded(wire, {}))["Attachable"]
    address = made["TempDownloadUri"].partition("8500")[2]

    assert (await http.get(address)).content == CONTENT
    assert (await http.get(address.replace("signature=", "signature=0"))).status_code == 403
    assert (await http.get(address.replace("until=", "until=x"))).status_code == 403


async def test_each_file_of_an_upload_has_its_own_answer(wire: Wire, company: Company) -> None:
    files = {
        "file_metadata_01": (
            "a.json",
            b'{"AttachableRef":[{"EntityRef":{"type":"Bill","value":"9"}}]}',
            "application/json",
        ),
        "file_content_01": ("a.txt", b"a", "text/plain"),
        "file_content_02": ("b.txt", b"b", "text/plain"),
    }

    response = await wire.call("POST", "/upload", files=files)
    first, second = decode(response.content)["AttachableResponse"]

    assert response.status_code == 200
    assert first["Fault"]["Error"][0]["code"] == "6000"
    assert second["Attachable"]["FileName"] == "b.txt"
    assert len(company.all("Attachable")) == 1


async def test_a_repeated_upload_makes_a_second_attachment(wire: Wire, company: Company) -> None:
    for _ in range(2):
        await uploaded(wire, {"FileName": "x.pdf"})

    assert len(company.all("Attachable")) == 2


async def test_attachments_without_a_file(wire: Wire, company: Company) -> None:
    note = await wire.create("Attachable", {"Note": "Call them"})

    refused = await wire.get(f"/download/{note['Id']}")
    absent = await wire.get("/download/999")

    assert refused["Fault"]["Error"][0]["code"] == "6000"
    assert absent["Fault"]["Error"][0]["code"] == "610"


@pytest.mark.parametrize("content", [b"{broken", b""])
async def test_uploads_that_are_refused(wire: Wire, content: bytes) -> None:
    files = (
        {"file_metadata_01": ("m.json", content, "application/json")} if content else {"other": ("o", b"x")}
    )

    response = await wire.call("POST", "/upload", files=files)

    assert response.status_code == 400
    assert response.json()["Fault"]["Error"][0]["code"] == ("2010" if content else "2020")


async def test_an_upload_has_a_largest_size(wire: Wire) -> None:
    answer = await wire.call("POST", "/upload", content=b"x" * (100 * 1024 * 1024 + 1))

    assert answer.json()["Fault"]["Error"][0]["code"] == "6000"


async def test_a_reset_forgets_the_files(wire: Wire, sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    address = (await uploaded(wire, {}))["Attachable"]["TempDownloadUri"].partition("8500")[2]

    sandbox.reset_company(wire.access.realm_id)

    assert (await http.get(address)).status_code == 403


async def test_invoices_have_a_link_on_request(wire: Wire, ids: Ids) -> None:
    invoice = await wire.create("Invoice", ids.invoice())

    plain = (await wire.get(f"/invoice/{invoice['Id']}"))["Invoice"]
    linked = (await wire.get(f"/invoice/{invoice['Id']}", include="invoiceLink"))["Invoice"]

    assert "InvoiceLink" not in plain
    assert linked["InvoiceLink"].endswith(f"/{invoice['Id']}")


async def test_tax_codes_are_made_by_the_tax_service_only(wire: Wire, company: Company) -> None:
    agency = await wire.create("TaxAgency", {"DisplayName": "Revenue"})
    rate = {
        "TaxRateName": "City",
        "RateValue": "4.5",
        "TaxAgencyId": agency["Id"],
        "TaxApplicableOn": "Sales",
    }

    made = await wire.post("/taxservice/taxcode", {"TaxCode": "City tax", "TaxRateDetails": [rate]})
    code = (await wire.get(f"/taxcode/{made['TaxCodeId']}"))["TaxCode"]
    rate_id = made["TaxRateDetails"][0]["TaxRateId"]
    known = await wire.query("select * from TaxRate where Id = 'X'".replace("X", rate_id))
    direct = await wire.code("/taxcode", {"Name": "By hand"})

    assert made["TaxCode"] == code["Name"] == "City tax"
    assert code["SalesTaxRateList"]["TaxRateDetail"][0]["TaxRateRef"]["value"] == known["TaxRate"][0]["Id"]
    assert known["TaxRate"][0]["AgencyRef"]["value"] == agency["Id"]
    assert direct == "500"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "2020"),
        ({"TaxCode": "A"}, "2020"),
        ({"TaxCode": "A", "TaxRateDetails": [{"TaxRateName": "R"}]}, "2020"),
        ({"TaxCode": "A", "TaxRateDetails": [{"TaxRateId": "9"}]}, "2500"),
        (
            {
                "TaxCode": "A",
                "TaxRateDetails": [{"TaxRateName": "R", "RateValue": "1", "TaxAgencyId": "9"}],
            },
            "2500",
        ),
        ({"TaxCode": "tax", "TaxRateDetails": [{"TaxRateId": "9"}]}, "6240"),
    ],
)
async def test_tax_codes_that_are_refused(wire: Wire, body: Any, code: str) -> None:
    assert await wire.code("/taxservice/taxcode", body) == code


async def test_a_form_can_be_sent_inside_a_batch(wire: Wire, ids: Ids) -> None:
    invoice = await wire.create("Invoice", ids.invoice())
    item = {
        "bId": "1",
        "operation": "send",
        "Invoice": {"Id": invoice["Id"], "BillEmail": {"Address": "guest@hotel.example"}},
    }

    (answer,) = (await wire.post("/batch", {"BatchItemRequest": [item]}))["BatchItemResponse"]

    assert answer["Invoice"]["EmailStatus"] == "EmailSent"
    assert answer["Invoice"]["DeliveryInfo"]["DeliveryType"] == "Email"


async def test_so_many_emails_a_day(wire: Wire, sandbox: Sandbox, ids: Ids, clock: Clock) -> None:
    sandbox.knobs.throttle, sandbox.knobs.emails_per_day = True, 2
    invoice = await wire.create("Invoice", ids.invoice())
    path, to = f"/invoice/{invoice['Id']}/send", {"sendTo": "guest@hotel.example"}

    today = [(await wire.call("POST", path, params=to)).status_code for _ in range(3)]
    clock.move(days=1)

    assert today == [200, 200, 429]
    assert (await wire.call("POST", path, params=to)).status_code == 200
