"""Vendors."""

from typing import Any

from pydantic import ConfigDict

from service.api.schemas.parties import ADDRESS_EXAMPLE, PartyAnswer, PartyInput, answered
from service.api.schemas.records import BatchKeys, answer_example
from service.core import records as core

_EXAMPLE: dict[str, Any] = {
    "name": "Ash & Co",
    "company_name": "Ash and Company Ltd",
    "email": "billing@ash.example",
    "phone": "555-0100",
    "address": ADDRESS_EXAMPLE,
}


class VendorInput(PartyInput):
    """A vendor to write."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    def document(self) -> core.Vendor:
        """Return it as the core has it."""
        return core.Vendor(**self.party())


class VendorItem(BatchKeys, VendorInput):
    """A vendor in a batch."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": "ven-17", **_EXAMPLE}]})


class Vendor(PartyAnswer):
    """A vendor."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [answer_example("vendor", "ven-17", answered(_EXAMPLE))]}
    )
