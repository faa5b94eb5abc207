"""Eligibility: one small named rule per sentence of the FAQ, each with its code, reason and fix.

Rules say whether something may pass into the platform or into QuickBooks. All are evaluated for *explain*; a
sync goes by the first that does not pass.
"""

from service.core.rules.crossing import SYNCED_CURRENCY, not_into_platform, not_into_quickbooks
from service.core.rules.judge import (
    WAIT_FOR_FACTS,
    WAIT_FOR_LISTS,
    WAIT_FOR_MONEY,
    Judged,
    codes_depending_on,
    first_objection,
    judge_all,
)
from service.core.rules.rule import (
    PASS,
    RULES,
    Candidate,
    Gate,
    Rule,
    Standing,
    Verdict,
    hold,
    skip,
)
from service.core.rules.waiting import books_are_open, parents_are_linked

__all__ = [
    "PASS",
    "RULES",
    "SYNCED_CURRENCY",
    "WAIT_FOR_FACTS",
    "WAIT_FOR_LISTS",
    "WAIT_FOR_MONEY",
    "Candidate",
    "Gate",
    "Judged",
    "Rule",
    "Standing",
    "Verdict",
    "books_are_open",
    "codes_depending_on",
    "first_objection",
    "hold",
    "judge_all",
    "not_into_platform",
    "not_into_quickbooks",
    "parents_are_linked",
    "skip",
]
