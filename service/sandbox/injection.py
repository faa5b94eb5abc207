"""Faults on demand: rules that say which request goes wrong, when, and how."""

import random
from dataclasses import dataclass, field
from typing import Literal

Action = Literal[
    "drop_before", "drop_after", "status_before", "status_after", "fault", "throttle", "delay", "late_apply"
]


class DroppedConnection(Exception):  # noqa: N818
    """The answer never arrives; in process it simply propagates, over TCP the socket breaks."""


KINDS = frozenset(
    (
        *("query", "cdc", "read", "companyinfo", "preferences", "report", "exchangerate", "download", "pdf"),
        *("write", "batch", "item", "upload", "send", "taxservice", "oauth", "other"),
    )
)


@dataclass(slots=True, kw_only=True)
class FaultRule:
    """One rule. What is None matches anything; the first `after` matches pass, then at most `times` are hit.

    `kind` is one of KINDS; `item` is one item of a batch, and a rule with a drop or a status there leaves
    the items before it applied; `other` is a path that means nothing.
    """

    action: Action
    kind: str | None = None
    entity: str | None = None
    operation: str | None = None
    method: str | None = None
    realm_id: str | None = None
    after: int = 0
    times: int | None = 1
    probability: float = 1.0
    status: int = 503
    body: Literal["json", "html", "xml"] = "json"
    code: str = "10000"
    seconds: float = 0.0
    matched: int = field(default=0, init=False)
    fired: int = field(default=0, init=False)

    def matches(self, target: "Target") -> bool:
        """Say whether the rule is about a request."""
        pairs = (
            (self.entity, target.entity),
            (self.operation, target.operation),
            (self.method, target.method),
            (self.realm_id, target.realm_id),
        )
        if self.kind != target.kind and not (self.kind is None and target.kind != "item"):
            return False
        return all(wanted is None or wanted == given for wanted, given in pairs)


@dataclass(frozen=True, slots=True)
class Target:
    """What a rule is held against: a request, or one item of a batch."""

    kind: str
    realm_id: str | None = None
    entity: str | None = None
    operation: str | None = None
    method: str | None = None


class FaultBook:
    """The rules in force."""

    def __init__(self, rng: random.Random) -> None:
        self._random = rng
        self.rules: list[FaultRule] = []

    def add(self, rule: FaultRule) -> FaultRule:
        """Put a rule in force; the rule itself is the handle and counts how often it fired."""
        self.rules.append(rule)
        return rule

    def remove(self, rule: FaultRule) -> None:
        """Take one rule out."""
        self.rules = [one for one in self.rules if one is not rule]

    def clear(self) -> None:
        """Take all rules out."""
        self.rules.clear()

    def hit(self, target: Target) -> FaultRule | None:
        """Answer the first rule that hits a request, and count it."""
        for rule in self.rules:
            if not rule.matches(target):
                continue
            rule.matched += 1
            if rule.matched <= rule.after or (rule.times is not None and rule.fired >= rule.times):
                continue
            if rule.probability < 1.0 and self._random.random() >= rule.probability:
                continue
            rule.fired += 1
            return rule
        return None
