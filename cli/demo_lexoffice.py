"""What the demo tells of lexoffice: a second bookkeeping, beside DATEV, of the same creditor.

The platform is the stand-in of ``mahnwerk sandbox``. What happens there, a person would do in the
web app; here the stand-in is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cli.call import say
from cli.demo_mails import none_to, show_mail
from cli.demo_shell import DemoFailed, answer, connect, title, typed
from sandbox.demo_lexoffice import ASKED, DUNNED, LATE, MAIL_OF, PAID

if TYPE_CHECKING:
    from sandbox.demo_lexoffice import DemoBook
    from sandbox.lexoffice import LexofficeSandbox
    from sandbox.mailbox import Mailbox

_MAILED = (LATE, DUNNED)


@dataclass(frozen=True, slots=True)
class Lexoffice:
    """The stand-in, and which of its invoices the story is about."""

    platform: LexofficeSandbox
    book: DemoBook


def begin(home: Path, today: date, lexoffice: Lexoffice) -> None:
    """Connects, reads for the first time, and answers what the closing report asks."""
    title(
        "3. Heute kommt lexoffice dazu: anbinden und einlesen",
        "3. Today lexoffice joins: connecting and reading",
    )
    base = lexoffice.platform.base_url
    say(
        f"Die Nachbildung von lexoffice läuft auf {base}; mit echtem Konto entfällt api_base. Solange "
        f"die Vorführung läuft, kann man dort bezahlen und stören: {base}/_sandbox/",
        f"The stand-in of lexoffice runs on {base}; with a real account there is no api_base. While "
        f"the demo runs, one can pay and disturb there: {base}/_sandbox/?lang=en",
    )
    connect(home, "lexoffice", lexoffice.platform, rate=ASKED)
    typed("onboard", "lexoffice", "--history")
    _answer_report(today)


def _answer_report(today: date) -> None:
    typed("platform-notices")
    (made,) = answer("platform-notices")
    typed("platform-notices", "confirm", str(made["id"]))
    typed("debtor", "confirm", "--all")
    typed("booked-until", today.isoformat(), "lexoffice")


def write_back() -> None:
    """From here on sent notices are entered there; off otherwise."""
    say("", "")
    say(
        "Wer es einschaltet, findet versandte Mahnungen auch in lexoffice bei der Rechnung:",
        "Who switches it on finds sent notices in lexoffice, too, beside the invoice:",
    )
    typed("connect", "lexoffice", "--set", "write_back=yes")


def pay_there(today: date, lexoffice: Lexoffice) -> None:
    """One more invoice is paid, and Mahnwerk is not told."""
    lexoffice.platform.pay(lexoffice.book.paid, on=today)
    say("", "")
    say(
        f"In lexoffice wird {PAID} als bezahlt gebucht; Mahnwerk weiß davon noch nichts.",
        f"In lexoffice {PAID} is booked as paid; Mahnwerk does not know of it yet.",
    )


def check_sent(lexoffice: Lexoffice, mailbox: Mailbox) -> None:
    """Shows what lies in the mailbox and in lexoffice.

    Raises:
        DemoFailed: the mail has not exactly its notice and its invoice, the paying customer got
            one, or another number of notices than sent stands in lexoffice.
    """
    say(
        "Neben der Mahnung hängt an der Mail die Rechnung aus lexoffice:",
        "Beside the notice the mail carries the invoice of lexoffice:",
    )
    show_mail(mailbox, MAIL_OF[DUNNED], 1)
    none_to(mailbox, MAIL_OF, (PAID,), "bezahlt", en="paid")
    _check_entries(lexoffice)


def _check_entries(lexoffice: Lexoffice) -> None:
    found = lexoffice.platform.world
    ours = {
        found.vouchers[each.invoice].number: each
        for each in found.dunnings.values()
        if "Mahnwerk" in each.remark
    }
    if sorted(ours) != sorted(_MAILED):
        wanted, there = ", ".join(_MAILED), ", ".join(sorted(ours)) or "–"
        raise DemoFailed(
            f"Eingetragen werden sollten Mahnungen zu {wanted}; in lexoffice stehen: {there}.",
            en=f"Dunnings of {wanted} were to be entered; in lexoffice there are: {there}.",
        )
    say("Und in lexoffice steht jetzt:", "And in lexoffice there is now:")
    for number, each in sorted(ours.items()):
        mark = each.remark.splitlines()[-1]
        say(f"  {number}: „{each.title}“, {mark}", f'  {number}: "{each.title}", {mark}')
