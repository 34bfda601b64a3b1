"""A person decides in the browser: approve, drop, reject, post, resolve, stop."""

from datetime import date, timedelta

import pytest
from desk_visit import DUE, DeskRig

from core.domain.model import HoldKind, NoticeState
from core.errors import ConfigError, Unavailable
from core.services import proposal_view
from core.services.withdraw_sent import withdraw
from core.store.jobs import Jobs
from webhook_app.desk import words, work


@pytest.fixture
def rig(tmp_path):
    it = DeskRig(tmp_path)
    yield it
    it.close()


@pytest.fixture
def ids(rig):
    return rig.customers()


@pytest.fixture
def erika(rig, ids):
    return rig.logged_in("Erika Beispiel")


def test_the_list_says_whom_what_how_much_and_until_when(erika, ids):
    page = erika.get("/desk/")
    assert "alle offenen 4" in page.text
    assert "Beispiel Bau GmbH 1 RE-1, RE-2 1.428,00 € Mail, Brief 16.03.2026" in page.text
    assert "freigegeben 0" in page.text


def test_a_proposal_shows_all_that_the_decision_rests_on(erika, ids):
    page = erika.get(f"/desk/notices/{ids[0]}")
    assert "Zahlungserinnerung" in page.text
    assert "Brief Beispiel Bau GmbH, Musterweg 1, 90402 Nürnberg" in page.text
    assert "hat keine gültige Mailadresse" in page.text
    assert "RE-1 27.01.2026 10.02.2026 1.190,00 € 1 Fällig seit 10.02.2026" in page.text
    assert "Gesamtbetrag: 1.428,00 €" in page.text
    letter = erika.client.get(f"/desk/notices/{ids[0]}/letter.pdf")
    assert letter.data.startswith(b"%PDF")
    assert letter.headers["Cache-Control"] == "no-store"


def test_why_an_invoice_is_dunned_is_one_click_away(erika, rig):
    item = rig.office.item("RE-1").id
    page = erika.get(f"/desk/items/{item}")
    assert "Mahnstufe 1 ist an der Reihe" in page.text
    assert "20.03.2026: Stufe 2" in page.text


def test_an_approval_stands_under_her_name_and_wakes_the_worker(rig, erika, ids):
    one = ids[0]
    page = erika.get(f"/desk/notices/{one}")
    done = erika.post(f"/desk/notices/{one}/approve", page, seen=page.hidden("seen"))
    assert f"Freigegeben: {one}." in done.text
    assert "Freigegeben Erika Beispiel, 02.03.2026" in done.text
    notice = rig.office.notice(one)
    assert (notice.state, notice.approved_by) == (NoticeState.APPROVED, "Erika Beispiel")
    assert notice.approved_hash == page.hidden("seen")
    assert rig.woken == 1
    assert {o.outcome for o in rig.send().outcomes} == {"printed"}


def test_what_changed_since_she_looked_is_not_approved_but_shown_anew(rig, erika, ids):
    one = ids[0]
    page = erika.get(f"/desk/notices/{one}")
    max_ = rig.logged_in("Max")
    max_.post(f"/desk/notices/{one}/drop", page_by(max_, one), item=rig.office.item("RE-2").id)
    shown = erika.post(f"/desk/notices/{one}/approve", page, seen=page.hidden("seen"))
    assert "hat sich geändert, seit Sie den Vorschlag gesehen haben" in shown.text
    assert "Gesamtbetrag: 1.190,00 €" in shown.text
    assert rig.state(one) is NoticeState.PROPOSED
    assert rig.woken == 0
    # Of what she sees now she may approve.
    erika.post(f"/desk/notices/{one}/approve", shown, seen=shown.hidden("seen"))
    assert rig.state(one) is NoticeState.APPROVED


def page_by(browser, one):
    return browser.get(f"/desk/notices/{one}")


def test_what_a_new_run_replaced_leads_to_what_replaced_it(rig, erika, ids):
    one = ids[0]
    page = erika.get(f"/desk/notices/{one}")
    rig.office.paid("10001", "RE-2")
    (new,) = set(rig.office.run().proposals) - set(ids)
    shown = erika.post(f"/desk/notices/{one}/approve", page, seen=page.hidden("seen"))
    assert "ist kein Vorschlag mehr (zurückgezogen)" in shown.text
    assert f"An ihrer Stelle: Nr. {new}" in shown.text
    assert rig.state(new) is NoticeState.PROPOSED


