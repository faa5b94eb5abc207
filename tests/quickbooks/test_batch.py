"""Frozen requests: the same input gives the same bytes, and an item's bytes stay as they are."""

import json

import pytest

from service.quickbooks.batch import BatchItem, Operation, batch_request, single_request

BILL = b'{"VendorRef":{"value":"56"},"Line":[{"Amount":150.00}]}'


def test_a_batch_embeds_its_items_untouched_and_in_order() -> None:
    items = [
        BatchItem("a", Operation.CREATE, "Bill", BILL),
        BatchItem("b", Operation.DELETE, "Invoice", b'{"Id":"129","SyncToken":"0"}'),
    ]

    request = batch_request(items, request_id="f" * 32)

    assert request.body == (
        b'{"BatchItemRequest":[{"bId":"a","operation":"create","Bill":' + BILL + b"},"
        b'{"bId":"b","operation":"delete","Invoice":{"Id":"129","SyncToken":"0"}}]}'
    )
    assert request == batch_request(items, request_id="f" * 32)
    assert (request.path, request.item_ids, request.is_batch) == ("batch", ("a", "b"), True)


def test_payments_are_voided_by_an_update_and_invoices_by_an_operation_of_their_own() -> None:
    body = b'{"Id":"1","SyncToken":"0","sparse":true}'

    batch = batch_request(
        [
            BatchItem("1", Operation.VOID, "BillPayment", body),
            BatchItem("2", Operation.VOID, "Invoice", body),
        ],
        request_id="1",
    )
    payment, invoice = json.loads(batch.body)["BatchItemRequest"]

    assert (payment["operation"], payment["optionsData"]) == ("update", "void")
    assert invoice["operation"] == "void"
    assert "optionsData" not in invoice


@pytest.mark.parametrize(
    ("operation", "entity", "parameters"),
    [
        (Operation.CREATE, "Bill", ()),
        (Operation.UPDATE, "Bill", (("operation", "update"),)),
        (Operation.DELETE, "BillPayment", (("operation", "delete"),)),
        (Operation.VOID, "Invoice", (("operation", "void"),)),
        (Operation.VOID, "Payment", (("operation", "update"), ("include", "void"))),
    ],
)
def test_a_single_write_says_in_its_parameters_what_it_does(operation, entity, parameters) -> None:
    request = single_request(operation, entity, BILL, request_id="1")

    assert request.path == entity.lower()
    assert request.parameters == (("minorversion", "75"), *parameters)
    assert request.item_ids == ("0",)
    assert request.body == BILL


def test_options_go_along() -> None:
    options = ("allowduplicatedocnum",)

    single = single_request(Operation.CREATE, "Invoice", BILL, request_id="1", options=options)
    batch = batch_request([BatchItem("1", Operation.CREATE, "Invoice", BILL, options)], request_id="1")

    assert ("include", "allowduplicatedocnum") in single.parameters
    assert json.loads(batch.body)["BatchItemRequest"][0]["optionsData"] == "allowduplicatedocnum"


@pytest.mark.parametrize("ids", [[], ["1"] * 2, ["x" * 11], [""], [str(number) for number in range(31)]])
def test_a_batch_that_quickbooks_would_refuse_is_not_frozen(ids: list[str]) -> None:
    with pytest.raises(ValueError, match="item"):
        batch_request([BatchItem(id, Operation.CREATE, "Bill", BILL) for id in ids], request_id="1")


@pytest.mark.parametrize("request_id", ["", "x" * 37])
def test_request_ids_fit_quickbooks_limits(request_id: str) -> None:
    with pytest.raises(ValueError, match="request id"):
        batch_request([BatchItem("1", Operation.CREATE, "Bill", BILL)], request_id=request_id)
