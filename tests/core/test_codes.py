"""Every code that the core or a sync gives is described: by a rule, by a fault, or in the table of codes.

The codes are read from the source: whatever stands where a code goes (an argument, key or field called
`code` or `problem`), through names, choices and constants of these modules.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from service.core.causes import CAUSES
from service.core.codes import DECIDED, WAYS_OUT
from service.core.faults import every_fault
from service.core.rules import RULES
from tests.deploy.files import ROOT

MODULES = [
    *sorted((ROOT / "service" / "core").glob("decide*.py")),
    *(ROOT / "service" / "core" / f"{name}.py" for name in ("carry", "match", "payments", "plan", "settle")),
    *sorted((ROOT / "service" / "sync").glob("*.py")),
]
WORDS = frozenset({"code", "problem"})


class Names:
    """What the names of the modules stand for, and where in a call a code goes."""

    def __init__(self, trees: list[ast.Module]) -> None:
        self.values: dict[str, list[ast.expr]] = {}
        self.places: dict[str, int] = {}
        for tree in trees:
            for node in ast.walk(tree):
                self._note(node)

    def _note(self, node: ast.AST) -> None:
        if isinstance(node, ast.FunctionDef):
            names = [each.arg for each in node.args.args]
            if "code" in names:
                self.places[node.name] = names.index("code")
        elif isinstance(node, ast.ClassDef):
            names = [each.target.id for each in node.body if _is_field(each)]  # type: ignore[attr-defined]
            if "code" in names:
                self.places[node.name] = names.index("code")
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                self._bind(target, node.value)
        elif isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple):
            for each in node.iter.elts:
                self._bind(node.target, each)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.values.setdefault(target.id, []).append(value)
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, its in zip(target.elts, value.elts, strict=False):
                self._bind(one, its)

    def texts(self, value: ast.expr, seen: frozenset[str] = frozenset()) -> Iterator[str]:
        """Find the texts that an expression can stand for."""
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value
        elif isinstance(value, ast.IfExp):
            yield from (*self.texts(value.body, seen), *self.texts(value.orelse, seen))
        elif isinstance(value, ast.Name) and value.id not in seen:
            for each in self.values.get(value.id, ()):
                yield from self.texts(each, seen | {value.id})


def _is_field(node: ast.stmt) -> bool:
    return isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)


def _places(node: ast.AST, names: Names) -> Iterator[ast.expr]:
    """Find the expressions that stand where a code goes."""
    if isinstance(node, ast.Call):
        yield from (each.value for each in node.keywords if each.arg in WORDS)
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        place = names.places.get(called)
        if place is not None and len(node.args) > place:
            yield node.args[place]
    elif isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        yield from (value for key, value in pairs if isinstance(key, ast.Constant) and key.value in WORDS)
    elif isinstance(node, ast.Assign):
        yield from (node.value for target in node.targets if getattr(target, "id", None) in WORDS)


def given_codes(paths: list[Path]) -> set[str]:
    """Return the codes that these modules give."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    names = Names(trees)
    return {
        text
        for tree in trees
        for node in ast.walk(tree)
        for each in _places(node, names)
        for text in names.texts(each)
    }


@cache
def given() -> frozenset[str]:
    return frozenset(given_codes(MODULES))


def of_rules() -> set[str]:
    return {each.code for each in RULES}


def test_every_code_that_is_given_is_described() -> None:
    described = {*DECIDED, *CAUSES, *of_rules(), *(each.issue for each in every_fault())}

    assert given() - described == set()


def test_only_a_reconcile_gives_the_codes_of_differences() -> None:
    others = {*DECIDED, *of_rules(), *(each.issue for each in every_fault())}

    assert CAUSES.keys() & others == set()


def test_every_code_of_the_table_is_given() -> None:
    assert DECIDED.keys() - given() == set()
    assert DECIDED.keys() & of_rules() == set(), "a rule describes its code itself"


@pytest.mark.parametrize(
    "code", ["both_changed", "removal_blocked", "mass_removal", "books_closed", "unreadable"]
)
def test_the_search_finds_codes_wherever_they_stand(code: str) -> None:
    assert code in given()


def test_the_search_follows_names_choices_and_places(tmp_path: Path) -> None:
    source = """
LATER = "by_constant"

class Finding:
    code: str
    reason: str

def refuse(code, verdict): ...

def find(here):
    named = "by_name" if here else "by_other_name"
    for code, judge in (("by_loop", 1),):
        refuse(code, judge)
    refuse("by_place", None)
    Finding(LATER, "no code")
    return Partner(problem=named), {"code": "by_key"}, dict(reason="no code")
"""
    path = tmp_path / "source.py"
    path.write_text(source, encoding="utf-8")

    assert given_codes([path]) == {
        *("by_constant", "by_name", "by_other_name", "by_loop", "by_place", "by_key"),
    }


@pytest.mark.parametrize("code", sorted(of_rules()))
def test_every_rule_has_a_sentence_and_a_way_out(code: str) -> None:
    assert WAYS_OUT[code].endswith(".")
    assert all(each.sentence.endswith(".") for each in RULES if each.code == code)


@pytest.mark.parametrize("code", DECIDED)
def test_a_description_is_made_of_sentences(code: str) -> None:
    assert code.replace("_", "").isalpha()
    for text in DECIDED[code]:
        assert text[0].isupper()
        assert text.endswith(".")
