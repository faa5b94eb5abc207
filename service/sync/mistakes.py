"""Mistakes that tests plant to see whether the simulation notices; production has none switched on."""

from enum import StrEnum


class Mistake(StrEnum):
    """One way of getting the engine wrong."""

    FRESH_REQUEST_ID = "fresh_request_id"
    LINK_AND_BASE_APART = "link_and_base_apart"
    BASE_ON_UNKNOWN = "base_on_unknown"
