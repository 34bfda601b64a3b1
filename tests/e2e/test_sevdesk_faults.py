"""What breaks between an office and sevDesk: each fault once, each command that asks there.

Each case: it breaks, the command says so (exit code, one JSON document, a sentence with its remedy
in both languages), nobody sees the token, nothing is stored that is not true; then it works again,
and the same command ends with the right books and nothing doubled. The platform is our stand-in.
"""

from datetime import date

import pytest
from platform_faults import Job, every_step
from platform_office import ELSEWHERE
from platform_stages import approved, beside, connected, live, mirrored, onboarded
from sevdesk_office import BY_THE_PLATFORM, SevdeskOffice

desk = beside(SevdeskOffice)
WRITTEN = 6  # reminders on the platform: one beside each invoice


JOBS = {
    "connect": Job(live, ("connect", "sevdesk", *SevdeskOffice.connecting())),
    "onboard": Job(connected, ("onboard",)),
    "onboard, invoices": Job(connected, ("onboard",), path="/Invoice"),
    "onboard, in the middle": Job(connected, ("onboard",), after=3),
    "sync": Job(onboarded, ("sync",)),
    "last look": Job(approved, ("send",), path="/Invoice/"),
    "attachment": Job(approved, ("send",), path="/getPdf"),
    "write-back": Job(mirrored, ("send",), path="createInvoiceReminder", method="POST"),
}
# Each kind of fault at least once, each command with several: (job, kind, exit code).
CASES = [
    ("connect", "unauthorized", 77),
    ("connect", "payment_required", 77),
    ("connect", "html", 70),
    ("connect", "no_such_name", 69),
    ("connect", "stranger", 70),
    ("onboard", "throttle", 75),
    ("onboard", "truncated", 69),
    ("onboard", "error_in_200", 70),
    ("onboard, invoices", "bad_json_shape", 70),
    ("onboard, invoices", "half_page", 70),
    ("onboard, in the middle", "error500", 69),
    ("onboard, in the middle", "blocked", 77),
    ("onboard, in the middle", "reset", 69),
    ("sync", "token_rotated", 77),
    ("sync", "maintenance", 69),
    ("sync", "half_page", 70),
    ("sync", "empty", 70),
    ("sync", "down", 69),
    ("sync", "wrong_key", 77),
    ("last look", "forbidden", 77),
    ("last look", "error503", 69),
    ("last look", "timeout", 69),
    ("attachment", "html", 0),
    ("attachment", "slow_drip", 69),
    ("write-back", "error500_after_write", 0),
    ("write-back", "error400_after_write", 0),
    ("write-back", "throttle", 75),
]


def change(desk):
    """A day on which one invoice is paid, one is cancelled and one is new."""
    box = desk.sandbox
    desk.office.today = date(2026, 11, 21)
    box.pay(box.ids["RE-1"], on=date(2026, 11, 20))
    box.cancel(box.ids["RE-2"])
    who = box.add_contact(company="Elster Muster KG", email="post@elster.example")
    box.add_invoice(
        contact=who, gross="17.85", on=date(2026, 11, 20), time_to_pay=14, number="RE-9"
    )


@pytest.mark.parametrize(("name", "kind", "code"), CASES)
def test_it_breaks_it_says_so_and_goes_on(desk, stages, name, kind, code):
    every_step(desk, stages, JOBS[name], (name, kind, code), change, WRITTEN)


def test_every_fault_is_tried():
    tried = {kind for _, kind, _ in CASES}
    assert tried == {*BY_THE_PLATFORM, *ELSEWHERE, "wrong_key"}
    assert {name for name, _, _ in CASES} == set(JOBS)
