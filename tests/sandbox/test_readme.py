"""The README's chapter about the sandbox: each of its requests is one that the sandbox takes."""

import re
from pathlib import Path
from typing import NamedTuple

import httpx

from service.sandbox.server import new_sandbox
from tests.sandbox.conftest import Wire

README = Path(__file__).parents[2] / "README.md"
CHAPTER = re.compile(
    r"^## Develop against QuickBooks without QuickBooks\n(.*?)^## ", re.DOTALL | re.MULTILINE
)
CURL = re.compile(
    r'curl -sS(?: -X (?P<method>[A-Z]+))? "\$SANDBOX(?P<path>/sandbox[^"]*)"(?: -d \'(?P<body>[^\']*)\')?'
)
READ = re.compile(r'^read_qbo "\$SANDBOX/v3/company/\$REALM(?P<path>[^"]*)"(?P<params>.*)$', re.MULTILINE)


class Command(NamedTuple):
    """One request of the chapter."""

    method: str
    path: str
    body: str | None


def code() -> str:
    (chapter,) = CHAPTER.findall(README.read_text(encoding="utf-8"))
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", chapter, re.DOTALL | re.MULTILINE))


async def test_its_control_requests_are_taken() -> None:
    sandbox = new_sandbox(seed=1)
    access = sandbox.create_company()
    transport = httpx.ASGITransport(app=sandbox.app)
    found = [Command(one["method"] or "GET", one["path"], one["body"]) for one in CURL.finditer(code())]

    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as http:
        answers = [
            await http.request(each.method, each.path.replace("$REALM", access.realm_id), content=each.body)
            for each in found
        ]

    refused = [(each, answer.text) for each, answer in zip(found, answers, strict=True) if answer.is_error]
    assert refused == []
    assert len(found) > 12


async def test_its_reads_are_answered(wire: Wire) -> None:
    found = list(READ.finditer(code()))

    for each in found:
        params = dict(re.findall(r'(?:-d|--data-urlencode) "?(\w+)=([^"]*?)"?(?= -|$)', each["params"]))
        params = {name: "2026-11-20" if "$(date" in value else value for name, value in params.items()}
        answer = await wire.call("GET", each["path"], params=params)
        assert answer.status_code == 200, (each["path"], params, answer.text)

    assert len(found) == 3
