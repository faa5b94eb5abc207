"""QuickBooks' faults: one class, and a constructor for each situation, with QuickBooks' codes and texts.

Sources: recorded answers and the published table of error codes; wording that no recording shows is our own.
"""

from collections.abc import Iterable
from typing import Any

from service.sandbox.fault_table import (
    BUSINESS_MESSAGE,
    DELETED_DETAIL,
    DUPLICATE_NAME_DETAIL,
    KNOWN,
    MISSING_MESSAGE,
    SYSTEM,
    VALIDATION,
)


class SandboxFault(Exception):  # noqa: N818
    """One refusal, as QuickBooks words it; `element` names the field, None leaves its key out."""

    def __init__(
        self,
        code: str,
        message: str,
        detail: str | None = None,
        *,
        status: int = 400,
        element: str | None = "",
        kind: str = VALIDATION,
    ) -> None:
        super().__init__(f"{code} {message}: {detail}")
        self.code = code
        self.message = message
        self.detail = detail
        self.status = status
        self.element = element
        self.kind = kind

    def as_dict(self, shape: str = "full") -> dict[str, Any]:
        """Answer the content of the `Fault` key; `sparse` and `number` are the knob's other shapes."""
        error: dict[str, Any] = {"Message": self.message}
        if self.detail is not None and shape != "sparse":
            error["Detail"] = self.detail
        error["code"] = int(self.code) if shape == "number" and self.code.isdigit() else self.code
        if self.element is not None and shape != "sparse":
            error["element"] = self.element
        return {"Error": [error], "type": self.kind}


def by_code(code: str, detail: str | None = None) -> SandboxFault:
    """Make the fault that QuickBooks documents for a code; an unknown code becomes a system fault."""
    status, kind, message, text = KNOWN.get(code, (400, SYSTEM, "Unexpected error", f"Error {code}"))
    return SandboxFault(code, message, detail or text, status=status, kind=kind)


def not_found(*, deleted: bool = False) -> SandboxFault:
    """610, also after a delete, HTTP 400 and no 404 (recorded); `deleted` is another text (reported)."""
    return by_code("610", DELETED_DETAIL if deleted else None)


def stale(user: str) -> SandboxFault:
    """5010 with the name of whoever was faster (recorded)."""
    detail = (
        f"Stale Object Error : You and {user} were working on this at the same time. "
        f"{user} finished before you did, so your work was not saved."
    )
    return SandboxFault("5010", "Stale Object Error", detail)


def missing(parameter: str) -> SandboxFault:
    """2020 (recorded)."""
    return SandboxFault(
        "2020",
        MISSING_MESSAGE,
        f"Required parameter {parameter} is missing in the request",
        element=parameter,
    )


def unknown_property(name: str, owner: str, known: Iterable[str]) -> SandboxFault:
    """2010, with the list of what is known, cut as in the recording."""
    names = list(known)
    listed = ", ".join(f'"{one}"' for one in names[:57])
    detail = (
        f'Property Name:Unrecognized field "{name}" (class com.intuit.schema.finance.v3.{owner}), '
        f"not marked as ignorable ({len(names)} known properties: {listed} [truncated]])\n"
        " specified is unsupported or invalid"
    )
    return SandboxFault("2010", "Request has invalid or unsupported property", detail, element=None)


def invalid_id(value: object) -> SandboxFault:
    """2030 (recorded)."""
    return SandboxFault(
        "2030", "Invalid ID", f"Id should be a valid number. Supplied value:{value}", element="Id"
    )


def bad_characters(field: str) -> SandboxFault:
    """2040: names take no colon, tab or newline (QBO documented)."""
    message = "Invalid String. The string has unsupported special characters."
    return SandboxFault("2040", message, f"Property {field} has unsupported characters", element=field)


def bad_length(field: str, limit: int, supplied: int) -> SandboxFault:
    """2050 (QBO documented)."""
    message = "String length specified is either too long or too short"
    return SandboxFault("2050", message, f"Min:0 Max:{limit} supplied:{supplied}", element=field)


def bad_number(field: str, value: object, *, code: str = "2090") -> SandboxFault:
    """2090 for numbers, 2140 for amounts, 2110 for dates, 2170 for enumerations (QBO documented)."""
    words = {
        "2090": "Invalid Number",
        "2140": "Invalid Amount",
        "2110": "Invalid Date",
        "2170": "Invalid Enumeration",
    }
    return SandboxFault(code, words[code], f"{words[code]} : {value} for property {field}", element=field)


def bad_reference(target: str, value: object) -> SandboxFault:
    """2500 (reported wording)."""
    detail = f"Invalid Reference Id : {target}s element id {value} not found"
    return SandboxFault("2500", "Invalid Reference Id", detail)


def business(text: str, element: str = "") -> SandboxFault:
    """6000: whatever the books do not allow."""
    return SandboxFault("6000", BUSINESS_MESSAGE, f"Business Validation Error: {text}", element=element)


def duplicate_name(*, shared: bool) -> SandboxFault:
    """6240; the long text where customers, vendors and employees share their names (recorded both ways)."""
    detail = DUPLICATE_NAME_DETAIL if shared else "The name supplied already exists. : null"
    return SandboxFault("6240", "Duplicate Name Exists Error", detail, element=None)


def duplicate_number(number: str, kind: str, txn_id: str, *, named: bool = True) -> SandboxFault:
    """6140, naming who has the number, or not (reported wording)."""
    holder = f" DocNumber={number} is assigned to TxnType={kind} with TxnId={txn_id}" if named else ""
    detail = (
        "Duplicate Document Number Error : You must specify a different number. "
        f"This number has already been used.{holder}"
    )
    return SandboxFault("6140", "Duplicate Document Number Error", detail)


def closed_books(until: str) -> SandboxFault:
    """6200: the API has no way past the closing date (QBO documented)."""
    detail = (
        f"The account period has closed: the books are closed up to {until}, and cannot be changed through "
        "the QuickBooks Online Services API."
    )
    return SandboxFault("6200", "Account Period Closed, Cannot Update Through Services API", detail)


def unsupported(what: str) -> SandboxFault:
    """500 "Unsupported Operation", with HTTP 400 (recorded)."""
    return SandboxFault("500", "Unsupported Operation", f"Operation {what} is not supported.", element=None)


def bad_query(detail: str) -> SandboxFault:
    """4001 (recorded)."""
    return SandboxFault("4001", "Invalid query", f"QueryValidationError: {detail}", element=None)
