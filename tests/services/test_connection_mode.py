"""Live and test data never meet in one creditor, and optional secrets are not asked for."""

from dataclasses import replace

import pytest
from buchwerk_desk import BUCHWERK, KEY, OTHER_KEY, STRANGERS, Buchwerk
from creditor_desk import FRIDAY, office

from core.domain.platform_records import AccountInfo
from core.errors import AuthFailed, ConfigError, UsageError
from core.ports import Platforms, PlatformSetting
from core.services.connect_platform import connect_platform, missing_secrets
from core.services.connections import connections
from core.services.creditors import go_live
from core.services.doctor_connections import examine_connections

OFFICE = "muster-handels-gmbh"
TEST_KEY, PLAIN_KEY = "schluessel-Test-4", "schluessel-Ohne-5"
SIGNED = PlatformSetting(
    "webhook_secret", r"[\x21-\x7e]{8,200}", "webhook_secret=-", "Geheimnis", "Secret",
    secret=True, optional=True,
)  # fmt: skip


@pytest.fixture
def buchwerk():
    """KEY and STRANGERS open live accounts, OTHER_KEY and TEST_KEY the test data of org-1."""
    made = Buchwerk()
    live, test = (AccountInfo("org-1", "Muster Handels GmbH", mode=m) for m in ("live", "test"))
    made.accounts = {
        KEY: live,
        OTHER_KEY: test,
        TEST_KEY: test,
        STRANGERS: AccountInfo("org-2", "Muster Zweig GmbH", mode="live"),
        PLAIN_KEY: AccountInfo("org-3", "Muster Alt GmbH"),
    }
    return made


@pytest.fixture
def books(composed, buchwerk):
    """The application with Buchwerk, which shares a secret for its events if one likes."""
    usual = buchwerk.platforms(composed)
    signed = replace(BUCHWERK, settings=(*BUCHWERK.settings, SIGNED), signing=None)
    platforms = Platforms({"buchwerk": signed}, usual.open, usual.connect, usual.encrypt)
    return replace(composed.app, platforms=platforms)


def connecting(books, name=None, creditor=OFFICE, **settings):
    return connect_platform(books, creditor, "buchwerk", name, settings, by="erika", on=FRIDAY)


def found_modes(books):
    return {each.connection.name: each.mode for each in connections(books, OFFICE)}


def test_the_mode_is_kept_with_the_account(books):
    connecting(books, api_key=TEST_KEY)
    connecting(books, "alt", api_key=PLAIN_KEY)
    assert found_modes(books) == {"buchwerk": "test", "alt": ""}


def test_a_live_key_never_takes_the_place_of_a_test_key(books):
    connecting(books, api_key=TEST_KEY)
    with pytest.raises(UsageError) as caught:
        connecting(books, api_key=KEY)
    assert "„buchwerk“ hat Testdaten" in str(caught.value)
    assert "mahnwerk init --creditor" in str(caught.value)
    assert "a live key" in caught.value.sentence("en")
    assert found_modes(books) == {"buchwerk": "test"}
    assert connecting(books, api_key=OTHER_KEY).organisation == "Muster Handels GmbH"


def test_one_creditor_does_not_get_both_on_two_connections(books):
    connecting(books, api_key=TEST_KEY)
    with pytest.raises(UsageError, match="Anbindung „buchwerk“ hat Testdaten"):
        connecting(books, "zweite", api_key=STRANGERS)
    assert found_modes(books) == {"buchwerk": "test"}
    connecting(books, "alt", api_key=PLAIN_KEY)  # has no modes: never refused


def test_another_creditor_may_have_the_other_kind(books, composed):
    connecting(books, api_key=KEY)
    second = office(composed, "probe", name="Muster Probe GmbH").id
    connecting(books, creditor=second, api_key=TEST_KEY)
    assert found_modes(books) == {"buchwerk": "live"}


def test_who_is_live_gets_no_test_key(books):
    go_live(books, OFFICE, by="erika")
    with pytest.raises(UsageError, match="ist live und mahnt"):
        connecting(books, api_key=TEST_KEY)
    assert connections(books, OFFICE) == []
    connecting(books, api_key=KEY)


def test_nobody_goes_live_with_test_data(books):
    connecting(books, "probe", api_key=TEST_KEY)
    with pytest.raises(ConfigError) as caught:
        go_live(books, OFFICE, by="erika")
    assert "probe: Testdaten" in str(caught.value)
    assert "probe: test data" in caught.value.sentence("en")
    with books.store.read() as tx:
        assert not tx.creditors.get(OFFICE).live


def told(books):
    with books.store.read() as tx:
        creditor = tx.creditors.get(OFFICE)
    every = examine_connections(books, creditor, FRIDAY, lambda de, _: de)
    return next((how, said) for name, how, said in every if name == "platform")


def test_the_doctor_names_the_kind_and_sees_a_key_of_the_other_one(books, buchwerk):
    connecting(books, api_key=TEST_KEY)
    assert told(books) == ("ok", "buchwerk: Muster Handels GmbH antwortet (Testdaten).")
    buchwerk.accounts[TEST_KEY] = buchwerk.accounts[KEY]
    how, said = told(books)
    assert how == "fail"
    assert "Echtdaten" in said
    assert "--set api_key=-" in said


def test_a_platform_that_does_not_say_it_any_more_keeps_its_kind(books, buchwerk):
    connecting(books, api_key=TEST_KEY)
    buchwerk.accounts[TEST_KEY] = AccountInfo("org-1", "Muster Handels GmbH")
    connecting(books, api_key=TEST_KEY)
    assert found_modes(books) == {"buchwerk": "test"}


def kept(books):
    with books.store.read() as tx:
        (connection,) = tx.connections.all(OFFICE)
        return sorted(tx.connections.secrets(OFFICE, connection.id))


def test_an_optional_secret_is_not_asked_for_and_given_it_is_kept_unreadable(books, buchwerk):
    assert missing_secrets(books, OFFICE, "buchwerk", None, {}) == ["api_key"]
    connecting(books, api_key=KEY)
    assert missing_secrets(books, OFFICE, "buchwerk", None, {}) == []
    asked = len(buchwerk.asked)
    done = connecting(books, webhook_secret="whsec_mahnwerk0123")
    assert len(buchwerk.asked) == asked, "it opens nothing: the platform is not asked"
    assert kept(books) == ["api_key", "webhook_secret"]
    assert "whsec" not in repr(done)
    with books.store.read() as tx:
        assert "whsec" not in tx.connections.secrets(OFFICE, done.connection.id)["webhook_secret"]


def test_an_optional_secret_alone_opens_no_connection(books, buchwerk):
    with pytest.raises(AuthFailed) as caught:
        connecting(books, webhook_secret="whsec_mahnwerk0123")
    assert "api_key=-" in str(caught.value)
    assert "webhook_secret=-" not in str(caught.value)
    assert buchwerk.asked == []


def test_an_optional_secret_is_taken_back_by_an_empty_value_and_the_key_is_not(books):
    connecting(books, api_key=KEY, webhook_secret="whsec_mahnwerk0123")
    connecting(books, webhook_secret="")
    assert kept(books) == ["api_key"]
    with pytest.raises(UsageError, match="api_key"):
        connecting(books, api_key="")
