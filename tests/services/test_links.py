"""One customer on two connections: linked by a person, he gets one letter; never two in a day."""

from __future__ import annotations

import email
import email.policy
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from delivery_desk import MONDAY, THURSDAY, TUESDAY, WEDNESDAY, Office

from core.domain.model import Charge, HoldKind, NoticeState, Role
from core.domain.money import Money
from core.domain.same_debtor import Sign
from core.errors import UsageError
from core.services.explain import explain
from core.services.filing import filing
from core.services.holds import hold, release
from core.services.link_differences import Field
from core.services.link_suggestions import suggestions
from core.services.links import keep_apart, link, link_suggested, unlink
from core.services.plans import PlanWish, plan
from core.services.replay import replay
from core.services.run_diff import diff

LATE = date(2026, 2, 10)


class TwoBooks(Office):
    """Erika Muster owes 119 euros in the shop's books (DATEV 10001) and 50 in those of its branch
    (20001); nobody has said yet that she is one.
    """

    def __init__(self, folder, mailbox, **options):
        super().__init__(folder, mailbox, **options)
        self.shop = self.connection
        with self.app.store.write() as tx:
            self.branch = tx.connections.add(
                self.id, "datev", "filiale", Role.LEADING, "29098/55004", self.clock.day
            )
        self.debtor("10001", "Erika Muster", "erika@muster.example")
        self.owes("10001", "RE-1", "119.00", LATE)
        with self.at_branch():
            self.debtor("20001", "Muster, Erika", "post@muster.example")
            self.owes("20001", "FI-1", "50.00", LATE)
        self.day(self.clock.day)

    @contextmanager
    def at_branch(self):
        self.connection = self.branch
        try:
            yield
        finally:
            self.connection = self.shop

    def day(self, day, *, booked=True):
        super().day(day, booked=booked)
        with self.at_branch():
            super().day(day, booked=booked)

    def link(self, head="10001", *others):
        return link(self.app, self.id, head, others or ("20001",), by="erika")

    def unlink(self, *texts):
        return unlink(self.app, self.id, texts or ("20001",), by="erika")

    def mails(self):
        """(recipient, subject) of every mail that arrived."""
        parsed = [
            email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            for file in self.mailbox.files()
        ]
        return [mail["To"].addresses[0].addr_spec for mail in parsed]

    def numbers(self, notice):
        return [line.number for line in self.notice(notice).lines]

    def reason(self, number):
        found = explain(self.app, self.id, number, on=self.clock.day, language="de")
        return getattr(found.reason, "value", found.reason)


@pytest.fixture
def books(tmp_path, mailbox):
    for file in mailbox.files():
        file.unlink()
    with closing(TwoBooks(tmp_path, mailbox)) as made:
        yield made


def test_without_a_link_she_gets_two_letters_and_with_it_one(books):
    """Given 119 and 50 euros are late, when both accounts are linked, then one mail asks for 169
    euros at the address of the head, and the rest of the week nothing follows.
    """
    assert len(books.run().proposals) == 2
    books.link()

    [notice] = books.run().proposals
    assert books.numbers(notice) == ["FI-1", "RE-1"]
    assert books.notice(notice).total.plain() == "169.00"
    books.approve(notice)
    books.send()

    assert books.mails() == ["erika@muster.example"]
    assert {books.item(n).level for n in ("RE-1", "FI-1")} == {1}
    for day in (TUESDAY, WEDNESDAY, THURSDAY):
        books.day(day)
        assert books.run().proposals == []
    assert books.audit_is_fine()


def test_two_letters_on_one_day_or_within_the_gap_are_impossible(books):
    """Given only the branch's invoice was dunned on Monday, when both are linked on Tuesday, then
    the shop's invoice, late as it is, waits for the gap between two contacts.
    """
    shop = books.item("RE-1").debtor
    with books.app.store.write() as tx:
        tx.holds.add(
            books.id, HoldKind.MANUAL, shop, None, "Kulanz", "erika", MONDAY, MONDAY
        )  # fmt: skip
    books.approve(*books.run().proposals)
    books.send()
    assert books.mails() == ["post@muster.example"]

    books.day(TUESDAY)
    assert len(books.run().proposals) == 1
    books.link()
    assert books.run().proposals == []
    assert books.reason("RE-1") == "deadline_running"
    books.unlink()
    assert books.run().proposals == [], "the letter of Monday was to her, whoever she is"


def test_what_was_approved_for_the_old_grouping_never_leaves(books):
    """Given both proposals are approved, when the accounts are linked, then both are withdrawn."""
    first, second = books.propose_and_approve()
    report = books.link()
    assert sorted(report.withdrawn) == [first, second]
    assert books.send().outcomes == []
    assert {books.state(n) for n in (first, second)} == {NoticeState.WITHDRAWN}
    assert "verknüpft" in books.notice(first).reason

    [joint] = books.propose_and_approve()
    books.unlink()
    assert books.state(joint) is NoticeState.WITHDRAWN
    assert books.send().outcomes == []
    assert [books.numbers(n) for n in books.run().proposals] == [["RE-1"], ["FI-1"]]


