"""QuickBooks' table of error codes: status, kind and texts of the faults that are made by their code alone.

Codes, messages and HTTP statuses are Intuit's; a detail that no recording shows is in our own words.
"""

VALIDATION = "ValidationFault"
SYSTEM = "SystemFault"
AUTHORIZATION = "AuthorizationFault"

BUSINESS_MESSAGE = "A business validation error has occurred while processing your request"
MISSING_MESSAGE = "Required param missing, need to supply the required value for the API"
INACTIVE_DETAIL = (
    "Object Not Found : Something you're trying to use has been made inactive. "
    "Check the fields with accounts, customers, items, vendors or employees."
)
DELETED_DETAIL = "Object Not Found : Another user has deleted this transaction."
DUPLICATE_NAME_DETAIL = (
    "The name supplied already exists. : Another customer, vendor or employee is already using this name. "
    "Please use a different name."
)

# code -> (Message, Detail) of what the service refuses with HTTP 400 and a ValidationFault.
_REFUSALS: dict[str, tuple[str, str]] = {
    "500": ("Unsupported Operation", "Operation is not supported."),
    "600": ("Duplicate Request ID", "This request id is already being processed."),
    "610": ("Object Not Found", INACTIVE_DETAIL),
    "620": ("Transaction cannot be linked", "The transaction can't be linked."),
    "800": ("Cannot delete", "The transaction can't be deleted: others depend on it."),
    "1040": ("Too many items", "Exceeded the maximum number of items in a batch."),
    "2010": ("Request has invalid or unsupported property", "Property Name is unsupported."),
    "2020": (MISSING_MESSAGE, "Required parameter is missing in the request"),
    "2030": ("Invalid ID", "Id should be a valid number."),
    "2040": ("Invalid String. The string has unsupported special characters.", "Unsupported characters"),
    "2050": ("String length specified is either too long or too short", "Min:0 Max:21 supplied:22"),
    "2090": ("Invalid Number", "Invalid Number"),
    "2110": ("Invalid Date", "Invalid Date"),
    "2130": ("Invalid Request Id Format", "A request id has at most 50 characters."),
    "2140": ("Invalid Amount", "Invalid Amount"),
    "2170": ("Invalid Enumeration", "Invalid Enumeration"),
    "2210": ("Invalid Email Address format", "Email Address does not conform to the format"),
    "2300": ("Debits and credits do not match", "The debits and credits must be equal."),
    "2500": ("Invalid Reference Id", "Invalid Reference Id"),
    "4000": ("Error parsing query", "QueryParserError"),
    "4001": ("Invalid query", "QueryValidationError"),
    "4002": ("The query could not be processed", "QueryProcessingError"),
    "5010": ("Stale Object Error", "Stale Object Error : You and another user were working on this."),
    "5020": ("Permission Denied Error", "You don't have the permission for this."),
    "5030": ("Feature Not Supported Error", "This feature is not supported by the company's settings."),
    "6000": (BUSINESS_MESSAGE, "Business Validation Error: the request breaks a rule."),
    "6010": ("Invalid Account Type", "Account type or subtype is required"),
    "6070": ("Amount calculation incorrect in the request", "Amount is not equal to UnitPrice * Qty."),
    "6080": ("Name is required", "At least one name part or DisplayName is required"),
    "6100": ("Invalid tax code", "The line's tax code is neither TAX nor NON."),
    "6140": ("Duplicate Document Number Error", "You must specify a different number."),
    "6150": ("Parent missing", "A sub-customer needs a ParentRef"),
    "6180": ("Too many levels", "The list can't have more than five levels"),
    "6190": ("Invalid Company Status", "Subscription period has ended or was cancelled."),
    "6200": ("Account period closed", "The books are closed up to a later date."),
    "6210": ("Account period closed", "The account period is closed and needs a password."),
    "6220": ("Balance is not zero", "The balance must be zero before this can be made inactive."),
    "6240": ("Duplicate Name Exists Error", DUPLICATE_NAME_DETAIL),
    "6250": ("Inactive reference", "The request refers to something that is inactive."),
    "6280": ("Unbilled charges", "There are charges that have not been billed yet."),
    "6310": (
        "Billable expense needs a customer",
        "If you use a billable expense, you must select a customer",
    ),
    "6430": ("Invalid account type", "Invalid account type used in the request"),
    "6450": ("Settled transaction", "The transaction has been settled and can't be changed."),
    "6480": ("Bank-matched transaction", "The transaction is matched to the bank and can't be changed."),
    "6540": ("Deposited Transaction cannot be changed", "The transaction has been deposited."),
    "10100": ("Result Set Big", "The result set is too large."),
    "10200": ("Company reset", "The company was reset; all ids are invalid."),
}

_OTHERS: dict[str, tuple[int, str, str, str]] = {
    "120": (
        403,
        AUTHORIZATION,
        "Authorization Failure",
        ": -11014-You do not have access to use QuickBooks.",
    ),
    "130": (400, SYSTEM, "Internal server error", "The request reached the wrong cluster."),
    "140": (400, SYSTEM, "Company locked", "The company is locked for maintenance."),
    "150": (400, SYSTEM, "Maintenance", "The company is being upgraded. Please try again later."),
    "10000": (
        500,
        SYSTEM,
        "An application error has occurred while processing your request",
        "System Failure Error: the request could not be processed.",
    ),
}

# code -> (HTTP status, Fault.type, Message, Detail)
KNOWN: dict[str, tuple[int, str, str, str]] = {
    **{code: (400, VALIDATION, *texts) for code, texts in _REFUSALS.items()},
    **_OTHERS,
}
