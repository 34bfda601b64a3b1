"""What a debtor is told to pay by: links that were read a moment ago, and never a wrong account.

The office sells through a platform whose invoices are paid on a page of the platform; its own
bank is not read there.
"""

from __future__ import annotations

import email
import email.policy
import io
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pypdf
import pytest
from delivery_desk import ADDRESS, MONDAY, TUESDAY
from fake_platform import PLATFORM, SLUG, euro
from source_desk import SETTINGS, Paper, PaperConnector, live_office_in

from core.domain.model import HoldKind, ItemKind, ItemState, NoticeState, Role
from core.domain.platform_records import PayAccount, PaymentKind, PaymentPart, RecordHold
from core.errors import NotSupported, Rejected, Unreachable
from core.ports import BankTransfers, PlatformSetting
from core.services.deliver_look import Cleared, Desk
from core.services.deliver_source import Source
from core.services.holds import release
from core.services.links import link
from core.services.pay_ways import PayDesk
from sandbox.mailbox import Mailbox

DUE = date(2026, 1, 27)
NEXT_MONDAY = date(2026, 3, 9)
PAGE = "https://pay.beispiel.example/i/"
OWN_IBAN = "DE02120300000000202051"
ACCOUNT = PayAccount("Beispiel Payments Ltd", "DE89 3704 0044 0532 0130 00", "COBADEFFXXX")
TRANSFERS = PlatformSetting(
    "bank_transfers", "", "off", "", "", BankTransfers.OFF, tuple(BankTransfers)
)


class Shop(Paper):
    """``accounts``: by debtor, what the platform answers or raises."""

    def __init__(self):
        super().__init__()
        self.accounts = {}

    def platforms(self, **changed):
        known = {"settings": (*SETTINGS, TRANSFERS), "bank_transfers": TRANSFERS.name} | changed
        return replace(super().platforms(), all={SLUG: replace(PLATFORM, **known)})

    def _connect(self, _creditor, connection, lane):
        return ShopConnector(self, lane, connection.name)


class ShopConnector(PaperConnector):
    def fetch_pay_account(self, debtor, currency):
        self._ask(f"account {debtor} {currency}")
        found = self.platform.accounts.get(debtor)
        if isinstance(found, Exception):
            raise found
        return found


@contextmanager
def shop_in(folder, **settings):
    with (
        Mailbox(folder / "mails") as mailbox,
        live_office_in(folder, mailbox, settings={"attach_invoices": "no"} | settings) as made,
    ):
        made.platform = Shop()
        made.app = replace(made.app, platforms=made.platform.platforms())
        yield made


@pytest.fixture
def shop(tmp_path):
    """RE-1 over 119,00 EUR, 34 days overdue."""
    with shop_in(tmp_path) as made:
        made.platform.invoice("1", "a", "119.00", DUE, pay_link=PAGE + "1")
        made.read()
        yield made


def sent_one(shop):
    [outcome] = shop.send().outcomes
    return outcome


def mailed(shop):
    """The text of the last mail, and the text of the letter that hangs on it."""
    content = shop.mailbox.files()[-1].read_bytes()
    message = email.message_from_bytes(content, policy=email.policy.default)
    [letter] = message.iter_attachments()
    return message.get_body(("plain",)).get_content(), page_of(letter.get_content())


def page_of(pdf):
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def names_own_account(*texts):
    return any(OWN_IBAN in text.replace(" ", "") for text in texts)


def test_the_mail_carries_the_link_and_no_account(shop):
    [notice] = shop.propose_and_approve()
    outcome = sent_one(shop)
    assert (outcome.outcome, outcome.reason) == ("sent", "")
    plain, letter = mailed(shop)
    assert PAGE + "1" in plain
    assert "pay.beispiel.example/i/1" in letter
    assert not names_own_account(plain, letter)
    assert shop.state(notice) is NoticeState.SENT
    [proof] = shop.events("delivery_sent")
    assert proof["pay_links"] == ["RE-1"]


