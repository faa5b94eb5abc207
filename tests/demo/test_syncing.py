"""What is shown of a sync: its counts by kind, its reasons, its cost."""

from typing import Any

import pytest

from service.demo.syncing import cost_of, miscounted, summary_of, table_rows

SYNC: dict[str, Any] = {
    "counts": {
        "account": {"created_in_platform": 60, "created_in_quickbooks": 1},
        "bill": {"archived_in_platform": 1, "held": 2, "skipped": 1, "unchanged": 4},
    }
}
OUTCOMES = [
    {"kind": "bill", "result": "held", "code": "preferences_missing"},
    {"kind": "bill", "result": "held", "code": "books_closed"},
    {"kind": "bill", "result": "skipped", "code": "number_missing"},
    {"kind": "bill", "result": "archived_in_platform", "code": None},
    {"kind": "account", "result": "created_in_quickbooks", "code": None},
    *[{"kind": "account", "result": "created_in_platform", "code": None}] * 60,
]


def test_a_table_has_all_results_and_each_reason_that_occurs() -> None:
    assert table_rows(SYNC, OUTCOMES) == [
        ("created in platform", "60", "-", "-", "-"),
        ("created in QuickBooks", "1", "-", "-", "-"),
        ("updated in platform", "-", "-", "-", "-"),
        ("updated in QuickBooks", "-", "-", "-", "-"),
        ("unchanged", "-", "-", "-", "4"),
        ("archived in platform", "-", "-", "-", "1"),
        ("skipped: number_missing", "-", "-", "-", "1"),
        ("held: books_closed", "-", "-", "-", "1"),
        ("held: preferences_missing", "-", "-", "-", "1"),
    ]


def test_counts_that_outcomes_bear_out_are_right() -> None:
    assert miscounted(SYNC, OUTCOMES) == {}


def test_counts_and_outcomes_that_differ_are_named() -> None:
    assert miscounted(SYNC, OUTCOMES[1:]) == {"bill held": (2, 1)}


def test_a_summary_adds_up_over_kinds_and_sides() -> None:
    assert summary_of(SYNC) == " (61 created, 1 archived, 2 held, 1 skipped, 4 unchanged)"


@pytest.mark.parametrize(
    ("calls", "words"),
    [
        ({"reads": 1, "writes": 0, "batches": 0}, "1 read, 0 writes"),
        ({"reads": 2, "writes": 1, "batches": 1}, "2 reads, 1 write in 1 batch"),
        ({"reads": 5, "writes": 40, "batches": 2}, "5 reads, 40 writes in 2 batches"),
    ],
)
def test_a_cost_is_said_in_words(calls: dict[str, int], words: str) -> None:
    assert cost_of({"quickbooks": calls}) == words
