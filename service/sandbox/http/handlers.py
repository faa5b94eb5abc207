"""What each kind of request does: a function from a company's desk and a call to the envelope's content.

The bytes lack the envelope's `time` and its last brace.
"""

from collections.abc import Callable

from service.sandbox import errors, reports
from service.sandbox.http.batch import Hit, run_batch
from service.sandbox.http.calls import Call
from service.sandbox.http.carry import Desk, known_entity, operation_of
from service.sandbox.http.documents import send_by_email
from service.sandbox.http.rates import exchange_rate
from service.sandbox.http.repertoire import settle_characters
from service.sandbox.http.taxes import create_tax_code
from service.sandbox.http.uploads import upload
from service.sandbox.replay import checked_requestid
from service.sandbox.wire import encode

Handler = Callable[[Desk, Call, Hit], bytes]
BATCH_REQUESTID = 36


def _query(desk: Desk, call: Call, _hit: Hit) -> bytes:
    posted = call.info.body.decode("utf-8", "replace") if call.info.method == "POST" else ""
    try:
        return b'{"QueryResponse":' + desk.query(call.params.get("query") or posted)
    except errors.SandboxFault as error:
        if not desk.company.books.knobs.fault_in_query:
            raise
        return b'{"QueryResponse":{"Fault":%b}' % encode(error.as_dict())


def _cdc(desk: Desk, call: Call, _hit: Hit) -> bytes:
    params = call.params
    return b'{"CDCResponse":' + desk.cdc(params.get("entities", ""), params.get("changedSince", ""))


def _batch(desk: Desk, call: Call, hit: Hit) -> bytes:
    requestid = checked_requestid(call.params.get("requestid"), longest=BATCH_REQUESTID)
    body = settle_characters(desk.company.books, call.document)
    return b'{"BatchItemResponse":' + run_batch(desk, body, requestid, hit)


def _upload(desk: Desk, call: Call, _hit: Hit) -> bytes:
    return b'{"AttachableResponse":' + upload(desk, call.content_type, call.info.body)


def _send(desk: Desk, call: Call, _hit: Hit) -> bytes:
    entity = known_entity(call.parts[0])
    return b"{" + send_by_email(desk, entity, call.parts[1], call.params.get("sendTo", ""))


def _write(desk: Desk, call: Call, _hit: Hit) -> bytes:
    entity, requestid = known_entity(call.parts[0]), checked_requestid(call.params.get("requestid"))
    body = settle_characters(desk.company.books, call.document)
    operation = operation_of(body, call.params.get("operation"))
    return b"{" + desk.write(entity, operation, body, call.options, requestid)


def _read(desk: Desk, call: Call, _hit: Hit) -> bytes:
    entity = known_entity(call.parts[0])
    wanted = call.parts[1] if len(call.parts) > 1 and not entity.single else "1"
    if call.info.kind == "companyinfo" and call.parts[1:] not in ([call.desk_key], ["1"], []):
        raise errors.not_found()
    return b'{"%b":%b' % (entity.key, desk.read(entity, wanted, options=call.options))


def _report(desk: Desk, call: Call, _hit: Hit) -> bytes:
    """A report is its own envelope: no key around it, and its time in its header (recorded by users)."""
    return encode(reports.run(desk.company.books, call.parts[1], call.params))[:-1]


def _tax_service(desk: Desk, call: Call, _hit: Hit) -> bytes:
    return b"{" + create_tax_code(desk.company.books, call.document)


def _exchange_rate(desk: Desk, call: Call, _hit: Hit) -> bytes:
    wanted = call.params.get("sourcecurrencycode", ""), call.params.get("asofdate", "")
    return b'{"ExchangeRate":' + exchange_rate(desk.company.books, *wanted)


HANDLERS: dict[str, Handler] = {
    "query": _query,
    "cdc": _cdc,
    "batch": _batch,
    "upload": _upload,
    "read": _read,
    "companyinfo": _read,
    "preferences": _read,
    "exchangerate": _exchange_rate,
    "send": _send,
    "write": _write,
    "report": _report,
    "taxservice": _tax_service,
}
