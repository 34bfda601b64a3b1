"""Default, interest and charges from the first reminder to the money, through the command line.

1,000.00 EUR due Wed 15 July 2026, letters only. Counted by hand:

* 20 July: friendly reminder. 24 July is its assumed receipt (4 working days), 31 July its deadline.
* 6 August: Mahnung, after that deadline and 3 bank days. Assumed receipt 12 August, deadline
  19 August, so default begins on 20 August (§ 286 Abs. 1 BGB).
* 25 August: next level. Six days: 1000 * 10.52 % * 6/365 = 1.729, 1000 * 6.52 % * 6/365 = 1.072.
"""

from datetime import date
from decimal import Decimal

import opened
import pytest
from books import payment
from law_office import (
    BUSINESS,
    CONSUMER,
    RE_B,
    RE_C,
    charges,
    deliver,
    letter,
    live_through,
    load,
    masters,
    open_office,
    own_procedure,
    proposal,
    run,
)

REMINDED, WARNED, CHARGED = date(2026, 7, 20), date(2026, 8, 6), date(2026, 8, 25)
INTEREST_B = ("default_interest", "1.73", "§ 288 Abs. 2 BGB")
INTEREST_C = ("default_interest", "1.07", "§ 288 Abs. 1 BGB")
LUMP = ("lump_sum", "40.00", "§ 288 Abs. 5 BGB")
FEE = ("dunning_fee", "2.50", "§ 280 Abs. 1, 2, § 286 BGB")
BOTH = ["Adler Muster GmbH", "Paula Muster"]


def left(level):
    return [(name, level) for name in BOTH]


def warn(office, until=CHARGED):
    """Reminder and Mahnung have left; the day and a run on it."""
    run(office, REMINDED)
    assert deliver(office) == left(1)
    run(office, WARNED)
    assert deliver(office) == left(2)
    run(office, until)
    return office


@pytest.fixture
def late(office):
    """Both customers on Tue 25 August: in default by a Mahnung, the next level is proposed."""
    return warn(open_office(office))


def explained(office, number=RE_B):
    return office.json("explain", number)["law"]


# --- default by Mahnung -----------------------------------------------------------------------


def test_a_friendly_reminder_brings_no_default_and_a_mahnung_does(office):
    open_office(office)
    run(office, REMINDED)
    deliver(office)
    office.today = date(2026, 8, 5)
    assert explained(office)["default"]["since"] is None
    run(office, WARNED)
    deliver(office)
    office.today = date(2026, 8, 19)
    assert not explained(office)["default"]["in_default"]
    assert explained(office)["interest"] == {}
    office.today = date(2026, 8, 20)
    default = explained(office)["default"]
    assert (default["since"], default["rule"], default["assumed"]) == (
        "2026-08-20",
        "reminder",
        True,
    )
    told = office("explain", RE_B).out
    assert "Die Mahnung gilt als am 12.08.2026 zugegangen" in told
    assert "Verzugspauschale, einmalig: 40,00 EUR [§ 288 Abs. 5 BGB]" in told
    assert "Keine Verzugspauschale" in office("explain", RE_C).out


def test_no_level_comes_a_day_early_and_the_mahnung_itself_carries_no_charge(office):
    open_office(office)
    assert run(office, date(2026, 7, 19))["proposals"] == []
    run(office, REMINDED)
    deliver(office)
    assert run(office, date(2026, 8, 5))["proposals"] == []
    run(office, WARNED)
    assert [charges(p) for p in office.json("proposals")] == [[], []]
    deliver(office)
    assert "Verzugszinsen" not in opened.text(letter(office, BUSINESS))
    assert run(office, date(2026, 8, 24))["proposals"] == []


def test_the_next_letter_demands_what_each_of_the_two_owes(late):
    business, consumer = proposal(late, RE_B), proposal(late, RE_C)
    # The fee of the business is swallowed by its lump sum (§ 288 Abs. 5 Satz 3 BGB).
    assert (charges(business), business["total"]) == ([INTEREST_B, LUMP], "1041.73")
    assert (charges(consumer), consumer["total"]) == ([INTEREST_C, FEE], "1003.57")
    assert deliver(late) == left(3)
    for account, total, rate, sum_ in (
        (BUSINESS, "1041.73", "10.52", "1.73"),
        (CONSUMER, "1003.57", "6.52", "1.07"),
    ):
        sheet = letter(late, account)
        assert opened.girocode_amount(sheet) == Decimal(total)
        assert f"{total[0]}.{total[1:].replace('.', ',')} €" in opened.text(sheet)
        assert opened.interest_lines(sheet) == [
            ("20.08.2026", "25.08.2026", 6, Decimal(1000), Decimal(rate), Decimal(sum_))
        ]
    assert "Verzugspauschale" not in opened.text(letter(late, CONSUMER))
    assert "2,50 €" in opened.text(letter(late, CONSUMER))
    assert "2,50 €" not in opened.text(letter(late, BUSINESS))


