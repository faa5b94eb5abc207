"""Contents of attachments, and the short-lived addresses under which they can be fetched."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

LIFETIME = 900
PATH = "/sandbox/files"


@dataclass(frozen=True, slots=True)
class File:
    """One content."""

    name: str
    content_type: str
    content: bytes


class Files:
    """The contents of all companies; an address is good for 900 seconds (recorded)."""

    def __init__(self, now: Callable[[], datetime], public_url: str, secret: bytes) -> None:
        self._now = now
        self.public_url = public_url
        self._secret = secret
        self._files: dict[tuple[str, str], File] = {}

    def keep(self, realm_id: str, object_id: str, file: File) -> None:
        """Keep an attachment's content."""
        self._files[realm_id, object_id] = file

    def has(self, realm_id: str, object_id: str) -> bool:
        """Say whether an attachment has a content."""
        return (realm_id, object_id) in self._files

    def forget(self, realm_id: str) -> None:
        """Drop a company's contents."""
        self._files = {key: file for key, file in self._files.items() if key[0] != realm_id}

    def address(self, realm_id: str, object_id: str) -> str:
        """Make an address; whoever has it needs no token."""
        until = int(self._now().timestamp()) + LIFETIME
        signature = self._sign(realm_id, object_id, until)
        return f"{self.public_url}{PATH}/{realm_id}/{object_id}?until={until}&signature={signature}"

    def open(self, realm_id: str, object_id: str, until: str, signature: str) -> File | None:
        """Answer a content, None where the address is wrong or too old."""
        if not until.isdecimal() or int(until) < self._now().timestamp():
            return None
        if not hmac.compare_digest(signature, self._sign(realm_id, object_id, int(until))):
            return None
        return self._files.get((realm_id, object_id))

    def _sign(self, realm_id: str, object_id: str, until: int) -> str:
        text = f"{realm_id}/{object_id}/{until}".encode()
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()
