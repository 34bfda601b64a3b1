"""Between approval and sending: what leaves is what was approved, or nothing does.

Both customers are in default since Thu 20 August 2026; the letters were proposed on Tue 25 August.
"""

from datetime import date
from decimal import Decimal

import opened
import pytest
from law_office import (
    BUSINESS,
    CONSUMER,
    RE_B,
    RE_C,
    charges,
    deliver,
    letter,
    open_office,
    proposal,
    run,
)

MAHNUNG, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 8, n) for n in (6, 25, 26, 27))
MONDAY = date(2026, 8, 31)


@pytest.fixture
def approved(office):
    """Both letters approved on Tuesday: 1,041.73 EUR and 1,003.57 EUR."""
    open_office(office)
    for day in (date(2026, 7, 20), MAHNUNG):
        run(office, day)
        deliver(office)
    office("approve", "--run", run(office, TUESDAY)["run"])
    assert totals(office) == {RE_B: "1041.73", RE_C: "1003.57"}
    return office


def totals(office):
    return {p["items"][0]["number"]: p["total"] for p in office.json("proposals")}


def sent(office):
    return sorted(outcome["outcome"] for outcome in office.json("send"))


def printed_amounts(office):
    """What the GiroCodes of the latest letters ask for."""
    return [str(opened.girocode_amount(letter(office, each))) for each in (BUSINESS, CONSUMER)]


def test_interest_stays_at_the_issue_date_and_the_next_run_keeps_the_approval(approved):
    before = proposal(approved, RE_B)
    run(approved, WEDNESDAY)
    assert proposal(approved, RE_B) == before  # approved, the same number, the same interest
    approved.today = THURSDAY
    assert sent(approved) == ["printed", "printed"]
    assert printed_amounts(approved) == ["1041.73", "1003.57"]
    sheet = letter(approved, BUSINESS)
    assert [line[1] for line in opened.interest_lines(sheet)] == ["25.08.2026"]


def test_an_approval_of_four_working_days_ago_is_asked_for_anew_with_new_interest(approved):
    """Friday was the third working day. By Monday 12 days: 3.46 and 2.14."""
    approved.today = MONDAY
    approved("booked-until", MONDAY)
    assert not {"printed", "sent"} & set(sent(approved))
    run(approved, MONDAY)
    assert totals(approved) == {RE_B: "1043.46", RE_C: "1004.64"}
    assert {p["state"] for p in approved.json("proposals")} == {"proposed"}
    assert deliver(approved) == [("Adler Muster GmbH", 3), ("Paula Muster", 3)]
    assert printed_amounts(approved) == ["1043.46", "1004.64"]


def test_a_corrected_base_rate_stops_what_was_approved_with_the_old_one(approved):
    """1.27 % instead of 1.52 %: 10.27 % and 6.27 %, 1.69 and 1.03 EUR for the six days."""
    approved(
        "rates", "import", "--set", "2026-07-01=1,27", "--source", "Bundesanzeiger"
    )  # fmt: skip
    assert not {"printed", "sent"} & set(sent(approved))
    run(approved, TUESDAY)
    assert totals(approved) == {RE_B: "1041.69", RE_C: "1003.53"}
    deliver(approved)
    assert printed_amounts(approved) == ["1041.69", "1003.53"]


def test_a_hold_between_approval_and_sending_keeps_the_letter_here(approved):
    approved("hold", RE_B, "--reason", "Reklamation")
    assert "printed" in sent(approved)
    assert opened.girocode_amount(letter(approved, CONSUMER)) == Decimal("1003.57")
    assert len(list(approved.outbox.rglob(f"*-{BUSINESS}.pdf"))) == 2  # the first two levels


def test_a_dispute_over_a_part_is_never_asked_for_with_the_old_sum(approved):
    """600 undisputed: 600 * 10.52 % * 6/365 = 1.0376."""
    approved(
        "hold", RE_B, "--kind", "partial_dispute", "--amount", "400", "--reason", "Mangel"
    )  # fmt: skip
    approved.json("send")
    assert len(list(approved.outbox.rglob(f"*-{BUSINESS}.pdf"))) == 2
    run(approved, TUESDAY)
    notice = proposal(approved, RE_B)
    assert charges(notice)[0] == ("default_interest", "1.04", "§ 288 Abs. 2 BGB")
    assert notice["total"] == "641.04"
    deliver(approved)
    assert opened.girocode_amount(letter(approved, BUSINESS)) == Decimal("641.04")


def test_money_between_approval_and_sending_takes_the_charges_with_it(approved):
    approved("paid", RE_B)
    outcomes = {o["outcome"] for o in approved.json("send")}
    assert outcomes == {"withdrawn", "printed"}
    run(approved, TUESDAY)
    assert RE_B not in totals(approved)
