"""Which characters a request may hold: valid UTF-8 anywhere, ISO-8859-1 in a company in the United States."""

from typing import Any

from service.sandbox import errors
from service.sandbox.books import Books
from service.sandbox.entities.transactions import US


def check_encoding(raw: bytes) -> None:
    """Refuse bytes that are no UTF-8 with code 500 (QBO documented)."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        raise errors.unsupported("with bytes that are no UTF-8") from None


def settle_characters(books: Books, body: Any) -> Any:
    """Answer a body in the company's repertoire; raises SandboxFault 2040 where the knob refuses the rest."""
    effect = books.knobs.us_characters
    if effect == "accept" or books.country not in US:
        return body
    return _settled(body, replaces=effect == "replace")


def _settled(value: Any, *, replaces: bool) -> Any:
    if isinstance(value, dict):
        return {key: _settled(one, replaces=replaces) for key, one in value.items()}
    if isinstance(value, list):
        return [_settled(one, replaces=replaces) for one in value]
    if not isinstance(value, str):
        return value
    fitting = value.encode("latin-1", "replace").decode("latin-1")
    if fitting != value and not replaces:
        raise errors.by_code("2040", "The text holds characters outside ISO-8859-1")
    return fitting
