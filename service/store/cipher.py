"""Secrets at rest: AES-256-GCM, the key's id in front, the owner bound in.

The company and the purpose are associated data: a ciphertext that is moved to another row does not decrypt.
Keys rotate by adding a new one in front of the list; the old ones still decrypt.
"""

import base64
import binascii
import os
from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_NONCE = 12
_KEY = 32


class Sealed(NamedTuple):
    """Whose secret it is, and what for."""

    company: str
    purpose: str


class UndecipherableError(Exception):
    """The ciphertext was altered or moved, or its key is not among ours."""


class Cipher:
    """Encrypts with the first key, decrypts with whichever made it."""

    def __init__(
        self, keys: Iterable[tuple[str, bytes]], *, random: Callable[[int], bytes] = os.urandom
    ) -> None:
        listed = list(keys)
        if not listed:
            raise ValueError("no encryption key is given")
        if any(len(key) != _KEY for _, key in listed):
            raise ValueError("an encryption key must have 32 bytes")
        if any(not key_id or len(key_id.encode()) > 255 for key_id, _ in listed):
            raise ValueError("an encryption key needs an id of at most 255 bytes")
        self._keys = {key_id: AESGCM(key) for key_id, key in listed}
        if len(self._keys) != len(listed):
            raise ValueError("two encryption keys have the same id")
        self._first = listed[0][0]
        self._random = random

    @classmethod
    def from_text(cls, text: str) -> "Cipher":
        """Read `id:base64key,id:base64key`; the first encrypts."""
        return cls(_read_key(part) for part in text.split(",") if part.strip())

    def encrypt(self, secret: bytes, context: Sealed) -> bytes:
        """Encrypt for this owner and purpose."""
        key_id = self._first.encode()
        nonce = self._random(_NONCE)
        head = _VERSION + bytes([len(key_id)]) + key_id
        return head + nonce + self._keys[self._first].encrypt(nonce, secret, _bound(head, context))

    def decrypt(self, ciphertext: bytes, context: Sealed) -> bytes:
        """Decrypt what was encrypted for this owner and purpose.

        Raises:
            UndecipherableError: it was altered or moved, or the key is gone.
        """
        size = ciphertext[1] if len(ciphertext) > 1 and ciphertext[:1] == _VERSION else 0
        head, rest = ciphertext[: 2 + size], ciphertext[2 + size :]
        key = self._keys.get(head[2:].decode(errors="replace"))
        if key is None or len(rest) < _NONCE:
            raise UndecipherableError("no key of ours made this ciphertext")
        try:
            return key.decrypt(rest[:_NONCE], rest[_NONCE:], _bound(head, context))
        except InvalidTag as error:
            raise UndecipherableError("the ciphertext was altered or belongs elsewhere") from error


def new_key(key_id: str = "k1") -> str:
    """Make a key in the form that `Cipher.from_text` reads."""
    return f"{key_id}:{base64.b64encode(os.urandom(_KEY)).decode()}"


def _bound(head: bytes, context: Sealed) -> bytes:
    return head + msgspec.json.encode(context)


def _read_key(part: str) -> tuple[str, bytes]:
    key_id, colon, encoded = part.strip().partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise ValueError("an encryption key is not base64") from error  # its text must not be quoted
    if not colon or len(key) != _KEY:
        raise ValueError("an encryption key is written id:base64 of 32 bytes")
    return key_id, key
