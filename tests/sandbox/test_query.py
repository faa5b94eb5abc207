"""The query language: what it finds, in which order, a page at a time, and how it refuses."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from service.sandbox import Company, Sandbox
from service.sandbox.generate import generate
from tests.sandbox.conftest import Clock, Ids, Wire


@pytest.fixture
def bills(company: Company, ids: Ids, clock: Clock) -> list[str]:
    """Five bills, one a minute, 10 to 50 dollars."""
    made = []
    for number in range(1, 6):
        clock.move(minutes=1)
        body = ids.bill(number * 10, DocNumber=f"N-{number}", TxnDate=f"2026-11-0{number}")
        made.append(str(company.create("Bill", body)["Id"]))
    return made


async def found(wire: Wire, text: str) -> list[str]:
    answer = await wire.query(text)
    rows = next((value for value in answer.values() if isinstance(value, list)), [])
    return [row["Id"] for row in rows]


@pytest.mark.parametrize(
    ("condition", "hits"),
    [
        ("Id = '3'", [3]),
        ("Id IN ('1', '5', '99')", [1, 5]),
        ("DocNumber = 'n-2'", [2]),
        ("docnumber in ('N-1','N-4','X')", [1, 4]),
        ("TotalAmt > '30.00'", [4, 5]),
        ("TotalAmt >= 30 AND TotalAmt < 50", [3, 4]),
        ("TxnDate <= '2026-11-02'", [1, 2]),
        ("DocNumber LIKE 'N-%'", [1, 2, 3, 4, 5]),
        ("DocNumber LIKE '%-5'", [5]),
        ("Balance = '0'", []),
        ("MetaData.LastUpdatedTime >= '2026-11-20T10:33:15-08:00'", [3, 4, 5]),
        ("MetaData.LastUpdatedTime > '2026-11-20T18:33:15Z'", [4, 5]),
        ("MetaData.CreateTime < '2026-11-20T10:32:15-08:00'", [1]),
        ("TxnDate < CURRENT_DATE", [1, 2, 3, 4, 5]),
        ("SalesTermRef = ' '", [1, 2, 3, 4, 5]),
    ],
)
async def test_conditions(wire: Wire, bills: list[str], condition: str, hits: list[int]) -> None:
    assert await found(wire, f"SELECT * FROM Bill WHERE {condition} ORDERBY Id") == [  # noqa: S608
        bills[n - 1] for n in hits
    ]


async def test_by_vendor(wire: Wire, ids: Ids, bills: list[str]) -> None:
    assert len(await found(wire, f"select * from Bill where VendorRef = '{ids.vendor}'")) == 5  # noqa: S608
    assert await found(wire, "select * from Bill where VendorRef IN ('4711')") == []


@pytest.mark.parametrize(
    "text",
    [
        "select * from bill ORDER BY Id STARTPOSITION 2 MAXRESULTS 2",
        "SELECT * FROM Bill ORDERBY Id MAXRESULTS 2 STARTPOSITION 2",
        "Select Id, DocNumber From BILL orderby Id asc startposition 2 maxresults 2;",
    ],
)
async def test_pages_in_the_spellings_that_clients_use(wire: Wire, bills: list[str], text: str) -> None:
    answer = await wire.query(text)

    assert [row["Id"] for row in answer["Bill"]] == bills[1:3]
    assert (answer["startPosition"], answer["maxResults"], answer["totalCount"]) == (2, 2, 2)


async def test_the_default_order(wire: Wire, bills: list[str]) -> None:
    assert await found(wire, "select * from Bill") == bills[::-1], "transactions: last changed first"
    names = [row["Name"] for row in (await wire.query("select * from Account"))["Account"]]
    assert names == sorted(names, key=str.casefold)


async def test_orders(wire: Wire, bills: list[str]) -> None:
    assert await found(wire, "select * from Bill orderby TotalAmt desc maxresults 2") == [bills[4], bills[3]]
    assert await found(wire, "select * from Bill orderby MetaData.LastUpdatedTime") == bills


async def test_beyond_the_end_there_is_nothing(wire: Wire, bills: list[str]) -> None:
    response = await wire.call("GET", "/query", params={"query": "select * from Bill startposition 6"})

    assert response.json()["QueryResponse"] == {}


async def test_counting(wire: Wire, bills: list[str]) -> None:
    assert await wire.query("select COUNT(*) from Bill where TotalAmt > '20'") == {"totalCount": 3}


async def test_lists_show_active_objects_unless_asked(wire: Wire, ids: Ids, company: Company) -> None:
    company.update("Vendor", {"Id": ids.vendor, "Active": False})

    assert await found(wire, "select * from Vendor") == []
    assert await found(wire, "select * from Vendor where Active = false") == [ids.vendor]
    assert await found(wire, "select * from Vendor where Active IN (true, false)") == [ids.vendor]
    assert "totalCount" not in await wire.query("select * from Vendor where Active IN (true,false)")


async def test_apostrophes_and_ampersands(wire: Wire, company: Company, ids: Ids) -> None:
    company.create("Vendor", {"DisplayName": "Amy's Bird House"})

    assert len(await found(wire, r"select * from Vendor where DisplayName = 'Amy\'s Bird House'")) == 1
    assert await found(wire, "select * from Vendor where DisplayName = 'pine & sons'") == [ids.vendor]


async def test_a_plus_that_nobody_encoded(wire: Wire, bills: list[str]) -> None:
    text = quote(
        "select * from Bill where MetaData.LastUpdatedTime >= '2026-11-20T18:35:15+00:00'", safe="+ "
    )

    response = await wire.http.get(
        f"{wire.root}/query?query={text}", headers={"Authorization": f"Bearer {wire.access.access_token}"}
    )

    assert response.json()["QueryResponse"]["maxResults"] == 1


async def test_queries_by_post(wire: Wire, bills: list[str]) -> None:
    numbers = ",".join(f"'N-{number}'" for number in range(300))
    text = f"select * from Bill where DocNumber IN ({numbers}) maxresults 1000"  # noqa: S608

    response = await wire.call("POST", "/query", content=text, headers={"Content-Type": "application/text"})

    assert response.json()["QueryResponse"]["maxResults"] == 5


@pytest.mark.parametrize(
    ("text", "code", "detail"),
    [
        ("select * from Custmoer", "4001", "QueryValidationError: invalid context declaration: Custmoer"),
        ("select * from Bill startposition 0", "4001",
         "QueryValidationError: value 0 is too small. Min allowed value is 1"),
        ("select * from Bill where Foo = '1'", "4001",
         "QueryValidationError: Property Foo not found for Entity Bill"),
        ("select * from Bill where PrivateNote = 'x'", "4001",
         "QueryValidationError: property 'PrivateNote' is not queryable"),
        ("SELECT * FROM NULL ", "4000",
         'QueryParserError: Encountered " "null" "NULL "" at line 1, column 15.\n'
         "Was expecting:\n    <IDENTIFIER> ...\n    "),
    ],
)  # fmt: skip
async def test_refusals_in_quickbooks_words(wire: Wire, text: str, code: str, detail: str) -> None:
    response = await wire.call("GET", "/query", params={"query": text})

    error = response.json()["Fault"]["Error"][0]
    assert (response.status_code, error["code"], error["Detail"]) == (400, code, detail)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "select",
        "delete from Bill",
        "select * from Bill where",
        "select * from Bill where TotalAmt > 10 OR TotalAmt < 5",
        "select * from Bill where DocNumber != '1'",
        "select * from Bill where Id > '5'",
        "select * from Bill where TxnDate > 'yesterday'",
        "select * from Bill where DocNumber = 'open",
        "select * from Bill maxresults ten",
    ],
)
async def test_nonsense_is_refused(wire: Wire, text: str) -> None:
    response = await wire.call("GET", "/query", params={"query": text})

    assert response.status_code == 400
    assert response.json()["Fault"]["Error"][0]["code"] in {"2020", "4000", "4001"}


async def test_pages_of_a_large_company_are_whole(wire: Wire, company: Company) -> None:
    generate(company, vendors=10, bills=2500)
    seen: list[str] = []
    for start in (1, 1001, 2001):
        seen += await found(wire, f"select * from Bill where Balance > '0' orderby Id startposition {start} "  # noqa: S608
                                  "maxresults 1000")  # fmt: skip

    assert len(seen) == len(set(seen)) == 2500
    assert seen == sorted(seen, key=int)


async def test_a_limit_above_a_thousand_is_a_thousand(wire: Wire, company: Company) -> None:
    generate(company, vendors=10, bills=1200)

    answer = await wire.query("select * from Bill maxresults 5000")

    assert answer["maxResults"] == 1000
    assert (await wire.query("select * from Bill"))["maxResults"] == 100


async def test_lagging_reads(wire: Wire, sandbox: Sandbox, ids: Ids, company: Company, clock: Clock) -> None:
    sandbox.knobs.read_lag = timedelta(seconds=3)
    bill = company.create("Bill", ids.bill(10, PrivateNote="first"))
    assert await found(wire, "select * from Bill") == []
    clock.move(seconds=5)
    company.update("Bill", {"Id": bill["Id"], "PrivateNote": "second"})

    seen = (await wire.query("select * from Bill"))["Bill"][0]
    assert (seen["PrivateNote"], seen["SyncToken"]) == ("first", "0")
    read = (await wire.get(f"/bill/{bill['Id']}"))["Bill"]
    assert read["PrivateNote"] == "second", "a read by id never lags"
    company.delete("Bill", bill["Id"])
    assert await found(wire, "select * from Bill") == [bill["Id"]]
    clock.move(seconds=5)
    assert await found(wire, "select * from Bill") == []


@pytest.mark.parametrize(
    "tail",
    [
        "maxresults 1 orderby Id",
        "maxresults 1 maxresults 2",
        "orderby Id orderby TxnDate",
        "startposition 1 startposition 2",
    ],
)
async def test_each_clause_stands_once_and_in_its_place(wire: Wire, tail: str) -> None:
    answer = await wire.query(f"select * from Bill {tail}")  # noqa: S608

    assert answer["Fault"]["Error"][0]["code"] == "4000"


async def test_a_single_space_asks_for_what_has_no_value(wire: Wire, ids: Ids) -> None:
    job = {"DisplayName": "Roof", "Job": True, "ParentRef": {"value": ids.customer}}
    await wire.create("Customer", job)
    unnumbered = await wire.create("Bill", ids.bill())
    await wire.create("Bill", ids.bill(DocNumber="7"))

    customers = await wire.query("select * from Customer where ParentRef = ' '")
    bills = await wire.query("select * from Bill where DocNumber = ' '")
    nobodys = await wire.query("select * from Bill where VendorRef = ' '")

    assert [one["Id"] for one in customers["Customer"]] == [ids.customer]
    assert [one["Id"] for one in bills["Bill"]] == [unnumbered["Id"]]
    assert nobodys == {}


@pytest.mark.parametrize("tail", ["startposition -1", "maxresults -1"])
async def test_negative_page_numbers_are_too_small(wire: Wire, tail: str) -> None:
    answer = await wire.query(f"select * from Bill {tail}")  # noqa: S608

    error = answer["Fault"]["Error"][0]
    assert (error["code"], "value -1 is too small" in error["Detail"]) == ("4001", True)
