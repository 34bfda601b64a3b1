"""Dunnings made on the platform by hand: shown, confirmed, dismissed; and what they never do."""

from dataclasses import replace
from datetime import date

import pytest
from creditor_desk import FRIDAY, desk
from hypothesis import given, settings
from hypothesis import strategies as st
from platform_notice_story import CREDITOR, Story, customer, dunned, invoice

from core.domain.decision import PlannedNotice
from core.domain.model import (
    Automation,
    DebtorType,
    ItemKind,
    NoticeKind,
    NoticeLine,
    NoticeState,
)
from core.errors import UsageError
from core.ports import NoticeDraft
from core.services.creditors import go_live
from core.services.explain import explain
from core.services.platform_notices import confirm, count_waiting, dismiss, platform_notices

SENT, LATER = date(2026, 10, 12), date(2026, 11, 9)


@pytest.fixture
def story(tmp_path):
    composed = desk(tmp_path)
    yield Story(composed)
    composed.close()


def seen(story):
    return [
        (v.row.title, v.row.state, v.suggested)
        for v in platform_notices(story.app, CREDITOR)
    ]  # fmt: skip


def say_sent(story, *ids, **more):
    return confirm(story.app, CREDITOR, ids, by="erika", on=FRIDAY, **more)


def contact_of(story, number):
    with story.app.store.read() as tx:
        return tx.items.account(CREDITOR, story.item(number).debtor, FRIDAY).last_notice_on


def head(story):
    with story.app.store.read() as tx:
        return tx.events.head(CREDITOR)


def test_it_is_shown_with_invoice_customer_and_level(story):
    story.read(invoice("RE-1"), notices=[dunned("RE-1", "2. Mahnung", SENT)])
    (view,) = platform_notices(story.app, CREDITOR)
    assert (view.item.number, view.debtor.name) == ("RE-1", "Beispiel Bau GmbH")
    assert (view.row.title, view.row.on, view.row.state) == ("2. Mahnung", SENT, "foreign")
    assert (view.connection, view.suggested, view.levels) == ("buchwerk", 3, 5)


def test_before_it_is_confirmed_it_moves_the_contact_clock_only(story):
    story.read(invoice("RE-1"), notices=[dunned("RE-1", "2. Mahnung", LATER)])
    assert story.item("RE-1").level == 0
    assert contact_of(story, "RE-1") == LATER
    found = explain(story.app, CREDITOR, "RE-1", on=FRIDAY, language="de")
    assert found.reason == "interval_running"  # the dunning of 9 November still counts
    assert found.facts["platform_notices"] == "1"
    assert found.history[-1] == (
        "Auf der Plattform steht „2. Mahnung“ vom 09.11.2026; ob sie verschickt wurde, ist noch "
        "nicht bestätigt: mahnwerk platform-notices confirm 1 oder dismiss 1."
    )
    english = explain(story.app, CREDITOR, "RE-1", on=FRIDAY, language="en").history[-1]
    assert "“2. Mahnung” of 2026-11-09" in english


def test_confirmed_its_level_counts_and_the_next_one_follows(story):
    story.read(invoice("RE-1"), notices=[dunned("RE-1", "2. Mahnung", SENT)])
    (outcome,) = say_sent(story, 1)
    assert (outcome.outcome, outcome.number, outcome.level) == ("confirmed", "RE-1", 3)
    assert (outcome.on, outcome.reason) == (SENT, "")
    item = story.item("RE-1")
    assert (item.level, item.last_notice_on) == (3, SENT)
    found = explain(story.app, CREDITOR, "RE-1", on=FRIDAY, language="de")
    assert (found.verdict, found.facts["level"]) == ("dun", "4")
    assert "platform_notices" not in found.facts
    assert found.history[0] == (
        f"Stufe 3: „2. Mahnung“ wurde am {SENT:%d.%m.%Y} über die Plattform verschickt (bestätigt)."
    )
    english = explain(story.app, CREDITOR, "RE-1", on=FRIDAY, language="en").history[0]
    assert english == f"Level 3: “2. Mahnung” was sent from the platform on {SENT} (confirmed)."
    assert seen(story) == [("2. Mahnung", "confirmed", 3)]


def test_said_twice_it_changes_nothing(story):
    story.read(invoice("RE-1"), notices=[dunned("RE-1", "1. Mahnung", SENT)])
    say_sent(story, 1)
    before, chain = story.item("RE-1"), head(story)
    (again,) = say_sent(story, 1, sent_on=LATER)
    assert (again.outcome, again.level) == ("unchanged", 2)
    assert say_sent(story) == []
    assert (story.item("RE-1"), head(story)) == (before, chain)
    assert contact_of(story, "RE-1") == SENT


