"""What is known about a request before it is carried out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestInfo:
    """`kind` is one of query, cdc, read, write, batch, companyinfo, preferences, upload, pdf, send, report,
    download, taxservice, other.
    """

    realm_id: str | None
    method: str
    kind: str
    entity: str | None
    operation: str | None
    path: str
    body: bytes
