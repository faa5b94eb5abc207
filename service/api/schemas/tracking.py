"""Classes and locations: the two ways in which QuickBooks sorts what companies earn and spend."""

from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field

from service.api.schemas.fields import ONE_LINE, Id, without
from service.api.schemas.records import BatchKeys, RecordAnswer, RecordInput, answer_example
from service.core import records as core

_Name = Annotated[str, Field(min_length=1, max_length=100), ONE_LINE, AfterValidator(without(":"))]
_CLASS: dict[str, Any] = {"name": "Retail"}
_LOCATION: dict[str, Any] = {"name": "Springfield"}


class AccountingClassInput(RecordInput):
    """A class to write."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CLASS]})

    name: _Name
    parent: Annotated[Id, Field(description="The class that it is part of.")] | None = None

    def document(self) -> core.AccountingClass:
        """Return it as the core has it."""
        return core.AccountingClass(name=self.name, parent=self.parent)


class AccountingClassItem(BatchKeys, AccountingClassInput):
    """A class in a batch; its parent may be in the same batch."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": "class-retail", **_CLASS}]})


class AccountingClass(RecordAnswer):
    """A class."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [answer_example("accounting_class", "class-retail", {**_CLASS, "parent": None})]
        }
    )

    name: str
    parent: str | None


class LocationInput(RecordInput):
    """A location to write; QuickBooks' API calls it a department."""

    model_config = ConfigDict(json_schema_extra={"examples": [_LOCATION]})

    name: _Name
    parent: Annotated[Id, Field(description="The location that it is part of.")] | None = None

    def document(self) -> core.Location:
        """Return it as the core has it."""
        return core.Location(name=self.name, parent=self.parent)


class LocationItem(BatchKeys, LocationInput):
    """A location in a batch; its parent may be in the same batch."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": "loc-springfield", **_LOCATION}]})


class Location(RecordAnswer):
    """A location."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [answer_example("location", "loc-springfield", {**_LOCATION, "parent": None})]
        }
    )

    name: str
    parent: str | None