@pytest.mark.parametrize(
    "seen", [{}, {"seen": ""}, {"seen": "0" * 64}], ids=["none", "empty", "made-up"]
)
def test_nobody_approves_unseen(rig, erika, ids, seen):
    page = erika.get(f"/desk/notices/{ids[0]}")
    told = erika.post(f"/desk/notices/{ids[0]}/approve", page, **seen)
    assert "bitte neu ansehen" in told.text
    assert rig.state(ids[0]) is NoticeState.PROPOSED


def test_several_are_ticked_and_approved_together(rig, erika, ids):
    page = erika.get("/desk/")
    ticked = {"pick": [ids[0], ids[1]]}
    hashes = {f"seen-{each}": page.hidden(f"seen-{each}") for each in ids}
    done = erika.post("/desk/approve", page, **ticked, **hashes)
    assert f"Freigegeben: {ids[0]}, {ids[1]}." in done.text
    states = [rig.state(each).value for each in ids]
    assert states == ["approved", "approved", "proposed", "proposed"]
    assert "freigegeben 2" in done.text


def test_one_that_changed_does_not_stop_the_others(rig, erika, ids):
    page = erika.get("/desk/")
    hashes = {f"seen-{each}": page.hidden(f"seen-{each}") for each in ids}
    max_ = rig.logged_in("Max")
    item = rig.office.item("RE-2").id
    max_.post(f"/desk/notices/{ids[0]}/drop", page_by(max_, ids[0]), item=item)
    done = erika.post("/desk/approve", page, pick=list(ids), **hashes)
    assert f"{ids[0]}: hat sich geändert" in done.text
    assert [rig.state(each).value for each in ids] == ["proposed", *["approved"] * 3]


def test_ticking_nothing_says_so(rig, erika, ids):
    assert "Nichts angekreuzt" in erika.post("/desk/approve", erika.get("/desk/")).text
    assert rig.woken == 0


def test_what_wants_a_look_at_each_has_no_box_and_is_refused_in_bulk(rig, erika):
    office = rig.office
    office.debtor("10009", "Beispiel Alt GmbH", email="")
    office.owes("10009", "RE-9", "700.00", DUE - timedelta(days=200))
    (old,) = [each for each in office.run().proposals if office.notice(each).total.amount == 700]
    with office.app.store.write() as tx:
        set_automation(tx, old)
    page = erika.get("/desk/")
    assert f'id="pick-{old}"' not in page.html
    assert "einzeln" in page.text
    seen = erika.get(f"/desk/notices/{old}").hidden("seen")
    told = erika.post("/desk/approve", page, **{"pick": old, f"seen-{old}": seen})
    assert "wird nur einzeln freigegeben" in told.text
    assert rig.state(old) is NoticeState.PROPOSED
    erika.post(f"/desk/notices/{old}/approve", page, seen=seen)
    assert rig.state(old) is NoticeState.APPROVED


def set_automation(tx, notice):
    """As a level of a procedure with automation = "propose" makes it."""
    import sqlalchemy as sa

    from core.store import tables as t

    done = sa.update(t.notice).where(t.notice.c.id == notice).values(automation="propose")
    tx.notices._db.execute(done)


def test_an_invoice_is_taken_off_and_the_rest_stays(rig, erika, ids):
    one = ids[0]
    item = rig.office.item("RE-2").id
    page = erika.post(f"/desk/notices/{one}/drop", erika.get(f"/desk/notices/{one}"), item=item)
    assert "lautet noch über 1.190,00 €" in page.text
    assert [line.number for line in rig.office.notice(one).lines] == ["RE-1"]
    item = rig.office.item("RE-1").id
    gone = erika.post(f"/desk/notices/{one}/drop", page, item=item)
    assert f"Vorschlag {one} ist leer und entfällt" in gone.text
    assert rig.state(one) is NoticeState.WITHDRAWN


def test_an_invoice_of_another_proposal_cannot_be_taken_off_this_one(rig, erika, ids):
    page = erika.get(f"/desk/notices/{ids[0]}")
    item = rig.office.item("RE-3").id
    told = erika.post(f"/desk/notices/{ids[0]}/drop", page, item=item)
    assert "steht nicht auf Vorschlag" in told.text
    assert rig.office.notice(ids[1]).total.amount == 119
    assert erika.post(f"/desk/notices/{ids[0]}/drop", page, item="-1").status == 404


