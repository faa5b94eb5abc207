"""Classes."""

from service.core.records import AccountingClass
from tests.simulation.kinds.tracking import tracking_kind

KIND = tracking_kind("accounting_class", "Class", AccountingClass, rank=12)
