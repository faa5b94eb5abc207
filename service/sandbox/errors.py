"""QuickBooks' faults: one class, and a constructor for each situation, with QuickBooks' codes and texts.

Sources: recorded answers and the published table of error codes; wording that no recording shows is our own.
"""

from collections.abc import Iterable
from typing import Any

VALIDATION = "ValidationFault"
SYSTEM = "SystemFault"
AUTHORIZATION = "AuthorizationFault"

BUSINESS_MESSAGE = "A business validation error has occurred while processing your request"
INACTIVE_DETAIL = (
    "Object Not Found : Something you're trying to use has been made inactive. "
    "Check the fields with accounts, customers, items, vendors or employees."
)
DUPLICATE_NAME_DETAIL = (
    "The name supplied already exists. : Another customer, vendor or employee is already using this name. "
    "Please use a different name."
)

# code -> (HTTP status, Fault.type, Message, Detail) for faults that a rule may inject by their code alone.
KNOWN: dict[str, tuple[int, str, str, str]] = {
    "120": (
        403,
        AUTHORIZATION,
        "Authorization Failure",
        ": -11014-You do not have access to use QuickBooks.",
    ),
    "130": (400, SYSTEM, "Internal server error", "The request reached the wrong cluster."),
    "140": (400, SYSTEM, "Company locked", "The company is locked for maintenance."),
    "150": (400, SYSTEM, "Maintenance", "The company is being upgraded. Please try again later."),
    "500": (400, VALIDATION, "Unsupported Operation", "Operation is not supported."),
    "600": (400, VALIDATION, "Duplicate Request ID", "This request id is already being processed."),
    "610": (400, VALIDATION, "Object Not Found", INACTIVE_DETAIL),
    "620": (400, VALIDATION, "Transaction cannot be linked", "The transaction can't be linked."),
    "800": (400, VALIDATION, "Cannot delete", "The transaction can't be deleted: others depend on it."),
    "1040": (400, VALIDATION, "Too many items", "Exceeded the maximum number of items in a batch."),
    "2010": (400, VALIDATION, "Request has invalid or unsupported property", "Property Name is unsupported."),
    "2020": (400, VALIDATION, "Required param missing, need to supply the required value for the API", ""),
    "2030": (400, VALIDATION, "Invalid ID", "Id should be a valid number."),
    "2040": (400, VALIDATION, "Invalid String. The string has unsupported special characters.", ""),
    "2050": (400, VALIDATION, "String length specified is either too long or too short", ""),
    "2300": (400, VALIDATION, "Debits and credits do not match", "The debits and credits must be equal."),
    "2500": (400, VALIDATION, "Invalid Reference Id", "Invalid Reference Id"),
    "4000": (400, VALIDATION, "Error parsing query", "QueryParserError"),
    "4001": (400, VALIDATION, "Invalid query", "QueryValidationError"),
    "4002": (400, VALIDATION, "The query could not be processed", "QueryProcessingError"),
    "5010": (
        400,
        VALIDATION,
        "Stale Object Error",
        "Stale Object Error : You and another user were working on this.",
    ),
    "5020": (400, VALIDATION, "Permission Denied Error", "You don't have the permission for this."),
    "5030": (
        400,
        VALIDATION,
        "Feature Not Supported Error",
        "This feature is not supported by the subscription.",
    ),
    "6000": (400, VALIDATION, BUSINESS_MESSAGE, "Business Validation Error: the request breaks a rule."),
    "6140": (400, VALIDATION, "Duplicate Document Number Error", "You must specify a different number."),
    "6190": (400, VALIDATION, "Invalid Company Status", "Subscription period has ended or was cancelled."),
    "6200": (400, VALIDATION, "Account period closed", "The books are closed up to a later date."),
    "6210": (400, VALIDATION, "Account period closed", "The account period is closed and needs a password."),
    "6240": (400, VALIDATION, "Duplicate Name Exists Error", DUPLICATE_NAME_DETAIL),
    "6430": (400, VALIDATION, "Invalid account type", "Invalid account type used in the request"),
    "6540": (
        400,
        VALIDATION,
        "Deposited Transaction cannot be changed",
        "The transaction has been deposited.",
    ),
    "10000": (
        500,
        SYSTEM,
        "An application error has occurred while processing your request",
        "System Failure Error: the request could not be processed.",
    ),
    "10100": (400, VALIDATION, "Result Set Big", "The result set is too large."),
    "10200": (400, VALIDATION, "Company reset", "The company was reset; all ids are invalid."),
}


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

    def as_dict(self) -> dict[str, Any]:
        """Answer the content of the `Fault` key."""
        error: dict[str, Any] = {"Message": self.message}
        if self.detail is not None:
            error["Detail"] = self.detail
        error["code"] = self.code
        if self.element is not None:
            error["element"] = self.element
        return {"Error": [error], "type": self.kind}


def by_code(code: str, detail: str | None = None) -> SandboxFault:
    """Make the fault that QuickBooks documents for a code; an unknown code becomes a system fault."""
    status, kind, message, text = KNOWN.get(code, (400, SYSTEM, "Unexpected error", f"Error {code}"))
    return SandboxFault(code, message, detail or text, status=status, kind=kind)


def not_found() -> SandboxFault:
    """610, also after a delete, and HTTP 400 rather than 404 (recorded)."""
    return by_code("610")


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
        "Required param missing, need to supply the required value for the API",
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


def duplicate_number(number: str, kind: str, txn_id: str) -> SandboxFault:
    """6140, naming who has the number (reported wording)."""
    detail = (
        "Duplicate Document Number Error : You must specify a different number. This number has already been "
        f"used. DocNumber={number} is assigned to TxnType={kind} with TxnId={txn_id}"
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
