"""The command line: one thin door to each part."""

import asyncio
import contextlib
import signal
import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
import uvicorn
from rich.console import Console

from service.embedded import EmbeddedPartError
from service.settings import Settings

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Keep a platform and QuickBooks in agreement."
)
keys = typer.Typer(no_args_is_help=True, help="API keys.")
app.add_typer(keys, name="keys")


def _settings() -> Settings:
    """Read the settings; what is wrong with them is said in plain words."""
    try:
        return Settings()
    except ValueError as error:
        Console(stderr=True).print(f"[red]The settings are not complete:[/] {error}")
        raise typer.Exit(2) from error


@app.command()
def serve() -> None:
    """Serve the HTTP API."""
    from service.wiring import api_of, configure_logging, open_house

    settings = _settings()
    configure_logging(settings)
    uvicorn.run(
        api_of(open_house(settings)),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        forwarded_allow_ips=",".join(settings.trusted_proxies) or None,
        timeout_graceful_shutdown=20,
    )


@app.command()
def worker() -> None:
    """Run a worker: syncs as they are asked for, and the sweep."""
    from service.wiring import configure_logging
    from service.worker import run_worker

    settings = _settings()
    configure_logging(settings)
    _run(run_worker(settings))


@app.command()
def migrate() -> None:
    """Bring the database's schema to head."""
    from service.store.migrate import head, upgrade

    asyncio.run(upgrade(_settings().database))
    typer.echo(f"The schema is at {head()}.")


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Where to listen, on 127.0.0.1.")] = 8500,
    bare: Annotated[bool, typer.Option(help="No company of its own, no greeting.")] = False,
    bills: Annotated[int, typer.Option(help="So many bills more in the company, generated.")] = 0,
    seed: Annotated[int | None, typer.Option(help="The same ids and tokens at each start.")] = None,
) -> None:
    """Serve a local QuickBooks Online."""
    from service.embedded import SANDBOX_CLIENT_ID, SANDBOX_CLIENT_SECRET
    from service.sandbox import server

    made = None
    if bare:
        made = server.new_sandbox(
            public_url=f"http://127.0.0.1:{port}",
            client_id=SANDBOX_CLIENT_ID,
            client_secret=SANDBOX_CLIENT_SECRET,
        )
    server.serve("127.0.0.1", port, sandbox=made, seed=seed, bills=bills)


@app.command()
def up(
    with_sandbox: Annotated[bool, typer.Option("--sandbox", help="Bring a local QuickBooks along.")] = False,
    port: Annotated[int, typer.Option(help="Where the API listens.")] = 8000,
    sandbox_port: Annotated[int, typer.Option(help="Where the sandbox listens.")] = 8500,
    directory: Annotated[
        Path | None,
        typer.Option(help="Where the data is kept; by default var, with a sandbox a temporary one."),
    ] = None,
) -> None:
    """Run everything in one command, on embedded parts where no URL is set; stop with Ctrl-C.

    The sandbox keeps its companies in memory, so what is linked to them is not kept longer than they are.
    """
    from service.greeting import greet
    from service.up import add_sample_company, running

    async def stay_up() -> int:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        console = Console()
        async with running(home, port=port, sandbox_port=sandbox_port if with_sandbox else None) as stack:
            if stack.sandbox_url is not None:
                await add_sample_company(stack)
            greet(console, stack)
            ended = asyncio.create_task(stack.ended())
            stopped = asyncio.create_task(stop.wait())
            await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
            for task in (ended, stopped):
                task.cancel()
            if stop.is_set():
                console.print("Stopping ...")
                return 0
            console.print(f"[red]{ended.result()} ended by itself.[/]")
            return 1

    try:
        with contextlib.ExitStack() as ends:
            temporary = with_sandbox and directory is None
            made = ends.enter_context(tempfile.TemporaryDirectory(prefix="qbs-up-")) if temporary else "var"
            home = (directory or Path(made)).resolve()
            raise typer.Exit(asyncio.run(stay_up()))
    except EmbeddedPartError as error:
        Console(stderr=True).print(f"[red]{error}[/]")
        raise typer.Exit(1) from error


