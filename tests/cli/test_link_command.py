"""mahnwerk link and unlink: suggested with a reason, never done by itself."""

from contextlib import contextmanager

import pytest
from cli_desk import FRIDAY

import config.bootstrap
from cli.main import root
from core.domain.ledger import LedgerItem, LedgerResult
from core.domain.model import Address, CreditorId, ItemKind, ItemState, Role
from core.domain.money import Money
from core.domain.records import DebtorRecord

ME = CreditorId("muster-handels-gmbh")
PLACE = Address("Beispiel Bau GmbH", (), "Musterweg 1", "90402", "Nürnberg")
EVERY = [
    ("link",), ("link", "datev:10001", "laden:K-7"), ("link", "10001", "K-7"), ("debtors",),
    ("debtor", "show", "10001"), ("open-items",), ("explain", "L-1"), ("run",),
    ("unlink", "K-7", "10001", "--apart"), ("link",), ("link", "10002", "10001"),
    ("unlink", "10001"),
]  # fmt: skip


@contextmanager
def transaction():
    composed = config.bootstrap.compose()
    with composed.app.store.write() as tx:
        yield tx
    composed.close()


@pytest.fixture
def shop(office):
    """Beispiel Bau GmbH (DATEV 10001, 1,428 euros late) is also the web shop's customer K-7, who
    owes 80 euros there since October.
    """
    due = FRIDAY.replace(month=10, day=20)
    owed = Money.from_minor(8000, "EUR")
    item = LedgerItem("l1", ItemKind.INVOICE, "L-1", due, due, owed, owed, ItemState.OPEN)
    with transaction() as tx:
        laden = tx.connections.add(ME, "datev", "laden", Role.LEADING, "1/2", FRIDAY)
        record = DebtorRecord("c-7", "K-7", "Beispiel Bau GmbH", PLACE, email="bau@kunde.example")
        tx.debtors.upsert(ME, laden.id, [record])
        id_ = tx.debtors.ensure(ME, laden.id, {"c-7": "K-7"})["c-7"]
        tx.ledger.save_ledger(
            ME, laden.id, {id_: LedgerResult((item,))}, backlog_before=None, start_level=1,
            on=FRIDAY,
        )  # fmt: skip
    return office


def test_a_suggestion_says_why_and_how_to_accept_it(shop):
    """Given both have one name and address, then the command beside it links them."""
    (found,) = shop.json("link")
    assert (found["head"]["label"], found["other"]["label"]) == ("datev:10001", "laden:K-7")
    assert (found["strength"], found["signs"]) == ("likely", ["name", "address"])

    done = shop.json(*found["command"].split()[1:])
    assert [member["label"] for member in done["members"]] == ["laden:K-7"]
    assert done["differences"] == [
        {"field": "email", "debtor": "laden:K-7", "head": "", "other": "bau@kunde.example"}
    ]
    assert shop.json("link") == []


def test_everywhere_the_group_is_shown(shop):
    shop("link", "10001", "K-7")
    assert "laden:K-7" in shop("debtor", "show", "10001").out
    assert "datev:10001 (Hauptkunde)" in shop("debtors").out
    assert "datev:10001 (Hauptkunde)" in shop("open-items").out
    (other,) = shop.json("explain", "L-1")["linked"]
    assert (other["label"], other["head"]) == ("datev:10001", True)
    assert "Derselbe Kunde ist auch: datev:10001" in shop("explain", "L-1").out
    held = shop("hold", "laden:K-7", "--reason", "Rückfrage").out
    assert "Beispiel Bau GmbH" in held
    row = next(row for row in shop.json("open-items") if row["number"] == "RE-1")
    assert [hold["reason"] for hold in row["holds"]] == ["Rückfrage"]


def test_what_differs_is_said_before_the_next_letter(shop):
    answer = shop("link", "K-7", "10001")
    assert "es gelten die Angaben von laden:K-7" in answer.out
    told = shop("debtor", "set", "10001", "language=en")
    assert "es gelten die Angaben von laden:K-7" in told.err
    answer = shop("link", "10001", "K-7", code=64)
    assert "Hauptkunde ist laden:K-7" in answer.err


def test_sure_suggestions_are_accepted_together_but_not_unseen(shop):
    """Given the VAT ids agree, then one command links all sure ones; without a terminal only who
    says --yes.
    """
    assert shop.json("link", "--suggested", "strong") == [], "likely is not sure"
    with transaction() as tx:
        for each in tx.debtors.all(ME):
            if each.name == "Beispiel Bau GmbH":
                tx.debtors.save_overrides(ME, each.id, {"vat_id": "DE111111117"})
    assert "--yes" in shop("link", "--suggested", "strong", code=64).err
    (done,) = shop.json("link", "--suggested", "strong", "--yes")
    assert done["head"]["label"] == "datev:10001"


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("link", "10001"), "Mit wem"),
        (("link", "10001", "10001"), "sich selbst"),
        (("link", "10001", "laden:99"), "Kein Kunde"),
        (("link", "10001", "Beispiel Bau GmbH"), "(laden:"),
        (("link", "10001", "--suggested", "strong"), "Entweder"),
        (("unlink", "10001"), "mit niemandem verknüpft"),
        (("unlink", "10001", "--apart"), "Zwei Kunden"),
        (("unlink", "10001", "10001", "--apart"), "Zwei verschiedene"),
    ],
    ids=["alone", "itself", "unknown", "ambiguous", "both", "unlinked", "one-apart", "same-apart"],
)
def test_what_cannot_be_is_refused_with_a_remedy(shop, args, says):
    assert says in shop(*args, code=64).err


@pytest.mark.parametrize("language", ["de", "en"])
def test_linking_speaks_to_people(shop, monkeypatch, language):
    monkeypatch.setenv("MAHNWERK_LANGUAGE", language)
    for args in EVERY:
        answer = shop(*args)
        assert answer.out.strip(), args
        assert "None" not in answer.out + answer.err, args
        assert "{" not in answer.out + answer.err, args


def test_both_commands_are_there():
    assert {"link", "unlink"} <= set(root.list_commands(None))
