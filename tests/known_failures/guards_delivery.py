"""Guards between approval and evidence: where they stand, and how each is taken out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from guard_off import Guard, Off, around, both, rewritten, without

from core.domain.model import DeliveryState, OpenCharge

S = "core.services"
LOOK, ATTEMPT, RECORD = (f"{S}.deliver_{n}" for n in ("look", "attempt", "record"))
COMMIT = f"{ATTEMPT}:Attempt._commit"

PAID, RACE, CHARGE, HOLD = (
    "test_01_delivery_after_payment",
    "test_02_delivery_race_with_payment",
    "test_04_delivery_duplicate_charges",
    "test_05_delivery_hold_on_every_channel",
)
LEVEL, FEE, RESULT, SKIPPED = (
    "test_06_delivery_level_without_letter",
    "test_06_delivery_charges",
    "test_14_delivery_result_of_the_mail_server",
    "test_15_delivery_skipped_is_not_done",
)
KEPT = "test_13_delivery_interest_kept"
BAD, COUNTED = "test_16_delivery_one_bad_notice", "test_18_delivery_counted_before_it_left"

# Nothing is compared any more: what was approved leaves.
BLIND = without(
    f"{LOOK}:_compare",
    lambda tx, desk, creditor, notice, *_: (notice, desk.app.procedure(notice.procedure)),
)
NO_SECOND_LOOK = rewritten(
    COMMIT,
    ("now = look(tx, desk, self.notice.id, locked=True)", "now = self.cleared"),
)


def result_ignored(state: DeliveryState) -> Off:
    """Whatever the channel says of a hand-over that began, it is taken for ``state``."""

    def off(patch: pytest.MonkeyPatch) -> None:
        from core.services import deliver, deliver_attempt

        real = deliver_attempt.run_channel

        def run_channel(attempt: Any, give: Any) -> Any:
            result = real(attempt, give)
            return replace(result, state=state) if attempt.handed_over else result

        patch.setattr(deliver, "run_channel", run_channel)

    return off


def gives_up(patch: pytest.MonkeyPatch) -> None:
    """After one notice that broke the others are not tried, and nobody says so."""
    from core.services.deliver import SendOutcome, _Send

    real, broken = _Send._one, []

    def one(self: Any, notice: Any) -> Any:
        if broken:
            return SendOutcome(notice.id, "", "failed", "")
        outcome = real(self, notice)
        if outcome.outcome == "failed":
            broken.append(notice.id)
        return outcome

    patch.setattr(_Send, "_one", one)


def only_open(charges: Any, *args: Any) -> dict[int, list[OpenCharge]]:
    """The sub-ledger without what was settled."""
    found = charges(*args)
    return {debtor: [c for c in kept if not c.paid] for debtor, kept in found.items()}


FIRST = (
    Guard(
        1, "the last look decides again before anything leaves", f"{LOOK}:_compare",
        BLIND,
        f"{PAID}.py::test_paid_between_approval_and_send_neither_mail_nor_letter_leaves",
    ),
    Guard(
        1, "a printed letter is looked at again while it lies there",
        f"{S}.deliver_letters:Letters._must_not_be_posted",
        without(f"{S}.deliver_letters:Letters._must_not_be_posted", lambda *_: False),
        f"{PAID}.py::test_the_printed_letter_is_taken_back_at_the_very_next_send",
    ),
    Guard(
        1, "a letter that is printed anew is looked at first", f"{LOOK}:_compare",
        BLIND,
        f"{PAID}.py::test_paid_while_the_printed_letter_lay_there_it_is_taken_back",
    ),
    Guard(
        2, "a second look inside the transaction of the hand-over", COMMIT,
        NO_SECOND_LOOK,
        f"{RACE}.py::test_what_happens_while_the_mail_server_is_already_listening_still_stops_it",
    ),
    Guard(
        4, "a notice keeps the charges it was approved with", f"{RECORD}:record_printed",
        rewritten(
            f"{RECORD}:record_printed",
            ("    set_pending(tx, desk.creditor.id, notice, Pending.PRINTED)",
             ("    set_pending(tx, desk.creditor.id, notice, Pending.PRINTED)\n"
             "    from core.store import tables as t\n"
             "    tx.notices._db.execute(t.notice.update().values(\n"
             "        total_minor=t.notice.c.total_minor + 250))")),
        ),
        f"{CHARGE}.py::test_three_tries_and_a_fall_back_to_post_demand_119_euros_once",
    ),
    Guard(
        4, "a letter is posted once", f"{S}.posted:_refusal",
        both(
            without(f"{S}.posted:_refusal", lambda *_: ""),
            without("core.store.transitions:check_notice", lambda *_: None),
        ),
        f"{FEE}.py::test_posted_twice_and_sent_again_it_is_one_fee",
    ),
    Guard(
        4, "a charge that is asked for again is not kept again", "core.store.charges:Charges.keep",
        rewritten(
            "core.store.charges:Charges.keep",
            ("if not charge.demanded or charge.earlier is not None:", "if not charge.demanded:"),
        ),
        f"{FEE}.py::test_the_second_letter_asks_for_the_first_fee_again_and_keeps_it_once",
    ),
    Guard(
        4, "interest replaces its own earlier figure", "core.store.charges:Charges._replaced",
        rewritten(
            "core.store.charges:Charges._replaced",
            ("amount_minor=charge.amount.minor", "amount_minor=_C.amount_minor + charge.amount.minor"),
        ),
        f"{FEE}.py::test_the_second_letter_asks_for_the_first_fee_again_and_keeps_it_once",
    ),
    Guard(
        4, "the lump sum of a claim is kept once", "core.domain.charges:_again",
        rewritten("core.domain.charges:_again", ("earlier=charge.id", "earlier=None")),
        f"{FEE}.py::test_the_second_letter_asks_for_the_first_fee_again_and_keeps_it_once",
    ),
    Guard(
        4, "what was paid or waived is known to the rules", "core.store.accounts:Accounts._charges",
        around("core.store.accounts:Accounts._charges", only_open),
        f"{FEE}.py::test_a_lump_sum_that_was_settled_never_comes_back",
    ),
    Guard(
        5, "the look is taken for the notice, before any channel", f"{LOOK}:_compare",
        BLIND,
        f"{HOLD}.py::test_a_hold_stops_mail_and_letter_alike",
    ),
    Guard(
        5, "and once more before the next channel", COMMIT,
        NO_SECOND_LOOK,
        f"{HOLD}.py::test_a_hold_that_comes_while_the_mail_is_refused_stops_the_letter_too",
    ),
    Guard(
        5, "a notice with nothing left to dun does not leave", f"{LOOK}:_compare",
        BLIND,
        f"{HOLD}.py::test_when_all_invoices_are_paid_no_empty_notice_leaves",
    ),
)  # fmt: skip

SECOND = (
    Guard(
        6, "charges are kept when the letter was posted, not when printed", f"{RECORD}:record_printed",
        rewritten(
            f"{RECORD}:record_printed",
            ("    set_pending(tx, desk.creditor.id, notice, Pending.PRINTED)",
             ("    set_pending(tx, desk.creditor.id, notice, Pending.PRINTED)\n"
             "    tx.charges.keep(desk.creditor.id, notice.debtor, notice.id, notice.charges,\n"
             "        'receivable', desk.on)")),
        ),
        f"{FEE}.py::test_nothing_is_kept_before_the_letter_was_posted",
    ),
    Guard(
        6, "a letter that was withdrawn leaves no charge", f"{RECORD}:record_printed",
        rewritten(
            f"{RECORD}:record_printed",
            ("    set_pending(tx, desk.creditor.id, notice, Pending.PRINTED)",
             ("    set_pending(tx, desk.creditor.id, notice, Pending.PRINTED)\n"
             "    tx.charges.keep(desk.creditor.id, notice.debtor, notice.id, notice.charges,\n"
             "        'receivable', desk.on)")),
        ),
        f"{FEE}.py::test_a_letter_that_is_withdrawn_leaves_no_charge",
    ),
    Guard(
        6, "what left has its charges kept", f"{RECORD}:record_sent",
        rewritten(
            f"{RECORD}:record_sent", ("if mode is not ChargesMode.INFORMATIONAL and", "if False and")
        ),
        f"{FEE}.py::test_nothing_is_kept_before_the_letter_was_posted",
    ),
    Guard(
        6, "with a fee a notice leaves by post only", f"{S}.deliver_recipient:fee_forbids",
        without(f"{S}.deliver_recipient:fee_forbids", lambda *_: ""),
        f"{FEE}.py::test_with_a_fee_it_does_not_leave_by_mail",
    ),
    Guard(
        6, "a mail that cannot be archived does not leave", f"{ATTEMPT}:Attempt._archive",
        without(f"{ATTEMPT}:Attempt._archive", lambda *_: True),
        f"{LEVEL}.py::test_a_mail_that_cannot_be_archived_does_not_leave",
    ),
    Guard(
        6, "every notice that left has its level and its document", f"{RECORD}:record_sent",
        rewritten(
            f"{RECORD}:record_sent", ("tx.items.record_level(creditor, same, desk.on)", "pass")
        ),
        f"{LEVEL}.py::test_every_level_has_its_letter_and_every_letter_its_level",
    ),
    Guard(
        6, "a letter that could not be printed is not printed", f"{ATTEMPT}:conclude",
        rewritten(
            f"{ATTEMPT}:conclude",
            ("elif result.state is DeliveryState.PRINTED:", 'elif attempt.channel == "letter":'),
        ),
        f"{LEVEL}.py::test_a_full_outbox_leaves_no_letter_and_no_level",
    ),
    Guard(
        13, "charges outlive the principal as a claim of their own",
        f"{S}.charges:settle_after_payment",
        without(f"{S}.charges:settle_after_payment", lambda *_: 0),
        f"{KEPT}.py::test_when_only_the_principal_is_paid_the_charges_are_left_as_a_claim",
    ),
    Guard(
        13, "they do so when the principal is paid, not before", f"{S}.charges:_states",
        without(f"{S}.charges:_states", lambda *_: {"settled": False}),
        f"{KEPT}.py::test_a_part_that_is_paid_leaves_them_with_the_invoice",
    ),
    Guard(
        13, "charges that are left bear none", "core.domain.charges:_owes",
        without("core.domain.charges:_owes", lambda *_: True),
        f"{KEPT}.py::test_they_are_dunned_once_and_bear_no_charges",
    ),
    Guard(
        14, "the answer of the mail server decides", f"{ATTEMPT}:run_channel",
        result_ignored(DeliveryState.SENT),
        f"{RESULT}.py::test_what_the_server_said_is_what_the_notice_says",
    ),
    Guard(
        14, "where there is no answer the notice is unknown and stays so", f"{ATTEMPT}:run_channel",
        result_ignored(DeliveryState.FAILED),
        f"{RESULT}.py::test_what_the_server_said_is_what_the_notice_says",
    ),
)  # fmt: skip

THIRD = (
    Guard(
        15, "bulk approval leaves out what is above the limit", f"{S}.approve:_not_in_bulk",
        without(f"{S}.approve:_not_in_bulk", lambda *_: ""),
        f"{SKIPPED}.py::test_of_three_one_is_sent_one_fails_one_is_not_approved_and_each_says_so",
    ),
    Guard(
        15, "what no channel can take is held, not done", f"{S}.deliver:_Send._note_failure",
        without(f"{S}.deliver:_Send._note_failure", lambda *_: None),
        f"{SKIPPED}.py::test_of_three_one_is_sent_one_fails_one_is_not_approved_and_each_says_so",
    ),
    Guard(
        15, "only the letter that is named is posted", f"{S}.posted:posted",
        rewritten(
            f"{S}.posted:posted",
            ("if run is not None:\n            found += _printed_of(tx, creditor, run)",
             "found += tx.notices.many(creditor, states=(NoticeState.PRINTED,))"),
        ),
        f"{SKIPPED}.py::test_of_two_printed_letters_only_the_named_one_is_posted",
    ),
    Guard(
        16, "what breaks in rendering or mail stays with its notice", f"{S}.deliver:_Send._one",
        gives_up,
        f"{BAD}.py::test_the_one_in_the_middle_breaks_and_its_neighbours_leave",
    ),
    Guard(
        16, "a procedure that cannot be read stops its own customer", f"{S}.deliver:_Send._one",
        gives_up,
        f"{BAD}.py::test_a_customer_whose_procedure_cannot_be_read_stops_nobody_else",
    ),
    Guard(
        18, "a level counts after the answer, not before", COMMIT,
        rewritten(
            COMMIT,
            ("tx.notices.set_state(creditor, self.notice.id, NoticeState.HANDING_OVER)",
             ("tx.notices.set_state(creditor, self.notice.id, NoticeState.HANDING_OVER)\n"
             "    levels = {x.item: x.level for x in self.notice.lines}\n"
             "    tx.items.record_level(creditor, levels, desk.on)")),
        ),
        f"{COUNTED}.py::test_at_the_moment_of_data_nothing_counts_yet",
    ),
    Guard(
        18, "a refused mail is no contact", f"{RECORD}:record_failed",
        rewritten(
            f"{RECORD}:record_failed",
            ("    notice, consolidated = cleared.notice, cleared.procedure.consolidated",
             ("    notice, consolidated = cleared.notice, cleared.procedure.consolidated\n"
             "    tx.notices.record_contact(\n"
             "        creditor, notice.debtor, notice.issue_date, notice.deadline)")),
        ),
        f"{COUNTED}.py::test_a_refused_mail_leaves_level_0_and_no_contact_on_monday",
    ),
    Guard(
        18, "a printed letter is no contact until it is posted", f"{RECORD}:record_printed",
        rewritten(
            f"{RECORD}:record_printed",
            ("    set_pending(tx, desk.creditor.id, notice, Pending.PRINTED)",
             ("    set_pending(tx, desk.creditor.id, notice, Pending.PRINTED)\n"
             "    tx.notices.record_contact(desk.creditor.id, notice.debtor, desk.on, None)")),
        ),
        f"{COUNTED}.py::test_a_printed_letter_is_no_contact_until_it_is_posted",
    ),
)  # fmt: skip
