"""Asks the rules: the first that objects, or all of them; and what depends on what."""

from collections.abc import Iterable

from msgspec import Struct

from service.core.directions import FOLLOW_TRANSACTIONS, PAYMENT_PREFERENCES
from service.core.records import ORDER, SEEN, Kind
from service.core.rules import balances, crossing, waiting
from service.core.rules.crossing import DIRECTIONS
from service.core.rules.rule import PASS, RULES, Candidate, Gate, Rule, Verdict

_ASKED = [each.__name__ for each in (crossing, waiting, balances)]
"""What skips is asked before what holds, and balances last."""
RULES.sort(key=lambda each: _ASKED.index(each.judge.__module__))

WAIT_FOR_MONEY = (
    *("credit_waits_for_bill", "credit_used_in_quickbooks"),
    *("paid_document_deleted", "paid_twice"),
)
"""Codes of payments that may go when a bill, a credit or another payment has moved."""
WAIT_FOR_FACTS = ("books_closed", "feature_off", "number_set_by_quickbooks")
"""Codes of what may go when the company's settings in QuickBooks change."""
WAIT_FOR_LISTS = ("inactive_reference", "item_deleted", "payment_account")
"""Codes of what may go when an entry of a list was made active again, or changed."""


class Judged(Struct, frozen=True):
    """A rule's verdict on one candidate."""

    code: str
    gates: Gate
    sentence: str
    verdict: Verdict


def _rules_for(kind: Kind, gate: Gate) -> tuple[Rule, ...]:
    return tuple(each for each in RULES if each.gates & gate and kind in each.applies_to)


_BY_GATE = {
    (kind, gate): _rules_for(kind, gate)
    for kind in SEEN
    for gate in (Gate.INTO_PLATFORM, Gate.INTO_QUICKBOOKS)
}


def first_objection(candidate: Candidate, gate: Gate) -> tuple[str, Verdict] | None:
    """Return the first rule that doesn't let the candidate through this gate."""
    for each in _BY_GATE[candidate.kind, gate]:
        verdict = each.judge(candidate)
        if verdict is not PASS:
            return each.code, verdict
    return None


def judge_all(candidate: Candidate, gate: Gate) -> list[Judged]:
    """Evaluate every rule of this gate, for *explain*."""
    return [
        Judged(each.code, each.gates, each.sentence, each.judge(candidate))
        for each in _BY_GATE[candidate.kind, gate]
    ]


_DECIDED: dict[str, frozenset[str]] = {
    "changed_in_quickbooks": frozenset(DIRECTIONS),
    "removed_in_quickbooks": frozenset(DIRECTIONS),
    "both_changed": frozenset({"conflict"}),
}
"""Codes of `core.decide` that no rule gives, and the preferences that they depend on."""


def codes_depending_on(names: Iterable[str]) -> dict[str, frozenset[Kind]]:
    """Return the codes, and of which kinds, whose verdict may change when these preferences or facts do."""
    found: dict[str, frozenset[Kind]] = {}
    for name in names:
        kinds = _KINDS_OF.get(name, frozenset(ORDER))
        by_rule = ((each.code, each.applies_to) for each in RULES if name in each.depends_on)
        decided = ((code, frozenset(ORDER)) for code, needed in _DECIDED.items() if name in needed)
        for code, applies_to in (*by_rule, *decided):
            found[code] = found.get(code, frozenset()) | applies_to & kinds
    return found


_KINDS_OF = {name: frozenset({kind}) for kind, name in PAYMENT_PREFERENCES.items()} | {
    "transactions_direction": FOLLOW_TRANSACTIONS
}
