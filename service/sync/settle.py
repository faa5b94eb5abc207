"""Settle: end a sync, say what came of it, and set the time of the next one."""

import datetime as dt

from service.quickbooks.errors import (
    CompanyResetError,
    DisconnectedError,
    NotSentError,
    OAuthUnavailableError,
    QuickBooksError,
    ReadFailedError,
    ThrottledError,
)
from service.store import connections, runs, usage
from service.store.transaction import Connection
from service.sync.recover import OutcomeStillUnknownError
from service.sync.run import Run

INTERVAL = dt.timedelta(hours=24)
"""The FAQ: "the sync will automatically run approximately 24 hours after your most recent sync"."""
JITTER = 0.05
RETRIES = (dt.timedelta(minutes=5), dt.timedelta(minutes=30), dt.timedelta(hours=2))


def next_after_success(now: dt.datetime, random: float) -> dt.datetime:
    """Return when the next sync is due; `random` in [0, 1) spreads companies by at most 5 %."""
    return now + INTERVAL * (1 + JITTER * (random - 0.5))


def next_after_failure(now: dt.datetime, failures: int) -> dt.datetime:
    """Return when a failed sync is tried again: after 5 min, 30 min, then every 2 h."""
    return now + RETRIES[min(failures, len(RETRIES) - 1)]


def succeed(connection: Connection, run: Run) -> None:
    """End a sync that did its work, however many records were skipped or failed."""
    now = run.now()
    run.percent = 100
    runs.finish(connection, run.company, run.sync, run.progress(), state="succeeded", now=now)
    if not run.preview:
        due = next_after_success(now, run.services.random()) if run.is_automatic else None
        runs.schedule_next(connection, run.company, next_sync_at=due, failures=0, changes_read=True)


def cancel(connection: Connection, run: Run) -> None:
    """End a sync that somebody cancelled; what it had not done stays undecided."""
    runs.finish(connection, run.company, run.sync, run.progress(), state="cancelled", now=run.now())


def fail(connection: Connection, run: Run, *, error: Exception) -> None:
    """End a sync that could not do its work, with the reason and the time of the next try."""
    now = run.now()
    code, detail = problem_of(error)
    problem = {"code": code, "detail": detail}
    runs.finish(connection, run.company, run.sync, run.progress(), state="failed", now=now, problem=problem)
    if isinstance(error, CompanyResetError):
        connections.disconnect(connection, run.company, connections.COMPANY_RESET, now)
    elif isinstance(error, DisconnectedError):
        connections.require_reauthorization(connection, run.company, detail, now)
    if isinstance(error, ThrottledError):
        connections.pause(connection, run.company, now + dt.timedelta(seconds=error.retry_after))
    if not run.preview:
        again = run.is_automatic or isinstance(error, OutcomeStillUnknownError)
        due = next_after_failure(now, run.failures) if again else None
        runs.schedule_next(
            connection, run.company, next_sync_at=due, failures=run.failures + 1, changes_read=False
        )


def close(connection: Connection, run: Run) -> None:
    """Write the usage of a run that ends."""
    reads, writes, batches = run.own_cost()
    usage.add(connection, run.company, run.now(), reads=reads, writes=writes, batches=batches)


def problem_of(error: Exception) -> tuple[str, str]:
    """Return the code and the sentences that a caller sees of what ended a sync."""
    code, sentence = _problem_of(error)
    tid = error.intuit_tid if isinstance(error, QuickBooksError) else None
    return code, f"{sentence} Intuit finds the answer by intuit_tid {tid}." if tid else sentence


def _problem_of(error: Exception) -> tuple[str, str]:
    if isinstance(error, CompanyResetError):
        return "company_reset", connections.COMPANY_RESET
    if isinstance(error, DisconnectedError):
        return "reauthorize", "QuickBooks no longer accepts the connection: connect to it again."
    if isinstance(error, ThrottledError):
        return "throttled", "QuickBooks asked for fewer requests; the sync goes on later."
    if isinstance(error, OutcomeStillUnknownError):
        return "outcome_unknown", "QuickBooks did not say what became of some writes; the next sync looks."
    if isinstance(error, ReadFailedError):
        return error.rule.issue, error.rule.reason
    if isinstance(error, (NotSentError, OAuthUnavailableError, QuickBooksError)):
        return "quickbooks_unreachable", "QuickBooks can't be reached; the sync is tried again."
    return "internal_error", "Something went wrong here; the sync is tried again, and nothing is lost."
