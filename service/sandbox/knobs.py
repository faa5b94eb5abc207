"""Where sources about QuickBooks disagree or are silent, a setting; the defaults are what is most likely.

Everything here is read at the moment of use, so a knob can be turned while the sandbox runs. What each stands
for, and how we know, is in docs/quickbooks-behaviours.md.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal


@dataclass(slots=True, kw_only=True)
class Knobs:
    """The positions of all switches; times are timedeltas, shares are between 0 and 1."""

    # requests and answers
    accept_default: Literal["json", "xml"] = "json"
    """What a request without an Accept header gets (inferred: XML)."""
    name_case: Literal["any", "exact"] = "any"
    """Whether paths and FROM take an entity in any case (documented both ways)."""
    latency: timedelta = timedelta(0)
    """How long each request takes before it is carried out."""
    request_limit: timedelta = timedelta(seconds=120)
    """How long a request may take before the server gives it up with a 504 (documented, answer inferred)."""
    time_behind: timedelta = timedelta(0)
    """How far the envelope's `time` is before the write's LastUpdatedTime (recorded: up to 2 s)."""
    tid_header: Literal["intuit_tid", "intuit-tid"] = "intuit_tid"
    """Under which name the trace id comes (recorded both ways)."""
    us_characters: Literal["accept", "reject", "replace"] = "accept"
    """What a US company does with text outside ISO-8859-1 (documented as unsupported, effect unsettled)."""
    fault_in_200: bool = False
    """Answer business faults with HTTP 200 (documented as possible)."""
    fault_in_query: bool = False
    """Answer a refused query with HTTP 200 and the fault inside QueryResponse (documented as possible)."""
    fault_shape: Literal["full", "sparse", "number"] = "full"
    """`sparse` leaves time, Detail and element out, `number` writes the code as one (both reported)."""
    status_of_120: Literal[400, 401, 403] = 403
    """The HTTP status of code 120 (unsettled)."""

    # requestid replay
    requestid_ttl: timedelta | None = None
    """How long an answer is replayed; None is forever, zero is never (unsettled)."""
    requestid_faults: bool = False
    """Whether a refusal is replayed too (unsettled)."""
    requestid_mismatch: Literal["original", "600"] = "original"
    """What a repeated id with another body gets (unsettled)."""
    requestid_in_flight: Literal["wait", "600"] = "wait"
    """What a repeat gets while the first is still being carried out (unsettled)."""
    requestid_misses: float = 0.0
    """The share of repeats that are carried out again (reported)."""

    # reading
    maxresults_over: Literal["clamp", "fault"] = "clamp"
    """What MAXRESULTS above 1,000 gets (unsettled)."""
    projections: Literal["whole", "picked", "fault"] = "whole"
    """What SELECT with property names gets (documented as unsupported, seen in use)."""
    bare_time_offset: timedelta | None = None
    """The offset of a time without one; None is Pacific (unsettled between that and the company's own)."""
    default_order: Literal["recorded", "id"] = "recorded"
    """Without ORDERBY: last changed first and lists by name (recorded), or by Id (documented)."""
    private_note_filter: bool = False
    """Whether PrivateNote can be asked for (not documented, unsettled)."""
    cdc_lookback: Literal["fault", "truncate", "answer"] = "fault"
    """What changedSince older than 30 days gets (unsettled; in 2020 it was answered in full)."""
    cdc_limit: int = 1000
    """How many objects a CDC answer holds (documented)."""
    cdc_order: Literal["oldest", "newest"] = "oldest"
    """Which changes a full CDC answer holds (unsettled)."""
    cdc_merged: Literal["deleted", "inactive"] = "deleted"
    """How the loser of a merge shows: gone with a tombstone, or an inactive object (unsettled)."""
    cdc_false_tombstones: float = 0.0
    """The share of changed objects that CDC calls deleted although they live (reported)."""
    report_cells: int = 400_000
    """How many cells a report has at most (unsettled); more are fault 10100."""
    read_lag: timedelta = timedelta(0)
    """How far queries and CDC are behind the writes (documented as possible, length unsettled)."""
    vendor_credit_balance: bool = True
    """Whether a VendorCredit shows its Balance (recorded both ways)."""
    address_geocodes: bool = False
    """Whether addresses come back with Lat and Long `INVALID` (recorded in older answers)."""
    mask_tax_ids: bool = True
    """Whether all but the last five characters of a TaxIdentifier are hidden (reported)."""

    # writing
    full_update: Literal["recorded", "documented"] = "recorded"
    """Whether a full update keeps DocNumber, custom fields and some settings, or empties them as well."""
    update_without_version: Literal["2020", "5010"] = "2020"
    """What an update without SyncToken gets (inferred)."""
    account_created_without_time: bool = True
    """Whether the answer to a created account lacks LastUpdatedTime (recorded)."""
    delete_linked: Literal["reject", "unlink"] = "reject"
    """Deleting or voiding what a payment is applied to (unsettled)."""
    delete_linked_code: Literal["6000", "620", "800"] = "6000"
    """The code of that refusal (unsettled)."""
    gone_detail: Literal["inactive", "deleted"] = "inactive"
    """Which of its two texts a 610 about a deleted object bears (recorded and reported)."""
    void_twice: Literal["accept", "reject"] = "accept"
    """What voiding a voided transaction gets (unsettled)."""
    payment_void_operation: Literal["accept", "reject"] = "accept"
    """Whether operation=void works for payments, beside update with include=void (unsettled)."""
    inactive_numbering: bool = True
    """A second inactive object of one name gets a number behind its suffix (unsettled)."""
    inactive_reference: Literal["610", "6250", "2500"] = "610"
    """The code for a reference to something inactive (recorded and documented)."""
    inactivate_with_balance: Literal["allow", "fault"] = "allow"
    """Making a vendor or customer with a balance inactive: done, or 6220 (documented both ways)."""
    linked_token_moves: bool = True
    """Whether a payment moves the SyncToken of what it pays (recorded)."""
    balance_time_moves: bool = True
    """Whether postings move LastUpdatedTime of accounts, vendors and customers (recorded)."""
    merge_moves_times: bool = False
    """Whether a merge moves LastUpdatedTime of the loser's transactions (unsettled)."""
    address_limits: bool = True
    """Whether the parts of an address have lengths (unsettled)."""
    duplicate_bill_scope: Literal["vendor", "company"] = "vendor"
    """Among which bills a number may not repeat where the company warns (inferred)."""
    duplicate_number_named: bool = True
    """Whether the refusal of a repeated number names who bears it (unsettled)."""
    payable_line: Literal["6000", "6430"] = "6000"
    """The code for an Accounts Payable account on a bill's line (inferred)."""
    journal_party_lines: Literal["any", "one"] = "any"
    """How many payable or receivable lines a journal entry may have (unsettled)."""
    untracked_class: Literal["ignore", "fault"] = "ignore"
    """What a class or location gets that the company does not track: ignored, or 5030 (unsettled)."""
    currency_required: bool = False
    """Whether a multicurrency company refuses a transaction without CurrencyRef (documented, not seen)."""

    # batches
    batch_limit: int = 30
    """How many items a batch may have (documented as 30, elsewhere still as 10)."""
    batch_order: Literal["request", "shuffled"] = "request"
    """In which order a batch answers (recorded; documented as not to be relied on)."""
    batch_weight: Literal["one", "items"] = "one"
    """What a batch counts against the limit a minute (unsettled)."""

    # metering
    metered_post_query: bool = True
    """Whether a query by POST is a metered read (unsettled)."""
    metered_batch_reads: bool = True
    """Whether queries and CDC inside a batch are metered reads (unsettled)."""
    metered_documents: bool = True
    """Whether PDFs and downloads are metered reads (unsettled)."""
    monthly_reads: int | None = None
    """How many metered reads all companies have a month; then 429 until the next (documented)."""

    # OAuth
    refresh_grace: timedelta = timedelta(0)
    """How long the old refresh token still works after a rotation (documented both ways)."""
    rotate_after: timedelta = timedelta(hours=24)
    """How long a refresh token keeps its value (documented)."""
    access_lifetime: timedelta = timedelta(seconds=3600)
    """How long an access token works (documented)."""
    refresh_lifetime: timedelta = timedelta(days=100)
    """How long a refresh token works after its last use (documented)."""
    refresh_hard_lifetime: timedelta = timedelta(days=1825)
    """How long a connection works at most (documented since 2025)."""
    code_lifetime: timedelta = timedelta(minutes=10)
    """How long an authorization code works (unsettled)."""
    redirect_uris: tuple[str, ...] = ()
    """Registered callbacks; empty accepts any."""
    invalid_grant_text: Literal["incorrect", "expired", "type"] = "incorrect"
    """Which of its three descriptions an invalid_grant bears (documented and reported)."""
    invalid_client_status: Literal[400, 401] = 401
    """The HTTP status of invalid_client (inferred)."""
    disconnected: Literal["401", "403"] = "401"
    """What the API answers after a user has disconnected (documented both ways)."""

    # throttles
    throttle: bool = False
    """Whether the limits below are enforced."""
    hold_lone_clients: bool = False
    """Make a client that waits for each answer wait a little longer, as the network would, so that it never
    meets a throttle; who sends several requests at once does."""
    per_second: int = 10
    """Requests a second and company (documented)."""
    per_minute: int = 500
    """Requests a minute and company (documented)."""
    concurrent: int = 10
    """Requests at once and company (documented before 2018)."""
    batches_per_minute: int = 40
    """Batches a minute and company (documented)."""
    reports_per_minute: int = 200
    """Reports a minute and company (documented before 2018)."""
    emails_per_day: int = 40
    """E-mails a day and company (documented for sandboxes)."""
    throttle_body: Literal["json", "xml"] = "json"
    """The form of a 429, whatever was asked for (recorded both ways)."""
    throttle_status: Literal[429, 403] = 429
    """Its HTTP status (403 recorded in 2016)."""
    retry_after: int | None = None
    """Seconds in a Retry-After header; QuickBooks documents none."""

    # webhooks
    webhook_format: Literal["cloudevents", "legacy"] = "cloudevents"
    """Which of the two bodies is posted (documented, one after the other)."""
    webhook_void: Literal["void", "voided"] = "voided"
    """How CloudEvents spell a void (reported both ways)."""
    webhook_ids: Literal["plain", "suffixed"] = "plain"
    """Whether an event's id ends with entity and id (reported)."""
    webhook_bare: bool = False
    """Whether CloudEvents lack datacontenttype and an empty data (reported)."""
    webhook_inactive: Literal["Delete", "Update"] = "Delete"
    """What making a list object inactive is announced as (inferred)."""
    webhook_side_effects: bool = True
    """Whether a payment also announces an update of what it pays (inferred)."""
    webhook_echo: bool = True
    """Whether writes made through the API notify too (unsettled; most likely they do)."""
    webhook_aggregation: timedelta = timedelta(seconds=1)
    """How long changes are gathered before they are posted (documented as 0 to 5 minutes)."""
    webhook_timers: bool = True
    """Deliver by itself on the running event loop; off, only flush_webhooks delivers."""
    webhook_duplicates: float = 0.0
    """The share of events that come twice (documented as possible)."""
    webhook_drops: float = 0.0
    """The share of events that never come (documented as possible)."""
    webhook_reorder: float = 0.0
    """The share of posts whose events are shuffled (documented as possible)."""
    webhook_mixed_realms: bool = False
    """Several realms in one post (documented both ways)."""
    webhook_timeout: float = 3.0
    """Seconds that a receiver has to answer (documented)."""
