"""A difference is explained only by a reason that the API gives for it."""

from typing import Any

import pytest

from service.demo.calls import RefusedError
from service.demo.comparison import Difference, Standing
from service.demo.evidence import NEVER_READ, Reason, Verdict, judge
from service.demo.platform import Platform
from tests.demo.objects import Json, bill, bill_record, standing, vendor

DIFFERENT = (Difference("memo", None, "March"),)


class Answers(Platform):
    """Answers explain with what a test wants."""

    def __init__(self, answer: Json | RefusedError) -> None:
        self.answer = answer

    async def explain(self, kind: str, record: str) -> Json:
        return await self.explain_object(kind, record)

    async def explain_object(self, kind: str, quickbooks_id: str) -> Json:
        if isinstance(self.answer, RefusedError):
            raise self.answer
        return self.answer


async def reason(answer: Json | RefusedError, **fields: Any) -> Reason | None:
    """The reason that is found for something that does not agree."""
    given: dict[str, Any] = {"kind": "bill", "label": "Bill A-1", "record": None, "shown": None}
    judged = await judge(Answers(answer), [Standing(**given | fields, differences=DIFFERENT)])
    return judged.judged[0][1]


def explained(**fields: Any) -> Json:
    """An explanation."""
    return {"summary": "A summary.", "issues": [], "outcomes": [], "quickbooks": None, **fields}


async def test_a_held_record_has_the_reason_of_its_issue() -> None:
    answer = explained(
        issues=[{"code": "books_closed", "reason": "The books are closed."}],
        outcomes=[{"code": "number_missing", "reason": "Another time."}],
    )

    found = await reason(answer, record=standing(bill_record(), "held", "books_closed"))

    assert found == Reason("books_closed", "The books are closed.")


async def test_without_issue_or_outcome_the_summary_is_the_reason() -> None:
    found = await reason(explained(), record=standing(bill_record(), "skipped", "zero_amount"))

    assert found == Reason("zero_amount", "A summary.")


@pytest.mark.parametrize(
    ("state", "code"), [("agreed", None), ("agreed", "conflict_settled"), ("pending", "x"), ("held", None)]
)
async def test_what_is_called_agreed_has_no_excuse(state: str, code: str | None) -> None:
    answer = explained(issues=[{"code": code, "reason": "An old story."}])

    assert await reason(answer, record=standing(bill_record(), state, code)) is None


async def test_an_object_that_never_came_has_the_reason_of_its_counterpart() -> None:
    side = {"undecided": False, "code": "not_unpaid", "reason": "It was partly paid."}

    assert await reason(explained(quickbooks=side), shown=bill()) == Reason(
        "not_unpaid", "It was partly paid."
    )


@pytest.mark.parametrize(
    "side",
    [
        None,
        {"undecided": True, "code": "not_unpaid", "reason": "It was partly paid."},
        {"undecided": False, "code": None, "reason": None},
    ],
)
async def test_an_object_without_a_decision_has_no_reason(side: Json | None) -> None:
    assert await reason(explained(quickbooks=side), shown=bill()) is None


UNSEEN = RefusedError("GET x", 404, {"code": "quickbooks_object_not_found", "detail": "Never seen."})


async def test_a_paid_bill_that_no_sync_has_read_is_history() -> None:
    found = await reason(UNSEEN, shown=bill(Balance=0))

    assert found == Reason(NEVER_READ, "Bill A-1 is paid. Never seen.")


@pytest.mark.parametrize(("kind", "shown"), [("bill", bill()), ("vendor", vendor(Balance=0))])
async def test_anything_else_that_no_sync_has_read_has_no_reason(kind: str, shown: Json) -> None:
    assert await reason(UNSEEN, kind=kind, shown=shown) is None


async def test_an_explanation_that_fails_explains_nothing() -> None:
    with pytest.raises(RefusedError):
        await reason(RefusedError("GET x", 500, {"code": "internal_error"}), shown=bill(Balance=0))


def test_the_last_line_counts_everything_once() -> None:
    agreed, other = Standing("bill", "a", {}, {}), Standing("bill", "b", {}, None, DIFFERENT)
    verdict = Verdict(((agreed, None), (agreed, None), (other, Reason("held", "Why.")), (other, None)))

    assert verdict.last_line == "agreed: 2 records, explained: 1, unexplained: 1"
    assert verdict.reasons() == [("bill", "held", 1, "Why.")]