def test_a_link_that_was_renewed_after_the_approval_needs_no_new_one(shop):
    shop.propose_and_approve()
    shop.platform.change("1", pay_link=PAGE + "renewed")
    assert sent_one(shop).outcome == "sent"
    plain, _ = mailed(shop)
    assert PAGE + "renewed" in plain
    assert PAGE + "1" not in plain


def test_without_link_and_account_it_waits_and_says_why(shop):
    [notice] = shop.propose_and_approve()
    shop.platform.change("1", pay_link="")
    outcome = sent_one(shop)
    assert (outcome.outcome, shop.state(notice)) == ("held", NoticeState.HELD)
    assert "RE-1: online nennt weder Zahlungslink noch Konto" in outcome.reason
    assert "bank_transfers=watched" in outcome.reason
    assert shop.mailbox.count() == 0
    # The link is back on Tuesday, and the approval still holds.
    shop.platform.change("1", pay_link=PAGE + "2")
    shop.day(TUESDAY)
    assert sent_one(shop).outcome == "sent"
    assert PAGE + "2" in mailed(shop)[0]


def test_a_link_that_is_none_is_said_and_not_printed(shop):
    shop.propose_and_approve()
    shop.platform.change("1", pay_link="javascript:alert(1)")
    outcome = sent_one(shop)
    assert outcome.outcome == "held"
    assert "Der Zahlungslink zu RE-1 ist keine https-Adresse" in outcome.reason
    # With the creditor's own account the notice can be paid all the same.
    shop.set(bank_transfers="watched")
    outcome = sent_one(shop)
    assert outcome.outcome == "sent"
    assert "ist keine https-Adresse" in outcome.reason
    plain, letter = mailed(shop)
    assert "javascript" not in plain
    assert names_own_account(plain)
    assert names_own_account(letter)


def test_the_platforms_account_is_asked_for_once_for_each_customer_and_currency(tmp_path):
    with shop_in(tmp_path, bank_transfers="platform") as shop:
        for id_, debtor in (("1", "a"), ("2", "a"), ("3", "b")):
            shop.platform.invoice(id_, debtor, "119.00", DUE, pay_link=PAGE + id_)
        shop.platform.accounts = {"a": ACCOUNT, "b": None}
        shop.read()
        shop.propose_and_approve()
        first, second = shop.send().outcomes
        assert (first.outcome, first.reason) == ("sent", "")
        assert second.outcome == "sent"
        assert "ohne Konto der Plattform: der Kunde hat dort keines" in second.reason
        asked = [each for each in shop.platform.asks() if each.startswith("account")]
        assert asked == ["account a EUR", "account b EUR"]
        mails = [path.read_bytes() for path in shop.mailbox.files()]
        texts = [
            email.message_from_bytes(each, policy=email.policy.default)
            .get_body(("plain",))
            .get_content()
            for each in mails
        ]
        [of_a] = [text for text in texts if PAGE + "1" in text]
        [of_b] = [text for text in texts if PAGE + "3" in text]
        assert of_a.count("DE89 3704 0044 0532 0130 00") == 2
        assert "genau den angegebenen Betrag" in of_a
        assert "IBAN" not in of_b


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Unreachable("Die Plattform antwortet nicht."), "antwortet nicht"),
        (Rejected("Dem Schlüssel fehlt ein Recht."), "fehlt ein Recht"),
        (NotSupported("Das gibt es dort nicht."), "hat dort keines"),
        (PayAccount("", "DE89370400440532013000"), "nicht lesbar"),
        (PayAccount("Beispiel Ltd", "keine IBAN"), "nicht lesbar"),
    ],
    ids=["unreachable", "no right", "no such accounts", "no holder", "no iban"],
)
def test_an_account_that_cannot_be_had_leaves_the_link(shop, answer, told):
    shop.set(bank_transfers="platform")
    shop.platform.accounts["a"] = answer
    shop.propose_and_approve()
    outcome = sent_one(shop)
    assert outcome.outcome == "sent"
    assert told in outcome.reason
    plain, letter = mailed(shop)
    assert PAGE + "1" in plain
    assert not names_own_account(plain, letter)


