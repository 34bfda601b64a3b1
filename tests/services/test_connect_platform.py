"""Connecting a live platform: what is checked first, what is kept, and what never is."""

import json
import sqlite3
from dataclasses import replace

import pytest
from buchwerk_desk import HOME, KEY, OTHER_KEY, STRANGERS, Buchwerk
from creditor_desk import FRIDAY

from core.domain.model import Role
from core.errors import AuthFailed, NotSupported, RateLimited, Unreachable, UsageError
from core.services.connect_platform import connect_platform, missing_secrets
from core.services.connection_settings import check_settings
from core.services.connection_state import record_synced
from core.services.connections import connect, connections
from core.services.sync_store import ONBOARDING


@pytest.fixture
def buchwerk():
    return Buchwerk()


@pytest.fixture
def say(composed, buchwerk):
    """`connect buchwerk` with those settings."""
    app = replace(composed.app, platforms=buchwerk.platforms(composed))

    def connecting(name=None, **settings):
        return connect_platform(
            app, "muster-handels-gmbh", "buchwerk", name, settings, by="erika", on=FRIDAY
        )

    connecting.app = app
    return connecting


def kept(say):
    """What the store has of every connection: itself, and the names of its secrets."""
    with say.app.store.read() as tx:
        return {
            c.name: (c, sorted(tx.connections.secrets("muster-handels-gmbh", c.id)))
            for c in tx.connections.all("muster-handels-gmbh")
        }


def test_a_good_key_makes_the_connection_and_says_what_comes_next(say):
    done = say(api_key=KEY, write_back="YES")
    assert done.organisation == "Muster Handels GmbH"
    assert done.info.facts == {"plan": "XL"}
    assert done.warnings == ("Plan prüfen.", "Dort nicht mehr mahnen.")
    assert done.next == "mahnwerk onboard buchwerk"
    connection, secrets = kept(say)["buchwerk"]
    assert connection.client == "org-1"
    assert connection.settings == {"write_back": "yes"}
    assert secrets == ["api_key"]


def test_the_key_is_stored_so_that_only_the_vault_can_read_it(say, composed):
    done = say(api_key=KEY)
    with say.app.store.read() as tx:
        token = tx.connections.secrets("muster-handels-gmbh", done.connection.id)["api_key"]
    assert KEY not in token
    assert composed.vault.decrypt(token) == KEY
    assert KEY not in repr(done)


def test_the_key_is_nowhere_else_in_the_database(say, composed):
    say(api_key=KEY)
    with pytest.raises(AuthFailed):
        say(api_key="falscher-Schluessel")
    database = sqlite3.connect(composed.home / "mahnwerk.db")
    dump = "\n".join(database.iterdump())
    database.close()
    assert "connected" in dump
    assert KEY not in dump
    assert "falscher-Schluessel" not in dump


def test_a_refused_key_leaves_nothing_and_says_where_to_get_one(say, buchwerk):
    with pytest.raises(AuthFailed) as caught:
        say(api_key="falscher-Schluessel")
    sentence = caught.value.sentence("de")
    assert "Buchwerk lehnt ab." in sentence
    assert "Schlüssel aus Buchwerk" in sentence
    assert "mahnwerk connect buchwerk --set api_key=-" in sentence
    assert "Key from Buchwerk" in caught.value.sentence("en")
    assert "falscher" not in sentence
    assert caught.value.status == 401
    assert kept(say) == {}
    assert len(buchwerk.asked) == buchwerk.closed == 1


@pytest.mark.parametrize(
    ("error", "exit_code"), [(Unreachable("weg"), 69), (RateLimited("langsam"), 75)]
)
def test_without_an_answer_nothing_is_stored(say, buchwerk, error, exit_code):
    buchwerk.error = error
    with pytest.raises(type(error)) as caught:
        say(api_key=KEY)
    assert caught.value.exit_code == exit_code
    assert kept(say) == {}


def test_a_missing_key_is_asked_for_before_the_network(say, buchwerk):
    assert missing_secrets(say.app, "muster-handels-gmbh", "buchwerk", None, {}) == ["api_key"]
    with pytest.raises(AuthFailed) as caught:
        say(write_back="yes")
    assert "mahnwerk connect buchwerk --set api_key=-" in str(caught.value)
    assert buchwerk.asked == []
    assert kept(say) == {}


