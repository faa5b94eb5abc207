"""One company as a user of python-quickbooks works in it, and the objects that he makes."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from quickbooks import QuickBooks
from quickbooks import objects as qbo
from quickbooks.objects.base import Ref

from service.sandbox import Company, CompanyAccess


def make(kind: type[Any], **values: Any) -> Any:
    """Make one of the client's objects with some attributes set."""
    made = kind()
    for name, value in values.items():
        setattr(made, name, value)
    return made


@dataclass
class Shop:
    """The client, and the company that it speaks with."""

    qb: QuickBooks
    access: CompanyAccess
    company: Company

    @cached_property
    def accounts(self) -> dict[str, Ref]:
        """The chart of accounts, as references."""
        return {one.Name: one.to_ref() for one in qbo.Account.all(qb=self.qb)}

    @cached_property
    def customer(self) -> Ref:
        return make(qbo.Customer, DisplayName="Harbor Hotel").save(qb=self.qb).to_ref()

    @cached_property
    def vendor(self) -> Ref:
        return make(qbo.Vendor, DisplayName="Pine & Sons").save(qb=self.qb).to_ref()

    @cached_property
    def item(self) -> Ref:
        return qbo.Item.filter(Name="Services", qb=self.qb)[0].to_ref()

    def sold(self, amount: Any = 100) -> Any:
        """Make a line of a sales form."""
        detail = make(qbo.SalesItemLineDetail, ItemRef=self.item, Qty=1, UnitPrice=amount)
        return make(qbo.SalesItemLine, Amount=amount, SalesItemLineDetail=detail)

    def spent(self, amount: Any = 50, account: str = "Office Expenses") -> Any:
        """Make a line of a bill and its like."""
        detail = make(qbo.AccountBasedExpenseLineDetail, AccountRef=self.accounts[account])
        return make(qbo.AccountBasedExpenseLine, Amount=amount, AccountBasedExpenseLineDetail=detail)

    def ordered(self, amount: Any = 25) -> Any:
        """Make a line that buys an item."""
        detail = make(qbo.ItemBasedExpenseLineDetail, ItemRef=self.item, Qty=1, UnitPrice=amount)
        return make(qbo.ItemBasedExpenseLine, Amount=amount, ItemBasedExpenseLineDetail=detail)

    def posted(self, side: str, account: str, amount: Any = 5) -> Any:
        """Make a line of a journal entry."""
        detail = make(qbo.JournalEntryLineDetail, PostingType=side, AccountRef=self.accounts[account])
        return make(qbo.JournalEntryLine, Amount=amount, Description=side, JournalEntryLineDetail=detail)

    def invoice(self, amount: Any = 100, **values: Any) -> Any:
        return make(qbo.Invoice, CustomerRef=self.customer, Line=[self.sold(amount)], **values)

    def bill(self, amount: Any = 50, **values: Any) -> Any:
        return make(qbo.Bill, VendorRef=self.vendor, Line=[self.spent(amount)], **values)

    def payment(self, amount: Any, *invoices: Any) -> Any:
        """Make a payment of invoices, each in full."""
        lines = [
            make(qbo.PaymentLine, Amount=one.TotalAmt, LinkedTxn=[one.to_linked_txn()]) for one in invoices
        ]
        return make(qbo.Payment, CustomerRef=self.customer, TotalAmt=amount, Line=lines)

    def bill_payment(self, amount: Any, bill: Any) -> Any:
        """Make a payment by check of a bill."""
        check = make(qbo.CheckPayment, BankAccountRef=self.accounts["Checking"])
        line = make(qbo.BillPaymentLine, Amount=amount, LinkedTxn=[bill.to_linked_txn()])
        return make(
            qbo.BillPayment,
            VendorRef=self.vendor,
            PayType="Check",
            TotalAmt=amount,
            CheckPayment=check,
            Line=[line],
        )

    def names(self) -> list[str]:
        """All vendors of the company, read past the wire."""
        return [one["DisplayName"] for one in self.company.all("Vendor")]
