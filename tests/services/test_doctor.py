"""The doctor: what is missing, how to mend it, and when nothing stands in the way."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from creditor_desk import FRIDAY, FixedClock, desk, office

from config.bootstrap import compose
from config.settings import Settings
from core.domain.decision import PlannedNotice
from core.domain.ledger import LedgerItem, LedgerResult
from core.domain.model import (
    Address,
    Automation,
    DebtorType,
    ItemId,
    ItemKind,
    ItemState,
    NoticeKind,
    NoticeLine,
    NoticeState,
    Role,
)
from core.domain.money import Money
from core.domain.records import DebtorRecord
from core.errors import AuthFailed, ConfigError, Unavailable, UsageError
from core.ports import NoticeDraft
from core.services.creditors import go_live, stop
from core.services.doctor import Status, doctor


class Machine:
    """A machine on which all is well, unless told otherwise."""

    place = ("/daten/mahnwerk.db", "")
    key_error = None
    mail_error = None

    def check_key(self):
        if self.key_error:
            raise self.key_error
        return "/conf/key"

    def database_place(self):
        return self.place

    def check_mail(self, _creditor):
        if self.mail_error:
            raise self.mail_error


@pytest.fixture
def composed(tmp_path):
    it = desk(tmp_path)
    yield it
    it.close()


def examine(composed, machine=None, slug=None, language="de", on=FRIDAY):
    checks = doctor(composed.app, machine or Machine(), slug, on=on, language=language)
    return {check.check: check for check in checks}


def test_a_complete_office_in_test_mode_has_nothing_that_fails(composed):
    office(composed)
    checks = examine(composed)
    assert [c.check for c in checks.values() if c.status is Status.FAIL] == []
    assert checks["mode"].status is Status.WARN
    assert "go-live" in checks["mode"].message
    assert checks["letter"].status is Status.OK


def test_before_init_it_says_to_set_up_a_creditor(composed):
    checks = examine(composed)
    assert checks["creditor"].status is Status.FAIL
    assert "mahnwerk init" in checks["creditor"].message


def test_without_a_database_nothing_else_is_looked_at(tmp_path):
    empty = compose(Settings(home=tmp_path / "home", key_file=tmp_path / "key"), clock=FixedClock())
    checks = examine(empty)
    empty.close()
    assert checks["database"].status is Status.FAIL
    assert set(checks) == {"database", "database_place", "key"}


def test_what_the_letterhead_lacks_is_named_with_the_command_that_adds_it(composed):
    office(composed, street="", managers="", iban="")
    checks = examine(composed)
    assert checks["letterhead"].status is Status.FAIL
    assert "mahnwerk init --set street=… --set managers=…" in checks["letterhead"].message
    assert checks["iban"].status is Status.FAIL


def test_a_database_on_a_synced_drive_is_a_warning_with_a_way_out(composed):
    office(composed)
    machine = Machine()
    machine.place = ("/home/OneDrive/mahnwerk.db", "OneDrive")
    check = examine(composed, machine)["database_place"]
    assert check.status is Status.WARN
    assert "OneDrive" in check.message
    assert "MAHNWERK_HOME" in check.message


@pytest.mark.parametrize(
    "error", [Unavailable("tot"), AuthFailed("falsch"), ConfigError("ohne TLS")]
)
def test_a_mail_server_that_does_not_serve_fails(composed, error):
    office(composed, smtp_host="mail.example")
    machine = Machine()
    assert examine(composed, machine)["mail"].status is Status.OK
    machine.mail_error = error
    check = examine(composed, machine)["mail"]
    assert (check.status, check.message) == (Status.FAIL, str(error))


def test_without_a_mail_server_letters_still_leave(composed):
    office(composed)
    check = examine(composed)["mail"]
    assert check.status is Status.WARN
    assert "smtp_host" in check.message


def test_a_missing_key_fails(composed):
    office(composed)
    machine = Machine()
    machine.key_error = ConfigError("Schlüssel fehlt", en="key is missing")
    assert examine(composed, machine)["key"].message == "Schlüssel fehlt"
    assert examine(composed, machine, language="en")["key"].message == "key is missing"


def test_letters_that_cannot_be_set_are_found_before_they_are_needed(composed):
    office(composed)

    class Broken:
        def letter(self, _context):
            raise OSError("Schrift fehlt")

    broken = replace(composed, app=replace(composed.app, renderer=Broken()))
    check = examine(broken)["letter"]
    assert check.status is Status.FAIL
    assert "Schrift fehlt" in check.message


def connected(composed, booked_until):
    creditor = office(composed).id
    with composed.app.store.write() as tx:
        connection = tx.connections.add(creditor, "datev", "datev", Role.LEADING, "", FRIDAY)
        tx.connections.save(creditor, replace(connection, booked_until=booked_until))
    return creditor, connection


@pytest.mark.parametrize(
    ("booked_until", "status"),
    [
        (FRIDAY, Status.OK),
        (date(2026, 11, 17), Status.OK),  # three working days
        (date(2026, 11, 14), Status.WARN),  # a Saturday: five
        (None, Status.WARN),
    ],
)
def test_money_that_is_booked_too_far_back_is_named(composed, booked_until, status):
    connected(composed, booked_until)
    check = examine(composed)["booked_until"]
    assert check.status is status
    assert check.message.startswith("datev")
    assert status is Status.OK or "mahnwerk booked-until" in check.message


def notice_in(composed, state, printed_on):
    """A notice that got as far as ``state``."""
    creditor, connection = connected(composed, FRIDAY)
    amount = Money.from_minor(11900, "EUR")
    record = DebtorRecord(
        "10001", "10001", "Beispiel", Address("Beispiel", (), "Weg 1", "1", "Ort")
    )
    with composed.app.store.write() as tx:
        tx.debtors.upsert(creditor, connection.id, [record])
        debtor = tx.debtors.ensure(creditor, connection.id, {"10001": "10001"})["10001"]
        tx.ledger.save_ledger(
            creditor, connection.id, {debtor: ledger(amount)}, backlog_before=None, start_level=1,
            on=FRIDAY,
        )  # fmt: skip
        (item,) = tx.items.open_items(creditor)
        line = NoticeLine(
            ItemId(item.id), "RE-1", ItemKind.INVOICE, None, FRIDAY, amount, amount, 1, 1
        )
        plan = PlannedNotice(
            NoticeKind.NOTICE, "EUR", 1, (line,), (), amount, ("letter",), Automation.APPROVE,
            FRIDAY,
        )  # fmt: skip
        run = tx.runs.start(creditor, FRIDAY, {}, composed.app.clock.now())
        (notice,) = tx.notices.replace_proposals(
            creditor, run, FRIDAY, [debtor], [NoticeDraft(debtor, "standard", "v", plan)]
        )
        tx.runs.finish(creditor, run, "ready", {}, "", composed.app.clock.now())
        tx.notices.approve(creditor, notice, "h" * 64, "erika", FRIDAY)
        tx.notices.set_state(creditor, notice, NoticeState.HANDING_OVER)
        tx.notices.set_state(creditor, notice, state, printed_on=printed_on)
    return notice


def ledger(amount):
    return LedgerResult(
        (
            LedgerItem(
                "10001/RE1",
                ItemKind.INVOICE,
                "RE-1",
                FRIDAY,
                FRIDAY,
                amount,
                amount,
                ItemState.OPEN,
            ),
        )
    )


def test_letters_that_nobody_posted_are_named_after_three_working_days(composed):
    notice = notice_in(composed, NoticeState.PRINTED, FRIDAY)
    assert examine(composed, on=FRIDAY + timedelta(days=5))["unposted"].status is Status.OK
    check = examine(composed, on=FRIDAY + timedelta(days=6))["unposted"]
    assert check.status is Status.WARN
    assert str(notice) in check.message
    assert "mahnwerk posted" in check.message


def test_an_uncertain_delivery_is_named_with_the_command_that_closes_it(composed):
    notice = notice_in(composed, NoticeState.UNKNOWN, None)
    check = examine(composed)["unknown"]
    assert check.status is Status.WARN
    assert f"{notice}" in check.message
    assert "deliveries resolve" in check.message


def test_live_and_stopped_are_said(composed):
    creditor = office(composed).id
    go_live(composed.app, creditor, by="erika")
    assert examine(composed)["mode"].status is Status.OK
    stop(composed.app, creditor, by="erika")
    assert "mahnwerk resume" in examine(composed)["mode"].message


def test_one_creditor_can_be_asked_for_alone(composed):
    office(composed, slug="eins")
    office(composed, slug="zwei", iban="")
    assert {c.creditor for c in examine(composed).values()} >= {"zwei"}
    assert {c.creditor for c in examine(composed, slug="eins").values()} == {"", "eins"}
    with pytest.raises(UsageError, match="eins, zwei"):
        examine(composed, slug="drei")


def test_the_doctor_speaks_english_and_changes_nothing(composed):
    creditor = office(composed).id
    with composed.app.store.read() as tx:
        before = tx.events.head(creditor)
    german, english = examine(composed), examine(composed, language="en")
    assert german.keys() == english.keys()
    assert english["mode"].message.startswith("Test mode")
    with composed.app.store.read() as tx:
        assert tx.events.head(creditor) == before


def base_rate(composed, *, on=FRIDAY, language="de", **changes):
    app = replace(composed.app, **changes)
    checks = doctor(app, Machine(), None, on=on, language=language)
    return [check for check in checks if check.check == "base_rate"]


@pytest.mark.parametrize(
    ("on", "status"), [(date(2026, 12, 31), Status.OK), (date(2027, 1, 1), Status.WARN)]
)
def test_an_unknown_base_rate_is_a_warning_from_its_first_day(composed, on, status):
    office(composed)
    (found,) = base_rate(composed, on=on)
    assert found.status is status
    assert "31.12.2026" in found.message
    assert ("--set 2027-01-01=" in found.message) == (status is Status.WARN)
    (english,) = base_rate(composed, on=on, language="en")
    assert "2026-12-31" in english.message


def test_a_secondary_base_rate_is_named_with_the_way_to_confirm_it(composed):
    office(composed)
    (found,) = base_rate(composed)
    assert found.status is Status.OK
    assert "rates import --law de --set 2026-07-01=" in found.message
    (earlier,) = base_rate(composed, on=date(2025, 11, 20))
    assert "rates import" not in earlier.message


@pytest.mark.parametrize(("law", "basis"), [("at", "§ 456 UGB"), ("de", "§ 247 BGB"), ("ch", None)])
def test_the_base_rate_is_that_of_the_creditors_law(composed, law, basis):
    office(composed, governing_law=law)
    assert [basis in check.message for check in base_rate(composed)] == ([True] if basis else [])


def test_own_base_rates_that_cannot_be_used_fail(composed):
    office(composed)

    def broken(_law):
        raise ConfigError("de_base_rate.csv: Zeile 2: percent: „x“", en="line 2: percent: 'x'")

    (found,) = base_rate(composed, rates=broken)
    assert found.status is Status.FAIL
    assert base_rate(composed, rates=broken, language="en")[0].message == "line 2: percent: 'x'"


def test_what_missing_terms_cost_is_told_with_the_way_out(composed):
    office(composed)
    check = examine(composed)["default"]
    assert check.status is Status.WARN
    assert "erst durch eine Mahnung in Verzug" in check.message
    assert "payment_terms_agreed=date" in check.message
    assert "only after a Mahnung" in examine(composed, language="en")["default"].message


def test_agreed_terms_need_evidence(composed):
    office(composed, payment_terms_agreed="ja")
    assert "payment_terms_evidence" in examine(composed)["default"].message
    office(composed, payment_terms_evidence="AGB § 4")
    check = examine(composed)["default"]
    assert (check.status, check.message) == (Status.OK, "AGB § 4")


NOTICE = "Sie kommen spätestens 30 Tage nach Fälligkeit und Zugang der Rechnung in Verzug."


def test_a_consumer_notice_is_enough(composed):
    office(composed, consumer_notice_since="2026-03-01", consumer_notice_wording=NOTICE)
    check = examine(composed)["default"]
    assert (check.status, check.message) == (Status.OK, f"2026-03-01: {NOTICE}")


@pytest.mark.parametrize(
    "wording", ["Bitte zahlen Sie pünktlich.", "Zahlbar in 30 Tagen.", "Sonst droht Verzug."]
)
def test_a_notice_that_does_not_name_what_follows_is_noticed(composed, wording):
    office(composed, consumer_notice_since="2026-03-01", consumer_notice_wording=wording)
    check = examine(composed)["default"]
    assert check.status is Status.WARN
    assert "§ 286 Abs. 3 BGB" in check.message
    assert wording in check.message
    assert "no effect" in examine(composed, language="en")["default"].message


def test_a_seat_abroad_under_german_law_is_noticed(composed):
    office(composed, country="AT")
    check = examine(composed)["governing_law"]
    assert check.status is Status.WARN
    assert "governing_law=at" in check.message
    office(composed, governing_law="at")
    assert examine(composed)["governing_law"].status is Status.OK
    office(composed, country="FR")  # a law we do not know: the choice is the creditor's
    assert examine(composed)["governing_law"].status is Status.OK


def test_assumed_types_are_counted(composed):
    creditor = office(composed)
    assert examine(composed)["debtor_types"].status is Status.OK
    with composed.app.store.write() as tx:
        connection = tx.connections.add(creditor.id, "datev", "datev", Role.LEADING, "", FRIDAY)
        nowhere = Address()
        firm = DebtorRecord("1", "1", "Beispiel GmbH", nowhere, type=DebtorType.BUSINESS)
        person = DebtorRecord("2", "2", "Erika Beispiel", nowhere)
        tx.debtors.upsert(creditor.id, connection.id, [firm, person])
    check = examine(composed)["debtor_types"]
    assert check.status is Status.WARN
    assert "Bei 1 Kunden" in check.message
    assert "debtor confirm --all" in check.message
