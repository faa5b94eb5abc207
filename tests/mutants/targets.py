"""What is mutated, and the tests that have to notice, the quickest first."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """One module, and its tests in stages: what survives one stage is tried by the next."""

    module: str
    stages: tuple[tuple[str, ...], ...]
    at_least: float = 0.85

    @property
    def name(self) -> str:
        """Its file, as people call it."""
        return self.module.rpartition(".")[2]


def _core(*names: str) -> tuple[str, ...]:
    return tuple(f"tests/core/test_{name}.py" for name in names)


_DECIDING = _core("decide_cases", "decide_removals", "decide_matches", "decide_invoices", "decide_projects")

TARGETS = (
    Target(
        "service.core.decide",
        (_DECIDING, _core("decide_table"), _core("decide_payment_matches"), _core("triples")),
    ),
    Target(
        "service.core.merge",
        (
            _core("merge_lines", "merge_laws", "merge_invoices"),
            _core("money", "decide_cases"),
            _core("triples"),
            _core("merge"),
        ),
    ),
    Target("service.core.match", (_core("match_keys", "match", "match_payments", "decide_matches"),)),
    Target("service.core.plan", (_core("plan"),)),
    Target(
        "service.store.ledger",
        (("tests/store/test_ledger.py", "tests/store/test_ledger_requests.py"),),
    ),
)

WARM = (
    "alembic",
    "asyncpg",
    "fastapi",
    "httpx",
    "hypothesis.strategies",
    "lark",
    "msgspec",
    "pytest",
    "pytest_asyncio",
    "pytest_httpx",
    "sqlmodel",
    "structlog",
    "service.core.records",
    "service.sandbox",
    "service.store.engine",
    "service.store.tables",
    "tests.clocks",
    "tests.postgres",
)
"""What is imported once, before the forks: nothing that imports a target."""
