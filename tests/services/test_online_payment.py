"""Who is paid on a page of his platform needs no IBAN, and no bank feed says what is booked."""

from dataclasses import replace

import pytest
from creditor_desk import FRIDAY, desk, office

from core.domain.model import BY_PLATFORM, Role
from core.errors import ConfigError
from core.ports import BankTransfers, Capability, Platform, Platforms, PlatformSetting
from core.services.booked import source_words
from core.services.creditors import go_live
from core.services.doctor_booked import examine_booked

HOW = PlatformSetting(
    "bank_transfers", "off|platform|watched", "off", "welches", "which",
    default=BankTransfers.OFF, choices=tuple(BankTransfers),
)  # fmt: skip
PAYING = Platform(
    "kasse", "Kasse Muster", (HOW,), frozenset({Capability.PAY_LINK}), bank_transfers=HOW.name
)
WITH_BANK = Platform("buch", "Buch Muster", (), frozenset({Capability.PAY_LINK}))


@pytest.fixture
def app(tmp_path):
    composed = desk(tmp_path)
    office(composed, iban="")
    yield replace(
        composed.app, platforms=Platforms({each.slug: each for each in (PAYING, WITH_BANK)})
    )
    composed.close()


ID = "muster-handels-gmbh"


def add(app, platform, name, role=Role.LEADING, **settings):
    with app.store.write() as tx:
        made = tx.connections.add(ID, platform, name, role, "", FRIDAY)
        made = replace(made, settings=settings, booked_until=FRIDAY, booked_source=BY_PLATFORM)
        tx.connections.save(ID, made)
    return made


@pytest.mark.parametrize("how", [{}, {"bank_transfers": "platform"}])
def test_who_is_paid_by_links_goes_live_without_an_iban(app, how):
    add(app, "kasse", "laden", **how)
    assert go_live(app, ID, by="erika").missing == []


def test_without_a_connection_an_iban_is_needed(app):
    with pytest.raises(ConfigError, match="Ohne IBAN"):
        go_live(app, ID, by="erika")


@pytest.mark.parametrize(
    ("platform", "settings"),
    [
        ("kasse", {"bank_transfers": "watched"}),  # its letters name the creditor's account
        ("buch", {}),  # has no say in how debtors pay
        ("datev", {}),
    ],
)
def test_one_connection_that_needs_an_account_is_enough(app, platform, settings):
    add(app, "kasse", "laden")
    add(app, platform, "zweite", **settings)
    with pytest.raises(ConfigError, match="Ohne IBAN"):
        go_live(app, ID, by="erika")


def test_evidence_is_not_dunned_and_needs_no_account(app):
    add(app, "kasse", "laden")
    add(app, "datev", "fibu", Role.EVIDENCE)
    assert go_live(app, ID, by="erika").missing == []


def test_a_platform_that_collects_the_money_says_itself_what_is_booked(app):
    assert source_words(app, add(app, "kasse", "laden")) == (
        "laut Kasse Muster",
        "according to Kasse Muster",
    )
    assert source_words(app, add(app, "buch", "buero"))[0] == "Bankabruf von Buch Muster"


def test_the_doctor_advises_a_reading_where_there_is_no_bank_connection_to_renew(app):
    add(app, "kasse", "laden")
    with app.store.read() as tx:
        creditor = tx.creditors.get(ID)
    late = FRIDAY.replace(month=12)
    ((_, how, said),) = examine_booked(app, creditor, late, lambda de, _: de)
    assert how == "warn"
    assert "laut Kasse Muster" in said
    assert "mahnwerk sync laden, oder bestätigen" in said
    assert "Bankverbindung" not in said


def test_the_doctor_asks_for_the_first_reading_where_that_says_what_is_booked(app):
    laden = add(app, "kasse", "laden")
    with app.store.write() as tx:
        tx.connections.save(ID, replace(laden, booked_until=None, booked_source=""))
        creditor = tx.creditors.get(ID)
    ((_, how, said),) = examine_booked(app, creditor, FRIDAY, lambda de, _: de)
    assert how == "warn"
    assert "mahnwerk onboard laden" in said
    assert "booked-until" not in said
