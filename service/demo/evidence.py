"""Why two sides differ: the reason that the API gives, and none where it claims that all is well."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from service.demo.calls import Json, RefusedError
from service.demo.comparison import Standing
from service.demo.platform import Platform

NOT_AGREED = frozenset({"skipped", "held", "failed", "conflict"})
NEVER_READ = "never_read"
HISTORY = frozenset({"vendor_credit", "bill_payment", "invoice_payment", "funds_transfer"})
"""Of these only what came after the first sync is looked at."""
UNSEEN = "quickbooks_object_not_found"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a record is not the same on both sides."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the comparison came to: each standing, and the reason of those that do not agree."""

    judged: tuple[tuple[Standing, Reason | None], ...]

    @property
    def agreed(self) -> list[Standing]:
        """What is the same on both sides."""
        return [each for each, _ in self.judged if each.agrees]

    @property
    def explained(self) -> list[tuple[Standing, Reason]]:
        """What differs, with its reason."""
        return [(each, reason) for each, reason in self.judged if not each.agrees and reason]

    @property
    def unexplained(self) -> list[Standing]:
        """What differs without a reason."""
        return [each for each, reason in self.judged if not each.agrees and not reason]

    def reasons(self) -> list[tuple[str, str, int, str]]:
        """Return each kind and code with its number and one sentence for example, the most frequent first."""
        numbers = Counter((each.kind, reason.code) for each, reason in self.explained)
        examples = {(each.kind, reason.code): reason.sentence for each, reason in reversed(self.explained)}
        return [(*key, number, examples[key]) for key, number in numbers.most_common()]

    @property
    def last_line(self) -> str:
        """The demo's last word."""
        agreed, explained, unexplained = (
            len(each) for each in (self.agreed, self.explained, self.unexplained)
        )
        return f"agreed: {agreed} records, explained: {explained}, unexplained: {unexplained}"


async def judge(platform: Platform, standings: Iterable[Standing]) -> Verdict:
    """Ask the API for the reason of everything that does not agree."""
    judged = [(each, None if each.agrees else await reason_for(platform, each)) for each in standings]
    return Verdict(tuple(judged))


async def reason_for(platform: Platform, standing: Standing) -> Reason | None:
    """Ask the API why this does not agree; None where it has nothing to say."""
    if standing.record is not None:
        return await _reason_of_record(platform, standing.kind, standing.record)
    try:
        shown = standing.shown or {}
        explained = await platform.explain_object(standing.kind, str(shown["Id"]))
    except RefusedError as refused:
        return _reason_of_unseen(standing, refused)
    return _reason_of_object(explained)


async def _reason_of_record(platform: Platform, kind: str, record: Json) -> Reason | None:
    """A record that is called agreed has no excuse, whatever codes it bears."""
    state, code = record["quickbooks"]["sync_state"], record["quickbooks"]["code"]
    if state not in NOT_AGREED or not code:
        return None
    explained = await platform.explain(kind, record["id"])
    named = [each["reason"] for each in explained["issues"] + explained["outcomes"] if each["code"] == code]
    sentence = next(iter(named), None) or explained["summary"]
    return Reason(code, sentence) if sentence else None


def _reason_of_object(explained: Json) -> Reason | None:
    side = explained["quickbooks"]
    if not side or side["undecided"] or not side["code"] or not side["reason"]:
        return None
    return Reason(side["code"], side["reason"])


def _reason_of_unseen(standing: Standing, refused: RefusedError) -> Reason | None:
    """At first only bills and invoices with an open balance are read, and no payments: they are history."""
    if refused.code != UNSEEN:
        raise refused
    paid = standing.kind in ("bill", "invoice") and (standing.shown or {}).get("Balance") == 0
    if standing.kind in HISTORY:
        return Reason(NEVER_READ, f"{standing.label} was there before the first sync. {refused.detail}")
    return Reason(NEVER_READ, f"{standing.label} is paid. {refused.detail}") if paid else None
