"""What a debtor's lawyer found: each of these once demanded what was not owed.

RE-1 over 1,190.00 of a business was due on Fri 2 Oct 2026 by agreement: in default since Sat 3 Oct.
"""

from datetime import date

import pytest
from books import bank, debtor, invoice, payment, stammdaten, stapel
from pypdf import PdfReader

ADLER = 10100
OCT_2 = date(2026, 10, 2)
OWN = """name = "hart"
label = "Mit allen Kosten"
charges = "receivable"

[[levels]]
key = "first"
text = "first"
days_after_due = 5
interval_days = 7
deadline_days = 7
channels = ["letter"]
interest = "charge"
lump_sum = "{lump}"
fee = {{ EUR = "{fee}" }}
"""


def re_1():
    return invoice(ADLER, "RE-1", "1190,00", date(2026, 9, 3), due=OCT_2)


def load(office, *rows):
    files = {
        "s.csv": stammdaten(debtor(ADLER, "Adler Muster GmbH")),
        "b.csv": stapel(*rows, bank(office.today)),
    }
    office("import", "datev", *office.files(files))


def start(office, *rows, terms="date", lump="charge", fee="2.50"):
    office.today = date(2026, 10, 8)
    office.init(payment_terms_agreed=terms, payment_terms_evidence="AGB")
    office("go-live")
    own = office.folder / "home" / "procedures"
    own.mkdir()
    (own / "hart.toml").write_text(OWN.format(lump=lump, fee=fee), "utf-8")
    office("init", "--set", "procedure=hart")
    load(office, re_1(), *rows)


def post_all(office):
    run = office.json("run")
    office("approve", "--run", run["run"])
    office("send")
    office("posted", run["run"])


def kept(office):
    return [(c["kind"], c["amount"], c["state"]) for c in office.json("charges")]


@pytest.mark.parametrize(
    ("paid_on", "left"),
    [
        (date(2026, 10, 1), []),
        (OCT_2, []),
        (
            date(2026, 10, 5),  # Sat, Sun: 2 x 0.343 EUR
            [("default_interest", "0.69", "residual"), ("lump_sum", "40.00", "residual")],
        ),
    ],
)
def test_money_that_was_booked_late_is_no_late_payment(office, paid_on, left):
    """The letter of 8 Oct demanded 40 EUR and 2.06 EUR; on 12 Oct the bank is booked."""
    start(office)
    post_all(office)
    assert kept(office) == [("default_interest", "2.06", "open"), ("lump_sum", "40.00", "open")]
    office.today = date(2026, 10, 12)
    load(office, re_1(), payment(ADLER, "RE-1", "1190,00", paid_on))
    office("run")
    assert kept(office) == left


def test_what_is_left_of_a_proposal_is_weighed_again_before_it_leaves(office):
    """RE-2 was taken off; then it turns out that the customer is a consumer."""
    start(office, invoice(ADLER, "RE-2", "500,00", date(2026, 9, 4), due=OCT_2))
    run = office.json("run")
    office("proposals", "drop", office.json("proposals")[0]["id"], "RE-2")
    office("approve", "--run", run["run"])
    office("debtor", "set", ADLER, "type=consumer", "--evidence", "Anruf")
    (outcome,) = office.json("send")
    assert outcome["outcome"] == "withdrawn"
    assert list(office.outbox.rglob("*.pdf")) == []


def test_the_fee_goes_with_the_only_invoice_in_default(office):
    """For RE-2 this letter is the Mahnung that brings default about: it carries no fee."""
    start(
        office,
        invoice(ADLER, "RE-2", "500,00", date(2026, 9, 4), due=OCT_2),
        terms="no",
        lump="off",
    )
    office("item", "set", "RE-1", "payment_terms_agreed=date", "--evidence", "Vertrag")
    run = office.json("run")
    (proposal,) = office.json("proposals")
    assert [c["kind"] for c in proposal["charges"]] == ["default_interest", "dunning_fee"]
    left = office.json("proposals", "drop", proposal["id"], "RE-1")
    assert left["id"] == proposal["id"]
    (proposal,) = office.json("proposals")
    assert (proposal["charges"], proposal["total"]) == ([], "500.00")
    office("approve", "--run", run["run"])
    (outcome,) = office.json("send")
    assert outcome["outcome"] == "printed"
    text = PdfReader(office.outbox / outcome["file"]).pages[0].extract_text()
    assert "Mahngebühr" not in text
    assert "500,00" in text


