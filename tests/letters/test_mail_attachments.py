"""Original invoices in a mail: behind the letter, byte for byte, under names that do no harm."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from letter_samples import context, debtor, five_items, line

from core.letters.attachments import safe_names
from core.letters.renderer import LetterRenderer
from core.ports import Attachment, LetterContext

RENDERER = LetterRenderer()
LETTER = b"%PDF-1.7 a letter"
ORIGINAL = b"%PDF-1.4\r\n.\r\nFrom the start\n.. \x00\xff the original %%EOF"


def pdf(name: str, number: str = "RE-2026-0001", content: bytes = ORIGINAL) -> Attachment:
    return Attachment(name, "application/pdf", content, number)


def mail_of(given: LetterContext) -> EmailMessage:
    raw = RENDERER.mail(given, LETTER, "rechnung@beispiel-bau.example").content
    parsed = message_from_bytes(raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    return parsed


def with_files(*files: Attachment, lines: int = 1) -> LetterContext:
    return replace(context(five_items()[:lines]), attachments=files)


def bodies(parsed: EmailMessage) -> list[str]:
    found = [parsed.get_body((kind,)) for kind in ("plain", "html")]
    return [part.get_content() for part in found if part is not None]


def test_the_invoices_come_behind_the_letter_byte_for_byte() -> None:
    second = b"%PDF-1.7 the other one"
    parsed = mail_of(
        with_files(pdf("Rechnung_RE1.pdf"), pdf("Rechnung_RE2.pdf", "RE-2", second), lines=2)
    )
    letter, *invoices = parsed.iter_attachments()
    assert letter.get_content() == LETTER
    assert [(i.get_filename(), i.get_content_type()) for i in invoices] == [
        ("Rechnung_RE1.pdf", "application/pdf"),
        ("Rechnung_RE2.pdf", "application/pdf"),
    ]
    assert [i.get_content() for i in invoices] == [ORIGINAL, second]


@pytest.mark.parametrize(
    ("language", "lines", "numbers", "said"),
    [
        ("de", 1, ["RE-2026-0001"], "Die Rechnung ist in Kopie beigefügt."),
        (
            "de",
            2,
            ["RE-2026-0001", "RE-2026-0002"],
            "Die Rechnungen sind in Kopie beigefügt.",
        ),
        ("de", 3, ["RE-2026-0002"], "Von den Rechnungen ist RE-2026-0002 in Kopie beigefügt."),
        (
            "de",
            4,
            ["RE-2026-0001", "RE-2026-0002", "RE-2026-0003"],
            "sind RE-2026-0001, RE-2026-0002 und RE-2026-0003 in Kopie beigefügt.",
        ),
        ("en", 1, ["RE-2026-0001"], "A copy of the invoice is attached as well."),
        ("en", 3, ["RE-2026-0001", "RE-2026-0002"], "copies of RE-2026-0001 and RE-2026-0002 are"),
    ],
)
def test_the_mail_says_which_invoices_it_carries(
    language: str, lines: int, numbers: list[str], said: str
) -> None:
    given = replace(
        context(five_items()[:lines], owed_by=debtor(language=language)),
        attachments=tuple(pdf(f"{number}.pdf", number) for number in numbers),
    )
    for body in bodies(mail_of(given)):
        assert said in " ".join(body.split())


def test_a_number_that_is_markup_stays_text() -> None:
    """Whoever may write invoice numbers on the platform must not write into our mails."""
    number = "<img src=x onerror=alert(1)>{{ 7 * 7 }}"
    plain, html = bodies(mail_of(with_files(pdf("RE.pdf", number), lines=3)))
    assert number in " ".join(plain.split())
    assert "<img src=x" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;{{ 7 * 7 }}" in " ".join(html.split())


def test_without_attachments_the_mail_speaks_of_the_letter_only() -> None:
    for body in bodies(mail_of(context())):
        assert "beigefügt" not in body
        assert "Dieses Schreiben finden Sie auch als PDF im Anhang." in body


def test_the_letter_and_the_text_version_do_not_change() -> None:
    given = context([line(1, "119.00")])
    attached = replace(given, attachments=(pdf("RE-1.pdf"),))
    assert RENDERER.letter(attached) == RENDERER.letter(given)


def test_equal_mails_have_equal_bytes() -> None:
    given = with_files(pdf("a.pdf"), pdf("b.pdf"))
    first, second = (RENDERER.mail(given, LETTER, "x@y.example").content for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Rechnung Müller & Söhne.pdf", "Rechnung-Mueller-Soehne.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        (r"C:\Temp\RE-7.PDF", "RE-7.pdf"),
        ("Rechnung.pdf.exe", "Rechnung.pdf"),
        ("RE-1\r\nBcc: dritter@fremd.example", "RE-1-Bcc-dritter-fremd.example.pdf"),
        ("\u202efdp.exe", "fdp.pdf"),
        ("", "Rechnung-RE-2026-0001.pdf"),
        ("请款单.pdf", "Rechnung-RE-2026-0001.pdf"),
        ("x" * 300 + ".pdf", "x" * 60 + ".pdf"),
    ],
)
def test_a_foreign_name_becomes_a_harmless_one(name: str, expected: str) -> None:
    assert list(safe_names([pdf(name)], [])) == [expected]
    invoice = list(mail_of(with_files(pdf(name))).iter_attachments())[1]
    assert invoice.get_filename() == expected


def test_names_are_unique_also_against_the_letter() -> None:
    files = [pdf("RE-1.pdf"), pdf("re-1.pdf"), pdf("RE-1.pdf"), pdf("Letter.pdf")]
    assert list(safe_names(files, ["letter.pdf"])) == [
        "RE-1.pdf",
        "re-1-2.pdf",
        "RE-1-3.pdf",
        "Letter-2.pdf",
    ]


@pytest.mark.parametrize("kind", ["text/html", "", "application/pdf\r\nX-Evil: 1", "image"])
def test_what_is_neither_pdf_nor_xml_is_plain_bytes(kind: str) -> None:
    invoice = list(
        mail_of(with_files(Attachment("RE-1.html", kind, b"<p>", "1"))).iter_attachments()
    )
    assert invoice[1].get_content_type() == "application/octet-stream"
    assert invoice[1].get_filename() == "RE-1.bin"
    assert invoice[1].get_content() == b"<p>"


@given(st.lists(st.text(max_size=80), max_size=8), st.lists(st.text(max_size=20), max_size=3))
def test_any_names_end_up_plain_short_and_different(names: list[str], taken: list[str]) -> None:
    found = list(safe_names([pdf(name, name) for name in names], taken))
    assert len({name.lower() for name in found}) == len(names)
    assert not {name.lower() for name in found} & {name.lower() for name in taken}
    for name in found:
        assert name.isascii()
        assert name.endswith(".pdf")
        assert len(name) <= 80
        assert PureWindowsPath(name).name == name
        assert not name.startswith((".", "-", " "))
