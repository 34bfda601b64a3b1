"""One invoice, two connections: a DATEV export and a live platform, both read by one office.

Monday, 2 March 2026. RE-1 over 1,190 EUR was due on 10 February and stands in both.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from delivery_desk import FRIDAY, TUESDAY
from source_desk import LiveOffice

from core.domain.ledger import LedgerResult
from core.domain.model import HoldKind, ItemKind, ItemState, NoticeState, Role
from core.domain.reasons import Reason
from core.errors import UsageError
from core.services import claims
from core.services.doctor_facts import examine_facts
from core.services.explain import explain
from core.services.links import link
from core.services.paid import paid
from core.services.replay import replay
from core.services.run_diff import diff
from core.services.targets import claims_of
from core.services.views import ageing, debtors, open_items
from sandbox.mailbox import Mailbox

ORDERS = [("datev", "platform"), ("platform", "datev")]
INVOICED, DUE = date(2026, 1, 27), date(2026, 2, 10)


class TwoBooks(LiveOffice):
    def role(self, name, role):
        with self.app.store.write() as tx:
            found = tx.connections.by_name(self.id, name)
            tx.connections.save(self.id, replace(found, role=role))

    def in_datev(self, amount="1190.00", number="RE-1", name="Beispiel AG"):
        if "10001" not in self.debtors:
            self.debtor("10001", name=name, email="")
        self.owes("10001", number, amount, DUE)

    def on_platform(self, amount="1190.00", id_="1", name="Beispiel AG", **fields):
        self.platform.contact("a", name, email="kunde@beispiel.example")
        self.platform.invoice(id_, "a", amount, INVOICED, **fields)
        self.read()

    def told(self):
        """Reason of every verdict on RE-1 by connection."""
        rows = self.run().verdicts
        return {row.connection: row.verdict.reason for row in rows if row.number == "RE-1"}

    def demanded(self):
        """What the living proposals ask for, by number."""
        with self.app.store.read() as tx:
            found = tx.notices.many(self.id, states=(NoticeState.PROPOSED,))
        return {line.number: line.outstanding.plain() for n in found for line in n.lines}

    def shown(self, **options):
        rows = open_items(self.app, self.id, self.clock.day, **options)
        return [(row.connection, row.item.number, len(row.also_on)) for row in rows]


@pytest.fixture
def two_books(tmp_path):
    with Mailbox(tmp_path / "mails") as mailbox:
        made = TwoBooks(tmp_path, mailbox)
        yield made
        made.close()


def in_both(office, order=("datev", "platform")):
    """The platform leads, DATEV is evidence."""
    office.role("datev", Role.EVIDENCE)
    for where in order:
        office.in_datev() if where == "datev" else office.on_platform()


def owing(office):
    """What is owed: by the list, by its ages, and by the debtors."""
    rows = open_items(office.app, office.id, office.clock.day)
    ages = ageing(rows).get("EUR", {})
    people = debtors(office.app, office.id, office.clock.day)
    return (
        [row.owed.plain() for row in rows],
        {age: each.plain() for age, each in ages.items() if each.amount},
        [each.plain() for row in people for each in row.open],
    )


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_open_in_both_it_is_shown_once_and_dunned_once(two_books, order) -> None:
    in_both(two_books, order)
    assert two_books.told() == {"datev": Reason.SAME_CLAIM, "online": Reason.LEVEL_REACHED}
    assert two_books.demanded() == {"RE-1": "1190.00"}
    assert two_books.shown() == [("online", "RE-1", 1)]
    assert sorted(two_books.shown(every=True)) == [("datev", "RE-1", 1), ("online", "RE-1", 1)]
    for every in (True, False):
        rows = open_items(two_books.app, two_books.id, two_books.clock.day, every=every)
        assert ageing(rows)["EUR"]["8-30"].plain() == "1190.00"
    owing = debtors(two_books.app, two_books.id, two_books.clock.day)
    assert [each.plain() for row in owing for each in row.open] == ["1190.00"]


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_paid_in_the_datev_export_only_it_is_shown_once_and_not_dunned(two_books, order) -> None:
    in_both(two_books, order)
    two_books.paid("10001", "RE-1")
    assert two_books.told() == {"online": Reason.PAID_ELSEWHERE}
    assert two_books.shown() == [("online", "RE-1", 1)]
    assert owing(two_books) == (["0.00"], {}, [])
    found = explain(two_books.app, two_books.id, "online:1", on=two_books.clock.day, language="de")
    assert found.reason == Reason.PAID_ELSEWHERE
    assert "in der Anbindung datev ausgeglichen (Tag: 02.03.2026)" in found.text
    assert found.course == ()
    assert found.history[0] == (
        "Derselbe Beleg: datev:10001/RE-1 (RE-1, ausgeglichen am 02.03.2026); führt nicht."
    )


def test_paid_on_the_platform_only_the_export_does_not_bring_it_back(two_books) -> None:
    in_both(two_books)
    two_books.platform.pay("1", "1190.00", two_books.clock.day)
    two_books.read()
    assert two_books.told() == {"datev": Reason.SAME_CLAIM}
    assert two_books.shown() == [("datev", "RE-1", 1)]
    assert owing(two_books) == (["0.00"], {}, [])


@pytest.mark.parametrize("where", ["datev", "online"])
def test_five_hundred_paid_in_one_of_them_690_are_demanded(two_books, where) -> None:
    in_both(two_books)
    if where == "datev":
        two_books.paid("10001", "RE-1", left="690.00")
    else:
        two_books.platform.pay("1", "500.00", two_books.clock.day)
        two_books.read()
    two_books.run()
    assert two_books.demanded() == {"RE-1": "690.00"}
    assert owing(two_books) == (["690.00"], {"8-30": "690.00"}, ["690.00"])


def test_two_leading_connections_dun_it_once_from_the_one_made_first(two_books) -> None:
    two_books.in_datev()
    two_books.on_platform()
    assert two_books.told() == {"datev": Reason.LEVEL_REACHED, "online": Reason.SAME_CLAIM}
    two_books.platform.pay("1", "1190.00", two_books.clock.day)
    two_books.read()
    assert two_books.told() == {"datev": Reason.PAID_ELSEWHERE}
    assert two_books.demanded() == {}


def test_the_credit_note_that_both_have_is_deducted_once(two_books) -> None:
    two_books.in_datev()
    two_books.in_datev("-190.00", "GS-1")
    two_books.on_platform()
    two_books.on_platform("-190.00", "2", number="GS-1", kind=ItemKind.CREDIT_NOTE)
    two_books.run()
    assert two_books.demanded() == {"RE-1": "1190.00", "GS-1": "-190.00"}
    with two_books.app.store.read() as tx:
        (notice,) = tx.notices.many(two_books.id, states=(NoticeState.PROPOSED,))
    assert notice.total.plain() == "1000.00"


def test_a_credit_note_that_only_the_evidence_has_holds_what_it_could_pay(two_books) -> None:
    """The tax adviser booked it, and set it off against nothing yet: nobody is asked for RE-1."""
    in_both(two_books)
    two_books.in_datev("-1190.00", "GS-1")
    link(two_books.app, two_books.id, "online:K-a", ["datev:10001"], by="erika")
    assert two_books.told()["online"] is Reason.UNPLACED_MONEY
    two_books.platform.invoice("2", "a", "1500.00", INVOICED)
    two_books.read()
    two_books.run()
    assert two_books.demanded() == {"RE-2": "1500.00"}, "more than it could pay"


def test_paid_there_between_approval_and_send_it_is_asked_there_and_does_not_leave(
    two_books,
) -> None:
    """DATEV leads, and nothing of it can be read again; the platform, which knows, is asked."""
    two_books.in_datev()
    two_books.on_platform()
    [notice] = two_books.propose_and_approve()
    two_books.platform.pay("1", "1190.00", two_books.clock.day)
    [outcome] = two_books.send().outcomes
    assert (outcome.outcome, two_books.state(notice)) == ("withdrawn", NoticeState.WITHDRAWN)
    assert "RE-1 ist laut online nicht mehr offen" in outcome.reason
    assert two_books.mailbox.count() == 0
    assert two_books.outbox() == []


def test_an_approved_notice_of_another_connection_stays_when_the_leading_one_comes(
    two_books,
) -> None:
    """Approved from the platform; then the export is read, whose connection is older and leads."""
    two_books.on_platform()
    [notice] = two_books.propose_and_approve()
    two_books.in_datev()
    [outcome] = two_books.send().outcomes
    assert (outcome.outcome, two_books.state(notice)) == ("withdrawn", NoticeState.WITHDRAWN)
    assert "steht auch in der Anbindung datev" in outcome.reason


def test_a_level_that_left_is_not_said_again_when_another_connection_leads(two_books) -> None:
    """Monday: level 1 leaves from the platform. Tuesday the export is there and leads."""
    two_books.on_platform()
    two_books.propose_and_approve()
    assert [o.outcome for o in two_books.send().outcomes] == ["sent"]
    two_books.day(TUESDAY)
    two_books.in_datev()
    assert two_books.told()["datev"] is Reason.DEADLINE_RUNNING
    two_books.day(date(2026, 4, 1))
    two_books.run()
    with two_books.app.store.read() as tx:
        (after,) = tx.notices.many(two_books.id, states=(NoticeState.PROPOSED,))
    assert [line.level for line in after.lines] == [2]


# --- what nobody is sure of -----------------------------------------------------------------------


def suspected(office):
    """The debtor has another name in each of the books, and nothing else agrees."""
    office.in_datev(name="Beispiel Altbau AG")
    office.platform.contact("a", "Muster & Partner", email="")
    office.platform.invoice("1", "a", "1190.00", INVOICED)
    office.read()


def test_a_suspect_holds_both_until_somebody_says_that_it_is_one(two_books) -> None:
    suspected(two_books)
    assert set(two_books.told().values()) == {Reason.HELD}
    (pair,) = claims.claim_pairs(two_books.app, two_books.id)
    assert (pair.leading.debtor, pair.other.debtor) == ("Beispiel Altbau AG", "Muster & Partner")
    findings = {name: well for name, well, _ in examine_facts(
        two_books.app, two_books.creditor, lambda de, _en: de)}  # fmt: skip
    assert findings["same_claims"] is False

    claims.decide_claims(two_books.app, two_books.id, "RE-1", same=True, by="erika")
    assert claims.claim_pairs(two_books.app, two_books.id) == []
    assert two_books.told() == {"datev": Reason.LEVEL_REACHED, "online": Reason.SAME_CLAIM}
    assert two_books.audit_is_fine()


def test_a_suspect_that_is_another_claim_is_dunned_as_any(two_books) -> None:
    suspected(two_books)
    claims.decide_claims(
        two_books.app, two_books.id, "online:1", "datev:10001/RE-1", same=False, by="erika"
    )
    assert set(two_books.told().values()) == {Reason.LEVEL_REACHED}
    # And back again: the last word counts.
    claims.decide_claims(
        two_books.app, two_books.id, "online:1", "datev:10001/RE-1", same=True, by="erika"
    )
    assert two_books.told()["online"] is Reason.SAME_CLAIM


def test_what_has_another_number_is_one_claim_when_somebody_says_so(two_books) -> None:
    two_books.role("datev", Role.EVIDENCE)
    two_books.in_datev(number="4711")
    two_books.on_platform()
    claims.decide_claims(two_books.app, two_books.id, "4711", "RE-1", same=True, by="erika")
    two_books.paid("10001", "4711")
    assert two_books.told() == {"online": Reason.PAID_ELSEWHERE}


def test_what_cannot_be_one_claim_is_refused(two_books) -> None:
    two_books.in_datev()
    two_books.in_datev("50.00", "RE-2")
    two_books.in_datev("-20.00", "GS-1")
    two_books.on_platform("99.00", "9")
    for first, second, why in [
        ("RE-1", "RE-2", "derselben Anbindung"),
        ("RE-9", "GS-1", "Gutschrift"),
        ("RE-9", "RE-9", "derselben Anbindung"),
        ("RE-9", "", "keinen Verdacht"),
        ("RE-77", "", "Keine Rechnung"),
    ]:
        with pytest.raises(UsageError, match=why):
            claims.decide_claims(two_books.app, two_books.id, first, second, same=True, by="erika")


def test_cancelled_in_one_and_open_in_the_other_waits_for_a_person(two_books) -> None:
    in_both(two_books)
    with two_books.app.store.write() as tx:
        tx.ledger.save_ledger(
            two_books.id, two_books.connection.id,
            {two_books.debtors["10001"]: LedgerResult(())},
            backlog_before=None, start_level=1, on=two_books.clock.day, gone=ItemState.CANCELLED,
        )  # fmt: skip
    assert two_books.told()["online"] is Reason.HELD


# --- what is known of one counts for the other ----------------------------------------------------


def test_a_hold_on_the_one_holds_the_other(two_books) -> None:
    in_both(two_books)
    two_books.hold("10001", "RE-1", kind=HoldKind.DISPUTE)
    assert two_books.told()["online"] is Reason.HELD


def test_reported_as_paid_by_its_number_it_is_held_and_named_without_its_connection(
    two_books,
) -> None:
    in_both(two_books)
    paid(two_books.app, two_books.id, "RE-1", amount=None, on=two_books.clock.day, by="erika")
    assert two_books.told()["online"] is Reason.HELD


def test_a_run_over_both_can_be_replayed_and_compared(two_books) -> None:
    in_both(two_books)
    first = two_books.run()
    two_books.day(FRIDAY)
    two_books.paid("10001", "RE-1", left="690.00")
    second = two_books.run()
    for run in (first, second):
        assert replay(two_books.app, two_books.id, run.run).identical
    found = diff(two_books.app, two_books.id, first.run, second.run)
    causes = {c.cause for each in found.debtors for change in each.changes for c in change.causes}
    assert {"paid", "other_connection"} <= causes


def test_linking_the_debtors_settles_the_doubt_and_counts_the_claim_once(two_books) -> None:
    """Whose names differ is linked: one account, in which RE-1 stands twice and is owed once."""
    suspected(two_books)
    two_books.platform.invoice("2", "a", "60.00", INVOICED)
    two_books.read()
    link(two_books.app, two_books.id, "datev:100010000", ["online:a"], by="erika")
    assert two_books.told() == {"datev": Reason.LEVEL_REACHED, "online": Reason.SAME_CLAIM}
    with two_books.app.store.read() as tx:
        (notice,) = tx.notices.many(two_books.id, states=(NoticeState.PROPOSED,))
        account = tx.items.account(two_books.id, notice.debtor, two_books.clock.day)
    assert notice.total.plain() == "1250.00"
    owed = sum(each.outstanding.amount for each in claims_of(account, None))
    assert owed == Decimal(1250), "what a plan over the debtor would be about"
