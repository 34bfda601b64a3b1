"""What the demo tells of sevDesk: a third bookkeeping, which overlaps with the other two.

The platform is the stand-in of ``mahnwerk sandbox sevdesk``; it shows what we believe of sevDesk
and proves nothing about it. What happens there, a person would do in the web app.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cli.call import say
from cli.demo_mails import none_to, show_mail
from cli.demo_shell import answer, connect, one_more, title, typed
from sandbox.demo_lexoffice import LATE as THERE_TOO
from sandbox.demo_sevdesk import CANCELLED, DUNNED, FREED, LATE, LINKED, LOOSE, MAIL_OF, SHARED

if TYPE_CHECKING:
    from sandbox.demo_sevdesk import DemoBook
    from sandbox.mailbox import Mailbox
    from sandbox.sevdesk import SevdeskSandbox

_RATE = "20"  # requests a second; the stand-in sets no limit, and nobody shall wait


@dataclass(frozen=True, slots=True)
class Sevdesk:
    """The stand-in, and which of its invoices the story is about."""

    platform: SevdeskSandbox
    book: DemoBook


def begin(home: Path, sevdesk: Sevdesk) -> None:
    """Connects, reads for the first time, and answers what the closing report asks."""
    title(
        "4. Und sevDesk: ein Teil davon steht schon woanders",
        "4. And sevDesk: part of it stands elsewhere already",
    )
    one_more("sevDesk", sevdesk.platform)
    connect(home, "sevdesk", sevdesk.platform, rate=_RATE)
    typed("onboard", "sevdesk")
    (made,) = (row for row in answer("platform-notices") if row["connection"] == "sevdesk")
    typed("platform-notices", "confirm", str(made["id"]))
    typed("debtor", "confirm", "--all")
    _link()


def _link() -> None:
    """Two customers stand on two connections each; the user takes what is suggested."""
    say("", "")
    say(
        "Wer auf zwei Anbindungen derselbe ist, schlägt Mahnwerk vor; verknüpfen muss ein Mensch:",
        "Who is the same on two connections, Mahnwerk suggests; linking is for a person:",
    )
    typed("link")
    typed("link", "--suggested", "strong", "--yes")


def why_not(today: date, sevdesk: Sevdesk) -> None:
    """Cancelled though it looks paid; money nobody has assigned; paid in one bookkeeping only."""
    for invoice in (CANCELLED, LOOSE):
        typed("explain", invoice)
    sevdesk.platform.assign(sevdesk.book.money, sevdesk.book.loose)
    sevdesk.platform.pay(sevdesk.book.shared, on=today - timedelta(days=1))
    say("", "")
    say(
        f"In sevDesk ordnet jemand das Geld {LOOSE} zu, und bei {SHARED} bucht er eine Zahlung, von "
        f"der DATEV nichts weiß. {FREED} ist damit frei, {SHARED} erledigt:",
        f"In sevDesk somebody assigns the money to {LOOSE}, and books a payment on {SHARED} that "
        f"DATEV knows nothing of. So {FREED} is free, and {SHARED} is done with:",
    )
    typed("sync", "sevdesk")
    for invoice in (FREED, SHARED):
        typed("explain", invoice)


def pay_there(today: date, sevdesk: Sevdesk) -> None:
    """The rest of one more invoice is paid, and Mahnwerk is not told."""
    sevdesk.platform.pay(sevdesk.book.late, on=today)
    say(
        f"In sevDesk wird der Rest von {LATE} bezahlt; auch davon weiß Mahnwerk noch nichts.",
        f"In sevDesk the rest of {LATE} is paid; Mahnwerk does not know of that either.",
    )


def check_sent(mailbox: Mailbox) -> None:
    """Shows the mails with invoices of sevDesk.

    Raises:
        DemoFailed: the linked customer did not get one mail for both platforms, or somebody who
            has paid got one.
    """
    say(
        f"Eine Mail für zwei Plattformen ({THERE_TOO} aus lexoffice, {LINKED} aus sevDesk), dann "
        "zwei mit Rechnungen aus sevDesk:",
        f"One mail for two platforms ({THERE_TOO} of lexoffice, {LINKED} of sevDesk), then two "
        "with invoices of sevDesk:",
    )
    show_mail(mailbox, MAIL_OF[LINKED], 2)
    show_mail(mailbox, MAIL_OF[DUNNED], 1)
    show_mail(mailbox, MAIL_OF[LOOSE], 1)
    none_to(mailbox, MAIL_OF, (LATE, SHARED), "bezahlt", en="paid")
