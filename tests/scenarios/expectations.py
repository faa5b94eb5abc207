"""What anybody can see: in QuickBooks itself, and over HTTP."""

import datetime as dt
from typing import Any

import pytest

from tests.scenarios.here import open_issue
from tests.scenarios.scenario import Step, expectation
from tests.scenarios.world import RefusedError, World, shown

_STANDING = {"quickbooks_balance": "balance", "state": "sync_state", "code": "code"}
_CLEARING = "Money Out Clearing"


@expectation
async def is_here(world: World, path: str, **fields: Any) -> None:
    """A record has these fields; `code`, `state`, `quickbooks_balance` say how it stands with QuickBooks."""
    found = await world.record(path)
    standing = found["quickbooks"]
    seen = {
        name: standing[_STANDING[name]] if name in _STANDING else found.get(name, "no such field")
        for name in fields
    }
    assert seen == fields, f"{path}: {seen}, not {fields}"


@expectation
async def number_here(world: World, number: int, kind: str) -> None:
    """There are so many records of a kind, archived ones too."""
    assert len((await world.read(kind))["items"]) == number


def nothing_here(kind: str) -> Any:
    """There is no record of a kind, or none that a filter finds: `bills?number=B-1`."""
    return number_here(0, kind)


@expectation
async def is_there(world: World, entity: str, key: str | None = None, **fields: Any) -> None:
    """The object in QuickBooks with this number or name has these fields; references are compared by name."""
    found = world.find(entity, key)
    seen = {name: shown(found.get(name)) for name in fields}
    assert seen == fields, f"{entity} {key or ''}: {seen}, not {fields}"


@expectation
async def number_there(world: World, number: int, entity: str, key: str | None = None) -> None:
    """There are so many objects of an entity in QuickBooks, with this number or name if told."""
    assert len(world.all(entity, key)) == number, world.all(entity, key)


def nothing_there(entity: str, key: str | None = None) -> Any:
    """There is no such object in QuickBooks."""
    return number_there(0, entity, key)


@expectation
async def booked_there(world: World, entity: str, number: str, *accounts: str) -> None:
    """The lines of a transaction in QuickBooks are booked on these accounts."""
    details = [each.get("AccountBasedExpenseLineDetail") for each in world.find(entity, number)["Line"]]
    assert [shown(each["AccountRef"]) for each in details if each] == list(accounts)


@expectation
async def paid_there_from(world: World, account: str, *, reference: str | None = None) -> None:
    """The payment in QuickBooks, of all or of this reference, goes against this account, in the right way."""
    found = world.find("BillPayment", reference)
    bank = found.get("CheckPayment", {}).get("BankAccountRef")
    card = found.get("CreditCardPayment", {}).get("CCAccountRef")
    used = world.find("Account", account)
    assert (bank or card)["value"] == used["Id"]
    assert (card is not None) == (used["AccountType"] == "Credit Card") == (found["PayType"] == "CreditCard")


@expectation
async def received_there_into(world: World, account: str) -> None:
    """The one payment of a customer in QuickBooks came into this account."""
    assert world.find("Payment")["DepositToAccountRef"]["value"] == world.find("Account", account)["Id"]


@expectation
async def settled_there(world: World, entity: str, number: str, *, by: dict[str, str]) -> None:
    """A bill or credit in QuickBooks is settled by payments, given as total -> share."""
    target = world.find(entity, number)["Id"]
    seen = {
        shown(payment["TotalAmt"]): shown(line["Amount"])
        for payment in world.all("BillPayment")
        for line in payment["Line"]
        if line["LinkedTxn"][0] == {"TxnId": target, "TxnType": entity}
    }
    assert seen == by


@expectation
async def clearing_balance(world: World, amount: str) -> None:
    """The money-out clearing account in QuickBooks has this balance."""
    assert shown(world.find("Account", _CLEARING)["CurrentBalance"]) == amount


@expectation
async def money_in_clearing_balance(world: World, amount: str) -> None:
    """The money-in clearing account in QuickBooks has this balance."""
    assert shown(world.find("Account", "Money In Clearing")["CurrentBalance"]) == amount


