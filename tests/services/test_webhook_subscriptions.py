"""Webhooks of a connection: nothing is subscribed to before a person compared the key."""

import base64
import hashlib
import json
import sqlite3
from dataclasses import replace

import pytest
from creditor_desk import FRIDAY
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors.lexoffice.webhook_keys import candidate_key, read_keys
from core.domain.model import Role
from core.errors import NotSupported, Rejected, UsageError
from core.ports import Capability, Platform, Platforms, PlatformSetting, SigningKey, Subscription
from core.services.webhook_keys import confirm_key, forget_key, key_report, pinned_keys
from core.services.webhooks import list_webhooks, register_webhooks, remove_webhooks

CREDITOR = "muster-handels-gmbh"
URL = "https://mahnwerk.example/hooks/9f3k2"
KEY_URL = "https://meldewerk.example/key.pub"


def a_key():
    public = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return public.public_bytes(serialization.Encoding.PEM, form).decode()


def digest(pem):
    body = "".join(line for line in pem.splitlines() if "-----" not in line)
    return hashlib.sha256(base64.b64decode(body)).hexdigest()


FIRST, SECOND = a_key(), a_key()
SIGNING = SigningKey("webhook_key", KEY_URL, read_keys, lambda: FIRST)
SETTINGS = (PlatformSetting("webhook_key", ".*", "@key.pem", "Schlüssel", "key"),)
MELDEWERK = Platform(
    "meldewerk", "Meldewerk", SETTINGS, frozenset({Capability.WEBHOOKS}), signing=SIGNING
)
STUMM = Platform("stumm", "Stumm", ())
OFFEN = Platform("offen", "Offen", (), frozenset({Capability.WEBHOOKS}))


class Account:
    """One account at the platform; what is subscribed there."""

    def __init__(self):
        self.there = []
        self.closed = 0
        self.fails_at = None  # id whose removal is refused

    def subscriptions(self):
        return list(self.there)

    def subscribe(self, url):
        missing = {"paid", "changed"} - {each.event for each in self.there if each.url == url}
        made = [
            Subscription(f"s{len(self.there) + n}", event, url, new=True)
            for n, event in enumerate(sorted(missing), 1)
        ]
        self.there += [each._replace(new=False) for each in made]
        return [each for each in self.there if each.url == url and each.event not in missing] + made

    def unsubscribe(self, subscription):
        if subscription == self.fails_at:
            raise Rejected
        self.there = [each for each in self.there if each.id != subscription]

    def close(self):
        self.closed += 1


@pytest.fixture
def account():
    return Account()


@pytest.fixture
def app(composed, account):
    """The application with one connection to Meldewerk."""
    platforms = Platforms(
        {each.slug: each for each in (MELDEWERK, STUMM, OFFEN)},
        connect=lambda _creditor, _connection, _lane: account,
    )
    it = replace(composed.app, platforms=platforms)
    connection(it, "meldewerk")
    return it


def connection(app, platform, name=None):
    with app.store.write() as tx:
        return tx.connections.add(CREDITOR, platform, name or platform, Role.LEADING, "org", FRIDAY)


def events(composed, kind):
    file = sqlite3.connect(composed.home / "mahnwerk.db")
    rows = file.execute(
        "select p.payload from event_log e join event_payload p using (creditor_id, seq) "
        "where e.kind = ? order by seq",
        (kind,),
    ).fetchall()
    file.close()
    return [json.loads(row[0]) for row in rows]


def pin(app, text=FIRST):
    return confirm_key(app, CREDITOR, None, digest(text), text, by="erika")


def test_without_a_confirmed_key_nothing_is_subscribed(app, account):
    with pytest.raises(UsageError, match="mahnwerk webhooks key meldewerk"):
        register_webhooks(app, CREDITOR, None, URL, by="erika")
    assert account.there == []
    assert account.closed == 0


def test_the_shipped_key_is_only_offered(app):
    report = key_report(app, CREDITOR, None)
    assert [key.fingerprint for key in report.offered] == [digest(FIRST)]
    assert report.pinned == ()
    assert report.url == KEY_URL
    assert not report.changed


