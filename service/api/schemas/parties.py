"""What vendors and customers have in common: names and a postal address."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field

from service.api.schemas.fields import ONE_LINE, Email, Input, without
from service.api.schemas.records import RecordAnswer, RecordInput
from service.core import records as core

_AddressLine = Annotated[str, Field(max_length=500)] | None
_Place = Annotated[str, Field(max_length=255), ONE_LINE] | None
_Name = Annotated[str, Field(max_length=100), ONE_LINE] | None
ADDRESS_EXAMPLE = {"line1": "12 Elm Street", "city": "Springfield", "region": "IL", "postal_code": "62701"}


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


class PartyInput(RecordInput):
    """A vendor or customer to write."""

    name: Annotated[str, Field(min_length=1, max_length=500), ONE_LINE, AfterValidator(without(":"))]
    company_name: _Name = None
    given_name: _Name = None
    family_name: _Name = None
    email: Email | None = None
    phone: Annotated[str, Field(max_length=30), ONE_LINE] | None = None
    account_number: Annotated[str, Field(max_length=100), ONE_LINE] | None = None
    address: AddressInput | None = None

    def party(self) -> dict[str, Any]:
        """Return the fields that vendors and customers share, as the core has them."""
        return {
            "name": self.name,
            "company_name": self.company_name,
            "given_name": self.given_name,
            "family_name": self.family_name,
            "email": self.email,
            "phone": self.phone,
            "account_number": self.account_number,
            "address": self.address.document() if self.address else None,
        }


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


class PartyAnswer(RecordAnswer):
    """A vendor or customer."""

    name: str
    company_name: str | None
    given_name: str | None
    family_name: str | None
    email: str | None
    phone: str | None
    account_number: str | None
    address: Address | None


def answered(body: dict[str, Any]) -> dict[str, Any]:
    """Write the fields of an answer from the example of a body."""
    return {
        **body,
        "given_name": None,
        "family_name": None,
        "account_number": None,
        "address": dict.fromkeys(core.Address.__struct_fields__) | body["address"],
    }
