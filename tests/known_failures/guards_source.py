"""Guards at the platforms that invoices come from: where they stand, and how each is taken out."""

from __future__ import annotations

from guard_off import Guard, rewritten, without

SOURCE = "core.services.deliver_source:Source"
LOOK, UNREADABLE = f"{SOURCE}.look", f"{SOURCE}._unreadable"
THERE = "test_01_delivery_paid_on_the_platform"
NOT_ASKED = without(LOOK, lambda *_args, **_options: None)

LIVE = (
    Guard(
        1, "every invoice is read at its platform before its notice leaves", LOOK,
        NOT_ASKED,
        f"{THERE}.py::test_paid_there_between_approval_and_send_neither_mail_nor_letter_leaves",
    ),
    Guard(
        1, "a printed letter is looked up at the platform while it lies there",
        "core.services.deliver_letters:Letters._looked_at",
        rewritten(
            "core.services.deliver_letters:Letters._looked_at",
            ("unreadable = self.source.look(notice, printed=True)", "unreadable = None"),
        ),
        f"{THERE}.py::test_paid_there_while_the_printed_letter_lies_here_it_is_taken_back",
    ),
    Guard(
        1, "a platform that cannot be asked holds the notice", UNREADABLE,
        without(UNREADABLE, lambda *_: None),
        f"{THERE}.py::test_when_the_platform_cannot_be_asked_nothing_leaves",
    ),
)  # fmt: skip
