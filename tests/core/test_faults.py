"""Every fault has one next step, and a text that a bookkeeper can use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.faults import RULES, Recovery, inactive_reference, sort_fault

NEXT_STEPS = {
    Recovery.RETRY: "10000 600",
    Recovery.WAIT: "3001",
    Recovery.REFRESH: "3200",
    Recovery.RECONNECT: "3100 120",
    Recovery.PAUSE: "130 140 150 6190",
    Recovery.RESET: "10200",
    Recovery.REREAD: "5010",
    Recovery.MATCH: "6240 6140",
    Recovery.SPLIT: "1040",
    Recovery.GONE: "610",
    Recovery.REJECT: (
        "620 800 2040 2050 2090 2140 2170 2210 2500 5020 5030 6000 6010 6080 6100 6150 6180 6200 6210"
        " 6220 6250 6280 6430 6450 6480 6540 6560"
    ),
    Recovery.BUG: "500 2010 2020 2030 2130 2300 4000 4001 4002 6070 10100",
}


@pytest.mark.parametrize(
    ("code", "recovery"),
    [(code, recovery) for recovery, codes in NEXT_STEPS.items() for code in codes.split()],
)
def test_each_documented_code_has_its_next_step(code: str, recovery: Recovery) -> None:
    assert sort_fault(code, http_status=400).recovery is recovery


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_texts_are_sentences_and_issue_codes_snake_case(rule) -> None:
    assert rule.issue.replace("_", "").isalpha()
    assert rule.issue == rule.issue.lower()
    assert rule.reason[0].isupper()
    assert rule.reason.endswith((".", "{detail}"))
    assert rule.fix.endswith(".")


def test_an_unknown_code_is_parked() -> None:
    rule = sort_fault("7777", http_status=400, detail="Something new.")

    assert rule.recovery is Recovery.PARK
    assert rule.code == "7777"
    assert "Something new." in rule.reason


def test_the_gateway_spells_codes_in_its_own_way() -> None:
    assert sort_fault("003001").code == "3001"
    assert sort_fault(3200).recovery is Recovery.REFRESH
    assert (
        sort_fault(None, message="message=ThrottleExceeded; errorCode=003001; statusCode=429").code == "3001"
    )


@pytest.mark.parametrize(
    ("status", "recovery"),
    [
        (401, Recovery.REFRESH),
        (403, Recovery.RECONNECT),
        (404, Recovery.BUG),
        (408, Recovery.RETRY),
        (429, Recovery.WAIT),
        (502, Recovery.RETRY),
        (418, Recovery.PARK),
        (None, Recovery.PARK),
    ],
)
def test_the_status_decides_where_the_code_says_nothing(status: int | None, recovery: Recovery) -> None:
    assert sort_fault("", http_status=status).recovery is recovery


def test_a_server_error_leaves_the_outcome_unknown_whatever_its_code() -> None:
    assert sort_fault("6000", http_status=500).recovery is Recovery.RETRY
    assert sort_fault("150", http_status=503).recovery is Recovery.PAUSE


def test_610_may_mean_the_target_or_what_it_refers_to() -> None:
    detail = "Object Not Found : Something you're trying to use has been made inactive."

    target = sort_fault("610", http_status=400, message="Object Not Found", detail=detail)
    create = sort_fault("610", http_status=400, detail=detail, has_target=False)
    deleted = sort_fault("610", http_status=400, detail="Another user has deleted this transaction.")

    assert (target.recovery, target.may_be_reference) == (Recovery.GONE, True)
    assert (create.recovery, create.issue) == (Recovery.REJECT, "inactive_reference")
    assert inactive_reference(detail).code == "610"
    assert not deleted.may_be_reference


def test_a_bookkeeper_reads_what_quickbooks_said_without_its_prefix() -> None:
    rule = sort_fault(
        "6000",
        http_status=400,
        message="A business validation error has occurred while processing your request",
        detail="Business Validation Error: You must set a {transaction}\n amount.",
    )

    assert rule.reason == "QuickBooks refused it: You must set a {transaction} amount."


def test_a_detail_of_null_falls_back_to_the_message() -> None:
    rule = sort_fault(
        "6240", message="Duplicate Name Exists Error", detail="The name supplied already exists. : null"
    )

    assert rule.reason.endswith("Duplicate Name Exists Error")


@given(
    code=st.none() | st.integers() | st.text(),
    status=st.none() | st.integers(),
    message=st.none() | st.text(),
    detail=st.none() | st.text(),
    has_target=st.booleans(),
)
def test_sorting_never_fails_and_keeps_texts_short(code, status, message, detail, has_target) -> None:
    rule = sort_fault(code, http_status=status, message=message, detail=detail, has_target=has_target)

    assert rule.recovery in Recovery
    assert len(rule.reason) < 500
