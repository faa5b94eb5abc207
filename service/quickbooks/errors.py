"""What can go wrong between us and QuickBooks, named after what its receiver knows afterwards.

The one question about a write is whether it may have been applied: NotAppliedError says certainly not,
OutcomeUnknownError says look first. An answer that refuses a write is no error but part of a WriteAnswer.
"""

from service.core.faults import FaultRule


class QuickBooksError(Exception):
    """Something went wrong on the way to QuickBooks or back; `intuit_tid` names the answer, if one came."""

    def __init__(self, detail: str = "", *, intuit_tid: str | None = None) -> None:
        super().__init__(f"{detail} (intuit_tid {intuit_tid})" if intuit_tid else detail)
        self.detail = detail
        self.intuit_tid = intuit_tid


class NotAppliedError(QuickBooksError):
    """Nothing was applied, for certain."""


class NotSentError(NotAppliedError):
    """The request never left: no connection, or no free one."""


class ThrottledError(NotAppliedError):
    """QuickBooks still answers 429; `retry_after` is in seconds."""

    def __init__(self, retry_after: float, *, intuit_tid: str | None = None) -> None:
        super().__init__(f"QuickBooks wants no request for {retry_after:.0f} s", intuit_tid=intuit_tid)
        self.retry_after = retry_after


class DisconnectedError(NotAppliedError):
    """The grant doesn't open the company any more; `code` is QuickBooks' fault code, or `http_<status>`."""

    def __init__(self, code: str, *, intuit_tid: str | None = None) -> None:
        super().__init__(f"QuickBooks refuses the connection ({code})", intuit_tid=intuit_tid)
        self.code = code


class CompanyResetError(DisconnectedError):
    """The QuickBooks company was set up anew: none of its ids means what it meant."""


class InvalidGrantError(DisconnectedError):
    """The refresh token or the authorization code is not, or no longer, valid.

    Another process may have rotated the token: re-read it and try once more before believing this.
    """

    def __init__(self, description: str = "") -> None:
        super().__init__("invalid_grant")
        self.description = description


class OAuthUnavailableError(NotAppliedError):
    """The OAuth server gave no usable answer; whether it rotated the refresh token is unknown."""


class NoAnswerError(QuickBooksError):
    """The request left and no whole answer came back."""


class UnreadableAnswerError(QuickBooksError):
    """A whole answer came, and it is not what QuickBooks answers."""


class OutcomeUnknownError(QuickBooksError):
    """A write may have been applied or not: look before it is sent again."""


class ReadFailedError(QuickBooksError):
    """A read failed; `retryable` says whether the same read may succeed later, `rule` says what it means."""

    def __init__(
        self, rule: FaultRule, *, retryable: bool, detail: str = "", intuit_tid: str | None = None
    ) -> None:
        super().__init__(f"{rule.code or 'no code'}: {detail or rule.reason}", intuit_tid=intuit_tid)
        self.rule = rule
        self.retryable = retryable
