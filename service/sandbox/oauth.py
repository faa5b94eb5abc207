"""Grants: codes, access tokens, refresh tokens and their rotation, for one registered application."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from service.sandbox.deviations import NONE, Deviation, Deviations
from service.sandbox.knobs import Knobs

REVOKED = "Token revoked"
REFUSALS = {
    "incorrect": "Incorrect or invalid refresh token",
    "expired": "Token has been expired or revoked",
    "type": "Incorrect Token type or clientID",
}
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class GrantRefused(Exception):  # noqa: N818
    """An OAuth error: `error` and `description` as in the answer."""

    def __init__(self, error: str, description: str | None = None, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status


@dataclass(slots=True)
class Grant:
    """One connection of the application to one company; tokens of an older one are dead."""

    realm_id: str
    access_token: str
    refresh_token: str
    refresh_issued_at: datetime
    refresh_expires_at: datetime
    connected_at: datetime
    replaced: dict[str, datetime] = field(default_factory=dict)
    access: dict[str, datetime] = field(default_factory=dict)
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Code:
    """An authorization code; it works once."""

    realm_id: str
    redirect_uri: str
    expires_at: datetime
    scopes: frozenset[str] = frozenset()


class Grants:
    """All that the token endpoint knows."""

    def __init__(
        self,
        now: Callable[[], datetime],
        rng: random.Random,
        knobs: Knobs,
        client_id: str | None,
        client_secret: str | None,
        deviations: Deviations = NONE,
    ) -> None:
        self._now = now
        self._random = rng
        self._knobs = knobs
        self._deviations = deviations
        self.client_id = client_id or f"AB{self._text(48)}"
        self.client_secret = client_secret or self._text(40)
        self._grants: dict[str, Grant] = {}
        self._codes: dict[str, Code] = {}
        self._revoked: set[str] = set()

    def issue_code(self, realm_id: str, redirect_uri: str, scopes: frozenset[str] = frozenset()) -> str:
        """Issue a code for a company whose user has agreed to some scopes."""
        code = f"AB1{self._text(47)}"
        self._codes[code] = Code(realm_id, redirect_uri, self._now() + self._knobs.code_lifetime, scopes)
        return code

    def exchange(self, code: str, redirect_uri: str) -> Grant:
        """Exchange a code for tokens; single use. Raises GrantRefused."""
        issued = self._codes.pop(code, None)
        if issued is None or self._now() >= issued.expires_at:
            raise GrantRefused("invalid_grant", "Incorrect or invalid authorization code")
        if issued.redirect_uri != redirect_uri:
            raise GrantRefused(
                "invalid_grant", "Redirect URI does not match the one of the authorization request"
            )
        grant = self.connect(issued.realm_id)
        grant.scopes = issued.scopes
        return grant

    def connect(self, realm_id: str) -> Grant:
        """Make a new grant for a company; the old one's tokens die (QBO documented)."""
        self.disconnect(realm_id)
        now = self._now()
        ends = now + self._knobs.refresh_lifetime
        grant = Grant(realm_id, "", f"AB{self._text(48)}", now, ends, now)
        self._grants[realm_id] = grant
        self._issue_access(grant)
        return grant

    def refresh(self, token: str) -> Grant:
        """Issue a new access token; the refresh token's value changes after 24 h. Raises GrantRefused."""
        grant = self._by_refresh_token(token)
        now = self._now()
        if grant is None or now >= grant.refresh_expires_at or now >= self.hard_end(grant):
            raise GrantRefused("invalid_grant", REFUSALS[self._knobs.invalid_grant_text])
        is_old = now - grant.refresh_issued_at >= self._knobs.rotate_after
        if Deviation.REFRESH_NEVER_ROTATES in self._deviations:
            is_old = False
        if token == grant.refresh_token and is_old:
            grant.replaced[token] = now + self._knobs.refresh_grace
            grant.refresh_token = f"AB{self._text(48)}"
            grant.refresh_issued_at = now
        grant.refresh_expires_at = now + self._knobs.refresh_lifetime
        self._issue_access(grant)
        return grant

    def hard_end(self, grant: Grant) -> datetime:
        """Answer when a connection ends whatever happens (QBO documented)."""
        return grant.connected_at + self._knobs.refresh_hard_lifetime

    def revoke(self, token: str) -> bool:
        """End the connection that a token belongs to; False where it belongs to none."""
        for grant in self._grants.values():
            if token == grant.refresh_token or token in grant.access:
                self.disconnect(grant.realm_id)
                return True
        return False

    def disconnect(self, realm_id: str) -> None:
        """End a connection, as a user does in QuickBooks."""
        grant = self._grants.pop(realm_id, None)
        if grant is not None:
            self._revoked.update(grant.access)

    def is_connected(self, realm_id: str) -> bool:
        """Say whether the application has access to a company."""
        return realm_id in self._grants

    def realm_of(self, token: str) -> tuple[str | None, str]:
        """Answer the company of an access token, or None and why it is refused (recorded words)."""
        for grant in self._grants.values():
            expires_at = grant.access.get(token)
            if expires_at is not None:
                if self._now() < expires_at:
                    return grant.realm_id, ""
                return None, f"Token expired: {token}"
        if token in self._revoked:
            return None, f"{REVOKED}: {token}"
        return None, "Malformed bearer token: too short or too long"

    def scopes_of(self, token: str) -> frozenset[str]:
        """Answer what a living access token was granted for; nothing where it isn't one."""
        for grant in self._grants.values():
            if token in grant.access and self._now() < grant.access[token]:
                return grant.scopes
        return frozenset()

    def _by_refresh_token(self, token: str) -> Grant | None:
        now = self._now()
        for grant in self._grants.values():
            if token == grant.refresh_token:
                return grant
            if token in grant.replaced and now < grant.replaced[token]:
                return grant
        return None

    def _issue_access(self, grant: Grant) -> None:
        now = self._now()
        grant.access_token = f"eyJ{self._text(96)}"
        grant.access = {token: until for token, until in grant.access.items() if until > now}
        grant.access[grant.access_token] = now + self._knobs.access_lifetime

    def _text(self, length: int) -> str:
        return "".join(self._random.choices(ALPHABET, k=length))
