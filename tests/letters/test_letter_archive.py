"""The PDF/A-2b claim, checked by structure: no validator could be installed (docs/letters.md)."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from charge_samples import interest, late, lump_sum
from letter_samples import context, creditor, line
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from core.letters.renderer import LetterRenderer
from core.ports import LetterContext

RENDERER = LetterRenderer()
FORBIDDEN_KEYS = {"/JS", "/JavaScript", "/AA", "/OpenAction", "/EmbeddedFiles", "/Launch", "/F"}
FORBIDDEN_ACTIONS = {"/Launch", "/JavaScript", "/GoToR", "/URI", "/SubmitForm", "/ImportData"}
FORBIDDEN_FILTERS = {"/LZWDecode", "/Crypt"}


@pytest.fixture(scope="module", params=["one page", "many pages", "test mode", "charges"])
def pdf(request: pytest.FixtureRequest) -> bytes:
    if request.param == "one page":
        return RENDERER.letter(context())
    if request.param == "test mode":
        return RENDERER.letter(context(owed_to=creditor(live=False)))
    if request.param == "charges":
        return RENDERER.letter(with_charges())
    return RENDERER.letter(context([line(n, "1.00") for n in range(1, 80)]))


def with_charges() -> LetterContext:
    since = date(2026, 3, 25)
    items = [late(1, "1190.00", of="1400.00", since=since, level=1, disputed="100.00")]
    charges = (interest(1, "1190.00", since), lump_sum(1, demanded=False))
    return context(items, charges=charges)


def objects(pdf: bytes) -> list[DictionaryObject]:
    reader = PdfReader(io.BytesIO(pdf))
    found = []
    for number in range(1, int(reader.trailer["/Size"])):
        entry = reader.get_object(number)
        if isinstance(entry, DictionaryObject):
            found.append(entry)
    return found


def test_the_metadata_claim_part_2_level_b(pdf: bytes) -> None:
    reader = PdfReader(io.BytesIO(pdf))
    metadata = reader.trailer["/Root"]["/Metadata"].get_object()
    assert metadata.get("/Filter") is None  # metadata must be readable without decoding
    xmp = metadata.get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in xmp
    assert "<xmp:CreateDate>2026-11-23T00:00:00" in xmp
    title = str(reader.metadata.title)
    assert title in xmp


def test_colours_have_a_profile_of_their_own(pdf: bytes) -> None:
    root = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    intents = root["/OutputIntents"]
    assert [intent.get_object()["/S"] for intent in intents] == ["/GTS_PDFA1"]
    profile = intents[0].get_object()["/DestOutputProfile"].get_object().get_data()
    assert profile[36:40] == b"acsp"
    assert profile[16:20] == b"RGB "


def test_every_font_is_embedded_and_can_be_read_as_text(pdf: bytes) -> None:
    fonts = [entry for entry in objects(pdf) if entry.get("/Type") == "/Font"]
    assert fonts
    for font in fonts:
        if font["/Subtype"] == "/Type0":
            assert "/ToUnicode" in font
            (descendant,) = font["/DescendantFonts"]
            descriptor = descendant.get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)
            assert re.match(r"/[A-Z]{6}\+Libertinus", str(descriptor["/FontName"]))


def test_nothing_acts_and_nothing_lies_outside(pdf: bytes) -> None:
    reader = PdfReader(io.BytesIO(pdf))
    assert not reader.is_encrypted
    assert "/Encrypt" not in reader.trailer
    assert len(reader.trailer["/ID"]) == 2
    assert "/AcroForm" not in reader.trailer["/Root"]
    for entry in objects(pdf):
        assert not FORBIDDEN_KEYS & set(entry), entry
        assert entry.get("/S") not in FORBIDDEN_ACTIONS
        assert entry.get("/Type") != "/Filespec"
        if isinstance(entry, StreamObject):
            used = entry.get("/Filter", [])
            names = used if isinstance(used, ArrayObject) else [used]
            assert not FORBIDDEN_FILTERS & {str(name) for name in names}
            assert entry.get("/Subtype") != "/PS"


def test_the_file_says_its_language_and_title(pdf: bytes) -> None:
    reader = PdfReader(io.BytesIO(pdf))
    assert str(reader.trailer["/Root"]["/Lang"]) == "de"
    assert str(reader.metadata.title) == "Zahlungserinnerung M-42"
    assert pdf.startswith(b"%PDF-1.7")
    assert pdf[9:10] == b"%"  # a comment of high bytes marks the file as binary
    assert all(byte > 127 for byte in pdf[10:14])


def test_letters_with_charges_are_equal_each_time_too() -> None:
    assert RENDERER.letter(with_charges()) == LetterRenderer().letter(with_charges())
