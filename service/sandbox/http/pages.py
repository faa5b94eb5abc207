"""The two pages that people see: consent, and what is wrong with a request for it."""

from html import escape
from urllib.parse import urlencode

STYLE = """
:root { color-scheme: light dark; --edge: #8884; --go: #1b6e3c; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 1rem; min-height: 90vh; display: grid; }
main { max-width: 30rem; width: 100%; box-sizing: border-box; place-self: center; padding: 1.5rem 2rem; }
main { border: 1px solid var(--edge); border-radius: 12px; }
h1 { font-size: 1.25rem; margin: 0 0 .25rem; }
p { margin: .25rem 0 1rem; opacity: .8; }
ul { list-style: none; padding: 0; margin: 0 0 1rem; display: grid; gap: .5rem; }
a.company { display: flex; justify-content: space-between; padding: .75rem 1rem; color: inherit; }
a.company { border: 1px solid var(--edge); border-radius: 8px; text-decoration: none; }
a.company:hover, a.company:focus { border-color: var(--go); outline: 1px solid var(--go); }
a.company span { opacity: .6; font-variant-numeric: tabular-nums; }
"""


def _page(body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Connect to QuickBooks (sandbox)</title><style>{STYLE}</style></head>"
        f"<body><main>{body}</main></body></html>"
    )


def consent_page(companies: list[tuple[str, str]], asked: dict[str, str]) -> str:
    """Render the choice of a company; each choice is a link that approves it."""
    rows = "".join(
        f'<li><a class="company" href="?{escape(urlencode({**asked, "realm_id": realm_id}))}">'
        f"{escape(name)} <span>{escape(realm_id)}</span></a></li>"
        for realm_id, name in companies
    )
    listed = f"<ul>{rows}</ul>" if rows else "<p>This sandbox has no company yet.</p>"
    deny = escape(urlencode({**asked, "answer": "deny"}))
    return _page(
        "<h1>Connect to QuickBooks (sandbox)</h1>"
        "<p>An application asks to read and write the books of one of your companies. Which one?</p>"
        f'{listed}<a href="?{deny}">No, thanks</a>'
    )


def error_page(problem: str) -> str:
    """Render why the request for consent can't be served."""
    return _page(f"<h1>That didn't work</h1><p>{escape(problem)}</p>")
