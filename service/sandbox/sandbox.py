"""The sandbox put together: companies, their grants, the wire, faults, hooks and webhooks."""

import random as chance
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.types import ASGIApp

from service.sandbox import oauth, seed
from service.sandbox.company import Change, Company
from service.sandbox.deviations import NONE, Deviations
from service.sandbox.files import Files
from service.sandbox.http.app import build_app
from service.sandbox.http.info import RequestInfo
from service.sandbox.http.v3 import AccountingApi
from service.sandbox.injection import FaultBook
from service.sandbox.knobs import Knobs
from service.sandbox.openid import Issuer
from service.sandbox.replay import Replays
from service.sandbox.sample import furnish_sample
from service.sandbox.throttle import Throttle
from service.sandbox.webhooks import Deliver, Subscription, Webhooks

ALL_REALMS = "all"


@dataclass(frozen=True, slots=True)
class CompanyAccess:
    """What an application needs to call one company."""

    realm_id: str
    client_id: str
    client_secret: str
    access_token: str
    refresh_token: str


class Sandbox:
    """A local QuickBooks Online with any number of companies and one registered application.

    `now` answers aware UTC; all chance comes from `random`, so the same seed and clock give the same bytes.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        random: chance.Random,
        knobs: Knobs | None = None,
        deliver: Deliver | None = None,
        public_url: str = "http://127.0.0.1:8500",
        *,
        client_id: str | None = None,
        client_secret: str | None = None,
        deviations: Deviations = NONE,
    ) -> None:
        self.now = now
        self.random = random
        self.knobs = knobs or Knobs()
        self.deviations = deviations
        self.public_url = public_url.rstrip("/")
        self.companies: dict[str, Company] = {}
        self.hooks = Hooks()
        self.faults = FaultBook(_fork(random))
        self.oauth = oauth.Grants(now, _fork(random), self.knobs, client_id, client_secret, deviations)
        self.issuer = Issuer(now, self.public_url)
        self.replays: dict[str, Replays] = {}
        self.throttle = Throttle(now, self.knobs)
        self.webhooks = Webhooks(now, _fork(random), self.knobs, deliver, deviations)
        self.trace = _fork(random)
        self.files = Files(now, self.public_url, random.randbytes(32))
        self.api = AccountingApi(self)
        self.app: ASGIApp = build_app(self, self.api)

    def create_company(
        self, *, sample: bool = False, name: str | None = None, realm_id: str | None = None
    ) -> CompanyAccess:
        """Open a company, with sample data or as a new one is, and connect the application to it."""
        rng = _fork(self.random)
        realm = realm_id or f"91303{rng.randrange(10**14):014d}"
        title = name or ("Tidewater Joinery" if sample else f"Company {len(self.companies) + 1}")
        self._open(realm, title, rng, sample=sample)
        return self.access(realm)

    def _open(self, realm_id: str, name: str, rng: chance.Random, *, sample: bool) -> Company:
        company = Company(realm_id, name, self.now, rng, self.knobs, self._announce, self.deviations)
        seed.give_birth(company.books, name, multicurrency=sample)
        if sample:
            furnish_sample(company)
        else:
            seed.furnish(company.books)
        company.books.note_birth()
        self.companies[realm_id] = company
        self.replays[realm_id] = Replays(self.now, self.knobs, chance.Random(int(realm_id)))
        return company

    def _announce(self, change: Change) -> None:
        """Only companies that the application is connected to notify it (QBO documented)."""
        if self.oauth.is_connected(change.realm_id):
            self.webhooks.announce(change)

    def reset_company(self, realm_id: str, *, sample: bool = False) -> Company:
        """Give a company up and open a new one in its place; connections stay."""
        name = self.companies[realm_id].name
        self.files.forget(realm_id)
        return self._open(realm_id, name, _fork(self.random), sample=sample)

    def access(self, realm_id: str) -> CompanyAccess:
        """Grant the application access to a company, as if its user had just agreed."""
        grant = self.oauth.connect(realm_id)
        return CompanyAccess(
            realm_id, self.oauth.client_id, self.oauth.client_secret, grant.access_token, grant.refresh_token
        )

    def company(self, realm_id: str) -> Company:
        """Answer a company, to work in it as a person would; raises KeyError where there is none."""
        return self.companies[realm_id]

    def subscribe(self, realm_id: str | None, url: str, verifier_token: str) -> Subscription:
        """Send the changes of one company, or of all (None), to a URL."""
        return self.webhooks.subscribe(None if realm_id == ALL_REALMS else realm_id, url, verifier_token)

    def pending_webhooks(self, realm_id: str | None = None) -> list[Change]:
        """Answer what has not been delivered yet."""
        return self.webhooks.pending(realm_id)

    async def flush_webhooks(self) -> int:
        """Deliver what is pending now; answer how many posts were acknowledged."""
        return await self.webhooks.flush()

    def close(self) -> None:
        """Stop what runs by itself; for tests whose event loop ends while webhooks are pending."""
        self.webhooks.close()

    def apply_late(self, *, everything: bool = False) -> int:
        """Apply the writes of cut-off senders that are due, or all of them; answer how many there were."""
        return self.api.apply_late(everything=everything)


class Hooks:
    """Functions that are called on the way of each request."""

    def __init__(self) -> None:
        self.before_request: list[Callable[[RequestInfo], None]] = []


def _fork(source: chance.Random) -> chance.Random:
    return chance.Random(source.getrandbits(64))
