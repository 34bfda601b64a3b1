"""What is recorded of Stripe: scenes of one account, told by the connector's own calls."""

from __future__ import annotations

from datetime import date

import stage as stages
from scene_parts import (
    FEBRUARY,
    HOOK,
    JANUARY,
    MARKER,
    first_reading,
    gone_through,
    look,
    named,
    notice,
    write_to_paid,
    write_two,
)

from sandbox.stripe import StripeSandbox

Stage = stages.Stage[StripeSandbox]
KIEL = {"line1": "Hafenweg 3", "postal_code": "24103", "city": "Kiel", "country": "DE"}


def _firm(sandbox: StripeSandbox) -> str:
    return sandbox.add_customer(
        "Nordlicht Muster GmbH",
        "office@nordlicht.example",
        address=KIEL,
        tax_id=("eu_vat", "DE999999999", "verified"),
    )


def _book(sandbox: StripeSandbox) -> None:
    """One of everything that an account can hold."""
    add, pay, firm = sandbox.add_invoice, sandbox.pay, _firm(sandbox)
    person = sandbox.add_customer("Erika Beispiel", "erika@beispiel.example", locale="en")
    add(firm, "1190.00", on=JANUARY)
    add(person, "59.90", on=FEBRUARY, due=date(2026, 3, 31))
    pay(add(firm, "690.50", on=JANUARY), "500.00", on=date(2026, 1, 22))
    sandbox.credit(add(firm, "238.00", on=JANUARY), "38.00", on=FEBRUARY)
    pay(add(person, "45.00", on=JANUARY), method="out_of_band", on=FEBRUARY)
    sandbox.void(add(person, "77.00", on=JANUARY), on=FEBRUARY)
    sandbox.uncollectible(add(firm, "178.50", on=JANUARY), on=FEBRUARY)
    sandbox.revise(add(firm, "595.00", on=JANUARY), "476.00", on=FEBRUARY)
    refunded = add(person, "100.00", on=JANUARY)
    pay(refunded, on=date(2026, 1, 20))
    sandbox.refund(refunded, "40.00", on=FEBRUARY)
    bounced = add(person, "59.00", on=JANUARY)
    pay(bounced, method="sepa_debit", on=date(2026, 1, 20))
    sandbox.sepa_return(bounced, on=FEBRUARY)
    explained = add(firm, "120.00", on=JANUARY)
    pay(explained, on=date(2026, 1, 20))
    sandbox.credit(explained, "20.00", refund="new", on=FEBRUARY)
    sandbox.start_sepa(add(firm, "357.00", on=JANUARY), on=date(2026, 2, 27))
    sandbox.attempt_failed(add(person, "29.00", on=FEBRUARY, automatic=True), date(2026, 3, 5))
    add(firm, "540.50", on=JANUARY, currency="chf")
    add(firm, "98000", on=JANUARY, currency="jpy")
    add(firm, "310.750", on=JANUARY, currency="tnd")
    add(firm, "500", on=JANUARY, currency="isk")
    sandbox.cash(firm, "250.00", on=FEBRUARY)
    sandbox.balance(person, "-12.00")
    gone = sandbox.add_customer("Beispiel Alt GmbH", "alt@beispiel.example", address=KIEL)
    add(gone, "150.00", on=JANUARY)
    sandbox.delete_customer(gone)
    sandbox.draft(firm, "11.90", on=FEBRUARY)


def onboarding(stage: Stage) -> None:
    """The first reading of an account, and the payments of what is settled."""
    first_reading(stage, _book)


def daily(stage: Stage) -> None:
    """Later that day by its events, on the next by all that is open, after a month from the start."""
    numbers = [f"RE-{n}" for n in range(1001, 1008)]

    def before(sandbox: StripeSandbox) -> None:
        firm = _firm(sandbox)
        for n, number in enumerate(numbers):
            sandbox.add_invoice(firm, f"{100 + n}.00", on=JANUARY, number=number)

    def at_noon(sandbox: StripeSandbox) -> None:
        paid, part, credited, moving = map(stage.id_of, numbers[:4])
        sandbox.pay(paid)
        sandbox.pay(part, "40.00")
        sandbox.credit(credited, "2.00")
        sandbox.start_sepa(moving)
        new = sandbox.add_customer("Neu & Muster OHG", "neu@muster.example")
        sandbox.add_invoice(new, "42.00", on=date(2026, 3, 2))

    def overnight(sandbox: StripeSandbox) -> None:
        paid, _, _, moving, void, lost = map(stage.id_of, numbers[:6])
        sandbox.refund(paid, "30.00")
        sandbox.settle_sepa(next(each.id for each in sandbox.world.intents.values()
                                 if each.status == "processing"))  # fmt: skip
        sandbox.dispute(moving, status="lost")
        sandbox.void(void)
        sandbox.uncollectible(lost)
        sandbox.cash(sandbox.world.invoices[paid].customer, "20.00")

    def months_later(sandbox: StripeSandbox) -> None:
        sandbox.pay(stage.id_of(numbers[5]))
        sandbox.update_customer(
            sandbox.world.invoices[stage.id_of(numbers[6])].customer, email="neu@nordlicht.example"
        )

    stage.change(before)
    stage.sync()
    for change, hours in ((at_noon, 3), (overnight, 20), (months_later, 24 * 40)):
        stage.clock.advance(hours=hours)
        stage.change(change)
        stage.sync()


