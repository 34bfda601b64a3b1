"""Clocks that jump and zones that change: nothing is lost, nothing leaves twice."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from bad_machine import settle, told
from creditor_desk import IBAN
from delivery_desk import TUESDAY
from hook_desk import lexoffice_body, lexoffice_signed, stripe_body, stripe_signed

from core.domain.model import NoticeState
from core.errors import MahnwerkError
from core.services.creditors import init_creditor
from core.services.replay import replay

YEAR = timedelta(days=365)
GONE = "anderswo/4711/0-1"  # a process of a machine that nobody will hear of again


def reasons(report):
    return [(v.number, v.verdict.reason, v.verdict.next_on) for v in report.verdicts]


@pytest.mark.parametrize("jump", [-1, 1, -365, 365], ids=lambda days: f"{days} days")
def test_a_clock_that_jumps_between_approval_and_send(local, mailbox, jump):
    """Whatever day the machine believes it is, one mail leaves in the end, and none twice."""
    local.propose_and_approve()
    local.clock.jump(days=jump)
    with suppress(MahnwerkError):
        local.send()
    early = mailbox.count()
    local.clock.jump(days=-jump)
    for _ in range(2):
        local.propose_and_approve()
        local.send()
    assert mailbox.count() == 1
    assert early == (jump == 1), "on Sunday nothing leaves; a year off, no approval holds"
    assert local.audit_is_fine()


@pytest.mark.parametrize("jump", [-YEAR, YEAR], ids=["a year back", "a year ahead"])
def test_a_clock_that_jumps_while_the_mail_server_is_asked(local, mailbox, jump, monkeypatch):
    """Between the last look and the answer; then it is put right, and the next day comes."""
    [notice] = local.propose_and_approve()
    real = local.app.mail.send

    def send(*given):
        local.clock.at += jump
        try:
            return real(*given)
        finally:
            local.clock.at -= jump

    local.send(replace(local.app, mail=type("Mail", (), {"send": staticmethod(send)})()))
    settle(local)
    local.day(TUESDAY)
    local.propose_and_approve()
    local.send()
    assert mailbox.count() == 1
    assert local.state(notice) is NoticeState.SENT


def test_a_lease_of_a_year_that_does_not_exist_ends(office):
    """A machine believed that it was next year, took the lease, reserved, and was never seen again."""
    [notice] = office.propose_and_approve()
    store, ahead = office.app.store, office.clock.now() + YEAR
    with store.write() as tx:
        assert tx.leases.take(office.id, "send", GONE, ahead, 300)
        tx.deliveries.reserve(
            office.id, notice, "email", "kunde@beispiel.example", GONE, ahead, 300
        )
    assert [o.outcome for o in office.send().outcomes] == ["sent"]


def test_a_hand_over_of_a_year_that_does_not_exist_is_unknown(office, mailbox):
    [notice] = office.propose_and_approve()
    ahead = office.clock.now() + YEAR
    with office.app.store.write() as tx:
        to = "kunde@beispiel.example"
        reserved = tx.deliveries.reserve(office.id, notice, "email", to, GONE, ahead, 300)
        assert tx.deliveries.hand_over(office.id, reserved.id, GONE, ahead)
        tx.notices.set_state(office.id, notice, NoticeState.HANDING_OVER)
    assert [o.outcome for o in office.send().outcomes] == ["unknown"]
    assert office.state(notice) is NoticeState.UNKNOWN
    assert mailbox.count() == 0


def test_a_lease_that_runs_is_respected_an_hour_before_or_after(office):
    with office.app.store.write() as tx:
        now = office.clock.now()
        assert tx.leases.take(office.id, "send", GONE, now, 300)
        assert not tx.leases.take(office.id, "send", "ich", now - timedelta(hours=1), 300)
        assert tx.leases.take(office.id, "send", "ich", now + timedelta(hours=1), 300)


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu", "Europe/Berlin"])
def test_a_machine_that_is_moved_to_another_zone_decides_the_same(
    local, mailbox, zone, monkeypatch
):
    """Zones of machines count for nothing: days are those of the creditor."""
    first = local.run()
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        second = local.run()
        assert reasons(second) == reasons(first)
        local.approve(*second.proposals)
        local.send()
        assert replay(local.app, local.id, first.run).identical
    finally:
        monkeypatch.undo()
        time.tzset()
    local.send()
    assert mailbox.count() == 1


def test_a_creditor_who_moves_to_another_zone_is_sent_nothing_twice(local, mailbox):
    """At nine UTC on Monday it is Monday night in Auckland, and Sunday night in Honolulu."""
    for zone in ("Pacific/Auckland", "Pacific/Honolulu", "Europe/Berlin"):
        init_creditor(local.app, None, {"zone": zone, "iban": IBAN}, secrets={}, by="erika")
        local.clock.jump(minutes=1)
        with suppress(MahnwerkError):
            local.propose_and_approve()
            local.send()
    assert mailbox.count() == 1
    assert local.audit_is_fine()


@pytest.mark.parametrize(
    ("before", "after"),
    [("2026-03-29T00:59", "2026-03-29T01:01"), ("2026-10-25T00:30", "2026-10-25T01:30")],
    ids=["an hour that is missing", "an hour that comes twice"],
)
def test_the_night_in_which_the_clocks_change_is_one_day(local, before, after):
    """UTC; in Berlin 1:59 is followed by 3:01, and half past two comes twice."""
    found = []
    for text in (before, after):
        local.clock.at = datetime.fromisoformat(text).replace(tzinfo=UTC)
        local.booked(local.clock.day)
        assert local.clock.at.astimezone(ZoneInfo("Europe/Berlin")).date() == local.clock.day
        found.append(reasons(local.run()))
    assert found[0] == found[1]


def test_an_event_while_the_clock_is_wrong_is_stored_when_it_comes_again(hooks):
    """Stripe signs the time. A day off, its signature counts for nothing; it tries for three days."""
    raw = stripe_body(1)
    headers = stripe_signed(raw, hooks.clock.now())
    web = hooks.flask().test_client()
    for days in (-1, 365):
        hooks.clock.jump(days=days)
        assert web.post(hooks.stripe_path, data=raw, headers=headers).status_code == 400
        hooks.clock.jump(days=-days)
    assert told(hooks, web) == 200
    assert len(hooks.keys()) == 1


def test_an_event_that_came_while_the_clock_was_ahead_is_not_left_for_a_year(hooks):
    """lexoffice signs no time. It came on a day that the machine believed to be next year's."""
    raw = lexoffice_body(1)
    hooks.clock.jump(days=365)
    web = hooks.flask().test_client()
    headers = lexoffice_signed(raw)
    assert web.post(hooks.lexoffice_path, data=raw, headers=headers).status_code < 300
    hooks.clock.jump(days=-365)
    with hooks.app.store.read() as tx:
        assert tx.inbox.due(hooks.clock.now()) == [(hooks.id, hooks.lexoffice.id)]
        [event] = tx.inbox.waiting(hooks.id, hooks.lexoffice.id, hooks.clock.now(), 10)
    soon = hooks.clock.now() + timedelta(hours=4)
    with hooks.app.store.write() as tx:
        tx.inbox.retry(hooks.id, [event.id], soon, "später")
        assert tx.inbox.due(hooks.clock.now()) == []
        assert tx.inbox.due(soon) == [(hooks.id, hooks.lexoffice.id)]
