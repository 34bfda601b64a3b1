"""Causes that are rare, and the words for them; the others are told in tests/services."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from dunning_story import STANDARD, account, after_due, hold, invoice

from core.domain.decision import Action, Verdict
from core.domain.model import Account, HoldKind, ItemState, OpenCharge
from core.domain.money import Money
from core.domain.reasons import Reason
from core.domain.record_diff import changed_fields, changed_keys, text_of
from core.domain.run_diff import ItemChange, compare, run_causes
from core.domain.run_diff_texts import CAUSES, CHANGES, cause_sentence, change_word, listed
from core.domain.run_diff_types import Cause, Change, ItemSeen, RunSeen

TODAY, TOMORROW = after_due(20), after_due(21)
RUN = RunSeen(TODAY, "0.2", {"land": "BY"}, {"de": [1]}, {"BY": ["2026-01-01"]})


def seen(of: Account, reason: Reason = Reason.LEVEL_REACHED, procedure=STANDARD) -> ItemSeen:
    item = of.items[0]
    verdict = Verdict(item.id, Action.SKIP, reason, item.level)
    return ItemSeen(
        item.id, item.number, item.external_id, item.due_date, verdict, item.level, item, of,
        procedure,
    )  # fmt: skip


def causes(before: ItemSeen, after: ItemSeen, runs=(RUN, RUN)) -> list[Cause]:
    """The causes of a change of verdict."""
    later = replace(after, verdict=replace(after.verdict, reason=Reason.HELD))
    [change] = compare({before.id: before}, {after.id: later}, runs)
    return [each.cause for each in change.causes]


def test_nothing_explains_it() -> None:
    of = seen(account(invoice(1)))
    assert causes(of, of) == [Cause.UNEXPLAINED]


def test_another_currency_is_no_payment() -> None:
    one = invoice(1)
    other = replace(one, outstanding=Money(one.outstanding.amount, "CHF"))
    assert causes(seen(account(one)), seen(account(other))) == [Cause.ITEM_DATA]


def test_an_item_that_is_not_known_any_more() -> None:
    one = invoice(1)
    unknown = replace(one, state=ItemState.UNKNOWN)
    assert causes(seen(account(one)), seen(account(unknown))) == [Cause.ITEM_DATA]


def test_a_credit_that_was_used_has_become_smaller() -> None:
    one = invoice(1)
    credit = replace(one, outstanding=Money.from_minor(-500, "EUR"))
    used = replace(one, outstanding=Money.from_minor(-300, "EUR"))
    assert causes(seen(account(credit)), seen(account(used))) == [Cause.PAID]


def test_a_level_that_was_taken_back() -> None:
    up, down = (seen(account(replace(invoice(1), level=n))) for n in (2, 1))
    assert causes(up, down) == [Cause.LEVEL_BACK]


def test_another_deadline() -> None:
    before, after = (
        seen(account(invoice(1), last_deadline=after_due(n), last_notice_on=TODAY)) for n in (5, 9)
    )
    assert causes(before, after) == [Cause.DEADLINE]


def test_a_hold_that_lasts_beside_one_that_comes() -> None:
    old, new = (hold(TODAY, None, None, HoldKind.MANUAL, n) for n in (1, 2))
    before = seen(account(invoice(1), holds=[old]))
    assert causes(before, seen(account(invoice(1), holds=[old, new]))) == [Cause.HOLD_SET]


def test_a_hold_that_lasts_longer() -> None:
    before, after = (
        seen(account(invoice(1), holds=[hold(TODAY, after_due(n), None, HoldKind.MANUAL, 1)]))
        for n in (30, 40)
    )
    assert causes(before, after) == [Cause.HOLD_CHANGED]


def test_charges_owed() -> None:
    plain = account(invoice(1))
    fee = OpenCharge(1, "dunning_fee", None, 1, Money.from_minor(250, "EUR"), "", TODAY)
    assert causes(seen(plain), seen(replace(plain, charges=(fee,)))) == [Cause.CHARGES_OWED]


def test_a_connection_that_nobody_knows() -> None:
    plain = account(invoice(1))
    assert causes(seen(plain), seen(replace(plain, connections={}))) == [Cause.UNEXPLAINED]


def test_a_level_was_added_to_the_procedure() -> None:
    of = account(invoice(1))
    shorter = replace(STANDARD, levels=STANDARD.levels[:-1], version="2")
    before, after = seen(of, procedure=shorter), seen(of)
    assert causes(before, after) == [Cause.PROCEDURE_CHANGED]
    renumbered = replace(STANDARD, version="of another day")
    assert causes(before, seen(of, procedure=replace(shorter, version="3"))) == [Cause.UNEXPLAINED]
    assert causes(seen(of), seen(of, procedure=renumbered)) == [Cause.UNEXPLAINED]


def test_a_level_sent_is_known_of_an_item_that_was_not_due() -> None:
    of = seen(account(invoice(1)))
    quiet = replace(of, item=None, account=None, procedure=None)
    assert causes(quiet, replace(quiet, level=1)) == [Cause.LEVEL_SENT]
    assert causes(quiet, replace(of, due_date=TODAY)) == [Cause.DUE_DATE]


def test_everything_of_the_runs_as_a_whole() -> None:
    later = RunSeen(TOMORROW, "0.3", {"land": "BE"}, {"de": [1, 2]}, {"BY": [], "NW": []})
    found = run_causes(RUN, later)
    assert [each.cause for each in found] == [
        Cause.CREDITOR_SETTINGS, Cause.BASE_RATES, Cause.CALENDARS, Cause.VERSION, Cause.DAY,
    ]  # fmt: skip
    assert found[0].facts == {"changed": (("land", "BY", "BE"),)}
    of = seen(account(invoice(1)))
    assert Cause.BASE_RATES not in causes(of, of, (RUN, later))


def test_what_only_one_run_asked_for_is_no_difference() -> None:
    assert run_causes(RUN, replace(RUN, rates={}, calendars={"NW": []})) == ()


def test_another_open_amount_is_a_change_by_itself() -> None:
    one = replace(invoice(1), outstanding=Money.from_minor(500, "EUR"))
    of, less = seen(account(invoice(1))), seen(account(one))
    [change] = compare({of.id: of}, {of.id: less}, (RUN, RUN))
    assert (change.change, [each.cause for each in change.causes]) == (Change.AMOUNT, [Cause.PAID])


def test_equal_items_are_left_out_and_a_day_more_is_equal() -> None:
    of = seen(account(invoice(1)))
    assert list(compare({of.id: of}, {of.id: of}, (RUN, replace(RUN, on=TOMORROW)))) == []


def test_a_quiet_item_comes_and_goes() -> None:
    quiet = replace(seen(account(invoice(1))), item=None, account=None)
    [gone] = compare({quiet.id: quiet}, {}, (RUN, RUN))
    [new] = compare({}, {quiet.id: quiet}, (RUN, RUN))
    assert (gone.change, gone.seen, new.change, new.seen) == (
        Change.GONE, quiet, Change.NEW, quiet,
    )  # fmt: skip


def test_a_change_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        assert ItemChange(Change.NEW, None, None, ()).seen


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_cause_and_change_has_its_words(language: str) -> None:
    facts = dict.fromkeys(
        ["before", "after", "by", "level", "on", "hold_kind", "hold_until", "hold_reason",
         "connection", "procedure", "changed"], "x",
    )  # fmt: skip
    assert set(CAUSES) == set(Cause)
    assert set(CHANGES) == set(Change)
    for cause in Cause:
        assert "{" not in cause_sentence(cause, facts, language)
    assert len({change_word(change, language) for change in Change}) == len(Change)


def test_a_hold_without_an_end_is_one_until_further_notice() -> None:
    facts = {"hold_kind": "dispute", "hold_until": "", "hold_reason": "Mangel"}
    assert cause_sentence(Cause.HOLD_SET, facts, "de").startswith("Mahnsperre gesetzt: ")
    assert "bis ." not in cause_sentence(Cause.HOLD_SET, facts, "de")


def test_fields_are_called_by_their_names() -> None:
    changed = (("type", "business", "consumer"), ("address.postcode", "90402", "–"))
    assert listed(changed, "de") == ("Art: Unternehmen → Verbraucher; Postleitzahl: 90402 → –")
    assert listed(changed, "en") == "type: business → consumer; postcode: 90402 → –"


def test_fields_of_inner_records_have_a_path() -> None:
    of = account(invoice(1)).debtor
    moved = replace(of, address=replace(of.address, postcode="10115"), evidence={"terms": "AGB"})
    assert changed_fields(of, moved, frozenset({"language"})) == (
        ("address.postcode", text_of(of.address.postcode), "10115"),
        ("evidence.terms", "–", "AGB"),
    )
    assert changed_fields(of, moved, frozenset({"address", "evidence"})) == ()
    assert changed_fields("text", "other") == ()


def test_values_as_text() -> None:
    assert [text_of(v) for v in (None, "", True, False, HoldKind.DISPUTE, ())] == [
        "–", "–", "true", "false", "dispute", "–",
    ]  # fmt: skip
    assert text_of(("email", "letter")) == "email, letter"
    assert text_of({"EUR": "5.00"}) == "EUR 5.00"
    assert text_of({}) == "–"
    assert text_of(date(2026, 3, 2)) == "2026-03-02"
    assert changed_keys({"a": 1, "b": 2}, {"b": 3, "a": 1}) == (("b", "2", "3"),)
