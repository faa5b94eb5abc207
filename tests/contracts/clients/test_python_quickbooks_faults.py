"""python-quickbooks: what QuickBooks refuses comes out as the exception that this client has for it."""

from collections.abc import Callable

import pytest
from quickbooks import QuickBooks
from quickbooks import objects as qbo
from quickbooks.exceptions import (
    AuthorizationException,
    ObjectNotFoundException,
    QuickbooksException,
    SevereException,
    UnsupportedException,
    ValidationException,
)

from service.sandbox import FaultRule
from tests.contracts.clients.served import Served
from tests.contracts.clients.shop import Shop, make


def stale(shop: Shop) -> None:
    bill = shop.bill().save(qb=shop.qb)
    shop.company.update("Bill", {"Id": bill.Id, "PrivateNote": "somebody else's"})
    bill.save(qb=shop.qb)


def duplicate_name(shop: Shop) -> None:
    make(qbo.Customer, DisplayName=shop.vendor.name.upper()).save(qb=shop.qb)


def duplicate_number(shop: Shop) -> None:
    preferences = {"NameValue": [{"Name": "WarnDuplicateBillNumber", "Value": "true"}]}
    shop.company.set_preferences({"OtherPrefs": preferences})
    shop.bill(DocNumber="7").save(qb=shop.qb)
    shop.bill(DocNumber="7").save(qb=shop.qb)


def unbalanced(shop: Shop) -> None:
    lines = [shop.posted("Debit", "Checking", 5), shop.posted("Credit", "Sales", 4)]
    make(qbo.JournalEntry, Line=lines).save(qb=shop.qb)


def unknown_property(shop: Shop) -> None:
    make(qbo.Vendor, DisplayName="X", Nonsense=1).save(qb=shop.qb)


def without_lines(shop: Shop) -> None:
    make(qbo.Bill, VendorRef=shop.vendor).save(qb=shop.qb)


def bad_reference(shop: Shop) -> None:
    make(qbo.Bill, VendorRef=make(qbo.Ref, value="4711"), Line=[shop.spent()]).save(qb=shop.qb)


def overpaid(shop: Shop) -> None:
    shop.bill_payment(60, shop.bill(50).save(qb=shop.qb)).save(qb=shop.qb)


def deleted_twice(shop: Shop) -> None:
    bill = shop.bill().save(qb=shop.qb)
    bill.delete(qb=shop.qb)
    bill.delete(qb=shop.qb)


REFUSED: list[tuple[Callable[[Shop], None], type[QuickbooksException], int]] = [
    (stale, QuickbooksException, 5010),
    (duplicate_name, QuickbooksException, 6240),
    (duplicate_number, QuickbooksException, 6140),
    (unbalanced, ValidationException, 2300),
    (unknown_property, ValidationException, 2010),
    (without_lines, ValidationException, 2020),
    (bad_reference, ValidationException, 2500),
    (overpaid, QuickbooksException, 6000),
    (deleted_twice, ObjectNotFoundException, 610),
    (lambda shop: qbo.Bill.get("4711", qb=shop.qb), ObjectNotFoundException, 610),
    (lambda shop: qbo.Bill.get("1.5", qb=shop.qb), ValidationException, 2030),
    (lambda shop: shop.qb.misc_operation("nowhere", "{}"), UnsupportedException, 500),
]


@pytest.mark.parametrize(("act", "kind", "code"), REFUSED, ids=[f"{row[2]}" for row in REFUSED])
def test_faults_become_the_exceptions_of_their_codes(
    shop: Shop, act: Callable[[Shop], None], kind: type[QuickbooksException], code: int
) -> None:
    with pytest.raises(QuickbooksException) as refused:
        act(shop)

    assert (type(refused.value), refused.value.error_code) == (kind, code)
    assert refused.value.message


def test_a_system_failure_is_a_severe_exception(shop: Shop, served: Served) -> None:
    served.sandbox.faults.add(FaultRule(action="status_before", kind="read", status=500, body="json"))

    with pytest.raises(SevereException) as refused:
        qbo.Vendor.get("1", qb=shop.qb)

    assert refused.value.error_code == 10000


def test_a_gateway_page_is_reported_as_unreadable(shop: Shop, served: Served) -> None:
    served.sandbox.faults.add(FaultRule(action="status_before", kind="read", status=502, body="html"))

    with pytest.raises(QuickbooksException, match="reading json"):
        qbo.Vendor.get("1", qb=shop.qb)


def test_a_dead_access_token_is_an_authorization_exception(shop: Shop, served: Served) -> None:
    served.sandbox.oauth.disconnect(shop.access.realm_id)

    with pytest.raises(AuthorizationException) as refused:
        qbo.Vendor.all(qb=shop.qb)

    assert refused.value.error_code == 401
    assert "AuthenticationFailed" in refused.value.detail


def test_an_access_token_that_has_ended_is_replaced_by_a_refresh(shop: Shop, served: Served) -> None:
    served.clock.advance(3601)
    with pytest.raises(AuthorizationException, match="failed"):
        qbo.Vendor.all(qb=shop.qb)

    shop.qb.auth_client.refresh()
    again = QuickBooks(
        auth_client=shop.qb.auth_client,
        refresh_token=shop.qb.auth_client.refresh_token,
        company_id=shop.access.realm_id,
        minorversion=75,
    )

    with again.session:
        assert qbo.Vendor.all(qb=again) == []
