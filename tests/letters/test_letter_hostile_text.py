"""Foreign text is data (architecture §4.16): it appears as written, wherever it appears."""

from __future__ import annotations

import io
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from letter_reading import text
from letter_samples import ISSUED, context, creditor, debtor, line
from openpyxl import load_workbook

from core.domain.model import Address, RunId
from core.errors import NotPrintable
from core.letters.clean import clean, slug
from core.letters.renderer import LetterRenderer
from core.ports import ProposalList

RENDERER = LetterRenderer()
TO = "rechnung@beispiel-bau.example"

HOSTILE = [
    '#read("secret")',
    "{{ 7*7 }}",
    "{total}",
    "*bold* _kursiv_ `code` $x$ <label> @ref // nichts",
    "<script>alert(1)</script>",
    "&amp; <b>fett</b>",
    "= Überschrift",
    '"; DROP TABLE',
    "{% raw %}",
    r"\u{41} \n \\",
    "https://beispiel.example/~a",
    "-- --- ... ~ ' \"",
]


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.said.append(data)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_only_a_name(name: str) -> None:
    who = debtor(
        name=name,
        label=name,
        salutation=name,
        address=Address(name, (name,), name, "10115", "Berlin"),
    )
    written = context([line(1, "1.00", number=name)], owed_by=who, owed_to=creditor(contact=name))
    pdf = RENDERER.letter(written)
    page = text(pdf)
    # Address (three lines), reference, salutation and table at the least.
    assert page.count(" ".join(name.split())) >= 6
    assert "49" not in name

    mail = RENDERER.mail(written, pdf, TO)
    parsed = message_from_bytes(mail.content, policy=policy.default)
    assert f"für {name}, Kundennummer {name}" in str(parsed["Subject"])
    plain = parsed.get_body(("plain",)).get_content()
    assert plain.startswith(name)
    html = _Text()
    html.feed(parsed.get_body(("html",)).get_content())
    assert any(said.startswith(name) for said in html.said)
    assert not html.tags & {"script", "b", "label"}

    listed = ProposalList(creditor(), RunId(5), ISSUED, ((written.notice, who),))
    assert " ".join(name.split()) in text(RENDERER.proposal_list_pdf(listed))
    sheet = load_workbook(io.BytesIO(RENDERER.proposal_list_xlsx(listed))).worksheets[0]
    assert sheet["B2"].value == name
    assert sheet["B2"].data_type == "s"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Null\u0000zeichen", "Nullzeichen"),
        ("Zwei\r\nZeilen", "Zwei Zeilen"),
        ("Tab\tulator", "Tab ulator"),
        ("links\u202eschter", "linksschter"),
        ("un\u200bsicht\u00adbar\ufeff", "unsichtbar"),
        ("Mu\u0308ller", "Müller"),
        ("halb\ud800es", "halbes"),
        ("fest\u00a0fest", "fest fest"),
        ("\u001b[31mrot", "[31mrot"),
    ],
)
def test_signs_that_act_are_taken_out(name: str, shown: str) -> None:
    assert clean(name) == shown
    page = text(RENDERER.letter(context(owed_by=debtor(address=Address(name, (), "W", "1", "O")))))
    assert " ".join(shown.split()) in page


@settings(max_examples=25)
@given(st.text(max_size=60))
@example("0000¡¡¡ഀ¡ 00¡¡ 00000¡¡¡¡ഀ")  # Python itself folds it into fewer words
def test_any_text_is_printed_or_refused_by_name(name: str) -> None:
    who = debtor(name=name, label=name, address=Address(name, (name,), name, name, "Ort"))
    written = context([line(1, "1.00", number=name)], owed_by=who)
    mail = RENDERER.mail(written, b"%PDF", TO)
    parsed = message_from_bytes(mail.content, policy=policy.default)
    subject = " ".join(str(parsed["Subject"]).split())
    assert " ".join(clean(name).split()) in subject
    outcome = ""
    try:
        outcome = RENDERER.letter(written)[:5].decode()
    except NotPrintable as refusal:
        outcome = str(refusal)
    assert outcome == "%PDF-" or "U+" in outcome


def test_a_slug_is_a_harmless_file_name() -> None:
    assert slug("Müller & Söhne GmbH / ../etc") == "mueller-soehne-gmbh-etc"
    assert slug("日本") == ""
    assert len(slug("lang " * 40)) <= 40