def test_an_account_alone_is_enough(shop):
    shop.set(bank_transfers="platform")
    shop.platform.accounts["a"] = ACCOUNT
    shop.propose_and_approve()
    shop.platform.change("1", pay_link="")
    assert sent_one(shop).outcome == "sent"
    plain, letter = mailed(shop)
    assert "Verwendungszweck: RE-1" in plain
    assert "http" not in plain.replace("https://www", "")
    assert not names_own_account(plain, letter)


@pytest.mark.parametrize("how", ["watched", "no such setting"])
def test_where_the_creditor_books_transfers_himself_his_account_stays(shop, how):
    if how == "watched":
        shop.set(bank_transfers="watched")
    else:
        shop.app = replace(shop.app, platforms=shop.platform.platforms(bank_transfers=""))
    shop.propose_and_approve()
    assert sent_one(shop).outcome == "sent"
    plain, letter = mailed(shop)
    assert names_own_account(plain)
    assert names_own_account(letter)
    assert PAGE + "1" in plain


def test_one_letter_for_the_shop_and_datev_sends_each_sum_where_it_belongs(shop):
    """Beispiel a GmbH owes 119 euros on the platform and 238 in DATEV: the account is for the
    238 only.
    """
    shop.debtor("10001", "Beispiel a GmbH", "datev@kunde.example")
    shop.owes("10001", "FI-7", "238.00", DUE)
    link(shop.app, shop.id, "online:K-a", ["datev:10001"], by="erika")
    [notice] = shop.propose_and_approve()
    assert sent_one(shop).outcome == "sent"
    assert shop.notice(notice).total.plain() == "357.00"
    plain, letter = mailed(shop)
    for text in (plain, letter):
        assert names_own_account(text)
        assert "238,00" in text
    lines = [each.strip() for each in plain.splitlines()]
    assert "Für: FI-7" in lines
    assert "Betrag: 238,00 €" in lines[lines.index("Für: FI-7") :]
    assert PAGE + "1" in lines


@pytest.mark.parametrize("linked", [True, False], ids=["link", "no link"])
def test_a_claim_of_datev_that_stands_at_the_platform_too_is_paid_there(shop, linked):
    """RE-1 is dunned from DATEV: money at the house bank would leave it open on the platform. Where
    that has no page for it, DATEV books what comes to the bank.
    """
    shop.platform.contact("a", "Beispiel AG")
    shop.read()
    shop.debtor("10001", "Beispiel AG")
    shop.owes("10001", "RE-1", "119.00", date(2026, 2, 10))
    with shop.app.store.write() as tx:
        evidence = replace(tx.connections.by_name(shop.id, "online"), role=Role.EVIDENCE)
        tx.connections.save(shop.id, evidence)
    shop.propose_and_approve()
    if not linked:
        shop.platform.change("1", pay_link="")
    outcome = sent_one(shop)
    assert outcome.outcome == "sent", outcome
    plain, letter = mailed(shop)
    assert (PAGE + "1" in plain) is linked
    assert names_own_account(plain) is not linked
    assert names_own_account(letter) is not linked


def test_a_credit_that_no_link_can_deduct_holds_the_notice(shop):
    shop.platform.invoice(
        "2", "a", "-20.00", DUE, kind=ItemKind.CREDIT_NOTE, number="GS-2", due_date=None
    )
    shop.read()
    shop.propose_and_approve()
    outcome = sent_one(shop)
    assert outcome.outcome == "held"
    assert "lassen sich mit keinem Zahlungslink verrechnen" in outcome.reason


