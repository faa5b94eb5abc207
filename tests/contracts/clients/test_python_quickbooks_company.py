"""python-quickbooks: what describes a company, its currencies, taxes, reports and notifications."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from quickbooks import objects as qbo
from quickbooks.client import QuickBooks
from quickbooks.exceptions import QuickbooksException, UnsupportedException
from quickbooks.objects.companycurrency import CompanyCurrency
from quickbooks.objects.creditcardpayment_entity import CreditCardPayment
from quickbooks.objects.customertype import CustomerType
from quickbooks.objects.exchangerate import ExchangeRate
from quickbooks.objects.recurringtransaction import RecurringTransaction

from tests.contracts.clients.served import Served
from tests.contracts.clients.shop import Shop, make

VERIFIER = "3ab1c2d4-0000-4e2b-9f10-a1b2c3d4e5f6"


def test_company_info_is_read_in_both_ways(shop: Shop) -> None:
    info = qbo.CompanyInfo.get(shop.access.realm_id, qb=shop.qb)
    listed = qbo.CompanyInfo.all(qb=shop.qb)

    assert (info.CompanyName, info.Country, info.Id) == ("Contoso Workshop", "US", "1")
    assert [one.to_dict() for one in listed] == [info.to_dict()]
    assert info.CompanyAddr.City == "Oakport"


def test_preferences_are_read_and_written(shop: Shop) -> None:
    preferences = qbo.Preferences.get(qb=shop.qb)
    numbered = shop.invoice().save(qb=shop.qb)
    preferences.SalesFormsPrefs.CustomTxnNumbers = True

    saved = preferences.save(qb=shop.qb)
    bare = shop.invoice().save(qb=shop.qb)

    assert preferences.CurrencyPrefs.HomeCurrency.value == "USD"
    assert (saved.SalesFormsPrefs.CustomTxnNumbers, saved.SyncToken) == (True, "1")
    assert (numbered.DocNumber, bare.DocNumber) == ("1", None)
    assert saved.to_dict() == qbo.Preferences.get(qb=shop.qb).to_dict()


def test_currencies_are_added_and_retired(shop: Shop) -> None:
    made = make(CompanyCurrency, Code="GBP", Name="British Pound Sterling").save(qb=shop.qb)
    made.Active = False
    made.save(qb=shop.qb)

    assert CompanyCurrency.all(qb=shop.qb) == []
    assert [one.Code for one in CompanyCurrency.filter(Active=False, qb=shop.qb)] == ["GBP"]


def test_a_day_has_one_rate_of_a_currency(shop: Shop) -> None:
    def rate(value: Any, day: str = "2026-01-05") -> Any:
        return make(ExchangeRate, SourceCurrencyCode="EUR", AsOfDate=day, Rate=value).save(qb=shop.qb)

    first, second = rate(1.05), rate(1.0825)
    rate(1.1, "2026-01-06")

    found = ExchangeRate.where("SourceCurrencyCode = 'EUR'", order_by="AsOfDate", qb=shop.qb)
    assert [(one.AsOfDate, one.Rate) for one in found] == [("2026-01-05", 1.0825), ("2026-01-06", 1.1)]
    assert (first.TargetCurrencyCode, second.SyncToken) == ("USD", "1")


def test_tax_codes_are_made_by_the_tax_service(shop: Shop) -> None:
    agency = make(qbo.TaxAgency, DisplayName="State of California").save(qb=shop.qb)
    rate = make(qbo.TaxRateDetails, TaxRateName="Oakport 9 %", RateValue=9, TaxAgencyId=agency.Id)

    make(qbo.TaxService, TaxCode="Oakport", TaxRateDetails=[rate]).save(qb=shop.qb)

    (code,) = qbo.TaxCode.filter(Name="Oakport", qb=shop.qb)
    (known,) = qbo.TaxRate.all(qb=shop.qb)
    listed = code.SalesTaxRateList.TaxRateDetail
    assert [one.TaxRateRef.value for one in listed] == [known.Id]
    assert (known.Name, known.RateValue, known.AgencyRef.value) == ("Oakport 9 %", 9, agency.Id)
    assert qbo.TaxCode.get(code.Id, qb=shop.qb).to_dict() == code.to_dict()
    assert qbo.TaxAgency.get(agency.Id, qb=shop.qb).DisplayName == "State of California"
    assert {one.Name for one in qbo.TaxCode.all(qb=shop.qb)} == {"TAX", "NON", "Oakport"}


def test_a_card_is_paid_under_the_key_that_is_not_its_name(shop: Shop) -> None:
    paid = make(
        CreditCardPayment,
        Amount=40,
        BankAccountRef=shop.accounts["Checking"],
        CreditCardAccountRef=shop.accounts["Company Card"],
    ).save(qb=shop.qb)
    found = CreditCardPayment.get(paid.Id, qb=shop.qb)
    found.Memo = "January"
    saved = found.save(qb=shop.qb)

    balances = {one["Name"]: one["CurrentBalance"] for one in shop.company.all("Account")}
    assert [one.to_dict() for one in CreditCardPayment.all(qb=shop.qb)] == [saved.to_dict()]
    assert (balances["Checking"], balances["Company Card"]) == (-40, -40)
    saved.delete(qb=shop.qb)
    assert CreditCardPayment.count(qb=shop.qb) == 0


@pytest.mark.parametrize("kind", [qbo.Budget, CustomerType, RecurringTransaction])
def test_lists_that_are_empty_are_empty(shop: Shop, kind: type[Any]) -> None:
    assert kind.all(qb=shop.qb) == []
    assert kind.count(qb=shop.qb) == 0


def totals(report: dict[str, Any]) -> list[str]:
    """Answer the cells of a report's last line."""
    return [cell["value"] for cell in report["Rows"]["Row"][-1]["Summary"]["ColData"]]


