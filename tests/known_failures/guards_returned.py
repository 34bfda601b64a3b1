"""Guards of what is taken back, and of what comes back: where they stand, how each is taken out."""

from __future__ import annotations

from guard_off import Guard, rewritten, without

UNDO, POSTED = "core.services.undo_sent", "core.services.posted:_refusal"
TAKE = "core.services.returned_mail:_Returned.take"
JUDGE = "core.services.returned_mail:_Returned._judge"
RECIPIENT = "core.services.deliver_recipient:recipient_of"
TAKEN_BACK, RETURNED = "test_06_delivery_taken_back.py", "test_14_delivery_returned_mail.py"

RETURNS = (
    Guard(
        6, "a letter that was taken back leaves no level", f"{UNDO}:_levels",
        without(f"{UNDO}:_levels", lambda *_: {}),
        f"{TAKEN_BACK}::test_no_level_is_left_of_a_letter_that_was_taken_back",
    ),
    Guard(
        6, "a letter that was taken back leaves no charge", f"{UNDO}:_charges",
        without(f"{UNDO}:_charges", lambda *_: 0),
        f"{TAKEN_BACK}::test_no_charge_is_left_of_a_letter_that_was_taken_back",
    ),
    Guard(
        6, "a letter that was taken back is not posted once more", POSTED,
        rewritten(POSTED, ("notice.sent_on is not None", "False")),
        f"{TAKEN_BACK}::test_a_letter_that_was_taken_back_is_not_posted_once_more",
    ),
    Guard(
        14, "a notice whose mail came back does not count", JUDGE,
        rewritten(JUDGE, ("self.notice.state is NoticeState.SENT", "False")),
        f"{RETURNED}::test_a_notice_that_never_arrived_does_not_count",
    ),
    Guard(
        14, "an address that mails come back from is not used again", RECIPIENT,
        rewritten(RECIPIENT, ("debtor.reachable_email", "debtor.email")),
        f"{RETURNED}::test_the_next_notice_goes_by_letter",
    ),
    Guard(
        14, "in test mode a mail that came back says nothing of the debtor", TAKE,
        rewritten(TAKE, ("not self.creditor.live", "False")),
        f"{RETURNED}::test_a_mail_of_test_mode_says_nothing_of_the_debtor",
    ),
)  # fmt: skip
