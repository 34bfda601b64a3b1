"""Random weeks at the stand-in: after every sync we have what it has, whatever happened between."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from lexoffice_desk import Desk, close, open_desk

from core.domain.model import ItemState
from core.domain.money import Money
from core.errors import ConnectorError
from sandbox.lexoffice.amounts import open_amount

KINDS = (
    "invoice",
    "invoice",
    "downpaymentinvoice",
    "creditnote",
    "salesinvoice",
    "salescreditnote",
)
FINAL = {"open", "sepadebit", "transferred"}


def _happen(desk: Desk, chance: random.Random) -> None:
    """One thing that a person may do in lexoffice; what is not allowed does not happen."""
    box = desk.sandbox
    ids = list(box.world.vouchers)
    contacts = [*box.world.contacts, None]
    if not ids or chance.random() < 0.35:
        box.add_invoice(
            contact=chance.choice(contacts),
            name=chance.choice(["Erika Muster", "Max Beispiel"]),
            address=chance.choice(
                [None, {"street": "Ring 3", "zip": "10115", "city": "Musterstadt"}]
            ),
            gross=f"{chance.randint(2, 900)}.{chance.randint(0, 99):02}",
            on=desk.watch.on - timedelta(days=chance.randint(0, 900)),
            kind=chance.choice(KINDS),
            status=chance.choice(["open", "open", "open", "draft", "paid", "voided"]),
            sepadebit=chance.random() < 0.1,
        )
        return
    id_ = chance.choice(ids)
    what: list[Callable[[], object]] = [
        lambda: box.pay(id_),
        lambda: box.pay(id_, "1.00"),
        lambda: box.pay(id_, "0.50", kind="cashDiscount"),
        lambda: box.pay(id_, kind="irrecoverableReceivable"),
        lambda: box.unpay(id_),
        lambda: box.void(id_),
        lambda: box.reopen_as_draft(id_),
        lambda: box.finalize(id_),
        lambda: box.credit(id_, "1.00", linked=chance.random() < 0.5),
        lambda: box.archive(id_),
        lambda: box.dun(id_, title="1. Mahnung", on=desk.watch.on),
        lambda: box.delete(id_),
    ]
    with suppress(Exception):  # the stand-in refuses what the platform would not offer
        chance.choice(what)()


def _truth(desk: Desk) -> dict[str, object]:
    """What is open at the stand-in, signed."""
    found = {}
    for id_, voucher in desk.sandbox.world.vouchers.items():
        if voucher.status in FINAL:
            left = Money(open_amount(voucher), "EUR")
            found[id_] = -left if "credit" in voucher.kind else left
    return found


def _known(desk: Desk) -> dict[str, object]:
    return {id_: each.outstanding for id_, each in desk.memory.records.items() if each.open}


def _sync(desk: Desk, chance: random.Random) -> None:
    """A sync that is now and then killed or cut off first."""
    dice = chance.random()
    if dice < 0.2:
        desk.read("invoices", stop_after=1)
    elif dice < 0.4:
        desk.sandbox.fault(
            "unauthorized", times=1, path=chance.choice(["/payments/", "/invoices/"])
        )
        with suppress(ConnectorError):
            desk.sync()
        desk.sandbox.clear_faults()
    desk.sync()


@pytest.mark.parametrize("seed", range(12))
def test_after_every_sync_we_have_what_the_platform_has(seed: int) -> None:
    chance = random.Random(seed)
    desk = open_desk(seed=seed)
    try:
        box = desk.sandbox
        box.variant("payment_bumps_updated", chance.choice(["yes", "no"]))
        box.variant("any_includes_overdue", chance.choice(["yes", "no"]))
        box.variant("open_amount", chance.choice(["number", "string"]))
        for n in range(3):
            box.add_contact(company=f"Muster {n} GmbH", email=f"r{n}@muster.example")
        for _ in range(8):
            for _ in range(chance.randint(0, 12)):
                _happen(desk, chance)
            _sync(desk, chance)
            assert _known(desk) == _truth(desk)
            assert desk.memory.bad == {}
            # Nothing is open in the name of nobody, and a second sync finds nothing new.
            named = {each.debtor for each in desk.memory.records.values() if each.open}
            assert named <= set(desk.memory.masters)
            before = dict(desk.memory.records)
            desk.read("invoices")
            assert desk.memory.records == before
            desk.read("payments")
            desk.pass_days(chance.randint(1, 5))
        states = {each.state for each in desk.memory.records.values()}
        assert ItemState.OPEN in states
        assert ItemState.UNKNOWN not in states
    finally:
        close(desk)


def test_a_look_at_any_time_is_what_a_sync_would_bring() -> None:
    chance = random.Random(99)
    desk = open_desk(seed=99)
    try:
        desk.sandbox.add_contact(company="Muster GmbH", email="r@muster.example")
        for _ in range(150):
            _happen(desk, chance)
        desk.sync()
        listed = dict(desk.memory.records)
        assert len(listed) > 10
        for id_, record in listed.items():
            (alone,) = desk.look(id_).invoices or (record,)
            assert (alone.outstanding, alone.state) == (record.outstanding, record.state)
            assert alone.mark == record.mark
            assert replace(alone, **_only_looked(record)) == record
    finally:
        close(desk)


def _only_looked(record: object) -> dict[str, object]:
    """What a list row or an unpaid document does not say."""
    names = ("payments", "payments_read", "settled_on", "address", "language", "facts", "debtor",
             "due_rule", "delivered_on")  # fmt: skip
    return {name: getattr(record, name) for name in names}
