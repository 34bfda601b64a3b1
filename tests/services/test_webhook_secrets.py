"""Events that a platform signs by a shared secret: kept at once, rolled, and never seen."""

import hashlib
import json
import re
import sqlite3
from dataclasses import replace

import pytest
from creditor_desk import FRIDAY

from core.domain.model import Role
from core.domain.platform_records import AccountInfo
from core.errors import AuthFailed, NotSupported, Rejected, UsageError
from core.ports import (
    Capability,
    Platform,
    Platforms,
    PlatformSetting,
    SharedSecret,
    Subscription,
)
from core.services import webhooks
from core.services.connect_platform import connect_platform
from core.services.doctor_webhooks import webhook_finding
from core.services.webhook_keys import key_report
from core.services.webhook_secrets import endpoints_of, secrets_of
from core.services.webhooks import list_webhooks, register_webhooks, remove_webhooks

CREDITOR = "muster-handels-gmbh"
URL, SECOND = "https://mahnwerk.example/hooks/9f3k2", "https://neu.example/hooks/7c1d"
NEW, ROLLED = "whsec_mahnwerkVonHand", "whsec_mahnwerkGerollt"

KASSENWERK = Platform(
    "kassenwerk",
    "Kassenwerk",
    (
        PlatformSetting("api_key", ".{8,}", "api_key=-", "Schlüssel", "Key", secret=True),
        PlatformSetting(
            "webhook_secret", r"[\x21-\x7e]{8,200}", "webhook_secret=-", "Geheimnis", "Secret",
            secret=True, optional=True,
        ),
    ),
    frozenset({Capability.WEBHOOKS}),
    signing=SharedSecret("webhook_secret"),
)  # fmt: skip
STUMM = Platform("stumm", "Stumm", ())


class Account:
    """One account at the platform: an endpoint has one secret, told once, and several types."""

    def __init__(self):
        self.there = {}
        self.made = 0
        self.asked = []

    def add(self, url, events=("changed", "paid")):
        self.made += 1
        self.there[f"we_{self.made}"] = (url, events)
        return f"we_{self.made}"

    def check(self):
        return AccountInfo("acct_1", "Muster Handels GmbH")

    def subscriptions(self):
        return [
            Subscription(id_, event, url)
            for id_, (url, events) in self.there.items()
            for event in events
        ]

    def subscribe(self, url):
        got = [each for each in self.subscriptions() if each.url == url]
        if got:
            return got
        id_ = self.add(url)
        secret = f"whsec_mahnwerk{id_}"
        return [Subscription(id_, each, url, "", True, secret) for each in ("changed", "paid")]

    def unsubscribe(self, subscription):
        self.asked.append(subscription)
        del self.there[subscription]

    def close(self):
        pass


@pytest.fixture
def account():
    return Account()


@pytest.fixture
def app(composed, account):
    def opened(*_):
        return account

    vault = composed.vault
    known = {each.slug: each for each in (KASSENWERK, STUMM)}
    platforms = Platforms(known, opened, opened, vault.encrypt, vault.decrypt)
    it = replace(composed.app, platforms=platforms)
    with it.store.write() as tx:
        kasse = tx.connections.add(CREDITOR, "kassenwerk", "kasse", Role.LEADING, "acct_1", FRIDAY)
        tx.connections.save_secret(CREDITOR, kasse.id, "api_key", vault.encrypt("rk_test_mahnwerk"))
    return it


def register(app, url=URL):
    return register_webhooks(app, CREDITOR, None, url, by="erika")


def remove(app, **wanted):
    return remove_webhooks(app, CREDITOR, None, **wanted, by="erika")


def enter(app, secret):
    """`connect kassenwerk --set webhook_secret=-`"""
    given = {"api_key": "rk_test_mahnwerk", "webhook_secret": secret}
    return connect_platform(app, CREDITOR, "kassenwerk", "kasse", given, by="erika", on=FRIDAY)


def kept(app):
    with app.store.read() as tx:
        return secrets_of(app, tx, CREDITOR, tx.connections.by_name(CREDITOR, "kasse"))


def finding(app, language="de"):
    with app.store.read() as tx:
        kasse = tx.connections.by_name(CREDITOR, "kasse")
    return webhook_finding(app, CREDITOR, kasse, lambda de, en: de if language == "de" else en)


