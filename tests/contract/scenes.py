"""What is recorded of lexoffice: scenes of one account, told by the connector's own calls."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import stage as stages
from scene_parts import (
    FEBRUARY,
    HOOK,
    JANUARY,
    first_reading,
    gone_through,
    look,
    named,
    notice,
    write_to_paid,
    write_two,
)

from sandbox.lexoffice import LexofficeSandbox

Stage = stages.Stage[LexofficeSandbox]


def _book(sandbox: LexofficeSandbox) -> None:
    """One of everything that an account can hold."""
    add, firm = sandbox.add_invoice, _firm(sandbox)
    person = sandbox.add_contact(person=("Erika", "Beispiel"), email="erika@beispiel.example")
    add(contact=firm, gross="1190.00", on=JANUARY)
    add(contact=person, gross="59.90", on=FEBRUARY, due=date(2026, 3, 31))
    part = add(contact=firm, gross="690.50", on=JANUARY, skonto=(Decimal(2), 7))
    sandbox.pay(part, "500.00", on=date(2026, 1, 22))
    credited = add(contact=firm, gross="238.00", on=JANUARY)
    sandbox.credit(credited, "38.00")
    voided = add(contact=person, gross="77.00", on=JANUARY)
    sandbox.void(voided)
    paid = add(contact=person, gross="100.00", on=JANUARY)
    sandbox.pay(paid, "98.00", on=date(2026, 1, 30))
    sandbox.pay(paid, kind="cashDiscount", on=date(2026, 1, 30))
    lost = add(contact=firm, gross="45.00", on=JANUARY)
    sandbox.pay(lost, kind="irrecoverableReceivable", on=FEBRUARY)
    street = {"street": "Einmalgasse 9", "zip": "24103", "city": "Kiel"}
    add(contact=None, gross="83.30", on=JANUARY, name="Einmal Muster", address=street)
    down = add(contact=firm, gross="595.00", on=JANUARY, kind="downpaymentinvoice")
    sandbox.pay(down, on=FEBRUARY)
    add(contact=firm, gross="1785.00", on=FEBRUARY, closing=[down])
    add(contact=firm, gross="119.00", on=JANUARY, kind="salesinvoice")
    add(contact=None, gross="23.80", on=JANUARY, kind="salesinvoice", name="Sammelkunde")
    add(contact=person, gross="35.70", on=JANUARY, sepadebit=True)
    dunned = add(contact=firm, gross="357.00", on=JANUARY)
    sandbox.dun(dunned, title="Zahlungserinnerung", on=FEBRUARY)
    add(contact=firm, gross="11.90", on=FEBRUARY, status="draft")
    other = add(contact=firm, gross="500.00", on=JANUARY, language="en")
    sandbox.credit(other, "50.00", linked=False)


def _firm(sandbox: LexofficeSandbox) -> str:
    return sandbox.add_contact(
        company="Nordlicht Muster GmbH",
        email="office@nordlicht.example",
        street="Hafenweg 3",
        zip="24103",
        city="Kiel",
        vat_id="DE999999999",
        contact_person=("Ada", "Beispiel", "ada@nordlicht.example"),
    )


def onboarding(stage: Stage) -> None:
    """The first reading of an account, and the payments of what is settled."""
    first_reading(stage, _book)


def daily(stage: Stage) -> None:
    """A day later: paid, partly paid, credited, voided, deleted, new, dunned, and nothing."""
    numbers = [f"RE{n:04d}" for n in range(1, 8)]

    def before(sandbox: LexofficeSandbox) -> None:
        firm = _firm(sandbox)
        for n, number in enumerate(numbers):
            sandbox.add_invoice(contact=firm, gross=f"{100 + n}.00", on=JANUARY, number=number)

    def meanwhile(sandbox: LexofficeSandbox) -> None:
        paid, part, credited, voided, deleted, dunned = map(stage.id_of, numbers[:6])
        sandbox.pay(paid)
        sandbox.pay(part, "40.00")
        sandbox.credit(credited, "2.00")
        sandbox.void(voided)
        sandbox.delete(deleted)
        sandbox.dun(dunned, title="1. Mahnung", on=date(2026, 3, 3))
        new = sandbox.add_contact(company="Neu & Muster OHG", email="neu@muster.example")
        sandbox.add_invoice(contact=new, gross="42.00", on=date(2026, 3, 3))

    stage.change(before)
    stage.sync()
    stage.clock.advance(days=1)
    stage.change(meanwhile)
    stage.sync()


def last_look(stage: Stage) -> None:
    """One invoice, read alone: open, paid since, deleted since."""
    stage.change(_one)
    stage.sync()
    invoice = stage.id_of("RE0001")
    look(
        stage,
        invoice,
        lambda sandbox: None,
        lambda sandbox: sandbox.pay(invoice, "19.00"),
        lambda sandbox: sandbox.pay(invoice),
        lambda sandbox: sandbox.delete(invoice),
    )


def _one(sandbox: LexofficeSandbox, **more: Any) -> str:
    firm = sandbox.add_contact(company="Muster Handel GmbH", email="buero@muster.example")
    return sandbox.add_invoice(contact=firm, gross="119.00", on=JANUARY, **more)


def document(stage: Stage) -> None:
    """The original of an invoice; of an e-invoice its preview; none of a draft."""

    def before(sandbox: LexofficeSandbox) -> None:
        _one(sandbox)
        _one(sandbox, profile="XRechnung")
        _one(sandbox)

    stage.change(before)
    stage.sync()
    for number in ("RE0001", "RE0002"):
        stage.document(number, stage.connector.fetch_document(stage.id_of(number)))
    draft = stage.id_of("RE0003")
    stage.change(lambda sandbox: sandbox.reopen_as_draft(draft))
    stage.failing("draft", lambda: stage.connector.fetch_document(draft))


def write_back(stage: Stage) -> None:
    """A sent notice is shown at its invoice; a lost answer doubles nothing."""
    stage.change(lambda sandbox: (_one(sandbox), _one(sandbox)))
    stage.sync()
    first, second = stage.id_of("RE0001"), stage.id_of("RE0002")
    write_two(stage, "late_success", notice(first), notice(second))
    write_to_paid(stage, notice(second, "Mahnwerk 18/42"))


def throttled(stage: Stage) -> None:
    """Refused, refused in disguise, broken for a moment: the reading goes on."""
    stage.change(_one)
    gone_through(
        stage,
        ("throttle", "throttle500", "error503", "error500"),
        lambda: stage.connector.check().name,
    )


def errors(stage: Stage) -> None:
    """What every kind of refusal becomes."""
    stage.change(_one)
    stage.sync()
    for kind in ("unauthorized", "forbidden_token", "payment_required", "html", "empty"):
        stage.change(lambda sandbox, kind=kind: sandbox.fault(kind, times=1))
        stage.failing(kind, stage.connector.check)
    stage.change(lambda sandbox: sandbox.fault("error500", times=6))
    stage.failing("error500", stage.connector.check)
    stage.change(lambda sandbox: sandbox.fault("bad_json_shape", times=1, path="/voucherlist"))
    stage.clock.advance(days=1)
    stage.sync("invoices")


def subscriptions(stage: Stage) -> None:
    """Reports of the platform: subscribed once, listed, ended."""
    stage.learnt["none"] = stage.connector.subscriptions()
    stage.learnt["made"] = stage.connector.subscribe(HOOK)
    stage.learnt["again"] = stage.connector.subscribe(HOOK)
    for each in stage.connector.subscriptions():
        stage.connector.unsubscribe(each.id)
    stage.learnt["left"] = stage.connector.subscriptions()


SCENES = named(onboarding, daily, last_look, document, write_back, throttled, errors, subscriptions)