@expectation
async def issue(world: World, code: str, *, on: str | None = None, offers: str | None = None) -> None:
    """There is one open issue with this code, with a reason and a fix; `offers` is one of its actions."""
    found = await open_issue(world, code, on)
    assert found["reason"]
    assert found["fix"]
    assert offers is None or offers in found["actions"], found["actions"]


@expectation
async def issues(world: World, number: int) -> None:
    """There are so many open issues."""
    every = (await world.read("issues"))["items"]
    assert len(every) == number, [(each["code"], each["record"], each["reason"]) for each in every]


def no_issues() -> Any:
    """There is no open issue."""
    return issues(0)


@expectation
async def explained(world: World, path: str, *, code: str, verdict: str) -> None:
    """*Explain* of a record has a rule with this code and verdict."""
    known = await world.record(path)
    kind = path.partition("?")[0].partition("/")[0]
    _has_rule(await world.read(f"{kind}/{known['id']}/sync"), code, verdict)


@expectation
async def explained_there(world: World, entity: str, key: str | None, *, code: str, verdict: str) -> None:
    """*Explain* of an object in QuickBooks has a rule with this code and verdict."""
    found = world.find(entity, key)
    _has_rule(await world.read(f"quickbooks/{entity}/{found['Id']}/sync"), code, verdict)


def _has_rule(explanation: dict[str, Any], code: str, verdict: str) -> None:
    seen = {(rule["code"], rule["verdict"]) for rule in explanation["rules"]}
    assert (code, verdict) in seen, explanation


@expectation
async def synced(world: World, **counts: dict[str, int]) -> None:
    """The last sync did just this: `synced(bill={"held": 1})`; what stayed as it was isn't told."""
    every = {
        kind: {name: number for name, number in each.items() if number and name != "unchanged"}
        for kind, each in world.last["counts"].items()
    }
    seen = {kind: each for kind, each in every.items() if each}
    assert seen == counts, f"{seen}, not {counts}"


@expectation
async def wrote(world: World, number: int) -> None:
    """The last sync wrote so many objects to QuickBooks."""
    assert world.last["quickbooks"]["writes"] == number, world.last


@expectation
async def refused(world: World, attempt: Step, *, code: str) -> None:
    """The API refuses a step, with a problem of this code."""
    with pytest.raises(RefusedError) as refusal:
        await attempt.do(world)
    assert code in refusal.value.codes, refusal.value


@expectation
async def untouched(world: World, entity: str) -> None:
    """The service never asked for an entity, nor wrote one: no request names it, nor does the journal."""
    assert world.asked
    named = [each for each in world.asked if entity.lower() in each.lower()]
    assert named == []
    assert all(each.entity != entity for each in world.quickbooks.journal if each.actor == "api")


@expectation
async def direction(world: World, kind: str, way: str) -> None:
    """The preferences say which way a kind goes, and why."""
    seen = (await world.call("preferences", "GET", "preferences"))["directions"][kind]
    assert seen["direction"] == way
    assert seen["reason"]


@expectation
async def moved_there(world: World, amount: str, *, debit: str, credit: str) -> None:
    """The one journal entry in QuickBooks moves money between two accounts, under a number of ours."""
    found = world.find("JournalEntry")
    assert found["DocNumber"].startswith("sync:")
    details = [(each["JournalEntryLineDetail"], each["Amount"]) for each in found["Line"]]
    seen = {each["PostingType"]: (shown(each["AccountRef"]), shown(money)) for each, money in details}
    assert seen == {"Debit": (debit, amount), "Credit": (credit, amount)}


@expectation
async def next_sync(world: World, *, hours: int | None) -> None:
    """The next automatic sync is due so many hours after the last one ended, or not at all."""
    status = await world.call("syncs", "GET", "sync-status")
    if hours is None:
        assert status["next_sync_at"] is None
        return
    ended = dt.datetime.fromisoformat(status["last_sync"]["finished_at"])
    waits = dt.datetime.fromisoformat(status["next_sync_at"]) - ended
    assert abs(waits - dt.timedelta(hours=hours)) <= dt.timedelta(hours=hours) * 5 / 100
