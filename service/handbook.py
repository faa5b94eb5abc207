"""Pages of the documentation that are made from the core's tables, so that they say what it does.

Pure: tables in, text out. `quickbooks-sync handbook --write docs` writes them, `make check` compares them.
"""

import re
from collections.abc import Iterable

from msgspec.structs import fields, replace

from service.core.actions import MEANINGS, actions_for
from service.core.articles import ARTICLES
from service.core.causes import CAUSES
from service.core.codes import DECIDED, WAYS_OUT
from service.core.directions import PAYMENT_PREFERENCES, TABLE, direction
from service.core.faults import FaultRule, every_fault
from service.core.policy import PROFILE_CHANGE, AccountProfile, Flow, Policy, Preferences
from service.core.records import DOCUMENTS, ENTITIES, ORDER, PLATFORM_ONLY, QUICKBOOKS_ONLY, SEEN, Kind
from service.core.rules import RULES, Gate, Rule, hold, skip
from service.core.wordings import GENERAL

_MADE = (
    "<!-- Made by `quickbooks-sync handbook --write docs` from the tables in service/core: change those. -->"
)
_GENERAL = "general"
_FLOWS = {
    Flow.BOTH: "both ways",
    Flow.TO_QUICKBOOKS: "to QuickBooks only",
    Flow.TO_PLATFORM: "from QuickBooks only",
    Flow.NEVER: "never",
}
_GATES = {
    Gate.INTO_PLATFORM: "into the platform",
    Gate.INTO_QUICKBOOKS: "into QuickBooks",
    Gate.BOTH: "both ways",
}
_SETTABLE = (Flow.BOTH, Flow.TO_QUICKBOOKS)
"""What the API takes as a direction."""


def pages() -> dict[str, str]:
    """Return each page by the name of its file."""
    return {
        "issues.md": _issues(),
        "reconciliation.md": _reconciliation(),
        "what-syncs.md": _what_syncs(),
    }


def known_codes() -> frozenset[str]:
    """Return every code that an outcome or an issue can have."""
    return frozenset({*_rule_codes(), *DECIDED, *(each.issue for each in every_fault())})


def _what_syncs() -> str:
    return _page(
        "# What syncs, and which way",
        _MADE,
        "Ways are seen from the platform. Which of the two columns counts for a company follows from its "
        f"account: `{AccountProfile.TWO_WAY}` if it signed up after {PROFILE_CHANGE} and is not under an "
        f"accountant console, else `{AccountProfile.ONE_WAY}`.",
        _table(("kind", "in QuickBooks", *_profile_heads()), map(_kind_row, SEEN)),
        "*Not yet*: the adapter can read and write that kind, syncs leave it alone so far.",
        "## What preferences change about that",
        _table(("preference", "value", *_profile_heads()), _preference_rows()),
        "Without them the first table counts. The API answers the direction of each kind, with its reason, "
        "under `directions` of the preferences.",
        "## What never syncs",
        _bullets(_never()),
        "## Rules",
        "A sync goes by the first rule that does not let something pass, in this order; *explain* shows all. "
        "What is *skipped* is as it should be and opens no issue; what is *held* waits, under an issue that "
        "says for what. What to do about each code stands in [issues.md](issues.md).",
        _table(("code", "guards", "then", "kinds", "rule", "depends on"), map(_rule_row, RULES)),
        "## What asks again",
        "When one of these changes, whatever bears one of the codes beside it is looked at again by itself.",
        _table(("preference, or fact of the company in QuickBooks", "which", "codes"), _dependency_rows()),
    )


def _profile_heads() -> list[str]:
    return [_code(each) for each in AccountProfile]


def _kind_row(kind: Kind) -> list[str]:
    ways = [_FLOWS[TABLE[kind][profile]] for profile in AccountProfile]
    return [_code(kind), ENTITIES[kind], *ways]