def test_after_the_fingerprint_was_confirmed_events_come(app, account):
    report = pin(app)
    assert report.changed
    assert [key.fingerprint for key in report.pinned] == [digest(FIRST)]
    found = register_webhooks(app, CREDITOR, None, URL, by="erika")
    assert [each.new for each in found.subscriptions] == [True, True]
    assert account.closed == 1
    again = register_webhooks(app, CREDITOR, None, URL, by="erika")
    assert [each.new for each in again.subscriptions] == [False, False]


def test_the_shipped_key_is_pinned_by_its_fingerprint_alone(app):
    confirm_key(app, CREDITOR, None, digest(FIRST), by="erika")
    with app.store.read() as tx:
        kept = tx.connections.by_name(CREDITOR, "meldewerk")
    assert [key.fingerprint for key in pinned_keys(app, kept)] == [digest(FIRST)]


@pytest.mark.parametrize("form", ["plain", "upper", "colons", "SHA256:"])
def test_a_fingerprint_may_be_written_as_other_programs_do(app, form):
    plain = digest(FIRST)
    written = {
        "plain": plain,
        "upper": f"  {plain.upper()} ",
        "colons": ":".join(plain[at : at + 2] for at in range(0, 64, 2)),
        "SHA256:": f"SHA256:{plain}",
    }[form]
    assert confirm_key(app, CREDITOR, None, written, by="erika").changed


@pytest.mark.parametrize(
    "fingerprint",
    ["", "abc", digest(FIRST)[:-1], "z" * 64, digest(SECOND)],
    # The keys are new in every process: their digests cannot be names of tests.
    ids=["nothing", "short", "cut", "no hex", "of another key"],
)
def test_a_fingerprint_that_does_not_match_pins_nothing(app, fingerprint):
    with pytest.raises(UsageError):
        confirm_key(app, CREDITOR, None, fingerprint, by="erika")
    assert key_report(app, CREDITOR, None).pinned == ()


def test_a_second_key_counts_beside_the_first_until_that_is_forgotten(app, composed):
    pin(app)
    both = pin(app, SECOND)
    assert [key.fingerprint for key in both.pinned] == [digest(FIRST), digest(SECOND)]
    assert not pin(app, SECOND).changed
    left = forget_key(app, CREDITOR, None, digest(FIRST), by="erika")
    assert [key.fingerprint for key in left.pinned] == [digest(SECOND)]
    assert forget_key(app, CREDITOR, None, digest(SECOND), by="erika").pinned == ()
    with app.store.read() as tx:
        assert "webhook_key" not in tx.connections.by_name(CREDITOR, "meldewerk").settings
    with pytest.raises(UsageError):
        forget_key(app, CREDITOR, None, digest(SECOND), by="erika")
    pinned = [each["fingerprint"] for each in events(composed, "webhook_key_pinned")]
    assert sorted(pinned) == sorted([digest(FIRST), digest(SECOND)])
    assert len(events(composed, "webhook_key_forgotten")) == 2


def test_a_setting_that_holds_no_key_counts_as_none(app):
    """`connect --set webhook_key=` takes what has the form of one."""
    with app.store.write() as tx:
        kept = tx.connections.by_name(CREDITOR, "meldewerk")
        tx.connections.save(CREDITOR, replace(kept, settings={"webhook_key": "-----BEGIN"}))
    assert key_report(app, CREDITOR, None).pinned == ()
    with pytest.raises(UsageError):
        register_webhooks(app, CREDITOR, None, URL, by="erika")
    assert pin(app).pinned[0].fingerprint == digest(FIRST)


def test_other_settings_stay_when_a_key_is_pinned(app):
    with app.store.write() as tx:
        kept = tx.connections.by_name(CREDITOR, "meldewerk")
        tx.connections.save(CREDITOR, replace(kept, settings={"rate": "1.3"}))
    assert pin(app).connection.settings["rate"] == "1.3"