def test_the_last_look_stops_what_was_linked_behind_its_back(books):
    """Given a link that came while notices were made, then the one to the member stays here."""
    first, second = books.propose_and_approve()
    shop, branch = books.notice(first).debtor, books.notice(second).debtor
    with books.app.store.write() as tx:
        tx.links.link(books.id, [branch], shop, "erika", books.clock.now())
    outcomes = {each.proposal: each for each in books.send().outcomes}
    assert outcomes[second].outcome == "withdrawn"
    assert "verknüpft" in outcomes[second].reason
    assert books.mails() == ["erika@muster.example"]


def test_a_hold_on_one_of_them_holds_both_until_it_is_released_by_either_name(books):
    books.link()
    day = {"by": "erika", "on": MONDAY}
    hold(books.app, books.id, "filiale:20001", reason="Mängelrüge", until=None, **day)
    assert books.run().proposals == []
    assert (books.reason("RE-1"), books.reason("FI-1")) == ("held", "held")
    release(books.app, books.id, "10001", **day)
    assert len(books.run().proposals) == 1


def test_only_the_debit_of_its_own_claims_is_left_to_the_bank(books):
    """Given the branch collects by direct debit, then the letter is about the shop's 119 euros."""
    with books.app.store.write() as tx:
        branch = books.item("FI-1").debtor
        tx.debtors.save_overrides(books.id, branch, {"direct_debit": "true"})
    report = books.link()
    assert Field.DIRECT_DEBIT in {each.field for each in report.differences}
    [notice] = books.run().proposals
    assert books.numbers(notice) == ["RE-1"]
    assert books.reason("FI-1") == "direct_debit"


def test_whoever_is_named_the_debtor_is_the_one_with_all_claims(books):
    """The plan and the filing for insolvency cover what she owes, whichever account is named."""
    books.link()
    found = filing(books.app, books.id, "20001", opened=MONDAY, on=MONDAY)
    assert (found.debtor, [claim.number for claim in found.claims]) == (
        "Erika Muster",
        ["FI-1", "RE-1"],
    )
    wish = PlanWish(2, MONDAY + timedelta(days=14))
    plan(books.app, books.id, "20001", wish, by="erika", on=MONDAY)
    assert books.run().proposals == []
    with pytest.raises(UsageError, match="release"):
        books.unlink()


def test_a_run_over_linked_debtors_is_replayed_and_compared(books):
    """Given a run before and one after, then both replay, and the change is told of the head."""
    books.run()
    books.link()
    books.run()
    assert [replay(books.app, books.id, run).identical for run in (1, 2)] == [True, True]
    found = diff(books.app, books.id, 1, 2)
    assert {change.seen.number for each in found.debtors for change in each.changes} <= {
        "RE-1",
        "FI-1",
    }


def test_the_person_is_told_where_both_differ(books):
    report = books.link("20001", "10001")
    told = {each.field: (each.head, each.other) for each in report.differences}
    assert told[Field.EMAIL] == ("post@muster.example", "erika@muster.example")
    assert told[Field.NAME] == ("Muster, Erika", "Erika Muster")
    assert (report.head.label, report.members[0].label) == ("filiale:20001", "datev:10001")


@pytest.mark.parametrize(
    ("head", "others", "says"),
    [
        ("10001", ("10001",), "mit sich selbst"),
        ("10001", ("99999",), "Kein Kunde"),
        ("10001", ("filiale:10001",), "Kein Kunde"),
    ],
    ids=["itself", "unknown", "elsewhere"],
)
def test_who_cannot_be_linked_is_told_why(books, head, others, says):
    with pytest.raises(UsageError, match=says):
        books.link(head, *others)


def test_who_belongs_to_somebody_is_not_linked_with_somebody_else(books):
    """Given 20001 is linked to 10001, then neither order makes a second group, and a head that
    joins another brings his own along.
    """
    books.debtor("10003", "Max Muster")
    books.link()
    assert books.link("datev:10001", "filiale:20001").changed is False
    for head, other in (("10003", "20001"), ("20001", "10003")):
        with pytest.raises(UsageError, match=r"Hauptkunde ist datev:10001.*unlink filiale:20001"):
            books.link(head, other)
    books.debtor("K 7", "Max Muster")
    with pytest.raises(UsageError, match="mahnwerk link datev:10001 'datev:K 7' – oder"):
        books.link("K 7", "20001")
    books.link("10003", "10001")
    with books.app.store.read() as tx:
        group = tx.links.group(books.id, books.item("FI-1").debtor)
    assert [books.debtors[account] for account in ("10003", "10001", "20001")] == list(group)
    assert len(books.unlink("10003")[0].members) == 2


