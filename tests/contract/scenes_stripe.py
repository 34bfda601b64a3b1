"""What is recorded of Stripe: scenes of one account, told by the connector's own calls."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import stage as stages

from core.domain.money import Money
from core.domain.platform_records import NoticeToWrite
from core.errors import Unreachable
from sandbox.stripe import StripeSandbox

Stage = stages.Stage[StripeSandbox]
MARKER = "Mahnwerk 17/42"
HOOK = "https://mahnwerk.example/hooks/1"
JANUARY, FEBRUARY = date(2026, 1, 12), date(2026, 2, 16)
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
    stage.change(_book)
    stage.learnt["account"] = stage.connector.check()
    stage.sync()
    stage.sync("payments")


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
    for change in (
        lambda sandbox: sandbox.new_link(invoice),
        lambda sandbox: sandbox.start_sepa(invoice),
        lambda sandbox: sandbox.fail_sepa(next(iter(
            each.id for each in sandbox.world.intents.values() if each.status == "processing"))),
        lambda sandbox: sandbox.pay(invoice, "19.00"),
        lambda sandbox: sandbox.pay(invoice),
        lambda sandbox: sandbox.refund(invoice, "9.00"),
        lambda sandbox: sandbox.world.invoices.drop(invoice),
    ):  # fmt: skip
        stage.clock.advance(minutes=1)
        stage.change(change)
        batch = stage.mirror.refresh(stage.connector, invoice)
        looks: list[Any] = stage.learnt.setdefault("looks", [])
        looks.append({"invoices": batch.invoices, "gone": batch.gone})


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
    stage.learnt["before"] = stage.connector.find_notice(first, MARKER)
    stage.learnt["written"] = stage.connector.write_notice(_notice(first))
    stage.learnt["found"] = stage.connector.find_notice(first, MARKER)
    stage.change(lambda sandbox: sandbox.fault("late_success", method="POST"))
    with suppress(Unreachable):
        stage.learnt["late"] = stage.connector.write_notice(_notice(second, "Mahnwerk 18/42"))
    stage.learnt["late_found"] = stage.connector.find_notice(second, "Mahnwerk 18/42")
    stage.change(lambda sandbox: sandbox.pay(second))
    stage.failing("paid", lambda: stage.connector.write_notice(_notice(second, "Mahnwerk 20/42")))


def _notice(invoice: str, marker: str = MARKER) -> NoticeToWrite:
    charge, rest = Money(Decimal("2.50"), "EUR"), Money(Decimal("119.00"), "EUR")
    title, on = "Letzte außergerichtliche Mahnung", date(2026, 3, 2)
    due = date(2026, 3, 16)
    return NoticeToWrite(
        invoice, marker, title, on, due, "de", rest, (("Mahngebühr", charge),), level=2
    )


def throttled(stage: Stage) -> None:
    """Refused for a reason or for a lock, broken for a moment: the reading goes on."""
    stage.change(_one)
    stage.sync()
    invoice = stage.id_of("RE-1001")
    kinds = ("throttle", "throttle_endpoint", "lock_timeout", "old_rate_limit", "conflict")
    for kind in (*kinds, "dependency", "error503", "should_retry"):
        stage.change(lambda sandbox, kind=kind: sandbox.fault(kind, times=1))
        stage.learnt[kind] = stage.connector.find_notice(invoice, MARKER)
    stage.sync()
    stage.learnt["refused"] = len(stage.gate.refused)


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


SCENES: dict[str, Callable[[Stage], None]] = {
    each.__name__: each
    for each in (
        onboarding,
        daily,
        last_look,
        document,
        write_back,
        throttled,
        errors,
        subscriptions,
    )
}
