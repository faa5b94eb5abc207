"""A sandbox on a clock that stands still, one company in it, and a client that speaks its wire in process."""

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from service.sandbox import Company, CompanyAccess, Knobs, Sandbox
from service.sandbox.deviations import Deviations
from service.sandbox.wire import decode
from tests.contracts.deviations.switch import deviations

__all__ = ["deviations"]


@dataclass
class Clock:
    """Aware UTC; moves only when told to."""

    at: datetime = field(default_factory=lambda: datetime(2026, 11, 20, 18, 30, 15, 123456, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


class Wire:
    """Calls one company as an application does."""

    def __init__(self, http: httpx.AsyncClient, access: CompanyAccess) -> None:
        self.http = http
        self.access = access

    @property
    def root(self) -> str:
        return f"/v3/company/{self.access.realm_id}"

    async def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.access.access_token}", **options.pop("headers", {})}
        return await self.http.request(method, self.root + path, headers=headers, **options)

    async def get(self, path: str, **params: str) -> Any:
        return decode((await self.call("GET", path, params=params)).content)

    async def post(self, path: str, body: Any, **params: str) -> Any:
        return decode((await self.call("POST", path, json=body, params=params)).content)

    async def query(self, text: str) -> Any:
        answer = await self.get("/query", query=text)
        return answer.get("QueryResponse", answer)

    async def create(self, entity: str, body: Any, **params: str) -> Any:
        answer = await self.post(f"/{entity.lower()}", body, **params)
        assert entity in answer, answer
        return answer[entity]

    async def code(self, path: str, body: Any, **params: str) -> str:
        """Post something that is refused; answer the fault's code."""
        response = await self.call("POST", path, json=body, params=params)
        assert response.status_code == 400, response.text
        return str(response.json()["Fault"]["Error"][0]["code"])


class Ids:
    """The ids that bodies need, of a fresh company."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.bank = self.account("Checking")
        self.card = self.account("Company Card")
        self.payable = self.account("Accounts Payable (A/P)")
        self.receivable = self.account("Accounts Receivable (A/R)")
        self.expense = self.account("Office Expenses")
        self.item = company.all("Item")[0]["Id"]
        self.vendor = company.create("Vendor", {"DisplayName": "Pine & Sons"})["Id"]
        self.customer = company.create("Customer", {"DisplayName": "Harbor Hotel"})["Id"]

    def account(self, name: str) -> str:
        return str(next(one["Id"] for one in self.company.all("Account") if one["Name"] == name))

    def line(self, amount: Any, **more: Any) -> dict[str, Any]:
        detail = {"AccountRef": {"value": self.expense}}
        kind = "AccountBasedExpenseLineDetail"
        return {"DetailType": kind, "Amount": amount, kind: detail, **more}

    def bill(self, amount: Any = 150, **more: Any) -> dict[str, Any]:
        return {"VendorRef": {"value": self.vendor}, "Line": [self.line(amount)], **more}

    def payment(self, total: Any, *applied: tuple[str, str, Any], **more: Any) -> dict[str, Any]:
        lines = [
            {"Amount": amount, "LinkedTxn": [{"TxnId": txn, "TxnType": kind}]}
            for kind, txn, amount in applied
        ]
        return {
            "VendorRef": {"value": self.vendor},
            "PayType": "Check",
            "CheckPayment": {"BankAccountRef": {"value": self.bank}},
            "TotalAmt": total,
            "Line": lines,
            **more,
        }

    def invoice(self, amount: Any = 100, **more: Any) -> dict[str, Any]:
        detail = {"ItemRef": {"value": self.item}}
        line = {"DetailType": "SalesItemLineDetail", "Amount": amount, "SalesItemLineDetail": detail}
        return {"CustomerRef": {"value": self.customer}, "Line": [line], **more}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock, deviations: Deviations) -> Sandbox:
    knobs = Knobs(access_lifetime=timedelta(days=400))
    return Sandbox(clock, random.Random(7), knobs, deviations=deviations)


@pytest.fixture
def access(sandbox: Sandbox) -> CompanyAccess:
    return sandbox.create_company(name="Contoso Workshop")


@pytest.fixture
def company(sandbox: Sandbox, access: CompanyAccess) -> Company:
    return sandbox.company(access.realm_id)


@pytest.fixture
def ids(company: Company) -> Ids:
    return Ids(company)


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=sandbox.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as client:
        yield client


@pytest.fixture
def wire(http: httpx.AsyncClient, access: CompanyAccess) -> Wire:
    return Wire(http, access)


def balance(company: Company, entity: str, object_id: str) -> Decimal:
    """Answer the balance that QuickBooks shows."""
    shown = company.read(entity, object_id)
    assert shown is not None
    return Decimal(shown["CurrentBalance" if entity == "Account" else "Balance"])
