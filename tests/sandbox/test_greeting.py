"""What a person sees who starts a sandbox, and what a program reads."""

import io
import random
import re

from rich.console import Console
from typer.testing import CliRunner

from service.cli import app
from service.sandbox import CompanyAccess, Sandbox
from service.sandbox.greeting import greet
from service.sandbox.server import greeting
from tests.sandbox.conftest import Clock


def shown(sandbox: Sandbox, access: CompanyAccess, *, person: bool) -> str:
    written = io.StringIO()
    colours = "truecolor" if person else "auto"
    console = Console(file=written, force_terminal=person, width=60, color_system=colours)  # type: ignore[arg-type]
    greet(console, sandbox, access)
    return written.getvalue()


def test_it_names_all_that_a_client_needs(sandbox: Sandbox, access: CompanyAccess) -> None:
    text = greeting(sandbox, access)

    secrets = (access.realm_id, access.access_token, access.refresh_token, access.client_id)
    assert all(one in text for one in (*secrets, access.client_secret))
    for path in (
        *("/connect/oauth2", "/oauth2/v1/tokens/bearer", "/v2/oauth2/tokens/revoke", "/sandbox/faults"),
        *("/.well-known/openid_sandbox_configuration", "/sandbox/companies"),
    ):
        assert f"{sandbox.public_url}{path}" in text
    for client in ("python-quickbooks", "intuit-oauth", "quickbooks-sync", "any client"):
        assert client in text


def test_it_is_coloured_for_a_person_and_plain_for_a_machine(sandbox: Sandbox, access: CompanyAccess) -> None:
    for_person, for_machine = shown(sandbox, access, person=True), shown(sandbox, access, person=False)

    assert "\x1b[" in for_person
    assert for_machine == greeting(sandbox, access) == re.sub(r"\x1b\[[\d;]*m", "", for_person)


def test_the_command_takes_a_size_and_a_seed() -> None:
    page = CliRunner().invoke(app, ["sandbox", "--help"], env={"COLUMNS": "120", "NO_COLOR": "1"})

    assert page.exit_code == 0
    assert {"--port", "--bare", "--bills", "--seed"} <= set(re.findall(r"--[a-z]+", page.stdout))


def test_the_same_seed_makes_the_same_company(clock: Clock) -> None:
    first, second = (Sandbox(clock, random.Random(7)).create_company(sample=True) for _ in range(2))

    assert first == second
