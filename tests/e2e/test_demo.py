"""`mahnwerk demo` on any day: weekends, feast days, 29 February, turns of the half-year and year.

The business and the consumer owe 1,190.00 EUR each, due 76 days before, by an agreed day. Three
customers stand in lexoffice: one is late, one was reminded from there, one pays at the last moment.
In sevDesk stand an invoice that DATEV has, too, and a customer whom lexoffice has. A customer in
Stripe owes in three currencies. To play it takes its seconds: it is played once for each day, whatever
is looked at.
"""

import email
import email.policy
import os
import re
import socket
import threading
import time
from contextlib import redirect_stdout
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import opened
import pytest
from waiting import until

import cli.demo_story
import config.bootstrap
import config.clock
from cli.demo import MARK
from cli.main import root
from sandbox.demo_stripe import LINKED, MAIL_OF, SCREEN

PDF = "application/pdf"
OLD = "mahnwerk.old"
SUNDAY, SUMMER = date(2026, 11, 22), date(2026, 8, 20)
NEW_YEAR, LEAP_DAY = date(2027, 1, 1), date(2028, 2, 29)


def play(day, home, language="de"):
    """Plays the demo late on that evening; what it printed."""

    evening, began = datetime(day.year, day.month, day.day, 21, 30, tzinfo=UTC), time.monotonic()

    class Clock:
        def now(self):  # who waits for his turn at the platform must see time go by
            return evening + timedelta(seconds=time.monotonic() - began)

        def today(self, _zone):
            return day

    out = StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out):
        patch.setattr(config.bootstrap, "SystemClock", Clock)
        patch.setattr(config.clock, "SystemClock", Clock)
        patch.setenv("MAHNWERK_LANGUAGE", language)
        root.main(["demo", "--home", str(home)], "mahnwerk", standalone_mode=False)
    return out.getvalue()


@pytest.fixture(scope="session")
def played(tmp_path_factory, worker_id):
    """What the demo of a day told, and its home; the first test of any process that asks plays it."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent

    def of(day, language="de"):
        home, told = shared / f"demo-{day}", shared / f"demo-{day}.txt"
        try:
            home.with_suffix(".claim").touch(exist_ok=False)
        except FileExistsError:
            until(told.exists, seconds=240)
            return told.read_text(encoding="utf-8"), home
        said = "it came to no end"
        home.mkdir()
        (home / MARK).touch()
        (home / OLD).touch()  # a demo was here before
        try:
            said = play(day, home, language)
        finally:
            half = told.with_suffix(".half")
            half.write_text(said, encoding="utf-8")
            half.rename(told)
        return said, home

    return of


@pytest.fixture
def november(played):
    """A Sunday."""
    return played(SUNDAY)


@pytest.fixture
def summer(played):
    """A Thursday, and 76 days of interest that cross the turn of the half-year; in English."""
    return played(SUMMER, "en")


def typed(told, command, which=0):
    """What a command that the demo typed answered, up to the next one."""
    blocks = [part.partition("\n") for part in told.split("\n$ mahnwerk ")]
    return [rest for line, _, rest in blocks if line == command][which]


def platform_mails(folder):
    """Names of the PDFs on each mail that carries an invoice, without the notice's number."""
    found = {}
    for path in sorted(folder.glob("*.eml")):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        pdfs = [part for part in mail.iter_attachments() if part.get_content_type() == PDF]
        assert all(part.get_content().startswith(b"%PDF") for part in pdfs)
        names = [part.get_filename().split("-muster")[0].removesuffix(".pdf") for part in pdfs]
        if len(names) > 1:
            found.setdefault(mail["To"].addresses[0].addr_spec, []).extend(names)
    return found


def mails_to(folder, address):
    read = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in folder.glob("*.eml")
    ]
    return [each for each in read if each["To"].addresses[0].addr_spec == address]


def mail_text(mail):
    return mail.get_body(("plain",)).get_content()


def both_letters(home):
    """The second letters to the business and to the consumer."""
    letters = (home / "data" / "outbox").rglob
    return max(letters("*-10014.pdf")), max(letters("*-10015.pdf"))


def explained(told, number):
    return next(b for b in told.split("\n$ mahnwerk ") if b.startswith(f"explain {number}\n"))


