"""Every difference between the recordings and the sandbox that is meant to be, each with its reason.

A difference is named by what it is about (`Vendor.BillRate`, places in lists and the envelope left out) and
by its kind; `only` narrows it to one exchange. An entry that nothing needs any more fails a test.
"""

from dataclasses import dataclass

from tests.contracts.recorded.compare import Difference
from tests.contracts.recorded.payloads import Exchange

ENVELOPES = ("QueryResponse", "CDCResponse", "BatchItemResponse", "AttachableResponse")


@dataclass(frozen=True)
class Tolerated:
    """One entry of the table."""

    path: str
    what: str
    reason: str
    only: str = ""

    def covers(self, exchange: Exchange, difference: Difference) -> bool:
        """Whether it is about a difference."""
        return (
            (self.path, self.what) == (subject(difference.path), difference.what)
            and self.only in {"", exchange.label}
        )  # fmt: skip


def subject(path: str) -> str:
    """Answer a path without places in lists, and without the envelope around the object."""
    parts = [part.partition("[")[0] for part in path.split(".")]
    while parts and parts[0] in ENVELOPES:
        parts = parts[1:]
    return ".".join(parts)


TOLERATED = (
    Tolerated("Vendor.BillRate", "extra", "answers of 2026 show it, those of 2020 don't"),
    Tolerated("Vendor.CostRate", "extra", "answers of 2026 show it, those of 2020 don't"),
    Tolerated("Vendor.V4IDPseudonym", "extra", "answers of 2026 show it, those of 2020 don't"),
    Tolerated("Invoice.MetaData.LastModifiedByRef", "extra", "since 2026 transactions say who changed them"),
    Tolerated(
        "SalesReceipt.MetaData.LastModifiedByRef", "extra", "since 2026 transactions say who changed them"
    ),
    Tolerated(
        "Fault.Error.Detail", "value", "it names the colleague who was faster", only="rec-qboapi-010#0"
    ),
    Tolerated(
        "Fault.Error.Detail",
        "value",
        "it lists the properties of QuickBooks' own class in the order of a hash table",
        only="rec-qboapi-018#0",
    ),
    Tolerated("fault.error.detail", "value", "the token in it was blotted out", only="rec-qboapi-019#0"),
    Tolerated("Fault.Error.Detail", "value", "it names the host inside QuickBooks", only="rec-qboapi-020#0"),
)
