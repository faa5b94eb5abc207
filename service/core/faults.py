"""What to do about each fault of QuickBooks Online: one table, sorted by the next step.

What a text says beyond its code stands in `core.wordings` and comes first.

A fault that is not in the table is parked and shown, never retried for ever. Codes and their meaning follow
Intuit's error code table; texts here are for a bookkeeper, `{detail}` is replaced by what QuickBooks said.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from service.core.wordings import GENERAL, WORDINGS, Wording, wording_of


class Recovery(StrEnum):
    """What to do next about a fault."""

    RETRY = "retry"  # the outcome is unknown: look first, then the same request id again
    WAIT = "wait"  # throttled: nothing was applied
    REFRESH = "refresh"  # the access token has run out
    RECONNECT = "reconnect"  # the grant is gone: somebody has to connect again
    RESET = "reset"  # the company was set up anew: no id of ours means anything any more
    PAUSE = "pause"  # the whole company is closed to us for now
    REREAD = "reread"  # our version is stale: read, decide again
    MATCH = "match"  # it exists already: look it up
    SPLIT = "split"  # more in one request than it takes: nothing was applied, send fewer
    GONE = "gone"  # the target was deleted
    REJECT = "reject"  # a person has to fix something; permanent until an input changes
    BUG = "bug"  # our request is wrong: parked and alerted
    PARK = "park"  # not known: parked and alerted


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRule:
    """One row of the table; `issue` is the code that a bookkeeper sees.

    `may_be_reference` (610 only): the text fits a deleted target as well as an inactive reference; read the
    target to tell, and take `inactive_reference` if it is still there.
    """

    code: str
    recovery: Recovery
    issue: str
    reason: str
    fix: str
    may_be_reference: bool = False


_ASK = "Send the message to whoever runs this service; the record is kept and can be retried."
_EDIT = "Change the record and save it, or change what it refers to; it is then sent again."
_NOTHING = "Nothing to do: it is tried again by itself."

_ROWS: tuple[tuple[str, Recovery, str, str, str], ...] = (
    ("10000", Recovery.RETRY, "quickbooks_error", "QuickBooks had an internal error.", _NOTHING),
    ("600", Recovery.RETRY, "quickbooks_error", "QuickBooks has seen this request before.", _NOTHING),
    ("3001", Recovery.WAIT, "throttled", "QuickBooks asks for fewer requests for a while.", _NOTHING),
    (
        "3200",
        Recovery.REFRESH,
        "authorization_expired",
        "The access to QuickBooks has to be renewed.",
        _NOTHING,
    ),
    (
        "3100",
        Recovery.RECONNECT,
        "disconnected",
        "QuickBooks no longer lets this service into the company.",
        "Connect to QuickBooks again.",
    ),
    (
        "120",
        Recovery.RECONNECT,
        "grantor_lost_access",
        "The QuickBooks user who made the connection has lost access to the company.",
        "Let an administrator of the QuickBooks company connect again.",
    ),
    (
        "130 140 150",
        Recovery.PAUSE,
        "quickbooks_unavailable",
        "The QuickBooks company is moved, locked or under maintenance.",
        "Nothing to do: the next sync tries again.",
    ),
    (
        "6190",
        Recovery.PAUSE,
        "subscription_ended",
        "The QuickBooks subscription has ended or its bill is unpaid, so QuickBooks takes no changes.",
        "Renew the subscription in QuickBooks, then sync again.",
    ),
    (
        "10200",
        Recovery.RESET,
        "company_reset",
        "The QuickBooks company was emptied and set up anew.",
        "Connect it to a new company here: what this one holds belongs to nothing there any more.",
    ),
    ("5010", Recovery.REREAD, "stale", "Somebody changed it in QuickBooks at the same moment.", _NOTHING),
    (
        "6240",
        Recovery.MATCH,
        "duplicate_name",
        "QuickBooks has this name already: {detail}",
        "Link this record to the one in QuickBooks, or give one of the two another name.",
    ),
    (
        "6140",
        Recovery.MATCH,
        "duplicate_number",
        "QuickBooks has this number already: {detail}",
        "Link this record to the one in QuickBooks, or give one of the two another number.",
    ),
    (
        "610",
        Recovery.GONE,
        "deleted_in_quickbooks",
        "It no longer exists in QuickBooks: {detail}",
        "Decide whether it shall be created again or go here, too.",
    ),
    (
        "6250",
        Recovery.REJECT,
        "inactive_reference",
        "It uses an account, item, party, class or location that is inactive in QuickBooks: {detail}",
        "Make that entry active in QuickBooks, or choose another one on this record.",
    ),
    (
        "2500 700",
        Recovery.REJECT,
        "invalid_reference",
        "It refers to something that QuickBooks doesn't have: {detail}",
        "Choose an entry that exists in QuickBooks, or sync again so that it is created first.",
    ),
    (
        "620",
        Recovery.REJECT,
        "cannot_be_linked",
        "QuickBooks doesn't let these transactions be linked: {detail}",
        "Check in QuickBooks that they belong to the same party and are still open.",
    ),
    (
        "800",
        Recovery.REJECT,
        "has_dependents",
        "QuickBooks keeps it because other transactions depend on it: {detail}",
        "Remove or unlink those transactions in QuickBooks first, for example the payment.",
    ),
    (
        "6200 6210",
        Recovery.REJECT,
        "books_closed",
        "Its date lies in a period that is closed in QuickBooks.",
        "Re-open the period in QuickBooks (closing date), or change the record's date.",
    ),
    (
        "6220",
        Recovery.REJECT,
        "has_balance",
        "QuickBooks keeps it active because it has a balance: {detail}",
        "Bring its balance to zero in QuickBooks, then retry.",
    ),
    (
        "6280",
        Recovery.REJECT,
        "has_unbilled_charges",
        "QuickBooks keeps it because of charges that are not billed yet: {detail}",
        "Bill or remove those charges in QuickBooks, then retry.",
    ),
    (
        "6450",
        Recovery.REJECT,
        "settled",
        "QuickBooks has settled it, so it can't be changed.",
        "Reverse it in QuickBooks, or keep QuickBooks' version.",
    ),
    (
        "6480",
        Recovery.REJECT,
        "bank_matched",
        "It is matched with a bank transaction in QuickBooks, so it can't be changed.",
        "Undo the match in QuickBooks' banking page, then retry.",
    ),
    (
        "6540",
        Recovery.REJECT,
        "deposited",
        "It is part of a deposit in QuickBooks, so it can't be changed.",
        "Take it out of the deposit in QuickBooks, then retry.",
    ),
    (
        "6010 6430",
        Recovery.REJECT,
        "invalid_account_type",
        "The account's type doesn't fit its use: {detail}",
        "Choose an account of another type, or correct its type.",
    ),
    (
        "6310",
        Recovery.REJECT,
        "billable_customer",
        "A billable expense names no customer to bill it to: {detail}",
        "Choose the customer on that line in QuickBooks, or make the line not billable.",
    ),
    (
        "6080",
        Recovery.REJECT,
        "name_missing",
        "QuickBooks wants a name for it.",
        "Give the record a name.",
    ),
    (
        "6100",
        Recovery.REJECT,
        "invalid_tax_code",
        "QuickBooks doesn't take its tax code: {detail}",
        _EDIT,
    ),
    (
        "6150 900",
        Recovery.REJECT,
        "invalid_parent",
        "Its parent is missing, or the parent is the entry itself: {detail}",
        "Choose another parent.",
    ),
    (
        "6180",
        Recovery.REJECT,
        "nested_too_deep",
        "QuickBooks allows five levels at most.",
        "Move the entry to a higher level.",
    ),
    (
        "2040",
        Recovery.REJECT,
        "invalid_characters",
        "A text has characters that QuickBooks doesn't take: {detail}",
        "Remove the characters, for example a colon or a line break in a name.",
    ),
    ("2050", Recovery.REJECT, "invalid_length", "A text is too long or too short: {detail}", _EDIT),
    ("2090 2140", Recovery.REJECT, "invalid_amount", "QuickBooks doesn't take an amount: {detail}", _EDIT),
    ("2170 2210", Recovery.REJECT, "invalid_value", "QuickBooks doesn't know a value: {detail}", _EDIT),
    (
        "5020",
        Recovery.REJECT,
        "permission_denied",
        "The QuickBooks user or plan doesn't allow this: {detail}",
        "Let an administrator of the QuickBooks company connect again, or change the plan.",
    ),
    (
        "5030",
        Recovery.REJECT,
        "feature_off",
        "A QuickBooks feature that this needs is switched off or not in the plan: {detail}",
        "Switch the feature on in QuickBooks' settings, or leave the field empty here.",
    ),
    (
        " ".join(GENERAL),
        Recovery.REJECT,
        "rejected_by_quickbooks",
        "QuickBooks refused it: {detail}",
        _EDIT,
    ),
    (
        "1040",
        Recovery.SPLIT,
        "invalid_request",
        "QuickBooks takes fewer writes in one request than this service sent: {detail}",
        _ASK,
    ),
    (
        "500 1050 2010 2020 2030 2130 2300 4000 4001 4002 5000 6020 6070 10100",
        Recovery.BUG,
        "invalid_request",
        "QuickBooks couldn't read what this service sent: {detail}",
        _ASK,
    ),
)

RULES: dict[str, FaultRule] = {
    code: FaultRule(code=code, recovery=recovery, issue=issue, reason=reason, fix=fix)
    for codes, recovery, issue, reason, fix in _ROWS
    for code in codes.split()
}

_UNKNOWN = FaultRule(
    code="",
    recovery=Recovery.PARK,
    issue="unknown_fault",
    reason="QuickBooks refused it in a way that this service doesn't know yet: {detail}",
    fix=_ASK,
)

_BY_STATUS = {401: "3200", 403: "3100", 429: "3001"}
_WRONG_REQUEST = frozenset({404, 405, 406, 411, 413, 414, 415, 431})
_LOST_ON_THE_WAY = frozenset({408, 425, 499})


def sort_fault(
    code: str | int | None,
    *,
    http_status: int | None = None,
    message: str | None = None,
    detail: str | None = None,
    has_target: bool = True,
) -> FaultRule:
    """Return what to do about a fault, its texts filled in; never fails.

    A create has no target: its 610 can only mean an inactive reference (`has_target=False`).
    """
    known = _code(code, message or "")
    rule = _worded(known, message, detail) or RULES.get(known) or _by_status(http_status)
    if http_status is not None and http_status >= 500 and rule.recovery is not Recovery.PAUSE:
        rule = RULES["10000"]
    if rule.code == "610" and not has_target:
        return inactive_reference(detail, message=message)
    ambiguous = rule.code == "610" and "made inactive" in (detail or "").lower()
    return replace(_filled(rule, message, detail), code=known or rule.code, may_be_reference=ambiguous)


def inactive_reference(detail: str | None, *, message: str | None = None) -> FaultRule:
    """Return the other meaning of 610: what the object refers to is inactive, the object is still there."""
    return replace(_filled(RULES["6250"], message, detail), code="610")


def every_fault() -> tuple[FaultRule, ...]:
    """List all that a fault can come to, what texts mean first, then the codes, then the unknown."""
    worded = (_rule_of(each, code) for each in WORDINGS for code in each.codes)
    return (*worded, *RULES.values(), _UNKNOWN)


def _worded(code: str, message: str | None, detail: str | None) -> FaultRule | None:
    found = wording_of(code, message, detail)
    return _rule_of(found, code) if found else None


def _rule_of(wording: Wording, code: str) -> FaultRule:
    if wording.means:
        return replace(RULES[wording.means], code=code)
    recovery = Recovery.MATCH if wording.looks_up else Recovery.REJECT
    return FaultRule(
        code=code, recovery=recovery, issue=wording.issue, reason=wording.reason, fix=wording.fix
    )


def _code(code: str | int | None, message: str) -> str:
    """Bring a code to one spelling; the gateway hides it in its message ("errorCode=003001")."""
    text = str(code).strip() if code is not None else ""
    if not text.isdigit():
        found = re.search(r"errorCode=(\d+)", message)
        text = found.group(1) if found else text
    return text.lstrip("0") if text.isdigit() else text


def _by_status(status: int | None) -> FaultRule:
    """Judge an answer whose code says nothing by its HTTP status."""
    if status is None:
        return _UNKNOWN
    if status >= 500 or status in _LOST_ON_THE_WAY:
        return RULES["10000"]
    if status in _WRONG_REQUEST:
        return RULES["500"]
    return RULES[_BY_STATUS[status]] if status in _BY_STATUS else _UNKNOWN


def _filled(rule: FaultRule, message: str | None, detail: str | None) -> FaultRule:
    said = _said(message, detail)
    return replace(rule, reason=rule.reason.replace("{detail}", said), fix=rule.fix.replace("{detail}", said))


def _said(message: str | None, detail: str | None) -> str:
    """Keep what a bookkeeper can use of a fault's texts, at most 300 characters, on one line."""
    heading = " ".join((message or "").split())
    text = " ".join((detail or "").split())
    for prefix in filter(None, (heading, "Business Validation Error", "The name supplied already exists.")):
        if text.lower().startswith(prefix.lower()):
            text = text[len(prefix) :].lstrip(" :")
    if text.lower() in {"", "null"}:
        text = heading or "it gave no reason."
    return text if len(text) <= 300 else text[:299] + "…"
