"""Each recorded exchange, sent again: the same status, headers, envelope, fields, types and values."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from service.sandbox.deviations import Deviations
from tests.contracts.recorded import payloads
from tests.contracts.recorded.compare import Difference, differences, shape
from tests.contracts.recorded.payloads import Exchange
from tests.contracts.recorded.stage import Stage
from tests.contracts.recorded.tolerated import TOLERATED

pytestmark = payloads.needed
FILES = payloads.names("interactions")
ALL = [one for name in FILES for one in payloads.exchanges(name)]
REPORTS = {
    "rec-qboapi-027#0": "its rows are the ledger of a company of which only some transactions were recorded",
}
"""Compared in envelope, columns and kinds of rows only, each for its reason."""
UNSUPPORTED = {"rec-qboapi-028#0": "the sandbox splits no report by customers, and says so with fault 5030"}
"""What QuickBooks answers and the sandbox refuses."""
COMPARED = [one.label for one in ALL if one.label not in {*REPORTS, *UNSUPPORTED}]


@dataclass
class Replay:
    """One exchange, and what the sandbox answered."""

    exchange: Exchange
    response: httpx.Response
    body: Any

    @property
    def differences(self) -> list[Difference]:
        """All of them, tolerated ones included."""
        return list(differences(self.body, self.exchange.body))


@pytest.fixture(scope="module")
def replays(deviations: Deviations) -> dict[str, Replay]:
    """Every exchange of every file, each file in a company of its own."""
    done: dict[str, Replay] = {}
    for name in FILES:
        exchanges = payloads.exchanges(name)
        stage = Stage(exchanges, deviations)
        for one in exchanges:
            response = stage.replay(one)
            done[one.label] = Replay(one, response, stage.answer(response))
    return done


@pytest.mark.parametrize("label", [one.label for one in ALL if one.label not in UNSUPPORTED])
def test_status_and_headers_agree(replays: dict[str, Replay], label: str) -> None:
    replay = replays[label]
    recorded, ours = replay.exchange.headers, replay.response.headers

    assert replay.response.status_code == replay.exchange.status
    for name in ("content-type", "www-authenticate", "cache-control"):
        if name in recorded:
            assert _plain(ours[name]) == _plain(recorded[name])
    assert "intuit_tid" in ours
    assert ("qbo-version" in recorded) <= ("qbo-version" in ours)


def _plain(value: str) -> str:
    return value.replace(" ", "").lower()


@pytest.mark.parametrize("label", COMPARED)
def test_fields_types_and_values_agree(replays: dict[str, Replay], label: str) -> None:
    replay = replays[label]

    untold = [
        str(one)
        for one in replay.differences
        if not any(entry.covers(replay.exchange, one) for entry in TOLERATED)
    ]

    assert untold == []


@pytest.mark.parametrize("label", [label for label in REPORTS if FILES])
def test_reports_have_the_recorded_form(replays: dict[str, Replay], label: str) -> None:
    ours, recorded = replays[label].body, replays[label].exchange.body

    assert list(ours) == list(recorded)
    assert ours["Header"]["ReportName"] == recorded["Header"]["ReportName"]
    assert shape(ours["Columns"]) == shape(recorded["Columns"])
    assert _titles(ours) == _titles(recorded)
    assert set(_kinds_of_rows(ours)) <= set(_kinds_of_rows(recorded)) | {ROW_OF_DATA}


def _titles(report: Any) -> list[str]:
    return [column["ColTitle"] for column in report["Columns"]["Column"]]


@pytest.mark.parametrize("label", [label for label in UNSUPPORTED if FILES])
def test_what_is_unsupported_is_refused_by_its_code(replays: dict[str, Replay], label: str) -> None:
    assert replays[label].body["Fault"]["Error"][0]["code"] == "5030"


ROW_OF_DATA = ("ColData", "type")


def _kinds_of_rows(report: Any) -> Iterator[tuple[str, ...]]:
    for row in report.get("Rows", {}).get("Row", ()):
        yield tuple(sorted(row))
        yield from _kinds_of_rows(row)


def test_no_tolerance_is_left_over(replays: dict[str, Replay]) -> None:
    unused = [
        f"{entry.path} {entry.what} {entry.only}"
        for entry in TOLERATED
        if not any(entry.covers(one.exchange, each) for one in replays.values() for each in one.differences)
    ]

    assert unused == []


def test_every_exchange_was_sent_again(
    replays: dict[str, Replay], capsys: pytest.CaptureFixture[str]
) -> None:
    partly = f"{len(REPORTS)} by its form, {len(UNSUPPORTED)} unsupported"
    counted = f"{len(COMPARED)} exchanges whole, {partly}, {len(TOLERATED)} tolerances"
    with capsys.disabled():
        sys.stdout.write(f" [{counted}] ")

    assert len(replays) == len(ALL)
    assert len(FILES) >= 33