def test_other_settings_need_neither_key_nor_network(say, buchwerk):
    say(api_key=KEY)
    asked = len(buchwerk.asked)
    buchwerk.error = Unreachable("weg")
    done = say(write_back="yes", rate="3", start_level="2")
    assert done.connection.settings == {"write_back": "yes", "rate": "3", "start_level": "2"}
    assert done.organisation == "Muster Handels GmbH"  # as it was said before
    assert (done.info, done.warnings) == (None, ())
    assert len(buchwerk.asked) == asked
    assert missing_secrets(say.app, "muster-handels-gmbh", "buchwerk", None, {}) == []


def test_an_empty_value_takes_a_setting_back(say):
    say(api_key=KEY, write_back="yes", rate="3")
    assert say(write_back="").connection.settings == {"rate": "3"}


def test_a_new_key_of_the_same_organisation_replaces_the_old_one(say, composed):
    say(api_key=KEY)
    done = say(api_key=OTHER_KEY)
    with say.app.store.read() as tx:
        token = tx.connections.secrets("muster-handels-gmbh", done.connection.id)["api_key"]
    assert composed.vault.decrypt(token) == OTHER_KEY
    assert len(kept(say)) == 1


def test_a_key_of_another_organisation_is_refused_for_the_same_connection(say, composed):
    say(api_key=KEY)
    with pytest.raises(UsageError) as caught:
        say(api_key=STRANGERS)
    assert "Fremd Beispiel KG" in str(caught.value)
    assert "--name" in str(caught.value)
    connection, _ = kept(say)["buchwerk"]
    assert connection.client == "org-1"
    with say.app.store.read() as tx:
        token = tx.connections.secrets("muster-handels-gmbh", connection.id)["api_key"]
    assert composed.vault.decrypt(token) == KEY
    say(name="zweite", api_key=STRANGERS)
    assert {name: c.client for name, (c, _) in kept(say).items()} == {
        "buchwerk": "org-1", "zweite": "org-2",
    }  # fmt: skip


def test_an_organisation_that_had_no_name_is_known_by_it_later(say, buchwerk):
    """Connected while nothing named the account; the same key opens it under its own id now."""
    named = buchwerk.accounts[KEY]
    buchwerk.accounts[KEY] = replace(named, id="key-1")
    say(api_key=KEY)
    buchwerk.accounts[KEY] = replace(named, aliases=("key-1",))
    say(api_key=KEY)
    assert kept(say)["buchwerk"][0].client == named.id
    with pytest.raises(UsageError):
        say(api_key=STRANGERS)


def test_one_organisation_leads_from_one_connection_only(say):
    say(api_key=KEY)
    with pytest.raises(UsageError) as caught:
        say(name="zweite", api_key=OTHER_KEY)
    assert "role=evidence" in str(caught.value)
    assert list(kept(say)) == ["buchwerk"]
    done = say(name="zweite", api_key=OTHER_KEY, role="evidence")
    assert done.connection.role is Role.EVIDENCE
    with pytest.raises(UsageError):  # nor may it become a second leading one later
        say(name="zweite", role="leading")
    say(name="buchwerk", role="evidence")
    assert say(name="zweite", role="leading").connection.role is Role.LEADING


def test_a_stored_key_is_not_sent_to_another_server(say, buchwerk):
    say(api_key=KEY)
    buchwerk.asked.clear()
    for stranger in ("https://fremd.example", "http://127.0.0.1:8080", HOME + ":444"):
        with pytest.raises(AuthFailed) as caught:
            say(api_base=stranger)
        assert "anderen Adresse" in str(caught.value)
        assert "mahnwerk connect buchwerk --set api_key=-" in str(caught.value)
    assert buchwerk.asked == []
    assert "api_base" not in kept(say)["buchwerk"][0].settings


def test_with_the_key_entered_again_it_may_move(say, buchwerk):
    say(api_key=KEY)
    done = say(api_base="http://127.0.0.1:8080/", api_key=OTHER_KEY)
    assert done.connection.settings == {"api_base": "http://127.0.0.1:8080"}
    assert buchwerk.asked[-1] == ("http://127.0.0.1:8080", OTHER_KEY)
    with pytest.raises(AuthFailed):  # and back to the platform's own address likewise
        say(api_base="")


def test_another_path_of_the_same_server_is_tried_with_the_stored_key(say, buchwerk):
    say(api_key=KEY)
    done = say(api_base=f"{HOME}/v2")
    assert buchwerk.asked[-1] == (f"{HOME}/v2", KEY)
    assert done.info.id == "org-1"
    buchwerk.error = Unreachable("weg")
    with pytest.raises(Unreachable):
        say(api_base=f"{HOME}/v3")
    assert kept(say)["buchwerk"][0].settings["api_base"] == f"{HOME}/v2"


