"""The notice as e-mail, parsed back as a reader's program does it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from letter_samples import ARCHIVE, context, creditor, debtor, five_items, line

from core.domain.model import CreditorId, NoticeId
from core.errors import ConfigError, DataRefused, NotMailable
from core.letters.mail import mailable
from core.letters.renderer import LetterRenderer
from core.ports import LetterContext, MailMessage

RENDERER = LetterRenderer()
TO = "rechnung@beispiel-bau.example"
PDF = b"%PDF-1.7 a letter"


def sent(given: LetterContext | None = None, to: str = TO) -> tuple[MailMessage, EmailMessage]:
    mail = RENDERER.mail(given or context(), PDF, to)
    parsed = message_from_bytes(mail.content, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    return mail, parsed


def bodies(parsed: EmailMessage) -> tuple[str, str]:
    plain, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()


def test_a_live_mail_goes_to_the_debtor_and_the_archive() -> None:
    mail, parsed = sent()
    assert mail.recipients == (TO, ARCHIVE)
    assert mail.sender == "mahnung@muster-handwerk.example"
    assert str(parsed["From"]) == "Muster Handwerk GmbH <mahnung@muster-handwerk.example>"
    assert str(parsed["To"]) == f"Beispiel Bau AG <{TO}>"
    assert str(parsed["Reply-To"]) == "post@muster-handwerk.example"
    assert str(parsed["Auto-Submitted"]) == "auto-generated"
    assert str(parsed["Subject"]) == "Zahlungserinnerung für Beispiel Bau AG, Kundennummer 10001"
    assert parsed["Message-ID"] == mail.message_id
    # The archive copy is a matter of the envelope only.
    assert ARCHIVE.encode() not in mail.content
    assert parsed["Bcc"] is None
    assert parsed["Cc"] is None


def test_text_and_html_say_what_the_letter_says() -> None:
    _, parsed = sent()
    for body in bodies(parsed):
        for wanted in (
            "Sehr geehrte Damen und Herren,",
            "RE-2026-0001",
            "1.190,00 €",
            "500,00 €",
            "16.09.2026",
            "Erinnerung",
            "Gesamtbetrag",
            "4.060,78 €",
            "07.12.2026",
            "DE89 3704 0044 0532 0130 00",
            "COBADEFFXXX",
            "M-42 / 10001",
            "Haben Sie inzwischen bezahlt?",
            "Amtsgericht München HRB 000001",
        ):
            assert wanted in body, wanted
    assert parsed.get_content_type() == "multipart/mixed"
    (attachment,) = parsed.iter_attachments()
    assert attachment.get_content_type() == "application/pdf"
    assert attachment.get_filename() == "Zahlungserinnerung-muster-handwerk-gmbh-42.pdf"
    assert attachment.get_content() == PDF


def test_every_line_is_ascii_and_short_enough_for_any_server() -> None:
    mail, _ = sent(context([line(n, "100.00") for n in range(1, 301)]))
    assert mail.content.isascii()
    lines = mail.content.split(b"\r\n")
    assert max(len(entry) for entry in lines) <= 998
    assert b"\n" not in mail.content.replace(b"\r\n", b"")


def test_test_mode_writes_to_the_creditor_only() -> None:
    for given in (context(test_mode=True), context(owed_to=creditor(live=False))):
        mail, parsed = sent(given)
        assert mail.recipients == ("post@muster-handwerk.example",)
        assert str(parsed["To"]) == "post@muster-handwerk.example"
        assert str(parsed["Subject"]).startswith(f"[TEST an {TO}] Zahlungserinnerung")
        assert str(parsed["X-Mahnwerk-Test"]) == TO
        for body in bodies(parsed):
            assert f"wäre an {TO} gegangen" in body
    with_reply = context(owed_to=creditor(live=False, reply_to="chef@muster-handwerk.example"))
    assert sent(with_reply)[0].recipients == ("chef@muster-handwerk.example",)


def test_the_message_id_belongs_to_notice_recipient_and_day() -> None:
    ids = {
        RENDERER.mail(given, PDF, to).message_id
        for given, to in (
            (context(), TO),
            (context(), "andere@beispiel-bau.example"),
            (context(id=NoticeId(43)), TO),
            (context(issue_date=date(2026, 11, 24)), TO),
            (replace(context(), creditor=replace(creditor(), id=CreditorId("zwei"))), TO),
        )
    }
    assert len(ids) == 5
    assert all(re.fullmatch(r"<[0-9a-f]{32}@muster-handwerk\.example>", entry) for entry in ids)


def test_equal_notices_give_equal_bytes() -> None:
    assert RENDERER.mail(context(), PDF, TO) == LetterRenderer().mail(context(), PDF, TO)


def test_the_date_is_the_real_one_or_noon_of_the_issue_date() -> None:
    assert str(sent()[1]["Date"]) == "Mon, 23 Nov 2026 12:00:00 +0100"
    given = replace(context(), sent_at=datetime(2026, 11, 23, 7, 30, tzinfo=UTC))
    assert str(sent(given)[1]["Date"]) == "Mon, 23 Nov 2026 07:30:00 +0000"


@pytest.mark.parametrize(
    ("address", "ascii_form"),
    [
        ("test@testmöbel.de", "test@xn--testmbel-r4a.de"),
        ("Kunde@Beispiel.Example", "Kunde@beispiel.example"),
        (" kunde@intern ", "kunde@intern"),
    ],
)
def test_domains_are_written_in_ascii(address: str, ascii_form: str) -> None:
    assert mailable(address) == ascii_form
    mail, parsed = sent(to=address)
    assert mail.recipients[0] == ascii_form
    assert parsed["To"].addresses[0].addr_spec == ascii_form


@pytest.mark.parametrize(
    "address",
    [
        "",
        "kein",
        "müller@beispiel.example",
        "a@b@c.example",
        "a@beispiel.example, b@beispiel.example",
        "a@beispiel.example\r\nBcc: b@beispiel.example",
        "a b@beispiel.example",
        "Name <a@beispiel.example>",
        "a@-beispiel.example",
        "a@beispiel..example",
    ],
)
def test_what_is_no_mail_address_is_refused(address: str) -> None:
    with pytest.raises(NotMailable) as refusal:
        RENDERER.mail(context(), PDF, address)
    assert isinstance(refusal.value, DataRefused)


@pytest.mark.parametrize(
    ("setting", "value"),
    [("mail_from", "kein"), ("reply_to", "kein"), ("archive_to", "kein")],
)
def test_the_creditors_own_addresses_are_settings(setting: str, value: str) -> None:
    with pytest.raises(ConfigError, match=setting):
        RENDERER.mail(context(owed_to=creditor(**{setting: value})), PDF, TO)
    with pytest.raises(ConfigError, match="set mail_from"):
        RENDERER.mail(context(owed_to=creditor(mail_from="", email="")), PDF, TO)


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x85"])
def test_no_value_can_add_a_header(end: str) -> None:
    evil = f"Böse{end}Bcc: opfer@beispiel.example{end}{end}<b>Text</b>"
    given = context(
        owed_to=creditor(name=evil, contact=evil, phone=evil),
        owed_by=debtor(name=evil, label=evil, salutation=evil),
    )
    mail, parsed = sent(given)
    assert parsed["Bcc"] is None
    assert set(parsed.keys()) == {
        "From",
        "To",
        "Reply-To",
        "Date",
        "Auto-Submitted",
        "Subject",
        "Message-ID",
        "MIME-Version",
        "Content-Type",
    }
    assert "opfer" not in " ".join(mail.recipients)
    assert "Böse Bcc: opfer@beispiel.example" in str(parsed["Subject"])


def test_a_very_long_subject_is_folded_and_comes_back_whole() -> None:
    name = "Gesellschaft für ungewöhnlich ausführliche Firmenbezeichnungen " * 8
    mail, parsed = sent(context(owed_by=debtor(name=name)))
    head = mail.content.split(b"\r\n\r\n")[0]
    assert max(len(entry) for entry in head.split(b"\r\n")) <= 78
    assert " ".join(name.split()) in " ".join(str(parsed["Subject"]).split())


def test_english_debtors_get_an_english_mail() -> None:
    _, parsed = sent(context(owed_by=debtor(language="en"), lines=five_items()))
    plain, _ = bodies(parsed)
    assert "Please transfer the total outstanding amount of €4,060.78 by 7 December 2026." in plain
    (attachment,) = parsed.iter_attachments()
    assert attachment.get_filename() == "Payment-Reminder-muster-handwerk-gmbh-42.pdf"