def test_a_rejection_says_why_and_holds_until_its_day(rig, erika, ids):
    one = ids[1]
    page = erika.get(f"/desk/notices/{one}")
    done = erika.post(
        f"/desk/notices/{one}/reject", page, reason="Kulanz, siehe Telefonat", until="2026-03-20"
    )
    assert f"Abgelehnt: {one}." in done.text
    assert "Kulanz, siehe Telefonat" in done.text
    assert rig.state(one) is NoticeState.REJECTED
    with rig.app.store.read() as tx:
        (hold,) = tx.holds.active(rig.id, date(2026, 3, 2))
    assert (hold.kind, hold.until_on, hold.author) == (
        HoldKind.MANUAL,
        date(2026, 3, 20),
        "Erika Beispiel",
    )


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"reason": "  "}, "braucht einen Grund"),
        ({"reason": "x", "until": "2026-03-01"}, "liegt in der Vergangenheit"),
        ({"reason": "x", "until": "31.02.2026"}, "ist kein Tag"),
    ],
    ids=["no-reason", "past", "no-day"],
)
def test_a_rejection_that_cannot_be_says_what_is_wrong(rig, erika, ids, fields, told):
    page = erika.get(f"/desk/notices/{ids[1]}")
    answer = erika.post(f"/desk/notices/{ids[1]}/reject", page, **fields)
    assert told in answer.text
    assert rig.state(ids[1]) is NoticeState.PROPOSED


def test_control_characters_of_a_reason_reach_no_terminal(rig, erika, ids):
    """PostgreSQL takes no NUL at all, and an escape sequence would colour somebody's list."""
    page = erika.get(f"/desk/notices/{ids[1]}")
    reason = "Kulanz\x00\x1b[31m\u202e zugesagt"
    done = erika.post(f"/desk/notices/{ids[1]}/reject", page, reason=reason)
    assert "Kulanz [31m zugesagt" in done.text
    assert rig.state(ids[1]) is NoticeState.REJECTED


def printed(rig, erika, one):
    page = erika.get(f"/desk/notices/{one}")
    erika.post(f"/desk/notices/{one}/approve", page, seen=page.hidden("seen"))
    rig.send()
    assert rig.state(one) is NoticeState.PRINTED


def test_printed_letters_wait_for_the_post_and_are_reported(rig, erika, ids):
    printed(rig, erika, ids[0])
    printed(rig, erika, ids[3])
    page = erika.get("/desk/?state=printed")
    assert "gedruckt 2" in page.text
    # The letter that is shown now is the one that was printed.
    kept = erika.client.get(f"/desk/notices/{ids[0]}/letter.pdf").data
    assert kept in [each.read_bytes() for each in rig.office.outbox()]
    rig.clock.advance(days=1)
    erika = rig.logged_in()  # the next morning
    page = erika.get("/desk/?state=printed")
    done = erika.post("/desk/posted", page, pick=[ids[0]], on="2026-03-03")
    assert f"Zur Post gegeben: {ids[0]}." in done.text
    assert rig.office.notice(ids[0]).sent_on == date(2026, 3, 3)
    assert rig.state(ids[3]) is NoticeState.PRINTED


def test_a_letter_of_tomorrow_cannot_have_been_posted(rig, erika, ids):
    printed(rig, erika, ids[0])
    page = erika.get(f"/desk/notices/{ids[0]}")
    told = erika.post("/desk/posted", page, pick=ids[0], on="2026-03-04")
    assert "liegt in der Zukunft" in told.text
    assert rig.state(ids[0]) is NoticeState.PRINTED


@pytest.mark.parametrize(
    ("outcome", "state"), [("sent", NoticeState.SENT), ("not_sent", NoticeState.FAILED)]
)
def test_an_unknown_delivery_is_closed_by_a_person(rig, erika, ids, outcome, state):
    one = ids[1]
    unknown(rig, one)
    page = erika.get(f"/desk/notices/{one}")
    assert "Kam sie an?" in page.text
    erika.post(f"/desk/notices/{one}/resolve", page, outcome=outcome)
    assert rig.state(one) is state


def unknown(rig, one):
    """The connection broke after the mail was handed over."""
    with rig.app.store.write() as tx:
        tx.notices.approve(rig.id, one, "x" * 64, "erika", date(2026, 3, 2))
        tx.notices.set_state(rig.id, one, NoticeState.HANDING_OVER, channel="email")
        tx.notices.set_state(rig.id, one, NoticeState.UNKNOWN, reason="Verbindung weg")


def test_the_switch_stops_everything_and_every_page_says_so(rig, erika, ids):
    page = erika.post("/desk/switch", erika.get("/desk/"), to="stop")
    assert "Der Versand ist angehalten" in page.text
    assert rig.office.creditor.stopped
    assert "Der Versand ist angehalten" in erika.get(f"/desk/notices/{ids[0]}").text
    page = erika.post("/desk/switch", page, to="resume")
    assert "Der Versand ist angehalten" not in page.text
    assert not rig.office.creditor.stopped


def test_money_that_is_booked_too_long_ago_is_said_on_every_page(rig, erika, ids):
    rig.office.booked(date(2026, 2, 2))
    assert "älter als 3 Arbeitstage, es geht nichts hinaus" in erika.get("/desk/").text


