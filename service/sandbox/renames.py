"""Who was renamed lately, so that after a rename only those objects are written anew that name them."""

from collections import deque
from collections.abc import Iterable

REMEMBERED = 16
MOST_AT_ONCE = 20
Needles = tuple[bytes, ...] | None


class Renames:
    """Counts renames; what was written at one count is still true at a later one unless it names the renamed.

    An object that is written anew for nothing costs time only, so ids are looked for in the bytes, whatever
    list they belong to.
    """

    def __init__(self) -> None:
        self.version = 0
        self._recent: deque[Needles] = deque(maxlen=REMEMBERED)

    def note(self, ids: Iterable[str]) -> None:
        """Note that some objects are called something else now."""
        needles = tuple(b'"value":"%b"' % one.encode() for one in ids)
        self._add(needles if len(needles) <= MOST_AT_ONCE else None)

    def note_everything(self) -> None:
        """Note that any name may be another now."""
        self._add(None)

    def concern(self, body: bytes, since: int) -> bool:
        """Say whether bytes that were written at a count may name somebody who was renamed after it."""
        behind = self.version - since
        if behind > len(self._recent):
            return True
        later = (self._recent[-place] for place in range(1, behind + 1))
        return any(one is None or any(needle in body for needle in one) for one in later)

    def _add(self, needles: Needles) -> None:
        self.version += 1
        self._recent.append(needles)
