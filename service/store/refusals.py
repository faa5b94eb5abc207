"""How a repository refuses: one error with a code that callers can rely on."""

from typing import Any


class RefusedError(Exception):
    """What was asked for can't be done; nothing was written. `code` says why, `detail` tells a person.

    `field` names the input at fault. `current` is what stands in the way, where a caller should see it.
    """

    def __init__(self, code: str, detail: str, *, field: str | None = None, current: Any = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.field = field
        self.current = current
