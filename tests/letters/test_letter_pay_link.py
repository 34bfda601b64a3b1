"""Letters on invoices that are paid at their platform: links, codes, and whose account stands there."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from letter_reading import characters, codes, find, text, texts
from letter_samples import IBAN, context, creditor, debtor, line
from pay_samples import ACCOUNT, LINK, PLATFORM_IBAN, link_of, money, paid_there, way
from pypdf import PdfReader

from core.domain.model import Charge, ItemKind, NoticeId, NoticeKind
from core.domain.pay_ways import PayWay
from core.letters.renderer import LetterRenderer
from core.letters.texts import load

RENDERER = LetterRenderer()
SPACED_IBAN = "DE89 3704 0044 0532 0130 00"
FEE = Charge("dunning_fee", money("5.00"), "vereinbart")


def clicks(pdf: bytes) -> list[str]:
    """Where the links of all pages lead."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    notes = [each.get_object() for page in pages for each in page.get("/Annots") or []]
    return [str(each["/A"]["/URI"]) for each in notes]


def names_own_account(pdf: bytes) -> bool:
    page = text(pdf)
    return any(part in page for part in (SPACED_IBAN, IBAN, "COBADEFFXXX", "Musterbank"))


def test_one_invoice_has_its_link_as_code_and_click_and_no_account() -> None:
    pdf = RENDERER.letter(paid_there())
    (page,) = texts(pdf)
    assert codes(pdf) == [link_of(1)]
    assert set(clicks(pdf)) == {link_of(1)}
    assert not names_own_account(pdf)
    assert "Bitte bezahlen Sie den offenen Betrag von 119,00 € bis zum 07.12.2026." in page
    assert "Bitte bezahlen Sie die Rechnung über ihren Zahlungslink." in page
    assert "Rechnung RE-2026-0001: 119,00 €" in page
    # Enough to see where it leads, on one line; nobody types the rest.
    assert "pay.beispiel.example/i/acct_1MusterHandwerk/live_YWNjdF8x" in page
    assert link_of(1) not in page
    assert "überweisen" not in page
    assert "GiroCode" not in page
    # The rest of the letterhead stays.
    assert "Amtsgericht München HRB 000001" in page


@pytest.mark.parametrize(
    ("currency", "language", "amount", "sum_"),
    [
        ("EUR", "de", "1.190,00 €", "1.547,50 €"),
        ("CHF", "de-CH", "1.190,00 CHF", "1.547,50 CHF"),
        ("JPY", "ja", "JP¥1,190", "JP¥1,548"),
    ],
)
def test_every_currency_is_paid_by_link(
    currency: str, language: str, amount: str, sum_: str
) -> None:
    second = "358" if currency == "JPY" else "357.50"
    first = "1190" if currency == "JPY" else "1190.00"
    items = [line(1, first, currency=currency), line(2, second, currency=currency)]
    pdf = RENDERER.letter(paid_there(items, owed_by=debtor(language=language)))
    page = text(pdf)
    assert codes(pdf) == [link_of(1), link_of(2)]
    assert not names_own_account(pdf)
    word = "Invoice" if currency == "JPY" else "Rechnung"
    assert f"{word} RE-2026-0001: {amount}" in page
    assert page.count(sum_) == 3  # demand, table, payment box
    assert ("How to pay" in page) is (currency == "JPY")


def test_five_invoices_spill_to_the_next_page_with_whole_rows() -> None:
    pdf = RENDERER.letter(paid_there([line(n, "10.00") for n in range(1, 6)]))
    first, second = texts(pdf)
    below = codes(pdf, 1)
    assert sorted(codes(pdf)) == [link_of(n) for n in range(1, 6)]
    for number in range(1, 6):
        title = f"Rechnung RE-2026-{number:04d}: 10,00 €"
        assert (title in first) is not (title in second)
        # Its code is on the same sheet, and nothing hangs into the foot.
        assert (link_of(number) in below) is (title in second)
        assert find(pdf, title, 1 if title in second else 0).bottom < 263
    assert 2 <= len(below) <= 4


