"""Mails on invoices that are paid at their platform: the button, and no account."""

from __future__ import annotations

from email import message_from_bytes, policy
from html.parser import HTMLParser

from letter_samples import IBAN, debtor, line
from pay_samples import ACCOUNT, link_of, money, paid_there, way

from core.domain.model import Charge
from core.domain.pay_ways import PayWay
from core.letters.renderer import LetterRenderer
from core.ports import LetterContext

RENDERER = LetterRenderer()
FEE = Charge("dunning_fee", money("5.00"), "vereinbart")


class Page(HTMLParser):
    """``buttons``: where each link leads and what it says; ``tags``: every element."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.buttons: list[tuple[str, str]] = []
        self.tags: set[str] = set()
        self._at = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "a":
            self._at = dict(attrs)["href"] or ""

    def handle_data(self, data: str) -> None:
        if self._at and data.strip():
            self.buttons.append((self._at, data))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._at = ""


def bodies(given: LetterContext) -> tuple[str, str]:
    mail = RENDERER.mail(given, b"%PDF", "rechnung@beispiel-bau.example")
    assert mail.content.isascii()
    assert max(map(len, mail.content.split(b"\r\n"))) <= 998
    parsed = message_from_bytes(mail.content, policy=policy.default)
    plain, html = parsed.get_body(("plain",)), parsed.get_body(("html",))  # type: ignore[attr-defined]
    return plain.get_content(), html.get_content()


def test_a_button_for_each_invoice_and_no_account_in_the_signature() -> None:
    plain, html = bodies(paid_there([line(1, "119.00"), line(2, "238.00")], charges=(FEE,)))
    assert Page(html).buttons == [
        (link_of(1), "Rechnung RE-2026-0001 bezahlen"),
        (link_of(2), "Rechnung RE-2026-0002 bezahlen"),
    ]
    for body in (plain, html):
        assert IBAN not in body.replace(" ", "")
        assert "COBADEFFXXX" not in body
        assert "Musterbank" not in body
        assert "den offenen Betrag von" in body
        assert "357,00 €" in body
        assert "Nebenforderungen von 5,00 € machen wir gesondert geltend" in body
        assert "Amtsgericht München HRB 000001" in body
    # In the text a link stands alone on its line, whole, so that every program makes it clickable.
    assert [each for each in plain.splitlines() if each.startswith("http")] == [
        link_of(1),
        link_of(2),
    ]


def test_in_english_the_button_is_a_sentence() -> None:
    _, html = bodies(paid_there(owed_by=debtor(language="en-GB")))
    assert Page(html).buttons == [(link_of(1), "Pay invoice RE-2026-0001")]


def test_the_platforms_account_stands_beside_the_button() -> None:
    plain, html = bodies(paid_there(ways={1: way(1, account=ACCOUNT)}))
    for body in (plain, html):
        assert "DE02 1203 0000 0000 2020 51" in body
        assert "Beispiel Payments Europe Ltd" in body
        assert "genau den angegebenen Betrag" in body
        assert "0130 00" not in body


def test_a_mixed_mail_names_the_account_for_the_others_only() -> None:
    plain, html = bodies(paid_there([line(1, "119.00"), line(2, "238.00")], {1: way(1)}))
    for body in (plain, html):
        assert "DE89 3704 0044 0532 0130 00" in body
        assert "238,00 €" in body
    assert "  Für: RE-2026-0002" in plain.splitlines()
    assert [where for where, _ in Page(html).buttons] == [link_of(1)]


def test_a_hostile_link_and_number_stay_text() -> None:
    link = "https://a.example/?a='\"><script>alert(1)</script>&b=1"
    items = [line(1, "119.00", number="<b>R</b>{{7*7}}")]
    plain, html = bodies(paid_there(items, {1: PayWay(link)}))
    page = Page(html)
    assert page.buttons[0][0] == link
    assert "script" not in page.tags
    assert "b" not in page.tags
    assert link in plain
    assert "49" not in plain.split("IBAN")[0].replace("149", "")
