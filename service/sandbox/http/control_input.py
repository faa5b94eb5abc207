"""What is sent to the control side, read and checked: who mistypes is told so, and nothing is half done."""

from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from typing import Any, get_args, get_type_hints

import msgspec

from service.sandbox.entities import entity_named
from service.sandbox.injection import KINDS, FaultRule
from service.sandbox.knobs import Knobs
from service.sandbox.wire import Doc

RULE_FIELDS = frozenset(one.name for one in fields(FaultRule) if one.init)
MOST = 1_000_000
LONGEST_REALM = 20


class Refused(Exception):  # noqa: N818
    """The control side can't do what was asked."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


def read_count(body: Doc, name: str, default: int) -> int:
    """Read how many of something there should be."""
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
        raise Refused(422, f"{name} is a whole number from 0 to {MOST}.")
    return value


def read_position(text: str) -> int:
    """Read after which row the journal is asked for."""
    if not (text.isascii() and text.isdigit()):
        raise Refused(422, "after is the sequence number of a row, 0 for all.")
    return int(text)


def read_seconds(body: Doc) -> float:
    """Read how far the clock moves; it never goes back."""
    try:
        moved = timedelta(seconds=float(str(body.get("advance"))))
    except (ValueError, OverflowError):
        moved = timedelta(seconds=-1)
    if moved < timedelta(0):
        raise Refused(422, "advance is a number of seconds, 0 or more.")
    return moved.total_seconds()


def read_name(body: Doc) -> str | None:
    """Read a company's name."""
    name = body.get("name")
    if name is not None and not isinstance(name, str):
        raise Refused(422, "name is a text.")
    return name


def read_realm(body: Doc) -> str | None:
    """Read a realm id that was chosen by hand."""
    value = body.get("realm_id")
    if value is None:
        return None
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_REALM):
        raise Refused(409, f"The realm_id {value} is no number of at most {LONGEST_REALM} digits.")
    return text


def read_subscription(body: Doc) -> tuple[str, str]:
    """Read where webhooks go and what signs them."""
    url, token = body.get("url"), body.get("verifier_token")
    if not isinstance(url, str) or not isinstance(token, str) or not token:
        raise Refused(422, "url and verifier_token are needed.")
    if not url.startswith(("http://", "https://")):
        raise Refused(422, f"The url {url} begins neither with http:// nor with https://.")
    return url, token


def read_knobs(body: Doc) -> Doc:
    """Read positions of knobs, all or none; times are seconds."""
    kinds, read = get_type_hints(Knobs), {}
    for name, value in body.items():
        if name not in kinds:
            raise Refused(422, f"There is no knob {name}.")
        kind = kinds[name]
        is_time = kind is timedelta or timedelta in get_args(kind)
        given = float(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else value
        try:
            if is_time and isinstance(given, float):
                read[name] = timedelta(seconds=given)
            else:
                read[name] = msgspec.convert(float(value) if isinstance(value, Decimal) else value, kind)
        except (msgspec.ValidationError, OverflowError) as error:
            raise Refused(422, f"That is no position of {name}: {error}") from None
    return read


def read_rule(body: Doc) -> FaultRule:
    """Read a fault rule; what could never match, or never be answered, is refused."""
    unknown = set(body) - RULE_FIELDS
    if unknown:
        raise Refused(422, f"A fault rule has no {', '.join(sorted(unknown))}.")
    plain = {key: float(one) if isinstance(one, Decimal) else one for key, one in body.items()}
    try:
        rule = msgspec.convert(plain, FaultRule)
    except msgspec.ValidationError as error:
        raise Refused(422, f"That is no fault rule: {error}") from None
    if rule.kind is not None and rule.kind not in KINDS:
        raise Refused(422, f"A fault rule's kind is one of {', '.join(sorted(KINDS))}.")
    if not 400 <= rule.status <= 599:
        raise Refused(422, "The status of a fault rule is between 400 and 599.")
    if rule.entity is not None:
        entity = entity_named(rule.entity)
        if entity is None:
            raise Refused(422, f"There is no entity {rule.entity}.")
        rule.entity = entity.name
    return rule


def as_object(body: Any) -> Doc:
    """Answer a body that is a JSON object."""
    if not isinstance(body, dict):
        raise Refused(422, "The body has to be a JSON object.")
    return body