def test_the_secret_of_a_new_endpoint_is_kept_and_never_shown(app, composed):
    found = register(app)
    assert [each.new for each in found.subscriptions] == [True, True]
    assert found.secret_kept
    assert kept(app) == ("whsec_mahnwerkwe_1",)
    assert "whsec" not in repr(found)
    assert {each.secret for each in found.subscriptions} == {""}


def test_no_file_of_the_machine_holds_the_secret(app, composed):
    register(app)
    enter(app, NEW)
    remove(app)
    for file in composed.home.rglob("*"):
        if file.is_file():
            assert b"whsec_" not in file.read_bytes(), file.name


def test_the_log_says_that_events_were_registered_and_not_by_what_they_are_signed(app, composed):
    register(app)
    with sqlite3.connect(composed.home / "mahnwerk.db") as file:
        rows = file.execute("select payload from event_payload").fetchall()
    log = [json.loads(row[0]) for row in rows]
    (entry,) = [each for each in log if each.get("hosts") == ["mahnwerk.example"]]
    assert entry["events"] == ["changed", "paid"]
    digest = hashlib.sha256(b"whsec_mahnwerkwe_1").hexdigest()[:16]
    assert digest not in json.dumps(log)


def test_no_key_must_be_confirmed_before(app):
    with pytest.raises(NotSupported, match="nichts zu vergleichen"):
        key_report(app, CREDITOR, None)
    assert register(app).subscriptions


def test_registering_twice_asks_for_nothing_and_changes_no_secret(app, account):
    register(app)
    again = register(app)
    assert not any(each.new for each in again.subscriptions)
    assert not again.secret_kept
    assert kept(app) == ("whsec_mahnwerkwe_1",)
    assert account.made == 1


def test_an_address_whose_secret_nobody_kept_says_both_ways_out(app, account):
    """Somebody made it in the platform: it tells the secret at the creation alone."""
    account.add(URL)
    with pytest.raises(UsageError) as refused:
        register(app)
    told = str(refused.value)
    assert f"mahnwerk webhooks remove --url {URL} kasse" in told
    assert "mahnwerk connect kassenwerk --name kasse --set webhook_secret=-" in told
    remove(app, url=URL)
    assert register(app).secret_kept


def test_an_address_made_in_the_platform_is_fine_once_its_secret_was_entered(app, account):
    account.add(URL)
    enter(app, NEW)
    assert [each.new for each in register(app).subscriptions] == [False, False]
    assert kept(app) == (NEW,)


def test_the_secret_of_one_address_does_not_make_up_for_that_of_another(app, account):
    register(app)
    account.add(SECOND)
    with pytest.raises(UsageError, match="Geheimnis"):
        register(app, SECOND)


def test_during_a_roll_both_secrets_count_and_a_third_pushes_the_oldest_out(app):
    """Monday: registered. Tuesday: rolled in the platform, which signs by both for a day."""
    register(app)
    enter(app, ROLLED)
    assert kept(app) == (ROLLED, "whsec_mahnwerkwe_1")
    enter(app, NEW)
    assert kept(app) == (NEW, ROLLED)


def test_the_same_secret_entered_again_is_kept_once(app):
    register(app)
    enter(app, "whsec_mahnwerkwe_1")
    assert kept(app) == ("whsec_mahnwerkwe_1",)


def test_entering_a_secret_leaves_the_key_as_it_is(app, composed):
    enter(app, NEW)
    with app.store.read() as tx:
        kasse = tx.connections.by_name(CREDITOR, "kasse")
        tokens = tx.connections.secrets(CREDITOR, kasse.id)
    assert composed.vault.decrypt(tokens["api_key"]) == "rk_test_mahnwerk"
    assert NEW not in tokens["webhook_secret"]


def test_moving_to_another_address_works_while_both_report(app):
    register(app)
    register(app, SECOND)
    assert kept(app) == ("whsec_mahnwerkwe_2", "whsec_mahnwerkwe_1")
    remove(app, url=URL)
    assert kept(app) == ("whsec_mahnwerkwe_2",)


def test_the_last_endpoint_takes_every_secret_with_it(app, composed):
    register(app)
    enter(app, ROLLED)
    found = remove(app, url=URL)
    assert len(found.subscriptions) == 2
    assert kept(app) == ()
    with app.store.read() as tx:
        kasse = tx.connections.by_name(CREDITOR, "kasse")
        assert set(tx.connections.secrets(CREDITOR, kasse.id)) == {"api_key"}
        assert endpoints_of(tx, CREDITOR, kasse) == {}