@app.command()
def demo(
    load: Annotated[
        Path | None,
        typer.Option(help="A folder of recorded QuickBooks objects.", exists=True, file_okay=False),
    ] = None,
    numbers: Annotated[
        Literal["assign", "keep"], typer.Option(help="What recorded bills without a number get.")
    ] = "assign",
) -> None:
    """Show the main job: two sides that never met, until every record agrees or bears a reason."""
    from service.demo import run_demo
    from service.up import running

    def start(directory: Path, port: int, sandbox_port: int) -> Any:
        return running(directory, port=port, sandbox_port=sandbox_port)

    try:
        raise typer.Exit(run_demo(start, folder=load, keep_numbers=numbers == "keep"))
    except EmbeddedPartError as error:
        Console(stderr=True).print(f"[red]{error}[/]")
        raise typer.Exit(1) from error


@app.command()
def openapi(
    write: Annotated[Path | None, typer.Option(help="Write the document to a file.")] = None,
    check: Annotated[Path | None, typer.Option(help="Fail unless a file holds the document.")] = None,
) -> None:
    """Print, write or check the OpenAPI document."""
    from service.app import openapi_text

    text = openapi_text()
    if write is not None:
        write.parent.mkdir(parents=True, exist_ok=True)
        write.write_text(text, encoding="utf-8")
    elif check is not None:
        if not check.exists() or check.read_text(encoding="utf-8") != text:
            typer.echo(f"{check} is not current: run `make openapi`.", err=True)
            raise typer.Exit(1)
        typer.echo(f"{check} is current.")
    else:
        typer.echo(text, nl=False)


@app.command()
def handbook(
    write: Annotated[Path | None, typer.Option(help="Write the pages to a folder.")] = None,
    check: Annotated[Path, typer.Option(help="Fail unless a folder holds the pages.")] = Path("docs"),
) -> None:
    """Write or check the pages that are made from the core's tables: what syncs, and all issues."""
    from service.handbook import pages

    made = {(write or check) / name: text for name, text in pages().items()}
    if write is not None:
        write.mkdir(parents=True, exist_ok=True)
        for page, text in made.items():
            page.write_text(text, encoding="utf-8")
        return
    stale = [
        page for page, text in made.items() if not page.exists() or page.read_text(encoding="utf-8") != text
    ]
    for page in stale:
        typer.echo(f"{page} is not current: run `quickbooks-sync handbook --write {check}`.", err=True)
    if stale:
        raise typer.Exit(1)
    typer.echo(f"{' and '.join(map(str, made))} are current.")


@keys.command("create")
def create_key(
    name: Annotated[str, typer.Argument(help="Who it is for.")],
    scope: Annotated[list[str], typer.Option(help="A scope; repeat for more.")],
    company: Annotated[list[str] | None, typer.Option(help="A company that it is bound to.")] = None,
) -> None:
    """Make an API key and print it: it is shown this once."""
    from service.api.auth import SCOPES
    from service.store import credentials

    unknown = sorted(set(scope) - set(SCOPES))
    if unknown:
        typer.echo(f"No such scope: {', '.join(unknown)}. Scopes are {', '.join(SCOPES)}.", err=True)
        raise typer.Exit(2)
    typer.echo(
        _in_store(
            lambda connection, now: credentials.create(
                connection, name=name, scopes=scope, companies=company, now=now
            )
        )
    )


@keys.command("list")
def list_keys() -> None:
    """List the API keys, without their secrets."""
    from service.store import credentials

    for each in _in_store(lambda connection, _: credentials.listed(connection)):
        bound = ", ".join(sorted(each.companies)) if each.companies is not None else "all companies"
        state = "revoked" if each.revoked_at else "good"
        typer.echo(f"{each.id}\t{state}\t{each.name}\t{', '.join(sorted(each.scopes))}\t{bound}")


@keys.command("revoke")
def revoke_key(id: Annotated[str, typer.Argument(help="The key's id, as listed.")]) -> None:
    """Revoke an API key, at once."""
    from service.store import credentials

    if not _in_store(lambda connection, now: credentials.revoke(connection, id, now)):
        typer.echo("There is no good key with this id.", err=True)
        raise typer.Exit(1)


def _in_store(work: Any) -> Any:
    from service.store.engine import open_store
    from service.wiring import SystemClock

    async def run() -> Any:
        store = open_store(_settings().database)
        try:
            return await store.run(lambda connection: work(connection, SystemClock().now()))
        finally:
            await store.close()

    return asyncio.run(run())


def _run(main: Any) -> None:
    """Run on uvloop where there is one."""
    with contextlib.suppress(ImportError):
        import uvloop

        uvloop.run(main)
        return
    asyncio.run(main)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