# --- what becomes of the charges when the invoice is paid -------------------------------------


@pytest.mark.parametrize(
    ("mode", "residuals"),
    [
        ("informational", []),
        ("receivable", ["1.07", "2.50", "41.73"]),
        ("waive_when_principal_paid", []),
    ],
)
def test_the_money_comes_and_the_procedure_says_what_is_left(office, mode, residuals):
    own_procedure(office, charges=mode)
    warn(open_office(office))
    deliver(office)
    load(
        office,
        payment(BUSINESS, RE_B, "1000,00", date(2026, 8, 28)),
        payment(CONSUMER, RE_C, "1000,00", date(2026, 8, 28)),
    )
    run(office, date(2026, 9, 11))
    left_open = office.json("open-items")
    assert sorted(row["outstanding"] for row in left_open) == residuals
    assert {row["kind"] for row in left_open} <= {"charge_residual"}
    # What is left is new and owed since today: nothing of it is a level 4 of the invoice.
    assert [p for p in office.json("proposals") if p["level"] > 1] == []


def test_a_residual_is_dunned_from_the_first_level_and_bears_nothing(office):
    own_procedure(office, charges="receivable")
    warn(open_office(office))
    deliver(office)
    load(
        office,
        payment(BUSINESS, RE_B, "1000,00", date(2026, 8, 28)),
        payment(CONSUMER, RE_C, "1000,00", date(2026, 8, 28)),
    )
    found = live_through(office, date(2026, 9, 11), date(2026, 9, 21))
    assert [item for left_ in found.values() for item in left_] == left(1)
    assert opened.girocode_amount(letter(office, BUSINESS)) == Decimal("41.73")
    assert opened.girocode_amount(letter(office, CONSUMER)) == Decimal("3.57")


# --- (b) a partial payment ---------------------------------------------------------------------


def test_a_partial_payment_between_two_letters_cuts_the_interest(late):
    """400 on Thu 3 Sep; final level on Fri 11 Sep. 14 days on 1,000, then 9 on 600."""
    deliver(late)
    load(late, payment(BUSINESS, RE_B, "400,00", date(2026, 9, 3)))
    assert run(late, date(2026, 9, 10))["proposals"] == []
    run(late, date(2026, 9, 11))
    business = proposal(late, RE_B)
    interest = business["charges"][0]
    assert [(s["from"], s["to"], s["principal"]) for s in interest["segments"]] == [
        ("2026-08-20", "2026-09-02", "1000.00"),
        ("2026-09-03", "2026-09-11", "600.00"),
    ]
    # 4.0351 + 1.5564 = 5.5915
    assert (interest["amount"], business["total"]) == ("5.59", "645.59")
    deliver(late)
    sheet = letter(late, BUSINESS)
    lines = opened.interest_lines(sheet)
    assert [line[3] for line in lines] == [Decimal(1000), Decimal(600)]
    assert opened.interest_sums(sheet) == [sum(line[5] for line in lines)] == [Decimal("5.59")]
    assert opened.girocode_amount(sheet) == Decimal("645.59")


# --- (c) past the last known base rate --------------------------------------------------------


