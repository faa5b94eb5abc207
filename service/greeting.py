"""What a person sees who has brought everything up: the key, the documentation, and three lines to try."""

from rich.console import Console

from service.up import Stack


def greet(console: Console, stack: Stack) -> None:
    """Print how to use a running stack."""
    api, key = stack.api_url, stack.api_key
    authorization = f'-H "Authorization: Bearer {key}"'
    console.print(f"\n[bold]quickbooks-sync is up[/] at {api}  (documentation: {api}/docs)")
    if stack.sandbox_url is not None:
        console.print(f"A local QuickBooks Online is at {stack.sandbox_url}")
    console.print(f"API key with all scopes: [bold]{key}[/]\n\nTry:")
    lines = (
        f"curl -X PUT {api}/v1/companies/acme {authorization} -H 'Content-Type: application/json' "
        '-d \'{"name": "Acme", "signed_up_on": "2020-01-01", "accountant_console": false}\'',
        f"curl -X POST {api}/v1/companies/acme/connection {authorization} "
        f"-H 'Content-Type: application/json' -d '{{\"return_to\": \"{api}/docs\"}}'",
        f"curl {api}/v1/companies/acme/sync-status {authorization}",
    )
    for line in lines:
        console.print(f"  {line}", soft_wrap=True, highlight=False, markup=False)
    console.print("\nThe second answers an address: open it in a browser and choose a company.")
    console.print("Ctrl-C stops everything.\n")