def test_the_platforms_account_takes_each_invoice_by_its_number() -> None:
    ways = {1: way(1, account=ACCOUNT), 2: way(2, account=ACCOUNT)}
    pdf = RENDERER.letter(paid_there([line(1, "119.00"), line(2, "238.00")], ways))
    page = text(pdf)
    assert not names_own_account(pdf)
    assert page.count("DE02 1203 0000 0000 2020 51") == 2
    assert page.count("Beispiel Payments Europe Ltd") == 2
    assert "genau den angegebenen Betrag" in page
    giro = [code.split("\n") for code in codes(pdf) if code.startswith("BCD")]
    assert [(each[5], each[6], each[7], each[10]) for each in giro] == [
        ("Beispiel Payments Europe Ltd", PLATFORM_IBAN, "EUR119.00", "RE-2026-0001"),
        ("Beispiel Payments Europe Ltd", PLATFORM_IBAN, "EUR238.00", "RE-2026-0002"),
    ]
    assert {code for code in codes(pdf) if code.startswith("https")} == {link_of(1), link_of(2)}


def test_an_account_in_francs_has_no_girocode() -> None:
    given = paid_there([line(1, "119.00", currency="CHF")], {1: PayWay("", ACCOUNT)})
    pdf = RENDERER.letter(given)
    assert codes(pdf) == []
    assert clicks(pdf) == []
    assert "119,00 CHF" in text(pdf)
    assert "Bitte überweisen Sie die Rechnung auf das genannte Konto." in text(pdf)


def test_a_watched_account_stays_and_the_link_is_another_way() -> None:
    pdf = RENDERER.letter(paid_there(ways={1: way(1, own_account=True)}, charges=(FEE,)))
    page = text(pdf)
    assert SPACED_IBAN in page
    assert "Bitte überweisen Sie den offenen Gesamtbetrag von 124,00 €" in page
    assert "können Sie diese Rechnung auch über ihren Zahlungslink bezahlen" in page
    transfer, link = sorted(codes(pdf))
    assert "EUR124.00" in transfer
    assert link == link_of(1)
    assert "gesondert" not in page


def test_in_a_mixed_letter_the_account_is_for_the_sum_of_the_others() -> None:
    items = [
        line(1, "119.00"),
        line(2, "238.00"),
        line(3, "-20.00", level=0, kind=ItemKind.CREDIT_NOTE, number="G-3"),
    ]
    pdf = RENDERER.letter(paid_there(items, {1: way(1)}, charges=(FEE,)))
    page = text(pdf)
    # 342 in all = 119 by link + 238 - 20 + 5 to the account.
    assert "Gesamtbetrag 342,00 €" in page
    assert "den offenen Betrag von 342,00 €" in page
    assert "Für RE-2026-0002, Gutschrift G-3, Nebenforderungen" in page
    assert "Betrag 223,00 €" in page
    transfer, link = sorted(codes(pdf))
    assert transfer.split("\n")[7:] == ["EUR223.00", "", "", "RE-2026-0002 / 10001"]
    assert link == link_of(1)
    assert "gesondert" not in page
    assert names_own_account(pdf)


def test_many_others_are_not_listed_one_by_one() -> None:
    items = [line(n, "10.00") for n in range(1, 10)]
    page = text(RENDERER.letter(paid_there(items, {1: way(1)})))
    assert "Für alle Posten ohne eigenen Zahlungsweg" in page
    assert "Verwendungszweck M-42 / 10001" in page
    assert "Betrag 80,00 €" in page


def test_beside_links_a_watched_invoice_goes_to_the_account_only() -> None:
    items = [line(1, "119.00"), line(2, "238.00")]
    pdf = RENDERER.letter(paid_there(items, {1: way(1), 2: way(2, own_account=True)}))
    assert "Für RE-2026-0002" in text(pdf)
    transfer, link = sorted(codes(pdf))
    assert (transfer.split("\n")[7], link) == ("EUR238.00", link_of(1))


def test_charges_that_no_way_takes_are_not_asked_for_now() -> None:
    pdf = RENDERER.letter(paid_there(charges=(FEE,)))
    page = text(pdf)
    # 124 in all = 119 by link + 5 apart.
    assert "Gesamtbetrag 124,00 €" in page
    assert "den offenen Betrag von 119,00 €" in page
    assert "Betrag 119,00 € Zahlbar bis 07.12.2026" in page
    assert "Nebenforderungen von 5,00 € machen wir gesondert geltend" in page
    assert not names_own_account(pdf)


