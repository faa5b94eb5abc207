"""Each error that bookkeepers look up has a name here, and each name a description."""

import pytest

from service.core.actions import ACTIONS, MEANINGS, Action, actions_for
from service.core.articles import ARTICLES
from service.core.codes import WAYS_OUT
from service.core.records import Kind
from service.core.wordings import WORDINGS
from service.handbook import known_codes


def test_there_are_34_in_order() -> None:
    assert [each.number for each in ARTICLES] == list(range(1, 35))
    assert len({each.subject for each in ARTICLES}) == 34


@pytest.mark.parametrize("article", ARTICLES, ids=lambda each: str(each.number))
def test_each_stands_for_codes_that_are_described(article) -> None:
    assert article.codes
    assert set(article.codes) & known_codes(), "at least one of them is given by this version"
    assert set(article.codes) - known_codes() <= WAYS_OUT.keys()
    assert len(set(article.codes)) == len(article.codes)


def test_what_quickbooks_says_in_words_stands_in_an_article() -> None:
    told = {code for article in ARTICLES for code in article.codes}
    own = {each.issue for each in WORDINGS if not each.means}

    assert own - told == {"invalid_parent"}


def test_every_action_is_described_and_every_code_with_actions_is_known() -> None:
    assert MEANINGS.keys() == set(Action)
    assert ACTIONS.keys() <= known_codes()


@pytest.mark.parametrize(
    ("code", "actions"),
    [
        ("paid_in_quickbooks", "record_here retry ignore"),
        ("paid_twice", "link retry ignore"),
        ("possible_duplicate", "link proceed ignore"),
        ("credit_used_in_quickbooks", "link retry ignore"),
        ("balance_differs", "retry ignore"),
        ("payment_locked", "keep_quickbooks ignore"),
        ("vendor_differs", "retry ignore"),
    ],
)
def test_what_can_be_done_about_payments(code: str, actions: str) -> None:
    assert [*actions_for(code)] == actions.split()


def test_a_void_can_be_accepted_and_not_undone() -> None:
    code = "removed_here_changed_there"

    assert Action.RECREATE in actions_for(code, Kind.BILL)
    assert actions_for(code, Kind.BILL_PAYMENT) == (Action.ACCEPT, Action.IGNORE)


@pytest.mark.parametrize("code", sorted(known_codes()))
def test_something_can_be_done_about_every_code(code: str) -> None:
    actions = actions_for(code)

    assert Action.IGNORE in actions
    assert len(actions) > 1
    assert len(set(actions)) == len(actions)
