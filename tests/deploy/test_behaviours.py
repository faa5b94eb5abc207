"""The page of QuickBooks' behaviours: no row without a test, no knob without a row."""

import ast
import re
from dataclasses import fields
from typing import NamedTuple

import pytest

from service.sandbox import Knobs
from tests.deploy.files import ROOT, text_of

PAGE = "docs/quickbooks-behaviours.md"
SOURCES = {"documented", "recorded", "reported", "unsettled"}
HEAD = "| behaviour | source | knob | test |"
WITHOUT_KNOB = re.compile(r"– \((?P<why>.{10,})\)")


class Row(NamedTuple):
    """One behaviour."""

    behaviour: str
    source: str
    knob: str
    test: str


def rows_of(page: str) -> list[Row]:
    """Return all rows of the page's tables, cells as they stand."""
    found = []
    for block in re.findall(rf"^{re.escape(HEAD)}\n\|(?:---\|)+\n((?:\|.*\n)+)", page, re.MULTILINE):
        for line in block.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            assert len(cells) == len(Row._fields), line
            found.append(Row(*cells))
    return found


ROWS = rows_of(text_of(PAGE))
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.behaviour[:60])


def knob_of(row: Row) -> str | None:
    named = re.fullmatch(r"`(\w+)`", row.knob)
    return named[1] if named else None


def names_of_tests(path: str) -> set[str]:
    """Return the names of a file's tests, without running it."""
    tree = ast.parse(text_of(f"tests/{path}"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in tree.body if isinstance(node, kinds) and node.name.startswith("test_")}


@each_row
def test_each_row_has_a_valid_source_and_a_knob_that_exists(row: Row) -> None:
    known = {one.name for one in fields(Knobs)}

    assert row.behaviour
    assert row.source in SOURCES
    assert knob_of(row) in known or row.knob == "–" or WITHOUT_KNOB.fullmatch(row.knob)


@each_row
def test_what_is_unsettled_has_a_knob_or_says_why_not(row: Row) -> None:
    assert row.source != "unsettled" or knob_of(row) or WITHOUT_KNOB.fullmatch(row.knob)


@each_row
def test_each_row_has_a_test_that_exists(row: Row) -> None:
    named = re.fullmatch(r"`([\w/]+\.py)::(test_\w+)`", row.test)

    assert named, row.test
    assert (ROOT / "tests" / named[1]).exists(), row.test
    assert named[2] in names_of_tests(named[1]), row.test


@pytest.mark.parametrize("row", [row for row in ROWS if knob_of(row)], ids=lambda row: row.behaviour[:60])
def test_the_test_of_a_knob_turns_it(row: Row) -> None:
    path = row.test.strip("`").partition("::")[0]

    assert re.search(rf"\b{knob_of(row)}\b", text_of(f"tests/{path}")), path


def test_every_knob_has_a_row() -> None:
    shown = {knob for row in ROWS if (knob := knob_of(row))}

    assert {one.name for one in fields(Knobs)} - shown == set()


def test_every_knob_says_what_it_stands_for() -> None:
    tree = ast.parse(text_of("service/sandbox/knobs.py"))
    (declared,) = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Knobs")
    body = declared.body
    silent = [
        node.target.id
        for node, following in zip(body, [*body[1:], None], strict=True)
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and not (isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant))
    ]

    assert silent == []


def test_no_behaviour_stands_twice_and_the_page_is_whole() -> None:
    behaviours = [row.behaviour.casefold() for row in ROWS]
    lines = [line for line in text_of(PAGE).splitlines() if line.startswith("| ") and line != HEAD]

    assert sorted(set(behaviours)) == sorted(behaviours)
    assert len(lines) == len(ROWS) >= 150