def test_reports_agree_with_the_books(shop: Shop) -> None:
    bills = [shop.bill(amount).save(qb=shop.qb) for amount in (10, 20.5, 30)]
    shop.bill_payment(5, bills[0]).save(qb=shop.qb)
    shop.invoice(100).save(qb=shop.qb)
    owed = sum(Decimal(str(one["Balance"])) for one in shop.company.all("Bill"))

    payables = shop.qb.get_report("AgedPayables")
    receivables = shop.qb.get_report("AgedReceivables", {"report_date": "2030-01-01"})
    trial = shop.qb.get_report("TrialBalance")

    assert payables["Header"]["ReportName"] == "AgedPayables"
    assert totals(payables)[-1] == f"{owed:.2f}" == "55.50"
    assert totals(receivables)[-1] == "100.00"
    debit, credit = totals(trial)[1:]
    assert Decimal(debit) == Decimal(credit) > 0
    with pytest.raises(UnsupportedException):
        shop.qb.get_report("Nonsense")


def test_the_signature_of_a_notification_is_right(served: Served, shop: Shop) -> None:
    served.sandbox.subscribe(shop.access.realm_id, "https://contoso.example/hook", VERIFIER)
    bill = shop.bill().save(qb=shop.qb)
    asyncio.run(served.sandbox.flush_webhooks())
    (headers, body) = served.notifications.posts[-1]
    signature, text = headers["intuit-signature"], body.decode()

    assert f'"intuitentityid":"{bill.Id}"' in text.replace(" ", "")
    assert shop.qb.validate_webhook_signature(text, signature, VERIFIER)
    assert not shop.qb.validate_webhook_signature(text.replace(bill.Id, "99"), signature, VERIFIER)
    assert not shop.qb.validate_webhook_signature(text, signature, "another token")


def test_a_client_without_a_minor_version_works_with_a_warning(shop: Shop) -> None:
    with pytest.warns(DeprecationWarning, match="minor version"):
        qb = QuickBooks(
            auth_client=shop.qb.auth_client,
            refresh_token=shop.qb.refresh_token,
            company_id=shop.access.realm_id,
        )
    with qb.session:
        assert qbo.Account.count(qb=qb) == len(shop.company.all("Account"))


def test_objects_become_references_of_each_other(shop: Shop) -> None:
    parent = make(qbo.Customer, DisplayName="Harbor Group").save(qb=shop.qb)
    job = make(qbo.Customer, DisplayName="Lobby", Job=True, ParentRef=parent.to_ref()).save(qb=shop.qb)

    assert job.FullyQualifiedName == "Harbor Group:Lobby"
    assert qbo.Customer.get(job.Id, qb=shop.qb).ParentRef.value == parent.Id
    with pytest.raises(QuickbooksException, match="6240"):
        make(qbo.Customer, DisplayName="Lobby", Job=True, ParentRef=parent.to_ref()).save(qb=shop.qb)