@pytest.mark.parametrize(
    ("setting", "value", "hint"),
    [
        ("api_key", "kurz", "api_key=-"),
        ("api_base", "ftp://x.example", HOME),
        ("api_base", "http://api.buchwerk.example", "https"),
        ("api_base", "http://buchwerk:8900", "https"),
        ("write_back", "vielleicht", "yes, no"),
        ("rate", "schnell", "Form 1"),
        ("role", "beides", "leading"),
        ("start_level", "9", "1 bis 5"),
        ("currency", "EUR", "api_base"),
        ("chart", "SKR03", "write_back"),
    ],
)
def test_a_wrong_setting_is_refused_with_what_is_possible(say, buchwerk, setting, value, hint):
    with pytest.raises(UsageError) as caught:
        say(**{"api_key": KEY, setting: value})
    assert hint in str(caught.value)
    assert buchwerk.asked == []
    assert kept(say) == {}


def test_a_wrong_key_is_not_repeated(say):
    with pytest.raises(UsageError) as caught:
        say(api_key="mit Leerzeichen darin")
    assert "Leerzeichen" not in str(caught.value) + caught.value.sentence("en")


def test_only_live_platforms_are_asked(say):
    with pytest.raises(NotSupported) as caught:
        connect_platform(say.app, "muster-handels-gmbh", "nix", None, {}, by="e", on=FRIDAY)
    assert "buchwerk, datev" in str(caught.value)
    with pytest.raises(NotSupported):
        connect_platform(say.app, "muster-handels-gmbh", "datev", None, {}, by="e", on=FRIDAY)


def test_a_name_is_checked_before_the_key_travels(say, buchwerk):
    connect(say.app, "muster-handels-gmbh", "datev", "buero", {}, by="erika", on=FRIDAY)
    for name in ("a:b", "buero", "x" * 80):
        with pytest.raises(UsageError):
            say(name=name, api_key=KEY)
    assert buchwerk.asked == []


def test_with_two_connections_one_must_be_named(say):
    say(api_key=KEY)
    say(name="zweite", api_key=STRANGERS)
    with pytest.raises(UsageError) as caught:
        say(write_back="yes")
    assert "buchwerk, zweite" in str(caught.value)
    assert say(name="zweite", write_back="yes").connection.settings == {"write_back": "yes"}


def test_a_name_with_a_blank_is_quoted_in_what_to_type(say):
    with pytest.raises(AuthFailed) as caught:
        say(name="Büro Nord")
    assert "mahnwerk connect buchwerk --name 'Büro Nord' --set api_key=-" in str(caught.value)


def test_checked_settings_do_not_show_a_key(say):
    given = check_settings(say.app, "muster-handels-gmbh", "buchwerk", {"api_key": KEY})
    assert KEY not in repr(given)
    assert "api_key" in repr(given)


def test_after_onboarding_nothing_comes_next(say):
    done = say(api_key=KEY)
    for state, comes_next in (({"done": False}, "mahnwerk onboard buchwerk"), ({"done": True}, "")):
        with say.app.store.write() as tx:
            tx.connections.save_cursor("muster-handels-gmbh", done.connection.id, ONBOARDING, state)
        assert say(write_back="yes").next == comes_next


def test_events_name_what_changed_and_never_the_key(say, composed):
    say(api_key=KEY)
    say(api_key=OTHER_KEY, rate="2")
    database = sqlite3.connect(composed.home / "mahnwerk.db")
    rows = database.execute(
        "select e.kind, p.payload from event_log e join event_payload p using (creditor_id, seq) "
        "where e.kind like 'connect%' order by seq"
    ).fetchall()
    database.close()
    assert [kind for kind, _ in rows] == ["connected", "connection_changed"]
    last = json.loads(rows[-1][1])
    assert last["secrets"] == ["api_key"]
    assert last["settings"] == {"rate": "2", "role": "leading"}


def test_the_list_shows_files_and_live_platforms(say):
    assert connections(say.app, "muster-handels-gmbh") == []
    connect(say.app, "muster-handels-gmbh", "datev", None, {}, by="erika", on=FRIDAY)
    done = say(api_key=KEY)
    at = say.app.clock.now()
    with say.app.store.write() as tx:
        record_synced(tx, "muster-handels-gmbh", done.connection.id, at)
    files, live = connections(say.app, "muster-handels-gmbh")
    assert (files.live, files.organisation, files.synced_at) == (False, "", None)
    assert (live.live, live.organisation, live.synced_at) == (True, "Muster Handels GmbH", at)
    assert live.records["invoices"] == 0