def test_suggestions_name_the_sign_and_who_would_lead(books):
    """Given both have one address and name, then it is suggested, and linked only when asked."""
    [found] = suggestions(books.app, books.id)
    assert (found.head.label, found.other.label) == ("datev:10001", "filiale:20001")
    assert Sign.NAME in found.likeness.reasons
    assert link_suggested(books.app, books.id, by="erika") == [], "likely is not sure"

    with books.app.store.write() as tx:
        for account in ("10001", "20001"):
            id_ = books.debtors[account]
            tx.debtors.save_overrides(books.id, id_, {"vat_id": "DE111111117"})
        evidence = replace(books.shop, role=Role.EVIDENCE)
        tx.connections.save(books.id, evidence)
    [report] = link_suggested(books.app, books.id, by="erika")
    assert (report.head.label, report.evidence) == ("filiale:20001", False)
    assert suggestions(books.app, books.id) == []


def test_who_is_said_not_to_be_the_same_is_not_suggested_again(books):
    books.link()
    keep_apart(books.app, books.id, "10001", "20001", by="erika")
    assert len(books.run().proposals) == 2
    assert suggestions(books.app, books.id) == []
    with pytest.raises(UsageError, match="mit niemandem verknüpft"):
        books.unlink()
    books.link()
    books.unlink()
    assert len(suggestions(books.app, books.id)) == 1, "linking takes it back"


def test_a_printed_letter_to_one_of_them_blocks_both_until_it_is_posted(books):
    """Given the branch has no address for mail and its letter lies printed here, when both are
    linked, then nothing else is said to her, and posting it counts for both.
    """
    with books.at_branch():
        books.debtor("20001", "Muster, Erika", "")
    letter = next(n for n in books.run().proposals if books.numbers(n) == ["FI-1"])
    books.approve(letter)
    books.send()
    assert books.state(letter) is NoticeState.PRINTED

    report = books.link()
    assert [notice.id for notice in report.under_way] == [letter]
    assert books.run().proposals == []
    assert books.reason("RE-1") == "printed_not_posted"
    books.posted(letter)
    assert books.run().proposals == []
    assert books.reason("RE-1") == "deadline_running"


def test_linking_waits_for_a_run_that_is_under_way(books):
    """A run has read the accounts of before, and would propose for them."""
    with books.app.store.write() as tx:
        tx.leases.take(books.id, "run", "elsewhere:1", books.clock.now(), 300)
    for act in (books.link, books.unlink):
        with pytest.raises(UsageError, match="Mahnlauf dieses Mandanten läuft gerade"):
            act()


def test_what_is_left_of_interest_is_his_whose_claim_it_comes_from(books):
    """Given interest was asked for in a letter to the head, when the branch's invoice is paid,
    then what is left of it is an item of the branch, and goes with it.
    """
    item = books.item("FI-1")
    interest = Charge(
        "default_interest", Money.from_minor(120, "EUR"), "§ 288 Abs. 1 BGB", item.id, "FI-1",
        demanded=True, since=LATE, until=MONDAY,
    )  # fmt: skip
    books.link()
    books.propose_and_approve()
    books.send()
    head = books.item("RE-1").debtor
    with books.app.store.write() as tx:
        tx.charges.keep(books.id, head, 1, [interest], "receivable", MONDAY)
        (charge,) = [row.charge.id for row in tx.charges.rows(books.id, item.debtor)]
        left = tx.charges.chase(
            books.id, head, 1, [charge], "FI-1", Money.from_minor(120, "EUR"), MONDAY
        )
        found = tx.items.get(books.id, left)
    assert (found.debtor, found.connection) == (item.debtor, books.branch.id)


def test_one_invoice_that_both_accounts_have_is_asked_for_once(books):
    """Given the branch's books repeat the shop's invoice of 119 euros, when both are linked, then
    the one letter has it once.
    """
    with books.at_branch():
        books.owes("20001", "RE-1", "119.00", LATE)
    books.link()
    [notice] = books.run().proposals
    assert sorted(books.numbers(notice)) == ["FI-1", "RE-1"]
    assert books.notice(notice).total.plain() == "169.00"


def test_it_is_the_same_on_every_database(tmp_path, mailbox, store):
    """Given both are linked, dunned and parted, then each keeps what was said, and runs replay."""
    with closing(TwoBooks(tmp_path, mailbox, store=store)) as books:
        books.link()
        books.propose_and_approve()
        [outcome] = books.send().outcomes
        assert outcome.outcome == "sent"
        books.day(TUESDAY)
        assert books.run().proposals == []
        books.unlink()
        assert books.run().proposals == []
        assert {books.reason(n) for n in ("RE-1", "FI-1")} == {"deadline_running"}
        assert all(replay(books.app, books.id, run).identical for run in (1, 2, 3))
