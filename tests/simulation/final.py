"""What stands at the end on all sides, named by whoever made it: the order on the way leaves no trace."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from service.store.tables import Issue, Record, table_of
from tests.simulation.kinds import ENTITY_OF, KINDS
from tests.simulation.projection import Fields

if TYPE_CHECKING:
    from tests.simulation.site import Site
    from tests.simulation.world import World

_R, _I = table_of(Record), table_of(Issue)
_STATES = select(_R.c.kind, _R.c.id, _R.c.sync_state, _R.c.code, _R.c.archived).where(
    _R.c.company == bindparam("company")
)
_ISSUES = select(_I.c.kind, _I.c.subject, _I.c.code, _I.c.state).where(_I.c.company == bindparam("company"))


def final_state(world: World) -> str:
    """Return it as text, one line for each thing."""
    return "\n".join(line for site in world.sites for line in sorted(_Standing(site).lines()))


class _Standing:
    def __init__(self, site: Site) -> None:
        self._site = site

    def lines(self) -> list[str]:
        """Return a line for each record, object and issue."""
        site = self._site
        found = []
        states = {(row.kind, row.id): row for row in site.all(_STATES)}
        for kind in KINDS:
            for record in site.records(kind):
                row = states[kind, record.id]
                fields = self._named(kind, site.fields_of(kind, record.document))
                name = self._here(kind, record.id)
                found.append(_line("here", kind, name, fields, row.sync_state, row.code, row.archived))
            for wire in site.quickbooks.all(ENTITY_OF[kind]):
                fields = self._named(kind, KINDS[kind].of_quickbooks(wire))
                found.append(_line("there", kind, self._there(kind, wire["Id"]), fields))
        open_ones = [issue for issue in site.all(_ISSUES) if issue.state != "resolved"]
        return found + [_line("issue", each.kind, self._subject(each), each.code) for each in open_ones]

    def _here(self, kind: str, record: str) -> str:
        return self._site.name_here(kind, record)[1].strip()

    def _there(self, kind: str, qbo_id: str) -> str:
        return self._site.name_there(kind, qbo_id)[1].strip()

    def _subject(self, issue: Any) -> str:
        of, _, key = issue.subject.partition(":")
        return self._there(issue.kind, key) if of == "quickbooks" else self._here(issue.kind, key)

    def _named(self, kind: str, fields: Fields) -> Fields:
        """Replace ids of what it refers to by names."""
        named = {
            (of, key): f"{of}:{self._of(of, key)}"
            for of, key in KINDS[kind].parents_of(fields)
            if key is not None
        }
        own = {"vendor": "vendor", "customer": "customer", "location": "location", "parent": kind}
        target = own | _ACCOUNTS
        renamed: Fields = {}
        for name, value in fields.items():
            if isinstance(value, tuple):
                renamed[name] = sorted(
                    (*line[:2], *(named.get(each, each[1]) for each in line.parents)) for line in value
                )
            elif name == "number" and value and value.isdigit():
                renamed[name] = "given by QuickBooks"  # in the order in which it was written
            else:
                renamed[name] = named.get((target.get(name, ""), value), value)
        return renamed

    def _of(self, kind: str, key: str) -> str:
        return self._there(kind, key) if not key.startswith("?") else self._here(kind, key.partition("/")[2])


_ACCOUNTS = {"from_account": "account", "to_account": "account"}


def _line(*parts: Any) -> str:
    return json.dumps(parts, default=str, sort_keys=True)
