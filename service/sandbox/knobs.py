"""Where sources about QuickBooks disagree or are silent, a setting; the defaults are what is most likely.

Everything here is read at the moment of use, so a knob can be turned while the sandbox runs.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal


@dataclass(slots=True, kw_only=True)
class Knobs:
    """The positions of all switches; times are timedeltas, shares are between 0 and 1."""

    # requestid replay
    requestid_ttl: timedelta | None = None
    """How long an answer is replayed; None is forever, zero is never (unsettled)."""
    requestid_faults: bool = False
    """Whether a refusal is replayed too (unsettled)."""
    requestid_mismatch: Literal["original", "600"] = "original"
    """What a repeated id with another body gets (unsettled)."""

    # reading
    cdc_lookback: Literal["fault", "truncate"] = "fault"
    """What changedSince older than 30 days gets (unsettled)."""
    cdc_limit: int = 1000
    latency: timedelta = timedelta(0)
    """How long each request takes before it is carried out."""
    read_lag: timedelta = timedelta(0)
    """How far queries and CDC are behind the writes (documented as possible, length unsettled)."""
    fault_in_200: bool = False
    """Answer business faults with HTTP 200 (documented as possible)."""

    # writing
    delete_linked: Literal["reject", "unlink"] = "reject"
    """Deleting or voiding what a payment is applied to (unsettled)."""
    void_twice: Literal["accept", "reject"] = "accept"
    inactive_numbering: bool = True
    """A second inactive object of one name gets a number behind its suffix (unsettled)."""
    linked_token_moves: bool = True
    """Whether a payment moves the SyncToken of what it pays (recorded)."""
    balance_time_moves: bool = True
    """Whether postings move LastUpdatedTime of accounts, vendors and customers (recorded)."""

    # OAuth
    refresh_grace: timedelta = timedelta(0)
    """How long the old refresh token still works after a rotation (documented both ways)."""
    rotate_after: timedelta = timedelta(hours=24)
    access_lifetime: timedelta = timedelta(seconds=3600)
    refresh_lifetime: timedelta = timedelta(days=100)
    code_lifetime: timedelta = timedelta(minutes=10)
    redirect_uris: tuple[str, ...] = ()
    """Registered callbacks; empty accepts any."""

    # throttles
    throttle: bool = False
    per_second: int = 10
    per_minute: int = 500
    concurrent: int = 10
    batches_per_minute: int = 40
    throttle_body: Literal["json", "xml"] = "json"
    retry_after: int | None = None
    """Seconds in a Retry-After header; QuickBooks documents none."""

    # webhooks
    webhook_format: Literal["cloudevents", "legacy"] = "cloudevents"
    webhook_void: Literal["void", "voided"] = "voided"
    webhook_aggregation: timedelta = timedelta(seconds=1)
    webhook_timers: bool = True
    """Deliver by itself on the running event loop; off, only flush_webhooks delivers."""
    webhook_echo: bool = True
    """Whether writes made through the API notify too (unsettled; most likely they do)."""
    webhook_duplicates: float = 0.0
    webhook_drops: float = 0.0
    webhook_reorder: float = 0.0
    webhook_mixed_realms: bool = False
    """Several realms in one post (documented both ways)."""
    webhook_timeout: float = 3.0
