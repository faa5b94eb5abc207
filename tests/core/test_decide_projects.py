"""Projects are QuickBooks': they come here, and nothing that is done to them here goes there."""

import pytest
from msgspec.structs import replace

from service.core.decide import decide
from service.core.decision import Instruction, Result, Write
from service.core.records import Customer, Kind
from tests.core.test_decide_cases import pair, policy

PROJECT = Customer(name="Harbour Hall", parent="58", phone="1", project=True)


def decided(ours, theirs, base=None, **more):
    return decide(pair(ours, theirs, base, kind=Kind.CUSTOMER, **more), policy())


def test_a_project_comes_here_as_a_customer() -> None:
    decision = decided(None, PROJECT)

    assert (decision.result, decision.platform) == (Result.CREATED_IN_PLATFORM, Write.CREATE)
    assert decision.content == PROJECT


def test_what_is_edited_here_stays_here_and_says_why_and_what_quickbooks_changed_comes() -> None:
    ours, theirs = replace(PROJECT, phone="2"), replace(PROJECT, email="a@birch.example")

    decision = decided(ours, theirs, PROJECT)

    assert (decision.result, decision.code) == (Result.HELD, "project")
    assert (decision.quickbooks, decision.held_fields) == (None, ("phone",))
    assert decision.platform_fields == ("email",)
    assert decision.content == replace(ours, email="a@birch.example")


def test_who_keeps_quickbooks_has_the_edit_undone() -> None:
    told = {"instruction": Instruction.KEEP_QUICKBOOKS}

    decision = decided(replace(PROJECT, phone="2"), PROJECT, PROJECT, record=told)

    assert (decision.result, decision.code) == (Result.UPDATED_IN_PLATFORM, None)
    assert (decision.content, decision.base) == (PROJECT, PROJECT)


def test_a_project_that_is_gone_from_quickbooks_is_archived_here() -> None:
    decision = decided(replace(PROJECT, phone="2"), PROJECT, PROJECT, counterpart={"deleted": True})

    assert (decision.result, decision.quickbooks) == (Result.UPDATED_IN_PLATFORM, None)
    assert decision.content.archived


def test_an_archived_project_is_not_made_inactive_in_quickbooks() -> None:
    decision = decided(replace(PROJECT, archived=True), PROJECT, PROJECT)

    assert (decision.code, decision.quickbooks) == ("project", None)


@pytest.mark.parametrize("phone", [None, "1"])
def test_a_customer_that_turns_out_to_be_a_project_is_linked_and_never_written_to(phone) -> None:
    ours = Customer(name="harbour hall", parent="58", phone=phone, email="a@birch.example")

    decision = decided(ours, PROJECT)

    assert decision.link
    assert (decision.code, decision.quickbooks) == ("project", None)
    assert decision.content.project
    assert "email" in decision.held_fields
