"""TaxService: the only way in which the API makes tax codes and their rates (QBO documented)."""

from typing import Any

from service.sandbox import engine, errors
from service.sandbox.books import Books
from service.sandbox.entities import ENTITIES
from service.sandbox.stored import Stored
from service.sandbox.wire import Doc, encode

NEEDED = ("TaxRateName", "RateValue", "TaxAgencyId")


def create_tax_code(books: Books, body: Doc) -> bytes:
    """Create a tax code with its rates; answer the content of the envelope, without braces.

    Raises:
        SandboxFault: 2020 without a name or rates, 6240 for a name in use, 2500 for an unknown agency.
    """
    name, rates = body.get("TaxCode"), body.get("TaxRateDetails")
    if not name:
        raise errors.missing("TaxCode")
    if not isinstance(rates, list) or not rates:
        raise errors.missing("TaxRateDetails")
    if any(one.name.casefold() == str(name).casefold() for one in books.shelves["TaxCode"]):
        raise errors.duplicate_name(shared=False)
    checked = [_checked(books, one) for one in rates]
    listed = [_place_rate(books, one) for one in checked]
    details = [
        {"TaxRateRef": {"value": one["TaxRateId"]}, "TaxTypeApplicable": "TaxOnAmount", "TaxOrder": 0}
        for one in listed
    ]
    code: Doc = {
        "Name": str(name),
        "Description": str(name),
        "Active": True,
        "Taxable": True,
        "TaxGroup": True,
    }
    side = "PurchaseTaxRateList" if _for_purchases(listed) else "SalesTaxRateList"
    code[side] = {"TaxRateDetail": details}
    stored = _place(books, "TaxCode", code)
    answer = encode({"TaxCode": str(name), "TaxCodeId": stored.id, "TaxRateDetails": listed})
    return answer[1:-1]


def _for_purchases(rates: list[Doc]) -> bool:
    return all(str(one.get("TaxApplicableOn", "Sales")) == "Purchase" for one in rates)


def _checked(books: Books, rate: Any) -> Doc:
    if not isinstance(rate, dict):
        raise errors.unknown_property("TaxRateDetails", "TaxService", NEEDED)
    if rate.get("TaxRateId"):
        known = books.find("TaxRate", str(rate["TaxRateId"]))
        if known is None:
            raise errors.bad_reference("TaxRate", rate["TaxRateId"])
        return {**known.doc(), "TaxRateId": known.id}
    for name in NEEDED:
        if rate.get(name) in (None, ""):
            raise errors.missing(f"TaxRateDetails.{name}")
    if books.find("TaxAgency", str(rate["TaxAgencyId"])) is None:
        raise errors.bad_reference("TaxAgency", rate["TaxAgencyId"])
    return rate


def _place_rate(books: Books, rate: Doc) -> Doc:
    if rate.get("TaxRateId"):
        return {
            "TaxRateId": rate["TaxRateId"],
            "TaxRateName": rate.get("Name"),
            "RateValue": rate.get("RateValue"),
        }
    doc = {
        "Name": str(rate["TaxRateName"]),
        "Description": str(rate["TaxRateName"]),
        "Active": True,
        "RateValue": rate["RateValue"],
        "AgencyRef": {"value": str(rate["TaxAgencyId"])},
    }
    stored = _place(books, "TaxRate", doc)
    return {**rate, "TaxRateId": stored.id}


def _place(books: Books, entity: str, doc: Doc) -> Stored:
    declared = ENTITIES[entity]
    stored = Stored(declared, books.next_id(declared), encode(doc), int(books.now().timestamp()))
    stored.name = str(doc["Name"])
    stored.columns = engine.columns(declared, doc)
    books.shelves[entity].add(stored)
    return stored
