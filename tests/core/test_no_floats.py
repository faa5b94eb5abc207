"""No binary fraction comes near money: rooms that hold amounts don't know the type."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOMS = ("service/core", "service/quickbooks/translate", "service/store")
SECONDS = {
    ("service/core/clock.py", "sleep"): "how long to sleep",
    ("service/core/throttle.py", "wait"): "how long to wait before a request",
    ("service/store/clock.py", "__init__"): "an interval by the database's clock",
    ("service/store/engine.py", "sqlite_engine"): "how long to wait for a lock",
    ("service/store/leases.py", "(module)"): "how long a lease lasts, by the database's clock",
    ("service/store/leases.py", "lapsed"): "whether a lease has ended, by the database's clock",
}
DIVISIONS = {
    ("service/store/migrate.py", "_config"): "parts of a path",
    ("service/store/types.py", "process_result_value"): "cents to an amount, both exact",
}
ALLOWED = SECONDS | DIVISIONS
"""Where a float or a division is allowed, and what it is about: never a float that is money."""


def floats_in(tree: ast.AST, function: str = "(module)") -> Iterator[tuple[str, int]]:
    """The functions and lines in which the type is named, a literal of it stands, or something makes one."""
    for node in ast.iter_child_nodes(tree):
        inside = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else function
        named = isinstance(node, ast.Name | ast.Attribute) and "float" in (
            getattr(node, "id", ""),
            getattr(node, "attr", ""),
        )
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float | complex)
        rounded = isinstance(node, ast.Name) and node.id == "round"
        divided = isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
        if named or literal or rounded or divided:
            yield inside, node.lineno
        yield from floats_in(node, inside)


def found_in(path: Path) -> set[str]:
    return {function for function, _ in floats_in(ast.parse(path.read_text()))}


@pytest.mark.parametrize("room", ROOMS)
def test_no_module_that_holds_money_uses_floats(room) -> None:
    paths = sorted(Path(room).rglob("*.py"))
    assert paths

    found = {(path.as_posix(), function) for path in paths for function in found_in(path)}

    assert found - ALLOWED.keys() == set()


def test_every_exception_is_still_one() -> None:
    unused = {(path, function) for path, function in ALLOWED if function not in found_in(Path(path))}

    assert unused == set()


@pytest.mark.parametrize(
    "source",
    [
        "float(amount)",
        "x: float = y",
        "def f(x: builtins.float): ...",
        "amount * 0.1",
        "total / 3",
        "total /= 3",
        "round(total, 2)",
        "[1e3 for x in y]",
    ],
)
def test_what_the_check_finds(source) -> None:
    assert list(floats_in(ast.parse(source)))


@pytest.mark.parametrize("source", ["Decimal('0.1') * 3", "total // 3", "'float'", "x.floats"])
def test_what_it_lets_pass(source) -> None:
    assert not list(floats_in(ast.parse(source)))
