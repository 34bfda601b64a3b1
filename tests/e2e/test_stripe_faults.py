"""What breaks between an office and Stripe: faults of each family, each command that asks there.

Each case: it breaks, the command says so (exit code, one JSON document, a sentence with its remedy
in both languages), nobody sees the key, nothing is stored that is not true; then it works again,
and the same command ends with the right books and nothing doubled. The platform is our stand-in.
"""

from datetime import date

import pytest
from platform_faults import Job, every_step
from platform_office import ELSEWHERE
from platform_stages import approved, beside, connected, live, mirrored, onboarded
from stripe_office import BY_THE_PLATFORM, StripeOffice, add

desk = beside(StripeOffice)
WRITTEN = 6  # notices on the platform: one beside each invoice
JOBS = {
    "connect": Job(live, ("connect", "stripe", *StripeOffice.connecting())),
    "onboard": Job(connected, ("onboard",)),
    "onboard, in the middle": Job(connected, ("onboard",), after=4),
    "sync": Job(onboarded, ("sync",)),
    "last look": Job(approved, ("send",), path="/v1/invoices/"),
    "attachment": Job(approved, ("send",), path="/pdf"),
    "write-back": Job(mirrored, ("send",), path="/v1/invoices/", method="POST"),
}
CASES = [
    ("connect", "unauthorized", 77),
    ("connect", "html", 70),
    ("connect", "no_such_name", 69),
    ("connect", "stranger", 70),
    ("onboard", "throttle", 75),
    ("onboard", "echo", 77),
    ("onboard, in the middle", "error500", 69),
    ("onboard, in the middle", "key_expired", 77),
    ("onboard, in the middle", "truncated", 69),
    ("sync", "shape", 70),
    ("sync", "empty", 70),
    ("sync", "down", 69),
    ("sync", "wrong_key", 77),
    ("sync", "half_page", 0),
    ("last look", "forbidden", 77),
    ("last look", "lock_timeout", 69),
    ("last look", "timeout", 69),
    ("last look", "bad_request", 70),
    ("attachment", "maintenance", 69),
    ("attachment", "slow_drip", 69),
    ("write-back", "late_success", 0),
    ("write-back", "error503", 69),
    ("write-back", "reset", 69),
]
# The same answer but for a header, a code or a status of its kind; what each becomes is in
# tests/connectors/test_stripe_client.py and in the cassette `throttled`.
ALIKE = {
    "throttle_endpoint", "throttle_concurrency", "throttle_endpoint_concurrency",
    "throttle_resource", "old_rate_limit", "conflict", "dependency", "should_retry",
    "no_retry",
}  # fmt: skip


def change(desk):
    """A day on which one invoice is paid, one is void and one is new."""
    box = desk.sandbox
    desk.office.today = date(2026, 11, 21)
    box.pay(box.ids["RE-1"])
    box.void(box.ids["RE-2"])
    who = box.add_customer("Elster Muster KG", "post@elster.example")
    add(box, who, "17.85", "RE-9", on=date(2026, 11, 20))


@pytest.mark.parametrize(("name", "kind", "code"), CASES)
def test_it_breaks_it_says_so_and_goes_on(desk, stages, name, kind, code):
    every_step(desk, stages, JOBS[name], (name, kind, code), change, WRITTEN)


def test_every_fault_is_tried():
    tried = {kind for _, kind, _ in CASES}
    assert tried | ALIKE == {*BY_THE_PLATFORM, *ELSEWHERE, "wrong_key"}
    assert tried & ALIKE == set()
    assert {name for name, _, _ in CASES} == set(JOBS)
