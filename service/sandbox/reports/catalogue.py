"""Which reports there are."""

from collections.abc import Callable, Mapping

from service.sandbox import errors
from service.sandbox.books import Books
from service.sandbox.reports.aging import PAYABLE, RECEIVABLE, Side, aged, aged_detail
from service.sandbox.reports.balances import balances
from service.sandbox.reports.ledger import general_ledger, transaction_list
from service.sandbox.reports.profit import profit_and_loss
from service.sandbox.reports.statements import balance_sheet, trial_balance
from service.sandbox.wire import Doc

Report = Callable[[Books, Mapping[str, str]], Doc]
SidedReport = Callable[[Books, str, Side, Mapping[str, str]], Doc]


def _sided(make: SidedReport, name: str, side: Side) -> Report:
    def run_it(books: Books, params: Mapping[str, str]) -> Doc:
        return make(books, name, side, params)

    return run_it


REPORTS: dict[str, Report] = {
    "AgedPayables": _sided(aged, "AgedPayables", PAYABLE),
    "AgedPayableDetail": _sided(aged_detail, "AgedPayableDetail", PAYABLE),
    "AgedReceivables": _sided(aged, "AgedReceivables", RECEIVABLE),
    "AgedReceivableDetail": _sided(aged_detail, "AgedReceivableDetail", RECEIVABLE),
    "VendorBalance": _sided(balances, "VendorBalance", PAYABLE),
    "CustomerBalance": _sided(balances, "CustomerBalance", RECEIVABLE),
    "TrialBalance": trial_balance,
    "BalanceSheet": balance_sheet,
    "ProfitAndLoss": profit_and_loss,
    "GeneralLedger": general_ledger,
    "TransactionList": transaction_list,
}


def run(books: Books, name: str, params: Mapping[str, str]) -> Doc:
    """Answer a report; raises SandboxFault 500 for one that there isn't (inferred)."""
    report = REPORTS.get(name)
    if report is None:
        raise errors.unsupported(f"report {name}")
    return report(books, params)