@pytest.mark.parametrize("day", [SUNDAY, NEW_YEAR, LEAP_DAY], ids=str)
def test_the_demo_tells_its_whole_story(played, day):
    told, home = played(day)
    # the customer who called, R-2003, S-3001 and ST-4006; before that ST-4008, which was reported
    assert told.count("zurückgezogen   ") == 4
    assert told.count("wurde zurückgezogen") == 1
    assert "Nichts zu versenden." in told  # the second send of the day
    assert "genau wie damals entschieden" in told  # replay
    assert "Zahlungszusage" in told.split("$ mahnwerk diff")[1]
    assert "Das Protokoll ist unversehrt" in told
    assert len(list((home / "mails").glob("*.eml"))) == 13
    assert len(list((home / "data" / "outbox").rglob("*druckdatei*.pdf"))) == 2
    assert len(told.splitlines()) < 780
    assert platform_mails(home / "mails") == {
        "rechnung@atelier-muster.example": ["Zahlungserinnerung", "Rechnung_R-2001", "S-3005"],
        "buero@vorlage-gartenbau.example": ["1-Mahnung", "Rechnung_R-2002"],
        "buero@vorlage-catering.example": ["1-Mahnung", "S-3002"],
        "jonas@musterfreund.example": ["Zahlungserinnerung", "S-3006"],
        # of one customer, francs, euro and yen
        SCREEN: [
            "Zahlungserinnerung", "ST-4002", "Zahlungserinnerung", "ST-4001",
            "Zahlungserinnerung", "ST-4003",
        ],
    }  # fmt: skip


def test_all_bookkeepings_end_in_one_run_and_lexoffice_is_asked_last(november):
    told, _ = november
    assert typed(told, "run").startswith(
        "Mahnlauf zum 22.11.2026: 43 Posten geprüft, 28 zu mahnen."
    )
    listed = typed(told, "proposals")
    assert re.search(r"Beispiel Bau GmbH +2 .*4\.641,00 EUR", listed)  # of the DATEV files
    assert re.search(r"Vorlage Gartenbau OHG +2 .*476,00 EUR", listed)  # reminded from lexoffice
    assert re.search(r"Vorlage Catering e\.K\. +2 .*535,50 EUR", listed)  # reminded from sevDesk
    # 833 less 238 paid in lexoffice, and 178.50 in sevDesk
    assert re.search(r"Atelier Muster GmbH +1 +R-2001, S-3005 +773,50 EUR", listed)
    assert re.search(r"Entwurf Messebau KG +1 .*1\.428,00 EUR", listed)
    sent = typed(told, "send", -2)
    assert "zurückgezogen   R-2003 ist bezahlt" in sent
    assert "Bei den Rechnungen auf der Plattform vermerkt: 2" in sent
    assert "zurückgezogen   S-3001 ist bezahlt" in sent
    assert re.search(r"R-2001: „Zahlungserinnerung“, Mahnwerk \d+/\d+\n", sent)
    assert re.search(r"R-2002: „1. Mahnung“, Mahnwerk \d+/\d+\n", sent)
    again = typed(told, "sync")
    assert "lexoffice: 0 Rechnungen, 0 Zahlungen, 0 Kunden" in again
    assert "sevdesk: 0 Rechnungen, 0 Zahlungen, 0 Kunden" in again


def test_the_first_reading_of_sevdesk_says_what_stands_elsewhere(november):
    told, _ = november
    report = typed(told, "onboard sevdesk")
    assert re.search(r"S-3002 +23\.10\.2026 +Zahlungserinnerung", report)
    assert "Auch in einer anderen Anbindung: 1 Posten" in report
    assert "noch niemand zugeordnet hat, hält 2 Posten an" in report
    assert "Geld gebucht bis 22.11.2026" in report  # of the bank feed
    suggested = typed(told, "link")
    assert re.search(r"lexoffice:20001 .*sevdesk:30505 .*stark +USt-IdNr", suggested)
    assert re.search(r"sevdesk:10005 .*datev:10005 .*stark", suggested)
    assert told.index("$ mahnwerk link --suggested strong") < told.index("$ mahnwerk proposals")


def test_an_invoice_of_two_books_is_shown_once_and_ends_with_its_one_payment(november):
    told, _ = november
    (row,) = [line for line in typed(told, "open-items").splitlines() if " RE-1027 " in line]
    assert "sevdesk: 654,50 EUR" in row
    assert re.search(r"Nirgendwo Logistik AG +1 +RE-1027 +654,50", typed(told, "proposals"))
    assert "in der Anbindung sevdesk ausgeglichen (Tag: 21.11.2026)" in explained(told, "RE-1027")
    (closed,) = re.findall(r"  RE-1027: anders entschieden: .*", told)
    assert closed.endswith("→ in anderer Anbindung bezahlt (0,00 EUR)")


def test_money_that_nobody_assigned_holds_its_payer_until_it_is(november):
    told, _ = november
    held = explained(told, "S-3004")
    assert "297,50 EUR vom 21.11.2026 von „Jonas Musterfreund“" in held
    assert "Jonas Musterfreund" not in typed(told, "proposals")
    assert "Mahnstufe 1 ist an der Reihe" in explained(told, "S-3006")
    assert "Storniert" in explained(told, "S-3003")  # it looks paid


