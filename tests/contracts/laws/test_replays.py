"""Law 3: what is sent again under one requestid is done once, and answered as it was answered first.

The connection breaks before or after the write, the server fails before or after it, the write is applied
late, a batch stops in its middle, the same request arrives several times at once.
"""

import asyncio
from collections import Counter
from typing import Any

import httpx
from hypothesis import given
from hypothesis import strategies as st

from service.sandbox import DroppedConnection, FaultRule
from service.sandbox.deviations import Deviations
from service.sandbox.wire import Doc, decode
from tests.contracts.laws.office import Office
from tests.contracts.laws.profile import bounded
from tests.contracts.laws.wire import Line

ACCIDENTS = ("none", "drop_before", "drop_after", "status_before", "status_after", "late_apply", "fault")
KINDS = ("create", "update", "delete", "pay", "batch", "broken batch", "at once")
INTENTS = st.lists(
    st.tuples(
        st.sampled_from(KINDS), st.sampled_from(ACCIDENTS), st.integers(0, 9), st.sampled_from([0, 1, 30])
    ),
    min_size=3,
    max_size=10,
)
Intent = tuple[str, str, int, int]
PATIENCE = 5


class Sender:
    """Means each write once, and sends it until it is answered."""

    def __init__(self, office: Office, line: Line) -> None:
        self.office = office
        self.line = line
        self.meant: Counter[str] = Counter()

    def carry_out(self, place: int, intent: Intent) -> str:
        """Do one intended write, whatever happens on the way; answer what kind it was."""
        kind, accident, number, seconds = intent
        requestid = f"r-{place}"
        path, body, params = self._request(kind, place, number)
        params["requestid"] = requestid
        self._arrange(kind, accident, number, seconds)
        if kind == "at once":
            answers = self.line.run(self._at_once(path, body, params))
        else:
            answers = [self._insist(path, body, params)]
        self.office.sandbox.faults.clear()
        self.office.clock.move(seconds=40)
        answers.append(self._insist(path, body, params))
        first = answers[0]
        assert all(one == first for one in answers), "each answer is the first one"
        self.meant[requestid] += len(body.get("BatchItemRequest", [0]))
        return kind

    def _request(self, kind: str, place: int, number: int) -> tuple[str, Doc, dict[str, str]]:
        ids, bill = self.office.ids, self.office.pick("Bill", number)
        new = {**ids.bill(100 + number), "DocNumber": f"D-{place}"}
        if kind in {"batch", "broken batch"}:
            items = [
                {"bId": f"b{each}", "operation": "create", "Bill": {**new, "DocNumber": f"D-{place}-{each}"}}
                for each in range(2 + number % 3)
            ]
            return "/batch", {"BatchItemRequest": items}, {}
        if bill is None or kind in {"create", "at once"}:
            return "/bill", new, {}
        body: Doc = {"Id": bill["Id"], "SyncToken": bill["SyncToken"]}
        if kind == "delete" and not bill.get("LinkedTxn"):
            return "/bill", body, {"operation": "delete"}
        if kind == "pay" and bill["Balance"]:
            payment = ids.payment(1, ("Bill", bill["Id"], 1))
            return "/billpayment", payment, {}
        return "/bill", {**body, "sparse": True, "PrivateNote": f"note {place}"}, {}

    def _arrange(self, kind: str, accident: str, number: int, seconds: int) -> None:
        faults = self.office.sandbox.faults
        if kind == "broken batch":
            action: Any = "drop_after" if number % 2 else "status_before"
            faults.add(FaultRule(action=action, kind="item", after=1 + number % 2))
        elif kind == "at once":
            faults.add(FaultRule(action="delay", seconds=0, times=None))
        elif accident != "none":
            action = accident
            faults.add(
                FaultRule(action=action, kind="batch" if kind == "batch" else "write", seconds=seconds)
            )

    async def _at_once(self, path: str, body: Doc, params: dict[str, str]) -> list[Doc]:
        calls = [self.line.wire.call("POST", path, json=body, params=params) for _ in range(3)]
        return [_content(one) for one in await asyncio.gather(*calls)]

    def _insist(self, path: str, body: Doc, params: dict[str, str]) -> Doc:
        for _ in range(PATIENCE):
            self.office.clock.move(seconds=2)
            try:
                call = self.line.wire.call("POST", path, json=body, params=params)
                response: httpx.Response = self.line.run(call)
            except DroppedConnection:
                continue
            if response.status_code < 500:
                return _content(response)
        raise AssertionError("never answered")


def _content(response: httpx.Response) -> Doc:
    """Answer what was answered, without the time at which it was."""
    assert response.status_code == 200, response.text
    return {key: value for key, value in decode(response.content).items() if key != "time"}


def test_a_requestid_is_carried_out_exactly_once(deviations: Deviations) -> None:
    done: Counter[str] = Counter()

    @bounded(80)
    @given(INTENTS)
    def law(intents: list[Intent]) -> None:
        office = Office(deviations)
        with Line(office) as line:
            sender = Sender(office, line)
            for place, intent in enumerate(intents):
                done[sender.carry_out(place, intent)] += 1
            office.sandbox.apply_late(everything=True)
            rows = Counter(row.requestid for row in office.company.journal if row.requestid)
            assert rows == sender.meant
            numbers = Counter(bill["DocNumber"] for bill in office.company.all("Bill"))
            assert [one for one, times in numbers.items() if times > 1] == []

    law()

    assert [kind for kind in KINDS if not done[kind]] == [], "each kind of request was sent"