def test_past_the_last_rate_the_letter_asks_for_what_is_known_and_names_the_rest(office):
    """Due Tue 1 Dec by agreement; late from 2 Dec. Known: 30 days to 31 Dec, 8.65 EUR."""
    own_procedure(office, shown='interest = "charge"')
    base = date(2026, 11, 17), date(2026, 12, 1)
    agreed = {"payment_terms_agreed": "date", "payment_terms_evidence": "AGB"}
    open_office(office, date(2027, 1, 4), base=base, **agreed)
    run(office)
    notice = proposal(office, RE_B)
    interest = notice["charges"][0]
    assert (interest["amount"], interest["until"]) == ("8.65", "2026-12-31")
    assert interest["open_ended"]
    assert notice["total"] == "1008.65"
    deliver(office)
    sheet = opened.text(letter(office, BUSINESS))
    assert "zuzüglich weiterer Zinsen" in sheet
    assert "01.01.2027 –" not in sheet
    given = "interest", "1000", "--from", "2026-12-02", "--to", "2027-01-04", "--debtor", "business"
    calculated = office.json(*given)
    assert calculated["total"] == "8.65"
    assert any("31.12.2026" in warning for warning in calculated["warnings"])
    office("rates", "import", "--set", "2027-01-01=1,77", "--source", "Bundesanzeiger")
    known = office.json(*given)
    assert [s["rate"] for s in known["segments"]] == ["10.52", "10.77"]
    assert not any("31.12.2026" in warning for warning in known["warnings"])


# --- (d) consumers -----------------------------------------------------------------------------


def test_a_consumer_without_notice_owes_nothing_before_a_mahnung(office):
    own_procedure(office, shown='interest = "charge"\nlump_sum = "charge"')
    open_office(office, date(2026, 9, 30))
    office("item", "set", RE_B, "invoice_received=2026-07-03", "--evidence", "Einschreiben")
    office("item", "set", RE_C, "invoice_received=2026-07-03", "--evidence", "Einschreiben")
    run(office)
    # 30 days from the due date 15 July: Fri 14 August. 47 days to 30 September: 13.55.
    assert charges(proposal(office, RE_B)) == [
        ("default_interest", "13.55", "§ 288 Abs. 2 BGB"),
        LUMP,
    ]
    assert charges(proposal(office, RE_C)) == []
    assert explained(office, RE_C)["default"]["reason"] != "default_by_thirty_days"


def test_with_the_notice_on_the_invoice_the_thirty_days_hold_for_a_consumer(office):
    own_procedure(office, shown='interest = "charge"\nlump_sum = "charge"')
    open_office(office, date(2026, 9, 30))
    office("item", "set", RE_C, "consumer_notice=yes", "--evidence", "Fußzeile der Rechnung")
    run(office)
    assert charges(proposal(office, RE_C)) == []  # receipt is not known
    office("item", "set", RE_C, "invoice_received=2026-07-03", "--evidence", "Einschreiben")
    run(office)
    # From Sat 15 August: 30 days after 15 July end on Fri 14 August. 47 days at 6.52 %: 8.40.
    assert charges(proposal(office, RE_C)) == [("default_interest", "8.40", "§ 288 Abs. 1 BGB")]
    assert explained(office, RE_C)["default"]["since"] == "2026-08-15"


# --- (h) channels ------------------------------------------------------------------------------


def emails(office):
    return [path.read_text() for path in office.mailbox.folder.glob("*.eml")]


def test_a_letter_that_stands_in_for_a_mail_carries_no_fee(office):
    own_procedure(office, channels='["email", "letter"]')
    warn(open_office(office, email="post@kunde.example"))
    assert charges(proposal(office, RE_C)) == [INTEREST_C]
    office.mailbox.behaviour.refuse["post@kunde.example"] = "550 unknown user"
    assert deliver(office) == left(3)
    sheet = letter(office, CONSUMER)
    assert emails(office) == []
    assert opened.girocode_amount(sheet) == Decimal("1001.07")
    assert "Mahngebühr" not in opened.text(sheet)


def test_a_mail_never_carries_the_fee_of_a_letter(office):
    """The address is lost between approval and sending; the mail would be the way out."""
    own_procedure(office, channels='["letter", "email"]')
    warn(open_office(office, email="post@kunde.example"))
    notice = proposal(office, RE_C)
    assert (charges(notice), notice["channel"]) == ([INTEREST_C, FEE], "letter")
    office("approve", notice["id"])
    lost = masters(email="post@kunde.example", street="", postcode="", city="")
    office("import", "datev", *office.files({"stamm_ohne.csv": lost}))
    outcomes = office.json("send")
    assert {o["outcome"] for o in outcomes} <= {"held", "withdrawn"}
    assert emails(office) == []
    run(office)
    again = proposal(office, RE_C)
    assert charges(again) == [INTEREST_C]
    deliver(office)
    assert len(emails(office)) == 2  # the business and the consumer
    assert not any("Mahngeb" in mail for mail in emails(office))
