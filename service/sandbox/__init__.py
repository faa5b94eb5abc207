"""A local QuickBooks Online: the same wire, rules and faults, in process or over HTTP."""

from service.sandbox.company import Company
from service.sandbox.deviations import Deviation
from service.sandbox.errors import SandboxFault
from service.sandbox.http.info import RequestInfo
from service.sandbox.injection import DroppedConnection, FaultRule
from service.sandbox.journal import JournalEntry, Meter
from service.sandbox.knobs import Knobs
from service.sandbox.sandbox import CompanyAccess, Sandbox
from service.sandbox.webhooks import Deliver, Subscription

__all__ = [
    "Company",
    "CompanyAccess",
    "Deliver",
    "Deviation",
    "DroppedConnection",
    "FaultRule",
    "JournalEntry",
    "Knobs",
    "Meter",
    "RequestInfo",
    "Sandbox",
    "SandboxFault",
    "Subscription",
]