def test_a_customer_of_three_currencies_gets_a_letter_for_each_with_its_pay_link(
    november, tmp_path
):
    told, home = november
    listed = typed(told, "proposals")
    for owed in ("ST-4001 .*1\\.190,00 EUR", "ST-4002 .*864,80 CHF", "ST-4003 .*98\\.000 JPY"):
        assert re.search(rf"Bildschirm Beispiel AG +1 +{owed}", listed)
    letters = {}
    for mail in mails_to(home / "mails", SCREEN):
        (pdf,) = [
            part.get_content()
            for part in mail.iter_attachments()
            if part.get_filename().startswith("Zahlungserinnerung")
        ]
        letter = tmp_path / "letter.pdf"
        letter.write_bytes(pdf)
        said, (code,) = opened.text(letter), opened.codes(letter)
        (link,) = [line for line in mail_text(mail).splitlines() if line.startswith("https://")]
        assert code == link  # what a telephone reads on paper is what the button of the mail opens
        assert f'href="{link}"' in mail.get_body(("html",)).get_content()
        for text in (said, mail_text(mail)):
            assert "DE02120300000000202051" not in text.replace(" ", "")  # of the creditor
        letters[re.search(r"ST-400\d", said)[0]] = said
    assert "Gesamtbetrag 1.190,00 €" in letters["ST-4001"]
    assert re.search(r"Gesamtbetrag (CHF 864,80|864,80 CHF)", letters["ST-4002"])
    assert "Gesamtbetrag 98.000 ¥" in letters["ST-4003"]


def test_a_payment_that_stripe_reports_withdraws_its_approved_notice_before_anything_is_sent(
    november,
):
    told, home = november
    (notice,) = re.findall(r"zieht die freigegebene Mahnung (\d+) zurück", told)
    history = explained(told, "ST-4008").split("Verlauf:")[1]
    assert re.search(
        rf"Mahnung {notice} \(Stufe 1\) wurde zurückgezogen: ST-4008 ist bezahlt .*gemeldet",
        history,
    )
    assert "Zahlung vom 22.11.2026: 535,50 EUR." in history
    assert told.index("$ mahnwerk explain ST-4008") < told.index(
        "$ mahnwerk send\n", told.index("10. ")
    )
    assert not re.search(rf"^ +{notice} ", typed(told, "send", -2), re.MULTILINE)
    assert mails_to(home / "mails", MAIL_OF[LINKED]) == []
    threads = {thread.name for thread in threading.enumerate()}
    assert {"server", "worker"} & threads == set()


def test_money_on_its_way_to_stripe_or_back_from_it_holds(november):
    told, _ = november
    report = typed(told, "onboard stripe")
    assert "hält 1 Posten an" in report
    assert "Zurückgegangene Zahlungen, zu prüfen: 238,00 EUR" in report
    assert "Geld gebucht bis 22.11.2026" in report  # what is paid goes through Stripe
    assert "Lastschrift ist unterwegs" in explained(told, "ST-4004")
    assert "500,00 EUR von „Probe Akademie UG“" in explained(told, "ST-4005")
    refunded = explained(told, "ST-4007")
    assert "Zahlung ging zurück" in refunded
    assert "Zahlung vom 23.10.2026: 238,00 EUR." in refunded
    assert "Am 16.11.2026 zurückgegangen: 238,00 EUR" in refunded
    # No interest for the days on which the money was there.
    assert "20.10.2026 – 22.10.2026: 3 Tage" in refunded
    listed = typed(told, "proposals")
    assert [number for number in ("ST-4004", "ST-4005", "ST-4007") if number in listed] == []
    assert "zurückgezogen   ST-4006 ist bezahlt" in typed(told, "send", -2)
    assert "stripe: 0 Rechnungen, 0 Zahlungen, 0 Kunden" in typed(told, "sync")


@pytest.mark.parametrize("name", ["lexoffice.key", "sevdesk.key", "stripe.key"])
def test_a_key_stands_in_its_file_and_nowhere_else(november, name):
    told, home = november
    key = (home / name).read_text().strip()
    assert (home / name).stat().st_mode & 0o077 == 0
    assert key not in told
    others = [p for p in home.rglob("*") if p.is_file() and p.name != name]
    assert [p.name for p in others if key.encode() in p.read_bytes()] == []