def test_a_person_knows_better_than_the_title(story):
    story.read(invoice("RE-1"), notices=[dunned("RE-1", "Schreiben vom Anwalt", SENT)])
    (outcome,) = say_sent(story, 1, level=4, sent_on=LATER)
    assert (outcome.level, outcome.on) == (4, LATER)
    item = story.item("RE-1")
    assert (item.level, item.last_notice_on) == (4, LATER)
    assert contact_of(story, "RE-1") == LATER


def test_a_correction_raises_and_never_lowers(story):
    story.read(invoice("RE-1"), notices=[dunned("RE-1", "1. Mahnung", SENT)])
    say_sent(story, 1)
    assert say_sent(story, 1, level=1)[0].outcome == "unchanged"
    assert story.item("RE-1").level == 2
    assert say_sent(story, 1, level=4)[0].outcome == "confirmed"
    assert story.item("RE-1").level == 4


def test_the_level_of_our_own_notices_is_not_lowered_nor_their_day(story):
    story.read(invoice("RE-1"), notices=[dunned("RE-1", "Zahlungserinnerung", SENT)])
    item = story.item("RE-1")
    with story.app.store.write() as tx:
        tx.items.record_level(CREDITOR, {item.id: 2}, LATER)
    (outcome,) = say_sent(story, 1)
    assert (outcome.outcome, outcome.level) == ("confirmed", 2)
    assert outcome.reason == "Die Rechnung steht schon auf Stufe 2."
    assert say_sent(story, 1, level=3)[0].level == 3
    item = story.item("RE-1")
    assert (item.level, item.last_notice_on) == (3, LATER)


def test_all_takes_the_later_dunning_of_an_invoice_last(story):
    story.read(
        invoice("RE-1"),
        invoice("RE-2", debtor="k-2"),
        debtors=(customer(), customer("k-2", "Laden Beispiel e.K.")),
        notices=[
            dunned("RE-1", "2. Mahnung", LATER, 2),
            dunned("RE-1", "1. Mahnung", SENT, 1),
            dunned("RE-2", "Zahlungserinnerung", SENT),
        ],
    )
    outcomes = say_sent(story)
    assert {(o.number, o.level, o.outcome) for o in outcomes} == {
        ("RE-1", 2, "confirmed"), ("RE-1", 3, "confirmed"), ("RE-2", 1, "confirmed"),
    }  # fmt: skip
    assert story.item("RE-1").last_notice_on == LATER
    assert story.item("RE-2").level == 1
    assert seen(story) == [
        ("1. Mahnung", "confirmed", 2),
        ("Zahlungserinnerung", "confirmed", 1),
        ("2. Mahnung", "confirmed", 3),
    ]


def test_dismissed_it_takes_no_level_and_the_clock_stays(story):
    story.read(invoice("RE-1"), notices=[dunned("RE-1", "2. Mahnung", LATER)])
    (outcome,) = dismiss(story.app, CREDITOR, [1], by="erika")
    assert (outcome.outcome, outcome.level) == ("dismissed", 0)
    assert story.item("RE-1").level == 0
    assert contact_of(story, "RE-1") == LATER
    found = explain(story.app, CREDITOR, "RE-1", on=FRIDAY, language="de")
    assert "platform_notices" not in found.facts
    assert found.history == (
        "„2. Mahnung“ der Plattform wurde laut Auskunft nicht verschickt: keine Stufe.",
    )
    english = explain(story.app, CREDITOR, "RE-1", on=FRIDAY, language="en").history
    assert english == ("“2. Mahnung” of the platform was not sent, as a person said: no level.",)
    chain = head(story)
    assert dismiss(story.app, CREDITOR, [1], by="erika")[0].outcome == "unchanged"
    assert head(story) == chain
    # Whoever finds it in the outbox after all may still say so.
    assert say_sent(story, 1)[0].outcome == "confirmed"
    assert story.item("RE-1").level == 3


def test_what_is_confirmed_cannot_be_dismissed(story):
    story.read(invoice("RE-1"), notices=[dunned("RE-1", "Mahnung", SENT)])
    say_sent(story, 1)
    (outcome,) = dismiss(story.app, CREDITOR, [1], by="erika")
    assert outcome.outcome == "refused"
    assert "nie zurückgenommen" in outcome.reason
    assert seen(story) == [("Mahnung", "confirmed", 2)]


def test_a_settled_invoice_is_said_so_and_gets_no_level(story):
    story.read(invoice("RE-1"), notices=[dunned("RE-1", "2. Mahnung", SENT)])
    story.read(invoice("RE-1", open_=0, mark="2"))
    (outcome,) = say_sent(story, 1)
    assert (outcome.outcome, outcome.level) == ("confirmed", 0)
    assert "ausgeglichen" in outcome.reason
    assert story.item("RE-1").level == 0
    found = explain(story.app, CREDITOR, "RE-1", on=FRIDAY, language="de")
    assert "platform_notices" not in found.facts
    assert any(line.startswith("„2. Mahnung“ wurde am ") for line in found.history)


