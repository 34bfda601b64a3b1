"""The original of an invoice from lexoffice: a PDF under a safe name, or a clear sentence."""

import base64
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lexoffice_desk import client_at

from connectors._files import file_name, safe_name
from connectors._http import Answer
from connectors.lexoffice import files
from core.errors import MalformedResponse, NotFound, Rejected, Unreachable
from sandbox.lexoffice import LexofficeSandbox

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def refusal(status):
    error = Rejected("refused")
    error.status = status
    return error


def answer(content=PDF, disposition=""):
    headers = {"content-disposition": disposition} if disposition else {}
    return Answer(200, headers, content, "https://api.lexware.example/v1/x")


class Shelf:
    """What lexoffice answers at each place; everything else is 404."""

    def __init__(self, **places):
        self.places = places
        self.asked = []

    def _at(self, place):
        self.asked.append(place)
        found = self.places.get(place, NotFound())
        if isinstance(found, Exception):
            raise found
        return found

    def file(self, resource, voucher_id, *, accept):
        assert accept == "application/pdf"
        return self._at(resource.replace("-", "_"))

    def document_file_id(self, resource, voucher_id):
        return self._at(f"old_{resource.replace('-', '_')}")

    def stored_file(self, file_id, *, accept):
        assert accept == "application/pdf"
        return self._at(f"file_{file_id}")

    def invoice(self, identity):
        return self._at("invoice")

    def down_payment_invoice(self, identity):
        return self._at("down_payment_invoice")

    def credit_note(self, identity):
        return self._at("credit_note")

    def voucher(self, identity):
        return self._at("voucher")


# --- on the stand-in, over HTTP


@pytest.fixture
def sandbox():
    with LexofficeSandbox(limiter=False, today=date(2026, 11, 20)) as running:
        yield running


@pytest.fixture
def client(sandbox):
    with client_at(sandbox) as opened:
        yield opened


def an_invoice(sandbox, **changes):
    contact = sandbox.add_contact(company="Muster Bau GmbH", email="bau@muster.example")
    given = {"contact": contact, "gross": "1190.00", "on": date(2026, 10, 1), "number": "RE-7"}
    return sandbox.add_invoice(**{**given, **changes})


def test_the_invoice_comes_as_pdf_under_its_own_name(sandbox, client):
    document = files.fetch(client, an_invoice(sandbox))
    assert document.content.startswith(b"%PDF")
    assert document.media_type == "application/pdf"
    assert document.name == "Rechnung_RE-7.pdf"
    assert sandbox.count("/v1") == 1


@pytest.mark.parametrize(
    ("kind", "name"),
    [("downpaymentinvoice", "Abschlagsrechnung"), ("creditnote", "Rechnungskorrektur")],
)
def test_other_documents_are_found_at_their_place(sandbox, client, kind, name):
    voucher = an_invoice(sandbox, kind=kind)
    assert files.fetch(client, voucher).name == f"{name}_RE-7.pdf"
    before = sandbox.count("/v1")
    assert files.fetch(client, voucher, kind).name == f"{name}_RE-7.pdf"
    assert sandbox.count("/v1") == before + 1


def test_a_draft_has_no_pdf(sandbox, client):
    with pytest.raises(Rejected, match="Entwurf"):
        files.fetch(client, an_invoice(sandbox, status="draft"))


def test_what_lexoffice_does_not_have_is_said_so(sandbox, client):
    with pytest.raises(Rejected, match="kein PDF"):
        files.fetch(client, "00000000-0000-4000-8000-000000000000")


@pytest.mark.parametrize("fault", ["error503", "reset"])
def test_a_failure_that_passes_is_waited_out(sandbox, client, fault):
    invoice = an_invoice(sandbox)
    sandbox.fault(fault, times=2, path="/file")
    assert files.fetch(client, invoice).content.startswith(b"%PDF")


def test_a_failure_that_stays_is_temporary_for_the_caller(sandbox, client):
    invoice = an_invoice(sandbox)
    sandbox.fault("error503", times=0, path="/file")
    with pytest.raises(Unreachable):
        files.fetch(client, invoice)


def test_a_page_for_people_is_no_pdf(sandbox, client):
    invoice = an_invoice(sandbox)
    sandbox.fault("html", path="/file")
    with pytest.raises(MalformedResponse, match="PDF"):
        files.fetch(client, invoice)


# --- answers that the stand-in does not give


@pytest.mark.parametrize(
    "content",
    [
        base64.b64encode(PDF),
        base64.encodebytes(PDF),
        b"\r\n" + base64.b64encode(PDF) + b"\r\n",
    ],
)
def test_base64_text_in_place_of_the_bytes_is_decoded(content):
    """Seen in recorded traffic: Content-Type application/pdf, body JVBERi0…"""
    document = files.fetch(Shelf(invoices=answer(content, "inline; filename=a.pdf;")), "1")
    assert document.content == PDF


@pytest.mark.parametrize(
    "content", [b"", b"JVBERi0!!!", b"<xml/>", b"PK\x03\x04", b"%PD", b"\n%PDF-1.7"]
)
def test_what_is_no_pdf_is_refused(content):
    with pytest.raises(MalformedResponse) as refused:
        files.fetch(Shelf(invoices=answer(content, "inline; filename=a.pdf;")), "1")
    assert refused.value.connector == "lexoffice"


