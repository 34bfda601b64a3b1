"""What the demo tells of Stripe: three currencies, pay links, and money on its way there and back.

The platform is the stand-in of ``mahnwerk sandbox stripe``; it shows what we believe of Stripe and
proves nothing about it. What happens there, a person or a customer would do on Stripe's pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cli.call import say
from cli.demo_mails import mails_to, none_to, show_mail, words_of
from cli.demo_shell import DemoFailed, connect, one_more, title, typed
from sandbox.demo_stripe import (
    COLLECTED,
    LATE,
    LINKED,
    MAIL_OF,
    NUMBER_KEY,
    OWED,
    REFUNDED,
    SCREEN,
    WAITING,
)

if TYPE_CHECKING:
    from sandbox.demo_stripe import DemoBook
    from sandbox.mailbox import Mailbox
    from sandbox.stripe import StripeSandbox

_RATE = "100"  # requests a second; the stand-in sets no limit, and nobody shall wait


@dataclass(frozen=True, slots=True)
class Stripe:
    """The stand-in, and which of its invoices the story is about."""

    platform: StripeSandbox
    book: DemoBook


def begin(home: Path, stripe: Stripe) -> None:
    """Connects and reads for the first time."""
    title(
        "5. Und Stripe: Euro, Franken und Yen",
        "5. And Stripe: euro, francs and yen",
    )
    one_more("Stripe", stripe.platform)
    connect(home, "stripe", stripe.platform, rate=_RATE, number_key=NUMBER_KEY)
    typed("onboard", "stripe")
    typed("debtor", "confirm", "--all")


def why_not() -> None:
    """On its way, already there but applied to nothing, and gone back."""
    say("", "")
    say(
        f"In Stripe: für {COLLECTED} läuft eine Lastschrift, zu {WAITING} liegt Geld auf dem "
        f"Kundenkonto, und {REFUNDED} wurde bezahlt und erstattet:",
        f"In Stripe: a direct debit for {COLLECTED} is under way, money for {WAITING} lies on the "
        f"customer's account, and {REFUNDED} was paid and refunded:",
    )
    for invoice in (COLLECTED, WAITING, REFUNDED):
        typed("explain", invoice)


def pay_there(stripe: Stripe) -> None:
    """A customer pays by his link, and Mahnwerk is not told."""
    stripe.platform.pay(stripe.book.late)
    say(
        f"In Stripe bezahlt der Kunde {LATE} über seinen Zahlungslink; auch davon weiß Mahnwerk noch "
        "nichts.",
        f"In Stripe the customer pays {LATE} by his pay link; Mahnwerk does not know of that either.",
    )


def check_sent(stripe: Stripe, mailbox: Mailbox, iban: str) -> None:
    """Shows the mails with invoices of Stripe.

    Raises:
        DemoFailed: the customer did not get one mail for each currency, a mail has no pay link or
            names the creditor's account, or somebody got one who is not to be dunned.
    """
    say(
        "Ein Kunde, drei Währungen, drei Mails; bezahlt wird über den Link von Stripe, eine IBAN "
        "steht dort nicht:",
        "One customer, three currencies, three mails; they are paid by Stripe's link, and no IBAN "
        "stands there:",
    )
    show_mail(mailbox, SCREEN, 1, mails=len(OWED))
    said = [words_of(each) for each in mails_to(mailbox, SCREEN)]
    for number, id_ in stripe.book.owed.items():
        links = [link for text in said if number in text for link in _links(text)]
        if len(links) != 1 or id_.removeprefix("in_") not in links[0]:
            raise DemoFailed(
                f"Die Mail zu {number} nennt nicht den Zahlungslink.",
                en=f"The mail about {number} does not name the pay link.",
            )
        say(f"  {number}: {links[0]}", f"  {number}: {links[0]}")
    if [text for text in said if iban in text.replace(" ", "")]:
        raise DemoFailed("Eine Mail nennt die IBAN.", en="A mail names the IBAN.")
    left_alone = (COLLECTED, WAITING, LATE, REFUNDED, LINKED)
    none_to(mailbox, MAIL_OF, left_alone, "nicht zu mahnen", en="not to be dunned")


def _links(text: str) -> list[str]:
    """Addresses that stand on a line of their own."""
    return [line for line in text.splitlines() if line.startswith("https://")]
