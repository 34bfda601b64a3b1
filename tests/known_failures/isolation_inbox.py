"""Calls of the repositories of what comes in from outside, for the test that nothing crosses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from store_story import NOW, TODAY, Story

from core.domain.model import Charge, NoticeState
from core.domain.money import Money
from core.domain.platform_records import ConnectorEvent, EventChange, EventKind
from core.ports import ApologyDraft, Arrival, HookKind, InboxState, WorkState
from core.ports.fleet import FleetJob, FleetTask
from core.store.unit import SqlStore

LATER = NOW + timedelta(days=1)


def furnish_inbox(store: SqlStore, creditor: Any) -> None:
    """A row at least in every table of what comes in; ids are equal, tokens are not."""
    with store.write() as tx:
        tx.hooks.add(creditor, HookKind.PLATFORM, 1, f"digest-{creditor}", "token", "", NOW)
        tx.inbox.add(creditor, 1, [_event("evt_1")], b"{}", NOW)
        bad = [_event("evt_bad")]
        tx.inbox.add(creditor, 1, bad, b"x", NOW, state=InboxState.FAILED, reason="unlesbar")
        done = [_event("evt_done")]
        tx.inbox.add(creditor, 1, done, b"y", NOW, state=InboxState.DONE)
        tx.work.save(creditor, WorkState(ran_on="2026-10-01"))
        tx.work.beat("kontor/1", "loop", NOW)
        tx.logins.add(creditor, f"link-{creditor}", "link", "Erika", NOW, LATER)
        tx.api_tokens.add(creditor, "jti-1", "Kasse", ["items"], NOW, LATER)
        tx.bad_addresses.mark(creditor, 1, "weg@kunde.example", "550", TODAY, None)


def _event(key: str) -> ConnectorEvent:
    return ConnectorEvent("org", EventKind.PAYMENT, EventChange.CHANGED, "in_1", NOW, key)


INBOX_CALLS: dict[str, Callable[[Any, Any, Story], object]] = {
    "hooks.by_token": lambda x, c, s: x.hooks.by_token(f"digest-{c}"),
    "hooks.of": lambda x, c, s: x.hooks.of(c, HookKind.PLATFORM, 1),
    "hooks.all": lambda x, c, s: x.hooks.all(c),
    "hooks.add": lambda x, c, s: x.hooks.add(c, HookKind.INBOUND, 1, "neu", "t", "s", NOW),
    "hooks.end": lambda x, c, s: x.hooks.end(c, 1, NOW),
    "inbox.add": lambda x, c, s: x.inbox.add(c, 1, [_event("evt_neu")], b"{}", NOW),
    "inbox.add_many": lambda x, c, s: x.inbox.add_many(
        c, [Arrival(1, (_event("evt_viele"),), b"{}", NOW)]
    ),
    "inbox.waiting": lambda x, c, s: x.inbox.waiting(c, 1, LATER, 10),
    "inbox.raw": lambda x, c, s: x.inbox.waiting(c, 1, LATER, 1) and x.inbox.raw(c, 1),
    "inbox.finish": lambda x, c, s: x.inbox.finish(c, [1], InboxState.DONE, NOW),
    "inbox.retry": lambda x, c, s: x.inbox.retry(c, [1], LATER, "Netz"),
    "inbox.wait": lambda x, c, s: x.inbox.wait(c, 1, LATER, "Schlüssel"),
    "inbox.due": lambda x, c, s: [each for each in x.inbox.due(LATER) if each[0] == c],
    "inbox.backlog": lambda x, c, s: x.inbox.backlog(c),
    "inbox.failed": lambda x, c, s: x.inbox.failed(c),
    "inbox.again": lambda x, c, s: x.inbox.again(c, [2], NOW),
    "inbox.forget": lambda x, c, s: x.inbox.forget(c, datetime(2100, 1, 1, tzinfo=UTC)),
    "work.notices": lambda x, c, s: x.work.notices(c, list(NoticeState)),
    "work.state": lambda x, c, s: x.work.state(c).ran_on,
    "work.save": lambda x, c, s: x.work.save(c, WorkState(ran_on="2026-10-02")),
    "work.save_mailbox": lambda x, c, s: x.work.save_mailbox(c, NOW.isoformat(), 1),
    "logins.add": lambda x, c, s: x.logins.add(c, f"neu-{c}", "link", "Max", NOW, LATER),
    "logins.find": lambda x, c, s: x.logins.find(f"link-{c}", "link", NOW),
    "logins.end": lambda x, c, s: x.logins.end(c, f"link-{c}", NOW),
    "logins.end_all": lambda x, c, s: x.logins.end_all(c, NOW),
    "api_tokens.add": lambda x, c, s: x.api_tokens.add(c, "jti-2", "Shop", [], NOW, LATER),
    "api_tokens.get": lambda x, c, s: x.api_tokens.get(c, "jti-1"),
    "api_tokens.all": lambda x, c, s: x.api_tokens.all(c),
    "api_tokens.revoke": lambda x, c, s: x.api_tokens.revoke(c, "jti-1", NOW),
    "bad_addresses.mark": lambda x, c, s: x.bad_addresses.mark(
        c, 1, "alt@kunde.example", "550", TODAY, None
    ),
    "bad_addresses.of": lambda x, c, s: x.bad_addresses.of(c, [1]),
    "bad_addresses.all": lambda x, c, s: x.bad_addresses.all(c),
    "bad_addresses.end": lambda x, c, s: x.bad_addresses.end(c, 1, "weg@kunde.example", TODAY),
    "deliveries.by_message": lambda x, c, s: x.deliveries.by_message(c, "<m-1@muster.example>"),
    "taken_back.add_apology": lambda x, c, s: x.taken_back.add_apology(
        c, ApologyDraft(x.notices.get(c, 1), ("email",), TODAY)
    ),
    "taken_back.apologies": lambda x, c, s: x.taken_back.apologies(c, 1),
    "taken_back.set_level": lambda x, c, s: x.taken_back.set_level(c, 1, 7, TODAY),
    "taken_back.set_contact": lambda x, c, s: (
        x.notices.record_contact(c, 1, LATER.date(), None),
        x.taken_back.set_contact(c, 1, (LATER.date(), None), (TODAY, None)),
    ),
    "taken_back.record_word": lambda x, c, s: x.taken_back.record_word(c, 1, TODAY),
    "taken_back.set_charge": lambda x, c, s: x.taken_back.set_charge(
        c, 1, 1, Charge("lump_sum", Money.from_minor(1, "EUR"), "test"), TODAY
    ),
    # Of the machine, not of a creditor; fleet jobs are tested with the fleet.
    "work.beat": lambda x, c, s: x.work.workers(),
    "work.leave": lambda x, c, s: x.work.workers(),
    "work.workers": lambda x, c, s: x.work.workers(),
    "jobs.events_arrived": lambda x, c, s: x.jobs.events_arrived(c, 1),
    "jobs.account_changed": lambda x, c, s: x.jobs.account_changed(c),
    "jobs.schedule": lambda x, c, s: x.jobs.schedule([FleetJob(FleetTask.SYNC, c, 1)]),
    "jobs.take_over": lambda x, c, s: x.jobs.take_over(timedelta(days=1)),
    "jobs.queue": lambda x, c, s: x.jobs.queue(),
}
# Not bound to one creditor.
OF_THE_MACHINE = {"work.beat", "work.leave", "work.workers", "jobs.events_arrived",
                  "jobs.account_changed", "jobs.schedule", "jobs.take_over", "jobs.queue"}  # fmt: skip
