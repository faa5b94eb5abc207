"""Measures the sandbox with many transactions; run in a fresh process, so that the memory is its own."""

import asyncio
import datetime as dt
import random
import statistics
import sys
import time
from typing import Any

import httpx
import msgspec

from service.sandbox import Company, CompanyAccess, Knobs, Sandbox
from service.sandbox.generate import generate
from tests.bench.engine import memory_mb

PAGE = 1_000
CREATED = 2_000
VENDORS_PER_BILL = 10


class Reader:
    """Reads one company's bills page by page, through the application as a client would."""

    def __init__(self, http: httpx.AsyncClient, access: CompanyAccess, pages: int) -> None:
        self._http = http
        self._access = access
        self._pages = pages

    async def page_times(self) -> list[float]:
        """Read all pages; answer the CPU time of each in milliseconds, request and encoding included."""
        times = []
        for page in range(self._pages):
            began = time.process_time()
            text = f"select * from Bill orderby Id startposition {page * PAGE + 1} maxresults {PAGE}"  # noqa: S608
            response = await self._http.get(
                f"/v3/company/{self._access.realm_id}/query",
                params={"query": text},
                headers={
                    "Authorization": f"Bearer {self._access.access_token}",
                    "Accept": "application/json",
                },
            )
            times.append((time.process_time() - began) * 1_000)
            if response.content.count(b'"SyncToken"') != PAGE:
                raise SystemExit("a page isn't full")
        return times


async def measure(transactions: int) -> dict[str, Any]:
    """Generate a company and measure it."""
    sandbox = Sandbox(lambda: dt.datetime.now(dt.UTC), random.Random(1), Knobs(webhook_timers=False))
    access = sandbox.create_company()
    company = sandbox.company(access.realm_id)
    before, began = memory_mb(), time.process_time()
    generate(company, vendors=transactions // VENDORS_PER_BILL, bills=transactions)
    generated, held = time.process_time() - began, memory_mb() - before
    transport = httpx.ASGITransport(app=sandbox.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as http:
        reader = Reader(http, access, transactions // PAGE)
        ready = await reader.page_times()
        rename(company)
        renamed = await reader.page_times()
    return {
        "transactions": transactions,
        "memory_mb": round(held, 1),
        "generated_per_second": round(transactions / generated),
        "page_ms_median": round(statistics.median(ready), 2),
        "page_ms_max": round(max(ready), 2),
        "page_renamed_ms_median": round(statistics.median(renamed), 2),
        "page_renamed_ms_max": round(max(renamed), 2),
        "created_per_second": creation_rate(company),
    }


def rename(company: Company) -> None:
    """Rename a vendor: names are resolved when they are read, so its bills have to be written anew."""
    company.update("Vendor", {"Id": company.all("Vendor")[0]["Id"], "DisplayName": "Renamed"})


def creation_rate(company: Company) -> int:
    """Create bills through the engine; answer how many a second of CPU."""
    vendor = company.all("Vendor")[0]["Id"]
    expense = next(one["Id"] for one in company.all("Account") if one["AccountType"] == "Expense")
    kind = "AccountBasedExpenseLineDetail"
    line = {"Amount": 10, "DetailType": kind, kind: {"AccountRef": {"value": expense}}}
    began = time.process_time()
    for _ in range(CREATED):
        company.create("Bill", {"VendorRef": {"value": vendor}, "Line": [line]})
    return round(CREATED / (time.process_time() - began))


def main() -> None:
    """Measure and print JSON."""
    sys.stdout.write(msgspec.json.encode(asyncio.run(measure(int(sys.argv[1])))).decode())


if __name__ == "__main__":
    main()