def test_a_hold_that_came_since_is_shown_before_she_decides(rig, erika, ids):
    rig.office.hold("10002", "RE-3", "Ware kam beschädigt an", on=date(2026, 3, 2))
    page = erika.get(f"/desk/notices/{ids[1]}")
    assert "Mahnsperren strittig: Ware kam beschädigt an" in page.text
    assert "Was rot steht, würde heute nicht gemahnt" in page.text
    assert "Was rot steht" not in erika.get(f"/desk/notices/{ids[0]}").text


def test_the_other_language_is_the_other_language_throughout(rig, erika, ids):
    page = erika.post("/desk/language", erika.get("/desk/"), language="en")
    assert "Beispiel Bau GmbH 1 RE-1, RE-2 €1,428.00 mail, letter 16 Mar 2026" in page.text
    page = erika.get(f"/desk/notices/{ids[0]}")
    for german in ("Fällig", "Rechnung", "Mahnstufe", "Frist", "Freigeben"):
        assert german not in page.text
    english = rig.logged_in(**{"Accept-Language": "en-GB,en;q=0.9,de;q=0.5"})
    assert "Notices" in english.get("/desk/").text


def test_many_proposals_come_in_pages(erika, ids, monkeypatch):
    monkeypatch.setattr(proposal_view, "PER_PAGE", 3)
    first = erika.get("/desk/")
    assert "alle offenen 4" in first.text
    assert "Seite 1 von 2" in first.text
    assert first.html.count('type="checkbox"') == 3
    second = erika.get("/desk/?page=2")
    assert second.html.count('type="checkbox"') == 1
    assert "Muster Möbel OHG" in second.text
    for odd in ("0", "99", "-1", "x", "9" * 30, "²"):
        assert erika.get(f"/desk/?page={odd}").status == 200


def test_an_unknown_filter_or_notice_is_no_crash(erika, ids):
    assert erika.get("/desk/?state=<script>").status == 200
    assert erika.get("/desk/notices/999").status == 404
    assert erika.get(f"/desk/notices/{10**30}").status == 404
    assert erika.get("/desk/items/999").status == 404


def test_a_letter_of_apology_says_what_it_takes_back_and_demands_nothing(rig, erika, ids):
    printed(rig, erika, ids[0])
    rig.office.posted(ids[0])
    (taken,) = withdraw(
        rig.app, rig.id, [ids[0]], reason="Irrtum", by="erika", on=date(2026, 3, 2), owner="x"
    )
    assert "Beispiel Bau GmbH Rücknahme RE-1, RE-2 Brief" in erika.get("/desk/").text
    page = erika.get(f"/desk/notices/{taken.apology}")
    assert "Rücknahme" in page.text
    assert "€" not in page.text
    assert "herausnehmen" not in page.text
    letter = erika.client.get(f"/desk/notices/{taken.apology}/letter.pdf")
    assert letter.data.startswith(b"%PDF")


def test_an_approval_leaves_word_for_the_fleet_in_the_same_transaction(rig, ids, monkeypatch):
    told = []
    monkeypatch.setattr(Jobs, "account_changed", lambda _self, creditor: told.append(creditor))
    erika = rig.logged_in()
    page = erika.get(f"/desk/notices/{ids[0]}")
    erika.post(f"/desk/notices/{ids[0]}/approve", page, seen="0" * 64)
    assert told == []
    erika.post(f"/desk/notices/{ids[0]}/approve", page, seen=page.hidden("seen"))
    assert told == [rig.id]


def test_a_procedure_that_cannot_be_read_keeps_nobody_from_looking(erika, ids, monkeypatch):
    def broken(*_args):
        raise ConfigError("Mahnverfahren eigen: gibt es nicht.")

    monkeypatch.setattr(words, "examine_booked", broken)
    page = erika.get("/desk/")
    assert page.status == 200
    assert "Mahnverfahren eigen: gibt es nicht." in page.text
    assert "Beispiel Bau GmbH" in page.text


def test_a_busy_database_is_said_and_nothing_is_half_done(rig, erika, ids, monkeypatch):
    page = erika.get("/desk/")

    def busy(*_args, **_more):
        raise Unavailable("Die Datenbank ist beschäftigt.")

    monkeypatch.setattr(work, "approve_seen", busy)
    monkeypatch.setattr(words, "warnings", busy)
    told = erika.post("/desk/approve", page, pick=ids[0])
    assert told.status == 503
    assert "Die Datenbank ist beschäftigt." in told.text
    assert rig.state(ids[0]) is NoticeState.PROPOSED
