"""The pages that are made from the tables hold all of them, and the command notices a stale page."""

import ast
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.cli import app
from service.core.articles import ARTICLES
from service.core.codes import DECIDED
from service.core.directions import direction
from service.core.faults import RULES as FAULTS
from service.core.faults import every_fault
from service.core.policy import AccountProfile, Flow, Policy
from service.core.records import SEEN
from service.core.rules import RULES
from service.core.wordings import GENERAL
from service.handbook import pages
from tests.deploy.files import ROOT

WAYS = {Flow.BOTH: "both ways", Flow.TO_QUICKBOOKS: "to QuickBooks only", Flow.NEVER: "never"}


def rows(page: str) -> list[list[str]]:
    """Return the cells of all rows of all tables."""
    lines = [line for line in pages()[page].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def first_cells(page: str) -> set[str]:
    return {row[0].strip("`") for row in rows(page)}


@pytest.mark.parametrize("page", pages())
def test_every_row_of_a_table_has_its_cells(page: str) -> None:
    width = 0
    for line in pages()[page].splitlines():
        cells = len(re.split(r"(?<!\\)\|", line))
        width = cells if line.startswith("|") and not width else width if line.startswith("|") else 0

        assert not line.startswith("|") or cells == width, line


@pytest.mark.parametrize("kind", SEEN)
def test_a_kind_goes_the_way_that_a_sync_gives_it(kind) -> None:
    (row,) = (row for row in rows("what-syncs.md") if row[0] == f"`{kind}`" and len(row) == 4)

    assert row[2:4] == [WAYS[direction(kind, Policy(profile=each)).flow] for each in AccountProfile]


def test_a_preference_that_changes_the_way_is_shown_with_what_it_changes() -> None:
    (row,) = (row for row in rows("what-syncs.md") if row[:2] == ["`bill_payment_direction`", "`both`"])

    assert row[2:] == ["`bill_payment`: both ways", "nothing changes"]


def test_every_rule_stands_in_order_and_skips_or_holds() -> None:
    shown = [row for row in rows("what-syncs.md") if len(row) == 6 and row[0].startswith("`")]

    assert [row[0].strip("`") for row in shown] == [each.code for each in RULES]
    assert [row[4] for row in shown] == [each.sentence for each in RULES]
    assert {row[2] for row in shown} <= {"skipped", "held", "skipped or held"}


def test_what_a_rule_depends_on_is_shown() -> None:
    page = pages()["what-syncs.md"]

    assert all(f"`{name}`" in page for each in RULES for name in each.depends_on)


def test_every_code_and_every_article_is_there() -> None:
    shown = first_cells("issues.md")

    assert shown >= {each.code for each in RULES} | DECIDED.keys() | {each.issue for each in every_fault()}
    assert shown >= {str(each.number) for each in ARTICLES}


def test_every_code_of_quickbooks_is_there() -> None:
    shown = {code for row in rows("issues.md") if len(row) == 5 for code in row[1].split(", ")}

    assert shown >= FAULTS.keys() - set(GENERAL)
    assert "general" in shown


def test_no_placeholder_is_left() -> None:
    assert all("{" not in page for page in pages().values())


def test_the_handbook_knows_the_core_only() -> None:
    tree = ast.parse((ROOT / "service" / "handbook.py").read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {each for each in imported if each and each.startswith("service.")} == {
        each for each in imported if each and each.startswith("service.core.")
    }


def test_pages_that_were_written_are_current(tmp_path: Path) -> None:
    folder = tmp_path / "docs"

    written = CliRunner().invoke(app, ["handbook", "--write", str(folder)])
    checked = CliRunner().invoke(app, ["handbook", "--check", str(folder)])

    assert (written.exit_code, checked.exit_code) == (0, 0)
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == pages()


@pytest.mark.parametrize("stale", pages())
def test_a_stale_page_is_named(tmp_path: Path, stale: str) -> None:
    CliRunner().invoke(app, ["handbook", "--write", str(tmp_path)])
    (tmp_path / stale).write_text("older\n", encoding="utf-8")

    checked = CliRunner().invoke(app, ["handbook", "--check", str(tmp_path)])

    assert checked.exit_code == 1
    assert [name for name in pages() if name in checked.output] == [stale]


def test_a_missing_page_is_stale(tmp_path: Path) -> None:
    checked = CliRunner().invoke(app, ["handbook", "--check", str(tmp_path)])

    assert checked.exit_code == 1
    assert all(name in checked.output for name in pages())


def test_make_check_compares_the_pages() -> None:
    assert "quickbooks-sync handbook --check docs" in (ROOT / "Makefile").read_text(encoding="utf-8")
