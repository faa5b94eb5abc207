"""A rate is asked for by currency and day (QBO documented)."""

import pytest

from service.sandbox import Company
from tests.sandbox.conftest import Wire


@pytest.fixture
async def rates(wire: Wire) -> Wire:
    for day, rate in (("2026-11-01", 1.08), ("2026-11-10", 1.09)):
        await wire.create("ExchangeRate", {"SourceCurrencyCode": "EUR", "AsOfDate": day, "Rate": rate})
    return wire


@pytest.mark.parametrize(
    ("day", "rate"),
    [("2026-11-01", "1.08"), ("2026-11-09", "1.08"), ("2026-11-15", "1.09"), ("2026-10-01", "1")],
)
async def test_the_last_rate_before_a_day_holds(rates: Wire, day: str, rate: str) -> None:
    found = (await rates.get("/exchangerate", sourcecurrencycode="EUR", asofdate=day))["ExchangeRate"]

    assert str(found["Rate"]) == rate
    assert (found["SourceCurrencyCode"], found["TargetCurrencyCode"]) == ("EUR", "USD")


async def test_without_a_day_it_is_todays(rates: Wire, company: Company) -> None:
    before = company.meter.total_reads

    found = (await rates.get("/exchangerate", sourcecurrencycode="eur"))["ExchangeRate"]

    assert str(found["Rate"]) == "1.09"
    assert company.meter.total_reads == before + 1


@pytest.mark.parametrize(
    ("params", "code"),
    [({}, "2020"), ({"sourcecurrencycode": "EUR", "asofdate": "soon"}, "2110")],
)
async def test_what_can_not_be_understood_is_refused(wire: Wire, params: dict[str, str], code: str) -> None:
    answer = await wire.call("GET", "/exchangerate", params=params)

    assert answer.status_code == 400
    assert answer.json()["Fault"]["Error"][0]["code"] == code