def _preference_rows() -> Iterable[list[str]]:
    for name in ("transactions_direction", *PAYMENT_PREFERENCES.values()):
        for flow in _SETTABLE:
            chosen = replace(Preferences(), **{name: flow})
            changed = [_changed_kinds(profile, chosen) for profile in AccountProfile]
            if any(changed):
                yield [_code(name), _code(flow), *(each or "nothing changes" for each in changed)]


def _changed_kinds(profile: AccountProfile, chosen: Preferences) -> str:
    usual, other = Policy(profile=profile), Policy(profile=profile, preferences=chosen)
    ways: dict[Flow, list[str]] = {}
    for kind in ORDER:
        flow = direction(kind, other).flow
        if flow is not direction(kind, usual).flow:
            ways.setdefault(flow, []).append(_code(kind))
    return "; ".join(f"{', '.join(kinds)}: {_FLOWS[flow]}" for flow, kinds in ways.items())


def _never() -> Iterable[str]:
    one_way = [kind for kind in ORDER if set(TABLE[kind].values()) == {Flow.TO_QUICKBOOKS}]
    yield f"What somebody enters in QuickBooks of these kinds doesn't come here: {_codes(one_way)}."
    yield from (each.sentence for each in RULES if _skips(each) and each.code != "direction")
    for kind in ORDER:
        names = DOCUMENTS[kind].__struct_fields__
        if stays := [name for name in names if name in PLATFORM_ONLY]:
            yield f"{_code(kind)}: QuickBooks has no {_codes(stays)}."
        if comes := [name for name in names if name in QUICKBOOKS_ONLY]:
            yield f"{_code(kind)}: {_codes(comes)} come from QuickBooks and are never written there."
    read = sorted(ENTITIES[kind] for kind in SEEN)
    yield (
        f"Of QuickBooks, only {', '.join(read)} and the company's settings are read. Everything else stays "
        "there, such as estimates, purchase orders, checks and expenses, deposits, employees, "
        "terms and attachments; of journal entries, only those that the platform made are followed."
    )


def _rule_row(rule: Rule) -> list[str]:
    kinds = (
        "all"
        if rule.applies_to == frozenset(ORDER)
        else _codes(each for each in SEEN if each in rule.applies_to)
    )
    effects = [word for word, gives in (("skipped", _skips(rule)), ("held", _holds(rule))) if gives]
    depends = _codes(sorted(rule.depends_on)) or "–"
    return [_code(rule.code), _GATES[rule.gates], " or ".join(effects), kinds, rule.sentence, depends]


def _skips(rule: Rule) -> bool:
    return skip.__name__ in rule.judge.__code__.co_names


def _holds(rule: Rule) -> bool:
    return hold.__name__ in rule.judge.__code__.co_names


def _dependency_rows() -> Iterable[list[str]]:
    preferences = {each.name for each in fields(Preferences)}
    for name in sorted({name for rule in RULES for name in rule.depends_on}):
        codes = dict.fromkeys(rule.code for rule in RULES if name in rule.depends_on)
        yield [_code(name), "preference" if name in preferences else "fact", _codes(codes)]


def _issues() -> str:
    return _page(
        "# Issues and their codes",
        _MADE,
        "Every outcome that is not simply done bears one of these codes, a reason and a fix; what is held, "
        "failed or in conflict is an issue until it is mended. The texts below are general: the issue itself "
        "names the record, the amount, and what QuickBooks said.",
        "## Actions",
        _table(("action", "what it does"), ([_code(action), means] for action, means in MEANINGS.items())),
        "## What the rules say",
        "In the order in which they are asked; [what-syncs.md](what-syncs.md#rules) has their details.",
        _code_table(_rule_lines()),
        "## What a sync finds",
        _code_table((code, each.meaning, each.fix) for code, each in DECIDED.items()),
        "## What QuickBooks refuses",
        f"*{_GENERAL.capitalize()}* stands for QuickBooks' codes {', '.join(GENERAL)}, which say little: "
        "there the words of its message decide what is meant.",
        _table(
            ("code", "QuickBooks' code", "what it means", "what to do", "actions"),
            ([_code(issue), said, means, fix, _actions(issue)] for issue, said, means, fix in _fault_lines()),
        ),
        "## Errors that bookkeepers look up",
        "The errors that are written about most for a sync like this one, and how each is told here.",
        _table(
            ("", "error", "codes"),
            ([str(each.number), each.subject, _links(each.codes)] for each in ARTICLES),
        ),
    )


