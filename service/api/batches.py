"""A batch: what doesn't validate is refused item by item, the rest is written in bulk in one transaction."""

from collections.abc import Sequence
from typing import Any

from service.api.context import ApiContext
from service.api.problems import PROBLEMS, FieldError, problem_document
from service.api.schemas.records import RefusedItem
from service.core.records import Kind
from service.store import companies, record_writes
from service.store.record_writes import Precondition, Write, Written
from service.store.transaction import Connection


async def run_batch(
    context: ApiContext, company: str, kind: Kind, items: Sequence[Any]
) -> list[dict[str, Any]]:
    """Write the items and return an answer for each, in their order."""
    answers: list[dict[str, Any] | None] = []
    writes: dict[str, Write] = {}
    for item in items:
        answers.append(_refusal(item, writes))
        if answers[-1] is None:
            writes[item.id] = Write(
                id=item.id, document=item.document(), precondition=_precondition(item.revision)
            )

    def work(connection: Connection) -> list[Written]:
        companies.require(connection, company, live=True)
        return record_writes.put_many(connection, company, kind, list(writes.values()), context.clock.now())

    written = iter(await context.store.run(work))
    return [given if given is not None else _answer(next(written)) for given in answers]


def _precondition(revision: int | None) -> Precondition:
    return Precondition(absent=True) if revision == 0 else Precondition(revision=revision)


def _refusal(item: Any, writes: dict[str, Write]) -> dict[str, Any] | None:
    if isinstance(item, RefusedItem):
        first: FieldError = item.errors[0]
        detail = f"{first.field}: {first.detail}" if first.field else first.detail
        return _refused(item.id, "validation_failed", detail, item.errors)
    if item.id in writes:
        detail = "An earlier item of this batch has the same id."
        return _refused(item.id, "duplicate_item", detail, [FieldError("id", "duplicate_item", detail)])
    return None


def _refused(
    key: str | None, code: str, detail: str, errors: list[FieldError], revision: int | None = None
) -> dict[str, Any]:
    return {
        "id": key,
        "status": PROBLEMS[code].status,
        "revision": revision,
        "problem": problem_document(code, detail, errors=errors),
    }


def _answer(written: Written) -> dict[str, Any]:
    refusal = written.refusal
    if refusal is not None:
        errors = [FieldError(refusal.field, refusal.code, refusal.detail)] if refusal.field else []
        return _refused(written.id, refusal.code, refusal.detail, errors, written.revision)
    status = 201 if written.created else 200
    return {"id": written.id, "status": status, "revision": written.revision, "problem": None}