def test_interest_that_was_paid_is_not_filed_again_and_charges_bear_none(office):
    """9 to 18 Oct: ten days of 1,190 EUR at 10.52 %, after 2.06 EUR up to the 8th were paid."""
    start(office)
    post_all(office)
    office("charges", "paid", "1")
    office.today = date(2026, 10, 20)
    (claim,) = office.json("filing", "Adler Muster GmbH", "--opened", "2026-10-19")["claims"]
    assert (claim["interest"], claim["costs"]) == ("3.43", "40.00")
    assert office.json("explain", "RE-1")["law"]["interest"]["segments"][0]["from"] == "2026-10-09"
    load(office, re_1(), payment(ADLER, "RE-1", "1190,00", date(2026, 10, 12)))
    office("run")
    office.today = date(2026, 12, 21)
    (claim,) = office.json("filing", "Adler Muster GmbH", "--opened", "2026-12-21")["claims"]
    assert (claim["principal"], claim["interest"], claim["default_since"]) == (
        "40.00",
        "0.00",
        None,
    )


def test_who_turns_out_to_be_a_consumer_is_not_asked_again_for_the_lump_sum(office):
    """26 days of 1,190 EUR at 6.52 % are 5.53; the 40 EUR of the first letter are over."""
    start(office)
    post_all(office)
    office("debtor", "set", ADLER, "type=consumer", "--evidence", "Anruf")
    said = " ".join(office("explain", "RE-1").out.split())
    assert "40,00 EUR, nach heutigem Stand nicht geschuldet" in said
    office.today = date(2026, 10, 28)
    assert office.json("allocate", ADLER, "100,00")["not_owed"][0]["amount"] == "40.00"
    claim = office.json("filing", "Adler Muster GmbH", "--opened", "2026-10-28")["claims"][0]
    assert (claim["costs"], claim["interest"]) == ("0.00", "5.31")
    load(office, re_1(), payment(ADLER, "RE-1", "1190,00", date(2026, 10, 20)))
    office("run")
    assert kept(office) == [("default_interest", "1.28", "residual")]


def test_a_fee_is_filed_only_as_far_as_a_consumer_owes_it(office):
    """5.00 EUR were demanded from a business; he turns out to be a consumer (at most 2.50)."""
    start(office, lump="off", fee="5.00")
    post_all(office)
    office.today = date(2026, 10, 20)
    filed = office.json("filing", "Adler Muster GmbH", "--opened", "2026-10-19")
    assert [fee["amount"] for fee in filed["fees"]] == ["5.00"]
    office("debtor", "set", ADLER, "type=consumer", "--evidence", "Anruf")
    filed = office.json("filing", "Adler Muster GmbH", "--opened", "2026-10-19")
    assert [fee["amount"] for fee in filed["fees"]] == ["2.50"]
    assert filed["sums"][0]["costs"] == "2.50"


def test_during_a_deferral_nobody_is_said_to_be_in_default(office):
    """Deferred from 1 Oct until Sat 31 Oct; Sunday is a feast day too: he may pay on Mon 2 Nov."""
    office.today = date(2026, 10, 1)
    office.init(payment_terms_agreed="date", payment_terms_evidence="AGB")
    load(office, re_1())
    office("hold", "RE-1", "--kind", "deferral", "--until", "2026-10-31", "--reason", "Anruf")
    office.today = date(2026, 10, 15)
    assert office.json("explain", "RE-1")["law"]["default"]["in_default"] is False
    office.today = date(2026, 11, 6)
    law = office.json("explain", "RE-1")["law"]
    assert (law["default"]["since"], law["default"]["last_day_to_pay"]) == (
        "2026-11-03",
        "2026-11-02",
    )
    assert [(s["from"], s["to"]) for s in law["interest"]["segments"]] == [
        ("2026-11-03", "2026-11-06")
    ]


def test_explain_counts_interest_as_the_letter_does(office):
    """400 EUR are contested: 6 days of 790 EUR at 10.52 % are 1.37, not 2.06."""
    start(office)
    office("hold", "RE-1", "--kind", "partial_dispute", "--amount", "400", "--reason", "Anruf")
    office("run")
    (charge, _) = office.json("proposals")[0]["charges"]
    assert charge["amount"] == "1.37"
    assert office.json("explain", "RE-1")["law"]["interest"]["total"] == "1.37"
