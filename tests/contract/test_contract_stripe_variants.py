"""Where nobody has verified how Stripe behaves, the connector lives with every behaviour.

Each unverified point of the reference is a switch of the stand-in (docs/sandbox.md); whatever it
shows, changes are seen, nothing is lost, nobody in doubt is dunned, and a notice is written once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from run_checks import names
from shortcut import WsgiShortcut, shortcuts
from stripe_points import Points
from stripe_scenario import StripeScenario
from suite_changes import Changes
from suite_extras import Documents, Webhooks, WriteBack
from suite_money import LooseMoney
from switched import BASICS, Switches, hidden, named

from sandbox.stripe.variants import VARIANTS

CHECKS = [
    *(name for name in names(Points) if name not in names()),
    *names(Changes),
    *names(Documents),
    *names(LooseMoney),
    *names(Webhooks),
    *names(WriteBack),
    *BASICS,
    "test_pages_that_shift_are_made_good",
]
# Switches that nothing in these checks meets, and where they are tried.
NOT_MET = {
    "json_body",  # Mahnwerk sends forms
    "retry_signature",  # how reports are delivered: the receiver is a matter of its own, and what it
    "redirects",  # takes from a delivery is in tests/connectors/test_stripe_webhooks.py
    "failing_endpoint",
}
# Every check meets these. They are of different things, and none hides what another one shows: tried
# several at once they take a third of the time.
TOGETHER: tuple[dict[str, str], ...] = (
    {"livemode": "missing", "due_time": "midnight", "empty_cash": "empty", "sub_lists": "whole"},
    {
        "due_time": "noon", "empty_cash": "zero", "connect_events": "present",
        "doubtful_currencies": "two", "permission_error": "401", "expand_denied": "id",
    },
    {
        "doubtful_currencies": "none", "account_version": "current", "overpaid_payment": "capped",
        "cash_balance_in_lists": "ignored", "permission_error": "400",
    },
)  # fmt: skip
# Worse beside another one: what is left out here would have told what is wrong there.
WORSE = (
    {"expand": "ignored", "livemode": "missing", "lost_cursor": "404", "account": "missing"},
    {"expand_customer": "ignored", "deleted_customer": "null"},
    {"expand_payments": "ignored", "refund_leaves": "reopened", "permission_error": "400"},
    {"sepa_return": "dispute_needs_response", "refund_leaves": "reopened"},
    {"out_of_band_payment": "none", "void_amounts": "zero"},
)
# What cannot be as usual where the platform does not show it: a link that has ended is none, and so
# is the PDF behind it; and what is too small to be charged is never owed.
HIDDEN = {
    ("links", "expire"): {
        "test_the_last_look_brings_the_pay_link_of_today",
        "test_the_original_is_a_pdf",
    },
    ("small_amounts", "carried"): {"test_amounts_are_those_of_the_invoice"},
}
_COVERED = {item for values in (*TOGETHER, *WORSE[:3]) for item in values.items()}
SWITCHED = [
    *(
        {name: value}
        for name, values in VARIANTS.items()
        for value in values[1:]
        if name not in NOT_MET and (name, value) not in _COVERED
    ),
    *TOGETHER,
    *WORSE,
]


@pytest.fixture(autouse=True, scope="module")
def in_process() -> Iterator[None]:
    """No sockets but for connections that break: Stripe over the wire is test_contract_stripe."""
    logging.disable(logging.DEBUG)  # a line for each of many thousand requests
    with shortcuts():
        yield
    logging.disable(logging.NOTSET)


class InProcess(WsgiShortcut, StripeScenario):
    page_size = 20  # fewer pages of events

    def start(self) -> None:
        super().start()
        self.sandbox.world.origin = self.base  # where the PDFs lie


SWITCHES = Switches(VARIANTS, InProcess, Points, CHECKS)


@pytest.mark.parametrize("values", SWITCHED, ids=named)
def test_the_contract_is_kept_whatever_an_unverified_point_is_like(values: dict[str, str]) -> None:
    assert SWITCHES.failed(values) == hidden(HIDDEN, values)


def test_every_unverified_point_is_met_or_named() -> None:
    met = SWITCHES.met()
    assert {name for name, checks in met.items() if not checks} == NOT_MET
    tried = {item for values in SWITCHED for item in values.items()}
    others = {(name, value) for name, values in VARIANTS.items() for value in values[1:]}
    assert tried == {item for item in others if item[0] not in NOT_MET}
