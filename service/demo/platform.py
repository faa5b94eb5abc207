"""The platform's side: the service's API, called as the platform's other services would."""

from urllib.parse import quote

from service.demo.calls import Caller, Json

COMPANY = "harbor-works"
PATHS = {
    "account": "accounts",
    "vendor": "vendors",
    "customer": "customers",
    "item": "items",
    "bill": "bills",
    "invoice": "invoices",
    "vendor_credit": "vendor-credits",
    "bill_payment": "bill-payments",
    "invoice_payment": "invoice-payments",
    "funds_transfer": "funds-transfers",
}
ENTITIES = {
    "account": "Account",
    "vendor": "Vendor",
    "customer": "Customer",
    "item": "Item",
    "bill": "Bill",
    "invoice": "Invoice",
    "vendor_credit": "VendorCredit",
    "bill_payment": "BillPayment",
    "invoice_payment": "Payment",
    "funds_transfer": "JournalEntry",
    "credit_memo": "CreditMemo",
}


class Platform:
    """One company of the platform."""

    def __init__(self, caller: Caller, company: str = COMPANY) -> None:
        self._caller = caller
        self._root = f"/v1/companies/{company}"

    async def open(self, name: str) -> Json:
        """Make the company."""
        body = {"name": name, "signed_up_on": "2024-05-01", "accountant_console": False}
        made: Json = (await self._caller.call("PUT", self._root, body)).body
        return made

    async def authorize_url(self, return_to: str) -> str:
        """Begin to connect; return where the browser has to go."""
        answer = await self._caller.post(f"{self._root}/connection", {"return_to": return_to})
        return str(answer["authorize_url"])

    async def connection(self) -> Json:
        """Return how the company stands with QuickBooks."""
        answer: Json = await self._caller.get(f"{self._root}/connection")
        return answer

    async def prefer(self, chosen: Json) -> Json:
        """Change preferences."""
        answer: Json = (await self._caller.call("PATCH", f"{self._root}/preferences", chosen)).body
        return answer

    async def put(self, kind: str, record: str, document: Json, *, etag: str | None = None) -> Json:
        """Write a record, with `etag` only where nobody has changed it since."""
        headers = {"If-Match": etag} if etag else None
        answer = await self._caller.call("PUT", self._path(kind, record), document, headers=headers)
        written: Json = answer.body
        return written

    async def get(self, kind: str, record: str) -> tuple[Json, str]:
        """Read a record and its ETag."""
        answer = await self._caller.call("GET", self._path(kind, record))
        return answer.body, answer.headers["etag"]

    async def records(self, kind: str) -> list[Json]:
        """Read all records of a kind, archived ones too."""
        return await self._caller.all_of(f"{self._root}/{PATHS[kind]}")

    async def explain(self, kind: str, record: str) -> Json:
        """Ask why a record stands where it stands."""
        answer: Json = await self._caller.get(f"{self._path(kind, record)}/sync")
        return answer

    async def explain_object(self, kind: str, quickbooks_id: str) -> Json:
        """Ask why a QuickBooks object stands where it stands."""
        path = f"{self._root}/quickbooks/{ENTITIES[kind]}/{quote(quickbooks_id, safe='')}/sync"
        answer: Json = await self._caller.get(path)
        return answer

    async def press_sync(self) -> str:
        """Ask for a sync; return its id."""
        return str((await self._caller.post(f"{self._root}/syncs", {}))["id"])

    async def press_reconcile(self) -> str:
        """Ask for a sync that compares everything; return its id."""
        return str((await self._caller.post(f"{self._root}/syncs", {"mode": "reconcile"}))["id"])

    async def reconciliation(self) -> Json:
        """Return what the latest reconcile found."""
        found: Json = await self._caller.get(f"{self._root}/reconciliation")
        return found

    async def sync(self, sync: str) -> Json:
        """Return how far a sync is."""
        answer: Json = await self._caller.get(f"{self._root}/syncs/{sync}")
        return answer

    async def syncs(self, **wanted: str) -> list[Json]:
        """Return the history of syncs, newest first."""
        return await self._caller.all_of(f"{self._root}/syncs", **wanted)

    async def outcomes(self, sync: str) -> list[Json]:
        """Return what a sync did with each record."""
        return await self._caller.all_of(f"{self._root}/syncs/{sync}/outcomes")

    async def status(self) -> Json:
        """Return how the company's sync stands as a whole."""
        answer: Json = await self._caller.get(f"{self._root}/sync-status")
        return answer

    async def issues(self, **wanted: str) -> list[Json]:
        """Return the open issues, newest first."""
        return await self._caller.all_of(f"{self._root}/issues", **wanted)

    async def act(self, issue: str, action: str) -> None:
        """Do something about an issue."""
        await self._caller.post(f"{self._root}/issues/{issue}/actions", {"action": action})

    def _path(self, kind: str, record: str) -> str:
        return f"{self._root}/{PATHS[kind]}/{quote(record, safe='')}"
