"""What the pages say can be followed: links lead somewhere, commands exist, settings are the code's."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from service.api.metrics import MeasuredApp, exposition
from service.cli import app as command_line
from service.settings import Settings
from tests.deploy.files import (
    ROOT,
    SETTINGS,
    api_operations,
    code_of,
    documents,
    required_settings,
    text_of,
)

ROOMS = ("core", "quickbooks", "store", "sync", "api", "sandbox")
PAGES = documents()
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("0*.md"))


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


each_page = pytest.mark.parametrize("page", PAGES, ids=name_of)


@each_page
def test_links_lead_to_files_and_headings_that_exist(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    lost = [link for link in links if "://" not in link and not _exists(page, link)]

    assert lost == []


def _exists(page: Path, link: str) -> bool:
    path, _, heading = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return target.exists() and (not heading or heading in _headings(target))


def _headings(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@each_page
def test_modules_that_are_named_exist(page: Path) -> None:
    named = re.findall(rf"`((?:{'|'.join(ROOMS)})/[\w/.]*)`", page.read_text(encoding="utf-8"))
    lost = [each for each in named if not (ROOT / "service" / each).exists()]

    assert lost == []


@each_page
def test_commands_and_make_targets_that_are_named_exist(page: Path) -> None:
    code = code_of(page)
    commands = typer.main.get_command(command_line).commands  # type: ignore[attr-defined]
    targets = re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE)
    named = re.findall(r"^(?:\S+=\S+ )?make ([a-z ]+?)(?: [A-Z#].*|\s*#.*)?$", code, re.MULTILINE)

    assert set(re.findall(r"(?<!/)(?<!-n )quickbooks-sync ([a-z]+)", code)) <= set(commands)
    assert {target for each in named for target in each.split()} <= set(targets)


@each_page
def test_settings_that_are_named_exist(page: Path) -> None:
    named = set(re.findall(r"\bSYNC_[A-Z_]*[A-Z]\b", page.read_text(encoding="utf-8")))

    assert named <= SETTINGS


def test_the_readme_lists_all_settings_with_their_defaults() -> None:
    rows = dict(re.findall(r"^\| `(SYNC_\w+)` \| `?([^|`]+?)`? \|", text_of("README.md"), re.MULTILINE))

    assert rows == {f"SYNC_{name.upper()}": _default_of(name) for name in Settings.model_fields}


def _default_of(name: str) -> str:
    if f"SYNC_{name.upper()}" in required_settings():
        return "required"
    default: Any = Settings.model_fields[name].default
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if default in (None, "", ()):
        return "none"
    return str(default).lower() if isinstance(default, bool) else str(default)


def test_every_request_of_the_readme_is_one_that_the_api_takes() -> None:
    asked = list(_requests(text_of("README.md")))
    unknown = [(method, path) for method, path in asked if not _takes(method, path)]

    assert unknown == []
    assert len(asked) > 25


def test_the_readme_shows_every_resource() -> None:
    shown = {path.split("/")[4] for _, path in _requests(text_of("README.md")) if path.count("/") > 3}

    assert shown >= {
        *("connection", "preferences", "syncs", "sync-status", "issues", "changes", "quickbooks"),
        *("accounts", "vendors", "bills"),
    }


def _requests(page: str) -> list[tuple[str, str]]:
    blocks = "\n".join(re.findall(r"^```sh\n(.*?)^```", page, re.DOTALL | re.MULTILINE))
    lines = re.sub(r"\\\n\s*", "", blocks).splitlines()
    found = []
    for line in lines:
        for path in re.findall(r'(?:qb|curl)\b[^|]*?"\$API(/[^"?]*)', line):
            method = re.search(r"-X ([A-Z]+)", line)
            found.append((method[1] if method else "GET", path))
    return found


def _takes(method: str, path: str) -> bool:
    filled = re.sub(r"\$\w+", "x", path)
    return any(
        method in methods and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", known), filled)
        for known, methods in api_operations().items()
    )


async def test_the_metrics_of_the_operations_page_are_measured() -> None:
    async def answer(_: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def nowhere(message: Any) -> None:
        pass

    registry = CollectorRegistry()
    await MeasuredApp(answer, registry)({"type": "http", "method": "GET"}, nowhere, nowhere)  # type: ignore[arg-type]

    shown = bytes(exposition(registry).body).decode()
    named = set(re.findall(r"quickbooks_sync_\w+", text_of("docs/operations.md")))
    assert named
    assert all(name in shown for name in named)


def test_the_events_of_the_operations_page_are_logged() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "service").rglob("*.py"))
    (table,) = re.findall(r"\| event \| means \|\n\|.*?\n(.*?)\n\n", text_of("docs/operations.md"), re.DOTALL)
    events = [event for row in table.splitlines() for event in re.findall(r"`([^`]+)`", row.split("|")[1])]

    assert len(events) > 5
    assert [event for event in events if f'"{event}"' not in source] == []


async def test_the_statements_of_the_operations_page_run(postgres_url: str) -> None:
    blocks = re.findall(r"^```sql\n(.*?)^```", text_of("docs/operations.md"), re.DOTALL | re.MULTILINE)
    statements = [each.strip() for block in blocks for each in block.split(";") if each.strip()]
    engine = create_async_engine(postgres_url)

    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))

    await engine.dispose()
    assert len(statements) > 6


def test_every_decision_is_one_page_with_the_same_parts_and_is_listed() -> None:
    index = text_of("docs/decisions/README.md")
    parts = [re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE) for page in DECISIONS]
    titles = [page.read_text(encoding="utf-8").splitlines()[0].partition(". ")[2] for page in DECISIONS]

    assert parts == [["Context", "Decision", "Consequences", "Alternatives"]] * len(DECISIONS)
    assert all(
        f"{number}. [{title}]({page.name})" in index
        for number, (title, page) in enumerate(zip(titles, DECISIONS, strict=True), 1)
    )
    assert all(len(page.read_text(encoding="utf-8").splitlines()) < 60 for page in DECISIONS)


def test_the_architecture_names_every_invariant_and_every_room() -> None:
    page = text_of("docs/architecture.md")
    rooms = {path.name for path in (ROOT / "service").iterdir() if path.is_dir() and list(path.glob("*.py"))}

    assert re.findall(r"^\| (I\d+) \|", page, re.MULTILINE) == [f"I{number}" for number in range(1, 16)]
    assert all(f"| `{room}/`" in page for room in ROOMS)
    assert set(ROOMS) <= rooms
