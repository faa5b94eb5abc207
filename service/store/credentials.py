"""API keys: `qbs_<id>_<secret>`.

The secret has 256 random bits, so a salted SHA-256 is enough: there is nothing to guess, and a slow password
hash on every request would only help those who want the service slow.
"""

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, bindparam, insert, select, update

from service.store.tables import Credential, table_of

_T = table_of(Credential)
_PREFIX = "qbs"
_ID_BYTES = 8
_SECRET_BYTES = 32
_SALT_BYTES = 16
_NO_SALT = bytes(_SALT_BYTES)
_NO_DIGEST = bytes(hashlib.sha256().digest_size)

_INSERT = insert(_T)
_FIND = select(_T.c.id, _T.c.name, _T.c.salt, _T.c.digest, _T.c.scopes, _T.c.companies).where(
    _T.c.id == bindparam("of_id"), _T.c.revoked_at.is_(None)
)
_LIST = select(_T.c.id, _T.c.name, _T.c.scopes, _T.c.companies, _T.c.created_at, _T.c.revoked_at).order_by(
    _T.c.created_at, _T.c.id
)
_REVOKE = (
    update(_T)
    .where(_T.c.id == bindparam("of_id"), _T.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("now"))
)


class StoredCredential(Struct, frozen=True, kw_only=True):
    """Who a key stands for; `companies` None means all."""

    id: str
    name: str
    scopes: frozenset[str]
    companies: frozenset[str] | None = None
    created_at: dt.datetime | None = None
    revoked_at: dt.datetime | None = None


def create(
    connection: Connection,
    *,
    name: str,
    scopes: Iterable[str],
    companies: Iterable[str] | None,
    now: dt.datetime,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> str:
    """Make a key and return it: the only time that anybody sees it."""
    key_id, secret, salt = random(_ID_BYTES).hex(), random(_SECRET_BYTES).hex(), random(_SALT_BYTES)
    row = {
        "id": key_id,
        "name": name,
        "salt": salt,
        "digest": _digest(salt, secret),
        "scopes": msgspec.json.encode(sorted(scopes)).decode(),
        "companies": None if companies is None else msgspec.json.encode(sorted(companies)).decode(),
        "created_at": now,
        "revoked_at": None,
    }
    connection.execute(_INSERT, row)
    return f"{_PREFIX}_{key_id}_{secret}"


def find(connection: Connection, key: str) -> StoredCredential | None:
    """Return whom the key stands for; None if it is wrong or revoked, in the same time."""
    prefix, _, rest = key.partition("_")
    key_id, _, secret = rest.partition("_")
    row = None
    if prefix == _PREFIX and key_id.isascii() and key_id.isalnum():
        row = connection.execute(_FIND, {"of_id": key_id}).one_or_none()
    salt, digest = (bytes(row.salt), bytes(row.digest)) if row else (_NO_SALT, _NO_DIGEST)
    fits = hmac.compare_digest(_digest(salt, secret), digest)
    if row is None or not fits:
        return None
    return StoredCredential(
        id=row.id, name=row.name, scopes=_set(row.scopes) or frozenset(), companies=_set(row.companies)
    )


def listed(connection: Connection) -> list[StoredCredential]:
    """Return all keys, revoked ones too, oldest first."""
    return [
        StoredCredential(
            id=row.id,
            name=row.name,
            scopes=_set(row.scopes) or frozenset(),
            companies=_set(row.companies),
            created_at=row.created_at,
            revoked_at=row.revoked_at,
        )
        for row in connection.execute(_LIST)
    ]


def revoke(connection: Connection, key_id: str, now: dt.datetime) -> bool:
    """Revoke a key by its id; say whether it was good until now."""
    return connection.execute(_REVOKE, {"of_id": key_id, "now": now}).rowcount > 0


def _digest(salt: bytes, secret: str) -> bytes:
    return hashlib.sha256(salt + secret.encode(errors="surrogateescape")).digest()


def _set(text: str | None) -> frozenset[str] | None:
    return None if text is None else msgspec.json.decode(text, type=frozenset[str])
