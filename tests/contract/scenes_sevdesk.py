"""What is recorded of sevDesk: scenes of one account, told by the connector's own calls."""

from __future__ import annotations

from datetime import date
from typing import Any

import stage as stages
from scene_parts import (
    FEBRUARY,
    JANUARY,
    first_reading,
    gone_through,
    look,
    named,
    notice,
    write_to_paid,
    write_two,
)

from sandbox.sevdesk import SevdeskSandbox

Stage = stages.Stage[SevdeskSandbox]


def _firm(sandbox: SevdeskSandbox) -> str:
    return sandbox.add_contact(
        company="Nordlicht Muster GmbH",
        email="office@nordlicht.example",
        street="Hafenweg 3",
        zip="24103",
        city="Kiel",
        vat_id="DE999999999",
        iban="DE02120300000000202051",
        debitor_number="10001",
    )


def _book(sandbox: SevdeskSandbox) -> None:
    """One of everything that an account can hold."""
    add, pay, firm = sandbox.add_invoice, sandbox.pay, _firm(sandbox)
    person = sandbox.add_contact(first="Erika", last="Beispiel", email="erika@beispiel.example")
    clerk = sandbox.add_contact(first="Ada", last="Muster", parent=firm)
    add(contact=firm, gross="1190.00", on=JANUARY)
    add(contact=person, gross="59.90", on=FEBRUARY, due=date(2026, 3, 31), delivery=JANUARY)
    pay(add(contact=firm, gross="690.50", on=JANUARY), "500.00", on=date(2026, 1, 22))
    pay(add(contact=firm, gross="200.00", on=JANUARY), "50.00", on=FEBRUARY, via="old")
    pay(add(contact=person, gross="80.00", on=JANUARY), "30.00", on=FEBRUARY, logged=False)
    skonto = add(contact=clerk, gross="100.00", on=JANUARY, discount=2, discount_time=10)
    pay(skonto, "98.00", on=date(2026, 1, 20), type="CB")
    pay(add(contact=clerk, gross="45.00", on=JANUARY), on=FEBRUARY, via="cash")
    sandbox.cancel(add(contact=person, gross="77.00", on=JANUARY))
    sandbox.credit(add(contact=firm, gross="238.00", on=JANUARY), "38.00")
    sandbox.credit(add(contact=firm, gross="500.00", on=JANUARY), "50.00", open=False)
    sandbox.dun(add(contact=firm, gross="357.00", on=JANUARY), on=FEBRUARY)
    down = add(contact=firm, gross="595.00", on=JANUARY, kind="AR")
    pay(down, on=FEBRUARY)
    add(contact=firm, gross="1785.00", on=FEBRUARY, kind="ER", origin=down)
    add(contact=firm, gross="119.00", on=JANUARY, kind="TR")
    add(contact=firm, gross="49.00", on=JANUARY, kind="WKR", status=50)
    add(contact=person, gross="35.70", on=JANUARY, mandate="MUSTER-1")
    add(contact=person, gross="820.00", on=JANUARY, currency="CHF")
    add(contact=None, gross="83.30", on=JANUARY)
    add(contact=firm, gross="-11.90", on=FEBRUARY)
    sandbox.draft(contact=firm, gross="11.90", on=FEBRUARY)
    sandbox.unassigned("1190.00", "Nordlicht Muster GmbH", text="RE-1001", on=date(2026, 2, 27))


def onboarding(stage: Stage) -> None:
    """The first reading of an account, and the payments of what is settled."""
    first_reading(stage, _book)


def daily(stage: Stage) -> None:
    """Later that day and on the next: paid, credited, cancelled, deleted, new, dunned."""
    numbers = [f"RE-{n}" for n in range(1001, 1008)]

    def before(sandbox: SevdeskSandbox) -> None:
        firm = _firm(sandbox)
        for n, number in enumerate(numbers):
            sandbox.add_invoice(contact=firm, gross=f"{100 + n}.00", on=JANUARY, number=number)
        sandbox.unassigned("100.00", "Nordlicht Muster GmbH", text="RE-1001", on=date(2026, 3, 1))

    def at_noon(sandbox: SevdeskSandbox) -> None:
        line = next(iter(sandbox.world.transactions))
        sandbox.assign(line, stage.id_of(numbers[0]))
        sandbox.pay(stage.id_of(numbers[1]), "40.00")
        new = sandbox.add_contact(company="Neu & Muster OHG", email="neu@muster.example")
        sandbox.add_invoice(contact=new, gross="42.00", on=date(2026, 3, 2))

    def overnight(sandbox: SevdeskSandbox) -> None:
        credited, cancelled, deleted, dunned = map(stage.id_of, numbers[2:6])
        sandbox.credit(credited, "2.00")
        sandbox.cancel(cancelled)
        sandbox.delete(deleted)
        sandbox.dun(dunned, on=date(2026, 3, 3), level=2)

    stage.change(before)
    stage.sync()
    for change, hours in ((at_noon, 3), (overnight, 20)):
        stage.clock.advance(hours=hours)
        stage.change(change)
        stage.sync()


