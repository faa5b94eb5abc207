"""Classes and locations count only where the company tracks them."""

from service.sandbox import errors
from service.sandbox.draft import Draft, ref_of
from service.sandbox.wire import Doc

ACCOUNTING = "AccountingInfoPrefs"


def settle_tracking(draft: Draft) -> None:
    """Drop references to classes and locations that aren't tracked, or refuse them (5030), as the knob says.

    What was there before stays: it was set while they were tracked.
    """
    if not draft.entity.transaction:
        return
    books = draft.books
    if not books.preference(ACCOUNTING, "ClassTrackingPerTxn"):
        _drop(draft, draft.doc, draft.old or {}, "ClassRef")
    if not books.preference(ACCOUNTING, "TrackDepartments"):
        _drop(draft, draft.doc, draft.old or {}, "DepartmentRef")
    if not books.preference(ACCOUNTING, "ClassTrackingPerTxnLine"):
        before = {line.get("Id"): _detail(line) for line in (draft.old or {}).get("Line") or ()}
        for line in draft.doc.get("Line") or ():
            _drop(draft, _detail(line), before.get(line.get("Id"), {}), "ClassRef")


def _detail(line: Doc) -> Doc:
    detail = line.get(str(line.get("DetailType")))
    return detail if isinstance(detail, dict) else {}


def _drop(draft: Draft, doc: Doc, old: Doc, name: str) -> None:
    if doc.get(name) is None or ref_of(doc, name) == ref_of(old, name):
        return
    if draft.books.knobs.untracked_class == "fault":
        raise errors.by_code("5030")
    doc.pop(name)
