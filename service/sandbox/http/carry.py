"""Carrying out requests on one company: what each kind of call does, and the bytes of its answer.

Everything here is synchronous, so a request is one step: nothing else happens in the company between its
first look and its last change.
"""

from service.sandbox import cdc, errors
from service.sandbox.company import Company
from service.sandbox.declare import Entity
from service.sandbox.deviations import Deviation
from service.sandbox.entities import entity_named
from service.sandbox.files import File, Files
from service.sandbox.query.parse import parse
from service.sandbox.query.run import QueryRunner, Rows
from service.sandbox.query.statement import Statement
from service.sandbox.render import render
from service.sandbox.replay import Replays
from service.sandbox.stored import Stored
from service.sandbox.wire import Doc, decode, encode, fingerprint


class Desk:
    """One company's counter: the calls that the wire can make."""

    def __init__(self, company: Company, replays: Replays, files: Files) -> None:
        self.company = company
        self.files = files
        self.replays = replays
        self.rows_read = 0
        self._queries = QueryRunner(company.books)

    def query(self, text: str, *, most: int | None = None) -> bytes:
        """Answer the content of QueryResponse; more than `most` rows are fault 10100."""
        if not text.strip():
            raise errors.missing("query")
        knobs = self.company.books.knobs
        statement = parse(text, knobs.maxresults_over == "fault")
        if statement.columns and knobs.projections == "fault":
            raise errors.bad_query("Projections are not supported")
        rows = self._queries.run(statement)
        if most is not None and len(rows.page) > most:
            raise errors.by_code("10100")
        self.rows_read += len(rows.page)
        if rows.count is not None:
            return b'{"totalCount":%d}' % rows.count
        if not rows.page:
            return self._nothing(rows.entity.name)
        bodies = b",".join(self._bodies(rows, statement))
        count = len(rows.page)
        total = b',"totalCount":%d' % count if rows.entity.counts_rows else b""
        key = rows.entity.key
        return b'{"%b":[%b],"startPosition":%d,"maxResults":%d%b}' % (key, bodies, rows.start, count, total)

    def _bodies(self, rows: Rows, statement: Statement) -> list[bytes]:
        books = self.company.books
        if rows.entity.name == "Attachable":
            return [self._attachable(one) for one in rows.page]
        bodies = [render(books, one) for one in rows.page]
        if not statement.columns or books.knobs.projections != "picked":
            return bodies
        return [encode(picked(decode(body), statement.columns)) for body in bodies]

    def _attachable(self, stored: Stored) -> bytes:
        """Each answer holds a fresh address of the content (recorded)."""
        realm_id = self.company.realm_id
        body = render(self.company.books, stored)
        if not self.files.has(realm_id, stored.id):
            return body
        address = self.files.address(realm_id, stored.id)
        access = f"/v3/company/{realm_id}/download/{stored.id}"
        shown = {"FileAccessUri": access, "TempDownloadUri": address, **decode(body)}
        return encode({key: shown[key] for key in stored.entity.order if key in shown})

    def attach(self, entity: Entity, body: Doc, file: File | None) -> bytes:
        """Create an attachment with its content."""
        if file is None:
            return self.write(entity, "create", body, frozenset())
        stored_id = decode(b"{%b}" % self.write(entity, "create", body, frozenset()))[entity.name]["Id"]
        self.files.keep(self.company.realm_id, stored_id, file)
        stored = self.company.books.find(entity.name, stored_id)
        assert stored is not None
        return b'"%b":%b' % (entity.name.encode(), self._attachable(stored))

    def _nothing(self, entity: str) -> bytes:
        """A query that finds nothing doesn't name what it looked for (recorded)."""
        if Deviation.EMPTY_RESULT_HAS_ARRAY in self.company.books.deviations:
            return b'{"%b":[]}' % entity.encode()
        return b"{}"

    def cdc(self, entities: str, changed_since: str) -> bytes:
        """Answer the content of CDCResponse."""
        return cdc.changes(self.company.books, entities, changed_since)

    def read(self, entity: Entity, object_id: str, *, options: frozenset[str] = frozenset()) -> bytes:
        """Answer one object; raises SandboxFault 610 where there is none, also after a delete (recorded)."""
        if not object_id.isdigit() and self.company.books.find(entity.name, object_id) is None:
            raise errors.invalid_id(object_id)
        stored = self.company.books.find(entity.name, object_id)
        if stored is None:
            raise errors.not_found(deleted=self.company.books.knobs.gone_detail == "deleted")
        if entity.name == "Attachable":
            return self._attachable(stored)
        body = render(self.company.books, stored)
        if "invoiceLink" in options and entity.name == "Invoice":
            link = f"{self.files.public_url}/pay/{self.company.realm_id}/{object_id}"
            return encode({**decode(body), "InvoiceLink": link})
        return body

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
            if before is not None and Deviation.REQUESTID_IGNORED not in self.company.books.deviations:
                return _replayed(before.body, before.status)
        try:
            written = self.company.write(operation, entity, body, options=options, requestid=requestid)
        except errors.SandboxFault as error:
            if requestid:
                self.replays.keep(
                    requestid, item, print_of, encode([error.code, error.message, error.detail]), 400
                )
            raise
        answer = b'"%b":%b' % (entity.key, written)
        if requestid:
            self.replays.keep(requestid, item, print_of, answer)
        self.company.meter.writes += 1
        return answer


def picked(doc: Doc, columns: tuple[str, ...]) -> Doc:
    """Answer the named properties of an object, and what it can't be without."""
    wanted = {one.lower() for one in columns} | {"id", "domain", "sparse"}
    return {key: value for key, value in doc.items() if key.lower() in wanted}


def _replayed(body: bytes, status: int) -> bytes:
    if status == 200:
        return body
    code, message, detail = decode(body)
    raise errors.SandboxFault(code, message, detail)


def operation_of(body: Doc, asked: object) -> str:
    """Without `operation=` a body with an Id is an update (QBO documented)."""
    if asked:
        return str(asked).lower()
    return "update" if body.get("Id") not in (None, "") else "create"


def known_entity(name: str) -> Entity:
    """Find the entity of a path, in any case; raises SandboxFault."""
    entity = entity_named(name)
    if entity is None:
        raise errors.unsupported(name)
    return entity
