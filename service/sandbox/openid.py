"""OpenID Connect: who the user is that has agreed, signed with a key that is made when first asked for."""

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from service.sandbox.wire import Doc, encode

OPENID = "openid"
KEY_ID = "sandbox"
LIFETIME = timedelta(hours=1)
SUBJECT = "7a1b6f3e-6a0e-4c43-9f53-0a7a2f5f5d11"
# What each scope lets an application know (QBO documented); the person is invented.
CLAIMS: dict[str, Doc] = {
    OPENID: {"sub": SUBJECT},
    "email": {"email": "robin.vale@company.example", "emailVerified": True},
    "profile": {"givenName": "Robin", "familyName": "Vale"},
    "phone": {"phoneNumber": "+1 5550101000", "phoneNumberVerified": False},
    "address": {
        "address": {
            "streetAddress": "12 Harbor Street",
            "locality": "Oakport",
            "region": "CA",
            "postalCode": "94999",
            "country": "US",
        }
    },
}


class Issuer:
    """Says who agreed. The key is the one thing here that no seed decides."""

    def __init__(self, now: Callable[[], datetime], public_url: str) -> None:
        self._now = now
        self.name = f"{public_url}/op/v1"

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def id_token(self, client_id: str, realm_id: str) -> str:
        """Make a signed statement for an application about the user of a company (RS256)."""
        now = self._now()
        header = {"kid": KEY_ID, "typ": "JWT", "alg": "RS256"}
        payload = {
            "sub": SUBJECT,
            "aud": [client_id],
            "realmid": realm_id,
            "auth_time": int(now.timestamp()),
            "iss": self.name,
            "exp": int((now + LIFETIME).timestamp()),
            "iat": int(now.timestamp()),
        }
        signed = f"{_text(encode(header))}.{_text(encode(payload))}"
        signature = self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_text(signature)}"

    def keys(self) -> Doc:
        """Answer the public key as a set of one."""
        numbers = self._key.public_key().public_numbers()
        shown = {"n": _number(numbers.n), "e": _number(numbers.e)}
        return {"keys": [{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": KEY_ID, **shown}]}


def claims(scopes: frozenset[str]) -> Doc:
    """Answer what an application with some scopes may know about the user."""
    known: dict[str, Any] = {}
    for scope, values in CLAIMS.items():
        if scope in scopes:
            known |= values
    return known


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _number(value: int) -> str:
    return _text(value.to_bytes((value.bit_length() + 7) // 8, "big"))
