"""Vendors."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from service.api.schemas.fields import ONE_LINE, Email, Input, without
from service.api.schemas.records import BatchKeys, RecordAnswer, RecordInput, answer_example
from service.core import records as core

_EXAMPLE: dict[str, Any] = {
    "name": "Ash & Co",
    "company_name": "Ash and Company Ltd",
    "email": "billing@ash.example",
    "phone": "555-0100",
    "address": {"line1": "12 Elm Street", "city": "Springfield", "region": "IL", "postal_code": "62701"},
}
_AddressLine = Annotated[str, Field(max_length=500)] | None
_Place = Annotated[str, Field(max_length=255), ONE_LINE] | None
_Name = Annotated[str, Field(max_length=100), ONE_LINE] | None


class AddressInput(Input):
    """A postal address."""

    line1: _AddressLine = None
    line2: _AddressLine = None
    line3: _AddressLine = None
    line4: _AddressLine = None
    line5: _AddressLine = None
    city: _Place = None
    region: _Place = None
    postal_code: Annotated[str, Field(max_length=30), ONE_LINE] | None = None
    country: _Place = None

    def document(self) -> core.Address | None:
        """Return it as the core has it; an empty one is none."""
        address = core.Address(**self.model_dump())
        return address if address != core.Address() else None


class VendorInput(RecordInput):
    """A vendor to write."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    name: Annotated[str, Field(min_length=1, max_length=500), ONE_LINE, AfterValidator(without(":"))]
    company_name: _Name = None
    given_name: _Name = None
    family_name: _Name = None
    email: Email | None = None
    phone: Annotated[str, Field(max_length=30), ONE_LINE] | None = None
    account_number: Annotated[str, Field(max_length=100), ONE_LINE] | None = None
    address: AddressInput | None = None

    def document(self) -> core.Vendor:
        """Return it as the core has it."""
        return core.Vendor(
            name=self.name,
            company_name=self.company_name,
            given_name=self.given_name,
            family_name=self.family_name,
            email=self.email,
            phone=self.phone,
            account_number=self.account_number,
            address=self.address.document() if self.address else None,
        )


class VendorItem(BatchKeys, VendorInput):
    """A vendor in a batch."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": "ven-17", **_EXAMPLE}]})


class Address(BaseModel):
    """A postal address."""

    line1: str | None
    line2: str | None
    line3: str | None
    line4: str | None
    line5: str | None
    city: str | None
    region: str | None
    postal_code: str | None
    country: str | None


_ANSWER = answer_example(
    "vendor",
    "ven-17",
    {
        **_EXAMPLE,
        "given_name": None,
        "family_name": None,
        "account_number": None,
        "address": dict.fromkeys(core.Address.__struct_fields__) | _EXAMPLE["address"],
    },
)


class Vendor(RecordAnswer):
    """A vendor."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ANSWER]})

    name: str
    company_name: str | None
    given_name: str | None
    family_name: str | None
    email: str | None
    phone: str | None
    account_number: str | None
    address: Address | None
