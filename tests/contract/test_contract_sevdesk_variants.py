"""Where nobody has verified how sevDesk behaves, the connector lives with every behaviour.

Each unverified point of the reference (§6, §9) is a switch of the stand-in (docs/sandbox.md);
whatever it shows, changes are seen, nothing is lost, and a notice is written once.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from run_checks import names
from sevdesk_points import Points
from sevdesk_scenario import SevdeskScenario
from shortcut import WsgiShortcut, shortcuts
from suite_changes import Changes
from suite_extras import Documents, WriteBack
from switched import BASICS, Switches, hidden, named

from sandbox.sevdesk import VARIANTS

CHECKS = [
    *(name for name in names(Points) if name not in names()),
    *names(Changes),
    *names(Documents),
    *names(WriteBack),
    *BASICS,
]
# Switches that nothing in these checks meets, and where they are tried.
NOT_MET = {
    "over_limit",  # no list is asked for more than 1000 rows
    "half_filter",  # nested filters are always whole
    "number_filter",  # nothing is looked for by its number
    "canceled_filter",  # cancellations are told by themselves
    "reset_enshrined",  # Mahnwerk resets nothing
}
# Met only beside another one.
TOGETHER = (
    {"embeds": "absent", "booking_logs": "empty"},
    {"embeds": "absent", "booking_logs": "404"},
    {"embeds": "absent", "origin_filter": "ignored", "ma_by_type": "needs_show_ma"},
    {"show_all": "without_ma", "ma_by_type": "needs_show_ma"},
    {"status_750_filter": "ignored", "partially_paid_filter": "by_status"},
    {"status_750_filter": "empty", "partially_paid_filter": "by_status", "partial_status": "200"},
    {
        "booking_bumps_update": "no",
        "bank_match_bumps_update": "no",
        "reminder_bumps_update": "no",
        "invoice_update_after": "ignored",
        "invoice_dunning_level": "null",
    },
    {"total": "never", "list_order": "updated"},
    {"credit_note_in_paid_amount": "yes", "embeds": "absent", "booking_logs": "404"},
)
# What cannot be seen at all where the platform does not show it. Without tags nothing tells our own
# reminder from a person's but its id, which the store has.
HIDDEN = {("embeds", "absent"): {"test_our_own_notice_is_never_a_foreign_one"}}
SWITCHED = [
    *({name: value} for name, values in VARIANTS.items() for value in values[1:]),
    *TOGETHER,
]
SWITCHED = [each for each in SWITCHED if not each.keys() <= NOT_MET]


@pytest.fixture(autouse=True, scope="module")
def in_process() -> Iterator[None]:
    """No sockets but for connections that break: sevDesk over the wire is test_contract_sevdesk."""
    with shortcuts():
        yield


class InProcess(WsgiShortcut, SevdeskScenario):
    path = "/api/v1"


class Entered(InProcess):
    """A reminder that is only shown is saved by another call."""

    @property
    def write_path(self) -> str:  # type: ignore[override]
        shown = self.sandbox.variants.get("reminder_created") == "preview"
        return "/saveInvoice" if shown else SevdeskScenario.write_path


SWITCHES = Switches(VARIANTS, Entered, Points, CHECKS)
met = SWITCHES.met


@pytest.mark.parametrize("values", SWITCHED, ids=named)
def test_the_contract_is_kept_whatever_an_unverified_point_is_like(values: dict[str, str]) -> None:
    assert SWITCHES.failed(values) == hidden(HIDDEN, values)


def test_every_unverified_point_is_met_or_named() -> None:
    beside = {name for values in TOGETHER for name in values if not met()[name]}
    assert {name for name, checks in met().items() if not checks} == NOT_MET | beside
    assert {name for values in SWITCHED for name in values} == set(VARIANTS) - NOT_MET
    assert len(SWITCHED) >= 50