def _reconciliation() -> str:
    return _page(
        "# Reconciling both sides",
        _MADE,
        "A sync in mode `reconcile` (`POST /v1/companies/…/syncs`) reads what a full sync reads, compares "
        "every record with its counterpart, and decides anew about all that nobody told of. "
        "`GET /v1/companies/…/reconciliation` then answers both sides' totals, and every difference with the "
        "record, both values, the amount and the cause; as CSV with `?format=csv` or `Accept: text/csv`.",
        "## Totals",
        _bullets(_totals()),
        "Each line has `difference` (platform less QuickBooks), its `causes` by code, and `unexplained`: "
        "that is 0.00 unless a difference was not found.",
        "## Causes",
        "What waits, is held or skipped, or is in conflict bears the code of its outcome: see "
        "[issues.md](issues.md). `resolved` says that the sync that found a difference has ended it. These "
        "codes are given by a reconcile only:",
        _table(
            ("code", "what it means", "what to do"),
            ([_code(code), each.meaning, each.fix] for code, each in CAUSES.items()),
        ),
    )


def _totals() -> Iterable[str]:
    yield "`counts`: records, objects in QuickBooks, links, what agrees and what has each code, by kind."
    yield "`payables`: open bills less vendor credits, by vendor; `receivables`: open invoices, by customer."
    yield "`payments`: what bill payments and invoice payments come to, by account."
    yield (
        "`clearing`: QuickBooks' balance of each clearing account, what payments and transfers of ours come "
        "to on it, the rest (`other`), and what is in flight: online payments whose transfer is not entered."
    )


def _rule_codes() -> list[str]:
    return list(dict.fromkeys(each.code for each in RULES))


def _rule_lines() -> Iterable[tuple[str, str, str]]:
    for code in _rule_codes():
        sentences = dict.fromkeys(each.sentence for each in RULES if each.code == code)
        yield code, " ".join(sentences), WAYS_OUT[code]


def _code_table(lines: Iterable[tuple[str, str, str]]) -> str:
    rows = ([_code(code), means, fix, _actions(code)] for code, means, fix in lines)
    return _table(("code", "what it means", "what to do", "actions"), rows)


def _fault_lines() -> Iterable[tuple[str, str, str, str]]:
    """One line for each text, in the alphabetical order of codes."""
    lines: dict[tuple[str, str, str], set[str]] = {}
    for each in every_fault():
        lines.setdefault((each.issue, _in_general(each), each.fix), set()).add(each.code)
    for (issue, means, fix), said in sorted(lines.items(), key=lambda line: line[0][0]):
        yield issue, _said(said), means, fix


def _in_general(fault: FaultRule) -> str:
    return re.sub(r":? \{detail\}$", ".", fault.reason)


def _said(codes: set[str]) -> str:
    if codes == {""}:
        return "any other"
    words = sorted(codes - set(GENERAL), key=int)
    return ", ".join([*words, _GENERAL] if codes & set(GENERAL) else words)


def _links(codes: Iterable[str]) -> str:
    return _codes(each for each in codes if each in known_codes())


def _actions(code: str) -> str:
    return _codes(actions_for(code))


def _code(word: str) -> str:
    return f"`{word}`"


def _codes(words: Iterable[str]) -> str:
    return ", ".join(map(_code, words))


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {each}" for each in lines)


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    listed = list(heads)
    lines = [listed, ["---"] * len(listed), *([each.replace("|", "\\|") for each in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _page(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"