def test_it_is_no_mahnung_that_brings_default_about(story):
    private = replace(customer(), type=DebtorType.CONSUMER, name="Erika Beispiel")
    story.read(invoice("RE-1"), debtors=(private,), notices=[dunned("RE-1", "Mahnung", SENT)])
    before = explain(story.app, CREDITOR, "RE-1", on=FRIDAY, language="de").law.default
    say_sent(story, 1)
    after = explain(story.app, CREDITOR, "RE-1", on=FRIDAY, language="de").law.default
    assert after == before
    assert (after["in_default"], after["since"]) == (False, None)


def test_the_procedure_of_the_debtor_says_what_a_title_means(story):
    story.read(invoice("RE-1"), notices=[dunned("RE-1", "Letzte Mahnung", SENT)])
    assert seen(story) == [("Letzte Mahnung", "foreign", 4)]
    with story.app.store.write() as tx:
        tx.debtors.save_overrides(CREDITOR, story.item("RE-1").debtor, {"procedure": "straff"})
    last = next(
        level.number for level in reversed(story.app.procedure("straff").levels)
        if level.channels != ("task",)
    )  # fmt: skip
    assert last != 4
    assert seen(story) == [("Letzte Mahnung", "foreign", last)]


def test_a_procedure_that_is_gone_stops_nobody(story):
    story.read(invoice("RE-1"), notices=[dunned("RE-1", "Mahnung", SENT)])
    with story.app.store.write() as tx:
        tx.debtors.save_overrides(CREDITOR, story.item("RE-1").debtor, {"procedure": "weg"})
    assert seen(story) == [("Mahnung", "foreign", 2)]


def test_without_its_invoice_it_waits_for_the_next_sync(story):
    story.read(invoice("RE-1"), notices=[dunned("RE-9", "Mahnung", SENT)])
    (view,) = platform_notices(story.app, CREDITOR)
    assert (view.item, view.debtor, view.row.invoice) == (None, None, "id-RE-9")
    (outcome,) = say_sent(story, 1)
    assert outcome.outcome == "refused"
    assert "mahnwerk sync" in outcome.reason
    assert dismiss(story.app, CREDITOR, [1], by="erika")[0].outcome == "dismissed"


@pytest.mark.parametrize("level", [0, 6])
def test_a_level_that_there_is_not_is_refused(story, level):
    story.read(invoice("RE-1"), notices=[dunned("RE-1", "Mahnung", SENT)])
    (outcome,) = say_sent(story, 1, level=level)
    assert outcome.outcome == "refused"
    assert "1 bis 5" in outcome.reason
    assert seen(story) == [("Mahnung", "foreign", 2)]


def test_a_day_to_come_is_no_day_of_sending(story):
    tomorrow = date(2026, 11, 21)
    story.read(invoice("RE-1"), notices=[dunned("RE-1", "Mahnung", tomorrow)])
    with pytest.raises(UsageError):
        say_sent(story, 1, sent_on=tomorrow)
    assert say_sent(story, 1)[0].on == FRIDAY  # what it bears may be ahead


def test_one_without_a_day_counts_from_today(story):
    story.read(invoice("RE-1"), notices=[dunned("RE-1", "Mahnung", None)])
    assert contact_of(story, "RE-1") is None
    assert say_sent(story, 1)[0].on == FRIDAY
    assert contact_of(story, "RE-1") == FRIDAY


def test_an_unknown_id_stops_all_of_them(story):
    story.read(invoice("RE-1"), notices=[dunned("RE-1", "Mahnung", SENT)])
    with pytest.raises(UsageError) as caught:
        say_sent(story, 1, 99)
    assert "99" in str(caught.value)
    assert seen(story) == [("Mahnung", "foreign", 2)]
    with pytest.raises(UsageError):
        dismiss(story.app, CREDITOR, [], by="erika")


def test_our_own_notices_on_the_platform_are_not_among_them(story):
    ours = replace(dunned("RE-1", "Mahnung", SENT), marker="Mahnwerk 1/1")
    story.read(invoice("RE-1"), notices=[ours])
    assert platform_notices(story.app, CREDITOR) == []
    with pytest.raises(UsageError):
        say_sent(story, 1)
    assert contact_of(story, "RE-1") is None