def test_what_is_subscribed_is_listed_for_each_connection(app, account):
    connection(app, "meldewerk", "zweite")
    account.there = [Subscription("s1", "paid", "https://other.example")]
    found = list_webhooks(app, CREDITOR, None)
    assert [each.connection.name for each in found] == ["meldewerk", "zweite"]
    assert [each.subscriptions for each in found] == [tuple(account.there)] * 2
    assert [each.connection.name for each in list_webhooks(app, CREDITOR, "zweite")] == ["zweite"]
    assert account.closed == 3


def test_with_several_connections_one_must_be_named(app):
    connection(app, "meldewerk", "zweite")
    for ask in (
        lambda: key_report(app, CREDITOR, None),
        lambda: register_webhooks(app, CREDITOR, None, URL, by="erika"),
        lambda: remove_webhooks(app, CREDITOR, None, by="erika"),
    ):
        with pytest.raises(UsageError, match="meldewerk, zweite"):
            ask()
    assert key_report(app, CREDITOR, "zweite").connection.name == "zweite"


def three(account):
    account.there = [
        Subscription("s1", "paid", URL),
        Subscription("s2", "changed", URL),
        Subscription("s3", "paid", "https://other.example"),
    ]


@pytest.mark.parametrize(
    ("wanted", "removed"),
    [
        ({"subscription": "s2"}, ["s2"]),
        ({"url": URL}, ["s1", "s2"]),
        ({}, ["s1", "s2", "s3"]),
    ],
)
def test_subscriptions_are_ended_by_id_by_address_or_all(app, account, wanted, removed):
    three(account)
    found = remove_webhooks(app, CREDITOR, None, **wanted, by="erika")
    assert [each.id for each in found.subscriptions] == removed
    assert sorted(each.id for each in account.there) == sorted({"s1", "s2", "s3"} - set(removed))


@pytest.mark.parametrize("wanted", [{"subscription": "s9"}, {"url": "https://nobody.example"}])
def test_what_is_not_there_cannot_be_ended(app, account, wanted):
    three(account)
    with pytest.raises(UsageError, match="webhooks list"):
        remove_webhooks(app, CREDITOR, None, **wanted, by="erika")
    assert len(account.there) == 3


def test_nothing_to_end_is_no_error(app, composed):
    assert remove_webhooks(app, CREDITOR, None, by="erika").subscriptions == ()
    assert events(composed, "webhooks_removed") == []


def test_what_was_ended_before_a_failure_is_in_the_log(app, account, composed):
    three(account)
    account.fails_at = "s2"
    with pytest.raises(Rejected):
        remove_webhooks(app, CREDITOR, None, by="erika")
    (entry,) = events(composed, "webhooks_removed")
    assert entry["events"] == ["paid"]


def test_the_log_never_holds_the_unguessable_part_of_an_address(app, composed):
    pin(app)
    register_webhooks(app, CREDITOR, None, URL, by="erika")
    remove_webhooks(app, CREDITOR, None, by="erika")
    for kind in ("webhooks_registered", "webhooks_removed"):
        (entry,) = events(composed, kind)
        assert entry["hosts"] == ["mahnwerk.example"]
        assert "9f3k2" not in json.dumps(entry)
        assert entry["by"] == "erika"


def test_platforms_without_webhooks_are_said_so(app):
    connection(app, "stumm")
    with pytest.raises(NotSupported):
        list_webhooks(app, CREDITOR, "stumm")
    assert [each.connection.name for each in list_webhooks(app, CREDITOR, None)] == ["meldewerk"]


def test_a_platform_that_signs_nothing_has_no_key(app):
    connection(app, "offen")
    with pytest.raises(NotSupported):
        key_report(app, CREDITOR, "offen")


def test_an_unknown_connection_is_said_so(app):
    with pytest.raises(UsageError, match="meldewerk"):
        list_webhooks(app, CREDITOR, "unbekannt")


def test_the_real_candidate_can_be_pinned():
    (found,) = read_keys(candidate_key())
    assert digest(candidate_key()) == found.fingerprint
