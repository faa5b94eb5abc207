"""Uploads: the parts of a multipart body become attachments, each with its own answer (recorded)."""

from email.parser import BytesParser
from email.policy import HTTP

from service.sandbox import errors
from service.sandbox.entities import ENTITIES, entity_named
from service.sandbox.http.carry import Desk
from service.sandbox.wire import Doc, decode, encode


def upload(desk: Desk, content_type: str, body: bytes) -> bytes:
    """Answer the content of AttachableResponse."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    answers = []
    for part in message.iter_parts():
        name = str(part.get_param("name", "", "content-disposition"))
        if name.startswith("file_metadata"):
            payload = part.get_payload(decode=True)
            answers.append(_attach(desk, decode(payload if isinstance(payload, bytes) else b"{}")))
    if not answers:
        raise errors.missing("file_metadata")
    return b"[" + b",".join(answers) + b"]"


def _attach(desk: Desk, metadata: Doc) -> bytes:
    try:
        for one in metadata.get("AttachableRef") or ():
            target = one.get("EntityRef") or {}
            kind, target_id = str(target.get("type", "")), str(target.get("value", ""))
            entity = entity_named(kind)
            if entity is None or desk.company.books.find(entity.name, target_id) is None:
                named = f"{kind} {target_id}"
                text = f"The entity {named} that you are trying to link does not exist. {named}"
                raise errors.business(text)
        return b"{" + desk.write(ENTITIES["Attachable"], "create", metadata, frozenset()) + b"}"
    except errors.SandboxFault as error:
        return encode({"Fault": error.as_dict()})