def test_nobody_is_asked_about_an_invoice_that_is_settled(story):
    story.read(
        invoice("RE-1"),
        invoice("RE-2"),
        notices=[
            dunned("RE-1", "Mahnung", SENT),
            dunned("RE-2", "Mahnung", SENT),
            dunned("RE-9", "Mahnung", SENT),  # its invoice is not read yet
        ],
    )
    assert count_waiting(story.app, CREDITOR) == 3
    story.read(invoice("RE-1", open_=0, mark="2"))
    assert count_waiting(story.app, CREDITOR) == 2
    say_sent(story, 2)
    dismiss(story.app, CREDITOR, [3], by="erika")
    assert count_waiting(story.app, CREDITOR) == 0


ANSWERS = st.lists(
    st.tuples(
        st.sampled_from(["confirm", "dismiss"]),
        st.integers(1, 3),
        st.none() | st.integers(1, 5),
        st.sampled_from([None, SENT, LATER]),
    ),
    max_size=6,
)


@settings(max_examples=12, deadline=None)
@given(answers=ANSWERS)
def test_whatever_is_answered_no_level_falls_and_no_contact_moves_back(tmp_path_factory, answers):
    composed = desk(tmp_path_factory.mktemp("answers"))
    story = Story(composed)
    titles = ("Zahlungserinnerung", "1. Mahnung", "2. Mahnung")
    story.read(
        invoice("RE-1"),
        notices=[dunned("RE-1", t, SENT, n) for n, t in enumerate(titles)],
    )
    level, contact = 0, SENT
    for what, id_, wanted, day in answers:
        if what == "confirm":
            say_sent(story, id_, level=wanted, sent_on=day)
            again = head(story)
            assert say_sent(story, id_, level=wanted, sent_on=day)[0].outcome == "unchanged"
            assert head(story) == again
        else:
            dismiss(story.app, CREDITOR, [id_], by="erika")
        now = story.item("RE-1")
        assert now.level >= level
        assert contact_of(story, "RE-1") >= contact
        level, contact = now.level, contact_of(story, "RE-1")
    composed.close()


def in_test_mode(story, level, on=FRIDAY):
    """A notice of that level that was sent in test mode."""
    item = story.item("RE-1")
    line = NoticeLine(
        item.id, "RE-1", ItemKind.INVOICE, None, item.due_date, item.total, item.total, level, 1
    )
    plan = PlannedNotice(
        NoticeKind.NOTICE, "EUR", level, (line,), (), item.total, ("letter",), Automation.APPROVE,
        on,
    )  # fmt: skip
    with story.app.store.write() as tx:
        run = tx.runs.start(CREDITOR, on, {}, story.app.clock.now())
        draft = NoticeDraft(item.debtor, "standard", "v", plan)
        (notice,) = tx.notices.replace_proposals(CREDITOR, run, on, [item.debtor], [draft])
        tx.runs.finish(CREDITOR, run, "ready", {}, "", story.app.clock.now())
        tx.notices.approve(CREDITOR, notice, "0" * 64, "erika", on)
        for state in (NoticeState.HANDING_OVER, NoticeState.SENT):
            tx.notices.set_state(CREDITOR, notice, state, channel="email", sent_on=on)
        tx.items.record_level(CREDITOR, {item.id: level}, on)
        tx.notices.record_contact(CREDITOR, item.debtor, on, on)


def test_going_live_keeps_what_the_debtor_really_got(story):
    story.read(
        invoice("RE-1"),
        invoice("RE-2", debtor="k-2"),
        debtors=(customer(), customer("k-2", "Laden Beispiel e.K.")),
        notices=[dunned("RE-1", "1. Mahnung", SENT), dunned("RE-2", "Mahnung", LATER)],
    )
    say_sent(story, 1, sent_on=date(2026, 10, 14))
    in_test_mode(story, 3)
    assert (story.item("RE-1").level, contact_of(story, "RE-1")) == (3, FRIDAY)
    go_live(story.app, CREDITOR, by="erika")
    item = story.item("RE-1")
    assert (item.level, item.last_notice_on) == (2, date(2026, 10, 14))
    assert contact_of(story, "RE-1") == date(2026, 10, 14)
    assert contact_of(story, "RE-2") == LATER  # nobody said yet whether it was sent
    assert story.item("RE-2").level == 0
    found = explain(story.app, CREDITOR, "RE-2", on=FRIDAY, language="de")
    assert (found.verdict, found.reason) == ("skip", "interval_running")


def test_going_live_takes_back_what_only_test_mode_did(story):
    story.read(invoice("RE-1"), notices=[dunned("RE-1", "Mahnung", None)])
    dismiss(story.app, CREDITOR, [1], by="erika")
    in_test_mode(story, 1)
    go_live(story.app, CREDITOR, by="erika")
    assert (story.item("RE-1").level, story.item("RE-1").last_notice_on) == (0, None)
    assert contact_of(story, "RE-1") is None
