"""What the demo tells: two months of an invented office, from the books to the second letter.

Its books are in four places: the tax adviser's DATEV files, lexoffice, sevDesk and Stripe. Two
customers owe the same for the same days, a business and a consumer. What the law makes of that stands
side by side.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cli import demo_lexoffice, demo_server, demo_sevdesk, demo_stripe
from cli.call import say
from cli.demo_shell import DemoFailed, answer, title, typed
from cli.i18n import tr
from sandbox.datev_export import demo_office
from sandbox.datev_office import (
    BUSINESS_ACCOUNT,
    BUSINESS_INVOICE,
    CONSUMER_ACCOUNT,
    CONSUMER_INVOICE,
    FIRST_RUN_AGO,
)
from sandbox.demo_procedures import BUSINESS, CONSUMER, demo_procedures

if TYPE_CHECKING:
    from cli.demo_lexoffice import Lexoffice
    from cli.demo_sevdesk import Sevdesk
    from cli.demo_stripe import Stripe
    from sandbox.mailbox import Mailbox

_SIDES = (
    ("business", BUSINESS_ACCOUNT, BUSINESS_INVOICE),
    ("consumer", CONSUMER_ACCOUNT, CONSUMER_INVOICE),
)
# Not dunned, each for another reason: blocked in the books, money that nobody placed.
_SKIPPED = ("RE-1014", "RE-1031")
_PAID, _PROMISED, _PLANNED, _DISPUTED = "RE-1003", "RE-1025", "RE-1018", "RE-1023"
_IBAN = "DE02120300000000202051"


@dataclass(frozen=True, slots=True)
class Offices:
    """The platforms of the story; each is running."""

    lexoffice: Lexoffice
    sevdesk: Sevdesk
    stripe: Stripe


def play(home: Path, today: date, mailbox: Mailbox, offices: Offices) -> None:
    """The whole story; ``home`` is empty, mail server and stand-ins are running.

    Raises:
        DemoFailed: a step did not end as it must.
    """
    data, before = home / "data", today - FIRST_RUN_AGO
    _set_up(data, mailbox.port)
    _first_reminders(home, today, before)
    demo_lexoffice.begin(home, today, offices.lexoffice)
    demo_sevdesk.begin(home, offices.sevdesk)
    demo_stripe.begin(home, offices.stripe)
    _second_run(home, today)
    _side_by_side(today)
    _why_not()
    demo_sevdesk.why_not(today, offices.sevdesk)
    demo_stripe.why_not()
    _agreements(home, today)
    with demo_server.serving() as server:
        demo_server.register(server)
        _approve()
        demo_server.paid_meanwhile(offices.stripe)
    _paid_unheard(today, offices)
    _send(data, mailbox, offices)
    _nothing_twice()
    _proof(home)


def _set_up(data: Path, port: int) -> None:
    title("1. Ein Mandant wird eingerichtet", "1. A creditor is set up")
    folder = data / "procedures"
    folder.mkdir(parents=True)
    for name, text in demo_procedures().items():
        (folder / name).write_text(text, encoding="utf-8")
    typed("init", *_settings(_creditor(port)))
    typed("init", *_settings(_law()))
    typed("procedures", "diff", "verbraucher", CONSUMER)
    typed("go-live")


def _first_reminders(home: Path, today: date, before: date) -> None:
    title(
        "2. Vor fünf Wochen: DATEV-Dateien und die ersten Erinnerungen",
        "2. Five weeks ago: DATEV files and the first reminders",
    )
    on = ("--on", before.isoformat())
    typed("import", "datev", *_files(home, today, before), *on)
    typed("debtors", "--assumed", *on)
    typed("debtor", "confirm", "--all", *on)
    said = tr("Bestellung als Privatkundin", "ordered as a private customer")
    typed("debtor", "set", CONSUMER_ACCOUNT, "type=consumer", "--evidence", said, *on)
    typed("run", *on)
    typed("approve", "--run", "1", *on)
    typed("send", *on)
    typed("posted", "1", *on)


def _second_run(home: Path, today: date) -> None:
    title(
        "6. Auch DATEV hat neue Dateien, und ein Mahnlauf schlägt über alle vier vor",
        "6. DATEV has new files, too, and one run proposes over all four",
    )
    typed("import", "datev", *_files(home, today, today))
    typed("open-items")
    typed("run")
    typed("proposals")


def _side_by_side(today: date) -> None:
    title(
        "7. Gleicher Betrag, gleicher Tag: ein Unternehmen und eine Verbraucherin",
        "7. Same amount, same day: a business and a consumer",
    )
    for _, _, invoice in _SIDES:
        typed("explain", invoice)
    owed = {row["number"]: row for row in answer("open-items")}
    for side, _, invoice in _SIDES:
        since = answer("explain", invoice)["law"]["default"]["since"]
        amount = owed[invoice]["outstanding"]
        typed(
            "interest", amount, "--from", since, "--to", today.isoformat(), "--debtor", side,
        )  # fmt: skip


def _why_not() -> None:
    title("8. Und warum andere nicht gemahnt werden", "8. And why others are not dunned")
    for invoice in _SKIPPED:
        typed("explain", invoice)


def _agreements(home: Path, today: date) -> None:
    title(
        "9. Das Telefon klingelt: eine Zusage, Raten, ein Streit um einen Teil",
        "9. The telephone rings: a promise, instalments, a dispute over a part",
    )
    promised, first = today + timedelta(days=7), today + timedelta(days=14)
    typed("promise", _PROMISED, "--until", promised.isoformat())
    typed("plan", _PLANNED, "--instalments", "3", "--first", first.isoformat())
    reason = tr("ein Stuhl war beschädigt", "one chair was damaged")
    typed(
        "hold", _DISPUTED, "--kind", "partial_dispute", "--amount", "64.10", "--reason", reason,
    )  # fmt: skip
    typed("run")
    typed("proposals", "--export", str(home / "vorschlag.pdf"))


def _approve() -> None:
    title(
        "11. Freigabe; dann bezahlt ein Kunde bei Stripe",
        "11. Approval; then a customer pays at Stripe",
    )
    typed("approve", "--run", "3")
    demo_lexoffice.write_back()


def _paid_unheard(today: date, offices: Offices) -> None:
    """What nobody reports is found by the last look, right before each notice leaves."""
    title(
        "12. Noch vier zahlen, und niemand meldet es; Versand",
        "12. Four more pay, and nobody reports it; sending",
    )
    typed("paid", _PAID)
    demo_lexoffice.pay_there(today, offices.lexoffice)
    demo_sevdesk.pay_there(today, offices.sevdesk)
    demo_stripe.pay_there(offices.stripe)


def _send(data: Path, mailbox: Mailbox, offices: Offices) -> None:
    typed("send")
    demo_lexoffice.check_sent(offices.lexoffice, mailbox)
    demo_sevdesk.check_sent(mailbox)
    demo_stripe.check_sent(offices.stripe, mailbox, _IBAN)
    letters = [_letter(data, account) for _, account, _ in _SIDES]
    say("Die beiden Briefe nebeneinander:", "The two letters side by side:")
    for path in letters:
        say(f"  {path}", f"  {path}")


def _letter(data: Path, account: str) -> Path:
    """The latest letter to the customer."""
    found = sorted((data / "outbox").rglob(f"*-{account}.pdf"))
    if len(found) != 2:
        raise DemoFailed(
            f"An Kunde {account} gingen {len(found)} Briefe statt zwei.",
            en=f"Customer {account} was written {len(found)} letters, not two.",
        )
    return found[-1]


def _nothing_twice() -> None:
    title("13. Noch einmal am selben Tag: nichts", "13. Once more on the same day: nothing")
    typed("sync")
    typed("run")
    typed("send")


def _proof(home: Path) -> None:
    title(
        "14. Zur Post gebracht, und alles lässt sich belegen",
        "14. Taken to the post, and all of it can be proved",
    )
    typed("posted", "3")
    typed("replay", "3")
    typed("diff", "2", "3")
    typed("audit", "verify")
    typed("backup", str(home / "sicherung.tar.gz"))


def _creditor(port: int) -> dict[str, str]:
    return {
        "name": "Muster Handels GmbH",
        "legal_form": "GmbH",
        "street": "Beispielgasse 7",
        "postcode": "90403",
        "city": "Nürnberg",
        "land": "BY",
        "seat": "Nürnberg",
        "register_court": "Amtsgericht Nürnberg",
        "register_number": "HRB 00000",
        "managers": "Erika Beispiel",
        "vat_id": "DE000000000",
        "phone": "+49 911 0000000",
        "email": "buchhaltung@muster-handel.example",
        "contact": "Erika Beispiel",
        "iban": _IBAN,
        "mail_from": "buchhaltung@muster-handel.example",
        "archive_to": "archiv@muster-handel.example",
        "smtp_host": "127.0.0.1",
        "smtp_port": str(port),
        "smtp_security": "none",
        # Here every step is typed, so that it is seen; by itself the worker does them at 07:30.
        "run_by_itself": "no",
        "send_by_itself": "no",
    }


def _law() -> dict[str, str]:
    """What no bookkeeping tells, and which procedure whom."""
    return {
        "payment_terms_agreed": "date",
        "payment_terms_evidence": tr(
            "AGB § 4: zahlbar zum Tag auf der Rechnung",
            "terms of business § 4: payable on the day on the invoice",
        ),
        "procedure_segments": f"business={BUSINESS}, consumer={CONSUMER}, unknown={CONSUMER}",
    }


def _settings(fields: dict[str, str]) -> Iterable[str]:
    return (part for key, value in fields.items() for part in ("--set", f"{key}={value}"))


def _files(home: Path, today: date, exported: date) -> list[str]:
    folder = home / "datev" / exported.isoformat()
    folder.mkdir(parents=True)
    paths = []
    for name, content in demo_office(today, exported).items():
        (folder / name).write_bytes(content)
        paths.append(str(folder / name))
    return paths
