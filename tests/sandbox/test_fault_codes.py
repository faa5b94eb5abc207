"""Every documented code can be had by a rule, in the dialect and with the status of whoever refuses."""

import pytest

from service.sandbox import FaultRule, Sandbox
from service.sandbox.fault_table import KNOWN
from tests.sandbox.conftest import Wire

SECTION_SEVEN = (
    *("120", "130", "140", "150", "500", "600", "610", "620", "800", "1040", "2010", "2020", "2030", "2040"),
    *("2050", "2090", "2130", "2140", "2170", "2300", "2500", "4000", "4001", "4002", "5010", "5020", "5030"),
    *("6000", "6070", "6140", "6190", "6200", "6210", "6220", "6240", "6280", "6430", "6450", "6480", "6540"),
    *("10000", "10100", "10200"),
)


@pytest.mark.parametrize("code", SECTION_SEVEN)
async def test_each_code_by_name(wire: Wire, sandbox: Sandbox, code: str) -> None:
    sandbox.faults.add(FaultRule(action="fault", code=code))

    response = await wire.call("GET", "/preferences")
    (error,) = response.json()["Fault"]["Error"]

    status, kind, message, _ = KNOWN[code]
    assert (response.status_code, response.json()["Fault"]["type"]) == (status, kind)
    assert (error["code"], error["Message"]) == (code, message)
    assert error["Detail"]


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [("3200", 401, "AUTHENTICATION"), ("3100", 403, "SERVICE"), ("3001", 429, "SERVICE")],
)
async def test_the_gateways_codes_come_in_its_dialect(
    wire: Wire, sandbox: Sandbox, code: str, status: int, kind: str
) -> None:
    sandbox.faults.add(FaultRule(action="fault", code=code))

    response = await wire.call("GET", "/preferences")
    answer = response.json()

    assert response.status_code == status
    assert (answer["fault"]["error"][0]["code"], answer["fault"]["type"]) == (code, kind)
    assert isinstance(answer["time"], int)


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_the_status_of_a_lost_permission(wire: Wire, sandbox: Sandbox, status: int) -> None:
    sandbox.knobs.status_of_120 = status  # type: ignore[assignment]
    sandbox.faults.add(FaultRule(action="fault", code="120"))

    response = await wire.call("GET", "/preferences")

    assert response.status_code == status
    assert "-11014-" in response.json()["Fault"]["Error"][0]["Detail"]


@pytest.mark.parametrize("status", [429, 403])
async def test_the_status_of_a_throttle(wire: Wire, sandbox: Sandbox, status: int) -> None:
    sandbox.knobs.throttle_status = status  # type: ignore[assignment]
    sandbox.faults.add(FaultRule(action="throttle"))

    response = await wire.call("GET", "/preferences")

    assert response.status_code == status
    assert response.json()["fault"]["error"][0]["code"] == "3001"


async def test_an_unknown_code_is_a_system_fault(wire: Wire, sandbox: Sandbox) -> None:
    sandbox.faults.add(FaultRule(action="fault", code="424242"))

    answer = await wire.get("/preferences")

    assert answer["Fault"]["type"] == "SystemFault"
