"""Guards of one claim on several connections: where they stand, and how each is taken out."""

from __future__ import annotations

from guard_off import Guard, rewritten, without

ONE, TEST = "core.domain.one_claim", "test_01_one_claim_on_two_connections.py"
CLOSED, LOWEST, LEADER, DOUBT = (
    f"{ONE}:{name}" for name in ("closed_elsewhere", "_lowest", "leader", "doubtful")
)
CARRIED, ASKED = (
    "core.store.accounts:Accounts._twins",
    "core.services.deliver_source:Source._invoices",
)

CLAIMS = (
    Guard(
        1, "what another connection says to be paid is paid", CLOSED,
        without(CLOSED, lambda *_: None),
        f"{TEST}::test_what_the_other_says_to_be_paid_is_paid",
    ),
    Guard(
        1, "of one claim the least is demanded that a connection says", LOWEST,
        without(LOWEST, lambda *_: None),
        f"{TEST}::test_no_more_is_demanded_than_the_other_says",
    ),
    Guard(
        1, "one claim is dunned from the connection that leads", LEADER,
        without(LEADER, lambda *_: None),
        f"{TEST}::test_the_one_that_does_not_lead_is_not_dunned",
    ),
    Guard(
        1, "what may be one claim is held", DOUBT, without(DOUBT, lambda *_: None),
        f"{TEST}::test_what_may_be_the_same_is_held",
    ),
    Guard(
        1, "an account carries what other connections have of its claims", CARRIED,
        without(CARRIED, lambda *_: {}),
        f"{TEST}::test_an_invoice_in_two_books_is_one_letter",
    ),
    Guard(
        1, "each platform that has the claim is asked before the notice leaves", ASKED,
        rewritten(ASKED, ("t.match is Match.SAME", "t.match is None")),
        f"{TEST}::test_paid_on_the_platform_before_the_send_the_letter_from_the_export_stays",
    ),
)  # fmt: skip
