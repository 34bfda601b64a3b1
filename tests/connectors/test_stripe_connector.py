"""Stripe's connector as a whole: whose account a key opens, its rights, and its settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from reading_desk import TODAY, NoGate, Watch
from scripted_server import ScriptedServer, answer
from stripe_desk import KEY, Desk, opened

from connectors.stripe import StripeConnector
from connectors.stripe.account import Seen, key_livemode, mode_of, parse_account
from connectors.stripe.funding import pay_account
from connectors.stripe.optional import LACKING
from core.domain.platform_records import PayAccount
from core.errors import AuthFailed, ConfigError, Unreachable
from core.ports import PlatformConnector


@pytest.fixture
def desk() -> Iterator[Desk]:
    with opened() as made:
        yield made


# --- whose account -------------------------------------------------------------------------


def test_a_key_opens_an_account(desk: Desk) -> None:
    found = desk.connector.check()
    assert found.id == "acct_1Mahnwerk000001"
    assert found.name == "Musterbetrieb e.K."
    assert found.mode == "test"
    assert found.facts == {"country": "DE", "currency": "EUR", "timezone": "Europe/Berlin"}


def test_test_data_and_a_full_key_are_warned_of(desk: Desk) -> None:
    warnings = desk.connector.check().warnings
    assert len(warnings) == 2
    assert "Testdaten" in warnings[0][0]
    assert "eingeschränkten Schlüssel" in warnings[1][0]
    assert "restricted key" in warnings[1][1]


@pytest.mark.parametrize("account", ["refused", "missing"])
def test_without_the_account_itself_an_invoice_names_it(account: str) -> None:
    """A restricted key may have no right to it, another server may not have it."""
    with opened(account=account) as desk:
        desk.invoice()
        found = desk.connector.check()
        assert found.id == "acct_1Mahnwerk000001"
        assert found.mode == "test"


def test_where_nothing_names_it_the_key_does(desk: Desk) -> None:
    desk.sandbox.variant("account", "refused")
    found, again = desk.connector.check(), desk.connector.check()
    assert found.id == again.id
    assert found.id.startswith("key-")
    assert KEY not in found.id
    assert any("„Konto“" in german for german, _ in found.warnings)
    desk.invoice()
    named = desk.connector.check()
    assert named.id == "acct_1Mahnwerk000001"
    assert named.is_one(found.id), "the same key"
    assert not any("„Konto“" in german for german, _ in named.warnings)


def test_a_draft_that_has_no_link_yet_takes_the_name_from_nobody() -> None:
    """The newest invoice is a draft of today: an older one names the account as before."""
    with opened(account="refused") as desk:
        desk.sandbox.pay(desk.invoice())
        before = desk.connector.check().id
        desk.sandbox.draft(desk.customer(), "20.00", on=TODAY)
        assert desk.connector.check().id == before == "acct_1Mahnwerk000001"


def test_a_connected_account_is_named_by_its_setting() -> None:
    found = parse_account(Seen(), "rk_live_mahnwerk0001", "acct_Muster")
    assert (found.id, found.mode, found.warnings) == ("acct_Muster", "live", ())
    assert found.aliases == (), "the key of a platform opens many accounts"


@pytest.mark.parametrize("right", [each for each in LACKING if each != "cash_balance_transactions"])
def test_each_missing_right_is_named_with_what_follows(desk: Desk, right: str) -> None:
    desk.sandbox.restrict(right)
    warnings = desk.connector.check().warnings
    lacking = LACKING[right]
    right, other = lacking.right_de, lacking.right_en
    de = f"Der Schlüssel darf „{right}“ nicht lesen, oder der Server hat es nicht: {lacking.de}."
    en = f"The key may not read “{other}”, or the server does not have it: {lacking.en}."
    assert (de, en) in warnings
    assert len(warnings) == 3


@pytest.mark.parametrize("right", ["invoices", "customers"])
def test_what_is_needed_must_be_readable(desk: Desk, right: str) -> None:
    desk.sandbox.restrict(right)
    with pytest.raises(AuthFailed) as caught:
        desk.connector.check()
    assert {"invoices": "Rechnungen", "customers": "Kunden"}[right] in str(caught.value)


def test_a_wrong_key_is_refused(desk: Desk) -> None:
    desk.connector.close()
    desk.connector = desk.build("sk_test_mahnwerk_wrong")
    with pytest.raises(AuthFailed) as caught:
        desk.connector.check()
    assert "sk_test" not in str(caught.value)


def test_a_platform_that_is_down_is_no_wrong_key(desk: Desk) -> None:
    desk.sandbox.fault("error503", times=99)
    with pytest.raises(Unreachable):
        desk.connector.check()


@pytest.mark.parametrize(
    ("rows", "key", "mode"),
    [
        ([{"livemode": True}], "sk_test_mahnwerk", "live"),
        ([{"livemode": False}, {}], "x", "test"),
        ([{"livemode": True}, {"livemode": False}], "rk_test_mahnwerk", "test"),
        ([], "rk_live_mahnwerk", "live"),
        ([{"livemode": "ja"}], "x", ""),
        ([], "any-other-form", ""),
    ],
    ids=["said", "said-test", "contradiction", "key", "no-flag", "unknown"],
)
def test_the_mode_is_what_the_objects_say(rows: list[dict[str, Any]], key: str, mode: str) -> None:
    assert mode_of(rows, key) == mode


def test_a_key_says_whether_it_is_for_real_money() -> None:
    assert key_livemode("rk_live_mahnwerk") is True
    assert key_livemode("sk_test_mahnwerk") is False
    assert key_livemode("mahnwerk") is None


@pytest.mark.parametrize(
    ("account", "name"),
    [
        ({"id": "acct_1", "business_profile": {"name": "Muster GmbH"}}, "Muster GmbH"),
        ({"id": "acct_1", "email": "post@muster.example"}, "post@muster.example"),
        ({"id": "acct_1"}, "Stripe-Konto acct_1"),
        (
            {
                "id": "acct_1",
                "business_profile": {"name": "Muster GmbH"},
                "settings": {"dashboard": {"display_name": "Muster Shop"}},
            },
            "Muster Shop",
        ),
    ],
    ids=["profile", "mail", "none", "shown"],
)
def test_an_account_has_a_name(account: dict[str, Any], name: str) -> None:
    assert parse_account(Seen(account), "rk_live_mahnwerk").name == name


# --- settings ------------------------------------------------------------------------------


def test_it_is_the_port_and_asks_nothing_by_itself() -> None:
    connector: PlatformConnector = StripeConnector({}, {"api_key": KEY}, NoGate(), Watch())
    assert (connector.slug, connector.requests) == ("stripe", 0)
    connector.close()
    connector.close()


def test_without_a_key_it_says_how_to_enter_one() -> None:
    with pytest.raises(AuthFailed) as caught:
        StripeConnector({}, {}, NoGate(), Watch())
    assert "mahnwerk connect stripe" in str(caught.value)
    assert "mahnwerk connect stripe" in caught.value.en


def test_the_key_never_goes_over_plain_http() -> None:
    with pytest.raises(ConfigError):
        StripeConnector({"api_base": "http://stripe.example"}, {"api_key": KEY}, NoGate(), Watch())


@pytest.mark.parametrize("end", ["", "/", "/v1", "/v1/"])
def test_the_address_may_end_with_the_version(desk: Desk, end: str) -> None:
    invoice = desk.invoice()
    desk.base += end
    desk.rebuild()
    desk.look(invoice)
    assert desk.state(invoice) == ("open", "119.00")


def test_a_connected_account_stands_in_every_request() -> None:
    with ScriptedServer().running() as server:
        server.play(answer(200, {"object": "list", "data": [], "has_more": False}))
        settings = {"api_base": server.base, "account": "acct_Muster"}
        connector = StripeConnector(settings, {"api_key": KEY}, NoGate(), Watch())
        connector.subscriptions()
        connector.close()
        headers = {name.lower(): value for name, value in server.seen[0].headers.items()}
        assert headers["stripe-account"] == "acct_Muster"
        assert headers["authorization"] == f"Bearer {KEY}"


def test_events_are_subscribed_and_given_up(desk: Desk) -> None:
    made = desk.connector.subscribe("https://mahnwerk.muster.example/hooks/1")
    assert {each.url for each in desk.connector.subscriptions()} == {made[0].url}
    desk.connector.unsubscribe(made[0].id)
    assert desk.connector.subscriptions() == []


# --- the account that Stripe gives a customer -----------------------------------------------


def test_a_customers_account_is_asked_for_by_choice_only(desk: Desk) -> None:
    owing = desk.customer()
    assert desk.connector.fetch_pay_account(owing, "EUR") is None
    assert desk.connector.requests == 0
    desk.rebuild(bank_transfers="platform")
    found = desk.connector.fetch_pay_account(owing, "EUR")
    assert found is not None
    assert found.iban[:2].isalpha()
    assert found.holder
    assert desk.connector.fetch_pay_account(owing, "EUR") == found


@pytest.mark.parametrize(
    ("debtor", "currency"), [("one-time:abc", "EUR"), ("voucher:in_1", "EUR"), ("cus_1", "CHF")]
)
def test_nobody_else_has_one(desk: Desk, debtor: str, currency: str) -> None:
    desk.rebuild(bank_transfers="platform")
    assert desk.connector.fetch_pay_account(debtor, currency) is None
    assert desk.connector.requests == 0


@pytest.mark.parametrize("answered", ["refused", "missing"])
def test_where_stripe_gives_none_there_is_none(answered: str) -> None:
    with opened(funding_instructions=answered) as desk:
        desk.rebuild(bank_transfers="platform")
        assert desk.connector.fetch_pay_account(desk.customer(), "EUR") is None


class Answering:
    """A client that answers this."""

    def __init__(self, *addresses: object) -> None:
        self.answer = {"bank_transfer": {"financial_addresses": list(addresses)}}

    def post(self, *_: object) -> dict[str, Any]:
        return self.answer


IBAN = {"iban": "DE11 1111 1111 1111 1111 11", "account_holder_name": "Stripe", "bic": "MUSTDE00"}


@pytest.mark.parametrize(
    ("address", "found"),
    [
        (
            {"type": "iban", "iban": IBAN},
            PayAccount("Stripe", "DE11111111111111111111", "MUSTDE00"),
        ),
        ({"type": "aba", "iban": IBAN}, None),
        ({"type": "iban", "iban": {**IBAN, "iban": "unbekannt"}}, None),
        ({"type": "iban", "iban": {**IBAN, "account_holder_name": None}}, None),
        ({"type": "iban"}, None),
        ("iban", None),
    ],
    ids=["iban", "aba", "no-iban", "no-holder", "empty", "text"],
)
def test_only_a_whole_european_account_is_one(address: object, found: PayAccount | None) -> None:
    assert pay_account(Answering(address), "cus_1", "EUR") == found  # type: ignore[arg-type]
