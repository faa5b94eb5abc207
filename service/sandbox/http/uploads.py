"""Uploads: the parts of a multipart body become attachments, each with its own answer (recorded).

A part `file_metadata_01` describes what the part `file_content_01` holds; a content without description, and
a description without content, are attachments too.
"""

from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

import msgspec

from service.sandbox import errors
from service.sandbox.entities import ENTITIES, entity_named
from service.sandbox.files import File
from service.sandbox.http.carry import Desk
from service.sandbox.wire import Doc, decode, encode

LARGEST = 100 * 1024 * 1024


@dataclass(slots=True)
class Part:
    """What came under one number."""

    metadata: Doc
    file: File | None = None


def upload(desk: Desk, content_type: str, body: bytes) -> bytes:
    """Answer the content of AttachableResponse; raises SandboxFault where there is nothing in it."""
    if len(body) > LARGEST:
        raise errors.business(f"An upload has at most {LARGEST} bytes.")
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    parts: dict[str, Part] = {}
    for piece in message.iter_parts():
        if isinstance(piece, EmailMessage):
            _take(parts, piece)
    if not parts:
        raise errors.missing("file_metadata")
    return b"[" + b",".join(_attach(desk, part) for part in parts.values()) + b"]"


def _take(parts: dict[str, Part], piece: EmailMessage) -> None:
    kind, _, number = str(piece.get_param("name", "", "content-disposition")).rpartition("_")
    payload = piece.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    part = parts.setdefault(number, Part({})) if kind in {"file_metadata", "file_content"} else None
    if part is None:
        return
    if kind == "file_metadata":
        try:
            part.metadata = decode(content or b"{}")
        except msgspec.DecodeError:
            raise errors.by_code("2010", "The metadata is no JSON object") from None
    else:
        part.file = File(piece.get_filename() or "", piece.get_content_type(), content)


def _attach(desk: Desk, part: Part) -> bytes:
    try:
        for target in _targets(part.metadata):
            _check_target(desk, target)
        body = dict(part.metadata)
        if part.file is not None:
            body.setdefault("FileName", part.file.name)
            body.setdefault("ContentType", part.file.content_type)
            body["Size"] = len(part.file.content)
        return b"{" + desk.attach(ENTITIES["Attachable"], body, part.file) + b"}"
    except errors.SandboxFault as error:
        return encode({"Fault": error.as_dict()})


def _targets(metadata: Any) -> list[Doc]:
    """Answer what an attachment names as its own; raises SandboxFault where it isn't told as it should be."""
    refs = metadata.get("AttachableRef") or [] if isinstance(metadata, dict) else None
    if not isinstance(refs, list) or not all(isinstance(one, dict) for one in refs):
        raise errors.by_code("2010", "The metadata is no Attachable")
    targets = [one.get("EntityRef") or {} for one in refs]
    if not all(isinstance(one, dict) for one in targets):
        raise errors.by_code("2010", "An EntityRef is a reference")
    return targets


def _check_target(desk: Desk, target: Doc) -> None:
    kind, target_id = str(target.get("type", "")), str(target.get("value", ""))
    entity = entity_named(kind)
    if entity is None or desk.company.books.find(entity.name, target_id) is None:
        named = f"{kind} {target_id}"
        raise errors.business(f"The entity {named} that you are trying to link does not exist. {named}")
