"""Setting up creditors, picking one, test mode and the stop switch."""

import pytest
from creditor_desk import IBAN, LETTERHEAD, desk, office

from core.errors import ConfigError, UsageError
from core.services.creditors import go_live, init_creditor, pick_creditor, resume, slug_of, stop


@pytest.fixture
def composed(tmp_path):
    it = desk(tmp_path)
    yield it
    it.close()


@pytest.fixture
def app(composed):
    return composed.app


def init(app, slug=None, secrets=None, **fields):
    return init_creditor(app, slug, fields, secrets=secrets or {}, by="erika")


def entries(app, creditor):
    with app.store.read() as tx:
        return tx.events.verify(creditor).entries


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Muster GmbH", "muster-gmbh"),
        ("Müller & Söhne OHG", "mueller-soehne-ohg"),
        ("  Straße 1  ", "strasse-1"),
        ("Café Déjà", "cafe-deja"),
        ("日本", "mandant"),
        ("x" * 60, "x" * 40),
    ],
)
def test_a_name_becomes_a_short_id(name, slug):
    assert slug_of(name) == slug


def test_the_first_init_sets_up_a_creditor_in_test_mode(app):
    result = init(app, name="Muster GmbH", iban="de02 1203 0000 0000 2020 51")
    assert result.created
    assert result.creditor.id == "muster-gmbh"
    assert not result.creditor.live
    assert result.creditor.profile.iban == IBAN
    assert result.creditor.profile.bic == "BYLADEM1001"
    assert result.creditor.profile.bank
    assert pick_creditor(app, None) == result.creditor


def test_a_second_init_changes_only_what_it_is_given(app):
    init(app, name="Muster GmbH", iban=IBAN, city="Nürnberg")
    result = init(app, city="Fürth")
    assert not result.created
    assert result.changed == ("city",)
    assert result.creditor.profile.city == "Fürth"
    assert result.creditor.profile.iban == IBAN
    assert init(app, city="Fürth").changed == ()


def test_a_new_iban_takes_its_own_bic_and_bank_along(app):
    init(app, name="Muster GmbH", iban=IBAN)
    profile = init(app, iban="DE89370400440532013000").creditor.profile
    assert profile.bic == "COBADEFFXXX"
    assert "Commerzbank" in profile.bank
    own = init(app, iban=IBAN, bic="BYLADEM1", bank="Hausbank").creditor.profile
    assert (own.bic, own.bank) == ("BYLADEM1", "Hausbank")


def test_every_change_is_in_the_event_log_and_no_change_is_not(app):
    creditor = init(app, name="Muster GmbH").creditor.id
    assert entries(app, creditor) == 1
    init(app, city="Fürth")
    assert entries(app, creditor) == 2
    init(app, city="Fürth")
    assert entries(app, creditor) == 2


def test_a_secret_is_stored_as_given_and_its_change_is_named_without_value(app):
    result = init(app, name="Muster GmbH", secrets={"smtp_password": "gAAAA-encrypted"})
    assert "smtp_password" in result.changed
    assert "gAAAA" not in repr(result)
    with app.store.read() as tx:
        assert tx.creditors.secrets(result.creditor.id) == {"smtp_password": "gAAAA-encrypted"}


def test_without_a_name_nothing_can_be_set_up(app):
    with pytest.raises(UsageError, match="name"):
        init(app, iban=IBAN)
    with pytest.raises(UsageError, match="--creditor neu"):
        init(app, "neu", iban=IBAN)


def test_a_second_name_is_a_question_and_never_a_renaming(app):
    """A tax adviser's second client must not overwrite the first."""
    init(app, name="Muster GmbH")
    with pytest.raises(UsageError) as caught:
        init(app, name="Zweite Muster KG")
    assert "--creditor muster-gmbh" in str(caught.value)
    assert "--creditor zweite-muster-kg" in str(caught.value)
    assert init(app, "zweite-muster-kg", name="Zweite Muster KG").created
    assert not init(app, "muster-gmbh", name="Muster AG").created
    assert pick_creditor(app, "muster-gmbh").profile.name == "Muster AG"


def test_with_several_creditors_one_must_be_named(app):
    init(app, "a", name="A Muster")
    init(app, "b", name="B Muster")
    with pytest.raises(UsageError, match="a, b") as caught:
        pick_creditor(app, None)
    assert caught.value.exit_code == 64
    assert pick_creditor(app, "b").profile.name == "B Muster"
    with pytest.raises(UsageError, match="a, b"):
        pick_creditor(app, "c")
    with pytest.raises(UsageError, match="a, b"):
        init(app, city="Fürth")


def test_without_any_creditor_the_way_out_is_named(app):
    with pytest.raises(ConfigError, match="mahnwerk init") as caught:
        pick_creditor(app, None)
    assert caught.value.exit_code == 78


@pytest.mark.parametrize("slug", ["", "Muster", "../x", "a b", "-x", "x" * 41, "ä"])
def test_an_id_that_could_be_a_path_or_unreadable_is_refused(app, slug):
    with pytest.raises(UsageError):
        init(app, slug, name="Muster GmbH")


def test_going_live_needs_an_account_to_pay_to(composed):
    creditor = office(composed, iban="").id
    with pytest.raises(ConfigError, match="iban"):
        go_live(composed.app, creditor, by="erika")
    assert not pick_creditor(composed.app, None).live


def test_going_live_names_what_the_letterhead_lacks_and_counts_once(composed):
    creditor = office(composed, street="", managers="").id
    assert go_live(composed.app, creditor, by="erika").missing == ["street", "managers"]
    assert pick_creditor(composed.app, None).live
    before = entries(composed.app, creditor)
    go_live(composed.app, creditor, by="erika")
    assert entries(composed.app, creditor) == before


def test_stop_and_resume_are_logged_and_counted_once(composed):
    app, creditor = composed.app, office(composed).id
    before = entries(app, creditor)
    assert stop(app, creditor, by="erika") is True
    assert stop(app, creditor, by="erika") is False
    assert pick_creditor(app, None).stopped
    assert resume(app, creditor, by="erika") is True
    assert resume(app, creditor, by="erika") is False
    assert not pick_creditor(app, None).stopped
    assert entries(app, creditor) == before + 2


def test_an_unknown_procedure_is_refused_with_the_known_ones(app):
    with pytest.raises(UsageError, match="standard"):
        init(app, name="Muster GmbH", procedure="schneller")


def test_a_refused_field_stores_nothing(app):
    with pytest.raises(UsageError):
        init(app, **(LETTERHEAD | {"iban": "DE00"}))
    with pytest.raises(ConfigError):
        pick_creditor(app, None)
