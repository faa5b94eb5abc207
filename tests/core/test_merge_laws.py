"""The laws of merging once more, over many triples drawn at random: quick, and the same in every run."""

import random
from functools import lru_cache

import pytest

from service.core.merge import Keep
from service.core.records import LISTS, ORDER, Bill, Document, Kind
from tests.core import test_merge as laws
from tests.core.related import random_triple
from tests.core.strategies import Triple

NUMBER = 500
ANY = list(Keep)
DECIDING = [Keep.QUICKBOOKS, Keep.PLATFORM]


@lru_cache(maxsize=1)
def triples() -> list[Triple]:
    """Draw them once for all laws; two of three are bills."""
    chance = random.Random(5)
    lists = [kind for kind in ORDER if kind in LISTS]
    kinds = [*lists, *[Kind.BILL] * 2 * len(lists)]
    return [Triple(*random_triple(chance, chance.choice(kinds))) for _ in range(NUMBER)]


def bills() -> list[Triple]:
    """Those whose lines were not all entered anew: then nobody knows which is which."""
    found = [each for each in triples() if isinstance(each.base, Bill)]
    return [each for each in found if {*ids_of(each.quickbooks)} & {*ids_of(each.base)}]


def ids_of(document: Document) -> list[str | None]:
    return [line.id for line in document.lines] if isinstance(document, Bill) else []


def is_in_order(triple: Triple) -> bool:
    """Whether nobody moved a line: the order is QuickBooks', which has no mirror image."""
    known = ids_of(triple.base)
    return all(
        kept == sorted(kept, key=known.index)
        for side in (triple.platform, triple.quickbooks)
        if (kept := [id for id in ids_of(side) if id in known])
    )


@pytest.mark.parametrize(
    ("law", "keeps", "more"),
    [
        (laws.test_swapping_the_sides_and_the_preference_gives_the_mirror_image, ANY, [{"based": True}]),
        (laws.test_swapping_the_sides_and_the_preference_gives_the_mirror_image, ANY, [{"based": False}]),
        (laws.test_merging_again_after_one_side_has_taken_it_comes_to_the_same, DECIDING, [{}]),
        (laws.test_a_field_that_one_side_changed_is_taken_or_stands_in_a_conflict, ANY, [{}]),
        (laws.test_what_both_sides_have_alike_is_no_conflict, ANY, [{"based": True}, {"based": False}]),
        (laws.test_each_side_is_told_exactly_the_fields_in_which_it_differs, ANY, [{}]),
    ],
)
def test_a_law_holds_for_every_triple(law, keeps, more) -> None:
    mirrored = law is laws.test_swapping_the_sides_and_the_preference_gives_the_mirror_image
    for triple in triples():
        for keep in keeps if is_in_order(triple) or not mirrored else []:
            for rest in more:
                law.hypothesis.inner_test(triple=triple, keep=keep, **rest)


@pytest.mark.parametrize(
    ("law", "keeps"),
    [
        (laws.assert_that_no_edit_of_a_line_is_lost, ANY),
        (laws.test_a_merged_bill_comes_to_what_one_of_the_sides_comes_to.hypothesis.inner_test, DECIDING),
    ],
)
def test_a_law_of_lines_holds_for_every_bill(law, keeps) -> None:
    assert len(bills()) > NUMBER / 2
    for triple in bills():
        for keep in keeps:
            law(triple=triple, keep=keep)


def test_sides_are_named_as_preferences_and_conflicts_store_them() -> None:
    assert [*Keep] == ["quickbooks", "platform", "ask"]