def test_what_no_mail_can_carry_is_refused():
    large = PDF + b"\x00" * files.MAX_BYTES
    with pytest.raises(Rejected, match="10 MB"):
        files.fetch(Shelf(invoices=answer(large, "inline; filename=a.pdf;")), "1")


def test_a_file_without_a_name_is_called_by_its_number():
    shelf = Shelf(invoices=answer(), invoice={"voucherNumber": "RE-2041"})
    assert files.fetch(shelf, "1").name == "Rechnung-RE-2041.pdf"
    assert shelf.asked == ["invoices", "invoice"]


def test_a_file_without_a_name_and_number_is_called_by_its_id():
    assert files.fetch(Shelf(credit_notes=answer(), credit_note={}), "77ab").name == (
        "Rechnung-77ab.pdf"
    )


@pytest.mark.parametrize("status", [404, 406])
def test_the_older_way_is_taken_where_the_newer_one_fails(status):
    newer = NotFound() if status == 404 else refusal(406)
    shelf = Shelf(
        invoices=newer,
        old_invoices={"documentFileId": "f-1"},
        **{"file_f-1": answer(disposition="inline; filename=alt.pdf;")},
    )
    assert files.fetch(shelf, "1", "invoice").name == "alt.pdf"


@pytest.mark.parametrize("answered", [{}, {"documentFileId": None}, {"documentFileId": ""}])
def test_a_document_without_a_file_has_no_pdf(answered):
    with pytest.raises(Rejected, match="kein PDF"):
        files.fetch(Shelf(old_invoices=answered), "1", "invoice")


def test_a_draft_is_told_from_a_form_that_is_refused():
    with pytest.raises(Rejected, match="Entwurf") as refused:
        files.fetch(Shelf(invoices=refusal(406), old_invoices=refusal(406)), "1")
    assert refused.value.status == 406


@pytest.mark.parametrize("place", ["invoices", "old_invoices"])
def test_another_refusal_is_handed_on(place):
    shelf = Shelf(**{place: refusal(422)})
    with pytest.raises(Rejected, match="refused"):
        files.fetch(shelf, "1", "invoice")


# --- bookkeeping vouchers


def voucher(*attached):
    return {"voucherNumber": "ER-3", "files": list(attached)}


@pytest.mark.parametrize("kind", ["salesinvoice", "salescreditnote", ""])
def test_the_scan_of_a_bookkeeping_voucher_is_its_original(kind):
    shelf = Shelf(voucher=voucher("s-1", "s-2"), **{"file_s-1": answer()})
    assert files.fetch(shelf, "1", kind).name == "Rechnung-ER-3.pdf"
    assert "file_s-2" not in shelf.asked


@pytest.mark.parametrize("content", [b"\xff\xd8\xff\xe0JFIF", b"<?xml version='1.0'?>", b""])
def test_a_photograph_is_no_pdf(content):
    shelf = Shelf(voucher=voucher("s-1"), **{"file_s-1": answer(content)})
    with pytest.raises(Rejected, match="kein PDF"):
        files.fetch(shelf, "1", "salesinvoice")


def test_a_voucher_without_a_file_has_no_pdf():
    for found in (voucher(), {"voucherNumber": "ER-3"}, {"files": None}):
        with pytest.raises(Rejected, match="kein PDF"):
            files.fetch(Shelf(voucher=found), "1", "salesinvoice")


def test_a_known_type_is_not_looked_for_elsewhere():
    shelf = Shelf(invoices=answer(disposition="inline; filename=a.pdf;"))
    with pytest.raises(Rejected):
        files.fetch(shelf, "1", "downpaymentinvoice")
    assert shelf.asked == ["down_payment_invoices", "old_down_payment_invoices"]


# --- names


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("inline; filename=Rechnung_RE0009.pdf;", "Rechnung_RE0009.pdf"),
        ('attachment; filename="Rechnung RE-1;2.pdf"', "Rechnung RE-1_2.pdf"),
        ("attachment; filename*=UTF-8''M%C3%BCller%20%26%20Co.pdf; filename=x", "Müller _ Co.pdf"),
        ("inline; filename*=unknown'x'%ff; filename=y.pdf", "y.pdf"),
        ("inline; filename*=UTF-8'x'%ff; filename=y.pdf", "y.pdf"),
        ('inline; filename="MÃ¼ller.PDF"', "Müller.pdf"),
        ('inline; filename="../../etc/passwd"', "passwd.pdf"),
        ('inline; filename="C:\\Temp\\RE-1.pdf"', "RE-1.pdf"),
        ("inline; filename='RE-1.pdf'", "RE-1.pdf"),
        ('inline; filename="a\r\nb.pdf"', "a b.pdf"),
        ('inline; filename=".pdf"', "pdf.pdf"),
        ("inline; filename=;", ""),
        ("inline", ""),
    ],
)
def test_the_name_in_the_header_is_read_and_made_safe(header, name):
    assert file_name({"Content-Disposition": header}) == name


def test_no_header_is_no_name():
    assert file_name({"Content-Type": "application/pdf"}) == ""


@given(st.text(max_size=300))
def test_every_name_is_safe(text):
    name = safe_name(text)
    assert len(name) <= 104
    assert not name or name.endswith(".pdf")
    assert not set(name) & set('/\\:*?"<>|\r\n\x00\u202e')
    assert not name.startswith((".", " "))


@given(st.text(max_size=200))
def test_no_header_makes_the_reader_stumble(text):
    assert "/" not in file_name({"Content-Disposition": text})