def last_look(stage: Stage) -> None:
    """One invoice, read alone: open, reminded of, paid in part, cancelled, deleted since."""
    stage.change(_one)
    stage.sync()
    invoice = stage.id_of("RE-1001")
    look(
        stage,
        invoice,
        lambda sandbox: None,
        lambda sandbox: sandbox.dun(invoice, on=date(2026, 3, 2)),
        lambda sandbox: sandbox.pay(invoice, "19.00"),
        lambda sandbox: (sandbox.unpay(invoice), sandbox.cancel(invoice)),
        lambda sandbox: sandbox.delete(invoice),
        notices=True,
    )


def _one(sandbox: SevdeskSandbox, **more: Any) -> str:
    firm = sandbox.add_contact(company="Muster Handel GmbH", email="buero@muster.example")
    return sandbox.add_invoice(contact=firm, gross="119.00", on=JANUARY, **more)


def document(stage: Stage) -> None:
    """The original of an invoice, in an object and as the file itself; none of a draft."""
    stage.change(lambda sandbox: (_one(sandbox), _one(sandbox)))
    stage.sync()
    first, second = stage.id_of("RE-1001"), stage.id_of("RE-1002")
    stage.document("wrapped", stage.connector.fetch_document(first))
    stage.change(lambda sandbox: sandbox.variant("pdf", "raw"))
    stage.document("raw", stage.connector.fetch_document(first))
    stage.change(lambda sandbox: sandbox.change(second, status=100))
    stage.failing("draft", lambda: stage.connector.fetch_document(second))


def write_back(stage: Stage) -> None:
    """A sent notice is shown at its invoice; a lost answer or a preview doubles nothing."""
    stage.change(lambda sandbox: (_one(sandbox), _one(sandbox), _one(sandbox)))
    stage.sync()
    first, second, third = (stage.id_of(f"RE-{n}") for n in (1001, 1002, 1003))
    write_two(stage, "error500_after_write", notice(first), notice(second, "Mahnwerk 18/42"))
    stage.change(lambda sandbox: sandbox.variant("reminder_created", "preview"))
    stage.learnt["saved"] = stage.connector.write_notice(notice(third, "Mahnwerk 19/42"))
    write_to_paid(stage, notice(second, "Mahnwerk 20/42"))


def throttled(stage: Stage) -> None:
    """Refused for a moment, broken for a moment: the reading goes on."""
    stage.change(_one)
    gone_through(
        stage,
        ("throttle", "error503", "maintenance", "error500"),
        lambda: stage.connector.check().name,
    )


def errors(stage: Stage) -> None:
    """What every kind of refusal becomes; refused three times in a row nothing more is asked."""
    stage.change(_one)
    stage.sync()
    for kind in ("unauthorized", "forbidden", "html", "empty", "error_in_200", "payment_required"):
        stage.change(lambda sandbox, kind=kind: sandbox.fault(kind, times=1))
        stage.failing(kind, stage.connector.check)
        stage.connector.check()
    stage.change(lambda sandbox: sandbox.fault("error500", times=6))
    stage.failing("error500", stage.connector.check)
    stage.clock.advance(days=1)
    stage.change(lambda sandbox: sandbox.fault("bad_json_shape", times=1, path="/Invoice"))
    stage.sync("invoices")
    stage.change(lambda sandbox: sandbox.fault("half_page", times=2, path="/Invoice"))
    stage.clock.advance(hours=1)
    stage.failing("half_page", lambda: stage.sync("invoices"))
    stage.change(lambda sandbox: (sandbox.clear_faults(), sandbox.fault("blocked")))
    for name in ("blocked", "blocked_again", "blocked_once_more", "stopped"):
        stage.failing(name, stage.connector.check)


SCENES = named(onboarding, daily, last_look, document, write_back, throttled, errors)
