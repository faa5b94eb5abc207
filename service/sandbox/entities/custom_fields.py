"""Custom fields of sales forms: the preferences name up to three, a form shows those in use (recorded)."""

import re
from collections.abc import Iterator

from service.sandbox.draft import Draft
from service.sandbox.wire import Doc

NAMED = re.compile(r"SalesFormsPrefs\.SalesCustomName(\d+)$")
USED = "SalesFormsPrefs.UseSalesCustom"


def settle_custom_fields(draft: Draft) -> None:
    """Show each field in use, with its value where the form has one; others that were sent are ignored."""
    known = dict(_definitions(draft))
    if not known:
        return
    given = {str(one.get("DefinitionId")): one for one in draft.doc.get("CustomField") or ()}
    shown: list[Doc] = []
    for number, name in sorted(known.items()):
        field: Doc = {"DefinitionId": number, "Name": name, "Type": "StringType"}
        value = given.get(number, {}).get("StringValue")
        if value not in (None, ""):
            field["StringValue"] = str(value)
        shown.append(field)
    draft.doc["CustomField"] = shown


def _definitions(draft: Draft) -> Iterator[tuple[str, str]]:
    groups = draft.books.preference("SalesFormsPrefs", "CustomField") or ()
    pairs = [one for group in groups for one in group.get("CustomField") or ()]
    used = {str(one.get("Name")) for one in pairs if one.get("BooleanValue") is True}
    for one in pairs:
        found = NAMED.match(str(one.get("Name")))
        if found is not None and USED + found[1] in used:
            yield found[1], str(one.get("StringValue", ""))
