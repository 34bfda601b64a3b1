"""Guards at the platforms that invoices come from: where they stand, and how each is taken out."""

from __future__ import annotations

from guard_off import Guard, around, rewritten, without

SOURCE = "core.services.deliver_source:Source"
LOOK, UNREADABLE = f"{SOURCE}.look", f"{SOURCE}._unreadable"
THERE = "test_01_delivery_paid_on_the_platform"
SILENT, ONCE = "test_01_sync_silent_payment.py", "test_03_delivery_entered_once.py"
ONE_BAD = "test_16_sync_one_bad_record.py"
CHANGES, ROWS = "connectors.lexoffice.changes:changes", "connectors.lexoffice.stream:Pass.changed"
SETTLE, REPEATABLE = (
    "core.services.write_back:WriteBack._settle",
    "connectors._http:_Call.repeatable",
)
EACH, HOLDS = (
    "connectors.lexoffice.reading:VoucherReader._guard", "core.domain.platform_ledger:_holds"
)  # fmt: skip
AT_THE_BANK = "test_01_sync_money_at_the_bank.py"
BANK_HOLDS, FEED = "core.services.bank_lines:_holds", "core.services.booked:book_from_platform"
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
    Guard(
        1, "the rows of everything open are compared in every sync", ROWS,
        around(ROWS, lambda old, work, rows: [r for r in old(work, rows) if not work.known.marks([r.id])]),
        f"{SILENT}::test_a_part_payment_that_no_list_of_changes_reports_is_seen",
    ),
    Guard(
        1, "money at the bank that nobody has assigned holds what it could pay", BANK_HOLDS,
        without(BANK_HOLDS, lambda *_: {}),
        f"{AT_THE_BANK}::test_money_that_nobody_has_assigned_stops_what_it_could_pay",
    ),
    Guard(
        1, "an earlier day of the platform's bank feed takes back a later one", FEED,
        rewritten(FEED, ("was > day and not theirs", "was > day")),
        f"{AT_THE_BANK}::test_a_bank_feed_that_turns_out_to_stand_still_lets_nothing_leave",
    ),
    Guard(
        3, "an entry without an answer is looked up before it is written again", SETTLE,
        rewritten(SETTLE, ("found is not None", "found is False")),
        f"{ONCE}::test_an_answer_that_got_lost_makes_no_second_entry",
    ),
    Guard(
        3, "the client repeats no write without a key against doubles", REPEATABLE,
        without(REPEATABLE, lambda _call: True),
        f"{ONCE}::test_a_write_that_ended_in_a_timeout_is_sent_once",
    ),
    Guard(
        16, "what one voucher lacks is a problem of that voucher", EACH,
        without(EACH, lambda _reader, _row, _record, read: read()),
        f"{ONE_BAD}::test_the_one_in_the_middle_is_unreadable_and_its_neighbours_are_read",
    ),
    Guard(
        16, "whose record cannot be read is not dunned", HOLDS, without(HOLDS, lambda *_: ()),
        f"{ONE_BAD}::test_whose_record_cannot_be_read_is_not_dunned",
    ),
    Guard(
        20, "what is believed open and stands in no list is read alone in every sync", CHANGES,
        rewritten(CHANGES, ("(believed | again) - handled", "again - handled")),
        "test_20_sync_deleted_document.py::test_what_was_deleted_there_is_no_open_item_here",
    ),
)  # fmt: skip
