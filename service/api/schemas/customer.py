"""Customers, and the customers below them."""

from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field

from service.api.schemas.fields import Id
from service.api.schemas.parties import ADDRESS_EXAMPLE, PartyAnswer, PartyInput, answered
from service.api.schemas.records import KEYS, READ_ONLY, BatchKeys, answer_example
from service.core import records as core

_EXAMPLE: dict[str, Any] = {
    "name": "Birch Bakery",
    "company_name": "Birch Bakery LLC",
    "email": "orders@birch.example",
    "phone": "555-0140",
    "address": ADDRESS_EXAMPLE,
}


class CustomerInput(PartyInput):
    """A customer to write; projects are made in QuickBooks."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})
    read_only: ClassVar[frozenset[str]] = READ_ONLY | {"project"}

    parent: Annotated[Id, Field(description="The customer that it is part of.")] | None = None

    def document(self) -> core.Customer:
        """Return it as the core has it."""
        return core.Customer(**self.party(), parent=self.parent)


class CustomerItem(BatchKeys, CustomerInput):
    """A customer in a batch; its parent may be in the same batch."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": "cus-3", **_EXAMPLE}]})
    read_only: ClassVar[frozenset[str]] = CustomerInput.read_only - KEYS


_ANSWER = answer_example("customer", "cus-3", {**answered(_EXAMPLE), "parent": None, "project": False})


class Customer(PartyAnswer):
    """A customer."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ANSWER]})

    parent: str | None
    project: bool = Field(description="True: one of QuickBooks' projects, which only QuickBooks changes.")
