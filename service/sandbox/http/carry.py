"""Carrying out requests on one company: what each kind of call does, and the bytes of its answer.

Everything here is synchronous, so a request is one step: nothing else happens in the company between its
first look and its last change.
"""

from service.sandbox import cdc, errors
from service.sandbox.company import Company
from service.sandbox.declare import Entity
from service.sandbox.entities import entity_named
from service.sandbox.query.parse import parse
from service.sandbox.query.run import QueryRunner
from service.sandbox.render import render
from service.sandbox.replay import Replays
from service.sandbox.wire import Doc, decode, encode, fingerprint


class Desk:
    """One company's counter: the calls that the wire can make."""

    def __init__(self, company: Company, replays: Replays) -> None:
        self.company = company
        self.replays = replays
        self._queries = QueryRunner(company.books)

    def query(self, text: str) -> bytes:
        """Answer the content of QueryResponse."""
        if not text.strip():
            raise errors.missing("query")
        rows = self._queries.run(parse(text))
        if rows.count is not None:
            return b'{"totalCount":%d}' % rows.count
        if not rows.page:
            return b"{}"
        books = self.company.books
        bodies = b",".join([render(books, one) for one in rows.page])
        count = len(rows.page)
        total = b',"totalCount":%d' % count if rows.entity.counts_rows else b""
        name = rows.entity.name.encode()
        return b'{"%b":[%b],"startPosition":%d,"maxResults":%d%b}' % (name, bodies, rows.start, count, total)

    def cdc(self, entities: str, changed_since: str) -> bytes:
        """Answer the content of CDCResponse."""
        return cdc.changes(self.company.books, entities, changed_since)

    def read(self, entity: Entity, object_id: str) -> bytes:
        """Answer one object; raises SandboxFault 610 where there is none, also after a delete (recorded)."""
        if not object_id.isdigit() and self.company.books.find(entity.name, object_id) is None:
            raise errors.invalid_id(object_id)
        stored = self.company.books.find(entity.name, object_id)
        if stored is None:
            raise errors.not_found()
        return render(self.company.books, stored)

    def write(
        self,
        entity: Entity,
        operation: str,
        body: Doc,
        options: frozenset[str],
        requestid: str | None = None,
        item: str = "",
    ) -> bytes:
        """Do one write, or answer what it answered before; the bytes are `"Bill":{…}`."""
        print_of = fingerprint([entity.name, operation, body]) if requestid else b""
        if requestid:
            before = self.replays.find(requestid, item, print_of)
            if before is not None:
                return _replayed(before.body, before.status)
        try:
            written = self.company.write(operation, entity, body, options=options, requestid=requestid)
        except errors.SandboxFault as error:
            if requestid:
                self.replays.keep(
                    requestid, item, print_of, encode([error.code, error.message, error.detail]), 400
                )
            raise
        answer = b'"%b":%b' % (entity.name.encode(), written)
        if requestid:
            self.replays.keep(requestid, item, print_of, answer)
        self.company.meter.writes += 1
        return answer


def _replayed(body: bytes, status: int) -> bytes:
    if status == 200:
        return body
    code, message, detail = decode(body)
    raise errors.SandboxFault(code, message, detail)


def operation_of(body: Doc, asked: str | None) -> str:
    """Without `operation=` a body with an Id is an update (QBO documented)."""
    if asked:
        return asked.lower()
    return "update" if body.get("Id") not in (None, "") else "create"


def known_entity(name: str) -> Entity:
    """Find the entity of a path, in any case; raises SandboxFault."""
    entity = entity_named(name)
    if entity is None:
        raise errors.unsupported(name)
    return entity