def test_a_letter_that_lay_for_a_week_is_printed_again_with_the_new_link(tmp_path):
    with shop_in(tmp_path) as shop:
        shop.platform.contact("a", "Beispiel AG", email="", address=ADDRESS)
        shop.platform.invoice("1", "a", "119.00", DUE, pay_link=PAGE + "old")
        shop.read()
        shop.propose_and_approve()
        assert sent_one(shop).outcome == "printed"
        shop.platform.change("1", pay_link=PAGE + "new")
        shop.day(NEXT_MONDAY)
        outcome = sent_one(shop)
        assert (outcome.outcome, outcome.reason) == ("printed", "neu gedruckt")
        page = page_of((shop.composed.outbox / outcome.file).read_bytes())
        assert "beispiel.example/i/new" in page
        # Another week, and the link has ended: the printed letter stays as it is, and it is said.
        shop.platform.change("1", pay_link="")
        shop.day(date(2026, 3, 16))
        again = sent_one(shop)
        assert (again.outcome, again.file) == ("held", outcome.file)
        assert "weder Zahlungslink noch Konto" in again.reason


def refunded(shop):
    """Of the 119,00 EUR that were paid 40,00 went back; the platform asks for them no more."""
    back = PaymentPart(date(2026, 2, 16), euro("40.00"), PaymentKind.RETURNED, "Erstattung")
    left = {"outstanding": euro("40.00"), "state": ItemState.PARTLY_PAID, "payments": (back,)}
    hold = RecordHold("returned:4000", HoldKind.MONEY_RETURNED, "40,00 EUR gingen zurück")
    shop.platform.change("1", pay_link="", holds=(hold,), **left)
    shop.read()


def released(shop):
    kind = HoldKind.MONEY_RETURNED
    return release(shop.app, shop.id, "RE-1", kind=kind, by="Erika", on=MONDAY)


def test_of_money_that_went_back_it_is_said_how_it_can_be_claimed(shop):
    refunded(shop)
    assert "eine neue Rechnung darüber stellen und RE-1 gutschreiben" in released(shop).remark
    shop.propose_and_approve()
    outcome = sent_one(shop)
    assert outcome.outcome == "held"
    for way in ("eine neue Rechnung", "bank_transfers=watched", "mahnwerk paid RE-1"):
        assert way in outcome.reason
    assert shop.mailbox.count() == 0


def test_where_transfers_are_watched_money_that_went_back_needs_no_other_way(tmp_path):
    with shop_in(tmp_path, bank_transfers="watched") as made:
        made.platform.invoice("1", "a", "119.00", DUE)
        made.read()
        refunded(made)
        assert released(made).remark == ""


def cleared_with(shop, notice, **line):
    found = shop.notice(notice)
    changed = replace(found, lines=(found.lines[0]._replace(**line),))
    with shop.app.store.read() as tx:
        debtor = tx.debtors.get(shop.id, found.debtor)
    return Cleared(shop.creditor, debtor, changed, shop.app.procedure(found.procedure), "")


def pay_desk(shop):
    desk = Desk(shop.app, shop.creditor, MONDAY, "test")
    return PayDesk(desk, Source(desk, lambda: None))


def test_an_instalment_names_what_the_link_asks_for(shop):
    """A rate of 40 euros: the page asks for all 119, and a transfer of a part settles nothing."""
    shop.set(bank_transfers="platform")
    shop.platform.accounts["a"] = ACCOUNT
    [notice] = shop.propose_and_approve()
    line = shop.notice(notice).lines[0]
    rate = replace(line.outstanding, amount=line.outstanding.amount - 79)
    found = pay_desk(shop).of(cleared_with(shop, notice, outstanding=rate, level=0))
    [way] = found.ways.values()
    assert (way.link, way.account, way.whole.plain()) == (PAGE + "1", None, "119.00")


def test_what_was_left_of_a_paid_invoice_is_paid_to_the_creditor(shop):
    """A charge residual is a claim of our own: no page asks for it, and no invoice stays open."""
    [notice] = shop.propose_and_approve()
    assert pay_desk(shop).of(cleared_with(shop, notice)).ways
    left = cleared_with(shop, notice, kind=ItemKind.CHARGE_RESIDUAL)
    assert pay_desk(shop).of(left).ways == {}