def last_look(stage: Stage) -> None:
    """One invoice, read alone: its link renewed, money under way, paid in part, paid, given back."""
    stage.change(_one)
    stage.sync()
    invoice = stage.id_of("RE-1001")
    look(
        stage,
        invoice,
        lambda sandbox: sandbox.new_link(invoice),
        lambda sandbox: sandbox.start_sepa(invoice),
        lambda sandbox: sandbox.fail_sepa(next(iter(
            each.id for each in sandbox.world.intents.values() if each.status == "processing"))),
        lambda sandbox: sandbox.pay(invoice, "19.00"),
        lambda sandbox: sandbox.pay(invoice),
        lambda sandbox: sandbox.refund(invoice, "9.00"),
        lambda sandbox: sandbox.world.invoices.drop(invoice),
    )  # fmt: skip


def _one(sandbox: StripeSandbox, number: str = "RE-1001") -> str:
    firm = sandbox.add_customer("Muster Handel GmbH", "buero@muster.example")
    return sandbox.add_invoice(firm, "119.00", on=JANUARY, number=number)


def _two(sandbox: StripeSandbox) -> None:
    for number in ("RE-1001", "RE-1002"):
        _one(sandbox, number)


def document(stage: Stage) -> None:
    """The original of an invoice, from where the platform keeps it; none of a draft."""
    stage.change(_two)
    stage.sync()
    stage.document("original", stage.connector.fetch_document(stage.id_of("RE-1001")))
    draft = stage.id_of("RE-1002")
    stage.change(lambda sandbox: sandbox.alter(draft, status="draft", invoice_pdf=None))
    stage.failing("draft", lambda: stage.connector.fetch_document(draft))


def write_back(stage: Stage) -> None:
    """A sent notice is shown at its invoice; a lost answer doubles nothing."""
    stage.change(_two)
    stage.sync()
    first, second = stage.id_of("RE-1001"), stage.id_of("RE-1002")
    late = notice(second, "Mahnwerk 18/42", level=2)
    write_two(stage, "late_success", notice(first, level=2), late)
    write_to_paid(stage, notice(second, "Mahnwerk 20/42", level=2))


def throttled(stage: Stage) -> None:
    """Refused for a reason or for a lock, broken for a moment: the reading goes on."""
    stage.change(_one)
    stage.sync()
    invoice = stage.id_of("RE-1001")
    kinds = ("throttle", "throttle_endpoint", "lock_timeout", "old_rate_limit", "conflict")
    kinds = (*kinds, "dependency", "error503", "should_retry")
    gone_through(stage, kinds, lambda: stage.connector.find_notice(invoice, MARKER))


def errors(stage: Stage) -> None:
    """What every kind of refusal becomes, and rights that a key lacks."""
    stage.change(_one)
    stage.sync()
    invoice = stage.id_of("RE-1001")
    for kind in ("unauthorized", "forbidden", "html", "empty", "no_retry"):
        stage.change(lambda sandbox, kind=kind: sandbox.fault(kind, times=9))
        stage.failing(kind, lambda: stage.connector.find_notice(invoice, MARKER))
        stage.change(lambda sandbox: sandbox.clear_faults())
    stage.change(lambda sandbox: sandbox.fault("error500", times=6))
    stage.failing("error500", lambda: stage.connector.find_notice(invoice, MARKER))
    stage.change(lambda sandbox: sandbox.restrict("refunds", "disputes", "events"))
    stage.learnt["restricted"] = stage.connector.check()
    stage.clock.advance(days=1)
    stage.sync("invoices")
    stage.change(lambda sandbox: sandbox.restrict("invoices"))
    stage.clock.advance(hours=1)
    stage.failing("invoices", lambda: stage.sync("invoices"))


def subscriptions(stage: Stage) -> None:
    """Events of the platform: subscribed once, listed, ended."""
    stage.learnt["none"] = stage.connector.subscriptions()
    stage.learnt["made"] = [each._replace(secret="") for each in stage.connector.subscribe(HOOK)]
    stage.learnt["again"] = len(stage.connector.subscribe(HOOK))
    stage.connector.unsubscribe(stage.connector.subscriptions()[0].id)
    stage.learnt["left"] = stage.connector.subscriptions()


SCENES = named(onboarding, daily, last_look, document, write_back, throttled, errors, subscriptions)
