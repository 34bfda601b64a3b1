"""The look at the platform and the entries there are the same on every database."""

from __future__ import annotations

from datetime import date

from delivery_desk import MONDAY, TUESDAY
from source_desk import live_office_in

from core.errors import AnswerUnknown, Unreachable
from sandbox.mailbox import Mailbox

DUE = date(2026, 1, 27)


def test_sent_withdrawn_held_and_printed_with_their_entries(tmp_path, store):
    with (
        Mailbox(tmp_path / "mails") as mailbox,
        live_office_in(
            tmp_path, mailbox, store=store, settings={"attach_invoices": "no", "write_back": "yes"}
        ) as office,
    ):
        for n, email in enumerate(("a@kunde.example", "b@kunde.example", ""), 1):
            office.platform.contact(str(n), f"Beispiel {n} AG", email=email)
            office.platform.invoice(str(n), str(n), "119.00", DUE)
        office.read()
        notices = office.propose_and_approve()
        office.platform.pay("2", "119.00", MONDAY)
        office.platform.written = [AnswerUnknown("Keine Antwort.")]
        assert [o.outcome for o in office.send().outcomes] == ["sent", "withdrawn", "printed"]
        assert [row.state for row in office.rows()] == ["writing"]
        office.day(TUESDAY)
        assert [o.outcome for o in office.posted(notices[2])] == ["sent"]
        assert office.send().written == 2
        assert sorted(office.platform.dunnings) == ["1", "3"]
        assert [len(each) for each in office.platform.dunnings.values()] == [1, 1]

        office.platform.invoice("4", "2", "50.00", DUE)
        office.read("4")
        office.propose_and_approve()
        office.platform.fault(Unreachable("Keine Antwort."))
        assert [o.outcome for o in office.send().outcomes] == ["held"]
        assert [o.outcome for o in office.send().outcomes] == ["sent"]
        assert office.audit_is_fine()
