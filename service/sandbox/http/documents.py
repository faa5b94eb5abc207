"""Printing, sending, fetching: the PDF of a transaction, the e-mail to a customer, the address of a file."""

from service.sandbox import errors
from service.sandbox.declare import Entity
from service.sandbox.http.carry import Desk
from service.sandbox.times import seconds_text
from service.sandbox.wire import Doc

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def print_pdf(desk: Desk, entity: Entity, object_id: str) -> bytes:
    """Answer a PDF of one page, empty; raises SandboxFault where there is no such object."""
    desk.read(entity, object_id)
    return PDF


def download_address(desk: Desk, object_id: str) -> bytes:
    """Answer the address of an attachment's content, as text (recorded); raises SandboxFault without one."""
    if desk.company.books.find("Attachable", object_id) is None:
        raise errors.not_found()
    if not desk.files.has(desk.company.realm_id, object_id):
        raise errors.business("The attachment has no file.")
    return desk.files.address(desk.company.realm_id, object_id).encode()


def send_by_email(desk: Desk, entity: Entity, object_id: str, to: str) -> bytes:
    """Mark a transaction as sent (recorded); without an address, neither given nor known, 2020."""
    if "EmailStatus" not in entity.by_name:
        raise errors.unsupported(f"send {entity.name}")
    stored = desk.company.books.find(entity.name, object_id)
    if stored is None:
        raise errors.not_found()
    field = "POEmail" if "POEmail" in entity.by_name else "BillEmail"
    known = (stored.doc().get(field) or {}).get("Address")
    if not to and not known:
        raise errors.missing(field)
    now = seconds_text(int(desk.company.books.now().timestamp()))
    body: Doc = {
        "Id": object_id,
        "SyncToken": str(stored.token),
        "sparse": True,
        "EmailStatus": "EmailSent",
        field: {"Address": to or known},
        "DeliveryInfo": {"DeliveryType": "Email", "DeliveryTime": now},
    }
    answer = desk.write(entity, "update", body, frozenset())
    desk.company.announce_sent(entity, object_id)
    return answer
