"""A company in the state in which QuickBooks' own was just before an exchange; then the exchange again."""

import asyncio
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

import httpx

from service.sandbox import CompanyAccess, Knobs, Sandbox
from service.sandbox.deviations import Deviations
from service.sandbox.entities import entity_named
from service.sandbox.wire import Doc, decode, encode
from tests.contracts.recorded import payloads
from tests.contracts.recorded.payloads import Exchange
from tests.sandbox.conftest import Clock

REALM = "-COMPANY_ID-"
START = datetime.fromisoformat("2020-09-29T05:00:00-07:00")
A_DAY = timedelta(days=1)
EXPIRED = "rec-qboapi-019"
GRANTED = "rec-ledger_sync-quickbooks-002"


class Stage:
    """One sandbox for the exchanges of one file; its clock follows the recorded times."""

    def __init__(self, exchanges: list[Exchange], deviations: Deviations) -> None:
        self.file = exchanges[0].file
        self.clock = Clock(min([one.at for one in exchanges if one.at is not None], default=START) - A_DAY)
        lifetime = timedelta(hours=1) if self.file in {EXPIRED, GRANTED} else timedelta(days=400)
        # In 2020 changedSince of 2011 was answered, with what had changed in 2015.
        knobs = Knobs(access_lifetime=lifetime, cdc_lookback="answer", webhook_timers=False)
        self.sandbox = Sandbox(self.clock, random.Random(4), knobs, deviations=deviations)
        self.access: CompanyAccess = self.sandbox.create_company(realm_id="1185883450")
        self.company = self.sandbox.company(self.access.realm_id)
        self.company.load(_before(exchanges))

    def replay(self, exchange: Exchange) -> httpx.Response:
        """Send exactly what was sent, with this company's realm, token, client and code in it."""
        if exchange.at is not None:
            self.clock.at = max(self.clock.at, exchange.at)
        body = (
            _whole(exchange.sent) if isinstance(exchange.sent, str) else encode(exchange.sent or {}).decode()
        )
        request = httpx.Request(
            exchange.method,
            "http://sandbox.test" + self._path(exchange),
            headers={
                "Authorization": f"Bearer {self.access.access_token}",
                "Accept": "application/json",
                "Content-Type": exchange.content_type,
            },
            content=self._translated(body) if exchange.method == "POST" else None,
        )
        if "oauth2" in exchange.url:
            del request.headers["Authorization"]
        return asyncio.run(_send(self.sandbox, request))

    def answer(self, response: httpx.Response) -> Any:
        """Read an answer, with the recorded realm's name in place of this company's."""
        if not response.headers["content-type"].startswith("application/json"):
            return response.text[:8] + "..."
        return decode(response.content.replace(self.access.realm_id.encode(), REALM.encode()))

    def _path(self, exchange: Exchange) -> str:
        """Some recordings left the company out of the path."""
        path = exchange.url.removeprefix("https://oauth.platform.intuit.com")
        root = f"/v3/company/{self.access.realm_id}"
        if not path.startswith("/v3"):
            return path
        rest = path.removeprefix("/v3").removeprefix(f"/company/{REALM}")
        return root + rest

    def _translated(self, body: str) -> str:
        """Put our own code and client in where the recorded grant had its own."""
        if self.file != GRANTED:
            return body
        form = dict(pair.split("=", 1) for pair in body.split("&"))
        form["client_id"], form["client_secret"] = self.access.client_id, self.access.client_secret
        form["code"] = self.sandbox.oauth.issue_code(self.access.realm_id, unquote(form["redirect_uri"]))
        return "&".join(f"{key}={value}" for key, value in form.items())


def _whole(body: str) -> str:
    """Uploads were recorded up to a part's end: the file of 538 bytes and the last boundary are put back."""
    lines = body.split("\r\n")
    first, cut = lines[0], lines[-1]
    if len(lines) == 1 or not first.startswith(cut):
        return body
    head = body.removesuffix(cut) + first
    disposition = 'Content-Disposition: form-data; name="file_content_01"; filename="no_detail.xml"'
    return f"{head}\r\n{disposition}\r\nContent-Type: text/xml\r\n\r\n{'x' * 538}\r\n{first}--\r\n"


async def _send(sandbox: Sandbox, request: httpx.Request) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=sandbox.app)) as client:
        return await client.send(request)


STAND_INS: tuple[tuple[str, Doc], ...] = (
    ("Account", {"Id": "4", "Name": "Undeposited Funds", "AccountType": "Other Current Asset"}),
    ("TaxCode", {"Id": "2", "Name": "California"}),
    ("Invoice", {"Id": "75", "DocNumber": "1", "TotalAmt": 1, "CustomerRef": {"value": "1"}, "Line": []}),
)
"""What the exchanges refer to and nobody recorded."""
ELSEWHERE = frozenset({"account", "preferences"})
"""The recorded accounts are another company's, and so is one of the two recorded preferences."""


