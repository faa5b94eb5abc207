"""Companies, and their connections to QuickBooks."""

import datetime as dt
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool

from service.api.schemas.fields import ONE_LINE, Day, Input, fault
from service.core.policy import AccountProfile
from service.store.companies import StoredCompany


class CompanyInput(Input):
    """A company to write."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Oak Bakery", "signed_up_on": "2024-05-01"}]}
    )
    read_only: ClassVar[frozenset[str]] = frozenset(
        {"id", "account_profile", "archived", "created_at", "updated_at"}
    )

    name: Annotated[str, Field(min_length=1, max_length=500), ONE_LINE]
    signed_up_on: Day
    accountant_console: StrictBool = False


class Company(BaseModel):
    """A company."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "oak",
                    "name": "Oak Bakery",
                    "signed_up_on": "2024-05-01",
                    "accountant_console": False,
                    "account_profile": "two_way_payments",
                    "archived": False,
                    "created_at": "2026-03-02T09:00:00Z",
                    "updated_at": "2026-03-02T09:00:00Z",
                }
            ]
        }
    )

    id: str
    name: str
    signed_up_on: dt.date
    accountant_console: bool
    account_profile: AccountProfile = Field(
        description="Follows from the sign-up date and the accountant console."
    )
    archived: bool
    created_at: dt.datetime
    updated_at: dt.datetime


def present_company(stored: StoredCompany) -> dict[str, Any]:
    """Answer a company."""
    return {
        "id": stored.id,
        "name": stored.name,
        "signed_up_on": stored.signed_up_on,
        "accountant_console": stored.accountant_console,
        "account_profile": stored.account_profile.value,
        "archived": stored.archived,
        "created_at": stored.created_at,
        "updated_at": stored.updated_at,
    }


def _absolute(value: str) -> str:
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and parts.hostname and not parts.username
    except ValueError:
        good = False
    if not good or not value.isascii() or any(each.isspace() or each < " " for each in value):
        raise fault("invalid_url", "It must be an absolute http or https address")
    return value


class ConnectInput(Input):
    """Where the browser goes when QuickBooks has answered."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"return_to": "https://platform.example/settings/sync"}]}
    )

    return_to: Annotated[str, AfterValidator(_absolute), Field(max_length=2000)]


class ConnectAnswer(BaseModel):
    """Where to send the browser, and until when."""

    authorize_url: str
    expires_at: dt.datetime


class Connection(BaseModel):
    """How a company stands with QuickBooks."""

    state: Literal["none", "pending", "connected", "reauthorize", "disconnected"]
    reason: str | None
    realm_id: str | None
    company_name: str | None = Field(description="What the company is called in QuickBooks.")
    connected_at: dt.datetime | None
    expires_at: dt.datetime | None = Field(description="When the grant ends unless it is renewed.")
