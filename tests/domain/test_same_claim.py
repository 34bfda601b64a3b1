"""The same invoice on two connections: found, judged, dunned once, and paid by either."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from dunning_story import (
    DUE,
    EVIDENCE,
    LEADING,
    account,
    after_due,
    amounts,
    credit,
    dunned,
    hold,
    invoice,
    letter,
    money,
    on,
    verdict,
)
from hypothesis import given
from hypothesis import strategies as st

from core.domain.model import (
    ConnectionFacts,
    ConnectionId,
    DebtorType,
    HoldKind,
    ItemFacts,
    ItemId,
    ItemKind,
    ItemState,
    Match,
    Pending,
    Reduction,
    Role,
    Twin,
)
from core.domain.one_claim import as_one_claim
from core.domain.reasons import Reason
from core.domain.same_claim import Side, claim_key, goes_before, match_of

LATE = after_due(30)
SECOND = ConnectionId(3)  # leads too, and was made later
INVOICED = DUE - timedelta(days=14)


def side(number="RE-2026-1", total="1190.00", connection=LEADING, role=Role.LEADING, **changes):
    gross_known = changes.pop("gross_known", True)
    item = invoice(1, total, number=number, connection=connection, **changes)
    return Side(item, role, gross_known)


def listed(number="RE-2026-1", total="1190.00", **changes):
    """As the DATEV export has it."""
    return side(number, total, EVIDENCE, Role.EVIDENCE, **changes)


# --- are they the same? ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "debtor", "expected"),
    [
        pytest.param(listed(), True, Match.SAME, id="number, gross and debtor agree"),
        pytest.param(listed("re-2026-1 "), True, Match.SAME, id="written differently"),
        pytest.param(listed(), None, Match.SUSPECT, id="nobody knows whose it is"),
        pytest.param(listed(), False, None, id="somebody else's for certain"),
        pytest.param(listed(total="1000.00"), True, Match.SUSPECT, id="another gross"),
        pytest.param(listed(total="1000.00"), None, None, id="only the number agrees"),
        pytest.param(listed("RE-2026-2"), True, None, id="another number"),
        pytest.param(listed("RE/2026/1"), True, Match.SAME, id="other punctuation"),
        pytest.param(listed("RE20261"), None, Match.SUSPECT, id="no punctuation, no debtor"),
        pytest.param(
            listed("RE20261", invoice_date=INVOICED + timedelta(days=1)),
            True,
            None,
            id="no punctuation and another day",
        ),
        pytest.param(
            listed(invoice_date=INVOICED - timedelta(days=365)),
            True,
            Match.SUSPECT,
            id="the number range began anew",
        ),
        pytest.param(
            listed(total="99.00", invoice_date=INVOICED - timedelta(days=365)),
            True,
            None,
            id="the number range began anew, and another gross",
        ),
        pytest.param(listed(invoice_date=None), True, Match.SAME, id="carried forward, no day"),
        pytest.param(
            listed(total="690.00", gross_known=False),
            True,
            Match.SAME,
            id="a list that knows only what is open",
        ),
        pytest.param(
            listed(total="690.00", gross_known=False),
            None,
            Match.SUSPECT,
            id="a list that knows only what is open, and nobody knows of whom",
        ),
        pytest.param(
            listed(total="690.00", gross_known=False, invoice_date=INVOICED + timedelta(days=1)),
            None,
            None,
            id="the same, and another day",
        ),
        pytest.param(
            listed(total="1290.00", gross_known=False),
            True,
            Match.SUSPECT,
            id="more is open than was invoiced",
        ),
        pytest.param(
            listed(kind=ItemKind.DUNNING_CHARGE), True, None, id="a charge under the number"
        ),
        pytest.param(
            listed(total="-20.00", kind=ItemKind.UNAPPLIED), True, Match.SUSPECT, id="overpaid"
        ),
        pytest.param(
            listed(total="-1190.00", kind=ItemKind.CREDIT_NOTE),
            True,
            None,
            id="a credit note under the number",
        ),
    ],
)
def test_two_items_are_compared(other, debtor, expected) -> None:
    assert match_of(side(), other, debtor) is expected
    assert match_of(other, side(), debtor) is expected


def test_amounts_of_different_currencies_are_never_the_same() -> None:
    dollars = Side(
        invoice(2, "1190.00", "USD", number="RE-2026-1", connection=EVIDENCE), Role.LEADING
    )
    assert match_of(side(), dollars, True) is None
    unclear = replace(dollars, item=replace(dollars.item, currency_unclear=True))
    assert match_of(side(), unclear, True) is Match.SUSPECT


def test_a_number_that_was_cut_to_twelve_characters_is_found_and_recognised() -> None:
    """lexoffice cuts from the left: RE2016-123456789 is 16-123456789 in DATEV (datev.md §2.5)."""
    whole, cut = "RE2016-123456789", "16-123456789"
    assert claim_key(whole) == claim_key(cut)
    assert match_of(side(whole), listed(cut), True) is Match.SAME
    assert match_of(side(whole), listed(cut), None) is Match.SUSPECT
    assert match_of(side(whole), listed(cut, "1000.00"), True) is None


@pytest.mark.parametrize("text", ["RE-2026-0001", "re 2026/0001", "RE20260001"])
def test_numbers_that_differ_in_writing_are_found_together(text) -> None:
    assert claim_key(text) == claim_key("RE-2026-0001") != ""


def test_what_a_person_said_goes_before_everything() -> None:
    assert match_of(side(), listed("X-9", "5.00"), False, decided=True) is Match.SAME
    assert match_of(side(), listed(), True, decided=False) is None


def test_leading_goes_before_evidence_and_the_older_connection_before_the_younger() -> None:
    young = side(connection=SECOND)
    assert goes_before(young, listed())
    assert not goes_before(listed(), young)
    assert goes_before(side(), young)


# --- what it means for the account ----------------------------------------------------------------


def twin(of, open_=None, connection=EVIDENCE, **changes) -> Twin:
    """``of`` as the other connection has it."""
    base = Twin(
        ItemId(of.id + 100), connection, "datev/1", of.number, of.kind, of.total,
        of.outstanding if open_ is None else money(open_), of.state, Match.SAME, leads=False,
    )  # fmt: skip
    return replace(base, **changes)


def told(item, *twins, others=(), **given):
    found = account(item, *others, **given)
    second = ConnectionFacts(SECOND, "shop", Role.LEADING, date(2099, 1, 1))
    return replace(
        found,
        connections={**found.connections, SECOND: second},
        twins={item.id: twins} if twins else {},
    )


PAID = {"open_": "0.00", "state": ItemState.SETTLED, "settled_on": after_due(3)}


def test_paid_at_the_tax_adviser_only_it_is_not_dunned() -> None:
    item = invoice(1, "1190.00")
    found = verdict(on(LATE, told(item, twin(item, **PAID))))
    assert found.reason is Reason.PAID_ELSEWHERE
    assert found.facts == {
        "connection": "steuerberater", "what": "settled", "settled_on": after_due(3).isoformat(),
    }  # fmt: skip


def test_open_on_both_it_is_dunned_once_for_the_whole() -> None:
    item = invoice(1, "1190.00")
    assert amounts(letter(on(LATE, told(item, twin(item))))) == {"RE-1": "1190.00"}


def test_the_one_that_does_not_lead_is_never_dunned() -> None:
    item = invoice(1, "1190.00", connection=SECOND)
    found = verdict(on(LATE, told(item, twin(item, connection=LEADING, leads=True))))
    assert (found.reason, found.facts) == (Reason.SAME_CLAIM, {"connection": "datev"})


def test_evidence_says_where_its_claim_leads() -> None:
    item = invoice(1, connection=EVIDENCE)
    found = verdict(on(LATE, told(item, twin(item, connection=LEADING, leads=True))))
    assert (found.reason, found.facts) == (Reason.SAME_CLAIM, {"connection": "datev"})
    assert verdict(on(LATE, told(item))).reason is Reason.EVIDENCE_ONLY


def test_five_hundred_paid_on_the_other_side_are_not_demanded_and_bear_no_interest() -> None:
    item = invoice(1, "1190.00")
    paid = twin(
        item, "690.00", state=ItemState.PARTLY_PAID, reductions=(Reduction(after_due(5), 50000),)
    )
    of = told(item, paid)
    assert amounts(letter(on(LATE, of))) == {"RE-1": "690.00"}
    (one,) = as_one_claim(of).items
    assert one.reductions == (Reduction(after_due(5), 50000),)
    assert as_one_claim(as_one_claim(of)) == as_one_claim(of)


def test_more_open_on_the_other_side_changes_nothing() -> None:
    item = invoice(1, "1190.00", total=money("1190.00"), outstanding=money("400.00"))
    of = told(item, twin(item, "1190.00"))
    assert amounts(letter(on(LATE, of))) == {"RE-1": "400.00"}


def test_cancelled_there_and_open_here_a_person_looks_at_it() -> None:
    item = invoice()
    gone = twin(item, "0.00", state=ItemState.CANCELLED)
    found = verdict(on(LATE, told(item, gone)))
    assert found.reason is Reason.HELD
    assert found.facts["hold_kind"] == HoldKind.POSSIBLE_DUPLICATE
    said = verdict(on(LATE, told(item, replace(gone, decided=True))))
    assert (said.reason, said.facts["what"]) == (Reason.PAID_ELSEWHERE, "cancelled")


def test_the_leading_one_was_cancelled_so_the_other_waits_for_a_person() -> None:
    item = invoice(connection=SECOND)
    gone = twin(item, "0.00", connection=LEADING, leads=True, state=ItemState.CANCELLED)
    assert verdict(on(LATE, told(item, gone))).reason is Reason.HELD


def test_a_state_that_nobody_knows_on_the_other_side_is_a_doubt() -> None:
    item = invoice()
    assert verdict(on(LATE, told(item, twin(item, state=ItemState.UNKNOWN)))).reason is Reason.HELD


@pytest.mark.parametrize("leads", [True, False])
def test_a_suspect_holds_both_sides_until_somebody_decides(leads) -> None:
    item = invoice(1, "1190.00", connection=SECOND if leads else LEADING)
    other = LEADING if leads else SECOND
    suspect = twin(item, connection=other, match=Match.SUSPECT, leads=leads)
    found = verdict(on(LATE, told(item, suspect)))
    assert (found.reason, found.facts["hold_kind"]) == (Reason.HELD, HoldKind.POSSIBLE_DUPLICATE)
    assert "RE-1, 1190.00 EUR" in found.facts["hold_reason"]
    assert dunned(on(LATE, told(item))) == {1: 1}  # decided: different


def test_a_hold_on_the_other_side_holds_the_claim() -> None:
    item = invoice()
    held = twin(item, holds=(hold(after_due(20), kind=HoldKind.DISPUTE, reason="Mangel"),))
    assert verdict(on(after_due(19), told(item, held))).action == "dun"
    found = verdict(on(LATE, told(item, held)))
    assert (found.reason, found.facts["hold_kind"]) == (Reason.HELD, HoldKind.DISPUTE)


def test_what_is_collected_on_the_other_side_is_not_dunned() -> None:
    item = invoice()
    found = verdict(on(LATE, told(item, twin(item, direct_debit=True))))
    assert found.reason is Reason.DIRECT_DEBIT


def test_not_due_is_not_due_on_either_side() -> None:
    """As the quick look at items that are not due says, which asks for nothing else."""
    item = invoice()
    for other in (twin(item, **PAID), twin(item, leads=True), twin(item, match=Match.SUSPECT)):
        assert verdict(on(DUE, told(item, other))).reason is Reason.NOT_DUE


def test_levels_that_left_from_the_other_side_count() -> None:
    """Level 1 left from DATEV on day 20; then sevDesk was connected, and leads."""
    item = invoice()
    before = twin(item, level=1, last_notice_on=after_due(20))
    assert not dunned(on(after_due(21), told(item, before)))
    assert dunned(on(after_due(50), told(item, before))) == {1: 2}


def test_a_notice_under_way_from_the_other_side_is_waited_for() -> None:
    item = invoice()
    printed = twin(item, pending=Pending.PRINTED)
    assert verdict(on(LATE, told(item, printed))).reason is Reason.PRINTED_NOT_POSTED


# --- credits --------------------------------------------------------------------------------------


def with_credit(given, *twins, total="1190.00"):
    of = account(invoice(1, total), given)
    second = ConnectionFacts(SECOND, "shop", Role.LEADING, date(2099, 1, 1))
    return replace(
        of, connections={**of.connections, SECOND: second}, twins={given.id: twins} if twins else {}
    )


def test_a_credit_note_on_both_is_deducted_once() -> None:
    """A linked debtor: 1,190 EUR less the credit note of 190 EUR that both connections have."""
    mine, theirs = credit(2, "-190.00"), credit(3, "-190.00", number="RE-2", connection=SECOND)
    of = account(invoice(1, "1190.00"), mine, theirs)
    of = replace(
        of,
        connections=with_credit(mine).connections,
        twins={
            mine.id: (twin(mine, connection=SECOND),),
            theirs.id: (twin(theirs, connection=LEADING, leads=True),),
        },
    )
    decision = on(LATE, of)
    assert letter(decision).total == money("1000.00")
    assert verdict(decision, 3).reason is Reason.SAME_CLAIM


def test_a_credit_note_that_is_used_up_on_the_other_side_is_not_deducted_again() -> None:
    """There it was set off against the invoice: 1,000 EUR are open, and not 810 EUR."""
    given = credit(2, "-190.00")
    of = with_credit(given, twin(given, "0.00", state=ItemState.SETTLED))
    item = of.items[0]
    of = replace(of, twins={**of.twins, item.id: (twin(item, "1000.00"),)})
    decision = on(LATE, of)
    assert letter(decision).total == money("1000.00")
    assert verdict(decision, 2).reason is Reason.PAID_ELSEWHERE


def test_a_credit_that_may_be_the_same_is_deducted_once_and_holds_what_it_could_pay() -> None:
    mine, theirs = credit(2, "-190.00"), credit(3, "-190.00", number="RE-2", connection=SECOND)
    of = account(invoice(1, "1190.00"), mine, theirs, invoice(4, "150.00"))
    of = replace(
        of,
        connections=with_credit(mine).connections,
        twins={
            mine.id: (twin(mine, connection=SECOND, match=Match.SUSPECT),),
            theirs.id: (twin(theirs, connection=LEADING, leads=True, match=Match.SUSPECT),),
        },
    )
    decision = on(LATE, of)
    assert amounts(letter(decision)) == {"RE-1": "1190.00", "RE-2": "-190.00"}
    assert verdict(decision, 4).reason is Reason.UNPLACED_MONEY


def test_an_evidence_credit_never_counts() -> None:
    theirs = credit(2, "-190.00", connection=EVIDENCE)
    of = with_credit(theirs)
    assert letter(on(LATE, of)).total == money("1190.00")


# --- whatever both sides say ----------------------------------------------------------------------

cents = st.integers(min_value=0, max_value=119000)
states = st.sampled_from([ItemState.OPEN, ItemState.PARTLY_PAID, ItemState.SETTLED])


@given(mine=cents, theirs=cents, days=st.integers(1, 120), leads=st.booleans())
def test_never_more_is_demanded_than_either_side_says(mine, theirs, days, leads) -> None:
    total = money("1190.00")
    here, there = (money(f"{each / 100:.2f}") for each in (mine, theirs))
    item = invoice(
        1, "1190.00", outstanding=here, state=ItemState.OPEN if mine else ItemState.SETTLED
    )
    other = twin(item, f"{theirs / 100:.2f}", connection=SECOND, leads=leads,
                 state=ItemState.OPEN if theirs else ItemState.SETTLED)  # fmt: skip
    of = told(replace(item, total=total), other)
    for notice in on(after_due(days), of).notices:
        assert not leads
        assert notice.total.amount <= min(here.amount, there.amount)


@given(order=st.permutations([0, 1, 2]), open_=st.lists(cents, min_size=3, max_size=3))
def test_the_order_in_which_the_others_are_read_does_not_matter(order, open_) -> None:
    item = invoice(1, "1190.00")
    twins = [
        twin(item, f"{cent / 100:.2f}", id=ItemId(100 + place)) for place, cent in enumerate(open_)
    ]
    straight = on(LATE, told(item, *twins))
    shuffled = on(LATE, told(item, *(twins[place] for place in order)))
    assert straight.notices == shuffled.notices
    assert [v.reason for v in straight.verdicts] == [v.reason for v in shuffled.verdicts]


# --- what a person said, wherever he did ----------------------------------------------------------


def test_what_was_said_on_either_side_counts_and_here_before_there() -> None:
    """Served on 5 May, says DATEV; goods received on 2 March, says sevDesk; both say consumer."""
    here = ItemFacts(
        type=DebtorType.CONSUMER, delivered_on=DUE, evidence={"type": "Telefonat", "x": "y"}
    )
    there = ItemFacts(
        type=DebtorType.BUSINESS, served_on=LATE, evidence={"type": "Akte", "served_on": "Akte"}
    )
    item = invoice(own=here)
    (one,) = as_one_claim(told(item, twin(item), twin(item, own=there))).items
    assert one.own is not None
    assert (one.own.type, one.own.delivered_on, one.own.served_on) == (
        DebtorType.CONSUMER, DUE, LATE,
    )  # fmt: skip
    assert one.own.evidence == {"type": "Telefonat", "x": "y", "served_on": "Akte"}
    (only,) = as_one_claim(told(replace(item, own=None), twin(item, own=there))).items
    assert only.own == there


def test_an_account_that_stands_nowhere_else_stays_as_it_is() -> None:
    of = told(invoice())
    assert as_one_claim(of) is of


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"kind": ItemKind.CHARGE_RESIDUAL}, None),
        ({"connection": LEADING}, None),
        ({"total": "-1190.00", "kind": ItemKind.UNAPPLIED}, Match.SUSPECT),
        ({"currency_unclear": True}, Match.SUSPECT),
    ],
    ids=["our own charge", "the same connection", "money on account", "currency unclear"],
)
def test_what_can_be_the_same_invoice_at_all(changes, expected) -> None:
    assert match_of(side(), side(**{"connection": EVIDENCE, **changes}), True) is expected