def _before(exchanges: list[Exchange]) -> list[Doc]:
    """Answer what there was before: what the file's own reads show, and what else was recorded."""
    shown = [pair for one in exchanges for pair in _objects(_found(one))]
    shown += _touched(exchanges, shown)
    made = _made(exchanges, shown)
    known = {(entity, doc.get("Id")) for entity, doc in shown}
    hidden = {name for one in exchanges for name in _listed(one.body)}
    context = [
        pair for pair in _context() if pair[0] not in hidden and (pair[0], pair[1].get("Id")) not in known
    ]
    context = [pair for pair in context if not any(_is_later(pair, one) for one in made)]
    return [{entity: doc} for entity, doc in [*_fillers(made), *context, *shown]]


def _context() -> Iterator[tuple[str, Doc]]:
    yield from STAND_INS
    yield "Preferences", payloads.read("preferences", "rec-ExQuickBooks-001.json")
    for folder in payloads.FOLDERS:
        if folder not in ELSEWHERE:
            yield from ((one.entity, one.doc) for one in payloads.objects(folder))


def _made(exchanges: list[Exchange], shown: list[tuple[str, Doc]]) -> list[tuple[str, Doc]]:
    """Answer what the exchanges create."""
    known = {(entity, doc.get("Id")) for entity, doc in shown}
    answered = [pair for one in exchanges if one.method == "POST" for pair in _objects(one.body)]
    return [(entity, doc) for entity, doc in answered if (entity, doc["Id"]) not in known and _is_new(doc)]


def _touched(exchanges: list[Exchange], shown: list[tuple[str, Doc]]) -> list[tuple[str, Doc]]:
    """Answer what is changed or deleted without having been read: as another recording shows it."""
    known = {(entity, doc.get("Id")) for entity, doc in shown}
    wanted = {
        (known_name(one.url), one.sent["Id"])
        for one in exchanges
        if isinstance(one.sent, dict) and "Id" in one.sent
    } - known
    recorded = [pair for name in payloads.names("interactions") for one in payloads.exchanges(name)
                for pair in _objects(one.body)]  # fmt: skip
    return [pair for pair in recorded if (pair[0], pair[1]["Id"]) in wanted][:1]


def known_name(url: str) -> str | None:
    """Answer the entity that a path is about."""
    parts = url.partition("?")[0].split("/")
    return next((entity.name for part in parts if (entity := entity_named(part)) is not None), None)


def _found(exchange: Exchange) -> Any:
    """Answer what was read and not written: in a batch what its queries found."""
    if exchange.method == "GET":
        return exchange.body
    items = exchange.body.get("BatchItemResponse", ())
    return [item["QueryResponse"] for item in items if "QueryResponse" in item]


def _is_new(doc: Doc) -> bool:
    return doc.get("SyncToken") == "0" and "status" not in doc


def _objects(body: Any) -> Iterator[tuple[str, Doc]]:
    """Answer the whole objects in an answer, wherever they stand."""
    if isinstance(body, list):
        for one in body:
            yield from _objects(one)
    elif isinstance(body, dict):
        for key, value in body.items():
            if entity_named(key) is not None and _is_whole(value):
                yield key, value
            elif entity_named(key) is not None and isinstance(value, list):
                yield from ((key, one) for one in value if _is_whole(one))
            else:
                yield from _objects(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, dict) and "SyncToken" in value


def _listed(body: Any) -> Iterator[str]:
    found = body.get("QueryResponse") if isinstance(body, dict) else None
    yield from (key for key in found or () if entity_named(key) is not None)


def _is_later(one: tuple[str, Doc], made: tuple[str, Doc]) -> bool:
    """Whether an object's id comes from the sequence of a created one, and not before it."""
    mine, theirs = entity_named(one[0]), entity_named(made[0])
    assert mine is not None
    assert theirs is not None
    same = (mine.sequence or mine.name) == (theirs.sequence or theirs.name)
    return same and int(one[1].get("Id", "1")) >= int(made[1]["Id"])


def _fillers(made: list[tuple[str, Doc]]) -> Iterator[tuple[str, Doc]]:
    """Whatever had the id and the number before a created object's."""
    for entity, doc in made:
        filler: Doc = {"Id": str(int(doc["Id"]) - 1), "SyncToken": "0"}
        if "DocNumber" in doc:
            filler["DocNumber"] = str(int(doc["DocNumber"]) - 1)
        if "DisplayName" in doc:
            filler["DisplayName"] = "Somebody before"
        yield entity, filler
