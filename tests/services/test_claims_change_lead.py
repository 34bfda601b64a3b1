"""DATEV led, and letters left from there; then the office makes it evidence, and the platform leads.

The claim is the same one: what was said and charged about it is neither lost nor asked for twice.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date

import pytest
from charges_desk import asked, procedure
from test_claims import TwoBooks

from core.domain.model import DebtorType, ItemFacts, NoticeState, Role
from core.services.charges import PAID, WAIVED, charges, settle_by_hand
from core.services.claims import decide_claims
from core.services.item_facts import show_item
from core.services.replay import replay
from sandbox.mailbox import Mailbox

APRIL, MAY = date(2026, 4, 1), date(2026, 5, 4)


class Charging(TwoBooks):
    """Every letter demands and keeps what the law allows."""

    def know(self, **fields):
        with self.app.store.write() as tx:
            for each in tx.debtors.all(self.id):
                tx.debtors.save_overrides(self.id, each.id, fields)

    def at(self, day):
        self.day(day)
        self.read()

    def letter(self):
        (notice,) = self.propose_and_approve()
        self.send()
        self.posted(notice)
        return self.notice(notice)

    def kept(self):
        """(kind, amount, state) of the sub-ledger."""
        rows = [line.row for line in charges(self.app, self.id, settled=True)]
        return [(r.charge.kind, r.charge.amount.plain(), r.state) for r in rows]

    def proposed(self):
        self.run()
        with self.app.store.read() as tx:
            (found,) = tx.notices.many(self.id, states=(NoticeState.PROPOSED,))
        return found


@contextmanager
def charging(folder, **facts):
    """RE-1 over 1,190 EUR of a business that stands in both; DATEV leads."""
    own = folder / "home" / "procedures"
    own.mkdir(parents=True)
    (own / "kosten.toml").write_text(procedure("receivable", '["letter"]'), encoding="utf-8")
    with Mailbox(folder / "mails") as mailbox:
        office = Charging(folder, mailbox, procedure="kosten")
        office.in_datev()
        office.on_platform()
        office.know(**facts)
        try:
            yield office
        finally:
            office.close()


def test_forty_euros_and_the_interest_are_owed_once_whoever_leads(tmp_path):
    with charging(tmp_path, type="business", terms="date") as office:
        assert asked(office.letter()) == [
            ("default_interest", "6.70", False), ("lump_sum", "40.00", False),
        ]  # fmt: skip
        office.role("datev", Role.EVIDENCE)
        office.at(APRIL)
        assert asked(office.letter()) == [
            ("default_interest", "16.74", False), ("lump_sum", "40.00", True),
        ]  # fmt: skip
        assert office.kept() == [
            ("default_interest", "16.74", "open"), ("lump_sum", "40.00", "open"),
        ]  # fmt: skip
        # Paid on the platform: what is left is asked for once, though the export knows nothing.
        office.platform.pay("1", "1190.00", date(2026, 4, 2))
        office.at(MAY)
        office.run()
        with office.app.store.read() as tx:
            left = [i for i in tx.items.open_items(office.id) if i.kind == "charge_residual"]
        assert sum(item.outstanding.minor for item in left) == 56_74
        assert office.audit_is_fine()


def test_the_mahnung_that_left_from_the_export_still_brought_default_about(tmp_path):
    """A consumer without an agreed day is in default by the second letter, and owes from there."""
    with charging(tmp_path, type="consumer", terms="no") as office:
        assert asked(office.letter()) == []
        office.at(APRIL)
        assert asked(office.letter()) == []
        office.role("datev", Role.EVIDENCE)
        office.at(MAY)
        run = office.run()
        third = office.proposed()
        assert [(line.level, line.default_since) for line in third.lines] == [
            (3, date(2026, 4, 21))
        ]
        assert [kind for kind, _, _ in asked(third)] == ["default_interest", "dunning_fee"]
        assert replay(office.app, office.id, run.run).identical
        # And what is kept then is still owed when the principal is paid.
        office.letter()
        office.platform.pay("1", "1190.00", date(2026, 5, 20))
        office.at(date(2026, 5, 26))
        office.run()
        assert {state for _, _, state in office.kept()} == {"residual"}


@pytest.mark.parametrize("state", [PAID, WAIVED])
def test_a_lump_sum_that_was_settled_in_datev_is_not_demanded_from_the_platform(tmp_path, state):
    with charging(tmp_path, type="business", terms="date") as office:
        office.letter()
        lump = next(
            line.row.charge.id
            for line in charges(office.app, office.id)
            if line.row.charge.kind == "lump_sum"
        )
        settle_by_hand(
            office.app, office.id, [lump], state, reason="Kulanz", by="erika", on=office.clock.day
        )
        office.role("datev", Role.EVIDENCE)
        office.at(APRIL)
        # What was paid covers the fee of a letter; what was waived does not (§ 288 Abs. 5 BGB).
        fee = [("dunning_fee", "5.00", False)] if state == WAIVED else []
        assert asked(office.proposed()) == [("default_interest", "16.74", False), *fee]


def test_what_both_demanded_before_anybody_knew_that_it_is_one_is_kept_once(tmp_path):
    with charging(tmp_path, type="business", terms="date") as office:
        office.in_datev("595.00", "4711")
        decide_claims(office.app, office.id, "RE-1", "online:1", same=False, by="erika")
        office.know(type="business", terms="date")
        for notice in office.propose_and_approve():
            office.send()
            office.posted(notice)
        assert [kind for kind, _, _ in office.kept()].count("lump_sum") == 3
        decide_claims(office.app, office.id, "datev:10001/RE-1", "online:1", same=True, by="erika")
        office.at(APRIL)
        office.run()
        office.run()
        lumps = [state for kind, _, state in office.kept() if kind == "lump_sum"]
        assert sorted(lumps) == ["open", "open", "waived"]


def test_what_a_person_said_of_the_claim_holds_when_the_other_side_leads(tmp_path):
    """For this claim he is a consumer: no 40 euros, wherever it is dunned from."""
    with charging(tmp_path, type="business", terms="date") as office:
        with office.app.store.write() as tx:
            item = next(i for i in tx.items.find(office.id, "RE-1") if i.external_id != "1")
            own = ItemFacts(type=DebtorType.CONSUMER, evidence={"type": "Telefonat"})
            tx.items.save_own(office.id, item.id, own)
        office.role("datev", Role.EVIDENCE)
        assert "lump_sum" not in {kind for kind, _, _ in asked(office.proposed())}
        told = show_item(office.app, office.id, "online:1").facts
        assert "Telefonat" in {fact.evidence for fact in told}
