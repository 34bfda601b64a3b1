"""Documents as files: ``/file``, the deprecated ``/document``, ``/files``, and the Accept trap."""

from __future__ import annotations

from sandbox.common import pdf
from sandbox.common.replies import Call, Reply
from sandbox.lexoffice.model import ENDPOINTS, Voucher
from sandbox.lexoffice.replies import ApiError, not_found
from sandbox.lexoffice.world import World
from sandbox.lexoffice.xrechnung import xrechnung

PDF, XML = "application/pdf", "application/xml"
_NAMES = {
    "invoice": "Rechnung",
    "downpaymentinvoice": "Abschlagsrechnung",
    "creditnote": "Rechnungskorrektur",
    "quotation": "Angebot",
}
_UPLOADS = {"application/pdf", "image/jpeg", "image/png", "application/xml", "text/xml"}
_UPLOAD_BYTES = 5 * 1024 * 1024


def sales_file(world: World, call: Call, id_: str) -> Reply:
    """The document of a sales voucher, as PDF or XML by its profile and the Accept header.

    Raises:
        ApiError: 404; 409 for a draft; 404 for XML where there is none, 406 for kinds that are
            PDF only.
    """
    endpoint = call.path.split("/")[2]
    voucher = world.voucher(id_, endpoint)
    if voucher.status == "draft":
        raise ApiError(409, "Requesting a file is not possible in state draft.")
    wants_xml = _asks(call, XML) and not _asks(call, PDF)
    if voucher.kind == "quotation" and wants_xml:
        raise ApiError(406, "Only application/pdf is available")
    if (
        voucher.profile == "XRechnung"
        and (wants_xml or "*/*" in call.accept)
        and not _asks(call, PDF)
    ):
        return _file(xrechnung(voucher), XML, _name(voucher), "xml")
    if wants_xml:
        raise ApiError(404, "There is no XML for this voucher")
    return _file(_pdf(world, voucher), PDF, _name(voucher), "pdf")


def dunning_file(world: World, call: Call, id_: str) -> Reply:
    """A dunning is PDF only; that it is a draft does not matter."""
    dunning = world.dunning(id_)
    if _asks(call, XML) and not _asks(call, PDF):
        raise ApiError(406, "Only application/pdf is available")
    lines = [dunning.title, str(dunning.address.get("name", "")), dunning.introduction]
    return _file(pdf.document(lines), PDF, "Mahnung", "pdf")


def _asks(call: Call, kind: str) -> bool:
    return kind in call.accept


def _name(voucher: Voucher) -> str:
    return f"{_NAMES.get(voucher.kind, 'Beleg')}_{voucher.number}"


def _file(content: bytes, kind: str, name: str, ending: str) -> Reply:
    # Recorded form: unquoted, with a semicolon at the end.
    disposition = {"Content-Disposition": f"inline; filename={name}.{ending};"}
    return Reply(200, content, disposition, kind)


def _pdf(world: World, voucher: Voucher) -> bytes:
    name = _NAMES.get(voucher.kind, "Beleg")
    due = f"zahlbar bis {voucher.due:%d.%m.%Y}" if voucher.due else ""
    amount = f"{voucher.gross:.2f} EUR".replace(".", ",")
    lines = [world.company, f"{name} {voucher.number}", voucher.name, f"vom {voucher.on:%d.%m.%Y}"]
    return pdf.document([*lines, amount, due])


def sales_document(world: World, call: Call, id_: str) -> Reply:
    """Deprecated: an id for ``/files``. Of a draft 406, unlike ``/file``."""
    voucher = world.voucher(id_, call.path.split("/")[2])
    if voucher.status == "draft":
        message = "Requesting PDF document is not possible in state draft."
        raise ApiError(406, message)
    return _document(world, id_)


def dunning_document(world: World, _call: Call, id_: str) -> Reply:
    world.dunning(id_)
    return _document(world, id_)


def _document(world: World, id_: str) -> Reply:
    known = next((key for key, value in world.documents.items() if value == id_), "")
    if not known:
        known = world.new_id()
        world.documents[known] = id_
    return Reply(200, {"documentFileId": known})


def get_file(world: World, call: Call, id_: str) -> Reply:
    """A file by its id: a rendered document (always PDF for ``*/*``) or an upload."""
    if id_ in world.uploads:
        content, kind = world.uploads[id_]
        return Reply(200, content, type=kind)
    owner = world.documents.get(id_)
    if owner is None:
        raise not_found("file")
    if owner in world.dunnings:
        return dunning_file(world, call, owner)
    voucher = world.voucher(owner)
    if voucher.profile == "XRechnung" and XML in call.accept:
        return _file(xrechnung(voucher), XML, _name(voucher), "xml")
    return _file(_pdf(world, voucher), PDF, _name(voucher), "pdf")


def upload(world: World, call: Call) -> Reply:
    """POST /v1/files: a receipt for bookkeeping; 202. The stand-in makes no voucher of it.

    Raises:
        ApiError: 400 without type; 500 without a file (measured so); 406 for other files.
    """
    if call.form.get("type") != "voucher":
        raise ApiError(400, "type is missing")
    return Reply(202, {"id": _kept(world, call)})


def attach(world: World, call: Call, id_: str) -> Reply:
    """POST /v1/vouchers/{id}/files: a file for a bookkeeping voucher."""
    voucher = world.voucher(id_, "vouchers")
    file_id = _kept(world, call)
    with world.changing(voucher, "changed"):
        voucher.files.append(file_id)
    return Reply(202, {"id": file_id})


def _kept(world: World, call: Call) -> str:
    given = call.files.get("file")
    if given is None:
        raise ApiError(500, "file is missing")
    content = given.read()
    if given.mimetype not in _UPLOADS or len(content) > _UPLOAD_BYTES:
        raise ApiError(406, issue=("inacceptable_file_extension", "file"))
    id_ = world.new_id()
    world.uploads[id_] = (content, given.mimetype)
    return id_


ENDPOINTS_WITH_FILES = tuple(
    dict.fromkeys(endpoint for kind, endpoint in ENDPOINTS.items() if kind in _NAMES)
)
