"""Revisions as ETags, and the preconditions that callers make of them."""

import re

from service.api.problems import ProblemError
from service.store.record_writes import Precondition

_TAG = re.compile(r'^"(\d{1,15})"$')


def etag(revision: int) -> str:
    """Write a revision as an ETag."""
    return f'"{revision}"'


def read_revision(if_match: str | None) -> int | None:
    """Return the revision that an If-Match names; None for none or `*`."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = _TAG.match(if_match.strip())
    if found is None:
        raise ProblemError("invalid_etag", 'If-Match takes one revision in quotes, as in "3".')
    return int(found.group(1))


def precondition(if_match: str | None, if_none_match: str | None) -> Precondition:
    """Read both headers."""
    if if_none_match is not None and if_none_match.strip() != "*":
        raise ProblemError("invalid_etag", "If-None-Match takes * only.")
    return Precondition(
        revision=read_revision(if_match),
        present=if_match is not None,
        absent=if_none_match is not None,
    )