def test_the_two_stand_side_by_side(november):
    told, _ = november
    business, consumer = explained(told, "RE-1010"), explained(told, "RE-1011")
    for of in (business, consumer):
        assert "Verzug ab 08.09.2026: Der Zahlungstag 07.09.2026 ist vereinbart" in of
        assert "[Mandant: AGB § 4" in of
    assert "76 Tage, 10,52 % auf 1.190,00 EUR = 26,07 EUR" in business
    assert "Verzugspauschale, einmalig: 40,00 EUR [§ 288 Abs. 5 BGB]" in business
    assert "76 Tage, 6,52 % auf 1.190,00 EUR = 16,16 EUR" in consumer
    assert "Keine Verzugspauschale" in consumer
    assert "40,00" not in consumer
    assert told.index("explain RE-1010") < told.index("explain RE-1011")
    assert re.search(r"16 .*Muster Büro GmbH.*26,07 EUR.*40,00 EUR", told)  # the proposals


def test_the_letter_to_the_business_shows_interest_that_adds_up_and_forty_euro(summer):
    letter, _ = both_letters(summer[1])
    lines = opened.interest_lines(letter)
    # 76 days to 20 August: due on Fri 5 June, late from Sat 6 June; a line for each half-year.
    assert [line[:5] for line in lines] == [
        ("06.06.2026", "30.06.2026", 25, Decimal("1190.00"), Decimal("10.27")),
        ("01.07.2026", "20.08.2026", 51, Decimal("1190.00"), Decimal("10.52")),
    ]
    assert opened.interest_sums(letter) == [sum(line[5] for line in lines)]
    said = opened.text(letter)
    assert "Verzugspauschale zu RE-1010 (§ 288 Abs. 5 BGB) 40,00 €" in said
    assert "Nachrichtlich" in said
    assert "Gesamtbetrag 1.190,00 €" in said  # shown, not demanded
    assert opened.girocode_amount(letter) == Decimal("1190.00")


def test_the_letter_to_the_consumer_has_neither_nine_points_nor_forty_euro(summer):
    _, letter = both_letters(summer[1])
    lines = opened.interest_lines(letter)
    assert [line[4] for line in lines] == [Decimal("6.27"), Decimal("6.52")]
    assert opened.interest_sums(letter) == [sum(line[5] for line in lines)]
    said = opened.text(letter)
    assert "9 Prozentpunkte" not in said
    assert "10,52" not in said
    assert "40,00" not in said
    assert "Verzugspauschale" not in said
    assert opened.girocode_amount(letter) == Decimal("1190.00")


def test_past_the_last_base_rate_the_letters_stop_at_it_and_say_so(played):
    told, home = played(NEW_YEAR)
    for letter in both_letters(home):
        (line,) = opened.interest_lines(letter)
        assert line[1] == "31.12.2026"
        assert "zuzüglich weiterer Zinsen" in opened.text(letter)
    assert told.count("Der Basiszinssatz ist nur bis 31.12.2026 bekannt") == 2  # calculators


def test_the_demo_speaks_english_and_begins_anew_over_its_old_home(summer):
    told, home = summer
    assert not (home / OLD).exists()
    assert "Same amount, same day: a business and a consumer" in told
    assert "Nothing to send." in told
    assert "§ 288 (2) BGB" in explained(told, "RE-1010")
    assert "Abs." not in explained(told, "RE-1011")
    assert "In sevDesk somebody assigns the money to S-3004" in told
    assert len(list((home / "mails").glob("*.eml"))) == 13


def test_whoever_ends_it_early_leaves_nothing_running(tmp_path, monkeypatch):
    running = []

    def interrupted(_home, _today, mailbox, offices):
        there = (offices.lexoffice, offices.sevdesk, offices.stripe)
        with socket.create_connection(("127.0.0.1", mailbox.port)):
            running.extend((each.platform, each.platform.base_url) for each in there)
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.demo_story, "play", interrupted)
    monkeypatch.setenv("MAHNWERK_HOME", "mine")
    with pytest.raises(SystemExit) as end:
        root.main(["demo", "--home", str(tmp_path / "demo")], "mahnwerk")
    assert end.value.code == 130
    assert len(running) == 3
    for platform, was_at in running:
        assert was_at.startswith("http://127.0.0.1:")
        assert platform.base_url == ""
    assert "mailbox" not in {thread.name for thread in threading.enumerate()}
    assert os.environ["MAHNWERK_HOME"] == "mine"


def test_a_folder_that_is_not_a_demo_is_never_emptied(tmp_path):
    (tmp_path / "rechnungen.txt").write_text("wichtig")
    with pytest.raises(Exception, match="nicht leer"):
        root.main(["demo", "--home", str(tmp_path)], "mahnwerk", standalone_mode=False)
    assert (tmp_path / "rechnungen.txt").read_text() == "wichtig"
