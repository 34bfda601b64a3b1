"""What the demo tells of the web server: a payment that is reported, and a notice that stays here.

What `mahnwerk serve --with-worker` runs answers in threads of this process, as long as it is needed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from cli.call import language, say
from cli.demo_shell import DemoFailed, answer, shown, title, typed
from cli.serve import open_server, working
from config.bootstrap import compose
from sandbox.demo_stripe import LINKED

if TYPE_CHECKING:
    from cli.demo_stripe import Stripe
    from webhook_app.serving import Server

_SECONDS = 30.0  # far more than it takes: the machine may be busy
_LOOK = 0.1


@contextmanager
def serving() -> Iterator[Server]:
    """The web server and its worker answer while the block runs; then they end as by SIGTERM."""
    title(
        "10. Der Webserver nimmt Meldungen an, ein Worker erledigt sie",
        "10. The web server takes events, a worker does what follows from them",
    )
    shown("serve", "--with-worker", "--port", "0")
    composed, ended = compose(language=language()), threading.Event()
    with closing(composed), working(composed, ended) as wake:
        server = open_server(composed, replace(composed.web, port=0), wake)
        thread = threading.Thread(target=server.run, args=(ended.is_set,), name="server")
        thread.start()
        try:
            say(f"Mahnwerk antwortet unter {server.url}", f"Mahnwerk answers at {server.url}")
            yield server
        finally:
            ended.set()
            thread.join()


def register(server: Server) -> None:
    """From here on Stripe reports by itself what happens there."""
    url = answer("webhooks", "url", "stripe", "--base", server.url)["url"]
    typed("webhooks", "register", "stripe", "--url", url)


def paid_meanwhile(stripe: Stripe) -> None:
    """A customer pays an invoice whose notice is approved; Stripe reports it, the notice stays.

    Raises:
        DemoFailed: the notice was not withdrawn by itself.
    """
    before = _living()
    notice = next((id_ for id_, numbers in before.items() if LINKED in numbers), None)
    if notice is None:
        raise DemoFailed(
            f"Zu {LINKED} ist keine Mahnung freigegeben.",
            en=f"No notice about {LINKED} is approved.",
        )
    stripe.platform.pay(stripe.book.linked)
    say(
        f"In Stripe bezahlt ein Kunde {LINKED}. Stripe meldet es, der Worker liest die Rechnung neu "
        f"und zieht die freigegebene Mahnung {notice} zurück, ohne dass jemand etwas tut:",
        f"In Stripe a customer pays {LINKED}. Stripe reports it, the worker reads the invoice again "
        f"and withdraws the approved notice {notice}, without anybody doing anything:",
    )
    end = time.monotonic() + _SECONDS
    while notice in (now := _living()):
        if time.monotonic() > end:
            raise DemoFailed(
                f"Mahnung {notice} wurde nicht zurückgezogen.",
                en=f"Notice {notice} was not withdrawn.",
            )
        time.sleep(_LOOK)
    if set(before) - set(now) != {notice}:
        raise DemoFailed(
            "Auch andere Mahnungen wurden zurückgezogen.",
            en="Other notices were withdrawn as well.",
        )
    typed("explain", LINKED)


def _living() -> dict[int, set[str]]:
    """Numbers of the invoices of every approved notice, by the notice."""
    return {
        each["id"]: {item["number"] for item in each["items"]}
        for each in answer("proposals")
        if each["state"] == "approved"
    }