def test_a_secret_that_was_entered_stays_while_its_endpoint_may_still_report(app, account):
    account.add(SECOND)
    enter(app, NEW)
    register(app)
    remove(app, url=URL)
    assert kept(app) == (NEW,)
    remove(app)
    assert kept(app) == ()


def test_the_endpoint_of_another_program_takes_no_secret_with_it(app, account):
    shop = account.add("https://shop.example/hooks")
    register(app)
    remove(app, subscription=shop)
    assert kept(app) == ("whsec_mahnwerkwe_2",)


def test_an_endpoint_of_many_types_is_ended_once(app, account):
    register(app)
    assert [each.event for each in remove(app, subscription="we_1").subscriptions] == [
        "changed",
        "paid",
    ]
    assert account.asked == ["we_1"]


def test_where_no_secret_can_be_kept_none_is_asked_for(app, account):
    def no_key(_):
        raise AuthFailed("kein Schlüssel", en="no key")

    without = replace(app, platforms=replace(app.platforms, encrypt=no_key))
    with pytest.raises(AuthFailed):
        register(without)
    assert account.made == 0


def test_a_secret_that_could_not_be_kept_leaves_no_endpoint_behind(app, account, monkeypatch):
    """The disk is full: without its secret the endpoint would only be refused for ever."""

    def full(*_):
        raise OSError("disk full")

    monkeypatch.setattr(webhooks, "keep_endpoints", full)
    with pytest.raises(OSError, match="disk full"):
        register(app)
    assert account.there == {}


def test_secrets_that_nobody_can_read_give_way_to_a_new_one(app):
    """The key file was lost: what it encrypted verifies nothing any more."""
    with app.store.write() as tx:
        kasse = tx.connections.by_name(CREDITOR, "kasse")
        tx.connections.save_secret(CREDITOR, kasse.id, "webhook_secret", "gAAAAlost")
    with pytest.raises(AuthFailed):
        kept(app)
    register(app)
    assert kept(app) == ("whsec_mahnwerkwe_1",)
    with app.store.write() as tx:
        tx.connections.save_secret(CREDITOR, kasse.id, "webhook_secret", "gAAAAlost")
    remove(app)
    assert kept(app) == ()


def test_what_the_platform_lists_shows_no_secret(app):
    register(app)
    (found,) = list_webhooks(app, CREDITOR, None)
    assert len(found.subscriptions) == 2
    assert not found.secret_kept


def test_the_doctor_says_whether_events_come_and_are_believed(app, account):
    check, status, told = finding(app)
    assert (check, status) == ("webhook_key", "ok")
    assert "mahnwerk webhooks register --url https://… kasse" in told
    enter(app, NEW)
    assert "in der Plattform selbst" in finding(app)[2]
    register(app)
    assert finding(app) == (
        "webhook_key", "ok", "kasse: Meldungen sind angemeldet, ihr Geheimnis ist gespeichert."
    )  # fmt: skip
    assert "their secret is kept" in finding(app, "en")[2]


def test_the_doctor_warns_when_the_secret_of_registered_events_is_missing(app):
    register(app)
    with app.store.write() as tx:
        kasse = tx.connections.by_name(CREDITOR, "kasse")
        tx.connections.save_secret(CREDITOR, kasse.id, "webhook_secret", "")
    _check, status, told = finding(app)
    assert status == "warn"
    assert re.search(r"mahnwerk webhooks remove (?!--)\S+ kasse; mahnwerk webhooks register", told)
    assert "--all" not in told  # other programs of that account have endpoints, too


def test_the_doctor_has_nothing_to_say_of_a_platform_that_reports_nothing(app):
    with app.store.write() as tx:
        stumm = tx.connections.add(CREDITOR, "stumm", "stumm", Role.EVIDENCE, "", FRIDAY)
    assert webhook_finding(app, CREDITOR, stumm, lambda de, _en: de) is None


def test_a_refusal_in_the_middle_forgets_what_was_ended(app, account):
    register(app)
    register(app, SECOND)
    ended = account.unsubscribe

    def refuse(subscription):
        if subscription == "we_2":
            raise Rejected
        ended(subscription)

    account.unsubscribe = refuse
    with pytest.raises(Rejected):
        remove(app)
    assert kept(app) == ("whsec_mahnwerkwe_2",)