def test_a_part_of_an_invoice_says_that_its_link_asks_for_all_of_it() -> None:
    whole = way(1, whole=money("119.00"))
    page = text(RENDERER.letter(paid_there([line(1, "40.00", of="119.00")], {1: whole})))
    assert "Rechnung RE-2026-0001: 40,00 €" in page
    assert "verlangt den ganzen offenen Betrag von 119,00 €" in page
    assert "melden Sie sich bitte bei uns: Erika Mustermann" in page


def test_a_note_before_an_instalment_speaks_of_paying() -> None:
    share = line(1, "40.00", of="119.00", level=0)
    given = paid_there(
        [share], {1: way(1, whole=money("119.00"))}, kind=NoticeKind.PLAN, text="instalment"
    )
    page = text(RENDERER.letter(given))
    assert "Die nächste Rate über 40,00 € ist am 07.12.2026 fällig." in page
    assert "Haben Sie die Rate schon bezahlt?" in page
    assert "überwiesen" not in page


def test_a_friendly_note_before_the_due_date_has_the_link_too() -> None:
    pdf = RENDERER.letter(paid_there(text="pre_due"))
    assert "Der Betrag von 119,00 € ist am 16.09.2026 fällig." in text(pdf)
    assert codes(pdf) == [link_of(1)]
    assert not names_own_account(pdf)


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_demand_with_links_speaks_of_a_transfer(language: str) -> None:
    texts_ = load(language)
    transfer = {"de": "überw", "en": "transfer"}[language]
    for name, block in texts_.blocks.items():
        for key in ("demand", "demand_open"):
            own = f"{name}{key.removeprefix('demand')}"
            said = texts_.sections["pay_demand"].get(own, block[key])
            assert transfer not in said or name == "residual"  # is never paid by link


def test_test_mode_and_the_print_file_keep_the_links() -> None:
    given = paid_there(owed_to=creditor(live=False))
    pdf = RENDERER.letter(given)
    assert "TEST" in text(pdf)
    assert codes(pdf) == [link_of(1)]
    file = RENDERER.print_file(
        given.creditor, given.notice.run, date(2026, 11, 23), [(given.notice, given.debtor, pdf)]
    )
    assert codes(file, 1) == [link_of(1)]
    assert clicks(file).count(link_of(1)) == len(clicks(pdf))


@pytest.mark.parametrize("length", [60, 500, 2000], ids=str)
def test_a_link_of_any_length_can_be_scanned_and_stays_on_the_sheet(length: int) -> None:
    link = f"https://a.example/{'Ab3-' * 500}"[:length]
    pdf = RENDERER.letter(paid_there(ways={1: PayWay(link)}))
    assert codes(pdf) == [link]
    assert max(box.right for _, box in characters(pdf)) <= 201


def test_a_hostile_link_is_printed_and_not_run() -> None:
    link = "https://a.example/#read(%22x%22)?a='\"><script>alert(1)</script>&b=[#{{7*7}}]$_*`"
    pdf = RENDERER.letter(paid_there(ways={1: PayWay(link)}))
    assert codes(pdf) == [link]
    assert len(clicks(pdf)) == 2
    assert set(clicks(pdf)) <= {link, link.replace('"', "%22")}
    assert "a.example/#read(%22x%22)?a='" in text(pdf)


def test_equal_notices_give_equal_bytes_and_a_renewed_link_another_letter() -> None:
    assert RENDERER.letter(paid_there()) == LetterRenderer().letter(paid_there())
    renewed = paid_there(ways={1: PayWay(f"{LINK}new")})
    assert codes(RENDERER.letter(renewed)) == [f"{LINK}new"]


def test_without_pay_ways_nothing_of_them_is_said() -> None:
    page = text(RENDERER.letter(context([line(1, "119.00")], id=NoticeId(42))))
    assert "Zahlungslink" not in page
    assert "So bezahlen Sie" not in page
    assert "Für " not in page.split("Gesamtbetrag")[1].split("Empfänger")[0]
    assert Decimal("119.00") == context([line(1, "119.00")]).notice.total.amount
